"""From a figure of the report to SVG that stands inside the page, or to a picture file.

matplotlib is imported where it draws, without pyplot, and its settings are changed only while
drawing. Text of SVG stays text, and its bytes depend on nothing but the figure. A PNG or a PDF
holds the letters themselves: those of Chinese come from a font of the system, where it has one.
"""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from functools import cache
from io import BytesIO, StringIO
from itertools import accumulate
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width
from weakref import WeakKeyDictionary

from trialwright.errors import ExportError
from trialwright.report.palette import FAINT, GREY, INK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from trialwright.report.model import Figure

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
_LETTERS = "DejaVu Sans"  # comes with matplotlib: the same letters, and places, everywhere
# Families with the letters of Chinese, and how the names of their files begin
_CHINESE = {
    "Noto Sans CJK SC": "notosanscjk",
    "Noto Sans CJK JP": "notosanscjk",
    "Source Han Sans SC": "sourcehansans",
    "Microsoft YaHei": "msyh",
    "SimHei": "simhei",
    "PingFang SC": "pingfang",
    "WenQuanYi Micro Hei": "wqy-microhei",
}
_TAG = re.compile(r"<[^>]+>")
_PLACES = re.compile(r' (?:d|x|y)="[^"]+"')
_BETWEEN_TAGS = re.compile(r">\n\s*<")
_MARKS = re.compile(
    r"<g([^>]*)>(<defs>(?:(?!</defs>).)*</defs>)?"
    r"((?:(?:<a [^>]*>)?<(?:path|use) [^>]*/>(?:</a>)?){3,})</g>"
)
_LOOK = re.compile(r' (?:clip-path="[^"]*" )?style="[^"]*"')
_LONG = re.compile(r"-?\d+\.\d{3,}")
_SPARE = re.compile(r"<style[^>]*>.*?</style>|<metadata>.*?</metadata>|<!--.*?-->\n?", re.DOTALL)


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
    settings["font.family"] = [_LETTERS, *chinese_families()]  # each letter from the first
    with mpl.rc_context(settings), warnings.catch_warnings():
        # A letter that no font has is drawn as a box; the data beside the picture hold it.
        warnings.filterwarnings(
            "ignore", message=r"(?s)Glyph .* missing from font", category=UserWarning
        )
        yield


@cache
def chinese_families() -> tuple[str, ...]:
    """Return the family of the system that has the letters of Chinese; empty without one."""
    from matplotlib import font_manager

    manager = font_manager.fontManager
    known = {font.name for font in manager.ttflist}
    found = next((family for family in _CHINESE if family in known), None)
    if found is None:  # the list of fonts may be older than the font
        for path in sorted(font_manager.findSystemFonts()):
            name = Path(path).name.lower()
            if name.startswith(tuple(_CHINESE.values())):
                manager.addfont(path)
        known = {font.name for font in manager.ttflist}
        found = next((family for family in _CHINESE if family in known), None)
    return () if found is None else (found,)


def svg_of(figure: Figure) -> str:
    """Draw a figure of the report as SVG for a page; empty where there is nothing to draw.

    It is painted when it is first asked for, then kept as long as the figure is.

    Parameters
    ----------
    figure : Figure
        The figure.
    """
    if figure.paint is None:
        return ""
    if figure not in _painted:
        with drawing_settings():
            _painted[figure] = draw_svg(figure.key, figure.size_inches, figure.paint)
    return _painted[figure]


_painted: WeakKeyDictionary[Figure, str] = WeakKeyDictionary()


def draw_svg(key: str, size_inches: tuple[float, float], paint: Callable[[Canvas], None]) -> str:
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
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=size_inches)
    FigureCanvasSVG(figure)  # draws without a window, whatever the backend
    written = StringIO()
    # The browser has the letters that ours lack; no font of this system gets into the page.
    with mpl.rc_context({"font.family": "sans-serif", "font.sans-serif": [_LETTERS]}):
        paint(figure)
        figure.savefig(written, format="svg")
    return embed_svg(written.getvalue(), key)


def embed_svg(svg: str, key: str) -> str:
    """Make a stand-alone SVG fit into a page: no prologue, no date, identifiers of its own."""
    body = _SPARE.sub("", svg[svg.index("<svg") :])
    return _TAG.sub(lambda tag: _own_identifiers(tag[0], key), _shorten(body)).strip()


def _shorten(svg: str) -> str:
    """Round places to a hundredth of a point, which nobody sees, and say a common look once."""
    svg = _PLACES.sub(_round_places, svg)
    return _MARKS.sub(_share_look, _BETWEEN_TAGS.sub("><", svg))


def _round_places(found: re.Match[str]) -> str:
    rounded = _LONG.sub(lambda number: f"{float(number[0]):.2f}", found[0])
    return rounded.replace(" \n", "").replace("\n", "")


def _share_look(group: re.Match[str]) -> str:
    """Move the look of marks to their group where all of them have the same."""
    attributes, definitions, marks = group[1], group[2] or "", group[3]
    looks = _LOOK.findall(marks)
    if len(set(looks)) != 1 or len(looks) != marks.count("/>"):
        return group[0]
    return f"<g{attributes}{looks[0]}>{definitions}{_LOOK.sub('', marks)}</g>"


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
    paint: Callable[[Canvas], None],
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
    from matplotlib.figure import Figure as Canvas

    written = BytesIO()
    with drawing_settings():
        figure = Canvas(figsize=size_inches)
        FigureCanvasAgg(figure)  # draws without a window, whatever the backend
        paint(figure)
        figure.savefig(written, format=kind, dpi=_DOTS_PER_INCH, metadata=_metadata_of(kind, words))
    content = written.getvalue()
    return _shorten(content.decode()).encode() if kind == "svg" else content


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


def count_letters(words: str) -> int:
    """Return how many letters wide words are: one of Chinese takes the room of two of Latin.

    Examples
    --------
    >>> count_letters("P007"), count_letters("病人七")
    (4, 6)
    """
    return sum(1 + (east_asian_width(letter) in "WF") for letter in words)


def shorten_label(label: str, most: int = _LONGEST_LABEL) -> str:
    """Cut an identifier that is too long for a figure; the data behind it hold it in full.

    Parameters
    ----------
    label : str
        The identifier.
    most : int
        Letters that have room.
    """
    if count_letters(label) <= most:
        return label
    widths = accumulate(count_letters(letter) for letter in label)
    room = sum(width <= most - 1 for width in widths)
    return f"{label[:room]}…"


def wrap_words(words: str, letters: int, most_lines: int) -> tuple[str, ...]:
    """Break words into lines of so many letters; what does not fit ends in an ellipsis.

    Parameters
    ----------
    words : str
        The words.
    letters : int
        Latin letters that a line has room for.
    most_lines : int
        Lines that there is room for.
    """
    room = max(1, letters * len(words) // max(count_letters(words), 1))
    lines = wrap(words, room, max_lines=most_lines, placeholder="…", break_on_hyphens=True)
    return tuple(lines or [words])


def place_axes(figure: Canvas, margins: tuple[float, float, float, float]) -> Axes:
    """Add axes that leave the margins (left, right, bottom, top; inches) of a figure."""
    width, height = figure.get_size_inches()
    left, right, bottom, top = margins
    return figure.add_axes(
        (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
    )
