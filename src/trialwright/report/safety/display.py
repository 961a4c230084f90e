"""What a table of the safety chapter is, before any writer makes it HTML, text or a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["table", "listing"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its label, its cells, how deep it is indented, and the patient whom it is about.

    ``patient`` is none for a row that counts patients. ``mark`` sets a row apart: ``procedural``
    for what follows an ablation, ``alert`` for what a person has to look at.
    """

    label: str
    cells: tuple[str, ...]
    depth: int = 0
    patient: str | None = None
    mark: Literal["", "procedural", "alert"] = ""


@dataclass(frozen=True, slots=True)
class SafetyTable:
    """One table or listing with its number, its population and its notes.

    Parameters
    ----------
    number : str
        Number in the report, after ICH E3: ``14.3.1``.
    title, population : str
        What is shown, and of whom.
    columns : tuple of str
        Heads of the label column and of every cell.
    rows : tuple of Row
        Empty: ``empty`` says why.
    notes : tuple of str
        Conventions under the table.
    kind : {"table", "listing"}
        A listing has a row for each fact; a table counts.
    empty : str
        What to say where there is no row.
    """

    number: str
    title: str
    population: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    kind: Kind = "table"
    empty: str = "none"

    def __post_init__(self) -> None:
        """Refuse a row that does not fit its columns."""
        for row in self.rows:
            if len(row.cells) != len(self.columns) - 1:
                msg = f"table {self.number}: row {row.label!r} has {len(row.cells)} cells"
                raise ValueError(msg)

    @property
    def is_numeric(self) -> bool:
        """Whether the cells are counts, to be set flush right."""
        return self.kind == "table"


def say_treated(patients: int) -> str:
    """Write the population of a table: ``29 treated patients``, ``1 treated patient``."""
    return f"{patients} treated patient{'' if patients == 1 else 's'}"
