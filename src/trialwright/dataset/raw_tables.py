"""Tables as a source holds them: named columns of text, before any cell is read.

Every reader (CSV, Parquet, workbook) lays its rows out here; ``cells`` reads the texts. A
cell is text or None (blank); what does not fit the schema is a finding, never a guess.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.dataset.findings import Finding
from trialwright.dataset.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

Cells = list[str | None]


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table of text: columns that the schema knows, and the source row of each record."""

    table: str
    source: str
    columns: dict[str, Cells]
    row_numbers: list[int]


@dataclass(frozen=True, slots=True)
class RawDataset:
    """Every table of one source, with what its reader found so far."""

    source: str
    tables: tuple[RawTable, ...]
    findings: tuple[Finding, ...] = ()
    day_zero: date | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A header line and its records, each with its 1-based row in the source."""

    table: str
    source: str
    header: list[str]
    rows: list[tuple[int, Cells]]


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word that ``word`` was most likely meant to be, or None."""
    plain = {_plain(name): name for name in allowed}
    close = difflib.get_close_matches(_plain(word), plain, n=1, cutoff=0.7)
    return plain[close[0]] if close else None


def lay_out(grid: Grid) -> tuple[RawTable, list[Finding]]:
    """Arrange a grid by the columns of its table; report what has no place there."""
    rows = [(number, cells) for number, cells in grid.rows if any(cells)]
    findings = [*_odd_columns(grid), *_odd_rows(grid, rows)]
    known = TABLES[grid.table].column_names
    places = {name: grid.header.index(name) for name in known if name in grid.header}
    columns: dict[str, Cells] = {
        name: [cells[at] if at < len(cells) else None for _, cells in rows]
        for name, at in places.items()
    }
    return RawTable(grid.table, grid.source, columns, [number for number, _ in rows]), findings


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", word.strip().casefold())


def _odd_columns(grid: Grid) -> Iterator[Finding]:
    table = TABLES[grid.table]
    for at, name in enumerate(grid.header):
        if name in grid.header[:at] and name:
            yield _column_repeated(grid, name)
        elif name and name not in table.column_names:
            yield _column_unknown(grid, name)
    for column in table.columns:
        if column.required and column.name not in grid.header:
            yield Finding(
                "column.missing",
                "error",
                f"the column {column.name} ({column.meaning}) is missing",
                "add it; its values are needed in every row",
                source=grid.source,
                table=grid.table,
                field=column.name,
            )


def _column_repeated(grid: Grid, name: str) -> Finding:
    return Finding(
        "column.repeated",
        "error",
        f"the header names the column {name} more than once; only the first is read",
        "keep one column of that name",
        source=grid.source,
        table=grid.table,
        row=1,
        field=name,
    )


def _column_unknown(grid: Grid, name: str) -> Finding:
    table = TABLES[grid.table]
    meant = nearest(name, (known for known in table.column_names if known not in grid.header))
    return Finding(
        "column.unknown",
        "warning",
        f"the table {grid.table} has no column {name!r}; the column is left out",
        f"rename it to {meant}, if that is meant"
        if meant
        else f"the columns are {', '.join(table.column_names)}",
        source=grid.source,
        table=grid.table,
        row=1,
        field=name,
    )


def _odd_rows(grid: Grid, rows: Sequence[tuple[int, Cells]]) -> Iterator[Finding]:
    width, last = len(grid.header), rows[-1][0] if rows else 0
    blank = [number for number, cells in grid.rows if not any(cells) and number < last]
    if blank:
        yield Finding(
            "row.blank",
            "note",
            f"{len(blank)} blank rows between others are passed over: {_some(blank)}",
            "nothing to do if they are meant to be blank",
            source=grid.source,
            table=grid.table,
        )
    unnamed = {at for at, name in enumerate(grid.header) if not name}
    for number, cells in rows:
        beyond = [cell for at, cell in enumerate(cells) if cell and (at >= width or at in unnamed)]
        if beyond:
            yield _row_long(grid, number, beyond[0])
        if len(cells) < width:
            yield _row_short(grid, number, len(cells))


def _row_long(grid: Grid, number: int, text: str) -> Finding:
    return Finding(
        "row.long",
        "error",
        f"the cell {text[:40]!r} stands in a column without a name and is left out",
        "name the column, or look for an unquoted separator that shifted the row",
        source=grid.source,
        table=grid.table,
        row=number,
    )


def _row_short(grid: Grid, number: int, width: int) -> Finding:
    return Finding(
        "row.short",
        "warning",
        f"the row has {width} cells and the header {len(grid.header)}; the rest are blank",
        "complete the row; look for a line that was cut",
        source=grid.source,
        table=grid.table,
        row=number,
    )


def _some(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:5])
    return shown if len(numbers) <= 5 else f"{shown}, ..."  # noqa: PLR2004 - a readable line
