"""The lower limit of a proportion, one formula a method, for one group or a million at once.

Each function takes arrays of successes k and patients n, and the two-sided level. Every method
treats success and failure alike, so the upper limit is 1 - the lower limit of the failures.
Callers have checked the arguments; sources stand with the functions in ``stats.proportion``.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]

IntervalMethod = Literal[
    "Clopper-Pearson",
    "Wilson",
    "Wilson, continuity corrected",
    "Jeffreys",
    "mid-P",
    "Agresti-Coull",
]
_HALVINGS = 60  # of an interval inside (0, 1): to the last bit


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
    """Return the rate at which P(X > k) + P(X = k) / 2 is the tail, by halving."""
    from scipy.special import betainc

    low, high = np.zeros(k.shape), np.ones(k.shape)
    for _ in range(_HALVINGS):
        rate = (low + high) / 2
        at_least = betainc(np.maximum(k, 1), n - k + 1, rate)
        beyond = np.where(k == n, 0.0, betainc(k + 1, np.maximum(n - k, 1), rate))
        above = (at_least + beyond) / 2 > (1 - level) / 2
        low, high = np.where(above, low, rate), np.where(above, rate, high)
    middle: Floats = (low + high) / 2
    return middle


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
