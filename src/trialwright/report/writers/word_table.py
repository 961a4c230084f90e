"""One table or listing as a table of Word: caption, heads that repeat, rows, notes below."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from trialwright.report.writers.layout import breaks_over_pages, column_weights, keep_together
from trialwright.report.writers.tints import tint_of
from trialwright.report.writers.word_parts import field, link, paragraph, part, raised, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.report.model import Cell, Row, Table
    from trialwright.report.writers.bookmarks import Bookmarks
    from trialwright.report.writers.labels import Labels

_INDENT_TWIPS = 170
_SHORT_TABLE = 24  # rows that stay on one page
_RIGHT = {"number": "right"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What the parts of a document share: its words and the names of its places."""

    labels: Labels
    bookmarks: Bookmarks


def lay_table(table: Table, width_twips: int, setting: Setting) -> Iterator[Any]:
    """Yield the table itself and the paragraphs of its notes; the caption is not among them.

    Parameters
    ----------
    table : Table
        A table, or one part of it.
    width_twips : int
        Between the margins of the page, in twentieths of a point.
    setting : Setting
        Of the document.
    """
    widths = [round(width_twips * weight) for weight in column_weights(table)]
    yield part("w:tbl", None, *_table_properties(table, widths), *_rows(table, widths, setting))
    for letter, note in table.footnotes:
        yield paragraph("TableNote", raised(letter), run(f" {keep_together(note)}"))
    for note in table.notes:
        yield paragraph("TableNote", run(keep_together(note)))
    yield paragraph("TableEnd")


def show_cell(cell: Cell, setting: Setting, *looks: Any) -> list[Any]:
    """Return the runs of a cell: its text, and where it points, a link with the page."""
    text = run(keep_together(cell.text), *looks)
    name = setting.bookmarks.name_of(cell.target) if cell.target else None
    if name is None:
        return [text]
    labels = setting.labels
    number = field(f"PAGEREF {name} \\h", "–")
    before, after = f"{labels.opening}{labels.on_page}", f"{labels.on_page_end}{labels.closing}"
    return [link(name, text, run(before), *number, run(after))]


def _table_properties(table: Table, widths: Sequence[int]) -> tuple[Any, Any]:
    line: dict[str, str | int] = {"val": "single", "sz": 8, "space": 0, "color": "1d2733"}
    properties = part(
        "w:tblPr",
        None,
        part("w:tblW", {"w": sum(widths), "type": "dxa"}),
        part("w:tblBorders", None, part("w:top", line), part("w:bottom", line)),
        part("w:tblLayout", {"type": "fixed"}),
        part(
            "w:tblCellMar",
            None,
            *(part(f"w:{side}", {"w": 60, "type": "dxa"}) for side in ("left", "right")),
        ),
        part("w:tblLook", {"firstRow": 1, "firstColumn": 1, "noVBand": 1}),
        part("w:tblCaption", {"val": run(table.title).xpath("string()")}),
    )
    grid = part("w:tblGrid", None, *(part("w:gridCol", {"w": width}) for width in widths))
    return properties, grid


def _rows(table: Table, widths: Sequence[int], setting: Setting) -> Iterator[Any]:
    if any(column.span for column in table.columns):
        yield _head_row(list(_span_cells(table, widths)))
    yield _head_row(
        [
            _cell([run(column.head, part("w:b"))], width, align=_RIGHT.get(column.kind), line=6)
            for column, width in zip(table.columns, widths, strict=True)
        ]
    )
    if not table.rows:
        why = [run(setting.labels.say_empty(table.empty), part("w:i"))]
        yield _row([_cell(why, sum(widths), columns=len(widths))])
    letters = {note: letter for letter, note in table.footnotes}
    together = len(table.rows) <= _SHORT_TABLE
    for number, row in enumerate(table.rows):
        kept = (together and number + 1 < len(table.rows)) or not row.cells
        cells = _body_cells(table, row, widths, (setting, letters, kept))
        yield _row(list(cells), whole=not breaks_over_pages(row))


def _span_cells(table: Table, widths: Sequence[int]) -> Iterator[Any]:
    """Yield the upper heads: one cell over all columns that share it."""
    numbered = enumerate(table.columns)
    for _, group in groupby(numbered, key=lambda one: one[1].span or one[0]):
        places = [place for place, _ in group]
        span = table.columns[places[0]].span
        width = sum(widths[place] for place in places)
        words = [run(span, part("w:b"))] if span else []
        yield _cell(words, width, columns=len(places), align="center", line=4 if span else 0)


def _body_cells(
    table: Table,
    row: Row,
    widths: Sequence[int],
    shared: tuple[Setting, dict[str, str], bool],
) -> Iterator[Any]:
    setting, letters, kept = shared
    looks = (part("w:b"),) if not row.cells or row.mark in {"alert", "primary"} else ()
    heading = not row.cells
    yield _cell(
        [run(keep_together(row.label), *looks)],
        sum(widths) if heading else widths[0],
        columns=len(widths) if heading else 1,
        indent=row.depth,
        fill=tint_of(None, row),
        kept=kept,
    )
    for column, cell, width in zip(
        table.columns[1:], row.cells, widths[1:], strict=bool(row.cells)
    ):
        bold = (part("w:b"),) if cell.tone == "strong" or row.mark == "primary" else ()
        runs = show_cell(cell, setting, *bold)
        if cell.notes:
            runs.append(raised(",".join(letters[note] for note in cell.notes)))
        align = _RIGHT.get(column.kind)
        yield _cell(runs, width, align=align, fill=tint_of(cell, row), kept=kept)


def _head_row(cells: Sequence[Any]) -> Any:
    return part(
        "w:tr", None, part("w:trPr", None, part("w:cantSplit"), part("w:tblHeader")), *cells
    )


def _row(cells: Sequence[Any], *, whole: bool = True) -> Any:
    properties = part("w:trPr", None, *((part("w:cantSplit"),) if whole else ()))
    return part("w:tr", None, properties, *cells)


def _cell(  # noqa: PLR0913 - what a cell looks like, one property each
    runs: Sequence[Any],
    width: int,
    *,
    columns: int = 1,
    align: str | None = None,
    indent: int = 0,
    fill: str = "",
    line: int = 0,
    kept: bool = False,
) -> Any:
    looks: list[Any] = [part("w:tcW", {"w": width, "type": "dxa"})]
    if columns > 1:
        looks.append(part("w:gridSpan", {"val": columns}))
    if line:
        below: dict[str, str | int] = {"val": "single", "sz": line, "space": 0, "color": "1d2733"}
        looks.append(part("w:tcBorders", None, part("w:bottom", below)))
    if fill:
        looks.append(part("w:shd", {"val": "clear", "color": "auto", "fill": fill}))
    if line:
        looks.append(part("w:vAlign", {"val": "bottom"}))
    text: list[Any] = [part("w:keepNext")] if kept or line else []
    if indent:
        text.append(part("w:ind", {"left": indent * _INDENT_TWIPS}))
    if align:
        text.append(part("w:jc", {"val": align}))
    return part(
        "w:tc", None, part("w:tcPr", None, *looks), paragraph("TableText", *runs, looks=text)
    )
