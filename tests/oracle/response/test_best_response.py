"""Days and scans that count for the best response: confirmation, stable disease, therapy."""

from __future__ import annotations

import pytest
from readouts import BEST_RULES, overall

from trialwright.response import (
    Response,
    best_response,
    last_counted,
)
from trialwright.response.best import confirmed_at

# --- Days: confirmation after 28, SD after 49 (§3.6)


@pytest.mark.parametrize(("second", "expected"), [(83, "SD"), (84, "PR"), (85, "PR")])
def test_confirmation_after_exactly_28_days(read, calendar, second, expected):
    response = read({"T1": (100, 60, 60)}, days=(-7, 56, second))
    assert response.confirmed.response.name == expected
    if expected == "PR":
        assert response.confirmed.date == calendar(56)
        assert response.confirmed.confirmed_on == calendar(second)
        assert response.response_start == calendar(56)
    else:
        assert (response.confirmed.confirmed_on, response.response_start) == (None, None)


@pytest.mark.parametrize(("second", "expected"), [(83, -1), (84, 1)])
def test_scan_that_confirms(second, expected):
    responses = [Response.PR, Response.PR]
    assert confirmed_at(responses, [56, second], 0, BEST_RULES) == expected


def test_partial_response_after_a_complete_one_confirms_nothing():
    # §3.6: no PR after CR; the CR two weeks later is too soon to confirm the first PR
    responses = [Response.PR, Response.CR, Response.PR]
    assert confirmed_at(responses, [56, 70, 84], 0, BEST_RULES) == -1
    assert confirmed_at([Response.PR, Response.CR, Response.CR], [56, 70, 84], 0, BEST_RULES) == 2


def test_later_scan_confirms_what_an_early_one_could_not():
    responses = [Response.PR, Response.PR, Response.PR]
    assert confirmed_at(responses, [56, 70, 84], 0, BEST_RULES) == 2


@pytest.mark.parametrize(("scan", "expected"), [(48, "NE"), (49, "SD"), (50, "SD")])
def test_stable_disease_after_exactly_49_days(read, scan, expected):
    response = read({"T1": (100, 90)}, days=(-7, scan))
    assert response.unconfirmed.response.name == expected
    assert response.confirmed.response.name == expected


@pytest.mark.parametrize(("scan", "expected"), [(48, "PD"), (49, "SD")])
def test_early_stable_disease_followed_by_progression(read, scan, expected):
    # §3.6: minimum SD unfulfilled is PD if PD follows
    response = read({"T1": (100, 90, 130)}, days=(-7, scan, scan + 56))
    assert response.best.response.name == expected


@pytest.mark.parametrize(("scan", "expected"), [(48, "PD"), (49, "SD")])
def test_unconfirmed_response_followed_by_progression(read, scan, expected):
    response = read({"T1": (100, 60, 130)}, days=(-7, scan, scan + 56))
    assert response.confirmed.response.name == expected
    assert response.unconfirmed.response.name == "PR"


def test_unconfirmed_response_needs_no_minimum_duration():
    best = best_response([Response.PR], [14], BEST_RULES, confirm=False)
    assert best.response.name == "PR"


# --- What counts: up to the first PD, before a new therapy (§3.6)


def test_response_after_progression_does_not_count(read):
    response = read({"T1": (100, 130, 60, 60)})
    assert overall(response) == ["PD", "PR", "PR"]
    assert response.counted == 1
    assert {b.response.name for b in (response.best, response.unconfirmed)} == {"PD"}


@pytest.mark.parametrize(
    ("therapy", "counted", "confirmed", "unconfirmed"),
    [
        (60, 1, "SD", "SD"),  # before the response
        (120, 2, "SD", "PR"),  # between the response and its confirmation
        (170, 3, "PR", "PR"),  # after the confirmation
    ],
)
def test_response_after_a_new_therapy_does_not_count(
    read, calendar, therapy, counted, confirmed, unconfirmed
):
    response = read({"T1": (100, 90, 60, 60)}, new_therapy=calendar(therapy))
    assert response.counted == counted
    assert response.confirmed.response.name == confirmed
    assert response.unconfirmed.response.name == unconfirmed


def test_new_therapy_before_the_first_scan_leaves_nothing_to_count(read, calendar):
    response = read({"T1": (100, 60, 60)}, new_therapy=calendar(3))
    assert response.counted == 0
    assert response.best.response.name == "NE"
    assert response.response_start is None


def test_last_counted_scan():
    responses = [Response.SD, Response.PR, Response.PD, Response.PR]
    days = [56, 112, 168, 224]
    assert last_counted(responses, days, float("inf")) == 3
    assert last_counted(responses, days, 113) == 2
    assert last_counted(responses, days, 111) == 1
    assert last_counted(responses[:2], days[:2], float("inf")) == 2
    assert last_counted([], [], float("inf")) == 0
