"""Figures as PNG for the writers that hold pictures: each is drawn once, however many ask."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from trialwright.report.drawing import render_figure

if TYPE_CHECKING:
    from trialwright.report.model import Figure

_INCH_TWIPS = 1440
_drawn: WeakKeyDictionary[Figure, bytes] = WeakKeyDictionary()  # gone when the figure is


def draw_png(figure: Figure) -> bytes:
    """Return a figure as PNG; drawn when first asked for, then kept as long as the figure is.

    Parameters
    ----------
    figure : Figure
        One that has something to draw.
    """
    if figure not in _drawn:
        _drawn[figure] = render_figure(figure, "png")
    return _drawn[figure]


def fit_size(figure: Figure, width_twips: int, tallest_inches: float) -> tuple[float, float]:
    """Return width and height in inches at which a figure fits a page; never enlarged."""
    across, down = figure.size_inches
    scale = min(1.0, width_twips / _INCH_TWIPS / across, tallest_inches / down)
    return across * scale, down * scale
