"""Which assessment is the last that counts, and events after more missed ones than are allowed.

Source: FDA guidance on clinical trial endpoints (2007), appendix 3; decision 013.
Days count from the first treatment; scans lie every 8 weeks with a window of 7 days.
"""

from __future__ import annotations

import pytest
from ended_times import (
    CENSORED,
    COMPETING,
    COMPOSITE,
    EVENT,
    EVENTS,
    PLAIN,
    each_event,
    end,
    short,
)

from trialwright.endpoints.censoring import (
    NEVER,
    Assessed,
    Cause,
    DeathIs,
    Happened,
    Why,
    end_of_time,
    last_assessment,
)
from trialwright.study.calendar import AssessmentCalendar

ALLOWED = {0: 70, 1: 126, 2: 182}  # allowed: intervals of 56 days and two windows of 7


@pytest.mark.parametrize("allowed", ALLOWED)
@pytest.mark.parametrize("last", [49, 56, 63, 112])
@pytest.mark.parametrize("kind", ["PD", "death"])
def test_missed_by_days_has_exact_edges(allowed, last, kind):
    for over, expected in ((0, EVENT), (1, CENSORED)):
        when = last + ALLOWED[allowed] + over
        scans, facts = ({last: "SD", when: "PD"}, {}) if kind == "PD" else ({last: "SD"}, {})
        if kind == "death":
            facts["death"] = when
        rules = {f"missed_before_{'progression' if kind == 'PD' else 'death'}": allowed}
        found = end(scans, **facts, **rules)
        assert found.status == expected, when
        if expected == CENSORED:
            assert (found.day, found.why, found.cause_day) == (last, Why.MISSED, when)


def test_each_kind_of_event_has_its_own_allowance():
    late = {56: "SD", 400: "PD"}
    assert end(late, missed_before_death=1).status == EVENT
    assert end(late, missed_before_progression=1).status == CENSORED
    assert end({56: "SD"}, death=400, missed_before_progression=1).status == EVENT


def test_a_scan_that_could_not_be_read_is_a_missed_one():
    scans = {56: "SD", 112: "NE", 168: "NE", 224: "PD"}
    found = end(scans, missed_before_progression=1)
    assert (found.day, found.why) == (56, Why.MISSED)
    assert end(scans, missed_before_progression=2).status == EVENT


@each_event
def test_the_day_of_another_event_is_known_without_a_scan(event):
    name, cause = EVENTS[event]
    found = end({56: "SD"}, **{event: 600, name: COMPOSITE}, missed_before_progression=0,
                missed_before_death=0)  # fmt: skip
    assert short(found) == (600, EVENT, cause)


def test_a_gap_over_the_change_of_the_interval_adds_the_actual_intervals():
    changing = AssessmentCalendar(56, 7, 168.0, 84)
    for last, gap in ((112, 154), (168, 182)):
        for over, expected in ((0, EVENT), (1, CENSORED)):
            found = end(
                {last: "SD", last + gap + over: "PD"},
                calendar=changing,
                missed_before_progression=1,
            )
            assert found.status == expected, (last, over)


@pytest.mark.parametrize(
    ("last", "event", "passed"),
    [
        (56, 119, 0),  # within the window of day 112
        (56, 120, 1),
        (56, 175, 1),  # within the window of day 168
        (56, 176, 2),
        (105, 120, 0),  # a scan on the first day of the window belongs to it
        (104, 120, 1),
        (0, 63, 0),
        (0, 64, 1),
    ],
)
@pytest.mark.parametrize("allowed", [0, 1])
def test_missed_by_planned_visits_counts_whole_windows(last, event, passed, allowed):
    scans = {event: "PD"} | ({last: "SD"} if last else {})
    found = end(scans, by_planned_visits=True, missed_before_progression=allowed)
    assert found.status == (EVENT if passed <= allowed else CENSORED)


def test_a_missed_progression_does_not_come_back_to_life():
    # nothing after a progression that does not count revives the time (decision 013, point 3)
    scans = {56: "SD", 300: "PD", 310: "SD", 320: "PD"}
    found = end(scans, missed_before_progression=1, death=330, missed_before_death=1)
    assert (found.day, found.why, found.cause) == (56, Why.MISSED, Cause.PROGRESSION)


def test_the_censoring_scan_may_be_another_than_the_one_that_was_not_missed():
    """FDA table A: censored at the last measured scan, missed by evaluable ones."""
    assessed = Assessed([56, 112, 168], [True, True, False], [True, False, True])
    happened = Happened(0.0, True, NEVER, NEVER, 168 + 127.0, NEVER, NEVER, NEVER)
    rules = PLAIN._replace(missed_before_death=1)
    found = end_of_time(assessed, happened, DeathIs.EVENT, rules)
    assert (found.day, found.why, found.assessment) == (112, Why.MISSED, 1)
    in_time = happened._replace(death=168 + 126.0)
    assert end_of_time(assessed, in_time, DeathIs.EVENT, rules).status == EVENT


@pytest.mark.parametrize(
    ("death_is", "expected"),
    [
        (DeathIs.EVENT, (0, CENSORED)),
        (DeathIs.COMPETING, (0, CENSORED)),
        (DeathIs.CENSORED_AT_LAST_ASSESSMENT, (0, CENSORED)),
        (DeathIs.CENSORED_AT_DEATH, (127, CENSORED)),
    ],
)
def test_a_death_after_missed_assessments_is_no_event_of_any_kind(death_is, expected):
    found = end({}, death_is=death_is, death=127, missed_before_death=1)
    assert (found.day, found.status) == expected
    assert end({}, death_is=DeathIs.COMPETING, death=126, missed_before_death=1).status == COMPETING


@pytest.mark.parametrize("start", [-28.0, 0.0])
def test_the_origin_of_time_does_not_decide_what_was_missed(start):
    """A visit every 56 days, 7 around it: on day 110 the second is not over (1 allowed)."""
    found = end({}, start=start, death=110, missed_before_death=1)
    assert (found.day, found.status) == (110, EVENT)


@pytest.mark.parametrize(
    ("days", "counts", "start", "until", "shows", "expected"),
    [
        ([], [], 0, NEVER, False, -1),
        ([56, 112], [True, True], 0, NEVER, False, 1),
        ([56, 112], [True, False], 0, NEVER, False, 0),
        ([56, 112], [False, False], 0, NEVER, False, -1),
        ([56, 112], [True, True], 0, 112, False, 1),
        ([56, 112], [True, True], 0, 112, True, 0),
        ([56, 112], [True, True], 0, 111, False, 0),
        ([56, 112], [True, True], 57, 112, True, -1),
        ([56, 112], [True, True], 112, 112, False, 1),
        ([56, 112], [True, True], 100, 56, False, -1),
        ([-7, 56], [True, True], 0, 20, False, -1),
    ],
)
def test_the_last_assessment(days, counts, start, until, shows, expected):
    assert last_assessment(days, counts, start, until, shows) == expected
