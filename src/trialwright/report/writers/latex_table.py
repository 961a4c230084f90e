"""A table as a longtable of LaTeX: heads on every page, rows unbroken, notes below."""

from __future__ import annotations

import textwrap
from itertools import groupby
from typing import TYPE_CHECKING

from trialwright.report.writers.layout import stand_apart
from trialwright.report.writers.tex import escape
from trialwright.report.writers.tints import tint_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trialwright.report.model import Cell, Row, Table
    from trialwright.report.writers.labels import Labels
    from trialwright.report.writers.layout import Fit

_WITH_NOTES = 3  # rows at the end of a table that stay with its notes
# by: numbers, and words beside them
_ALIGNMENTS = {
    (False, False): "wording",
    (True, False): "numbers",
    (True, True): "numbersapart",
}
_LONGEST_CELL = 900  # letters; a row has to fit on a page, so a longer text goes on in the next row


def lay_table(table: Table, fit: Fit, labels: Labels, places: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a table with its notes; one without rows says why.

    Parameters
    ----------
    table : Table
        One that a page holds.
    fit : Fit
        How it stands on the page.
    labels : Labels
        Words of the language.
    places : mapping of str to str
        Labels of the keys that cells may point to.
    """
    if table.rows:
        yield r"{\footnotesize"
        yield f"\\begin{{longtable}}{{{_columns(table, fit)}}}"
        yield from _heads(table, labels, fit)
        letters = {note: letter for letter, note in table.footnotes}
        last = len(table.rows) if fit.together else _WITH_NOTES
        for left, row in zip(range(len(table.rows) - 1, -1, -1), table.rows, strict=True):
            kept = bool(row.cells) and left < last and (left > 0 or bool(table.notes or letters))
            lines = _row_lines(table, row, (letters, places, labels), fit)
            yield from (f"{line}*" if kept else line for line in lines)
        yield "\\end{longtable}}"
    else:
        yield f"{escape(labels.say_empty(table.empty))}\\par"
    for letter, note in table.footnotes:
        yield f"\\quietly{{\\textsuperscript{{{letter}}}{escape(note)}}}"
    for note in table.notes:
        yield f"\\quietly{{{escape(note)}}}"


def _columns(table: Table, fit: Fit) -> str:
    return "".join(
        f">{{\\{_ALIGNMENTS[column.kind == 'number', apart]}}}"
        f"p{{\\dimexpr {_rounded_down(fit.share * weight)}\\linewidth-2\\tabcolsep\\relax}}"
        for column, weight, apart in zip(
            table.columns, fit.weights, stand_apart(table.columns), strict=True
        )
    )


def _rounded_down(share: float) -> str:
    return f"{share - 5e-5:.4f}"


def _heads(table: Table, labels: Labels, fit: Fit) -> Iterator[str]:
    """Yield the head of the first page, that of the others, and the lines below."""
    count = len(table.columns)
    head = [r"\toprule", *_spans(table), _head_line(table), r"\midrule"]
    yield from head
    yield r"\endfirsthead"
    title = escape(labels.say_continued(f"{labels.number_of(table)} {table.title}"))
    width = f"p{{{fit.share:.4f}\\linewidth}}"
    yield f"\\multicolumn{{{count}}}{{@{{}}{width}@{{}}}}{{\\itshape {title}}}\\\\"
    yield from head
    yield r"\endhead"
    yield r"\bottomrule"
    yield r"\endfoot"
    yield r"\bottomrule"
    yield r"\endlastfoot"


def _head_line(table: Table) -> str:
    cells = (f"\\textbf{{{escape(column.head)}}}" for column in table.columns)
    return f"{' & '.join(cells)}\\\\"


def _spans(table: Table) -> Iterator[str]:
    """Yield the heads over heads with the rules below them; nothing where there are none."""
    if not any(column.span for column in table.columns):
        return
    cells, rules, first = [], [], 1
    for span, group in groupby(column.span for column in table.columns):
        width = len(list(group))
        if span:
            rules.append(f"\\cmidrule(lr){{{first}-{first + width - 1}}}")
        cells.append(f"\\multicolumn{{{width}}}{{c}}{{{escape(span)}}}")
        first += width
    yield f"{' & '.join(cells)}\\\\"
    yield "".join(rules)


def _row_lines(
    table: Table,
    row: Row,
    shared: tuple[Mapping[str, str], Mapping[str, str], Labels],
    fit: Fit,
) -> Iterator[str]:
    """Yield a row; one with a very long text goes on in rows of its own."""
    indent = f"\\leftskip={row.depth}em\\relax " if row.depth else ""
    heavy = "\\bfseries " if not row.cells or row.mark in {"alert", "primary"} else ""
    colour = _colour(tint_of(None, row))
    if not row.cells:
        width = f"p{{\\dimexpr {fit.share:.4f}\\linewidth-2\\tabcolsep\\relax}}"
        words = f"{colour}\\raggedright{indent}{heavy}{escape(row.label)}"
        yield f"\\multicolumn{{{len(table.columns)}}}{{{width}}}{{{words}}}\\\\*"
        return
    label, *texts = (_pieces(text) for text in (row.label, *(cell.text for cell in row.cells)))
    for line in range(max(map(len, (label, *texts)))):
        shown = [f"{colour}{indent}{heavy}{escape(_at(label, line))}"]
        for cell, pieces in zip(row.cells, texts, strict=True):
            last = line == len(pieces) - 1
            shown.append(_cell(cell, row, _at(pieces, line), shared if last else None))
        yield f"{' & '.join(shown)}\\\\"


def _cell(
    cell: Cell,
    row: Row,
    text: str,
    shared: tuple[Mapping[str, str], Mapping[str, str], Labels] | None,
) -> str:
    """Return one cell; its last line has the letters of its notes and the page it points to."""
    heavy = "\\bfseries " if cell.tone == "strong" or row.mark == "primary" else ""
    shown = f"{_colour(tint_of(cell, row))}{heavy}{escape(text)}"
    if shared is None:
        return shown
    letters, places, labels = shared
    if cell.target in places:
        place = places[cell.target]
        page = f"{escape(labels.opening + labels.on_page)}\\pageref*{{{place}}}"
        end = escape(labels.on_page_end + labels.closing)
        shown += f"\\hyperref[{place}]{{{page}{end}}}"
    if cell.notes:
        shown += f"\\textsuperscript{{{','.join(letters[note] for note in cell.notes)}}}"
    return shown


def _pieces(text: str) -> list[str]:
    if len(text) <= _LONGEST_CELL:
        return [text]
    return textwrap.wrap(text, _LONGEST_CELL, replace_whitespace=False, break_on_hyphens=False)


def _at(pieces: list[str], place: int) -> str:
    return pieces[place] if place < len(pieces) else ""


def _colour(tint: str) -> str:
    return f"\\cellcolor[HTML]{{{tint.upper()}}}" if tint else ""
