"""The report as an RTF file, as regulators' programs read it; rtflite sets the tables.

Each table or listing starts a page, upright or on its side; its heads repeat on every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.model import Figure, Paragraph, Section, Table
from trialwright.report.writers.bookmarks import Bookmarks
from trialwright.report.writers.labels import labels_of
from trialwright.report.writers.pictures import draw_png, fit_size
from trialwright.report.writers.placing import WHOLE_PAPER, PaperOptions, place_blocks
from trialwright.report.writers.rtf_parts import (
    MARGIN_TWIPS,
    PAPER_TWIPS,
    set_footer,
    set_header,
    set_lines,
    set_picture,
    set_table,
    start_file,
    start_section,
)
from trialwright.report.writers.rtf_text import escape_rtf
from trialwright.report.writers.title_page import list_facts, shorten_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.report.model import Cell, Document, Row
    from trialwright.report.writers.labels import Labels
    from trialwright.report.writers.placing import Placed

_INCH = 1440
_TALLEST_INCHES = {False: 8.4, True: 5.0}  # of a figure, upright and on its side
_MOST_NOTES = 12  # that stay together
_LANGUAGES = {"en": 2057, "zh": 2052}  # Microsoft's numbers of British English and Chinese


def render_rtf(document: Document, paper: PaperOptions = WHOLE_PAPER) -> bytes:
    """Write the report as the content of an ``.rtf`` file; the same document, the same bytes.

    Parameters
    ----------
    document : Document
        The whole report.
    paper : PaperOptions
        What is set on paper.

    Raises
    ------
    MissingExtra
        If rtflite is not installed.
    """
    placed = place_blocks(document, paper)
    keys = (one.block.key for one in placed if not isinstance(one.block, Paragraph))
    writing = _Writing(document, labels_of(document.language), Bookmarks(keys))
    parts = [writing.start(), *writing.title_page()]
    for number, one in enumerate(placed):
        before = placed[number - 1] if number else None
        if before is None or _starts_page(one, before):
            parts.append(writing.section(landscape=one.landscape))
        parts.extend(writing.block(one))
    return "\n".join([*parts, "}"]).encode("ascii")


def _starts_page(one: Placed, before: Placed) -> bool:
    """Return whether a page begins: before a table, unless what leads to it just began one."""
    if one.landscape != before.landscape:
        return True
    follows = isinstance(before.block, (Table, Figure))
    return follows and isinstance(one.block, (Section, Table))


@dataclass(frozen=True, slots=True)
class _Writing:
    """What the parts of one file share."""

    document: Document
    labels: Labels
    bookmarks: Bookmarks

    def start(self) -> str:
        """Return the head of the file with its running lines."""
        title = escape_rtf(self.document.front.title)
        head = start_file(title, _LANGUAGES[self.document.language])
        return "\n".join([head, *self.running_lines()])

    def running_lines(self) -> tuple[str, str]:
        """Return header (short title, banner of simulated patients) and footer (pages)."""
        labels = self.labels
        banner = [labels.simulated] if self.document.front.simulated else []
        header = [escape_rtf(line) for line in (shorten_title(self.document), *banner)]
        before, between, after = map(escape_rtf, (labels.page, labels.of, labels.page_end))
        pages = r"{\field{\*\fldinst NUMPAGES }{\fldrslt 1}}"
        return set_header(header), set_footer(rf"{before}\chpgn {between}{pages}{after}")

    def section(self, *, landscape: bool) -> str:
        """Return the start of a page of its own with its running lines."""
        return "\n".join([start_section(landscape=landscape), *self.running_lines()])

    def title_page(self) -> Iterator[str]:
        """Yield title, simulated banner and where the report comes from."""
        labels, front = self.labels, self.document.front
        yield set_lines([escape_rtf(front.title)], size=18, bold=True)
        if front.simulated:
            yield set_lines([escape_rtf(labels.simulated)], size=11, bold=True)
        facts = list_facts(self.document, labels)
        yield set_lines([escape_rtf(f"{name}{labels.colon}{value}") for name, value in facts])
        yield set_lines([escape_rtf(labels.decision_support)], size=9)

    def block(self, one: Placed) -> Iterator[str]:
        """Yield one block of the report."""
        block = one.block
        if isinstance(block, Section):
            words = escape_rtf(" ".join(f"{block.number} {block.title}".split()))
            size = {1: 16, 2: 13}.get(one.level, 11)
            yield set_lines([self.mark(block.key) + words], size=size, bold=True, after=120)
        elif isinstance(block, Paragraph):
            size = 8 if block.style == "small" else 10
            yield set_lines([self.prose(block)], size=size, after=120)
        else:
            yield from self.display(block, one)

    def display(self, block: Table | Figure, one: Placed) -> Iterator[str]:
        """Yield a table or figure with its title lines and what stands below it."""
        labels = self.labels
        title = labels.say_continued(block.title) if one.continued else block.title
        words = escape_rtf(f"{labels.number_of(block)}  {title}")
        yield set_lines([self.mark(block.key) + words], bold=True)
        if block.population is not None:
            yield set_lines(
                [escape_rtf(labels.say_population(block.population.words))], size=8, kept=True
            )
        across = (PAPER_TWIPS[::-1] if one.landscape else PAPER_TWIPS)[0] - 2 * MARGIN_TWIPS
        if one.instead:
            yield set_lines([escape_rtf(one.instead)], after=120)
        elif isinstance(block, Table) and one.fit is not None:
            yield set_table(block, one.fit, list(self.rows(block)), across / _INCH)
            *notes, last = [*_notes_of(block), ""]
            yield set_lines(notes, size=8, kept=len(notes) <= _MOST_NOTES)
            yield set_lines([last], size=8)
        elif isinstance(block, Figure) and block.paint is None:
            yield set_lines([escape_rtf(labels.nothing_to_draw + block.caption)], size=9, after=120)
        elif isinstance(block, Figure):
            yield _draw(block, across, landscape=one.landscape)
            yield set_lines([escape_rtf(block.caption)], size=8, after=120)

    def rows(self, table: Table) -> Iterator[list[str]]:
        """Yield the texts of each row, or why there is none."""
        letters = {note: letter for letter, note in table.footnotes}
        for row in table.rows:
            cells = (self.cell(cell, [letters[note] for note in cell.notes]) for cell in row.cells)
            label = escape_rtf(row.label)
            yield [rf"{{\b {label}}}" if _is_bold(row) else label, *cells]
        if not table.rows:
            yield [escape_rtf(self.labels.say_empty(table.empty))]

    def mark(self, key: str) -> str:
        """Return a bookmark where a key first stands; empty later."""
        name = self.bookmarks.take(key)
        if name is None:
            return ""
        return rf"{{\*\bkmkstart {name}}}{{\*\bkmkend {name}}}"

    def prose(self, prose: Paragraph) -> str:
        """Return a paragraph; a value that points somewhere in the report says the page."""
        written, rest = escape_rtf("• " if prose.style == "item" else ""), prose.text
        for _, cell in prose.values:
            before, found, after = rest.partition(cell.text)
            if cell.target and cell.text and found:
                written += escape_rtf(before) + self.cell(cell)
                rest = after
        return written + escape_rtf(rest)

    def cell(self, cell: Cell, letters: Sequence[str] = ()) -> str:
        """Return the text of a cell with the letters of its footnotes and where it points."""
        text = escape_rtf(cell.text)
        if letters:
            text += rf"{{\super {','.join(letters)}}}"
        name = self.bookmarks.name_of(cell.target) if cell.target else None
        if name is None:
            return text
        labels = self.labels
        page = rf"{{\field{{\*\fldinst PAGEREF {name} \\h}}{{\fldrslt \u8211?}}}}"
        before = escape_rtf(labels.opening + labels.on_page)
        return f"{text}{before}{page}{escape_rtf(labels.on_page_end + labels.closing)}"


def _is_bold(row: Row) -> bool:
    return not row.cells or row.mark in {"alert", "primary"}


def _notes_of(table: Table) -> Iterator[str]:
    for letter, note in table.footnotes:
        yield rf"{{\super {letter}}} {escape_rtf(note)}"
    yield from (escape_rtf(note) for note in table.notes)


def _draw(figure: Figure, width_twips: int, *, landscape: bool) -> str:
    size = fit_size(figure, width_twips, _TALLEST_INCHES[landscape])
    return set_picture(draw_png(figure), size, escape_rtf(figure.description))
