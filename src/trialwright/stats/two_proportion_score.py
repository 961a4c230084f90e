"""The score statistic of a difference of two proportions, for every table at once.

Shared by the Miettinen-Nurminen interval and by the exact ones that order tables by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_NOTHING = 1e-12  # an observed difference as near as this to the supposed one is equal to it


def reference_rate_given(
    successes: ArrayLike,
    n: int,
    reference_successes: ArrayLike,
    reference_n: int,
    difference: float,
) -> Floats:
    """Return the likeliest rate of the reference group if the rates differ by ``difference``.

    Parameters
    ----------
    successes, reference_successes : array_like of int, of shapes that broadcast
        Patients with the outcome in either group.
    n, reference_n : int
        Patients in either group.
    difference : float
        First rate minus reference rate, in [-1, 1].

    Returns
    -------
    ndarray of float
        Rates at which both groups' rates lie in [0, 1].

    Notes
    -----
    Source: Miettinen & Nurminen 1985, appendix I: the root of a cubic, in closed form.
    """
    x, y, d = np.asarray(successes), np.asarray(reference_successes), difference
    total = n + reference_n
    square = ((n + 2 * reference_n) * d - total - (x + y)) / (3 * total)
    linear = ((reference_n * d - total - 2 * y) * d + x + y) / (3 * total)
    constant = y * d * (1 - d) / (2 * total)
    q = square**3 - 1.5 * linear * square + constant
    p = np.copysign(np.sqrt(np.maximum(square**2 - linear, 0.0)), q)
    cosine = np.divide(q, p**3, out=np.ones_like(q), where=p**3 != 0)
    angle = (np.pi + np.arccos(np.clip(cosine, -1.0, 1.0))) / 3
    rate: Floats = np.clip(2 * p * np.cos(angle) - square, max(0.0, -d), min(1.0, 1.0 - d))
    return rate


def score_statistic(
    successes: ArrayLike,
    n: int,
    reference_successes: ArrayLike,
    reference_n: int,
    difference: float,
) -> Floats:
    """Return how many standard errors the observed difference lies above ``difference``.

    The standard error is the one under ``difference``, without the factor N / (N - 1). The
    statistic falls as ``difference`` rises.

    Parameters
    ----------
    successes, reference_successes : array_like of int, of shapes that broadcast
        Patients with the outcome in either group.
    n, reference_n : int
        Patients in either group.
    difference : float
        First rate minus reference rate, in [-1, 1].

    Returns
    -------
    ndarray of float
        Where nothing varies, which needs a difference of -1, 0 or 1: 0 if the observed difference
        is ``difference``, else infinite. Elsewhere an observed difference equal to ``difference``
        gives 0 but for the last bits of a division.
    """
    x, y = np.asarray(successes), np.asarray(reference_successes)
    low = reference_rate_given(x, n, y, reference_n, difference)
    high = np.clip(low + difference, 0.0, 1.0)
    above = x / n - y / reference_n - difference
    error = np.sqrt(high * (1 - high) / n + low * (1 - low) / reference_n)
    beyond = np.where(np.abs(above) < _NOTHING, 0.0, np.copysign(np.inf, above))
    statistic: Floats = np.divide(above, error, out=beyond, where=error > 0)
    return statistic
