"""Days, and other units of time, between two dates.

Source: admiral 1.4 ``compute_duration`` and ``derive_vars_dy``, whose test cases are the oracle
(``tests/oracle/dataset/test_admiral_dates.py``); SDTM Implementation Guide, section 4.4.4: there
is no study day 0.
"""

from __future__ import annotations

import calendar
import math
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

Unit = Literal["years", "months", "weeks", "days", "hours", "minutes", "seconds"]

DAYS_PER_YEAR = 365.25
_DAY = timedelta(days=1)
_LENGTHS = {
    "years": DAYS_PER_YEAR * _DAY,
    "months": DAYS_PER_YEAR / 12 * _DAY,
    "weeks": timedelta(weeks=1),
    "days": _DAY,
    "hours": timedelta(hours=1),
    "minutes": timedelta(minutes=1),
    "seconds": timedelta(seconds=1),
}
_MONTHS = {"years": 12, "months": 1}  # units that a calendar counts, in months


def study_day(day: date, reference: date) -> int:
    """Return the study day of a date: the reference day is 1, the day before it -1.

    Parameters
    ----------
    day, reference : date or datetime
        A time of day does not count.

    Examples
    --------
    >>> study_day(date(2014, 1, 17), date(2014, 1, 17)), study_day(
    ...     date(2014, 1, 16), date(2014, 1, 17)
    ... )
    (1, -1)
    """
    days = (_calendar_day(day) - _calendar_day(reference)).days
    return days + 1 if days >= 0 else days


def duration(
    start: date,
    end: date,
    unit: Unit = "days",
    *,
    first_counts: bool = True,
    truncate: bool = False,
    by_calendar: bool = False,
) -> float:
    """Return the time from one date to another; negative if the end is before the start.

    Parameters
    ----------
    start, end : date or datetime
        A datetime counts with its time of day; give its ``date()`` to count whole days.
    unit : {"years", "months", "weeks", "days", "hours", "minutes", "seconds"}
        Unit of the result.
    first_counts : bool
        Does the first day count? One day is added unless the end is before the start.
    truncate : bool
        Leave out the fraction (35.9 years are 35).
    by_calendar : bool
        Count months and years by the calendar: 1 February to 1 March is one month. False: a year
        is 365.25 days and a month a twelfth of it. Other units are the same either way.

    Raises
    ------
    ValueError
        If the unit is none of these.

    Examples
    --------
    >>> duration(date(2020, 12, 6), date(2020, 12, 24))
    19.0
    >>> duration(date(2000, 2, 1), date(2000, 3, 1), "months", first_counts=False, by_calendar=True)
    1.0
    """
    if unit not in _LENGTHS:
        msg = f"unit must be one of {', '.join(get_args(Unit))}, not {unit!r}"
        raise ValueError(msg)
    first, last = _moment(start), _moment(end)
    if first_counts and last >= first:
        last += _DAY
    if by_calendar and unit in _MONTHS:
        length = _calendar_length(first, last, _MONTHS[unit])
    else:
        length = (last - first) / _LENGTHS[unit]
    return float(math.trunc(length)) if truncate else length


def _calendar_day(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


def _moment(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time())


def _calendar_length(start: datetime, end: datetime, months: int) -> float:
    """Count whole periods from the start, and the rest as a part of the period it lies in."""
    if end < start:
        return -_calendar_length(end, start, months)
    apart = 12 * (end.year - start.year) + end.month - start.month
    whole = apart // months
    if _add_months(start, whole * months) > end:
        whole -= 1
    begun, over = (_add_months(start, number * months) for number in (whole, whole + 1))
    return whole + (end - begun) / (over - begun)


def _add_months(moment: datetime, months: int) -> datetime:
    """Return the same day some months later, or the last of that month if it has no such day."""
    year, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + year, month + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)
