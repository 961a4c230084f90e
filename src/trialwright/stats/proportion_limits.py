"""The lower limit of a proportion, one formula a method, for one group or a million at once.

Each function takes arrays of successes k and patients n, and the two-sided level. Every method
treats success and failure alike, so the upper limit is 1 - the lower limit of the failures.
Callers have checked the arguments; sources stand with the functions in ``stats.proportion``.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np

from trialwright.stats.roots import roots_in_0_to_1
from trialwright.stats.tails import binomial_upper_tails

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

IntervalMethod = Literal[
    "Clopper-Pearson",
    "Wilson",
    "Wilson, continuity corrected",
    "Jeffreys",
    "mid-P",
    "Agresti-Coull",
]


def _clopper_pearson(k: Counts, n: Counts, level: float) -> Floats:
    from scipy.special import betaincinv  # costs 230 ms, so only where used

    low: Floats = betaincinv(np.maximum(k, 1), n - k + 1, (1 - level) / 2)
    return low


def _wilson(k: Counts, n: Counts, level: float) -> Floats:
    z = _z(level)
    half = z * np.sqrt(k * (n - k) / n + z * z / 4)
    return (k + z * z / 2 - half) / (n + z * z)


def _wilson_corrected(k: Counts, n: Counts, level: float) -> Floats:
    z = _z(level)
    half = z * np.sqrt(z * z - 2 - 1 / n + 4 * np.maximum(k, 1) * (n - k + 1) / n)
    low: Floats = np.maximum((2 * k + z * z - 1 - half) / (2 * (n + z * z)), 0.0)
    return low


def _jeffreys(k: Counts, n: Counts, level: float) -> Floats:
    from scipy.special import betaincinv

    low: Floats = betaincinv(k + 0.5, n - k + 0.5, (1 - level) / 2)
    return low


def _mid_p(k: Counts, n: Counts, level: float) -> Floats:
    """Return the rate at which P(X > k) + P(X = k) / 2 is the tail, from the Jeffreys limit on."""

    def error_and_slope(places: Places, rate: Floats) -> tuple[Floats, Floats]:
        x, m = k[places], n[places]
        at_least, beyond = binomial_upper_tails(x, m, rate)
        # P(X >= k) rises by k P(X = k) / rate, P(X > k) by (n - k) P(X = k) / (1 - rate).
        slope = (at_least - beyond) * (x / rate + (m - x) / (1 - rate)) / 2
        return (at_least + beyond) / 2 - (1 - level) / 2, slope

    start = np.clip(_jeffreys(k, n, level), np.finfo(float).tiny, 1 - np.finfo(float).epsneg)
    return roots_in_0_to_1(error_and_slope, start)


def _agresti_coull(k: Counts, n: Counts, level: float) -> Floats:
    z = _z(level)
    patients = n + z * z
    centre = (k + z * z / 2) / patients
    low: Floats = np.maximum(centre - z * np.sqrt(centre * (1 - centre) / patients), 0.0)
    return low


def _z(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 2)


_LOWER: dict[IntervalMethod, Callable[[Counts, Counts, float], Floats]] = {
    "Clopper-Pearson": _clopper_pearson,
    "Wilson": _wilson,
    "Wilson, continuity corrected": _wilson_corrected,
    "Jeffreys": _jeffreys,
    "mid-P": _mid_p,
    "Agresti-Coull": _agresti_coull,
}
METHODS = tuple(_LOWER)


def lower_limits(k: Counts, n: Counts, level: float, method: IntervalMethod) -> Floats:
    """Return the lower limits, 0 where nobody had the outcome.

    Parameters
    ----------
    k, n : ndarray of int, shape (m,)
        Successes, and the patients they are out of.
    level : float
        Two-sided confidence level, in (0, 1).
    method : str
        One of ``METHODS``.
    """
    return np.where(k == 0, 0.0, _LOWER[method](k, n, level))
