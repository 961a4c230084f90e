"""Figures as PNG and PDF for the writers that hold pictures: each is drawn once, whoever asks.

A figure is painted once, as SVG, and typst turns that into the other formats: all are the same
picture, and it takes a quarter of the time of painting it anew.
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Literal
from unicodedata import east_asian_width
from weakref import WeakKeyDictionary
from zlib import crc32

from trialwright.errors import MissingExtra
from trialwright.report.drawing import svg_of
from trialwright.report.writers.characters import show_controls
from trialwright.report.writers.fonts import CHINESE_FAMILIES, nearest_fonts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.report.model import Figure

Kind = Literal["png", "pdf"]

_INCH_TWIPS = 1440
_DOTS_PER_INCH = 200.0
_PNG_HEADER = 33  # bytes of the signature and of the first chunk
_TEXT = re.compile(r"<(?:text|tspan)\b[^>]*>[^<]*")
_TEXTS = re.compile(r"<(text|tspan)[^>]*>([^<]*)")
_FAMILY = re.compile(r"font-family: [^;\"]+")
_LETTERS = "DejaVu Sans"
_PAGE = b"""#set page(width: auto, height: auto, margin: 0pt)
#set document(title: sys.inputs.title, description: sys.inputs.alt, date: none)
#set text(font: json(bytes(sys.inputs.fonts)))
#image(bytes(sys.inputs.svg), format: "svg", alt: sys.inputs.alt)
"""
# Gone when the figure is.
_drawn: WeakKeyDictionary[Figure, dict[Kind, bytes]] = WeakKeyDictionary()


def draw_png(figure: Figure) -> bytes:
    """Return a figure as PNG of 200 dots an inch.

    Parameters
    ----------
    figure : Figure
        One that has something to draw.

    Raises
    ------
    ValueError
        If there is nothing to draw.
    MissingExtra
        If typst is not installed.
    """
    return _draw(figure, "png")


def draw_pdf(figure: Figure) -> bytes:
    """Return a figure as PDF, with its title and its alt text.

    Parameters
    ----------
    figure : Figure
        One that has something to draw.

    Raises
    ------
    ValueError
        If there is nothing to draw.
    MissingExtra
        If typst is not installed.
    """
    return _draw(figure, "pdf")


def letters_without_font(figure: Figure) -> tuple[str, ...]:
    """Return the letters of a figure that no font of this machine has: boxes in PNG and PDF."""
    return nearest_fonts(_words_in(svg_of(figure)))[1]


def _draw(figure: Figure, kind: Kind) -> bytes:
    if figure.paint is None:
        msg = f"figure {figure.key}: there is nothing to draw"
        raise ValueError(msg)
    kept = _drawn.setdefault(figure, {})
    if kind not in kept:
        kept[kind] = _convert(figure, kind)
    return kept[kind]


def _convert(figure: Figure, kind: Kind) -> bytes:
    try:
        import typst
    except ImportError as error:
        msg = "pictures in documents need typst: pip install 'trialwright[documents]'"
        raise MissingExtra(msg) from error

    svg = svg_on_paper(figure)
    choice, _ = nearest_fonts(_words_in(svg))
    title = show_controls(figure.title)
    alt = show_controls(figure.description or figure.title)
    drawn = typst.compile(
        _PAGE,
        format=kind,
        ppi=_DOTS_PER_INCH if kind == "png" else None,
        font_paths=choice.fonts,
        sys_inputs={
            "svg": svg,
            "title": title,
            "alt": alt,
            "fonts": json.dumps(choice.families),
        },
    )
    return drawn if kind == "pdf" else _with_words(drawn, {"Title": title, "Description": alt})


def svg_on_paper(figure: Figure) -> str:
    """Return the SVG of a figure for typst: a text with Chinese letters names their font first.

    A browser takes each letter from the first font that has it. Typst takes a text from the first
    font that is there, and letters that this lacks from any font of the machine, such as a Korean
    one that has only some of them.

    Parameters
    ----------
    figure : Figure
        The figure; the text is empty where there is nothing to draw.
    """
    svg = svg_of(figure)
    return svg if svg.isascii() else _TEXT.sub(_lead_with_chinese, svg)


def _lead_with_chinese(text: re.Match[str]) -> str:
    tag, _, words = text[0].partition(">")
    if not any(east_asian_width(letter) in "WF" for letter in unescape(words)):
        return text[0]
    families = ", ".join(f"'{name}'" for name in (*CHINESE_FAMILIES, _LETTERS))
    return f"{_FAMILY.sub(f'font-family: {families}', tag)}>{words}"


def _with_words(png: bytes, words: Mapping[str, str]) -> bytes:
    """Put words into a PNG after its header, as chunks of international text.

    Source: PNG (W3C, third edition), sections 5.3 and 11.3.3.4.
    """
    chunks = b""
    for name, text in words.items():
        content = b"iTXt" + name.encode() + b"\0\0\0\0\0" + text.encode()
        length, check = len(content) - 4, crc32(content)
        chunks += length.to_bytes(4, "big") + content + check.to_bytes(4, "big")
    return png[:_PNG_HEADER] + chunks + png[_PNG_HEADER:]


def _words_in(svg: str) -> str:
    return "".join(unescape(found[2]) for found in _TEXTS.finditer(svg))


def fit_size(figure: Figure, width_twips: int, tallest_inches: float) -> tuple[float, float]:
    """Return width and height in inches at which a figure fits a page; never enlarged."""
    across, down = figure.size_inches
    scale = min(1.0, width_twips / _INCH_TWIPS / across, tallest_inches / down)
    return across * scale, down * scale
