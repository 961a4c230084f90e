"""The planned assessments: days, windows and gaps, each compared with a count day by day."""

from __future__ import annotations

import pytest

from trialwright.errors import StudyError
from trialwright.study.calendar import (
    NEVER,
    AssessmentCalendar,
    calendar_of,
    longest_gap,
    make_calendar,
    planned_day,
    visit_begun_by,
    visit_not_over,
    windows_passed,
)

CALENDARS = {
    "8 weeks": AssessmentCalendar(56, 7, NEVER, 56),
    "8 then 12 weeks": AssessmentCalendar(56, 7, 168.0, 84),
    "change between two visits": AssessmentCalendar(56, 7, 150.0, 84),
    "change before the first visit": AssessmentCalendar(56, 7, 28.0, 84),
    "closer later": AssessmentCalendar(84, 10, 252.0, 42),
    "no window": AssessmentCalendar(42, 0, NEVER, 42),
    "widest window": AssessmentCalendar(56, 27, NEVER, 56),
}
each_calendar = pytest.mark.parametrize("calendar", CALENDARS.values(), ids=CALENDARS)
DAYS = range(-60, 700)


def walk(calendar: AssessmentCalendar, until: int = 2500) -> list[int]:
    """Return the planned days by going from one visit to the next."""
    days = [0]
    while days[-1] < until:
        soon = days[-1] + calendar.interval_days
        early = soon <= calendar.change_day
        days.append(soon if early else days[-1] + calendar.later_interval_days)
    return days[1:]


@each_calendar
def test_planned_days_go_from_visit_to_visit(calendar):
    walked = walk(calendar)
    assert [planned_day(calendar, n) for n in range(1, len(walked) + 1)] == walked
    assert planned_day(calendar, 0) == 0


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("8 weeks", [56, 112, 168, 224, 280]),
        ("8 then 12 weeks", [56, 112, 168, 252, 336]),
        ("change between two visits", [56, 112, 196, 280, 364]),
        ("change before the first visit", [84, 168, 252, 336, 420]),
        ("closer later", [84, 168, 252, 294, 336]),
    ],
)
def test_planned_days_of_known_calendars(name, days):
    assert [planned_day(CALENDARS[name], number) for number in range(1, 6)] == days


@each_calendar
def test_a_window_begins_and_ends_on_its_days(calendar):
    planned, window = walk(calendar), calendar.window_days
    for day in DAYS:
        begun = sum(one - window <= day for one in planned)
        over = sum(one + window < day for one in planned)
        assert visit_begun_by(calendar, day) == begun, day
        assert visit_not_over(calendar, day) == over + 1, day


def test_edges_of_a_window():
    every_8_weeks = CALENDARS["8 weeks"]
    assert [visit_begun_by(every_8_weeks, day) for day in (48, 49, 63, 64, 105)] == [0, 1, 1, 1, 2]
    assert [visit_not_over(every_8_weeks, day) for day in (0, 48, 63, 64, 119, 120)] == [
        *(1, 1, 1, 2, 2, 3)
    ]


@each_calendar
def test_windows_passed_are_those_that_lie_wholly_between(calendar):
    planned, window = walk(calendar), calendar.window_days
    for after in range(0, 400, 7):
        for before in range(after, 500, 3):
            between = [one for one in planned if after < one - window and one + window < before]
            assert windows_passed(calendar, after, before) == len(between), (after, before)


def test_a_scan_on_the_edge_of_a_window_is_no_missed_one():
    every_8_weeks = CALENDARS["8 weeks"]
    # the window of day 112 is 105 to 119
    assert windows_passed(every_8_weeks, 104, 120) == 1
    assert windows_passed(every_8_weeks, 105, 120) == 0
    assert windows_passed(every_8_weeks, 104, 119) == 0


@each_calendar
@pytest.mark.parametrize("missed", [0, 1, 2])
def test_the_longest_gap_ends_with_the_late_edge_of_the_visit_after_the_missed(calendar, missed):
    """A last scan as early as it may be, then a next scan as late as it may be."""
    planned = [0, *walk(calendar)]
    for number in range(1, 6):
        early = planned[number] - calendar.window_days
        late = planned[number + missed + 1] + calendar.window_days
        assert longest_gap(calendar, early, missed) == late - early


def test_the_longest_gap_where_the_interval_changes():
    changing = CALENDARS["8 then 12 weeks"]
    # from the visits of days 56, 112, 168 and 252 over one missed visit to the one after it
    assert [longest_gap(changing, day, 1) for day in (56, 112, 168, 252)] == [126, 154, 182, 182]
    assert [longest_gap(changing, day, 0) for day in (112, 168)] == [70, 98]
    # from the start, and from a day before it (an enrolment)
    assert longest_gap(changing, 0, 1) == longest_gap(changing, -10, 1) == 126


def test_a_study_gives_its_calendar(crclm_study, settle):
    assert calendar_of(crclm_study) == make_calendar(8, 7)
    changed = settle(crclm_study, schedule__later_assessments=(24.0, 12.0))
    assert calendar_of(changed) == AssessmentCalendar(56, 7, 168.0, 84)
    # 27 days before and after leave one day between the windows
    widest = settle(crclm_study, schedule__assessment_window_days=27)
    assert calendar_of(widest) == make_calendar(8, 27)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("later_assessments", {"schedule__later_assessments": (24.0, 2.0)}),
        ("later_assessments", {"schedule__later_assessments": (24.0, 0.05)}),
        (
            "assessment_interval_weeks",
            {
                "schedule__assessment_window_days": 0,
                "schedule__assessment_interval_weeks": 0.05,
            },
        ),
    ],
)
def test_visits_that_overlap_are_refused_and_never_counted_for_ever(
    crclm_study, settle, field, change
):
    with pytest.raises(StudyError, match=rf"schedule\.{field}: assessments .* overlap"):
        calendar_of(settle(crclm_study, **change))
