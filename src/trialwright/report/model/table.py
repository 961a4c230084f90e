"""A table or listing: columns, rows, footnotes; laid out by the writers."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from trialwright.report.model.cell import Cell
    from trialwright.report.model.inputs import Population

TableKind = Literal["table", "listing"]
ColumnKind = Literal["words", "number", "date"]
Mark = Literal["", "procedural", "alert", "primary"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, what stands in it, and the head that spans it with its neighbours.

    Numbers are set flush right, dates are never broken.
    """

    head: str
    kind: ColumnKind = "words"
    span: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its label, its cells, how deep it is indented, and the patient whom it is about.

    ``patient`` is none for a row that counts patients. ``mark`` sets a row apart: ``procedural``
    for what follows an ablation, ``alert`` for what a person has to look at, ``primary`` for the
    analysis that counts. A row without cells is a heading over the rows below it.
    """

    label: str
    cells: tuple[Cell, ...] = ()
    depth: int = 0
    patient: str | None = None
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table or listing with its number, its population and its footnotes.

    Parameters
    ----------
    number : str
        Number in the report, after ICH E3: ``14.2.1``, ``16.2.6``.
    title : str
        What is shown.
    population : Population
        Among whom.
    columns : tuple of Column
        The label column, then one for every cell.
    rows : tuple of Row
        Empty: ``empty`` says why.
    notes : tuple of str
        Conventions under the table.
    kind : {"table", "listing"}
        A listing has a row for each fact; a table counts.
    empty : str
        What to say where there is no row.
    method : str
        How the numbers of the table were made, where a cell does not say.
    """

    number: str
    title: str
    population: Population
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    kind: TableKind = "table"
    empty: str = "none"
    method: str = "count"

    def __post_init__(self) -> None:
        """Refuse a row that does not fit its columns."""
        for row in self.rows:
            if row.cells and len(row.cells) != len(self.columns) - 1:
                msg = (
                    f"table {self.number}: row {row.label!r} has {len(row.cells)} cells for "
                    f"{len(self.columns) - 1} columns"
                )
                raise ValueError(msg)

    @property
    def key(self) -> str:
        """Name of the table in links and files: ``table-14-2-1``."""
        return f"{self.kind}-{self.number.replace('.', '-')}"

    @property
    def footnotes(self) -> tuple[tuple[str, str], ...]:
        """The footnotes of cells, each once, with their letters: ``("a", "…")``."""
        found = dict.fromkeys(
            note for row in self.rows for cell in row.cells for note in cell.notes
        )
        return tuple((_letters(number), note) for number, note in enumerate(found))

    @property
    def footnotes_by_text(self) -> dict[str, str]:
        """The letter of each footnote of a cell."""
        return {note: letter for letter, note in self.footnotes}


def _letters(number: int) -> str:
    """Count a, b, …, z, aa, ab: letters of the footnotes."""
    rest, last = divmod(number, len(ascii_lowercase))
    return (_letters(rest - 1) if rest else "") + ascii_lowercase[last]
