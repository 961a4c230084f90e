"""From a painted matplotlib figure to SVG that stands inside the page, or to a picture file.

matplotlib is imported where it draws, without pyplot, and its settings are changed only while
drawing. Text stays text; the bytes depend on nothing but the figure.
"""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialwright.errors import ExportError
from trialwright.report.palette import FAINT, GREY, INK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_INCHES = 9.0
HALF_WIDTH_INCHES = 5.6
_LONGEST_LABEL = 18
_KINDS = (".svg", ".png", ".pdf")
_DOTS_PER_INCH = 150  # of a file

_SETTINGS: dict[str, object] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "trialwright",
    "text.parse_math": False,  # a dollar sign in an identifier is a dollar sign
    "text.color": INK,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.0,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": FAINT,
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "hatch.linewidth": 0.5,
}
_TAG = re.compile(r"<[^>]+>")
_SPARE = re.compile(r"<style[^>]*>.*?</style>|<metadata>.*?</metadata>|<!--.*?-->\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure of the report: its title, what was plotted, words for who cannot see it, SVG.

    ``svg`` is empty where there is nothing to draw; ``caption`` then says why.
    """

    key: str
    title: str
    caption: str
    description: str
    svg: str
    wide: bool = True


@contextmanager
def drawing_settings() -> Iterator[None]:
    """Draw with matplotlib's own defaults and ours, whatever the user's settings are."""
    import matplotlib as mpl

    untouched = {"backend", "backend_fallback", "toolbar", "interactive"}
    settings: dict[Any, Any] = {
        name: value
        for name, value in dict.items(mpl.rcParamsDefault)
        if name not in untouched and not name.startswith("date.")
    }
    settings.update(_SETTINGS)
    with mpl.rc_context(settings):
        yield


def draw_svg(key: str, size_inches: tuple[float, float], paint: Callable[[Figure], None]) -> str:
    """Paint a figure and return it as SVG for a page that holds other figures too.

    Parameters
    ----------
    key : str
        Distinguishes the identifiers of this figure from those of the others.
    size_inches : tuple of float
        Width and height.
    paint : callable
        Puts axes and artists on the figure. Call within `drawing_settings`.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=size_inches)
    FigureCanvasSVG(figure)  # draws without a window, whatever the backend
    paint(figure)
    written = StringIO()
    with warnings.catch_warnings():
        # Text stays text: the browser has the letters (Chinese, say) that our font lacks.
        warnings.filterwarnings(
            "ignore", message=r"(?s)Glyph .* missing from font", category=UserWarning
        )
        figure.savefig(written, format="svg")
    return embed_svg(written.getvalue(), key)


def embed_svg(svg: str, key: str) -> str:
    """Make a stand-alone SVG fit into a page: no prologue, no date, identifiers of its own."""
    body = _SPARE.sub("", svg[svg.index("<svg") :])
    return _TAG.sub(lambda tag: _own_identifiers(tag[0], key), body).strip()


def _own_identifiers(tag: str, key: str) -> str:
    if tag.startswith("<a "):  # a link into the page; the tables serve the keyboard
        return tag.replace("xlink:href=", 'tabindex="-1" href=').replace(' target="_blank"', "")
    tag = tag.replace(' id="', f' id="{key}-').replace("url(#", f"url(#{key}-")
    return tag.replace('xlink:href="#', f'href="#{key}-')


def check_picture_path(path: str | Path) -> str:
    """Return the kind of picture that a path asks for, such as ``svg``.

    Worth asking before a long run.

    Parameters
    ----------
    path : str or Path
        Its ending says the kind: ``.svg``, ``.png`` or ``.pdf``.

    Raises
    ------
    ExportError
        If the ending is another one, or the folder does not exist.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in _KINDS:
        msg = f"{path}: a picture is written as one of {', '.join(_KINDS)}, not {ending or 'none'}"
        raise ExportError(msg)
    if not path.parent.is_dir():
        msg = f"{path}: the folder {path.parent} does not exist"
        raise ExportError(msg)
    return ending[1:]


def render_picture(
    kind: str,
    size_inches: tuple[float, float],
    paint: Callable[[Figure], None],
    words: tuple[str, str] | None = None,
) -> bytes:
    """Paint a figure and return it as the content of a file; the same picture, the same bytes.

    Parameters
    ----------
    kind : str
        From `check_picture_path`.
    size_inches : tuple of float
        Width and height.
    paint : callable
        Puts axes and artists on the figure.
    words : (str, str) or None
        Title and description for the metadata of the file.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    written = BytesIO()
    with drawing_settings():
        figure = Figure(figsize=size_inches)
        FigureCanvasAgg(figure)  # draws without a window, whatever the backend
        paint(figure)
        figure.savefig(written, format=kind, dpi=_DOTS_PER_INCH, metadata=_metadata_of(kind, words))
    return written.getvalue()


def _metadata_of(kind: str, words: tuple[str, str] | None) -> dict[str, str | None]:
    """Return what a file says of itself; no clock, and the words by the names of its format."""
    clock = {"svg": "Date", "pdf": "CreationDate"}
    found: dict[str, str | None] = {clock[kind]: None} if kind in clock else {}
    if words is not None:
        found |= zip(("Title", "Subject" if kind == "pdf" else "Description"), words, strict=True)
    return found


def show_axis_percent(value: float, _: object = None) -> str:
    """Write a change on an axis: ``−30``, ``0``, ``+20``."""
    return f"{value:+.0f}".replace("-", "−") if value else "0"


def shorten_label(label: str) -> str:
    """Cut an identifier that is too long for a figure; the page holds it in full."""
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def place_axes(figure: Figure, margins: tuple[float, float, float, float]) -> Axes:
    """Add axes that leave the margins (left, right, bottom, top; inches) of a figure."""
    width, height = figure.get_size_inches()
    left, right, bottom, top = margins
    return figure.add_axes(
        (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
    )
