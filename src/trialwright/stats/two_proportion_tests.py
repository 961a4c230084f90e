"""Exact tests of no difference between two independent proportions.

Fisher's test conditions on the number of responders; Barnard's and Boschloo's do not, and reject
more often at the same guaranteed level. Both take the worst rate that the groups can share, found
with a proof that no worse one exists (``unconditional_tail``). They are not SciPy's: its
``barnard_exact`` misses tables that tie with the observed one but for rounding.

Oracle: R fisher.test and exact2x2, SciPy, ``tests/oracle/stats/two_proportions.R``.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Literal

import numpy as np

from trialwright.stats.checks import check_choice, check_count
from trialwright.stats.result import HypothesisTest
from trialwright.stats.two_proportion_score import score_statistic
from trialwright.stats.unconditional_tail import largest_probability

if TYPE_CHECKING:
    from typing import SupportsIndex

    from numpy.typing import NDArray

    from trialwright.stats.result import Alternative

    Floats = NDArray[np.float64]
    Counts4 = tuple[int, int, int, int]

TwoSidedDifference = Literal["doubled", "absolute"]
_ALTERNATIVES = ("greater", "less", "two-sided")
_TWO_SIDED = ("doubled", "absolute")
_SAME = 1e-8  # tables that differ by less, relative, are as extreme as each other


def fisher_test(
    successes: SupportsIndex,
    n: SupportsIndex,
    reference_successes: SupportsIndex,
    reference_n: SupportsIndex,
    *,
    alternative: Alternative,
) -> HypothesisTest:
    """Test for a difference of two proportions by Fisher's exact test.

    Parameters
    ----------
    successes, n : int
        Patients with the outcome, 0 to ``n``, and patients of the first group, 1 or more.
    reference_successes, reference_n : int
        The same of the reference group.
    alternative : {"greater", "less", "two-sided"}
        "greater": the first group's rate is higher. Two-sided: every table no likelier than the
        observed one, as R and SAS have it.

    Returns
    -------
    HypothesisTest
        It has no statistic; p is 1 if nobody, or everybody, has the outcome.

    Raises
    ------
    ValueError
        If a count or ``alternative`` is not allowed.

    Notes
    -----
    Source: Fisher 1935; SciPy's ``fisher_exact``, equal to R ``fisher.test`` and SAS ``PROC FREQ``,
    EXACT FISHER.

    Examples
    --------
    >>> print(fisher_test(7, 15, 2, 15, alternative="greater"))
    p = 0.0543 (one-sided, greater)
    """
    counts = _check(successes, n, reference_successes, reference_n, alternative)
    from scipy.stats import fisher_exact  # costs a second, so only where used

    x, n1, y, n2 = counts
    p = float(fisher_exact([[x, n1 - x], [y, n2 - y]], alternative=alternative).pvalue)
    sides = ", minimum likelihood" if alternative == "two-sided" else ""
    return HypothesisTest(nan, min(p, 1.0), alternative, f"Fisher's exact test{sides}")


def barnard_test(
    successes: SupportsIndex,
    n: SupportsIndex,
    reference_successes: SupportsIndex,
    reference_n: SupportsIndex,
    *,
    alternative: Alternative,
    two_sided: TwoSidedDifference = "doubled",
) -> HypothesisTest:
    """Test for a difference of two proportions by Barnard's unconditional test.

    Tables are ordered by the score statistic with a pooled variance.

    Parameters
    ----------
    successes, n : int
        Patients with the outcome, 0 to ``n``, and patients of the first group, 1 or more.
    reference_successes, reference_n : int
        The same of the reference group.
    alternative : {"greater", "less", "two-sided"}
        "greater": the first group's rate is higher.
    two_sided : {"doubled", "absolute"}
        "doubled": twice the smaller one-sided p, at most 1; this is the test that
        ``exact_difference`` inverts. "absolute": every table with a statistic as far from 0.

    Returns
    -------
    HypothesisTest
        With the pooled score statistic.

    Raises
    ------
    ValueError
        If a count, ``alternative`` or ``two_sided`` is not allowed.

    Notes
    -----
    Source: Barnard 1947; Suissa & Shuster 1985 for the order. "absolute" is what SciPy
    ``barnard_exact`` and SAS ``PROC FREQ``, EXACT BARNARD, print as two-sided; R exact2x2
    ``uncondExact2x2(method = "score")`` doubles. SciPy can be too small by lost ties: 7/19 v 3/4
    has 0.2101, SciPy 1.17 prints 0.2034.

    Examples
    --------
    >>> print(barnard_test(7, 15, 2, 15, alternative="greater"))
    p = 0.0275 (one-sided, greater)
    """
    counts = _check(successes, n, reference_successes, reference_n, alternative)
    check_choice("two_sided", two_sided, _TWO_SIDED)
    x, n1, y, n2 = counts
    z = score_statistic(np.arange(n1 + 1)[:, None], n1, np.arange(n2 + 1)[None, :], n2, 0.0)
    if alternative == "two-sided" and two_sided == "absolute":
        p = _worst(np.abs(z), x, y)
    else:
        p = _one_or_both(alternative, _worst(z, x, y), _worst(-z, x, y))
    sides = f", {two_sided}" if alternative == "two-sided" else ""
    return HypothesisTest(float(z[x, y]), p, alternative, f"Barnard's exact test (score{sides})")


def boschloo_test(
    successes: SupportsIndex,
    n: SupportsIndex,
    reference_successes: SupportsIndex,
    reference_n: SupportsIndex,
    *,
    alternative: Alternative,
) -> HypothesisTest:
    """Test for a difference of two proportions by Boschloo's unconditional test.

    Tables are ordered by Fisher's one-sided p-value; the result is never above Fisher's.

    Parameters
    ----------
    successes, n : int
        Patients with the outcome, 0 to ``n``, and patients of the first group, 1 or more.
    reference_successes, reference_n : int
        The same of the reference group.
    alternative : {"greater", "less", "two-sided"}
        "greater": the first group's rate is higher. Two-sided: twice the smaller one-sided p.

    Returns
    -------
    HypothesisTest
        Its statistic is Fisher's p-value, of the smaller side for two sides.

    Raises
    ------
    ValueError
        If a count or ``alternative`` is not allowed.

    Notes
    -----
    Source: Boschloo 1970. SciPy ``boschloo_exact``; R exact2x2 ``boschloo(tsmethod = "central")``,
    whose default two-sided form, ``"minlike"``, is another one.

    Examples
    --------
    >>> print(boschloo_test(7, 15, 2, 15, alternative="greater"))
    p = 0.0275 (one-sided, greater)
    """
    counts = _check(successes, n, reference_successes, reference_n, alternative)
    x, n1, y, n2 = counts
    above, below = _fisher(n1, n2), _fisher(n2, n1).T
    fisher = {"greater": above[x, y], "less": below[x, y]}
    p = _one_or_both(alternative, _worst(-above, x, y), _worst(-below, x, y))
    statistic = float(fisher.get(alternative, min(fisher.values())))
    sides = " (doubled)" if alternative == "two-sided" else ""
    return HypothesisTest(statistic, p, alternative, f"Boschloo's exact test{sides}")


def _check(
    successes: SupportsIndex,
    n: SupportsIndex,
    reference_successes: SupportsIndex,
    reference_n: SupportsIndex,
    alternative: str,
) -> Counts4:
    check_choice("alternative", alternative, _ALTERNATIVES)
    names = ("reference_successes", "reference_n")
    return *check_count(successes, n), *check_count(reference_successes, reference_n, names)


def _worst(extreme: Floats, x: int, y: int) -> float:
    """Return the largest probability of the tables as extreme as the observed one."""
    observed = extreme[x, y]
    return largest_probability(extreme >= observed - _SAME * abs(observed))


def _one_or_both(alternative: Alternative, greater: float, less: float) -> float:
    both = min(1.0, 2 * min(greater, less))
    return {"greater": greater, "less": less, "two-sided": both}[alternative]


def _fisher(n: int, reference_n: int) -> Floats:
    """Return Fisher's p-value of "greater" for every table: successes, reference successes."""
    from scipy.special import gammaln

    def log_ways(patients: int, chosen: NDArray[np.int64]) -> Floats:
        ways: Floats = gammaln(patients + 1) - gammaln(chosen + 1) - gammaln(patients - chosen + 1)
        return ways

    p = np.empty((n + 1, reference_n + 1))
    for total in range(n + reference_n + 1):
        x = np.arange(max(0, total - reference_n), min(n, total) + 1)
        weight = np.exp(
            log_ways(n, x)
            + log_ways(reference_n, total - x)
            - log_ways(n + reference_n, np.array(total))
        )
        p[x, total - x] = np.minimum(np.cumsum(weight[::-1])[::-1], 1.0)
    return p
