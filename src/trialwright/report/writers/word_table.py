"""One table or listing as a table of Word: caption, heads that repeat, rows, notes below."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from trialwright.report.writers.layout import breaks_over_pages, keep_together, stand_apart
from trialwright.report.writers.tints import tint_of
from trialwright.report.writers.word_parts import field, link, paragraph, part, raised, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.report.model import Cell, Row, Table
    from trialwright.report.writers.bookmarks import Bookmarks
    from trialwright.report.writers.labels import Labels
    from trialwright.report.writers.layout import Fit

_INK = "1d2733"
_INDENT_TWIPS = 170
_APART_TWIPS = 150
_MOST_NOTES = 12  # that stay together
_WITH_NOTES = 3  # rows at the end of a table that stay with its notes


@dataclass(frozen=True, slots=True)
class _Shape:
    """The columns of one table: widths in twips, flush right, that with room, and its pages."""

    widths: tuple[int, ...]
    right: tuple[bool, ...]
    apart: tuple[bool, ...]
    together: bool

    def look_of(self, place: int) -> _Look:
        """Return how the cells of a column look."""
        return _Look(self.widths[place], right=self.right[place], apart=self.apart[place])


@dataclass(frozen=True, slots=True)
class _Look:
    """How a cell looks; cells that look alike are copies of one."""

    width: int
    columns: int = 1
    right: bool = False
    apart: bool = False
    centred: bool = False
    indent: int = 0
    fill: str = ""
    line: int = 0
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What the parts of a document share: its words and the names of its places."""

    labels: Labels
    bookmarks: Bookmarks


def lay_table(table: Table, fit: Fit, width_twips: int, setting: Setting) -> Iterator[Any]:
    """Yield the table itself and the paragraphs of its notes; the caption is not among them.

    Parameters
    ----------
    table : Table
        A table, or one part of it.
    fit : Fit
        How it stands on the page.
    width_twips : int
        Between the margins of the page, in twentieths of a point.
    setting : Setting
        Of the document.
    """
    shape = _Shape(
        tuple(round(width_twips * fit.share * weight) for weight in fit.weights),
        tuple(column.kind == "number" for column in table.columns),
        stand_apart(table.columns),
        fit.together,
    )
    rows = _rows(table, shape, setting)
    yield part("w:tbl", None, *_table_properties(table, shape.widths), *rows)
    notes = [[raised(letter), run(f" {keep_together(note)}")] for letter, note in table.footnotes]
    notes += [[run(keep_together(note))] for note in table.notes]
    for left, runs in zip(range(len(notes), 0, -1), notes, strict=True):
        kept = [part("w:keepNext")] if left > 1 and len(notes) <= _MOST_NOTES else []
        yield paragraph("TableNote", *runs, looks=kept)
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
    line: dict[str, str | int] = {"val": "single", "sz": 8, "space": 0, "color": _INK}
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


def _rows(table: Table, shape: _Shape, setting: Setting) -> Iterator[Any]:
    if any(column.span for column in table.columns):
        yield _head_row(list(_span_cells(table, shape.widths)))
    yield _head_row(
        [
            _cell([run(column.head, part("w:b"))], replace(shape.look_of(place), line=6))
            for place, column in enumerate(table.columns)
        ]
    )
    if not table.rows:
        why = [run(setting.labels.say_empty(table.empty), part("w:i"))]
        yield _row([_cell(why, _Look(sum(shape.widths), columns=len(shape.widths)))])
    letters = {note: letter for letter, note in table.footnotes}
    noted = bool(letters or table.notes)
    for left, row in zip(range(len(table.rows), 0, -1), table.rows, strict=True):
        goes_on = left > 1 or noted
        kept = goes_on and (shape.together or not row.cells or (noted and left <= _WITH_NOTES))
        cells = _body_cells(row, shape, (setting, letters, kept))
        yield _row(list(cells), whole=not breaks_over_pages(row))


def _span_cells(table: Table, widths: Sequence[int]) -> Iterator[Any]:
    """Yield the upper heads: one cell over all columns that share it."""
    numbered = enumerate(table.columns)
    for _, group in groupby(numbered, key=lambda one: one[1].span or one[0]):
        places = [place for place, _ in group]
        span = table.columns[places[0]].span
        width = sum(widths[place] for place in places)
        words = [run(span, part("w:b"))] if span else []
        yield _cell(words, _Look(width, columns=len(places), centred=True, line=4 if span else 0))


def _body_cells(
    row: Row, shape: _Shape, shared: tuple[Setting, dict[str, str], bool]
) -> Iterator[Any]:
    setting, letters, kept = shared
    looks = (part("w:b"),) if not row.cells or row.mark in {"alert", "primary"} else ()
    heading = not row.cells
    look = _Look(
        sum(shape.widths) if heading else shape.widths[0],
        columns=len(shape.widths) if heading else 1,
        indent=row.depth,
        fill=tint_of(None, row),
        kept=kept,
    )
    yield _cell([run(keep_together(row.label), *looks)], look)
    for place, cell in enumerate(row.cells, 1):
        bold = (part("w:b"),) if cell.tone == "strong" or row.mark == "primary" else ()
        runs = show_cell(cell, setting, *bold)
        if cell.notes:
            runs.append(raised(",".join(letters[note] for note in cell.notes)))
        look = shape.look_of(place)
        yield _cell(runs, replace(look, fill=tint_of(cell, row), kept=kept))


def _head_row(cells: Sequence[Any]) -> Any:
    return part(
        "w:tr", None, part("w:trPr", None, part("w:cantSplit"), part("w:tblHeader")), *cells
    )


def _row(cells: Sequence[Any], *, whole: bool = True) -> Any:
    properties = part("w:trPr", None, *((part("w:cantSplit"),) if whole else ()))
    return part("w:tr", None, properties, *cells)


def _cell(runs: Sequence[Any], look: _Look) -> Any:
    made = copy(_empty_cell(look))
    made[-1].extend(runs)
    return made


@lru_cache(maxsize=4096)
def _empty_cell(look: _Look) -> Any:
    """Make a cell without text, to be copied."""
    looks: list[Any] = [part("w:tcW", {"w": look.width, "type": "dxa"})]
    if look.columns > 1:
        looks.append(part("w:gridSpan", {"val": look.columns}))
    if look.line:
        below: dict[str, str | int] = {"val": "single", "sz": look.line, "space": 0, "color": _INK}
        looks.append(part("w:tcBorders", None, part("w:bottom", below)))
    if look.fill:
        looks.append(part("w:shd", {"val": "clear", "color": "auto", "fill": look.fill}))
    if look.line:
        looks.append(part("w:vAlign", {"val": "bottom"}))
    text: list[Any] = [part("w:keepNext")] if look.kept or look.line else []
    if look.indent:
        text.append(part("w:ind", {"left": look.indent * _INDENT_TWIPS}))
    elif look.apart:
        text.append(part("w:ind", {"right": _APART_TWIPS}))
    if look.right or look.centred:
        text.append(part("w:jc", {"val": "right" if look.right else "center"}))
    return part("w:tc", None, part("w:tcPr", None, *looks), paragraph("TableText", looks=text))
