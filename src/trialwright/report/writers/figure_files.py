"""Write each figure as files of its own: SVG, PNG, PDF and the data that it shows."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

from trialwright.dataset import write_csv
from trialwright.report.drawing import chinese_families, render_figure
from trialwright.report.writers.fonts import say_missing
from trialwright.report.writers.pictures import draw_png
from trialwright.whole import whole_folder

if TYPE_CHECKING:
    from pathlib import Path

    from trialwright.report.model import Document, Figure

_KINDS = ("svg", "png", "pdf")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_TEXTS = re.compile(r"<(text|tspan)[^>]*>([^<]*)")
_INDEX = "README.csv"


def write_figure_files(document: Document, folder: Path) -> None:
    """Write every figure of a report into a folder, with an index that says what is missing.

    Each figure gives ``KEY.svg``, ``KEY.png``, ``KEY.pdf`` (title and alt text in their metadata)
    and ``KEY.csv`` with what is drawn. ``README.csv`` has a row for every figure; one with nothing
    to draw, or with letters that no font of this machine has, says so there.

    Parameters
    ----------
    document : Document
        The report.
    folder : Path
        Made if it is missing; other files in it stay.

    Raises
    ------
    ExportError
        If the folder cannot be written; what was there stays as it was.
    """
    import polars as pl

    figures = {file_name_of(figure): figure for figure in document.figures}
    with whole_folder(folder) as fresh:
        rows = [_write(figure, name, fresh) for name, figure in figures.items()]
        names = ("figure", "number", "title", "files", "caption", "remark")
        index = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
        write_csv(index, fresh / _INDEX)


def file_name_of(figure: Figure) -> str:
    """Return the name of the files of a figure without an ending: its key, made safe."""
    return _NOT_IN_NAMES.sub("-", figure.key).strip("-") or "figure"


def _write(figure: Figure, name: str, folder: Path) -> tuple[str, ...]:
    """Write the files of one figure and return its row of the index."""
    written, remark = [], ""
    if figure.paint is None:
        remark = f"nothing to draw: {figure.caption}"
    else:
        for kind in _KINDS:
            content = draw_png(figure) if kind == "png" else render_figure(figure, kind)
            (folder / f"{name}.{kind}").write_bytes(content)
            written.append(f"{name}.{kind}")
            if kind == "svg":
                remark = _say_boxes(content.decode())
    if figure.data is not None:
        write_csv(figure.data, folder / f"{name}.csv")
        written.append(f"{name}.csv")
    return figure.key, figure.number, figure.title, " ".join(written), figure.caption, remark


def _say_boxes(svg: str) -> str:
    """Return which letters of a picture no font of this machine has; empty where all are there."""
    missing = _letters_of(svg) - _letters_drawn()
    if not missing:
        return ""
    return f"drawn as boxes in PNG and PDF: {say_missing(sorted(missing))}"


def _letters_of(svg: str) -> set[str]:
    texts = "".join(unescape(found[2]) for found in _TEXTS.finditer(svg))
    return {letter for letter in texts if not letter.isspace()}


@cache
def _letters_drawn() -> frozenset[str]:
    """Return every letter that the fonts of figures have."""
    from matplotlib.font_manager import findfont, get_font

    families = ("DejaVu Sans", *chinese_families())
    charmaps = (get_font(findfont(family)).get_charmap() for family in families)
    return frozenset(chr(code) for charmap in charmaps for code in charmap)
