"""Proportions of patients with an interval: Clopper-Pearson (exact) and Wilson.

Which one is the default, and what R and SAS print: ``docs/decisions/002-proportion-interval.md``.

Sources
-------
Clopper & Pearson 1934: both tails of the binomial inverted, through the beta quantile.
Wilson 1927; Newcombe 1998, method 3: the score interval without continuity correction.
Oracle: R binom and binom.test, ``tests/oracle/stats/test_proportion_oracle.py``.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal, SupportsIndex

IntervalMethod = Literal["Clopper-Pearson", "Wilson"]


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share of patients with its two-sided interval.

    Parameters
    ----------
    successes, n : int
        Patients with the outcome, and patients it is out of.
    value : float
        ``successes / n``, in [0, 1].
    low, high : float
        Limits of the interval, in [0, 1].
    level : float
        Two-sided confidence level, in (0, 1).
    method : {"Clopper-Pearson", "Wilson"}
        How the limits were made; a report prints it.
    """

    successes: int
    n: int
    value: float
    low: float
    high: float
    level: float
    method: IntervalMethod

    def __str__(self) -> str:
        """Write a report cell: ``5/29 (17.2 %; 95 % CI 5.8 to 35.8)``."""
        share, low, high = (f"{100 * x:.1f}" for x in (self.value, self.low, self.high))
        confidence = f"{100 * self.level:.6g} % CI {low} to {high}"
        return f"{self.successes}/{self.n} ({share} %; {confidence})"


def clopper_pearson(
    successes: SupportsIndex, n: SupportsIndex, *, level: float = 0.95
) -> Proportion:
    """Return the proportion with its exact (Clopper-Pearson) interval.

    Each limit is the rate at which the observed count, or one further out, has probability
    ``(1 - level) / 2``. The coverage is never below ``level``.

    Parameters
    ----------
    successes : int
        Patients with the outcome, 0 to ``n``.
    n : int
        Patients in the analysis set, 1 or more.
    level : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    Proportion
        With ``method`` "Clopper-Pearson"; ``low`` is 0 at no success, ``high`` 1 at ``n``.

    Raises
    ------
    ValueError
        If a count is not a whole number, ``n`` is below 1, ``successes`` lies outside 0 to
        ``n``, or ``level`` outside (0, 1).

    Notes
    -----
    Source: Clopper & Pearson 1934. The limits are beta quantiles; SciPy's ``betaincinv`` is R's
    ``qbeta`` to better than 1e-12 on the oracle's grid.

    Examples
    --------
    >>> print(clopper_pearson(5, 29))
    5/29 (17.2 %; 95 % CI 5.8 to 35.8)
    """
    from scipy.special import betaincinv  # costs 230 ms, so only where used

    k, m = _check(successes, n, level)
    tail = (1 - level) / 2
    low = 0.0 if k == 0 else float(betaincinv(k, m - k + 1, tail))
    # The upper limit is the lower limit of the failures, mirrored: exact symmetry.
    high = 1.0 if k == m else 1.0 - float(betaincinv(m - k, k + 1, tail))
    return Proportion(k, m, k / m, low, high, level, "Clopper-Pearson")


def wilson(successes: SupportsIndex, n: SupportsIndex, *, level: float = 0.95) -> Proportion:
    """Return the proportion with its score (Wilson) interval, no continuity correction.

    The average coverage is close to ``level``, and below it at some rates.

    Parameters
    ----------
    successes : int
        Patients with the outcome, 0 to ``n``.
    n : int
        Patients in the analysis set, 1 or more.
    level : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    Proportion
        With ``method`` "Wilson"; ``low`` is exactly 0 at no success, ``high`` exactly 1 at ``n``.

    Raises
    ------
    ValueError
        As for `clopper_pearson`.

    Notes
    -----
    Source: Wilson 1927; Newcombe 1998, method 3. R's binom prints -3.6e-17 for the lower limit
    of 0 successes; here it is 0.

    Examples
    --------
    >>> print(wilson(5, 29))
    5/29 (17.2 %; 95 % CI 7.6 to 34.5)
    """
    k, m = _check(successes, n, level)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    centre = (k + z * z / 2) / (m + z * z)
    half = z * sqrt(k * (m - k) / m + z * z / 4) / (m + z * z)
    low = 0.0 if k == 0 else centre - half
    high = 1.0 if k == m else centre + half
    return Proportion(k, m, k / m, low, high, level, "Wilson")


def _check(successes: SupportsIndex, n: SupportsIndex, level: float) -> tuple[int, int]:
    k, m = _whole("successes", successes), _whole("n", n)
    if m < 1:
        msg = f"n must be 1 or more, not {m}"
        raise ValueError(msg)
    if not 0 <= k <= m:
        msg = f"successes must be from 0 to n = {m}, not {k}"
        raise ValueError(msg)
    if not 0 < level < 1:
        msg = f"level must lie strictly between 0 and 1, such as 0.95, not {level}"
        raise ValueError(msg)
    return k, m


def _whole(name: str, count: SupportsIndex) -> int:
    if not isinstance(count, bool):
        try:
            return operator.index(count)
        except TypeError:
            pass
    msg = f"{name} must be a whole number, not {count!r}"
    raise ValueError(msg)


# The intervals by the name that a study file gives them.
INTERVALS = {"clopper_pearson": clopper_pearson, "wilson": wilson}
