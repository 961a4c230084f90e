"""The layout that the listings share: a row a fact, which begins with the patient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.model import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwright.report.model import Cell, ColumnKind, Population

    Heads = Sequence[str | tuple[str, ColumnKind]]


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
