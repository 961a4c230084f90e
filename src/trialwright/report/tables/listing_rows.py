"""What the listings share: heads of columns, cells of days, flags and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.formats import NOTHING
from trialwright.report.model import Cell, Column, Number, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from trialwright.report.formats import Days
    from trialwright.report.model import ColumnKind, Population

    Heads = Sequence[str | tuple[str, ColumnKind]]

_FLAGS = {True: "yes", False: "no", None: NOTHING}


def day_cell(day: date | None, days: Days, *, known: str | None = None) -> Cell:
    """Make the cell of a day; of one that was completed, with what is known of it.

    Parameters
    ----------
    day : date or None
        The day.
    days : Days
        How it looks.
    known : str, optional
        What is known of it where it is not a whole day: ``2026-03``.
    """
    order = None if day is None else float(day.toordinal())
    if day is None:
        return Cell(known or NOTHING, sort=order)
    return Cell(f"{days.show(day)} (known: {known})" if known else days.show(day), sort=order)


def text_cell(text: str | None) -> Cell:
    """Make the cell of a text on file; a dash for none."""
    return Cell(text or NOTHING)


def flag_cell(flag: bool | None) -> Cell:
    """Make the cell of a flag; a dash where nobody recorded it."""
    return Cell(_FLAGS[flag])


def number_cell_or_dash(statistic: str, value: float | None) -> Cell:
    """Make the cell of a number as it was measured; a dash where there is none."""
    if value is None:
        return Cell(NOTHING)
    return Cell(f"{value:.10g}", (Number(statistic, value),), sort=float(value))


def make_listing(
    name: tuple[str, str],
    population: Population,
    heads: Heads,
    rows: Iterable[tuple[str, tuple[Cell, ...]]],
    *,
    notes: tuple[str, ...] = (),
    empty: str = "none",
) -> Table:
    """Make a listing whose rows begin with the patient.

    Parameters
    ----------
    name : (str, str)
        Number and title.
    population : Population
        Among whom.
    heads : sequence of str or (str, str)
        Heads of the columns after that of the patient; words unless a kind is given.
    rows : iterable of (str, tuple of Cell)
        Patient and cells.
    notes : tuple of str
        Conventions under the listing.
    empty : str
        What to say where there is no row.
    """
    columns = (Column(head) if isinstance(head, str) else Column(*head) for head in heads)
    return Table(
        *name,
        population,
        (Column("Patient"), *columns),
        tuple(Row(patient, cells, patient=patient) for patient, cells in rows),
        notes,
        "listing",
        empty,
        "as collected",
    )
