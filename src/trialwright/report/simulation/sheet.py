"""A picture of simulated trials: parts below one another, a caption, and words for who cannot see.

A part paints one pair of axes; the sheet gives it room and a title. In a file the caption stands
below the parts; in a page it stands in the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from trialwright.report.drawing import (
    WIDTH_INCHES,
    check_picture_path,
    place_axes,
    render_picture,
)
from trialwright.report.model import Figure
from trialwright.report.palette import GREY
from trialwright.whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

_TITLE_INCHES = 0.42  # above the axes of a part, legend not counted
_CAPTION_POINTS, _LETTERS_AN_INCH, _LINE_INCHES = 7.0, 19, 0.145
_EDGE = 0.12


@dataclass(frozen=True, slots=True)
class Part:
    """One pair of axes of a sheet.

    Parameters
    ----------
    title : str
        Above it.
    paint : callable
        Paints the axes, whose place in the figure is set.
    height : float
        Of the axes, in inches.
    left, right, below, above : float
        Room around the axes, in inches; ``above`` without the title.
    """

    title: str
    paint: Callable[[Axes], None]
    height: float
    left: float = 0.75
    right: float = 0.3
    below: float = 0.6
    above: float = 0.3

    @property
    def room(self) -> float:
        """Height of the part with all that is around it, in inches."""
        return self.height + self.below + self.above + _TITLE_INCHES


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture.

    Parameters
    ----------
    key, title : str
        Its name in a page, and its title.
    parts : tuple of Part
        From the top.
    caption : str
        What was plotted.
    description : str
        The same for who cannot see it.
    """

    key: str
    title: str
    parts: tuple[Part, ...]
    caption: str
    description: str


def figure_of(sheet: Sheet, *, width_inches: float = WIDTH_INCHES) -> Figure:
    """Return a sheet as a figure that can stand in a report.

    Parameters
    ----------
    sheet : Sheet
        The picture.
    width_inches : float
        Its width.
    """
    return Figure(
        sheet.key,
        "",
        sheet.title,
        sheet.caption,
        sheet.description,
        (width_inches, sum(part.room for part in sheet.parts)),
        lambda canvas: _paint(canvas, sheet.parts),
        wide=width_inches >= WIDTH_INCHES,
    )


def write_picture(sheet: Sheet, path: str | Path, *, width_inches: float = WIDTH_INCHES) -> None:
    """Write a sheet into a file, the caption below it and the description in its metadata.

    Parameters
    ----------
    sheet : Sheet
        The picture.
    path : str or Path
        Its ending says what is written: ``.svg``, ``.png`` or ``.pdf``. The file is written whole
        or not at all, and the same picture gives the same bytes.
    width_inches : float
        Its width.

    Raises
    ------
    ExportError
        If the ending is another one, or the folder does not exist.
    """
    kind = check_picture_path(path)
    write_whole(Path(path), _render(sheet, kind, width_inches))


def inches_of(axes: Axes) -> tuple[float, float]:
    """Return width and height of axes whose place in the figure is set, in inches."""
    figure = axes.get_figure(root=True)
    assert figure is not None  # noqa: S101 - a part is painted on one
    return axes.bbox.width / figure.dpi, axes.bbox.height / figure.dpi


def place_legend(axes: Axes, handles: Sequence[Artist], *, inches_above: float) -> None:
    """Put a legend of one row above the axes, on the left.

    Parameters
    ----------
    axes : Axes
        Of a part.
    handles : sequence of Artist
        With their labels; few and short, so that the row fits a narrow picture.
    inches_above : float
        Room between the axes and the legend.
    """
    height = inches_of(axes)[1]
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0 + inches_above / height),
        borderaxespad=0, borderpad=0, ncols=len(handles), columnspacing=1.1, handlelength=1.9,
        handletextpad=0.5, fontsize=7,
    )  # fmt: skip


def _render(sheet: Sheet, kind: str, width: float) -> bytes:
    lines = wrap(sheet.caption, int(_LETTERS_AN_INCH * (width - 2 * _EDGE)))
    foot = _LINE_INCHES * len(lines) + 2 * _EDGE
    height = sum(part.room for part in sheet.parts) + foot

    def paint(figure: Canvas) -> None:
        _paint(figure, sheet.parts, foot=foot)
        figure.text(
            _EDGE / width, (foot - _EDGE) / figure.get_figheight(), "\n".join(lines), va="top",
            fontsize=_CAPTION_POINTS, color=GREY, linespacing=1.3,
        )  # fmt: skip

    return render_picture(kind, (width, height), paint, (sheet.title, sheet.description))


def _paint(figure: Canvas, parts: tuple[Part, ...], *, foot: float = 0.0) -> None:
    width, height = figure.get_size_inches()
    above = 0.0
    for part in parts:
        top = above + _TITLE_INCHES + part.above
        bottom = height - above - part.room + part.below
        axes = place_axes(figure, (part.left, part.right, bottom, top))
        part.paint(axes)
        figure.text(
            _EDGE / width, 1 - (above + 0.22) / height, part.title, fontsize=9.5, va="center",
            fontweight="bold",
        )  # fmt: skip
        above += part.room
    assert above + foot <= height + 1e-6  # noqa: S101 - the figure was made for them
