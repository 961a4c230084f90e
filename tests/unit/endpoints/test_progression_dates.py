"""Progressions dated at the scheduled visit instead of the day on which they were seen.

Source: FDA guidance on clinical trial endpoints (2007), appendix 3, tables B and C; decision 013.
Days count from the first treatment; scans lie every 8 weeks with a window of 7 days.
"""

from __future__ import annotations

import pytest
from ended_times import (
    COMPOSITE,
    EVENT,
    EVENTS,
    HYPOTHETICAL,
    PLAIN,
    STABLE,
    end,
    short,
)

from following import EVERY_8_WEEKS
from trialwright.endpoints.censoring import NEVER, Cause, DeathIs, date_event
from trialwright.study.calendar import AssessmentCalendar

SCHEDULED = {"dated_at_visit": True}


@pytest.mark.parametrize(
    ("shown", "dated"),
    [
        (20, 56), (49, 56), (56, 56), (63, 56),  # early, on the day, late
        (64, 112), (80, 112), (105, 112), (119, 112), (120, 168),
    ],
)  # fmt: skip
def test_a_progression_is_dated_at_its_visit_or_the_next(shown, dated):
    assert end({shown: "PD"}, **SCHEDULED)[:2] == (dated, EVENT)
    assert end({shown: "PD"}, **SCHEDULED).cause_day == shown
    claimed = end({}, claimed=shown, clinical_progression=COMPOSITE, **SCHEDULED)
    assert short(claimed) == (dated, EVENT, Cause.CLINICAL_PROGRESSION)


def test_the_planned_days_are_those_of_a_calendar_that_changes():
    changing = AssessmentCalendar(56, 7, 168.0, 84)
    assert [end({day: "PD"}, calendar=changing, **SCHEDULED).day for day in (175, 176, 259)] == [
        *(168, 252, 252)
    ]


@pytest.mark.parametrize(
    ("death", "dated"), [(64, 64), (90, 90), (111, 111), (112, 112), (300, 112)]
)
def test_no_planned_day_is_later_than_the_death(death, dated):
    for death_is in DeathIs:
        assert end({64: "PD"}, death_is=death_is, death=death, **SCHEDULED)[:2] == (dated, EVENT)


@pytest.mark.parametrize("event", ["therapy", "local", "stop"])
def test_only_progressions_are_moved_to_the_planned_day(event):
    name, _ = EVENTS[event]
    assert end(STABLE, **{event: 80, name: COMPOSITE}, **SCHEDULED).day == 80
    assert end(STABLE, death=180, **SCHEDULED).day == 180
    assert end({60: "SD", 130: "SD"}, **SCHEDULED).day == 130
    assert date_event(Cause.PROGRESSION, 80, NEVER, PLAIN) == 80


def test_what_came_first_is_told_by_actual_days():
    # new therapy on day 90, a progression on day 80 that is dated on day 112
    found = end({56: "SD", 80: "PD"}, therapy=90, new_therapy=HYPOTHETICAL, **SCHEDULED)
    assert short(found) == (112, EVENT, Cause.PROGRESSION)


def test_a_response_on_a_late_scan_never_ends_before_it_began():
    # day 113 and day 126 both belong to the visit of day 112, if the window is two weeks
    wide = EVERY_8_WEEKS._replace(window_days=14)
    found = end({113: "PR", 126: "PD"}, start=113.0, calendar=wide, **SCHEDULED)
    assert short(found) == (113, EVENT, Cause.PROGRESSION)
    claimed = end(
        {113: "PR"}, start=113.0, calendar=wide, claimed=113, clinical_progression=COMPOSITE,
        **SCHEDULED,
    )  # fmt: skip
    assert short(claimed) == (113, EVENT, Cause.CLINICAL_PROGRESSION)
