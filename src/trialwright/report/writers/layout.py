"""How the columns of a table share a page: widths, landscape, parts, and where words may break.

Lengths are in letters; a Chinese character is as wide as two. What a page holds is counted at the
size of type that the writers on paper set tables in (8 pt). Nothing is ever cut off: a table
that no page holds is written in parts, and a word that no column holds breaks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, pairwise
from math import ceil
from typing import TYPE_CHECKING
from unicodedata import combining, east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trialwright.report.model import Column, Row, Table

PORTRAIT_LETTERS = 105  # across 17 cm of an A4 page
LANDSCAPE_LETTERS = 160  # across 25.7 cm
LONGEST_WORD = 20  # a longer one breaks
BREAK = "\N{ZERO WIDTH SPACE}"

_PADDING = 2.0  # between two columns
_NARROWEST = 3.0
_APART = 1.5  # more of it between numbers, flush right, and words, flush left
_NARROWEST_TABLE = 0.5  # of the width of a page
_ROOMY = 1.25  # what a table takes of the page, to what its texts want
_MOST_LINES = {False: 38, True: 22}  # of a table that stays on a page, upright and on its side
_WRAPPED = 1.15  # words do not fill their lines
_HEAD_LINES = 3
_NOTE_LETTERS = 1.2  # of a note, for one of a table
_LONGEST_ROW = 900
_LONG_TEXT = 34.0  # a longer one is set in several lines
_LONGEST_TEXT = 110.0  # what a column can use, if the page has room to spare
_LONG_NUMBER = 16.0
_LONG_LABEL = 16.0  # what a page has to hold of the label column
_MANY_LINES = 14  # in which the longest text of a column is set, where there is room
_TYPICAL = 0.9  # the share of texts that a comfortable column holds in one line
_WORD = re.compile(r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")
_UNIT = re.compile(r"(?<=\d) (?=[%℃°])")
_AFTER = re.compile(r"(?<=[/\\_.,;:|@=&?+)\]}>-])")
_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Fit:
    """How one table stands on a page.

    Parameters
    ----------
    weights : tuple of float
        The share of the width of the table that each column takes; they add up to 1.
    share : float
        The share of the width of the page that the table takes: a few short columns spread over
        a whole page are hard to read across.
    wide : bool
        Whether the page lies on its side.
    together : bool
        Whether the table is so short that it stands on one page with its notes.
    """

    weights: tuple[float, ...]
    share: float
    wide: bool
    together: bool


def fit_table(table: Table) -> Fit:
    """Return how a table stands on a page.

    No column is narrower than its longest word (as far as the page allows), none is wider than
    its texts want, and one very long text does not widen its column.

    Parameters
    ----------
    table : Table
        Or one part of it, from `split_columns`.
    """
    needs = _needs_of(table)
    wide = _too_wide(needs, PORTRAIT_LETTERS)
    page = LANDSCAPE_LETTERS if wide else PORTRAIT_LETTERS
    widths = [need.least for need in needs]
    for wishes in ([need.liked for need in needs], [need.most for need in needs]):
        widths = _grown(widths, wishes, page - sum(widths))
    letters = sum(widths)
    share = min(1.0, max(_NARROWEST_TABLE, _ROOMY * letters / page))
    weights = tuple(width / letters for width in widths)
    together = len(table.rows) <= _MOST_LINES[wide] and (
        _lines_of(table, [weight * share * page for weight in weights], page) <= _MOST_LINES[wide]
    )
    return Fit(weights, share, wide, together)


def column_weights(table: Table) -> tuple[float, ...]:
    """Return the share of the width of a table that each column takes; they add up to 1.

    Parameters
    ----------
    table : Table
        Or one part of it, from `split_columns`.
    """
    return fit_table(table).weights


def is_wide(table: Table) -> bool:
    """Return whether a table needs a landscape page: upright, its columns would be crammed."""
    return _too_wide(_needs_of(table), PORTRAIT_LETTERS)


def stand_apart(columns: Sequence[Column]) -> tuple[bool, ...]:
    """Tell of each column whether it holds numbers, flush right, beside words, flush left.

    There the padding of the columns is too little: ``1 progression`` reads as one text.

    Parameters
    ----------
    columns : sequence of Column
        Of one table, in order.
    """
    beside = (*(column.kind != "number" for column in columns[1:]), False)
    return tuple(
        column.kind == "number" and words for column, words in zip(columns, beside, strict=True)
    )


def split_columns(table: Table, most_letters: float = LANDSCAPE_LETTERS) -> tuple[Table, ...]:
    """Divide a table that no page holds into parts side by side, each with the label column.

    Parameters
    ----------
    table : Table
        Any table; one that fits is returned as it is.
    most_letters : float
        What one page holds, in letters.

    Returns
    -------
    tuple of Table
        Each column after the label stands in exactly one part, in order; columns under one
        spanning head stay together where a page holds them. The rows are the same in each.
    """
    needs = _needs_of(table)
    if sum(need.least for need in needs) <= most_letters:
        return (table,)
    room = most_letters - needs[0].least
    fewest = len(_packs_of(table.columns, needs, room))
    even = sum(need.least for need in needs[1:]) / fewest
    while even < room and len(_packs_of(table.columns, needs, even)) > fewest:
        even += 1  # parts of about the same width, and no more of them than it takes
    packs = _packs_of(table.columns, needs, min(even, room))
    return tuple(_part_of(table, pack) for pack in packs)


def break_places(word: str, longest: int = LONGEST_WORD) -> tuple[int, ...]:
    """Return the places within a word at which a line may end, so that no piece is too long.

    Parameters
    ----------
    word : str
        A word or a whole text; only words longer than ``longest`` get places.
    longest : int
        Letters that a line holds.

    Returns
    -------
    tuple of int
        Places between two letters, after punctuation where there is some; empty for short words.
    """
    if len(word) <= longest and word.isascii():
        return ()
    found: list[int] = []
    for match in _WORD.finditer(word):
        if text_length(match[0]) <= longest:
            continue
        start = match.start()
        for piece in _pieces_of(match[0], longest):
            start += len(piece)
            found.append(start)
        found.pop()
    return tuple(found)


def break_words(text: str, longest: int = LONGEST_WORD, mark: str = BREAK) -> str:
    """Return a text with a mark (a zero-width space) wherever a long word may break."""
    found = break_places(text, longest)
    if not found:
        return text
    places = (0, *found, len(text))
    return mark.join(text[a:b] for a, b in pairwise(places))


def keep_together(text: str) -> str:
    """Return a text with no-break spaces between a number and its unit: ``5 (17.2 %)``."""
    return _UNIT.sub(_NO_BREAK, text) if " " in text else text


def breaks_over_pages(row: Row) -> bool:
    """Return whether a row may go over to the next page, because a cell is as long as a page."""
    return any(len(text) > _LONGEST_ROW for text in (row.label, *(cell.text for cell in row.cells)))


def text_length(text: str) -> int:
    """Return the length of a text in letters; wide characters (Chinese) count as two."""
    if text.isascii():
        return len(text)
    return sum(map(_letter_width, text))


def _grown(widths: Sequence[float], wishes: Sequence[float], spare: float) -> list[float]:
    """Widen columns towards what they wish, as far as the page has room for all."""
    more = [max(0.0, wish - width) for width, wish in zip(widths, wishes, strict=True)]
    share = min(1.0, max(0.0, spare) / sum(more)) if sum(more) else 0.0
    return [width + share * extra for width, extra in zip(widths, more, strict=True)]


@dataclass(frozen=True, slots=True)
class _Need:
    """What a column cannot do without, likes to have, and can use; in letters, with padding."""

    least: float
    liked: float
    most: float


def _needs_of(table: Table) -> tuple[_Need, ...]:
    needs = [
        _need_of(column, texts)
        for column, texts in zip(table.columns, _texts_by_column(table), strict=True)
    ]
    needs[:1] = [
        replace(one, least=max(one.least, min(one.liked, _LONG_LABEL + _PADDING)))
        for one in needs[:1]
    ]
    spaced = (
        replace(need, least=need.least + _APART, liked=need.liked + _APART, most=need.most + _APART)
        if apart
        else need
        for need, apart in zip(needs, stand_apart(table.columns), strict=True)
    )
    return tuple(_widened_by_spans(table.columns, list(spaced)))


def _lines_of(table: Table, widths: Sequence[float], page: float) -> float:
    """Return about how many lines a table takes with its heads and notes; rather too many."""
    rows = (
        max(
            ceil(_WRAPPED * text_length(text) / max(width - _PADDING, 1.0))
            for text, width in zip(
                (row.label, *(cell.text for cell in row.cells)),
                widths if row.cells else (page,),
                strict=True,
            )
        )
        for row in table.rows
    )
    notes = (*table.notes, *(note for _, note in table.footnotes))
    below = (ceil(_WRAPPED * text_length(note) / (_NOTE_LETTERS * page)) for note in notes)
    return sum(max(1, lines) for lines in rows) + sum(below) + _HEAD_LINES


def _texts_by_column(table: Table) -> list[list[str]]:
    """Return the texts of each column; headings over rows run across the table."""
    found: list[list[str]] = [[] for _ in table.columns]
    for row in table.rows:
        if row.cells:
            found[0].append("  " * row.depth + row.label)
            for texts, cell in zip(found[1:], row.cells, strict=True):
                texts.append(cell.text)
    return found


def _need_of(column: Column, texts: Sequence[str]) -> _Need:
    lengths = sorted(text_length(text) for text in texts)
    typical = lengths[int(_TYPICAL * (len(lengths) - 1))] if lengths else 0
    head = _longest_word((column.head,))
    if column.kind == "date":  # never broken
        least = max(head, min(lengths[-1] if lengths else 0, LONGEST_WORD))
    else:
        least = max(head, _longest_word(texts))
    longest = _LONG_NUMBER if column.kind == "number" else _LONG_TEXT
    tall = lengths[-1] / _MANY_LINES if lengths else 0
    liked = max(least, min(max(typical, tall), longest), min(text_length(column.head), 2 * head))
    wishes = (least, liked, max(liked, min(typical, _LONGEST_TEXT)))
    return _Need(*(max(wish, _NARROWEST) + _PADDING for wish in wishes))


def _widened_by_spans(columns: Sequence[Column], needs: list[_Need]) -> Iterator[_Need]:
    """Widen the columns under a spanning head that is wider than they are together."""
    for span, group in groupby(zip(columns, needs, strict=True), key=lambda pair: pair[0].span):
        members = [need for _, need in group]
        short = _longest_word((span,)) + _PADDING - sum(need.least for need in members)
        more = max(0.0, short) / len(members) if span else 0.0
        for need in members:
            wishes = (need.least, need.liked, need.most)
            yield _Need(*(max(wish, need.least + more) for wish in wishes))


def _longest_word(texts: Iterable[str]) -> float:
    lengths = (
        text_length(word)
        for text in set(texts)
        for word in _WORD.findall(keep_together(text).replace(_NO_BREAK, "_"))
    )
    return float(min(max(lengths, default=0), LONGEST_WORD))


def _too_wide(needs: Sequence[_Need], letters: float) -> bool:
    """Return whether a page is too narrow: words break, or most lines do."""
    least, liked = (sum(values) for values in ([n.least for n in needs], [n.liked for n in needs]))
    return least > letters or (least + liked) / 2 > letters


def _packs_of(columns: Sequence[Column], needs: Sequence[_Need], room: float) -> list[list[int]]:
    """Fill one part after the other with the columns after the label."""
    packs: list[list[int]] = [[]]
    for group in _groups_of(columns, needs, room):
        held = sum(needs[place].least for place in packs[-1])
        if packs[-1] and held + sum(needs[place].least for place in group) > room:
            packs.append([])
        packs[-1].extend(group)
    return packs


def _groups_of(
    columns: Sequence[Column], needs: Sequence[_Need], room: float
) -> Iterator[list[int]]:
    """Yield the columns that stay together: those under one head, if a page holds them."""
    after_label = range(1, len(columns))
    for span, group in groupby(after_label, key=lambda place: columns[place].span):
        places = list(group)
        if span and sum(needs[place].least for place in places) <= room:
            yield places
        else:
            yield from ([place] for place in places)


def _part_of(table: Table, places: Sequence[int]) -> Table:
    columns = (table.columns[0], *(table.columns[place] for place in places))
    rows = tuple(
        replace(row, cells=tuple(row.cells[place - 1] for place in places)) if row.cells else row
        for row in table.rows
    )
    return replace(table, columns=columns, rows=rows)


def _pieces_of(word: str, longest: int) -> Iterator[str]:
    """Cut a word into pieces no longer than a line, after punctuation rather than elsewhere."""
    line = ""
    for part in _AFTER.split(word):
        if text_length(line + part) <= longest:
            line += part
            continue
        if line:
            yield line
        *full, line = _cut(part, longest)
        yield from full
    if line:
        yield line


def _cut(part: str, longest: int) -> Iterator[str]:
    line, length = "", 0
    for letter in part:
        width = _letter_width(letter)
        if line and width and length + width > longest:
            yield line
            line, length = "", 0
        line, length = line + letter, length + width
    yield line


@cache
def _letter_width(letter: str) -> int:
    if combining(letter):
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1
