"""When an adverse event began and ended, as far as its dates say.

A date that is known in part stands for every day that agrees with it. Rules ask these days; the
one completed day is for displays, and for what needs a single day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.dataset.partial_dates import complete_date, read_partial_date

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from trialwright.dataset.partial_dates import CompletedDate


@dataclass(frozen=True, slots=True)
class PossibleDays:
    """The first and the last day that a date may be, and how it is written.

    Parameters
    ----------
    written : str or None
        The text on file; none: blank.
    earliest, latest : date or None
        None where what is known does not bound the day on that side.
    """

    written: str | None
    earliest: date | None
    latest: date | None

    @property
    def whole(self) -> date | None:
        """The day, where only one is possible."""
        return self.earliest if self.earliest == self.latest else None

    def __str__(self) -> str:
        """Write it as a sentence needs it: the day, the days it may be, or that nobody knows."""
        if self.whole is not None:
            return str(self.whole)
        if self.earliest is None and self.latest is None:
            return f"an unknown day ({self.written})" if self.written else "an unknown day"
        if self.earliest is None:
            return f"an unknown day up to {self.latest}"
        days = f"{self.earliest} to {self.latest}"
        return f"{self.written} ({days})" if self.written else f"a day from {days}"


def read_possible_days(text: str | None) -> PossibleDays:
    """Read the days that a date may be.

    Parameters
    ----------
    text : str or None
        As ``dataset.partial_dates.read_partial_date`` reads it; blank, without its year or no
        date at all: unknown.

    Examples
    --------
    >>> days = read_possible_days("2024-02")
    >>> print(days.earliest, days.latest)
    2024-02-01 2024-02-29
    """
    written = text.strip() if text else None
    known = read_partial_date(written) if written else None
    if known is None:
        return PossibleDays(written, None, None)
    if known.whole is not None:
        return PossibleDays(written, known.whole, known.whole)
    return PossibleDays(written, known.earliest, known.latest)


def bound_onset(onset: PossibleDays, resolution: PossibleDays) -> PossibleDays:
    """Return the days of an onset that its resolution allows: none after the last possible end.

    Where the two contradict (the event ends before it starts), the onset stays as it is written;
    a check of the data says so.
    """
    last = resolution.latest
    if last is None or (onset.latest is not None and onset.latest <= last):
        return onset
    if onset.earliest is not None and onset.earliest > last:
        return onset
    return PossibleDays(onset.written, onset.earliest, last)


def complete_onset(
    onset: PossibleDays, *, not_before: Iterable[date | None] = ()
) -> CompletedDate | None:
    """Return one day for an onset: its first possible day, raised to what is known to bound it.

    Parameters
    ----------
    onset : PossibleDays
        As ``bound_onset`` returns it.
    not_before : iterable of date or None
        A day that comes after all that are possible is not used.

    Returns
    -------
    CompletedDate or None
        The day, and how much of it was completed. None where not even the year is known: no day
        is made up.

    Source: the default of admiral's ``derive_vars_dt`` (``date_imputation = "first"``,
    ``min_dates``).

    Examples
    --------
    >>> from datetime import date
    >>> complete_onset(read_possible_days("2024-03"), not_before=[date(2024, 3, 20)])
    CompletedDate(day=datetime.date(2024, 3, 20), imputed='D')
    """
    if onset.earliest is None:
        return None
    return complete_date(
        onset.written, "first", highest="month", not_before=not_before, not_after=[onset.latest]
    )


def complete_resolution(
    resolution: PossibleDays,
    *,
    not_before: Iterable[date | None] = (),
    not_after: Iterable[date | None] = (),
) -> CompletedDate | None:
    """Return one day for a resolution: its last possible day, so that no event is shortened.

    None where not even the year is known.
    """
    if resolution.earliest is None:
        return None
    return complete_date(
        resolution.written, "last", highest="month", not_before=not_before, not_after=not_after
    )
