"""For every n at once: the count that keeps a binomial tail small, and where every n works.

Sources
-------
The tail of n + 1 patients from that of n is the step of Pascal's triangle. Chernoff 1952 (Ann Math
Stat 23: 493): a bound on a tail that holds for every n.
Oracle: the incomplete beta function, ``tests/unit/design/test_single_stage.py``.
"""

from __future__ import annotations

from math import ceil, inf, log
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.checks import MOST_PATIENTS, RELATIVE_ROUNDING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.design.checks import Hypotheses

    Counts = NDArray[np.int64]

_HALVINGS = 60


def least_bounds(rate: float, error: float, most: int) -> Counts:
    """Return for n = 1 to ``most`` the smallest r with P(X > r) <= error.

    Parameters
    ----------
    rate : float
        True rate, in (0, 1).
    error : float
        Largest chance allowed, in (0, 1).
    most : int
        Largest n.

    Returns
    -------
    ndarray of int, shape (most,)
        From 0 to n. The bound grows by 0 or 1 from one n to the next, so the tail is carried
        along: one more patient adds P(X = r) times the rate to it.

    Examples
    --------
    >>> least_bounds(0.5, 0.25, 4)
    array([1, 1, 2, 3])
    """
    limit = error * (1 + RELATIVE_ROUNDING)
    bounds = np.empty(most, np.int64)
    odds = rate / (1 - rate)
    r, at, above = 0, 1.0, 0.0  # P(X = r) and P(X > r) of no patient
    for n in range(1, most + 1):
        above += rate * at
        at *= n / (n - r) * (1 - rate)
        while above > limit:
            at *= odds * (n - r) / (r + 1)
            r += 1
            above = above - at if r < n else 0.0  # no digit of the sum is left where it is empty
        bounds[n - 1] = r
    return bounds


def works_from(asked: Hypotheses) -> int:
    """Return a size from which on every n has a design.

    At r + 1 = the least count of n c or more, both errors are at most exp(-n D), with D the
    divergence of c from the hypothesis; no rounding of c enters. The c at which both ask for the
    same n is found by halving.
    """
    low, high = asked.p0, asked.p1
    for _ in range(_HALVINGS):
        c = (low + high) / 2
        error, miss = _enough(c, asked.p0, asked.alpha), _enough(c, asked.p1, asked.beta)
        low, high = (c, high) if error > miss else (low, c)
    needed = min(max(error, miss), float(2 * MOST_PATIENTS + 1))
    return ceil(needed * (1 + RELATIVE_ROUNDING))


def _enough(c: float, rate: float, error: float) -> float:
    """Return the n at which Chernoff's bound on a share of c at a true rate is the error."""
    divergence = c * log(c / rate) + (1 - c) * log((1 - c) / (1 - rate))
    return -log(error) / divergence if divergence > 0 else inf
