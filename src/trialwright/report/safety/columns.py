"""What the tables of harm share: heads of columns, cells of a date, a value and a count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.formats import NOTHING
from trialwright.report.model import Cell, Column, Inputs, Number

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from trialwright.report.formats import Days
    from trialwright.report.model import ColumnKind

_DATES = ("Onset", "Resolution", "Death", "First dose", "Last dose", "Since", "Sample", "Date")


def count_columns(label: str, heads: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of a table that counts: the label, then numbers."""
    return Column(label), *(Column(head, "number") for head in heads)


def listing_columns(heads: Iterable[str], numbers: Iterable[str] = ()) -> tuple[Column, ...]:
    """Return the columns of a listing: days and the numbers that are named, otherwise words."""
    numbers = {*numbers}

    def kind(head: str) -> ColumnKind:
        if head in _DATES:
            return "date"
        return "number" if head in numbers else "words"

    return tuple(Column(head, kind(head)) for head in heads)


def date_cell(day: date | None, days: Days) -> Cell:
    """Make the cell of one day; the column is ordered by it."""
    return Cell(days.show(day), sort=None if day is None else day.toordinal())


def value_cell(statistic: str, value: float | None, *, text: str = "") -> Cell:
    """Make the cell of one number of one patient; a dash where there is none.

    Parameters
    ----------
    statistic : str
        What the number is.
    value : float or None
        The number.
    text : str
        The number as it is read, if not as it is.
    """
    if value is None:
        return Cell(NOTHING)
    return Cell(text or f"{value:g}", (Number(statistic, value),), sort=value)


def study_day_cell(day: int | None) -> Cell:
    """Make the cell of a study day: the first treatment is day 1, the day before it −1."""
    return value_cell("study day", day, text="" if day is None else f"{day}".replace("-", "−"))


def number_of(statistic: str, patients: Iterable[str], *, gives: str = "counted") -> Cell:
    """Make the cell of a count without a share: ``29``; a patient who is named twice counts once.

    Parameters
    ----------
    statistic : str
        What is counted.
    patients : iterable of str
        Those whom the cell counts.
    gives : str
        What being counted means.
    """
    inputs = Inputs.counted(dict.fromkeys(patients), gives)
    return Cell(str(len(inputs.rows)), (Number(statistic, len(inputs.rows)),), inputs)
