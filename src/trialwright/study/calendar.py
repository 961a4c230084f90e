"""The planned calendar of tumour assessments, as plain functions of days.

Days count from the first treatment (0); the baseline is visit 0. The interval may change once,
as where a protocol scans every 8 weeks for half a year and every 12 weeks after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.study.model import Study

DAYS_PER_WEEK = 7
NEVER = float("inf")


class AssessmentCalendar(NamedTuple):
    """When tumour assessments are planned, in days.

    Up to ``change_day`` they lie ``interval_days`` apart, later ``later_interval_days``;
    ``change_day`` is infinite where the interval never changes. A scan may be ``window_days``
    early or late.
    """

    interval_days: int
    window_days: int
    change_day: float
    later_interval_days: int


def calendar_of(study: Study) -> AssessmentCalendar:
    """Take the calendar from a study.

    Raises
    ------
    StudyError
        If a field of it is open, or assessments lie so near each other that a scan could belong
        to two of them.
    """
    schedule = study.schedule
    calendar = make_calendar(
        schedule.assessment_interval_weeks.require(),
        schedule.assessment_window_days.require(),
        schedule.later_assessments.require(),
    )
    window = calendar.window_days
    for field, days in (
        ("assessment_interval_weeks", calendar.interval_days),
        ("later_assessments", calendar.later_interval_days),
    ):
        if days <= 2 * window:
            msg = (
                f"schedule.{field}: assessments {days} days apart with a window of {window} days "
                "before and after overlap; make the interval longer or the window shorter"
            )
            raise StudyError(msg)
    return calendar


def make_calendar(
    interval_weeks: float, window_days: int, later: Sequence[float] = ()
) -> AssessmentCalendar:
    """Make a calendar of numbers of weeks.

    Parameters
    ----------
    interval_weeks : float
        Weeks between assessments.
    window_days : int
        Days by which a scan may be early or late.
    later : sequence of float
        After how many weeks the interval changes, and to how many; empty: never.

    Examples
    --------
    >>> make_calendar(8, 7, (24, 12))
    AssessmentCalendar(interval_days=56, window_days=7, change_day=168.0, later_interval_days=84)
    """
    interval = _days(interval_weeks)
    if not later:
        return AssessmentCalendar(interval, window_days, NEVER, interval)
    week, weeks = later
    return AssessmentCalendar(interval, window_days, float(_days(week)), _days(weeks))


def horizon_days(study: Study) -> float:
    """Return the horizon (``schedule.horizon_months``) in days from the first treatment.

    Raises
    ------
    StudyError
        If it is still open.
    """
    return study.schedule.horizon_months.require() * study.endpoints.days_per_month.require()


def _days(weeks: float) -> int:
    return round(weeks * DAYS_PER_WEEK)


def planned_day(calendar: AssessmentCalendar, number: int) -> int:
    """Return the planned day of an assessment after baseline, the first of which is number 1.

    Examples
    --------
    >>> every_8_then_12_weeks = AssessmentCalendar(56, 7, 168.0, 84)
    >>> [planned_day(every_8_then_12_weeks, number) for number in range(1, 6)]
    [56, 112, 168, 252, 336]
    """
    if number * calendar.interval_days <= calendar.change_day:
        return number * calendar.interval_days
    before = int(calendar.change_day) // calendar.interval_days
    return before * calendar.interval_days + (number - before) * calendar.later_interval_days


def visit_begun_by(calendar: AssessmentCalendar, day: float) -> int:
    """Return the last planned assessment whose window has begun on a day; 0: none but baseline.

    A scan on that day belongs to it, if it is not a late one of the assessment before.
    """
    number = 0
    while planned_day(calendar, number + 1) - calendar.window_days <= day:
        number += 1
    return number


def visit_not_over(calendar: AssessmentCalendar, day: float) -> int:
    """Return the first planned assessment whose window is not over on a day; at least 1.

    It is the visit that a scan within its window belongs to; of a scan between two windows it is
    the next one.
    """
    number = 1
    while planned_day(calendar, number) + calendar.window_days < day:
        number += 1
    return number


def windows_passed(calendar: AssessmentCalendar, after: float, before: float) -> int:
    """Return how many planned assessments have their whole window between two days."""
    first = 1
    while planned_day(calendar, first) - calendar.window_days <= after:
        first += 1
    passed = 0
    while planned_day(calendar, first + passed) + calendar.window_days < before:
        passed += 1
    return passed


def longest_gap(calendar: AssessmentCalendar, last_day: float, missed: int) -> int:
    """Return the longest time, in days, from an assessment to an event that still counts.

    It is the next ``missed + 1`` planned intervals, and one window for a last scan that came
    early and one for a next scan that comes late: with one missed assessment allowed every 8
    weeks and a window of 7 days 126 days. Where the interval changes between, the actual
    intervals are added up.

    Parameters
    ----------
    calendar : AssessmentCalendar
        The planned assessments.
    last_day : float
        Day of the last assessment that counts, or of the start of time.
    missed : int
        Missed assessments in a row that an event may follow, 0 or more.

    Notes
    -----
    Source: ``docs/decisions/005-missed-assessments.md``.

    Examples
    --------
    >>> longest_gap(AssessmentCalendar(56, 7, float("inf"), 56), 56, 1)
    126
    """
    number = visit_begun_by(calendar, last_day)
    planned = planned_day(calendar, number + missed + 1) - planned_day(calendar, number)
    return planned + 2 * calendar.window_days
