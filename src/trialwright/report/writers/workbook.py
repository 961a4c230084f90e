"""Write the report as an Excel workbook: a sheet of contents, then a sheet for every table."""

from __future__ import annotations

from copy import copy
from functools import cache
from io import BytesIO
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING, Any

from trialwright.report.writers.fixed_zip import without_clock
from trialwright.report.writers.labels import labels_of
from trialwright.report.writers.layout import is_wide, stand_apart, text_length
from trialwright.report.writers.sheet_names import name_sheets
from trialwright.report.writers.tints import tint_of
from trialwright.report.writers.title_page import list_facts
from trialwright.report.writers.workbook_cells import set_cell, set_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from openpyxl import Workbook
    from openpyxl.cell import Cell as Place
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.worksheet import Worksheet

    from trialwright.report.model import Document, Row, Table
    from trialwright.report.writers.labels import Labels

_WIDTHS = (9, 60)  # in letters
_SPARE = 2
_HEAD = "dfe6ee"
_LINK = "0b4f8a"
_INK = "1d2733"
_LINE_POINTS = 13.5
_HIGHEST_POINTS = 409  # that a row of Excel can be


def render_workbook(document: Document) -> bytes:
    """Return the report as an ``.xlsx`` file; the same report, the same bytes.

    Parameters
    ----------
    document : Document
        The report. Prose and figures are left to the other formats.

    Raises
    ------
    ExportError
        If a text is longer than a cell can be.
    """
    from openpyxl import Workbook

    labels = labels_of(document.language)
    book = Workbook()
    names = name_sheets(document.tables, labels)
    contents = book.active
    contents.title = labels.contents
    _write_contents(contents, document, names, labels)
    pairs = tuple(zip(document.tables, names, strict=True))
    links = {table.key: name for table, name in reversed(pairs)}
    looks = _Looks()
    for table, name in pairs:
        _Sheet(book, name, table, labels, links, looks).write()
    book.properties.creator = "trialwright"
    book.properties.title = contents["A1"].value
    saved = BytesIO()
    book.save(saved)
    return without_clock(saved.getvalue())


def _write_contents(
    sheet: Worksheet, document: Document, names: Sequence[str], labels: Labels
) -> None:
    set_text(sheet["A1"], document.front.title)
    _look(sheet["A1"], bold=True, size=14)
    line = 2
    if document.front.simulated:
        set_text(sheet.cell(line, 1), labels.simulated)
        _look(sheet.cell(line, 1), bold=True, colour="b8430a")
        line += 1
    for name, value in list_facts(document, labels):
        set_text(sheet.cell(line, 1), name)
        set_text(sheet.cell(line, 2), value)
        line += 1
    line += 1
    for place, head in enumerate((labels.contents, labels.description, labels.population), 1):
        set_text(sheet.cell(line, place), head)
        _look(sheet.cell(line, place), bold=True, fill=_HEAD)
    for table, name in zip(document.tables, names, strict=True):
        line += 1
        set_text(sheet.cell(line, 1), labels.number_of(table))
        _link(sheet.cell(line, 1), name)
        set_text(sheet.cell(line, 2), table.title)
        set_text(sheet.cell(line, 3), table.population.words)
    for letter, width in zip("ABC", (26, 80, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    _fit_page(sheet, landscape=False)


class _Looks:
    """How the cells of a workbook look: openpyxl takes long to find each, so each is found once."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Any] = {}

    def give(self, place: Place, *, number_format: str = "", **look: Any) -> None:
        """Give a cell the look of `_look`, and the format of its number.

        Cells that look alike share it: it must not be changed later (`_link` takes a copy).

        Parameters
        ----------
        place : openpyxl.cell.Cell
            Where; nothing else was set on it but its value.
        number_format : str
            Empty for text.
        **look
            As `_look` takes it.
        """
        key = (number_format, place.quotePrefix, *look.values())
        if key not in self._found:
            _look(place, **look)
            if number_format:
                place.number_format = number_format
            self._found[key] = place._style  # noqa: SLF001 - openpyxl has no other way to share
        else:
            place._style = self._found[key]  # noqa: SLF001


class _Sheet:
    """The sheet of one table."""

    def __init__(
        self,
        book: Workbook,
        name: str,
        table: Table,
        labels: Labels,
        links: Mapping[str, str],
        looks: _Looks,
    ) -> None:
        self._looks = looks
        self._sheet = book.create_sheet(name)
        self._table = table
        self._labels = labels
        self._links = links
        self._apart = stand_apart(table.columns)
        self._letters = {note: letter for letter, note in table.footnotes}

    def write(self) -> None:
        """Write title, heads, rows and notes, and how the sheet is read and printed."""
        sheet, table, labels = self._sheet, self._table, self._labels
        set_text(sheet["A1"], f"{labels.number_of(table)} {table.title}")
        _look(sheet["A1"], bold=True, size=12)
        set_text(sheet["A2"], labels.say_population(table.population.words))
        set_text(sheet["A3"], labels.contents)
        _link(sheet["A3"], labels.contents)
        head = self._write_heads(5)
        line = head + 1
        if not table.rows:
            set_text(sheet.cell(line, 1), labels.say_empty(table.empty))
            line += 1
        for row in table.rows:
            self._write_row(line, row)
            line += 1
        if table.kind == "listing" and table.rows:
            last = sheet.cell(line - 1, len(table.columns)).coordinate
            sheet.auto_filter.ref = f"A{head}:{last}"
        for note in self._notes():
            line += 1
            set_text(sheet.cell(line, 1), note)
        self._set_up(head)

    def _write_heads(self, line: int) -> int:
        """Write the heads, those over several columns above them; return the line of the heads."""
        columns = self._table.columns
        if any(column.span for column in columns):
            for span, group in groupby(enumerate(columns, 1), key=lambda pair: pair[1].span):
                places = [place for place, _ in group]
                if span:
                    set_text(self._sheet.cell(line, places[0]), span)
                    _look(self._sheet.cell(line, places[0]), bold=True, fill=_HEAD, align="center")
                    if len(places) > 1:
                        ends = {"start_column": places[0], "end_column": places[-1]}
                        self._sheet.merge_cells(start_row=line, end_row=line, **ends)
            line += 1
        for place, column in enumerate(columns, 1):
            set_text(self._sheet.cell(line, place), column.head)
            align = "right" if column.kind == "number" else "left"
            indent = int(self._apart[place - 1])
            _look(self._sheet.cell(line, place), bold=True, fill=_HEAD, align=align, indent=indent)
        return line

    def _write_row(self, line: int, row: Row) -> None:
        label = self._sheet.cell(line, 1)
        set_text(label, row.label)
        bold = not row.cells or row.mark in {"alert", "primary"}
        self._looks.give(label, bold=bold, fill=tint_of(None, row), align="left", indent=row.depth)
        columns = zip(self._table.columns[1:], self._apart[1:], strict=True)
        pairs = zip(row.cells, columns, strict=bool(row.cells))
        for number, (cell, (column, apart)) in enumerate(pairs, 2):
            place = self._sheet.cell(line, number)
            shown = set_cell(place, cell, ",".join(self._letters[note] for note in cell.notes))
            self._looks.give(
                place,
                number_format=shown,
                bold=cell.tone == "strong" or row.mark == "primary",
                fill=tint_of(cell, row),
                align="right" if column.kind == "number" else "left",
                indent=int(apart),
            )
            if cell.target in self._links:
                _link(place, self._links[cell.target])

    def _notes(self) -> Iterator[str]:
        for letter, note in self._table.footnotes:
            yield f"{letter}  {note}"
        yield from self._table.notes

    def _set_up(self, head: int) -> None:
        """Set widths and heights, freeze what is above the first row, fit printed pages."""
        from openpyxl.utils import get_column_letter

        sheet, table = self._sheet, self._table
        lines = [
            (f"{'  ' * row.depth}{row.label}", *(cell.text for cell in row.cells))
            for row in table.rows
        ]
        cells = [line for line in lines if len(line) > 1]
        widths = [
            _width_of([column.head, *(line[place] for line in cells)])
            for place, column in enumerate(table.columns)
        ]
        for place, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        for number, line in enumerate(lines, head + 1):
            needed = max(map(_lines_of, line, widths)) if len(line) > 1 else 1
            if needed > 1:
                sheet.row_dimensions[number].height = min(_LINE_POINTS * needed, _HIGHEST_POINTS)
        sheet.freeze_panes = sheet.cell(head + 1, 2)
        sheet.print_title_rows = f"1:{head}"
        _fit_page(sheet, landscape=is_wide(table))


def _fit_page(sheet: Worksheet, *, landscape: bool) -> None:
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _width_of(texts: Sequence[str]) -> float:
    longest = max(map(_longest_line, set(texts)))
    narrowest, widest = _WIDTHS
    return min(max(longest + _SPARE, narrowest), widest)


def _longest_line(text: str) -> int:
    if "\n" not in text:
        return text_length(text)
    return max(map(text_length, text.split("\n")))


def _lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column, with some room for words that wrap."""
    if 2 * len(text) <= width and "\n" not in text:
        return 1
    lengths = (text_length(line) for line in text.split("\n"))
    return sum(1 if length <= width else ceil(1.1 * length / width) for length in lengths)


def _look(  # noqa: PLR0913 - what a cell looks like, one property each
    place: Place,
    *,
    bold: bool = False,
    size: int = 10,
    colour: str = _INK,
    fill: str = "",
    align: str = "",
    indent: int = 0,
) -> None:
    place.font = _font(bold, size, colour)
    if fill:
        place.fill = _fill(fill)
    if align:
        place.alignment = _alignment(align, indent)


def _link(place: Place, sheet: str) -> None:
    from openpyxl.worksheet.hyperlink import Hyperlink

    place.hyperlink = Hyperlink(ref=place.coordinate, location=f"'{sheet}'!A1")
    place._style = copy(place._style)  # noqa: SLF001 - other cells share it
    place.font = _font(place.font.b, 10, _LINK, "single")


@cache
def _font(bold: bool, size: int, colour: str, underline: str | None = None) -> Font:
    from openpyxl.styles import Font

    return Font(name="Calibri", size=size, bold=bold, color=colour, underline=underline)


@cache
def _fill(colour: str) -> PatternFill:
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor=colour)


@cache
def _alignment(align: str, indent: int) -> Alignment:
    from openpyxl.styles import Alignment

    return Alignment(horizontal=align, vertical="top", wrap_text=True, indent=indent)
