"""Exact tests of no difference between two independent proportions.

Fisher's test conditions on the number of responders; Barnard's and Boschloo's do not, and reject
more often at the same guaranteed level. Both take the worst rate that the groups can share, found
with a proof that no worse one exists (``unconditional_tail``). They are not SciPy's: its
``barnard_exact`` misses tables that tie with the observed one but for rounding.

Oracle: R fisher.test and exact2x2, SciPy, ``tests/oracle/stats/two_proportions.R``.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.stats.binomial import log_coefficients
from trialwright.stats.checks import check_choice
from trialwright.stats.result import ALTERNATIVES, HypothesisTest
from trialwright.stats.tails import by_alternative
from trialwright.stats.two_by_two import as_extreme, check_two_groups
from trialwright.stats.two_proportion_score import score_statistic
from trialwright.stats.unconditional_tail import largest_probability

if TYPE_CHECKING:
    from typing import SupportsIndex

    from numpy.typing import NDArray

    from trialwright.stats.result import Alternative
    from trialwright.stats.two_by_two import Counts4

    Floats = NDArray[np.float64]

TwoSidedDifference = Literal["doubled", "absolute"]
_TWO_SIDED: tuple[TwoSidedDifference, ...] = get_args(TwoSidedDifference)


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
        p = float(by_alternative(_worst(z, x, y), _worst(-z, x, y), alternative))
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
    greater, less = (_worst(-tail, x, y, least_size=0.0) for tail in (above, below))
    p = float(by_alternative(greater, less, alternative))
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
    check_choice("alternative", alternative, ALTERNATIVES)
    return check_two_groups(successes, n, reference_successes, reference_n)


def _worst(extreme: Floats, x: int, y: int, *, least_size: float = 1.0) -> float:
    """Return the largest probability of the tables as extreme as the observed one."""
    return largest_probability(as_extreme(extreme, extreme[x, y], least_size=least_size))


def _fisher(n: int, reference_n: int) -> Floats:
    """Return Fisher's p-value of "greater" for every table: successes, reference successes."""
    p = np.empty((n + 1, reference_n + 1))
    ways, reference_ways = log_coefficients(n), log_coefficients(reference_n)
    for total, all_ways in enumerate(log_coefficients(n + reference_n)):
        x = np.arange(max(0, total - reference_n), min(n, total) + 1)
        weight = np.exp(ways[x] + reference_ways[total - x] - all_ways)
        p[x, total - x] = np.minimum(np.cumsum(weight[::-1])[::-1], 1.0)
    return p
