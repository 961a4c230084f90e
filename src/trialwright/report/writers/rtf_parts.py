"""Everything that is known of rtflite: tables, pictures, lines and the head of an RTF file.

rtflite is given text that is RTF already (`escape_rtf`), which it passes on as it is. It breaks
no page: Word does, and repeats the heads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import accumulate, groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from trialwright.errors import MissingExtra
from trialwright.report.writers.layout import breaks_over_pages, stand_apart
from trialwright.report.writers.rtf_text import CHINESE_FONT, escape_rtf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.report.model import Table
    from trialwright.report.writers.layout import Fit

PAPER_TWIPS = (11906, 16838)  # A4
MARGIN_TWIPS = 1134
_ARIAL = 4
_INDENT_TWIPS = 170
_GAP_INCHES = 0.07  # rtflite makes half of it the margin within a cell
_APART_TWIPS = 150
_WITH_NOTES = 3  # rows at the end of a table that stay with its notes
_ROW = r"\trkeep"  # stays whole
_WITH_NEXT = r"\keepn"
_HEAD = rf"\trhdr{_ROW}"
_TEXT = "\x01"  # where the text of a cell will stand; no text holds it (`show_controls`)
_LOOKS = {"text_font": [_ARIAL], "text_font_size": [8], "text_convert": [False]}


def start_file(title: str, language: int) -> str:
    """Return the head of a file: fonts (with a Chinese one), title, paper.

    Parameters
    ----------
    title : str
        In RTF.
    language : int
        Microsoft's number of the language.
    """
    chinese = rf"{{\f{CHINESE_FONT}\fnil\fcharset134\fprq2 SimSun;}}"
    fonts = _service().encode_font_table().rstrip()[:-1] + f"{chinese}\n}}"
    across, down = PAPER_TWIPS
    page = rf"\paperw{across}\paperh{down}{_margins('')}"
    start = rf"{_service().encode_document_start()}\uc1\deflang{language}\deflangfe2052"
    return "\n".join([start, fonts, rf"{{\info{{\title {title}}}}}", page])


def start_section(*, landscape: bool) -> str:
    """Return the start of a page of its own, upright or on its side."""
    across, down = PAPER_TWIPS[::-1] if landscape else PAPER_TWIPS
    turned = r"\lndscpsxn" if landscape else ""
    return rf"\sect\sectd{turned}\pgwsxn{across}\pghsxn{down}{_margins('sxn')}"


def set_header(lines: Sequence[str]) -> str:
    """Return the lines at the head of each page of a section; the lines are RTF."""
    from rtflite import RTFPageHeader

    header = RTFPageHeader(text=list(lines), text_justification=["l"], **_LOOKS)
    return f"{_service().encode_page_header(header, method='line')}"


def set_footer(line: str) -> str:
    """Return the line at the foot of each page of a section; the line is RTF."""
    from rtflite import RTFPageFooter

    footer = RTFPageFooter(text=[line], text_justification=["r"], **_LOOKS)
    return f"{_service().encode_page_footer(footer, method='line')}"


def set_table(table: Table, fit: Fit, texts: Sequence[Sequence[str]], width_inches: float) -> str:
    """Return the rows of a table; heads repeat on each page, rows do not break.

    Parameters
    ----------
    table : Table
        Its heads and depths.
    fit : Fit
        How it stands on the page.
    texts : sequence of sequences of str
        A row for each row of the table, in RTF: one text alone runs across the table. Where the
        table is empty, one row that says why.
    width_inches : float
        Between the margins of the page.
    """
    edges = [width_inches * fit.share * share for share in accumulate(fit.weights)]
    looks = [
        _Look(edge, side="r" if column.kind == "number" else "l", apart=apart)
        for edge, column, apart in zip(
            edges, table.columns, stand_apart(table.columns), strict=True
        )
    ]
    rows = list(_head_rows(table, looks))
    shapes = list(_shapes_of(table, together=fit.together)) or [(0, _ROW)]
    for number, ((depth, kept), texts_of_row) in enumerate(zip(shapes, texts, strict=True)):
        lines = "b" if number + 1 == len(texts) else ""
        across = looks if len(texts_of_row) == len(looks) else [replace(looks[0], edge=edges[-1])]
        label, *others = (replace(look, lines=lines) if lines else look for look in across)
        row = (replace(label, indent=depth * _INDENT_TWIPS) if depth else label, *others)
        rows.append(_row(row, texts_of_row, kept))
    return "\n".join(rows)


def _shapes_of(table: Table, *, together: bool) -> Iterator[tuple[int, str]]:
    """Yield depth of each row, and how it is kept: headings go with the row below them."""
    noted = bool(table.notes or table.footnotes)
    for left, row in zip(range(len(table.rows), 0, -1), table.rows, strict=True):
        with_next = together or not row.cells or (noted and left <= _WITH_NOTES)
        goes_on = with_next and (left > 1 or noted)
        whole = "" if breaks_over_pages(row) else _ROW
        yield row.depth, whole + (_WITH_NEXT if goes_on else "")


def _head_rows(table: Table, looks: Sequence[_Look]) -> Iterator[str]:
    columns, above = table.columns, "t"
    if any(column.span for column in columns):
        spanning, texts = [], []
        for _, group in groupby(enumerate(columns), key=lambda one: one[1].span or one[0]):
            last, column = list(group)[-1]
            texts.append(escape_rtf(column.span))
            lines = "tb" if column.span else "t"
            spanning.append(_Look(looks[last].edge, side="c", bold=True, lines=lines))
        yield _row(tuple(spanning), texts, _HEAD)
        above = ""
    heads = tuple(replace(look, bold=True, lines=f"{above}b") for look in looks)
    yield _row(heads, [escape_rtf(column.head) for column in columns], _HEAD)


@dataclass(frozen=True, slots=True)
class _Look:
    """How a cell looks; ``edge`` is where it ends, ``lines`` has ``t`` and ``b`` (above, below)."""

    edge: float
    side: str = "l"
    apart: bool = False
    indent: int = 0
    bold: bool = False
    lines: str = ""


def _row(looks: tuple[_Look, ...], texts: Sequence[str], kept: str) -> str:
    """Fill the texts into the form of a row."""
    form = _row_form(looks, kept)
    return form[0] + "".join(text + rest for text, rest in zip(texts, form[1:], strict=True))


@lru_cache(maxsize=4096)
def _row_form(looks: tuple[_Look, ...], kept: str) -> tuple[str, ...]:
    """Return a row as rtflite writes it, in pieces between which the texts stand.

    Rows that look alike have one form: rtflite takes a minute for the rows of a long listing.
    """
    from rtflite.row import Row

    cells = [_form_of(look) for look in looks]
    first, *rest = Row(row_cells=cells, justification="l", height=_GAP_INCHES)._as_rtf()  # noqa: SLF001
    whole = kept.removesuffix(_WITH_NEXT)
    lines = "\n".join([first.replace(r"\trowd", rf"\trowd{whole}"), *rest])
    if kept != whole:
        lines = lines.replace(r"\pard", rf"\pard{_WITH_NEXT}")
    return tuple(lines.split(_TEXT))


def _form_of(look: _Look) -> Any:
    """Make a cell that holds a mark where its text will stand."""
    from rtflite.row import Cell, TextContent

    content = TextContent(
        text=_TEXT,
        font=_ARIAL,
        size=8,
        format="b" if look.bold else "",
        justification=look.side,
        indent_left=look.indent,
        indent_right=_APART_TWIPS if look.apart else 0,
        convert=False,
        hyphenation=False,
    )
    return Cell(
        text=content,
        width=look.edge,
        vertical_justification="bottom" if look.bold else "top",
        border_left=None,
        border_right=None,
        border_top=_line() if "t" in look.lines else None,
        border_bottom=_line() if "b" in look.lines else None,
    )


@cache
def _line() -> Any:
    from rtflite.row import Border

    return Border(style="single", width=15)


def set_picture(png: bytes, size_inches: tuple[float, float], description: str) -> str:
    """Return a picture with the words, in RTF, for who cannot see it."""
    from rtflite import RTFFigure
    from rtflite.services.figure_service import RTFFigureService

    with TemporaryDirectory() as folder:
        path = Path(folder) / "figure.png"
        path.write_bytes(png)
        across, down = size_inches
        picture = RTFFigure(figures=[path], fig_width=across, fig_height=down, fig_align="left")
        written: str = RTFFigureService.encode_figure(picture)
    words = rf"{{\sp{{\sn wzDescription}}{{\sv {description}}}}}"
    return r"\pard\keepn" + written.replace(r"{\pict", rf"{{\pict{{\*\picprop{words}}}", 1)


def set_lines(
    lines: Sequence[str],
    *,
    size: int = 10,
    bold: bool = False,
    kept: bool = False,
    after: int = 40,
) -> str:
    """Return lines of RTF as paragraphs, flush left, ``after`` twips apart.

    Bold lines are titles; ``kept`` or bold ones stay on the page of what follows.
    """
    from rtflite import RTFTitle

    title = RTFTitle(
        text=list(lines),
        text_font=[_ARIAL],
        text_font_size=[size],
        text_format=["b" if bold else ""],
        text_justification=["l"],
        text_convert=[False],
        text_space_before=[120 if bold else 0],
        text_space_after=[after],
    )
    written = _service().encode_title(title, method="paragraph")
    together = r"{\pard\keepn" if kept or bold else r"{\pard"
    return "\n".join(line.replace(r"{\pard", together, 1) for line in written)


def _service() -> Any:
    try:
        from rtflite.services import RTFEncodingService
    except ImportError as error:
        msg = "an RTF file needs rtflite: pip install 'trialwright[documents]'"
        raise MissingExtra(msg) from error
    return RTFEncodingService()


def _margins(end: str) -> str:
    edges = "".join(rf"\marg{side}{end}{MARGIN_TWIPS}" for side in "lrtb")
    return rf"{edges}\headery{MARGIN_TWIPS // 2}\footery{MARGIN_TWIPS // 2}"
