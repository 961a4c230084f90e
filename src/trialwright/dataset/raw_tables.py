"""Tables as a source holds them: named columns of text, before any cell is read.

Every reader (CSV, Parquet, workbook) lays its rows out here; ``cells`` reads the texts. A
cell is text or None (blank); what does not fit the schema is a finding, never a guess.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trialwright.dataset.findings import Finding
from trialwright.dataset.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

Cells = list[str | None]
Holder = Literal["file", "sheet"]  # what one table of the source is
HEADER_WITHIN = 10  # filled lines among which the header is looked for


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
    holder: Holder = "file"


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of one table, each with its 1-based row in the source."""

    table: str
    source: str
    lines: list[tuple[int, Cells]]
    holder: Holder = "file"


@dataclass(frozen=True, slots=True)
class _Headed:
    """A header line and the records below it."""

    table: str
    source: str
    holder: Holder
    header: list[str]  # in the spelling of the schema, where it knows the name
    header_row: int
    rows: list[tuple[int, Cells]]


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word that ``word`` was most likely meant to be, or None."""
    plain = {_plain(name): name for name in allowed}
    close = difflib.get_close_matches(_plain(word), plain, n=1, cutoff=0.7)
    return plain[close[0]] if close else None


def lay_out(grid: Grid) -> tuple[RawTable | None, list[Finding]]:
    """Arrange a grid by the columns of its table; report what has no place there.

    The header is the first line that names columns of the table; a title may stand above
    it. A grid without a header is no table: None, with one finding.
    """
    at = _find_header(grid)
    if at is None:
        return None, [_header_unknown(grid)]
    number, cells = grid.lines[at]
    header = [column_named(grid.table, cell or "") for cell in cells]
    headed = _Headed(grid.table, grid.source, grid.holder, header, number, grid.lines[at + 1 :])
    rows = [(number, cells) for number, cells in headed.rows if any(cells)]
    findings = [*_odd_header(grid, at), *_odd_columns(headed), *_odd_rows(headed, rows)]
    known = TABLES[grid.table].column_names
    places = {name: header.index(name) for name in known if name in header}
    columns: dict[str, Cells] = {
        name: [cells[at] if at < len(cells) else None for _, cells in rows]
        for name, at in places.items()
    }
    return RawTable(grid.table, grid.source, columns, [number for number, _ in rows]), findings


def column_named(table: str, name: str) -> str:
    """Return a header cell without blanks around it, in the spelling of the schema."""
    word = name.strip()
    same = (one for one in TABLES[table].column_names if one.casefold() == word.casefold())
    return word if word in TABLES[table].column_names else next(same, word)


def count_columns(table: str, cells: Iterable[str | None]) -> int:
    """Count the cells of a line that name a column of the table."""
    known = TABLES[table].column_names
    return sum(column_named(table, cell) in known for cell in cells if cell)


def _find_header(grid: Grid) -> int | None:
    """Return the first line most of whose cells name columns, else the first that names one."""
    filled = [at for at, (_, cells) in enumerate(grid.lines) if any(cells)][:HEADER_WITHIN]
    named = {at: count_columns(grid.table, grid.lines[at][1]) for at in filled}
    mostly = (at for at in filled if 2 * named[at] > sum(map(bool, grid.lines[at][1])))
    return next(mostly, next((at for at in filled if named[at]), None))


def _header_unknown(grid: Grid) -> Finding:
    number, cells = next(line for line in grid.lines if any(line[1]))
    shown = ", ".join(repr(cell[:40]) for cell in cells if cell)
    return Finding(
        "header.unknown",
        "error",
        f"row {number} does not look like the header: none of {shown[:200]} is a column of the "
        f"table {grid.table}, which is not read",
        f"write the header line; the columns are {', '.join(TABLES[grid.table].column_names)}",
        source=grid.source,
        table=grid.table,
        row=number,
    )


def _odd_header(grid: Grid, at: int) -> Iterator[Finding]:
    number, cells = grid.lines[at]
    above = [(row, cells) for row, cells in grid.lines[:at] if any(cells)]
    if above:
        rows = _some([row for row, _ in above])
        text = next(cell for cell in above[0][1] if cell)
        yield Finding(
            "header.late",
            "note",
            f"the header is row {number}; above it, passed over: row {rows} ({text[:40]!r})",
            "nothing to do if that is a title",
            source=grid.source,
            table=grid.table,
            row=number,
        )
    spelt = [word for cell in cells if (word := (cell or "").strip())]
    other = [word for word in spelt if column_named(grid.table, word) != word]
    if other:
        yield Finding(
            "header.case",
            "note",
            f"the header writes {', '.join(other)}; read as "
            f"{', '.join(column_named(grid.table, word) for word in other)}",
            "nothing to do; the columns are known by their names in lower case",
            source=grid.source,
            table=grid.table,
            row=number,
        )


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", word.strip().casefold())


def _odd_columns(grid: _Headed) -> Iterator[Finding]:
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


def _column_repeated(grid: _Headed, name: str) -> Finding:
    return Finding(
        "column.repeated",
        "error",
        f"the header names the column {name} more than once; only the first is read",
        "keep one column of that name",
        source=grid.source,
        table=grid.table,
        row=grid.header_row,
        field=name,
    )


def _column_unknown(grid: _Headed, name: str) -> Finding:
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
        row=grid.header_row,
        field=name,
    )


def _odd_rows(grid: _Headed, rows: Sequence[tuple[int, Cells]]) -> Iterator[Finding]:
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


def _row_long(grid: _Headed, number: int, text: str) -> Finding:
    return Finding(
        "row.long",
        "error",
        f"the cell {text[:40]!r} stands in a column without a name and is left out",
        "name the column, or clear the cell"
        if grid.holder == "sheet"
        else "name the column, or look for an unquoted separator that shifted the row",
        source=grid.source,
        table=grid.table,
        row=number,
    )


def _row_short(grid: _Headed, number: int, width: int) -> Finding:
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
