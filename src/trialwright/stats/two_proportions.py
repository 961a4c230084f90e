"""The difference of two independent proportions, such as two groups' response rates.

The difference is the first group's rate minus the reference group's. Tests of no difference stand
in ``two_proportion_tests``. A Wald interval is not offered: with 0 responders in both groups, or
everybody in both, it is a point.

Oracle: R exact2x2, ratesci and PropCIs, ``tests/oracle/stats/two_proportions.R``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.stats.checks import check_choice, check_level, normal_quantile
from trialwright.stats.proportion import wilson
from trialwright.stats.result import Reported, show_level
from trialwright.stats.two_by_two import as_extreme, check_two_groups
from trialwright.stats.two_proportion_score import score_statistic
from trialwright.stats.unconditional_tail import largest_probability

if TYPE_CHECKING:
    from typing import SupportsIndex

    from numpy.typing import NDArray

    from trialwright.stats.two_by_two import Counts4

    Flags = NDArray[np.bool_]

Order = Literal["score", "difference"]
_ORDERS: tuple[Order, ...] = get_args(Order)
_NAMES = {"score": "Chan-Zhang (exact, score)", "difference": "Santner-Snell (exact, difference)"}
_HALVINGS = 48  # of an interval no longer than 2, to 1e-14
_NARROW = 1e-10  # a range of differences that need not be divided


@dataclass(frozen=True, slots=True)
class ProportionDifference(Reported):
    """A difference of two proportions with its two-sided interval.

    Parameters
    ----------
    successes, n : int
        Patients with the outcome, and patients, of the first group.
    reference_successes, reference_n : int
        The same of the group it is compared with.
    value : float
        First proportion minus reference proportion, in [-1, 1].
    low, high : float
        Limits, in [-1, 1].
    level : float
        Two-sided confidence level, in (0, 1).
    method : str
        How the limits were made; a report prints it.
    """

    successes: int
    n: int
    reference_successes: int
    reference_n: int
    value: float
    low: float
    high: float
    level: float
    method: str

    def __str__(self) -> str:
        """Write a report cell: ``56/70 v 48/80: 20.0 points (95 % CI 5.2 to 33.4)``."""
        groups = f"{self.successes}/{self.n} v {self.reference_successes}/{self.reference_n}"
        value, low, high = (f"{100 * x:z.1f}" for x in (self.value, self.low, self.high))
        return f"{groups}: {value} points ({show_level(self.level)} {low} to {high})"


def newcombe_difference(
    successes: SupportsIndex,
    n: SupportsIndex,
    reference_successes: SupportsIndex,
    reference_n: SupportsIndex,
    *,
    level: float = 0.95,
) -> ProportionDifference:
    """Return the difference with Newcombe's hybrid score interval.

    Joins the Wilson limits of both groups, without a continuity correction. The coverage is close
    to ``level`` on average, and below it at some rates.

    Parameters
    ----------
    successes, n : int
        Patients with the outcome, 0 to ``n``, and patients of the first group, 1 or more.
    reference_successes, reference_n : int
        The same of the reference group.
    level : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    ProportionDifference
        With ``method`` "Newcombe (hybrid score)".

    Raises
    ------
    ValueError
        If a count or ``level`` is not allowed.

    Notes
    -----
    Source: Newcombe 1998 (Stat Med 17: 873), method 10. R ratesci ``moverci(type = "wilson")``;
    SAS ``PROC FREQ``, RISKDIFF(CL=NEWCOMBE). R ``prop.test`` prints Wald limits instead, continuity
    corrected unless told ``correct = FALSE``.

    Examples
    --------
    >>> print(newcombe_difference(56, 70, 48, 80))
    56/70 v 48/80: 20.0 points (95 % CI 5.2 to 33.4)
    """
    counts = check_two_groups(successes, n, reference_successes, reference_n)
    first, other = wilson(*counts[:2], level=level), wilson(*counts[2:], level=level)
    value = first.value - other.value
    low = value - hypot(first.value - first.low, other.high - other.value)
    high = value + hypot(first.high - first.value, other.value - other.low)
    return _difference(counts, low, high, level, "Newcombe (hybrid score)")


def miettinen_nurminen(
    successes: SupportsIndex,
    n: SupportsIndex,
    reference_successes: SupportsIndex,
    reference_n: SupportsIndex,
    *,
    level: float = 0.95,
    corrected: bool = True,
) -> ProportionDifference:
    """Return the difference with its score (Miettinen-Nurminen) interval.

    Every difference that a two-sided score test does not reject; the test takes its variance
    from the rates that are likeliest under that difference.

    Parameters
    ----------
    successes, n : int
        Patients with the outcome, 0 to ``n``, and patients of the first group, 1 or more.
    reference_successes, reference_n : int
        The same of the reference group.
    level : float
        Two-sided confidence level, in (0, 1).
    corrected : bool
        Multiply the variance by N / (N - 1), N being all patients. False gives Mee's interval.

    Returns
    -------
    ProportionDifference
        With ``method`` "Miettinen-Nurminen" or "Mee".

    Raises
    ------
    ValueError
        If a count or ``level`` is not allowed.

    Notes
    -----
    Source: Miettinen & Nurminen 1985; Mee 1984. R ratesci ``scoreci(skew = FALSE)`` and PropCIs
    ``diffscoreci``; SAS ``PROC FREQ``, RISKDIFF(CL=MN), and CL=MN(CORRECT=NO) for Mee's.

    Examples
    --------
    >>> print(miettinen_nurminen(56, 70, 48, 80))
    56/70 v 48/80: 20.0 points (95 % CI 5.3 to 33.8)
    """
    counts = check_two_groups(successes, n, reference_successes, reference_n)
    patients = counts[1] + counts[3]
    z = normal_quantile(level) * (np.sqrt(patients / (patients - 1)) if corrected else 1.0)
    low, high = _score_limit(counts, z), -_score_limit(_swap(counts), z)
    return _difference(counts, low, high, level, "Miettinen-Nurminen" if corrected else "Mee")


def exact_difference(
    successes: SupportsIndex,
    n: SupportsIndex,
    reference_successes: SupportsIndex,
    reference_n: SupportsIndex,
    *,
    level: float = 0.95,
    order: Order = "score",
) -> ProportionDifference:
    """Return the difference with its exact unconditional interval.

    A limit is the outermost difference at which the observed table, or one as extreme, can have a
    probability above ``(1 - level) / 2`` at some rate of the reference group. The coverage is
    never below ``level``.

    Parameters
    ----------
    successes, n : int
        Patients with the outcome, 0 to ``n``, and patients of the first group, 1 or more.
    reference_successes, reference_n : int
        The same of the reference group.
    level : float
        Two-sided confidence level, in (0, 1); each side has half of the rest.
    order : {"score", "difference"}
        What makes a table more extreme. "score": the score statistic, Chan & Zhang 1999.
        "difference": the observed difference, Santner & Snell 1980, usually wider.

    Returns
    -------
    ProportionDifference
        With the order in its ``method``.

    Raises
    ------
    ValueError
        If a count, ``level`` or ``order`` is not allowed.

    Notes
    -----
    Source: Chan & Zhang 1999; Santner & Snell 1980. SAS ``PROC FREQ``, EXACT RISKDIFF, gives
    Santner-Snell as it comes and Chan-Zhang with RISKDIFF(METHOD=SCORE). R exact2x2
    ``uncondExact2x2``: ``method = "score"``, and ``"simple"`` for Santner-Snell; it subtracts the
    first group from the second, and looks at 100 rates, so its limits can be too narrow.

    The worst rate is found with a proof that no worse one exists, see ``unconditional_tail``. The
    p-value is not monotone in the difference, so a search could stop at an inner crossing: here a
    range of differences is passed over only if a bound says that none in it can be accepted.

    Examples
    --------
    >>> print(exact_difference(7, 15, 2, 15))
    7/15 v 2/15: 33.3 points (95 % CI -0.7 to 62.9)
    """
    counts = check_two_groups(successes, n, reference_successes, reference_n)
    check_choice("order", order, _ORDERS)
    tail = (1 - check_level(level)) / 2
    low, high = _exact_limit(counts, tail, order), -_exact_limit(_swap(counts), tail, order)
    return _difference(counts, low, high, level, _NAMES[order])


def _swap(counts: Counts4) -> Counts4:
    return *counts[2:], *counts[:2]


def _difference(
    counts: Counts4, low: float, high: float, level: float, method: str
) -> ProportionDifference:
    value = counts[0] / counts[1] - counts[2] / counts[3]
    low, high = max(-1.0, min(low, value)), min(1.0, max(high, value))
    return ProportionDifference(*counts, value, low, high, level, method)


def _score_limit(counts: Counts4, z: float) -> float:
    """Return the lower limit: where the observed difference is ``z`` standard errors above."""
    low, high = -1.0, counts[0] / counts[1] - counts[2] / counts[3]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if score_statistic(*counts, middle) > z:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _exact_limit(counts: Counts4, tail: float, order: Order) -> float:
    """Return the lowest difference that the observed table does not reject."""
    value = counts[0] / counts[1] - counts[2] / counts[3]
    found = _lowest_accepted(counts, tail, order, (-1.0, value))
    return value if found is None else found


def _lowest_accepted(
    counts: Counts4, tail: float, order: Order, between: tuple[float, float]
) -> float | None:
    """Return the lowest accepted difference in a range, none if it has none."""
    low, high = between
    tables = _as_extreme_within(counts, order, low, high)
    if high < 1 and largest_probability(tables, high, against=tail) <= tail:
        return None
    if high - low < _NARROW:
        return low
    middle = (low + high) / 2
    found = _lowest_accepted(counts, tail, order, (low, middle))
    return _lowest_accepted(counts, tail, order, (middle, high)) if found is None else found


def _as_extreme_within(counts: Counts4, order: Order, low: float, high: float) -> Flags:
    """Return the tables as far above some difference in the range as the observed one, or more.

    As a statistic falls while the difference rises, such a table has at ``low`` at least what the
    observed one has at ``high``.
    """
    x, n, y, m = counts
    rows, columns = np.arange(n + 1)[:, None], np.arange(m + 1)[None, :]
    if order == "difference":
        above = rows / n - columns / m
        observed = above[x, y]
    else:
        above = score_statistic(rows, n, columns, m, low)
        observed = score_statistic(x, n, y, m, high)
    return as_extreme(above, float(observed))
