"""A table of the model as HTML: plain strings, because a listing may have thousands of rows."""

from __future__ import annotations

import datetime as dt
import re
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from trialwright.report.palette import TONE_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trialwright.report.html.numbers import PatientLists
    from trialwright.report.model import Cell, Column, Row, Table

_KEPT_TOGETHER = 25  # rows that paper does not break
_FOLDED = 30  # rows of a listing that a page does not show before they are asked for
_FEW_COLUMNS = 3  # would leave a desert between label and number
_LONG_TEXT, _LONGER_TEXT = 34, 100  # letters of a cell that need room on a small screen
_TEXT_CLASS = {"number": ' class="number"', "date": ' class="date"', "words": ""}
# What the script reads as a number without being told: 12, −3.5, 83 mmHg
_PLAIN_NUMBER = re.compile(r"([-−]?\d+(?:\.\d+)?)(?:\s\S+)?")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def is_folded(table: Table) -> bool:
    """Return whether a page shows only the title of a table until it is opened."""
    return table.kind == "listing" and len(table.rows) > _FOLDED


class TableWriter:
    """Writes tables for one page.

    Parameters
    ----------
    anchors : mapping of str to str
        The place of each patient's page.
    lists : PatientLists
        Keeps who is behind each number.
    """

    def __init__(self, anchors: Mapping[str, str], lists: PatientLists) -> None:
        self._anchors = anchors
        self._lists = lists

    def write(self, table: Table) -> Markup:
        """Return a table with its caption, heads and rows; the caption's id is ``KEY-title``."""
        marks = dict(table.footnotes_by_text)
        body = "\n".join(self._row(row, table, marks) for row in table.rows)
        return Markup(  # noqa: S704 - every text in it went through escape
            f'<table class="{" ".join(_classes(table))}" id="{escape(table.key)}">\n'
            f'<caption id="{escape(table.key)}-title">{_caption(table)}</caption>\n'
            f"<thead>{_heads(table.columns)}</thead>\n<tbody>\n{body}\n</tbody>\n</table>"
        )

    def _row(self, row: Row, table: Table, marks: Mapping[str, str]) -> str:
        css = f' class="mark-{row.mark}"' if row.mark else ""
        anchor = self._anchors.get(row.patient) if row.patient else None
        label, who = escape(row.label), ""
        if anchor and row.patient == row.label:  # the link says whose row it is
            label = Markup('<a href="#{}">{}</a>').format(anchor, row.label)
        elif anchor:
            who = f' data-patient="{anchor}"'
        depth = f' class="depth-{min(row.depth, 3)}"' if row.depth else ""
        if not row.cells:
            span = f'scope="rowgroup" colspan="{len(table.columns)}"'
            return f"<tr{css}><th {span}{depth}><span>{label}</span></th></tr>"
        listing = table.kind == "listing"
        cells = "".join(
            self._cell(cell, "" if listing else _TEXT_CLASS[column.kind], marks)
            for cell, column in zip(row.cells, table.columns[1:], strict=True)
        )
        return f'<tr{css}{who}><th scope="row"{depth}>{label}</th>{cells}</tr>'

    def _cell(self, cell: Cell, css: str, marks: Mapping[str, str]) -> str:
        text: str = escape(cell.text).replace(" %", "\u00a0%")
        if cell.tone in TONE_CLASSES:
            text = f'<span class="badge {TONE_CLASSES[cell.tone]}">{text}</span>'
        if cell.target:
            text = f'<a href="#{escape(cell.target)}">{text}</a>'
        if cell.inputs is not None and cell.inputs.rows:
            number = self._lists.number_of(cell.inputs)
            text = f'<button type="button" class="who" data-who="{number}">{text}</button>'
        if cell.notes:
            letters = ", ".join(marks[note] for note in cell.notes)
            text = f"{text}<sup>{letters}</sup>"
        return f"<td{css}{_order(cell)}>{text}</td>"


def _classes(table: Table) -> Iterator[str]:
    """Yield the classes of a table; those of a listing say what its columns hold, once for all."""
    yield table.kind
    if len(table.rows) <= _KEPT_TOGETHER:
        yield "keep"
    if table.kind != "listing":
        if len(table.columns) <= _FEW_COLUMNS and table.columns[-1].kind == "number":
            yield "slim"
        return
    yield "sortable"
    for place, column in enumerate(table.columns[1:], 2):
        if column.kind != "words":
            yield f"{column.kind[0]}{place}"
        else:
            longest = max(
                (len(row.cells[place - 2].text) for row in table.rows if row.cells), default=0
            )
            if longest > _LONG_TEXT:
                yield f"{'x' if longest > _LONGER_TEXT else 'w'}{place}"


def _order(cell: Cell) -> str:
    """Return what orders a cell; nothing where the script reads the same from the text."""
    if cell.sort is None:
        return ""
    text = cell.text
    number = _PLAIN_NUMBER.fullmatch(text)
    if number is not None and float(number[1].replace("−", "-")) == cell.sort:
        return ""
    if _ISO_DATE.fullmatch(text) and dt.date.fromisoformat(text).toordinal() == cell.sort:
        return ""
    return f' data-sort="{cell.sort:.10g}"'


def _caption(table: Table) -> Markup:
    return Markup(
        '<div><span class="key">{}</span> <strong>{}</strong> <span class="meaning">{}</span></div>'
    ).format(table.number, table.title, table.population.words)


def _heads(columns: tuple[Column, ...]) -> str:
    """Return one row of heads, or two where heads are spanned."""
    if not any(column.span for column in columns):
        return f"<tr>{''.join(_head(column) for column in columns)}</tr>"
    upper = "".join(_spans(columns))
    lower = "".join(_head(column) for column in columns if column.span)
    return f"<tr>{upper}</tr><tr>{lower}</tr>"


def _spans(columns: tuple[Column, ...]) -> Iterator[str]:
    for span, members in groupby(columns, key=lambda column: column.span):
        found = list(members)
        if span:
            yield f'<th scope="colgroup" class="span" colspan="{len(found)}">{escape(span)}</th>'
        else:
            yield from (_head(column, rows=2) for column in found)


def _head(column: Column, rows: int = 1) -> str:
    css = ' class="number"' if column.kind == "number" else ""
    tall = f' rowspan="{rows}"' if rows > 1 else ""
    tag = "th" if column.head else "td"  # an empty head is no head
    scope = ' scope="col"' if column.head else ""
    return f"<{tag}{scope}{css}{tall}>{escape(column.head)}</{tag}>"
