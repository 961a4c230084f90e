"""Dates that are known in part: how they are written, and completed by a declared rule.

A date that is partly known stands for every day that agrees with what is known of it. To
complete it is to choose one of these days; the flag says how much of it was chosen.

Sources
-------
ISO 8601 as SDTM writes it (SDTM Implementation Guide, section 4.4.2): what is unknown at the
end is left off (``2024-03``), a hyphen stands for a part before it (``2024---15``). Flags: the
date imputation flag of CDISC ADaM (``--DTF``), the highest part that was completed. Oracle: the
date cases of the R package admiral 1.4 (``tests/oracle/dataset/test_admiral_dates.py``).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Part = Literal["none", "day", "month", "year"]
Flag = Literal["D", "M", "Y"]

_UNKNOWN = "-|UN|UNK|NK"
_DATE = re.compile(
    rf"(?P<year>[0-9]{{4}}|{_UNKNOWN})"
    rf"(-(?P<month>[0-9]{{2}}|{_UNKNOWN})(-(?P<day>[0-9]{{2}}|{_UNKNOWN}))?)?"
    r"([T ].*)?",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"--([0-9]{2})-([0-9]{2})")
_MONTHS, _DAYS = 12, 31  # of a year, and the most of a month
_LEAP_YEAR = 2000  # of an unknown year every day is possible, 29 February too
_MIDDLE = 15  # of a month; the middle of a year is the last of June, as admiral has it
_MIDYEAR = (6, 30)
_RANK = {name: rank for rank, name in enumerate(get_args(Part))}
DATE_FLAGS: dict[str, Flag] = {"day": "D", "month": "M", "year": "Y"}
# 29 February comes again within 8 years, 1896 to 1904; no other day is further from the next.
_FURTHEST_DAYS = 8 * 366


@dataclass(frozen=True, slots=True)
class PartialDate:
    """What is known of a date; a part that is not known is None.

    Raises
    ------
    ValueError
        If there is no such day.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse a day that no calendar holds."""
        if not _is_possible(self.year, self.month, self.day):
            msg = f"there is no day {self.year}, {self.month}, {self.day}"
            raise ValueError(msg)

    @property
    def whole(self) -> date | None:
        """The day, where all of it is known."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    @property
    def unknown(self) -> Part:
        """The highest part that is not known; ``none`` of a whole date."""
        if self.year is None:
            return "year"
        if self.month is None:
            return "month"
        return "day" if self.day is None else "none"

    @property
    def earliest(self) -> date | None:
        """The first day that it may be; none where the year is not known."""
        return None if self.year is None else date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date | None:
        """The last day that it may be; none where the year is not known."""
        if self.year is None:
            return None
        month = self.month or _MONTHS  # December has every day that a month can have
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def agrees(self, day: date) -> bool:
        """Tell whether it may be this day."""
        return (
            self.year in (None, day.year)
            and self.month in (None, day.month)
            and self.day in (None, day.day)
        )

    def days_from(self, start: date) -> Iterator[date]:
        """Yield the days that it may be, from ``start`` on."""
        days = range(min(_FURTHEST_DAYS, (date.max - start).days) + 1)
        return (day for n in days if self.agrees(day := start + timedelta(days=n)))

    def days_to(self, end: date) -> Iterator[date]:
        """Yield the days that it may be, from ``end`` backwards."""
        days = range(min(_FURTHEST_DAYS, (end - date.min).days) + 1)
        return (day for n in days if self.agrees(day := end - timedelta(days=n)))

    def without_stray_parts(self) -> PartialDate:
        """Forget what is known below a part that is not: of ``2024---15`` the year is left."""
        if self.year is None:
            return PartialDate()
        return PartialDate(self.year) if self.month is None else self

    def __str__(self) -> str:
        """Write it in ISO 8601; empty where nothing is known."""
        parts = (
            "-" if self.year is None else f"{self.year:04}",
            "-" if self.month is None else f"{self.month:02}",
            "-" if self.day is None else f"{self.day:02}",
        )
        known = [number for number, part in enumerate(parts, 1) if part != "-"]
        return "-".join(parts[: known[-1]]) if known else ""


@dataclass(frozen=True, slots=True)
class CompletedDate:
    """A day, and the highest part of it that was completed.

    ``imputed`` is D, M or Y as in CDISC ADaM: the day, the month (and perhaps the day), or the
    year (and perhaps the rest) was not known. None: the date was whole.
    """

    day: date
    imputed: Flag | None


def read_partial_date(text: str) -> PartialDate | None:
    """Read a date that may be known in part.

    Parameters
    ----------
    text : str
        ``2024``, ``2024-03``, ``2024-03-15``, ``2024---15``, ``--03-15``; ``UN``, ``UNK`` or
        ``NK`` may stand where a part is not known (``2024-03-UN``). A time of day is left out.

    Returns
    -------
    PartialDate or None
        None if it is not such a text, or there is no such day.

    Examples
    --------
    >>> read_partial_date("2024---15")
    PartialDate(year=2024, month=None, day=15)
    >>> str(read_partial_date("2024-03-UN"))
    '2024-03'
    """
    parts = _DATE.fullmatch(text.strip())
    if parts is None:
        return None
    year, month, day = (
        int(part) if (part := parts[name] or "-").isdigit() else None
        for name in ("year", "month", "day")
    )
    return PartialDate(year, month, day) if _is_possible(year, month, day) else None


def complete_date(
    text: str | None,
    rule: str = "first",
    *,
    highest: Part = "none",
    not_before: Iterable[date | None] = (),
    not_after: Iterable[date | None] = (),
    keep_known: bool = True,
) -> CompletedDate | None:
    """Complete a date that is known in part; a whole date is returned as it is.

    Parameters
    ----------
    text : str or None
        As ``read_partial_date`` reads it; blank or none: nothing is known.
    rule : str
        ``first``, ``middle`` or ``last`` possible day, or a month and day such as ``--06-15``.
        The middle of a month is its 15th, that of a year 30 June.
    highest : {"none", "day", "month", "year"}
        The highest part that may be completed.
    not_before, not_after : iterable of date or None
        Days that bound the result. A bound that what is known excludes is not used (a death in
        March is not moved by a contact in April), nor is None. Where two bounds leave nothing
        between them, ``not_after`` counts. A year is completed only from a bound:
        from ``not_before`` by the rule ``first``, from ``not_after`` by ``last``.
    keep_known : bool
        Does a day count that is known without its month (``2024---15``)? False: it is completed
        like an unknown one, as admiral does by default.

    Returns
    -------
    CompletedDate or None
        None where more is unknown than may be completed.

    Raises
    ------
    ValueError
        If the text is no date, or the rule or the part is none of these.

    Examples
    --------
    >>> from datetime import date
    >>> complete_date("2024-03", "first", highest="day", not_before=[date(2024, 3, 20)])
    CompletedDate(day=datetime.date(2024, 3, 20), imputed='D')
    >>> complete_date("2024", "last", highest="day") is None
    True
    """
    place = _read_rule(rule)
    if highest not in _RANK:
        msg = f"highest must be one of {', '.join(_RANK)}, not {highest!r}"
        raise ValueError(msg)
    known = _read_or_refuse(text)
    if known.whole is not None:
        return CompletedDate(known.whole, None)
    unknown = known.unknown
    if _RANK[unknown] > _RANK[highest]:
        return None
    left = known if keep_known else known.without_stray_parts()
    bounds = (
        [bound for bound in not_before if bound is not None],
        [bound for bound in not_after if bound is not None],
    )
    day = _choose_year(left, place, *bounds) or _choose_day(left, place, *bounds)
    return None if day is None else CompletedDate(day, DATE_FLAGS[unknown])


def _is_possible(year: int | None, month: int | None, day: int | None) -> bool:
    if year == 0 or (month is not None and not 1 <= month <= _MONTHS):
        return False
    if day is None:
        return True
    if month is None:
        return 1 <= day <= _DAYS
    return 1 <= day <= calendar.monthrange(_LEAP_YEAR if year is None else year, month)[1]


def _read_or_refuse(text: str | None) -> PartialDate:
    """Read a text; one that is no date is not the same as nothing known."""
    if text is None or not text.strip():
        return PartialDate()
    known = read_partial_date(text)
    if known is None:
        msg = f"{text!r} is not a date, nor part of one; write 2024-03-15, 2024-03 or 2024"
        raise ValueError(msg)
    return known


def _read_rule(rule: str) -> str | tuple[int, int]:
    """Return the rule, or the month and day that it gives."""
    if rule in ("first", "middle", "last"):
        return rule
    given = _GIVEN.fullmatch(rule)
    if given and _is_possible(None, int(given[1]), int(given[2])):
        return int(given[1]), int(given[2])
    msg = f"rule must be first, middle, last or a month and day such as --06-15, not {rule!r}"
    raise ValueError(msg)


def _choose_day(
    known: PartialDate, place: str | tuple[int, int], after: list[date], before: list[date]
) -> date | None:
    """Choose among the days of a known year, then move the choice inside the bounds."""
    earliest, latest = known.earliest, known.latest
    if earliest is None or latest is None:
        return None
    chosen = {"first": earliest, "last": latest}.get(str(place)) or _aim(known, place)
    low = max((bound for bound in after if bound <= latest), default=chosen)
    if chosen < low:
        chosen = next(known.days_from(low))
    high = min((bound for bound in before if bound >= earliest), default=chosen)
    return chosen if chosen <= high else next(known.days_to(high))


def _aim(known: PartialDate, place: str | tuple[int, int]) -> date:
    """Return the middle or the given day of a known year, or the nearest that is possible."""
    month, day = _MIDYEAR if isinstance(place, str) else place
    if isinstance(place, str) and known.month is not None:
        day = _MIDDLE
    year, month = known.year or _LEAP_YEAR, known.month or month
    if known.day is not None:  # the month alone is chosen, and has to have this day
        months = sorted(range(1, _MONTHS + 1), key=lambda other: abs(other - month))
        return next(
            date(year, other, known.day)
            for other in months
            if known.day <= calendar.monthrange(year, other)[1]
        )
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _choose_year(
    known: PartialDate, place: str | tuple[int, int], after: list[date], before: list[date]
) -> date | None:
    """Choose the possible day nearest to a bound; without one there is no year to choose."""
    if known.year is not None:
        return None
    if place == "first" and after:
        day = next(known.days_from(max(after)), None)
        return None if day is None or (before and day > min(before)) else day
    if place == "last" and before:
        day = next(known.days_to(min(before)), None)
        return None if day is None or (after and day < max(after)) else day
    return None
