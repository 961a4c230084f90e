"""The document as the data that ``report.typ`` lays out: pages, their items, and plain strings.

A report on paper is a row of sheets, upright or on their side, that hold items. Every key that a
cell may point to becomes an anchor, whose name is ours.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from trialwright.report.model import Figure, Paragraph, Section, Table
from trialwright.report.writers.characters import show_controls
from trialwright.report.writers.labels import labels_of
from trialwright.report.writers.layout import (
    break_words,
    breaks_over_pages,
    keep_together,
    stand_apart,
    text_length,
)
from trialwright.report.writers.pictures import svg_on_paper
from trialwright.report.writers.placing import WHOLE_PAPER, PaperOptions, place_blocks
from trialwright.report.writers.tints import tint_of
from trialwright.report.writers.title_page import list_facts, shorten_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.report.model import Cell, Document, Row
    from trialwright.report.writers.labels import Labels
    from trialwright.report.writers.placing import Placed

Item = dict[str, object]
Piece = str | Item

_PAGE_MM = (170.0, 215.0)  # what an upright page has for a figure and its caption
_MM = 25.4
_CAPTION_LETTERS, _CAPTION_LINE_MM = 120, 4.5  # of one line
_LONGEST_DATE = 12
_MOST_CELLS = 2_000
_DEEPEST = 6


def typst_data(document: Document, paper: PaperOptions = WHOLE_PAPER) -> str:
    """Return the data of ``report.typ`` as JSON.

    Parameters
    ----------
    document : Document
        The report.
    paper : PaperOptions
        What is set on paper.
    """
    labels = labels_of(document.language)
    front, provenance = document.front, document.provenance
    content: Item = {
        "language": document.language,
        "title": show_controls(front.title),
        "short-title": _plain(shorten_title(document)),
        "cut": _plain(f"{labels.data_cut}{labels.colon}{provenance.data_cut}"),
        "banner": labels.simulated if front.simulated else "",
        "decision-support": labels.decision_support,
        "facts": [[_plain(name), _plain(value)] for name, value in list_facts(document, labels)],
        "words": {
            "contents": labels.contents,
            "page": labels.page,
            "on-page": labels.on_page,
            "on-page-end": labels.on_page_end,
            "of": labels.of,
            "page-end": labels.page_end,
            "opening": labels.opening,
            "closing": labels.closing,
        },
        "sheets": list(_Sheets(place_blocks(document, paper), labels).sheets()),
    }
    return json.dumps(content, ensure_ascii=False)


class _Sheets:
    """The sheets of a document in order, with the anchors of its keys."""

    def __init__(self, placed: Sequence[Placed], labels: Labels) -> None:
        self._placed = placed
        self._labels = labels
        self._anchors: dict[str, str] = {}
        for one in placed:
            if not isinstance(one.block, Paragraph):
                self._anchors.setdefault(one.block.key, f"place-{len(self._anchors)}")
        self._unset = dict(self._anchors)
        self._tables = 0

    def sheets(self) -> Iterator[Item]:
        """Yield the sheets: runs of items that lie on their side, and those that stand."""
        for wide, group in groupby(self._placed, key=lambda placed: placed.landscape):
            yield {"wide": wide, "items": [item for one in group for item in self._items(one)]}

    def _items(self, placed: Placed) -> Iterator[Item]:
        block = placed.block
        level = min(placed.level, _DEEPEST)
        if isinstance(block, Section):
            title = f"{block.number} {block.title}".strip()
            yield self._heading(title, level, block.key, display=False)
        elif isinstance(block, Paragraph):
            pieces = list(self._sentence(block))
            yield {"kind": "paragraph", "style": block.style, "pieces": pieces}
        else:
            if not placed.continued:
                title = f"{self._labels.number_of(block)} {block.title}"
                yield self._heading(title, min(level + 1, _DEEPEST), block.key)
            if isinstance(block, Figure):
                yield from self._figure(block)
            else:
                yield from self._table(block, placed)

    def _heading(self, text: str, level: int, key: str, *, display: bool = True) -> Item:
        """Make a heading; the first one of a key is what cells that point to it find."""
        return {
            "kind": "heading",
            "text": _plain(text),
            "level": level,
            "display": display,
            "anchor": self._unset.pop(key, ""),
        }

    def _sentence(self, paragraph: Paragraph) -> Iterator[Piece]:
        rest = paragraph.text
        for _, cell in paragraph.values:
            if cell.target in self._anchors and cell.text and cell.text in rest:
                before, _, rest = rest.partition(cell.text)
                yield _plain(before)
                yield {"text": _plain(cell.text), "to": self._anchors[cell.target]}
        yield _plain(rest)

    def _table(self, table: Table, placed: Placed) -> Iterator[Item]:
        """Yield a table, in pieces that each begin a page: typst sets short ones much faster."""
        labels, fit = self._labels, placed.fit
        title = labels.say_continued(f"{labels.number_of(table)} {table.title}")
        population = labels.say_population(table.population.words)
        yield {"kind": "above", "lines": [_plain(title if placed.continued else population)]}
        if fit is None:
            yield {"kind": "paragraph", "style": "body", "pieces": [_plain(placed.instead)]}
            return
        self._tables += 1
        marks = {note: letter for letter, note in table.footnotes}
        notes = [f"{letter}\u2002{note}" for note, letter in marks.items()] + list(table.notes)
        common: Item = {
            "kind": "table",
            "parts": f"table-{self._tables}",
            "continued": _plain(title),
            "empty": _plain(labels.say_empty(table.empty)),
            "weights": [fit.share * weight for weight in fit.weights],
            "kinds": [column.kind for column in table.columns],
            "apart": stand_apart(table.columns),
            "heads": [_plain(column.head) for column in table.columns],
            "spans": _spans(table),
            "together": fit.together,
        }
        step = max(1, _MOST_CELLS // len(table.columns))
        for first in range(0, max(1, len(table.rows)), step):
            rows = [self._row(table, row, marks) for row in table.rows[first : first + step]]
            ends = first + step >= len(table.rows)
            below = [_plain(note) for note in notes] if ends else []
            yield common | {"first": first == 0, "rows": rows, "notes": below}

    def _row(self, table: Table, row: Row, marks: Mapping[str, str]) -> Item:
        return {
            "label": _plain(row.label),
            "bold": not row.cells or row.mark in {"alert", "primary"},
            "depth": row.depth,
            "heading": not row.cells,
            "fill": tint_of(None, row),
            "breakable": breaks_over_pages(row),
            "cells": [
                self._cell(cell, row, column.kind, marks)
                for cell, column in zip(row.cells, table.columns[1:], strict=bool(row.cells))
            ],
        }

    def _cell(self, cell: Cell, row: Row, kind: str, marks: Mapping[str, str]) -> Piece:
        piece: Item = {"text": _plain(cell.text)}
        if cell.notes:
            piece["marks"] = ",".join(marks[note] for note in cell.notes)
        if tint := tint_of(cell, row):
            piece["fill"] = tint
        if cell.tone == "strong" or row.mark == "primary":
            piece["bold"] = True
        if cell.target in self._anchors:
            piece["to"] = self._anchors[cell.target]
        if kind == "date" and text_length(cell.text) <= _LONGEST_DATE:
            piece["whole"] = True
        return piece if len(piece) > 1 else _plain(cell.text)

    def _figure(self, figure: Figure) -> Iterator[Item]:
        labels = self._labels
        if figure.population is not None:
            line = labels.say_population(figure.population.words)
            yield {"kind": "above", "lines": [_plain(line)]}
        drawn = figure.paint is not None
        caption = figure.caption if drawn else f"{labels.nothing_to_draw}{figure.caption}"
        yield {
            "kind": "figure",
            "svg": svg_on_paper(figure),
            "width": _width_mm(figure),
            "together": _stays_together(figure),
            "alt": show_controls(figure.description or figure.title),
            "caption": [_plain(caption)],
        }


def _spans(table: Table) -> list[Item]:
    """Return the heads over heads, each with the number of columns below it; empty for none."""
    if not any(column.span for column in table.columns):
        return []
    return [
        {"text": _plain(span), "width": len(list(group))}
        for span, group in groupby(column.span for column in table.columns)
    ]


def _width_mm(figure: Figure) -> float:
    """Return the width at which a figure fills the page without leaving it."""
    width, height = (_MM * inches for inches in figure.size_inches)
    if not width or not height:
        return 0.0
    room, high = _PAGE_MM
    return min(room, width if not figure.wide else room, high * width / height)


def _stays_together(figure: Figure) -> bool:
    """Return whether a page has room for a figure and all of its caption."""
    width, height = figure.size_inches
    high = _width_mm(figure) * height / width if width else 0.0
    lines = 1 + text_length(figure.caption) / _CAPTION_LETTERS
    return high + _CAPTION_LINE_MM * lines <= _PAGE_MM[1]


def _plain(text: str) -> str:
    """Return a text as it is set: controls seen, units kept, long words breakable."""
    return break_words(keep_together(show_controls(text)))
