"""Chances that a group-sequential normal statistic leaves its bounds, by recursive integration.

Sources
-------
Armitage, McPherson & Rowe 1969 (J R Stat Soc A 132: 235): the recursion. Jennison & Turnbull 2000,
Group Sequential Methods, chapter 19: its numerical form. Here each step is a Gauss-Legendre sum
over panels that are narrow where little information is added.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_FAR = 8.5  # standard deviations, beyond which 1e-17 lies
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_PANEL = 2.0  # its width at most, and in deviations of the next step
_ROOT_2_PI = math.sqrt(2 * math.pi)


class Going(NamedTuple):
    """The statistic of a trial that no look has stopped.

    Parameters
    ----------
    place : ndarray of float, shape (m,)
        Values of the centred statistic.
    mass : ndarray of float, shape (m,)
        Their weight: density times the step of the sum.
    information : float
        At the last look.
    """

    place: Floats
    mass: Floats
    information: float


class Crossing(NamedTuple):
    """Chance to leave the bounds at each of k looks.

    Parameters
    ----------
    low, high : tuple of float
        At or below the lower bound; above the upper one.
    """

    low: tuple[float, ...]
    high: tuple[float, ...]


def crossing(
    lower: Sequence[float],
    upper: Sequence[float],
    information: Sequence[float],
    mean: Sequence[float],
) -> Crossing:
    """Return the chance to cross each bound first at each look.

    Parameters
    ----------
    lower, upper : sequence of float, k values each
        Bounds of the standardised statistic; infinite where there is none.
    information : sequence of float
        At each look, above 0 and ascending, in any unit.
    mean : sequence of float
        Of the statistic at each look; its standard deviation is 1, and the correlation of two
        looks is the root of the ratio of their information.

    Notes
    -----
    Source: Armitage, McPherson & Rowe 1969. Accurate to about 1e-12.
    """
    going: Going | None = None
    low, high = [], []
    last = len(information) - 1
    for look, now in enumerate(information):
        a, b = lower[look] - mean[look], upper[look] - mean[look]
        low.append(chance_below(going, now, a))
        high.append(chance_above(going, now, b))
        if look < last:
            going = step(going, now, (a, b), information[look + 1])
    return Crossing(tuple(low), tuple(high))


def chance_above(going: Going | None, information: float, bound: float) -> float:
    """Return the chance to be above a bound of the centred statistic at the next look."""
    from scipy.special import ndtr

    if going is None:
        return float(ndtr(-bound))
    return float(going.mass @ ndtr(-_reached(going, information, bound)))


def chance_below(going: Going | None, information: float, bound: float) -> float:
    """Return the chance to be at or below a bound of the centred statistic at the next look."""
    from scipy.special import ndtr

    if going is None:
        return float(ndtr(bound))
    return float(going.mass @ ndtr(_reached(going, information, bound)))


def step(
    going: Going | None, information: float, bounds: tuple[float, float], following: float
) -> Going:
    """Return the statistic after a look that left it between its bounds.

    Parameters
    ----------
    going : Going or None
        Before the look; None at the first.
    information, following : float
        At this look and at the one after, whose step says how finely to sum.
    bounds : tuple of float
        Of the centred statistic at this look.
    """
    begin, end = max(bounds[0], -_FAR), min(bounds[1], _FAR)
    if end <= begin:
        return Going(np.empty(0), np.empty(0), information)
    narrow = min(_PANEL, _PANEL * math.sqrt((following - information) / following))
    panels = max(1, math.ceil((end - begin) / narrow))
    half = (end - begin) / panels / 2
    centres = begin + half * (2 * np.arange(panels) + 1)
    place = (centres[:, None] + half * _POINTS).ravel()
    return Going(place, _density(going, information, place) * np.tile(half * _WEIGHTS, panels),
                 information)  # fmt: skip


def _density(going: Going | None, information: float, place: Floats) -> Floats:
    if going is None:
        return np.asarray(np.exp(-place * place / 2) / _ROOT_2_PI)
    away = _reached(going, information, place[:, None])
    scale = math.sqrt(information / (information - going.information)) / _ROOT_2_PI
    return np.asarray(np.exp(-away * away / 2) @ going.mass * scale)


def _reached(going: Going, information: float, bound: float | Floats) -> Floats:
    """Return how far a bound lies from where the trial stood, in deviations of the step."""
    more = math.sqrt(information - going.information)
    if not isinstance(bound, np.ndarray) and math.isinf(bound):
        return np.full(going.place.shape, bound)
    return np.asarray(
        (bound * math.sqrt(information) - going.place * math.sqrt(going.information)) / more
    )
