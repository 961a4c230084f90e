"""What a table of the data is made of: its columns, their kinds, units and limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "category", "date", "partial date", "number", "count", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its meaning, its unit, and whether every row must fill it.

    ``kind`` is how it is stored: ``date`` a full calendar date, ``partial date`` an ISO text
    that keeps the precision it was given (``2024``, ``2024-03`` or ``2024-03-15``; a hyphen for
    an unknown part before a known one, ``2024---15``), ``number`` a float, ``count`` an integer,
    ``flag`` a boolean (Y/N in text), ``category`` one of ``allowed``.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row says, its columns, and the columns that identify a row."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Name the columns in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column called ``name``; raise ``KeyError`` if the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


PATIENT = Column("patient_id", "text", "the patient's study identifier", required=True)
