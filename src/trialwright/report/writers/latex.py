"""Write the report as one LaTeX file for xelatex, its figures as PDF files beside it.

No text of the data is ever code: every character that means something to TeX is escaped, and
labels and file names are ours.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from trialwright.report.model import Figure, Paragraph, Section, Table
from trialwright.report.writers.figure_files import file_name_of
from trialwright.report.writers.labels import labels_of
from trialwright.report.writers.latex_table import lay_table
from trialwright.report.writers.placing import WHOLE_PAPER, PaperOptions, place_blocks
from trialwright.report.writers.tex import escape, escape_line
from trialwright.report.writers.title_page import list_facts, shorten_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.report.model import Document
    from trialwright.report.writers.labels import Labels
    from trialwright.report.writers.placing import Placed

_LEVELS = ("section", "subsection", "subsubsection", "paragraph", "subparagraph")
_SIZES = (r"\Large", r"\large", r"\large")
_DISPLAY = r"\normalsize"
_LINES_BELOW = (14, 9)  # a section goes with the title of what it begins with, that with its head
_MM = 25.4
_ROOM_MM = (170.0, 200.0)
_CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_CHINESE_FONTS = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Sans CJK SC",
    "SimSun",
    "Songti SC",
    "FandolSong",
)


def render_latex(document: Document, paper: PaperOptions = WHOLE_PAPER) -> str:
    """Return the report as the text of a LaTeX file; the same report, the same text.

    Each figure is taken from ``figures/KEY.pdf`` beside the file (`write_figure_files`).

    Parameters
    ----------
    document : Document
        The report.
    paper : PaperOptions
        What is set on paper.
    """
    labels = labels_of(document.language)
    body = "\n".join(_Body(document, labels, place_blocks(document, paper)).lines())
    head = "\n".join(_definitions(document, labels))
    preamble = files("trialwright.report.writers").joinpath("preamble.tex").read_text("utf-8")
    chinese = _choose_chinese() if _CHINESE.search(head + body) else ""
    return (
        f"\\documentclass[10pt]{{article}}\n{head}\n{preamble}{chinese}"
        f"\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )


def _definitions(document: Document, labels: Labels) -> Iterator[str]:
    """Yield the words of the running lines as commands."""
    front, cut = document.front, document.provenance.data_cut
    for name, text in (
        ("reporttitle", front.title),
        ("shorttitle", shorten_title(document)),
        ("reportcut", f"{labels.data_cut}{labels.colon}{cut}"),
        ("reportbanner", labels.simulated if front.simulated else ""),
    ):
        yield f"\\newcommand{{\\{name}}}{{{escape_line(text)}}}"
    for name, text in (
        ("pageword", labels.page),
        ("pageof", labels.of),
        ("pageend", labels.page_end),
    ):
        yield f"\\newcommand{{\\{name}}}{{{escape(text)}}}"  # with the spaces at its ends


def _choose_chinese() -> str:
    """Return the commands that take the first Chinese font that the machine has."""
    chosen = r"\setCJKmainfont{FandolSong-Regular.otf}"  # comes with TeX Live
    for name in reversed(_CHINESE_FONTS):
        chosen = f"\\IfFontExistsTF{{{name}}}{{\\setCJKmainfont{{{name}}}}}{{{chosen}}}"
    return f"\\usepackage{{xeCJK}}\n\\xeCJKsetup{{CJKmath=true}}\n{chosen}\n"


class _Body:
    """The lines of the document, with a label for every key that a cell may point to."""

    def __init__(self, document: Document, labels: Labels, placed: Sequence[Placed]) -> None:
        self._document = document
        self._labels = labels
        self._placed = placed
        self._places: dict[str, str] = {}
        for one in self._placed:
            if not isinstance(one.block, Paragraph):
                self._places.setdefault(one.block.key, f"place-{len(self._places)}")
        self._unset = dict(self._places)

    def lines(self) -> Iterator[str]:
        """Yield every line in order."""
        yield from self._title_page()
        landscape = False
        for one in self._placed:
            if one.landscape != landscape:
                yield f"\\{'begin' if one.landscape else 'end'}{{landscape}}"
                landscape = one.landscape
            yield from self._block(one)
        if landscape:
            yield "\\end{landscape}"

    def _title_page(self) -> Iterator[str]:
        labels = self._labels
        yield r"\vspace*{30mm}"
        yield r"{\raggedright\LARGE\bfseries\reporttitle\par}\bigskip"
        for name, text in list_facts(self._document, labels):
            yield f"\\textbf{{{escape(name + labels.colon)}}}{escape(text)}\\par"
        yield f"\\vfill\\quietly{{{escape(labels.decision_support)}}}\\clearpage"
        contents = escape_line(labels.contents)
        yield f"\\renewcommand{{\\contentsname}}{{{contents}}}\\tableofcontents\\clearpage"

    def _block(self, one: Placed) -> Iterator[str]:
        block = one.block
        if isinstance(block, Section):
            title = f"{block.number} {block.title}".strip()
            size = _SIZES[min(one.level, len(_SIZES)) - 1]
            yield self._heading(title, one.level, size, block.key)
        elif isinstance(block, Paragraph):
            yield self._paragraph(block)
        else:
            title = f"{self._labels.number_of(block)} {block.title}"
            if one.continued:
                yield f"\\quietly{{{escape(self._labels.say_continued(title))}}}"
            else:
                yield self._heading(title, one.level + 1, _DISPLAY, block.key)
            if block.population is not None:
                words = self._labels.say_population(block.population.words)
                yield f"\\quietly{{{escape(words)}}}\\nopagebreak"
            if one.instead:
                yield f"{escape(one.instead)}\\par"
            elif isinstance(block, Table) and one.fit is not None:
                yield from lay_table(block, one.fit, self._labels, self._places)
            elif isinstance(block, Figure):
                yield from self._figure(block)

    def _heading(self, title: str, level: int, size: str, key: str) -> str:
        place = self._unset.pop(key, "")
        label = f"\\label{{{place}}}" if place else ""
        depth = _LEVELS[min(level, len(_LEVELS)) - 1]
        lines = _LINES_BELOW[size == _DISPLAY]
        return f"\\heading{{{depth}}}{{{size}}}{{{label}}}{{{escape_line(title)}}}{{{lines}}}"

    def _paragraph(self, paragraph: Paragraph) -> str:
        text = _link_values(paragraph, self._places)
        if paragraph.style == "item":
            return f"\\entry{{{text}}}"
        if paragraph.style == "caveat":
            return f"\\warn{{{text}}}"
        if paragraph.style == "small":
            return f"\\quietly{{{text}}}"
        return f"{{\\large {text}\\par}}" if paragraph.style == "lead" else f"{text}\\par"

    def _figure(self, figure: Figure) -> Iterator[str]:
        if figure.paint is None:
            yield f"\\quietly{{{escape(self._labels.nothing_to_draw + figure.caption)}}}"
            return
        width, height = (_MM * inches for inches in figure.size_inches)
        across, down = _ROOM_MM
        shown = min(across if figure.wide else width, across, down * width / height)
        alt = escape_line(figure.description or figure.title)
        name = f"figures/{file_name_of(figure)}.pdf"
        yield f"\\noindent\\includegraphics[width={shown:.1f}mm, alt={{{alt}}}]{{{name}}}\\par"
        yield f"\\quietly{{{escape(figure.caption)}}}"


def _link_values(paragraph: Paragraph, places: Mapping[str, str]) -> str:
    """Return the text of a paragraph; values that point somewhere are links."""
    shown, rest = "", paragraph.text
    for _, cell in paragraph.values:
        before, found, after = rest.partition(cell.text)
        if cell.target in places and cell.text and found:
            link = f"\\hyperref[{places[cell.target]}]{{{escape(cell.text)}}}"
            shown, rest = f"{shown}{escape(before)}{link}", after
    return shown + escape(rest)
