"""Tail probabilities and p-values as several tests need them, for one number or for arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from trialwright.stats.result import Alternative

    Floats = NDArray[np.float64]


def by_alternative(greater: ArrayLike, less: ArrayLike, alternative: Alternative) -> Floats:
    """Return the p-value of an alternative from both one-sided ones.

    Two-sided is twice the smaller one, at most 1.

    Examples
    --------
    >>> float(by_alternative(0.02, 0.99, "two-sided"))
    0.04
    """
    if alternative == "two-sided":
        both: Floats = np.minimum(1.0, 2 * np.minimum(greater, less))
        return both
    return np.asarray(greater if alternative == "greater" else less, float)


def normal_tails(z: ArrayLike) -> tuple[Floats, Floats]:
    """Return P(Z >= z) and P(Z <= z) of a standard normal Z."""
    from scipy.special import ndtr  # costs 230 ms, so only where used

    return ndtr(-np.asarray(z)), ndtr(z)


def binomial_upper_tail(k: ArrayLike, n: ArrayLike, rate: ArrayLike, *, mid_p: bool) -> Floats:
    """Return P(X >= k) of a binomial X, with half of P(X = k) for mid-P.

    Parameters
    ----------
    k, n : array_like of int, of shapes that broadcast
        Successes, 0 to n, and patients.
    rate : array_like of float
        True rate, in [0, 1].
    mid_p : bool
        Whether the observed number counts by half.

    Notes
    -----
    Source: the incomplete beta function; mid-P, Lancaster 1961. The lower tail is the upper one
    of the failures.

    Examples
    --------
    >>> float(binomial_upper_tail(2, 2, 0.5, mid_p=True))
    0.125
    """
    at_least, beyond = binomial_upper_tails(k, n, rate)
    return (at_least + beyond) / 2 if mid_p else at_least


def binomial_upper_tails(k: ArrayLike, n: ArrayLike, rate: ArrayLike) -> tuple[Floats, Floats]:
    """Return P(X >= k) and P(X > k); the arguments are those of `binomial_upper_tail`."""
    from scipy.special import betainc

    x, m = np.asarray(k), np.asarray(n)
    at_least = np.where(x == 0, 1.0, betainc(np.maximum(x, 1), m - x + 1, rate))
    beyond = np.where(x == m, 0.0, betainc(x + 1, np.maximum(m - x, 1), rate))
    return at_least, beyond
