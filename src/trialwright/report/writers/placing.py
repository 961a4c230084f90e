"""The blocks of a document in the order in which paper shows them, each upright or on its side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trialwright.report.model import Figure, Flow, Paragraph, Section, Table
from trialwright.report.writers.layout import is_wide, split_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.report.model import Block, Document

_LONG_PROSE = 1500  # letters; more is read upright


@dataclass(frozen=True, slots=True)
class Placed:
    """One block on paper.

    Parameters
    ----------
    block : Section, Paragraph, Table or Figure
        A section stands for its heading alone: what it holds follows. A table may be a part of
        one that no page holds.
    level : int
        Depth of the section that it is, or stands in; the outermost is 1.
    landscape : bool
        Whether its page lies on its side.
    continued : bool
        Whether it is the second or a later part of a table.
    """

    block: Section | Paragraph | Table | Figure
    level: int
    landscape: bool = False
    continued: bool = False


def place_blocks(document: Document) -> tuple[Placed, ...]:
    """Return every block of a document in order; headings and short prose go with what follows.

    Parameters
    ----------
    document : Document
        The whole report.
    """
    return tuple(_turned(list(_walk(document.sections, 1))))


def _walk(blocks: Sequence[Block], level: int) -> Iterator[Placed]:
    for block in blocks:
        if isinstance(block, Section):
            yield Placed(block, level)
            yield from _walk(block.blocks, level + 1)
        elif isinstance(block, Table):
            for number, part in enumerate(split_columns(block)):
                yield Placed(part, level - 1, is_wide(part), continued=number > 0)
        else:
            yield Placed(block.figure if isinstance(block, Flow) else block, level - 1)


def _turned(placed: Sequence[Placed]) -> Iterator[Placed]:
    """Turn headings and the prose below them as the display that they introduce."""
    waiting: list[Placed] = []
    for one in placed:
        if not isinstance(one.block, (Table, Figure)):
            waiting.append(one)
            continue
        yield from _led_by(waiting, landscape=one.landscape)
        waiting = []
        yield one
    yield from _led_by(waiting, landscape=False)


def _led_by(waiting: Sequence[Placed], *, landscape: bool) -> Iterator[Placed]:
    """Yield what stands before a display; of several sections only the last goes with it."""
    heads = [place for place, one in enumerate(waiting) if isinstance(one.block, Section)]
    first = heads[-1] if heads else 0
    while first and isinstance(waiting[first - 1].block, Section):
        first -= 1  # headings that follow each other stay together
    letters = sum(
        len(one.block.text) for one in waiting[first:] if isinstance(one.block, Paragraph)
    )
    turns = landscape and letters <= _LONG_PROSE
    for place, one in enumerate(waiting):
        yield replace(one, landscape=turns and place >= first)
