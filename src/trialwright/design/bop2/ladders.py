"""The ways in which a pair (lambda, gamma) can set the bounds of a trial: a ladder a look.

At n of N patients BOP2 stops a count whose posterior probability lies below the cut,
lambda (n / N) ** gamma. The probabilities that counts can have at a look are the rungs of its
ladder, and all that a pair does is to say how many rungs lie below the cut: its level. In the
logarithm of lambda each rung is a straight line over gamma, of slope log(N / n), so the pairs that
set the same bounds are a convex cell between lines, and a trial has finitely many cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.checks import check_probability
from trialwright.design.posterior import distinct
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Levels = tuple[int, ...]

_MOST_DECIMALS = 9
_PLACES = 201  # values of gamma looked at for a round pair


@dataclass(frozen=True)
class Ladders:
    """The rungs of each look; k looks.

    Parameters
    ----------
    looks : tuple of int
        Patients at each look, ascending.
    rungs : tuple of ndarray of float
        Posterior probabilities that the counts of a look can have, ascending, each once.
    """

    looks: tuple[int, ...]
    rungs: tuple[Floats, ...]

    @classmethod
    def of(cls, looks: tuple[int, ...], probabilities: Sequence[Floats]) -> Ladders:
        """Return the ladders of the probabilities of each look, in any order."""
        return cls(looks, tuple(distinct(part) for part in probabilities))

    @cached_property
    def slopes(self) -> Floats:
        """Slope of the lines of each look, log(N / n); shape (k,)."""
        return np.asarray(np.log(self.looks[-1] / np.asarray(self.looks, float)))

    @cached_property
    def heights(self) -> tuple[Floats, ...]:
        """Height of the lines of each look at gamma = 0: nothing, its rungs, everything."""
        return tuple(np.concatenate([[-np.inf], np.log(part), [np.inf]]) for part in self.rungs)

    def levels(self, lambda_: float, gamma: float) -> Levels:
        """Return how many rungs of each look lie below the cut of a pair, strictly."""
        cuts = cut_points(self.looks, lambda_, gamma)
        return tuple(
            int(np.searchsorted(part, cut, side="left"))
            for part, cut in zip(self.rungs, cuts, strict=True)
        )

    def edges(self, levels: Levels) -> tuple[Floats, Floats]:
        """Return the heights, at gamma = 0, of the lines just below and above; shape (k,) each."""
        low = np.array([part[level] for part, level in zip(self.heights, levels, strict=True)])
        high = np.array([part[level + 1] for part, level in zip(self.heights, levels, strict=True)])
        return low, high

    def round_pair(self, levels: Levels, most_gamma: float) -> tuple[float, float] | None:
        """Return the pair (lambda, gamma) of fewest decimals that sets these levels.

        Parameters
        ----------
        levels : tuple of int
            Rungs below the cut at each look.
        most_gamma : float
            Largest gamma allowed, 0 or more.

        Returns
        -------
        (float, float) or None
            Of pairs with equally few decimals the one farthest from the edge of its cell; none if
            the cell is too small to be written in nine decimals.
        """
        low, high = self.edges(levels)
        first, last = _span(low, high, self.slopes, most_gamma)
        for decimals in range(1, _MOST_DECIMALS + 1):
            least, most = np.ceil(first * 10**decimals), np.floor(last * 10**decimals)
            if most < least:
                continue
            places = np.unique(
                np.round(np.linspace(least, most, min(int(most - least) + 1, _PLACES)))
            )
            pair = self._roundest(low, high, places / 10**decimals, decimals)
            if pair is not None and self.levels(*pair) == levels:
                return pair
        return None

    def _roundest(
        self, low: Floats, high: Floats, gamma: Floats, decimals: int
    ) -> tuple[float, float] | None:
        grown = gamma[:, None] * self.slopes
        above = np.exp((low + grown).max(axis=1))
        below = np.minimum(np.exp((high + grown).min(axis=1)), 1 - 10.0**-decimals)
        lambda_ = np.round((above + below) / 2, decimals)
        room = np.minimum(lambda_ - above, below - lambda_)
        best = int(np.argmax(room))
        if not room[best] > 0:
            return None
        return float(lambda_[best]), float(gamma[best])


def check_pair(lambda_: float, gamma: float) -> None:
    """Raise ``DesignError`` if lambda or gamma is not allowed."""
    check_probability("lambda", lambda_)
    if not 0 <= gamma < float("inf"):
        msg = f"gamma must be 0 or more, not {gamma!r}"
        raise DesignError(msg)


def cut_points(looks: Sequence[int], lambda_: float, gamma: float) -> Floats:
    """Return lambda (n / N) ** gamma of each look n."""
    return np.asarray(lambda_ * (np.asarray(looks, float) / looks[-1]) ** gamma)


def _span(low: Floats, high: Floats, slopes: Floats, most_gamma: float) -> tuple[float, float]:
    """Return the least and the largest gamma at which every lower line lies below every upper."""
    steeper = slopes[:, None] - slopes[None, :]
    room = high[None, :] - low[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = room / steeper
    first = max(0.0, float(np.max(crossing[steeper < 0], initial=0.0)))
    last = min(most_gamma, float(np.min(crossing[steeper > 0], initial=np.inf)))
    return first, last
