"""Proportions of patients, each with its interval by a named method.

Which one is the default, and what R and SAS print: ``docs/decisions/002-proportion-interval.md``
and ``docs/statistics``. The formulas stand in ``proportion_limits``, shared with
``stats.bulk.proportion``. A Wald interval is not offered: it is a point at 0 of n.

Oracle: R binom and binom.test, ``tests/oracle/stats/test_proportion_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.checks import check_count, check_level
from trialwright.stats.proportion_limits import IntervalMethod, lower_limits
from trialwright.stats.result import Reported, show_level

if TYPE_CHECKING:
    from typing import SupportsIndex


@dataclass(frozen=True, slots=True)
class Proportion(Reported):
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
    method : str
        How the limits were made, one of ``proportion_limits.METHODS``; a report prints it.
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
        return f"{self.successes}/{self.n} ({share} %; {show_level(self.level)} {low} to {high})"


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
        With ``method`` "Clopper-Pearson".
        ``low`` is 0 at no success, ``high`` 1 at ``n``.

    Raises
    ------
    ValueError
        If a count is not a whole number, ``n`` is below 1, ``successes`` lies outside 0 to
        ``n``, or ``level`` outside (0, 1).

    Notes
    -----
    Source: Clopper & Pearson 1934. R ``binom.test``; SAS ``PROC FREQ``, BINOMIAL, exact. The limits
    are beta quantiles; SciPy's ``betaincinv`` is R's ``qbeta`` to better than 1e-12.

    Examples
    --------
    >>> print(clopper_pearson(5, 29))
    5/29 (17.2 %; 95 % CI 5.8 to 35.8)
    """
    return _estimate(successes, n, level, "Clopper-Pearson")


def wilson(successes: SupportsIndex, n: SupportsIndex, *, level: float = 0.95) -> Proportion:
    """Return the proportion with its score (Wilson) interval, no continuity correction.

    The average coverage is close to ``level``, and below it at some rates.

    Parameters, result and errors are those of `clopper_pearson`.

    Notes
    -----
    Source: Wilson 1927; Newcombe 1998, method 3. R ``prop.test(correct = FALSE)``; SAS
    BINOMIAL(CL=WILSON). R binom prints -3.6e-17 for the lower limit of 0 successes; here it is 0.

    Examples
    --------
    >>> print(wilson(5, 29))
    5/29 (17.2 %; 95 % CI 7.6 to 34.5)
    """
    return _estimate(successes, n, level, "Wilson")


def wilson_corrected(
    successes: SupportsIndex, n: SupportsIndex, *, level: float = 0.95
) -> Proportion:
    """Return the proportion with its score interval, continuity corrected.

    Nearly as wide as the exact one, and covers ``level`` at nearly every rate.

    Parameters, result and errors are those of `clopper_pearson`.

    Notes
    -----
    Source: Newcombe 1998, method 4 (Blyth & Still 1983). R ``prop.test`` as it comes; SAS
    BINOMIAL(CL=WILSON(CORRECT)).

    Examples
    --------
    >>> print(wilson_corrected(5, 29))
    5/29 (17.2 %; 95 % CI 6.5 to 36.5)
    """
    return _estimate(successes, n, level, "Wilson, continuity corrected")


def jeffreys(successes: SupportsIndex, n: SupportsIndex, *, level: float = 0.95) -> Proportion:
    """Return the proportion with its equal-tailed Jeffreys interval.

    The quantiles of the posterior from a Beta(1/2, 1/2) prior, read as a confidence interval.

    Parameters, result and errors are those of `clopper_pearson`.

    Notes
    -----
    Source: Brown, Cai & DasGupta 2001. SAS BINOMIAL(CL=JEFFREYS); R tern. At no
    success the lower limit is 0 and the upper one keeps its two-sided tail, as there; R's
    ``binom.bayes`` gives it the whole error (0/20: 9.0 instead of 11.7 %). ``value`` is k / n,
    not the posterior mean that R binom prints.

    Examples
    --------
    >>> print(jeffreys(5, 29))
    5/29 (17.2 %; 95 % CI 6.9 to 33.7)
    """
    return _estimate(successes, n, level, "Jeffreys")


def mid_p(successes: SupportsIndex, n: SupportsIndex, *, level: float = 0.95) -> Proportion:
    """Return the proportion with its mid-P interval.

    As the exact one, with half the probability of the observed count in each tail: narrower, and
    covers ``level`` on average but not at every rate.

    Parameters, result and errors are those of `clopper_pearson`.

    Notes
    -----
    Source: Lancaster 1961; Newcombe 1998, method 6. SAS BINOMIAL(CL=MIDP); R exactci
    ``binom.exact(midp = TRUE)``.

    Examples
    --------
    >>> print(mid_p(5, 29))
    5/29 (17.2 %; 95 % CI 6.6 to 34.2)
    """
    return _estimate(successes, n, level, "mid-P")


def agresti_coull(successes: SupportsIndex, n: SupportsIndex, *, level: float = 0.95) -> Proportion:
    """Return the proportion with its Agresti-Coull interval.

    The Wald interval after adding z squared patients, half of them successes.

    Parameters, result and errors are those of `clopper_pearson`.

    Notes
    -----
    Source: Agresti & Coull 1998. SAS BINOMIAL(CL=AGRESTICOULL). A limit outside 0 to 1 is cut
    there; R binom's ``"ac"`` prints it as it falls, such as -0.05. It is not the "add two and
    two" rule, which rounds z to 2.

    Examples
    --------
    >>> print(agresti_coull(5, 29))
    5/29 (17.2 %; 95 % CI 7.1 to 35.0)
    """
    return _estimate(successes, n, level, "Agresti-Coull")


def _estimate(
    successes: SupportsIndex, n: SupportsIndex, level: float, method: IntervalMethod
) -> Proportion:
    k, m = check_count(successes, n)
    both, patients = np.array([k, m - k]), np.array([m, m])
    low, mirrored = lower_limits(both, patients, check_level(level), method).tolist()
    return Proportion(k, m, k / m, low, 1 - mirrored, level, method)


# The intervals by the name that a study file gives them.
INTERVALS = {
    "clopper_pearson": clopper_pearson,
    "wilson": wilson,
    "wilson_corrected": wilson_corrected,
    "jeffreys": jeffreys,
    "mid_p": mid_p,
    "agresti_coull": agresti_coull,
}

# The same in bulk, where a method is named as its estimates name it.
METHOD_OF_STUDY: dict[str, IntervalMethod] = {
    "clopper_pearson": "Clopper-Pearson",
    "wilson": "Wilson",
    "wilson_corrected": "Wilson, continuity corrected",
    "jeffreys": "Jeffreys",
    "mid_p": "mid-P",
    "agresti_coull": "Agresti-Coull",
}
