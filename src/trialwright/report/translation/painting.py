"""Translate what is drawn: the texts of a figure, after it was painted."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axis import Axis
    from matplotlib.figure import Figure as Canvas
    from matplotlib.text import Text

    from trialwright.report.translation.catalogue import Catalogue

_FIRST_CHINESE = "\u2e80"
# Names under which systems have a font with Chinese letters; the first that is there is used.
_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "PingFang SC",
    "Microsoft YaHei",
    "SimHei",
)


def paint_in(
    paint: Callable[[Canvas], None], words: Catalogue, terms: Sequence[str] = ()
) -> Callable[[Canvas], None]:
    """Return what paints the same and then translates every text that is drawn.

    Parameters
    ----------
    paint : callable
        Paints a figure in English.
    words : Catalogue
        Of the language.
    terms : sequence of str
        What users wrote: it, and lines of it, stay as they are.
    """

    def painted(canvas: Canvas) -> None:
        paint(canvas)
        translate_canvas(canvas, words, terms)

    return painted


def translate_canvas(canvas: Canvas, words: Catalogue, terms: Sequence[str] = ()) -> None:
    """Translate the texts of a painted figure, and give Chinese ones a font that has them."""
    from matplotlib.text import Text

    for axes in canvas.axes:
        for axis in (axes.xaxis, axes.yaxis):
            _translate_ticks(axis, words, terms)
    for text in canvas.findobj(Text):
        assert isinstance(text, Text)  # noqa: S101 - findobj finds nothing else
        _translate_one(text, words, terms)


def _translate_ticks(axis: Axis, words: Catalogue, terms: Sequence[str]) -> None:
    """Translate fixed tick labels, which are written anew whenever the figure is drawn."""
    from matplotlib.ticker import FixedFormatter, FuncFormatter

    def told(value: float, place: int | None, show: Callable[..., str]) -> str:
        return _translate_lines(show(value, place), words, terms)

    for formatter in (axis.get_major_formatter(), axis.get_minor_formatter()):
        if isinstance(formatter, FixedFormatter):
            formatter.seq = [_translate_lines(one, words, terms) for one in formatter.seq]
        elif isinstance(formatter, FuncFormatter):  # labels that were set with their ticks
            formatter.func = functools.partial(told, show=formatter.func)
        else:
            continue
        for text in (*axis.get_ticklabels(), *axis.get_ticklabels(minor=True)):
            if _is_chinese(text.get_text()):
                text.set_fontfamily(_families())


def _translate_one(text: Text, words: Catalogue, terms: Sequence[str]) -> None:
    told = _translate_lines(text.get_text(), words, terms)
    if told != text.get_text():
        text.set_text(told)
    if _is_chinese(told):
        text.set_fontfamily(_families())


def _translate_lines(text: str, words: Catalogue, terms: Sequence[str]) -> str:
    """Translate a text as a whole (broken lines joined), or line by line if all are known."""
    if any(text.replace("\n", " ") in term for term in terms):
        return text
    if "\n" not in text:
        return words.translate(text)
    whole = words.find(text) or words.find(text.replace("\n", " "))
    if whole is not None:
        return whole
    lines = text.split("\n")
    if any(_has_words(line) and words.find(line) is None for line in lines):
        return text  # half a term would be translated
    return "\n".join(words.translate(line) for line in lines)


def _has_words(line: str) -> bool:
    return any(letter.isalpha() for letter in line)


def _is_chinese(text: str) -> bool:
    return any(letter >= _FIRST_CHINESE for letter in text)


@functools.cache
def _families() -> tuple[str, ...]:
    from matplotlib.font_manager import fontManager

    known = {font.name for font in fontManager.ttflist}
    return ("DejaVu Sans", *(name for name in _FONTS if name in known))[:2]
