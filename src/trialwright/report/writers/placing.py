"""The blocks of a document in the order in which paper shows them, each upright or on its side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trialwright.report.model import Figure, Flow, Paragraph, Section, Table
from trialwright.report.writers.labels import labels_of
from trialwright.report.writers.layout import fit_table, split_columns
from trialwright.report.writers.sheet_names import name_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.report.model import Block, Document
    from trialwright.report.writers.layout import Fit

_LONG_PROSE = 1500  # letters; more is read upright


LONGEST_LISTING = 1_000  # rows; about thirty pages


@dataclass(frozen=True, slots=True)
class PaperOptions:
    """What is set on paper and what is not.

    Parameters
    ----------
    longest_listing : int or None
        Rows. A listing of more is not set on paper: a sentence in its place says how many rows it
        has and where they stand. None: every listing is set, however long.
    """

    longest_listing: int | None = LONGEST_LISTING

    def __post_init__(self) -> None:
        """Refuse a number of rows that there cannot be."""
        if self.longest_listing is not None and self.longest_listing < 0:
            msg = f"longest_listing is a number of rows or None, not {self.longest_listing}"
            raise ValueError(msg)

    def leaves_out(self, table: Table) -> bool:
        """Return whether the rows of a listing are too many for paper."""
        most = self.longest_listing
        return most is not None and table.kind == "listing" and len(table.rows) > most


WHOLE_PAPER = PaperOptions()  # as a report is set if nobody says otherwise


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
    fit : Fit or None
        How a table stands on its page.
    instead : str
        What is said in place of a listing that is not set on paper; empty for everything else.
    """

    block: Section | Paragraph | Table | Figure
    level: int
    landscape: bool = False
    continued: bool = False
    fit: Fit | None = None
    instead: str = ""


def place_blocks(document: Document, paper: PaperOptions = WHOLE_PAPER) -> tuple[Placed, ...]:
    """Return every block of a document in order; headings and short prose go with what follows.

    Parameters
    ----------
    document : Document
        The whole report.
    paper : PaperOptions
        What is set on paper.
    """
    instead = _say_left_out(document, paper)
    return tuple(_turned(list(_walk(document.sections, 1, instead))))


def _say_left_out(document: Document, paper: PaperOptions) -> dict[int, str]:
    """Return what is said in place of each table that is left out, by the table's identity."""
    labels = labels_of(document.language)
    names = name_sheets(document.tables, labels)
    return {
        id(table): labels.say_left_out(len(table.rows), paper.longest_listing or 0, name)
        for table, name in zip(document.tables, names, strict=True)
        if paper.leaves_out(table)
    }


def _walk(blocks: Sequence[Block], level: int, instead: dict[int, str]) -> Iterator[Placed]:
    for block in blocks:
        if isinstance(block, Section):
            yield Placed(block, level)
            yield from _walk(block.blocks, level + 1, instead)
        elif isinstance(block, Table) and id(block) in instead:
            yield Placed(block, level - 1, instead=instead[id(block)])
        elif isinstance(block, Table):
            for number, part in enumerate(split_columns(block)):
                fit = fit_table(part)
                yield Placed(part, level - 1, fit.wide, continued=number > 0, fit=fit)
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
