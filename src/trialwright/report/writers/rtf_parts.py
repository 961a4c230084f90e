"""Everything that is known of rtflite: tables, pictures, lines and the head of an RTF file.

rtflite is given text that is RTF already (`escape_rtf`), which it passes on as it is. It breaks
no page: Word does, and repeats the heads.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate, groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from trialwright.errors import MissingExtra
from trialwright.report.writers.layout import breaks_over_pages, column_weights
from trialwright.report.writers.rtf_text import CHINESE_FONT, escape_rtf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.report.model import Table

PAPER_TWIPS = (11906, 16838)  # A4
MARGIN_TWIPS = 1134
_ARIAL = 4
_INDENT_TWIPS = 170
_GAP_INCHES = 0.07  # rtflite makes half of it the margin within a cell
_HEAD = r"\trhdr\trkeep"
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


def set_table(table: Table, texts: Sequence[Sequence[str]], width_inches: float) -> str:
    """Return the rows of a table; heads repeat on each page, rows do not break.

    Parameters
    ----------
    table : Table
        Its heads and depths.
    texts : sequence of sequences of str
        A row for each row of the table, in RTF: one text alone runs across the table. Where the
        table is empty, one row that says why.
    width_inches : float
        Between the margins of the page.
    """
    edges = [width_inches * share for share in accumulate(column_weights(table))]
    sides = ["r" if column.kind == "number" else "l" for column in table.columns]
    rows = list(_head_rows(table, edges, sides))
    shapes = [(row.depth, not breaks_over_pages(row)) for row in table.rows] or [(0, True)]
    for number, ((depth, whole), row) in enumerate(zip(shapes, texts, strict=True)):
        places = edges if len(row) == len(edges) else edges[-1:]
        lines = "b" if number + 1 == len(texts) else ""
        cells = [
            _cell(text, edge, side, indent=0 if place else depth * _INDENT_TWIPS, lines=lines)
            for place, (text, edge, side) in enumerate(zip(row, places, sides, strict=False))
        ]
        rows.append(_row(cells, kept=r"\trkeep" if whole else ""))
    return "\n".join(rows)


def _head_rows(table: Table, edges: Sequence[float], sides: Sequence[str]) -> Iterator[str]:
    columns, above = table.columns, "t"
    if any(column.span for column in columns):
        cells = []
        for _, group in groupby(enumerate(columns), key=lambda one: one[1].span or one[0]):
            last, column = list(group)[-1]
            text, lines = escape_rtf(column.span), "tb" if column.span else "t"
            cells.append(_cell(text, edges[last], "c", looks="b", lines=lines))
        yield _row(cells, kept=_HEAD)
        above = ""
    heads = [
        _cell(escape_rtf(column.head), edge, side, looks="b", lines=f"{above}b")
        for column, edge, side in zip(columns, edges, sides, strict=True)
    ]
    yield _row(heads, kept=_HEAD)


def _cell(
    text: str, edge: float, side: str, *, indent: int = 0, looks: str = "", lines: str = ""
) -> Any:
    """Make a cell; ``edge`` is where it ends, ``lines`` has ``t`` and ``b`` for above and below."""
    from rtflite.row import Cell, TextContent

    content = TextContent(
        text=text,
        font=_ARIAL,
        size=8,
        format=looks,
        justification=side,
        indent_left=indent,
        convert=False,
        hyphenation=False,
    )
    return Cell(
        text=content,
        width=edge,
        vertical_justification="bottom" if looks else "top",
        border_left=None,
        border_right=None,
        border_top=_line() if "t" in lines else None,
        border_bottom=_line() if "b" in lines else None,
    )


@cache
def _line() -> Any:
    from rtflite.row import Border

    return Border(style="single", width=15)


def _row(cells: Sequence[Any], *, kept: str) -> str:
    from rtflite.row import Row

    # rtflite's documents take a minute for a long listing; its rows alone do not
    first, *rest = Row(row_cells=cells, justification="l", height=_GAP_INCHES)._as_rtf()  # noqa: SLF001
    return "\n".join([first.replace(r"\trowd", rf"\trowd{kept}"), *rest])


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
