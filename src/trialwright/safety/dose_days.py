"""One drug of one patient day by day: what was given, what was left out, cycles and gaps.

Days count from the patient's first dose of the drug, which is day 0.

Four things look alike in the rows of ``doses`` and are told apart here:

- a **dose left out** is a row of 0 mg: the drug was due in this cycle and not given;
- a **planned rest day** is a day of the cycle after its days of dosing, up to its length. It is
  neither given nor left out, whether or not a row of 0 mg covers it;
- a **delay** is the time from the day on which the next cycle was due to the day on which it
  began, where no row covers it. It counts as left out, and the next cycle begins late;
- what follows the **last dose** is none of them: the drug was not given again.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from math import fsum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.safety.dose_rows import DoseRow
    from trialwright.study.sections import Treatment


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the study plans a drug: a dose on the first ``days_given`` of each ``cycle_days``."""

    drug: str
    dose_mg: float
    cycle_days: int
    days_given: int

    @classmethod
    def of(cls, treatment: Treatment) -> Schedule:
        """Take the schedule of a drug of the study; a gap raises ``StudyError``."""
        return cls(
            treatment.name.require(),
            treatment.dose_mg.require(),
            treatment.cycle_days.require(),
            treatment.days_given.require(),
        )

    @property
    def is_infusion(self) -> bool:
        """Whether one dose stands for a whole cycle."""
        return self.days_given == 1 < self.cycle_days

    def is_rest(self, cycle_day: int) -> bool:
        """Tell whether the drug is not due on a day of a cycle, whose first day is 0."""
        return self.days_given <= cycle_day < self.cycle_days

    def doses_by(self, days: int) -> int:
        """Count the doses that the plan gives in the first ``days`` days of treatment.

        Examples
        --------
        >>> Schedule("Regorafenib", 80.0, 28, 21).doses_by(28 + 10)
        31
        """
        cycles, begun = divmod(days, self.cycle_days)
        return cycles * self.days_given + min(begun, self.days_given)


@dataclass(frozen=True, slots=True)
class DoseDays:
    """What a patient was given of one drug.

    Parameters
    ----------
    first : date
        The first dose: day 0.
    given : tuple of int
        Days on which the drug was given, ascending; the first is 0.
    dose_mg : tuple of float
        The dose of each of these days.
    left_out : tuple of int
        Days of rows of 0 mg between the first and the last dose, ascending.
    """

    first: date
    given: tuple[int, ...]
    dose_mg: tuple[float, ...]
    left_out: tuple[int, ...]

    @property
    def last(self) -> int:
        """Day of the last dose."""
        return self.given[-1]

    @property
    def total_mg(self) -> float:
        """All that was given, rounded once, so that it does not depend on the rows."""
        return fsum(self.dose_mg)

    @property
    def reductions(self) -> int:
        """Count the steps from a dose given to a lower one given next."""
        pairs = pairwise(self.dose_mg)
        return sum(later < earlier for earlier, later in pairs)

    def date_of(self, day: int) -> date:
        """Return the date of a day."""
        return self.first + timedelta(days=day)


@dataclass(frozen=True, slots=True)
class Gap:
    """Days on which the drug was due and not given, between two doses.

    Parameters
    ----------
    first, last : int
        First day on which it was due and not given, and the day before it was given again.
    days : int
        How many of these days count, which are those without planned rest.
    """

    first: int
    last: int
    days: int


def lay_out_days(rows: Sequence[DoseRow]) -> DoseDays | None:
    """Lay out the rows of one drug by day; none if no row gives a dose.

    Parameters
    ----------
    rows : sequence of DoseRow
        All rows of one patient and drug; `find_obstacles` found nothing in them.
    """
    first = min((row.start for row in rows if row.dose_mg > 0), default=None)
    if first is None:
        return None
    given: dict[int, float] = {}
    left_out: set[int] = set()
    for row in rows:
        days = range((row.start - first).days, (row.last - first).days + 1)
        if row.dose_mg > 0:
            given.update(dict.fromkeys(days, row.dose_mg))
        else:
            left_out.update(days)
    ordered = sorted(given)
    within = sorted(day for day in left_out if 0 < day < ordered[-1])
    return DoseDays(first, tuple(ordered), tuple(given[day] for day in ordered), tuple(within))


def find_cycle_starts(days: DoseDays, schedule: Schedule) -> tuple[int, ...]:
    """Return the days on which the cycles of a drug began, up to the last dose.

    A cycle begins with a day of dosing (or with a row of 0 mg that says it was left out) once the
    cycle before it is over, or once its days of dosing are over and a break followed. So a cycle
    that begins late or a day early is one; a drug taken on into its rest days makes none.

    Examples
    --------
    >>> from datetime import date
    >>> on = (*range(21), *range(35, 56))  # the second cycle a week late
    >>> days = DoseDays(date(2026, 1, 5), on, (80.0,) * len(on), ())
    >>> find_cycle_starts(days, Schedule("Regorafenib", 80.0, 28, 21))
    (0, 35)
    """
    starts = [0]
    covered = sorted({*days.given, *days.left_out})
    for before, day in pairwise(covered):
        age, broken = day - starts[-1], day - before > 1
        if age >= schedule.cycle_days or (broken and age >= schedule.days_given):
            starts.append(day)
    return tuple(starts)


def count_planned_doses(last: int, starts: Sequence[int], schedule: Schedule) -> Fraction:
    """Return the doses that the plan gives in the time in which the drug was given.

    Up to the start of the last cycle the plan gives its share of that time, so that a delay counts
    whatever cycle it is in; in the last cycle it gives one on each day so far, at most all. With
    every cycle complete this is the planned intensity times the time that includes the rest days
    of the last cycle; a patient who stops in mid-cycle is not charged for what was not yet due.

    Examples
    --------
    >>> count_planned_doses(55, (0, 35), Schedule("Regorafenib", 80.0, 28, 21))
    Fraction(189, 4)
    """
    before = Fraction(schedule.days_given * starts[-1], schedule.cycle_days)
    return before + min(last - starts[-1] + 1, schedule.days_given)


def count_duration(
    last: int, starts: Sequence[int], schedule: Schedule, *, rest_days_count: bool
) -> int:
    """Return the days on the drug, from the first to the last dose.

    With ``rest_days_count`` the rest days of the last cycle follow, if its days of dosing were
    over.
    """
    if rest_days_count and last - starts[-1] + 1 >= schedule.days_given:
        return starts[-1] + schedule.cycle_days
    return last + 1


def find_gaps(days: DoseDays, starts: Sequence[int], schedule: Schedule) -> tuple[Gap, ...]:
    """Return the times between two doses in which the drug was due and not given.

    Planned rest days in them do not count. Of a drug given once a cycle every day counts from the
    one on which the dose was due, since one dose stands for the cycle.
    """
    pairs = pairwise(days.given)
    found = (_gap(before, after, starts, schedule) for before, after in pairs if after > before + 1)
    return tuple(gap for gap in found if gap is not None)


def _gap(before: int, after: int, starts: Sequence[int], schedule: Schedule) -> Gap | None:
    if schedule.is_infusion:
        due = [*range(before + schedule.cycle_days, after)]
    else:
        due = [
            day for day in range(before + 1, after) if not schedule.is_rest(_cycle_day(day, starts))
        ]
    return Gap(due[0], after - 1, len(due)) if due else None


def count_rest_days_used(days: DoseDays, starts: Sequence[int], schedule: Schedule) -> int:
    """Count the planned rest days on which the drug was given."""
    return sum(schedule.is_rest(_cycle_day(day, starts)) for day in days.given)


def _cycle_day(day: int, starts: Sequence[int]) -> int:
    """Return the day of its cycle, whose first is 0."""
    return day - starts[bisect_right(starts, day) - 1]
