"""When toxicity is looked at, and every boundary that one threshold can make of the looks.

A rule of toxicity weighs the count at each look and stops the trial where the weight exceeds a
threshold. Moving the threshold moves the boundary through finitely many others, each inside the
next: so the one that just keeps an error limit is found exactly, by halving, with no grid.

Sources
-------
Posterior probability as the weight: ``posterior``. Significance as the weight:
``repeated_significance``.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import ROUNDING, check_number, check_probability
from trialwright.errors import DesignError
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def looks_every(step: int, total: int) -> tuple[int, ...]:
    """Return the looks after each further ``step`` patients, and at the end.

    Parameters
    ----------
    step : int
        Patients between looks, 1 to ``total``; 1 is continuous monitoring.
    total : int
        Patients of the whole trial, 1 to 1000.

    Returns
    -------
    tuple of int
        The multiples of ``step`` below ``total``, and ``total`` itself.

    Raises
    ------
    DesignError
        If a number is not allowed.

    Examples
    --------
    >>> looks_every(5, 29)
    (5, 10, 15, 20, 25, 29)
    """
    last = check_number("total", total, 1)
    between = check_number("step between looks", step, 1, last)
    return (*range(between, last, between), last)


def check_toxicity_rates(acceptable_rate: float, excessive_rate: float) -> tuple[float, float]:
    """Return the two toxicity rates; raise ``DesignError`` unless 0 < acceptable < excessive < 1.

    Examples
    --------
    >>> check_toxicity_rates(0.2, 0.4)
    (0.2, 0.4)
    """
    low = check_probability("acceptable_rate", acceptable_rate)
    high = check_probability("excessive_rate", excessive_rate)
    if high <= low:
        msg = (
            f"excessive_rate must be above acceptable_rate, not {high:g} against {low:g}: the "
            "trial should go on at the acceptable rate and stop at the excessive one"
        )
        raise DesignError(msg)
    return low, high


def rates_around(limit: float) -> tuple[float, ...]:
    """Return true rates to judge a limit at: half of it, itself, half as much again, twice.

    Examples
    --------
    >>> rates_around(0.30)
    (0.15, 0.3, 0.45, 0.6)
    """
    return tuple(
        round(share * limit, 3) for share in (0.5, 1.0, 1.5, 2.0) if 0 < round(share * limit, 3) < 1
    )


def stop_chance(boundaries: Boundaries, rate: float) -> float:
    """Return the exact chance that the trial is stopped for toxicity, at any look."""
    return boundaries.chance_high(rate)


@dataclass(frozen=True, slots=True)
class NestedBoundaries:
    """All boundaries that a threshold on the weight of a count can make, one inside the next.

    Parameters
    ----------
    looks : tuple of int
        Patients at each look, ascending.
    weights : tuple of ndarray of float
        At each look: the weight against the treatment of 0, 1, ... toxicities, shape (look + 1,),
        ascending; ``-inf`` for a count that never stops, ``inf`` for one that always does.

    Examples
    --------
    >>> weights = np.array([0.1, 0.3, 0.6]), np.array([0.0, 0.1, 0.4, 0.8])
    >>> nested = NestedBoundaries((2, 3), weights)
    >>> nested.at(0.3)
    Boundaries(looks=(2, 3), stop_at_most=(None, None), stop_at_least=(2, 2))
    >>> nested.thresholds().tolist()
    [0.0, 0.1, 0.3, 0.4, 0.6, 0.8]
    """

    looks: tuple[int, ...]
    weights: tuple[Floats, ...]

    def at(self, threshold: float) -> Boundaries:
        """Return the boundary that stops where the weight exceeds ``threshold``."""
        # Weights that rounding split are one number: 1 - 0.1**2 does not exceed 0.99.
        stops = tuple(
            first if first <= look else None
            for look, weight in zip(self.looks, self.weights, strict=True)
            for first in [int(np.searchsorted(weight, threshold + ROUNDING, side="right"))]
        )
        return Boundaries(self.looks, (None,) * len(stops), stops)

    def thresholds(self) -> Floats:
        """Return where the boundary changes, ascending; each makes another boundary.

        From one threshold, itself included, to the next one the boundary is the same.
        """
        values = np.unique(np.concatenate(self.weights))
        values = values[np.isfinite(values)]
        last_of_its_kind = np.diff(values, append=np.inf) > 2 * ROUNDING
        return read_only(values[last_of_its_kind])

    def find_first(self, thresholds: Sequence[float], keeps: Callable[[Boundaries], bool]) -> int:
        """Return the index of the first of ascending thresholds whose boundary keeps a limit.

        Parameters
        ----------
        thresholds : sequence of float
            Ascending.
        keeps : callable
            Whether a boundary is loose enough: once true, true for all that stop less.

        Returns
        -------
        int
            0 to ``len(thresholds)``; the latter if none keeps it.
        """
        return bisect_left(thresholds, True, key=lambda each: keeps(self.at(float(each))))
