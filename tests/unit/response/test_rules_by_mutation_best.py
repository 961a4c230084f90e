"""Best response: what a wrong day, allowance or place would get past (RECIST 1.1, §4.4, 4.6)."""

from __future__ import annotations

import pytest

from trialwright.response.best import (
    Best,
    BestRules,
    best_response,
    confirmed_at,
    first_response,
    last_counted,
    name_stable_disease,
)
from trialwright.response.codes import Response

CR, PR, SD, PD, NE = Response.CR, Response.PR, Response.SD, Response.PD, Response.NE
NON = Response.NON_CR_NON_PD
RULES = BestRules(
    interval_days=28, allowed_not_evaluable=1, allowed_stable=1, minimum_stable_days=49
)
NONE = -1  # no time point


@pytest.mark.parametrize(("therapy", "counted"), [(55, 0), (56, 1), (57, 1)])
def test_scan_on_the_day_that_a_new_therapy_starts_still_counts(therapy, counted):
    assert last_counted([PR, PR], [56, 112], therapy) == counted


@pytest.mark.parametrize(
    ("responses", "best"),
    [
        ([PR], Best(SD, 0, NONE)),
        ([CR, NE, NE], Best(SD, 0, NONE)),
        ([SD, PD], Best(SD, 0, NONE)),
        ([NON], Best(NON, 0, NONE)),
        ([PD], Best(PD, 0, NONE)),
        ([NE], Best(NE, NONE, NONE)),
        ([], Best(NE, NONE, NONE)),
        ([PR, PR], Best(PR, 0, 1)),
    ],
)
def test_what_was_not_confirmed_names_no_scan_that_confirms(responses, best):
    assert best_response(responses, [56, 112, 168], RULES, True) == best


@pytest.mark.parametrize("responses", [[PR], [PR, PD], [PR, NE, NE, PR], [PR, SD, SD, PR]])
def test_response_without_a_confirming_scan_has_none(responses):
    assert confirmed_at(responses, [56, 112, 168, 224], 0, RULES) == NONE


def test_stable_disease_called_by_a_reader_without_targets_keeps_its_time_point():
    # Table 2 knows no SD; a collected call may say it
    stable = best_response([NE, SD], [56, 112], RULES, True)
    assert name_stable_disease(stable, has_targets=True) == (SD, 1, NONE)
    assert name_stable_disease(stable, has_targets=False) == (NON, 1, NONE)


def test_duration_starts_at_the_first_partial_response_of_an_unbroken_run():
    # §4.6.2: the run of four leads to a confirmed response, so the first scan of it counts
    responses, days = [SD, PR, CR, PR, PR], [28, 56, 70, 84, 168]
    assert first_response(responses, days, RULES, True) == 1
