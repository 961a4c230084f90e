"""The profile ``admiral``, rule by rule: which records count, and what follows from them.

The rows of ``SUBJECTS`` are facts of admiralonco's own unit tests (Apache-2.0, commit d0499682,
``test-derive_param_confirmed_bor.R``, tests 1 and 2), as days since the reference date; all of its
cases are read in place by ``tests/oracle/response/test_admiral_cases.py``.
"""

from __future__ import annotations

import pytest

from trialwright.response import BestRules, Response, best_response
from trialwright.response.admiral import (
    best_or_missing,
    best_response_admiral,
    clinical_benefit,
    count_until,
    derive_parameters,
    first_progression,
    first_response_admiral,
    up_to_progression,
    worst_of_each_day,
)

NAN = float("nan")
CODES = {"NON": Response.NON_CR_NON_PD, "ND": Response.NONE} | {
    one.name: one for one in Response if one.name not in ("NONE", "NON_CR_NON_PD")
}
DEFAULT = BestRules(28, 1, 0, 28)  # of the deprecated functions' tests
ACCEPT_SD = BestRules(14, 0, 1, 28)
TEMPLATE = BestRules(28, 1, 0, 42)


def course(text):
    """Read "PR 0, CR 31" as responses and days."""
    pairs = [one.split() for one in text.split(",") if one.strip()]
    return [CODES[code] for code, _ in pairs], [int(day) for _, day in pairs]


def best_of(text, rules, confirm=True):
    responses, days = course(text)
    best = best_response_admiral(responses, days, rules, confirm)
    return best.response.name, days[best.visit] if best.visit >= 0 else None


# --- Best overall response

SUBJECTS = [
    # records; confirmed best with its day by default; the same with an SD accepted and no NE
    ("PR 0, CR 31, NE 46, CR 60, SD 91", ("CR", 31), ("PR", 0)),
    ("SD 20, PR 51, SD 80, CR 92", ("SD", 51), ("PR", 51)),
    ("CR 1, CR 21, SD 51", ("SD", 51), ("CR", 1)),
    ("PR 2, SD 62, SD 93, PR 123, NON 137", ("SD", 62), ("SD", 62)),
    ("PR 0, SD 9, PR 19, NON 135", ("NON_CR_NON_PD", 135), ("PR", 0)),
    ("PR 4, CR 14, PR 57", ("SD", 57), ("SD", 57)),
    ("PD 15", ("PD", 15), ("PD", 15)),
]


@pytest.mark.parametrize(("records", "default", "accepting"), SUBJECTS)
def test_confirmed_best_response(records, default, accepting):
    assert best_of(records, DEFAULT) == default
    assert best_of(records, ACCEPT_SD) == accepting


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ("PR 4, CR 14, PR 57", ("CR", 14)),
        ("SD 27", ("NE", 27)),
        ("SD 28", ("SD", 28)),
        ("NON 27, NE 60", ("NE", 27)),
        ("NON 28", ("NON_CR_NON_PD", 28)),
        ("SD 27, PD 60", ("PD", 60)),
        ("", ("NE", None)),
    ],
)
def test_best_response_without_confirmation(records, expected):
    assert best_of(records, DEFAULT, confirm=False) == expected


def test_responses_before_the_minimum_of_stable_disease_are_not_evaluable():
    assert best_of("PR 4, CR 14, NE 59", DEFAULT) == ("NE", 4)  # test 1, subject 7


@pytest.mark.parametrize(("second", "expected"), [(27, ("SD", 50)), (28, ("PR", 50))])
def test_confirmation_after_exactly_28_days(second, expected):
    assert best_of(f"PR 50, PR {50 + second}", TEMPLATE) == expected


def test_scan_that_confirms_is_named():
    best = best_response_admiral(*course("PR 50, NE 78, CR 106"), TEMPLATE, True)
    assert best == (Response.PR, 0, 2)


def test_patient_without_any_record():
    assert best_or_missing([], [], TEMPLATE, True, False) == (Response.NONE, -1, -1)
    assert best_or_missing([], [], TEMPLATE, True, True) == (Response.NE, -1, -1)


def test_scan_that_was_not_done():
    # a result of its own when confirmed, nothing when not
    responses, days = course("ND 60")
    assert best_or_missing(responses, days, TEMPLATE, True, True) == (Response.NONE, 0, -1)
    assert best_or_missing(responses, days, TEMPLATE, False, False) == (Response.NONE, -1, -1)
    assert best_of("ND 10, SD 60", TEMPLATE) == ("SD", 60)


def test_disease_after_a_complete_response_is_no_progression():
    # admiralonco issue 275: RECIST 1.1 table 3 reads progression on day 74
    responses, days = course("CR 28, SD 74")
    assert best_response_admiral(responses, days, TEMPLATE, True) == (Response.SD, 1, -1)
    assert best_response(responses, days, TEMPLATE, True) == (Response.PD, 1, -1)


# --- The other parameters


def test_response_and_confirmed_response():
    responses, days = course("CR 10, NE 20, SD 50, PR 80, PR 110")
    assert first_response_admiral(responses, days, TEMPLATE, False) == 0
    assert first_response_admiral(responses, days, TEMPLATE, True) == 3
    assert first_response_admiral(*course("SD 50, PR 80"), TEMPLATE, True) == -1


@pytest.mark.parametrize(
    ("records", "either", "confirmed"),
    [
        ("PR 20, SD 50", 0, 1),  # unconfirmed, then stable on day 50
        ("PR 20, PR 48", 0, 0),
        ("PR 20, PD 50", 0, -1),
        ("SD 41", -1, -1),
        ("SD 42", 0, 0),
        ("NE 50, PD 60", -1, -1),
    ],
)
def test_clinical_benefit(records, either, confirmed):
    assert clinical_benefit(*course(records), TEMPLATE, False) == either
    assert clinical_benefit(*course(records), TEMPLATE, True) == confirmed


def test_clinical_benefit_with_and_without_non_target_disease_only():
    responses, days = course("NON 50, SD 90")
    assert clinical_benefit(responses, days, TEMPLATE, True) == 0
    assert clinical_benefit(responses, days, TEMPLATE, True, non_target_only=False) == 1


# --- Which records count


def test_worst_record_of_each_day_from_the_reference_date():
    responses, days = course(
        "PD -7, SD 0, PR 50, NON 50, SD 50, NE 90, CR 90, ND 120, PR 150, PR 150"
    )
    # the later of two alike; NE gives way to any response
    assert worst_of_each_day(responses, days) == [1, 3, 6, 9]


def test_nothing_counts_after_a_progression_before_the_reference_date():
    # upstream's flag of the first PD looks at every record
    responses, days = course("PD -7, SD 58, PR 129")
    assert up_to_progression(responses, days) == []
    assert up_to_progression(responses[1:], days[1:]) == [0, 1]
    assert up_to_progression(*course("SD 50, PD 90, PR 130")) == [0, 1]


@pytest.mark.parametrize(("day", "expected"), [(NAN, 3), (49, 0), (50, 1), (90, 2), (200, 3)])
def test_time_points_up_to_a_day_of_progression(day, expected):
    assert count_until([50, 90, 130], day) == expected


def test_parameters_point_at_the_records_that_were_passed():
    responses, days = course("SD -10, SD 20, CR 50, PR 50, PR 90, PD 130, NE 170")
    found = derive_parameters(responses, days, TEMPLATE)
    assert found.best == found.confirmed_best == (Response.PR, 3, 4)
    assert found.response == found.confirmed_response == found.clinical_benefit == 3
    assert found.confirmed_clinical_benefit == 3
    assert found.progression == first_progression(responses) == 5
    assert found.last_assessment == 6  # after PD, and NE


def test_parameters_of_a_patient_without_records():
    found = derive_parameters([], [], TEMPLATE)
    nothing = (Response.NE, -1, -1)
    assert found == (-1, -1, -1, -1, nothing, -1, -1, nothing)


# --- Times
