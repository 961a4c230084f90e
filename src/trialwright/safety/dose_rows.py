"""The rows of ``doses`` by patient and drug, and what in them keeps the days from being told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from trialwright.dataset.schema import SOURCE_ROW
from trialwright.safety.course import drug_names, spell_drug

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.rules import Row
    from trialwright.safety.dose_days import Schedule
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class DoseRow:
    """A drug at one dose from one day to another; 0 mg is a dose left out.

    Parameters
    ----------
    start : date
        First day at this dose.
    end : date or None
        Last day at this dose; none: the row does not say.
    dose_mg : float
        The dose of a day.
    reason : str or None
        Why the dose was changed or left out.
    source_row : int or None
        Row of the source.
    """

    start: date
    end: date | None
    dose_mg: float
    reason: str | None
    source_row: int | None

    @property
    def last(self) -> date:
        """The last day known to be at this dose: the first, where the row has no end."""
        return self.start if self.end is None else self.end

    @property
    def name(self) -> str:
        """Name the row for a sentence."""
        return _name(self.source_row, self.start)


class Obstacle(NamedTuple):
    """What keeps the days of a drug from being told: a rule, the sentence and the row."""

    rule: str
    message: str
    source_row: int | None


@dataclass(slots=True)
class DrugRows:
    """All rows of one patient and drug, by start; ``broken`` are those that no day holds."""

    rows: list[DoseRow] = field(default_factory=list)
    broken: list[Obstacle] = field(default_factory=list)


def read_dose_rows(dataset: Dataset, study: Study) -> dict[str, dict[str, DrugRows]]:
    """Return the dose rows by patient and drug; the drug is spelled as in the study.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Names the drugs; where the data spell one with other capitals, it is the same drug.

    Notes
    -----
    A row without a patient or a drug is of no course; the checks of the data set tell of it
    (``value.missing``).
    """
    planned = drug_names(study)
    found: dict[str, dict[str, DrugRows]] = {}
    rows = dataset.doses.drop_nulls(("patient_id", "drug")).sort("start_date", maintain_order=True)
    for row in rows.iter_rows(named=True):
        drug = spell_drug(row["drug"], planned)
        _add(found.setdefault(row["patient_id"], {}).setdefault(drug, DrugRows()), row)
    return found


def _add(rows: DrugRows, row: Row) -> None:
    start, end, number = row["start_date"], row["end_date"], row[SOURCE_ROW]
    for name in ("start_date", "dose_mg"):
        if row[name] is None:
            message = f"{_name(number, start)} has no {name}"
            rows.broken.append(Obstacle("value.missing", message, number))
            return
    if row["dose_mg"] < 0:
        message = f"{_name(number, start)} holds {row['dose_mg']:g} mg"
        rows.broken.append(Obstacle("value.impossible", message, number))
    elif end is not None and end < start:
        message = f"{_name(number, start)} ends on {end}, before it starts"
        rows.broken.append(Obstacle("dose.end_before_start", message, number))
    else:
        rows.rows.append(DoseRow(start, end, row["dose_mg"], row["reason"], number))


def _name(number: int | None, start: date | None) -> str:
    parts = ["a dose row" if number is None else f"dose row {number}"]
    return " of ".join(parts if start is None else [*parts, str(start)])


def find_obstacles(drug: DrugRows, schedule: Schedule | None) -> Iterator[Obstacle]:
    """Find what keeps the days of a drug from being told from its rows.

    Parameters
    ----------
    drug : DrugRows
        All rows of one patient and drug.
    schedule : Schedule or None
        How the study plans the drug; none: the study does not name it.

    Notes
    -----
    A row without an end is one day of an infusion. Of a drug given for days on end it does not say
    how long it went on, unless it is the last row: then the drug is known to be given on its first
    day, and what came after lies beyond the data.
    """
    yield from drug.broken
    yield from _overlaps(drug.rows)
    if schedule is None or not schedule.is_infusion:
        yield from _open_rows(drug.rows)
    else:
        yield from _repeated_infusions(drug.rows, schedule)


def _overlaps(rows: Sequence[DoseRow]) -> Iterator[Obstacle]:
    if not rows:
        return
    reached = rows[0]
    for row in rows[1:]:
        if row.start <= reached.last:
            message = f"{reached.name} and {row.name} overlap: which dose was given is not known"
            yield Obstacle("dose.overlap", message, row.source_row)
        reached = max(reached, row, key=lambda one: one.last)


def _open_rows(rows: Sequence[DoseRow]) -> Iterator[Obstacle]:
    for row in rows[:-1]:
        if row.end is None:
            message = f"{row.name} has no end, and later rows of the drug follow"
            yield Obstacle("dose.open", message, row.source_row)


def _repeated_infusions(rows: Sequence[DoseRow], schedule: Schedule) -> Iterator[Obstacle]:
    for row in rows:
        if row.dose_mg > 0 and row.last > row.start:
            message = (
                f"{row.name} goes on to {row.end}, though the drug is given on one day of "
                f"{schedule.cycle_days}: the number of doses is not known"
            )
            yield Obstacle("dose.repeated", message, row.source_row)
