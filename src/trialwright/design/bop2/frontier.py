"""A walk along the edge between pairs (lambda, gamma) that hold a property and pairs that do not.

A larger lambda or a smaller gamma stops more, at every look. So a property that more stopping can
only bring about, such as a type I error within its limit, holds above a rising curve in the plane
of gamma and log(lambda) and not below it. Only the cells along the curve need judging: above them
power is lost for nothing, below them the property is. The walk goes from corner to corner of those
cells, so it misses none, and each corner costs one judgement.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from trialwright.design.bop2.ladders import Ladders, Levels

    Floats = NDArray[np.float64]


@dataclass(slots=True)
class Frontier:
    """Cells along the curve.

    Parameters
    ----------
    above : list of tuple of int
        Levels of the lowest cells in which the property holds, by ascending gamma.
    below : list of tuple of int
        Levels of their neighbours below, in which it does not.
    """

    above: list[Levels] = field(default_factory=list)
    below: list[Levels] = field(default_factory=list)


def walk(ladders: Ladders, most_gamma: float, holds: Callable[[Levels], bool]) -> Frontier:
    """Return the cells along the curve above which a property holds.

    Parameters
    ----------
    ladders : Ladders
        The lines.
    most_gamma : float
        Largest gamma, 0 or more; the least is 0.
    holds : callable
        Says whether the property holds for some levels. It must hold with everything stopped,
        not with nothing stopped, and more stopping must never undo it.

    Returns
    -------
    Frontier
        Of every gamma from 0 to ``most_gamma``, without a grid.
    """
    found = Frontier()
    levels, lower = _start(ladders, holds)
    gamma = 0.0
    while True:
        beneath = _step(levels, lower, -1)
        if holds(beneath):  # the curve has come down to the line
            levels, lower = beneath, _lower_edge(ladders, beneath, gamma)
            continue
        found.above.append(levels)
        found.below.append(beneath)
        turn, steeper, close, upper = _next_corners(ladders, levels, lower)
        gamma = max(gamma, min(turn, close))
        if gamma > most_gamma:
            return found
        if turn < close:
            lower = steeper
        else:
            levels, lower = _beyond(levels, lower, upper, holds)


def _beyond(
    levels: Levels, lower: int, upper: int, holds: Callable[[Levels], bool]
) -> tuple[Levels, int]:
    """Return the cell on the curve, and its lower edge, where one closes between two lines."""
    between = _step(_step(levels, lower, -1), upper, 1)
    if holds(between):
        return between, upper
    return _step(levels, upper, 1), lower


def _start(ladders: Ladders, holds: Callable[[Levels], bool]) -> tuple[Levels, int]:
    """Return the lowest cell that holds just after gamma = 0, and the look of its lower edge."""
    look = np.repeat(np.arange(len(ladders.looks)), [part.size for part in ladders.rungs])
    height = np.concatenate(ladders.rungs)
    ordered = look[np.lexsort((ladders.slopes[look], height))]
    fails, works = 0, ordered.size
    while works - fails > 1:
        middle = (fails + works) // 2
        if holds(_count(ordered[:middle], len(ladders.looks))):
            works = middle
        else:
            fails = middle
    return _count(ordered[:works], len(ladders.looks)), int(ordered[works - 1])


def _count(look: NDArray[np.int64], looks: int) -> Levels:
    return tuple(int(count) for count in np.bincount(look, minlength=looks))


def _step(levels: Levels, look: int, by: int) -> Levels:
    return (*levels[:look], levels[look] + by, *levels[look + 1 :])


def _lower_edge(ladders: Ladders, levels: Levels, gamma: float) -> int:
    """Return the look whose line is the lower edge just after gamma."""
    low, _ = ladders.edges(levels)
    height = low + gamma * ladders.slopes
    at_corner = height >= height.max() - 1e-13
    return int(np.argmax(np.where(at_corner, ladders.slopes, -1.0)))


def _next_corners(ladders: Ladders, levels: Levels, lower: int) -> tuple[float, int, float, int]:
    """Return where a steeper line becomes the lower edge, and where the lower edge meets the upper.

    Each with the look of the line met.
    """
    low, high = ladders.edges(levels)
    steeper = ladders.slopes - ladders.slopes[lower]
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = np.where(steeper > 0, (low[lower] - low) / steeper, np.inf)
        close = np.where(steeper < 0, (low[lower] - high) / steeper, np.inf)
    first, last = int(np.argmin(turn)), int(np.argmin(close))
    return float(turn[first]), first, float(close[last]), last
