"""Moments that are known in part: a date with a time of day, completed by declared rules.

Derivations count days; moments are for sources that record hours, such as doses and samples.

Sources
-------
SDTM Implementation Guide, section 4.4.2, as in ``partial_dates``. Flags: the date and time
imputation flags of CDISC ADaM (``--DTF``, ``--TMF``). Oracle: the datetime cases of the R package
admiral 1.4 (``tests/oracle/dataset/test_admiral_dates.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import product
from typing import TYPE_CHECKING, Literal, get_args

from trialwright.dataset.partial_dates import (
    DATE_FLAGS,
    PartialDate,
    complete_date,
    read_partial_date,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trialwright.dataset.partial_dates import Flag

TimePart = Literal["none", "second", "minute", "hour", "day", "month", "year"]
TimeFlag = Literal["S", "M", "H"]
Clock = tuple[int | None, int | None, int | None]  # hour, minute, second; None: not known

_TIME = re.compile(r"([0-9]{2}|-)(?::([0-9]{2}|-)(?::([0-9]{2}|-)(\.[0-9]+)?)?)?")
_RANK = {name: rank for rank, name in enumerate(get_args(TimePart))}
_CLOCK_PARTS: tuple[tuple[TimePart, TimeFlag], ...] = (
    ("hour", "H"), ("minute", "M"), ("second", "S"),
)  # fmt: skip
_RANGES = (range(24), range(60), range(60))
_START, _END = time(0, 0, 0), time(23, 59, 59)
_NO_CLOCK: Clock = (None, None, None)


@dataclass(frozen=True, slots=True)
class MomentRules:
    """How a moment is completed.

    Parameters
    ----------
    date_rule : str
        As the rule of ``complete_date``: ``first``, ``middle``, ``last`` or ``--06-15``.
    time_rule : str
        ``first`` (00:00:00), ``last`` (23:59:59) or a time such as ``12:00:00``.
    highest : {"none", "second", "minute", "hour", "day", "month", "year"}
        The highest part that may be completed.
    keep_known : bool
        Does a part count that is known below one that is not (the minutes of ``T-:15``)?

    Raises
    ------
    ValueError
        If the time or the part is none of these.
    """

    date_rule: str = "first"
    time_rule: str = "first"
    highest: TimePart = "hour"
    keep_known: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no rule."""
        if self.highest not in _RANK:
            msg = f"highest must be one of {', '.join(_RANK)}, not {self.highest!r}"
            raise ValueError(msg)
        _ = self.clock

    @property
    def clock(self) -> time:
        """The time of day that stands in where none is known."""
        words = {"first": _START, "last": _END}
        return words.get(self.time_rule) or time.fromisoformat(self.time_rule)


@dataclass(frozen=True, slots=True)
class PartialMoment:
    """What is known of a moment; ``fraction`` are the microseconds of a known second."""

    date: PartialDate
    clock: Clock = _NO_CLOCK
    fraction: int = 0

    @property
    def unknown(self) -> TimePart:
        """The highest part that is not known; ``none`` of a whole moment."""
        if self.date.unknown != "none":
            return self.date.unknown
        parts = zip(_CLOCK_PARTS, self.clock, strict=True)
        return next((name for (name, _), value in parts if value is None), "none")

    def agrees(self, moment: datetime) -> bool:
        """Tell whether it may be this moment."""
        clock = zip(self.clock, (moment.hour, moment.minute, moment.second), strict=True)
        return self.date.agrees(moment.date()) and all(
            known in (None, value) for known, value in clock
        )

    def moments_from(self, start: datetime) -> Iterator[datetime]:
        """Yield moments that it may be, from ``start`` on, second by second."""
        if self.agrees(start):
            yield start
        for day, clock in product(self.date.days_from(start.date()), self._clocks()):
            if (moment := datetime.combine(day, clock)) > start:
                yield moment

    def moments_to(self, end: datetime) -> Iterator[datetime]:
        """Yield moments that it may be, from ``end`` backwards."""
        if self.agrees(end):
            yield end
        for day, clock in product(self.date.days_to(end.date()), reversed(self._clocks())):
            if (moment := datetime.combine(day, clock)) < end:
                yield moment

    def without_stray_parts(self) -> PartialMoment:
        """Forget what is known below a part that is not."""
        if self.date.unknown != "none":
            return PartialMoment(self.date.without_stray_parts())
        hour, minute, second = self.clock
        minute = None if hour is None else minute
        return PartialMoment(
            self.date, (hour, minute, None if minute is None else second), self.fraction
        )

    def _clocks(self) -> list[time]:
        """Return every time of day that it may be."""
        parts = zip(self.clock, _RANGES, strict=True)
        choices = (span if known is None else (known,) for known, span in parts)
        return [time(h, m, s, self.fraction) for h, m, s in product(*choices)]


@dataclass(frozen=True, slots=True)
class CompletedMoment:
    """A moment, and the highest part of its date and of its time that was completed."""

    moment: datetime
    date_imputed: Flag | None
    time_imputed: TimeFlag | None


def read_partial_moment(text: str) -> PartialMoment | None:
    """Read a moment that may be known in part.

    Parameters
    ----------
    text : str
        A date as ``read_partial_date`` reads it, and behind a ``T`` the time of day, a hyphen for
        a part that is not known: ``2003-12-15T13:-:19``, ``2020-07--T00:00``.

    Returns
    -------
    PartialMoment or None
        None if it is not such a text, or there is no such day or time.
    """
    day, _, clock = text.strip().partition("T")
    known = read_partial_date(day)
    parts = _TIME.fullmatch(clock or "-")
    if known is None or parts is None:
        return None
    hour, minute, second = (
        int(part) if part is not None and part != "-" else None for part in parts.groups()[:3]
    )
    values = zip((hour, minute, second), _RANGES, strict=True)
    if any(value is not None and value not in span for value, span in values):
        return None
    fraction = 0 if second is None else round(float(parts[4] or 0) * 1e6)
    return PartialMoment(known, (hour, minute, second), min(fraction, 999_999))


def complete_moment(
    text: str | None,
    rules: MomentRules,
    *,
    not_before: Iterable[date | None] = (),
    not_after: Iterable[date | None] = (),
) -> CompletedMoment | None:
    """Complete a moment that is known in part; a whole moment is returned as it is.

    Parameters
    ----------
    text : str or None
        As ``read_partial_moment`` reads it; blank or none: nothing is known.
    rules : MomentRules
        How it is completed, and how far.
    not_before, not_after : iterable of date, datetime or None
        Bounds, used as ``complete_date`` uses them. A date without a time is its first second
        as a lower bound, its last as an upper one.

    Returns
    -------
    CompletedMoment or None
        None where more is unknown than may be completed.

    Raises
    ------
    ValueError
        If the text is no moment.

    Examples
    --------
    >>> complete_moment("2019-07-18T15", MomentRules(time_rule="last")).moment
    datetime.datetime(2019, 7, 18, 15, 59, 59)
    """
    known = PartialMoment(PartialDate())
    if text is not None and text.strip():
        read = read_partial_moment(text)
        if read is None:
            msg = f"{text!r} is not a moment, nor part of one; write 2024-03-15T08:30"
            raise ValueError(msg)
        known = read
    if _RANK[known.unknown] > _RANK[rules.highest]:
        return None
    left = known if rules.keep_known else known.without_stray_parts()
    after = [_moment(bound, _START) for bound in not_before if bound is not None]
    before = [_moment(bound, _END) for bound in not_after if bound is not None]
    moment = _choose_year(left, rules, after, before) or _choose_moment(left, rules, after, before)
    if moment is None:
        return None
    parts = zip(_CLOCK_PARTS, left.clock, strict=True)
    return CompletedMoment(
        moment,
        DATE_FLAGS.get(left.date.unknown),
        next((flag for (_, flag), value in parts if value is None), None),
    )


def _moment(bound: date, clock: time) -> datetime:
    return bound if isinstance(bound, datetime) else datetime.combine(bound, clock)


def _choose_moment(
    known: PartialMoment, rules: MomentRules, after: list[datetime], before: list[datetime]
) -> datetime | None:
    """Choose a moment of a known year, then move the choice inside the bounds."""
    day = complete_date(str(known.date), rules.date_rule, highest="month")
    if day is None:
        return None
    chosen = datetime.combine(day.day, _clock(known, rules.clock))
    earliest = next(known.moments_from(datetime.combine(day.day.replace(month=1, day=1), _START)))
    latest = next(known.moments_to(datetime.combine(day.day.replace(month=12, day=31), time.max)))
    low = max((bound for bound in after if bound <= latest), default=chosen)
    if chosen < low:
        chosen = next(known.moments_from(low))
    high = min((bound for bound in before if bound >= earliest), default=chosen)
    return chosen if chosen <= high else next(known.moments_to(high))


def _clock(known: PartialMoment, rule: time) -> time:
    """Return the known time of day, with what is unknown as the rule says."""
    hour, minute, second = (
        value if part is None else part
        for part, value in zip(known.clock, (rule.hour, rule.minute, rule.second), strict=True)
    )
    return time(hour, minute, second, known.fraction)


def _choose_year(
    known: PartialMoment, rules: MomentRules, after: list[datetime], before: list[datetime]
) -> datetime | None:
    """Choose the possible moment nearest to a bound; without one there is no year to choose."""
    if known.date.year is not None:
        return None
    if rules.date_rule == "first" and after:
        moment = next(known.moments_from(max(after)), None)
        return None if moment is None or (before and moment > min(before)) else moment
    if rules.date_rule == "last" and before:
        moment = next(known.moments_to(min(before)), None)
        return None if moment is None or (after and moment < max(after)) else moment
    return None
