"""Write each figure as files of its own: SVG, PNG, PDF and the data that it shows."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from trialwright.dataset import write_csv
from trialwright.report.drawing import svg_of
from trialwright.report.writers.characters import show_controls
from trialwright.report.writers.fonts import say_missing
from trialwright.report.writers.pictures import draw_pdf, draw_png, letters_without_font
from trialwright.whole import whole_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trialwright.report.model import Document, Figure

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
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
        for kind, content in _contents(figure):
            (folder / f"{name}.{kind}").write_bytes(content)
            written.append(f"{name}.{kind}")
        missing = letters_without_font(figure)
        remark = f"drawn as boxes in PNG and PDF: {say_missing(missing)}" if missing else ""
    if figure.data is not None:
        write_csv(figure.data, folder / f"{name}.csv")
        written.append(f"{name}.csv")
    return figure.key, figure.number, figure.title, " ".join(written), figure.caption, remark


def _contents(figure: Figure) -> Iterator[tuple[str, bytes]]:
    yield "svg", _with_words(svg_of(figure), figure).encode()
    yield "png", draw_png(figure)
    yield "pdf", draw_pdf(figure)


def _with_words(svg: str, figure: Figure) -> str:
    """Put title and alt text where a reader of the picture alone looks for them."""
    words = (
        f"<title>{escape(show_controls(figure.title))}</title>"
        f"<desc>{escape(show_controls(figure.description))}</desc>"
    )
    opening, found, rest = svg.partition(">")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{opening}{found}{words}{rest}\n'
