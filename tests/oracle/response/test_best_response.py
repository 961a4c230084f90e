"""Days and scans that count for the best response: confirmation, stable disease, therapy."""

from __future__ import annotations

from itertools import product

import pytest
from readouts import BEST_RULES, overall

from trialwright.response import (
    Response,
    best_response,
    last_counted,
)
from trialwright.response.best import confirmed_at, first_response

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


# --- A PR after a CR: targets gone, a non-target lesion not read (decision 006)


def test_a_lesion_read_as_gone_never_costs_the_response(read, calendar):
    unread = ("present", "not_evaluable", "not_evaluable")
    for states in (unread, ("present", "absent", "not_evaluable")):
        response = read({"T1": (30, 0, 0)}, non_targets={"N1": states})
        assert response.confirmed.response == Response.PR
        assert (response.confirmed.date, response.confirmed.confirmed_on) == (
            calendar(56),
            calendar(112),
        )
        assert response.response_start == calendar(56)
    assert overall(response) == ["CR", "PR"]
    assert response.confirmed.reason.sentence == (
        f"PR: CR at V1 ({calendar(56)}), confirmed as PR at V2 56 days later"
    )


@pytest.mark.parametrize(
    ("pattern", "days", "expected"),
    [
        ("CR PR", (56, 83), ("SD", 0, -1)),
        ("CR PR", (56, 84), ("PR", 0, 1)),
        ("PR CR PR", (56, 70, 84), ("PR", 0, 2)),
        ("CR NE PR", (56, 112, 168), ("PR", 0, 2)),
        ("CR NE NE PR", (56, 112, 168, 224), ("SD", 0, -1)),
        ("CR NE NE CR PR", (56, 112, 168, 224, 280), ("PR", 3, 4)),
        ("CR PR CR CR", (56, 112, 168, 224), ("CR", 2, 3)),  # the better one wins
        ("CR SD PR PR", (56, 112, 168, 224), ("SD", 0, -1)),  # nothing after a relapse
        ("CR PR PD", (56, 70, 126), ("SD", 0, -1)),
        ("CR PD", (20, 48), ("PD", 1, -1)),
    ],
)
def test_partial_response_confirms_a_complete_one_as_partial(pattern, days, expected):
    responses = [Response[name] for name in pattern.split()]
    found = best_response(responses, days, BEST_RULES, confirm=True)
    assert (found.response.name, found.visit, found.confirmed_at) == expected
    start = first_response(responses, days, BEST_RULES, confirm=True)
    assert (start >= 0) == (found.response in (Response.CR, Response.PR))


def test_reading_a_non_target_as_gone_never_worsens_the_response(read):
    states = ("absent", "present", "not_evaluable")
    for sizes in product((0, 18, 30, "not_evaluable"), repeat=3):
        for words in product(states, repeat=3):
            course = read({"T1": (30, *sizes)}, non_targets={"N1": ("present", *words)})
            for at in (n for n, word in enumerate(words) if word == "not_evaluable"):
                gone = ("present", *words[:at], "absent", *words[at + 1 :])
                better = read({"T1": (30, *sizes)}, non_targets={"N1": gone})
                if overall(better).count("PD") > overall(course).count("PD"):
                    continue  # disease after what is now a CR
                for one in ("confirmed", "unconfirmed"):
                    now, before = (getattr(r, one).response for r in (better, course))
                    assert now <= before, (sizes, words, at)


# --- The date of control


def test_control_without_targets_is_dated_at_the_first_scan_that_showed_it(read, calendar):
    states = ("present", "present", "present", "absent")
    response = read({}, non_targets={"N1": states})
    assert overall(response) == ["NON_CR_NON_PD", "NON_CR_NON_PD", "CR"]
    assert response.confirmed.response == Response.NON_CR_NON_PD
    assert response.confirmed.date == calendar(56)
    assert response.unconfirmed.response == Response.CR
    measured = read({"T1": (30, 30, 30, 0)})
    assert measured.confirmed.date == response.confirmed.date


# --- What the sentence says


@pytest.mark.parametrize(
    ("sizes", "days", "words"),
    [
        ((30, 0, 30), (20, 69), "CR at V1 was not confirmed and came before day 49"),
        ((30, 30, 50), (20, 69), "SD at V1 came before day 49"),
        ((30, "not_evaluable", 50), (20, 69), "nothing better before"),
    ],
)
def test_sentence_of_progression_names_what_came_too_early(read, calendar, sizes, days, words):
    response = read({"T1": sizes}, days=(-7, *days))
    assert response.confirmed.reason.sentence == f"PD at V2 ({calendar(69)}), {words}"


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((30, 15), "PR at V1 was not confirmed at least 28 days later"),
        (
            (30, 15, "not_evaluable", None, 15),
            "PR at V1 was not confirmed by PR at V4 (NE at V2 and V3 between, at most 1 allowed)",
        ),
        (
            (30, 20, 22, 22, 20),
            "PR at V1 was not confirmed by PR at V4 (SD at V2 and V3 between, at most 1 allowed)",
        ),
    ],
)
def test_sentence_of_stable_disease_names_what_kept_a_response_unconfirmed(read, sizes, words):
    sizes = tuple("not_evaluable" if one is None else one for one in sizes)
    sentence = read({"T1": sizes}).confirmed.reason.sentence
    assert sentence == f"SD: {words}; no progression at V1, day 56 (at least day 49)"


def test_sentence_under_admiral_says_what_confirms_a_complete_response(read):
    response = read(
        {"T1": (30, 0, 0)},
        non_targets={"N1": ("present", "absent", "not_evaluable")},
        rules={"best_response_rules": "admiral"},
    )
    assert response.confirmed.reason.sentence == (
        "SD: CR at V1 was not confirmed by PR at V2 (only a CR confirms a CR, with nothing but NE "
        "between); no progression at V1, day 56 (at least day 49)"
    )


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
    assert response.best.reason.sentence == (
        "NE: no assessment after baseline counts; new anticancer therapy on "
        f"{calendar(3)} came before the first assessment"
    )
    assert response.response_start is None


def test_last_counted_scan():
    responses = [Response.SD, Response.PR, Response.PD, Response.PR]
    days = [56, 112, 168, 224]
    assert last_counted(responses, days, float("inf")) == 3
    assert last_counted(responses, days, 113) == 2
    assert last_counted(responses, days, 111) == 1
    assert last_counted(responses[:2], days[:2], float("inf")) == 2
    assert last_counted([], [], float("inf")) == 0
