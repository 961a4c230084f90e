"""Log-rank test of two groups or more, stratified if need be, and its weighted family.

Sources
-------
Mantel 1966; Peto & Peto 1972: the test. Harrington & Fleming 1982: the weights S(t-)^rho.
Ties by the hypergeometric variance.
Oracle: R survival::survdiff, ``tests/oracle/stats/test_event_times_oracle.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.checks import check_at_least, check_times
from trialwright.stats.group_comparison import (
    GroupComparison,
    check_groups,
    check_two_groups,
    chi_squared_test,
)
from trialwright.stats.near_ties import join_near_ties

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Places = NDArray[np.intp]


def log_rank_test(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    rho: float = 0.0,
) -> GroupComparison:
    """Test whether the hazards of two groups or more are alike.

    Parameters
    ----------
    time : array_like, shape (n,)
        Follow-up, non-negative and finite, one unit throughout.
    event : array_like of bool, shape (n,)
        True (or 1) for an event, False (or 0) for a censoring.
    group : array_like, shape (n,)
        Label of each patient's group; two different ones or more.
    strata : array_like, shape (n,), optional
        Label of each patient's stratum; patients are compared within their own. None: one.
    rho : float
        Each event counts S(t-)^rho, S being the Kaplan-Meier curve of all groups of the stratum.
        0: log-rank. 1: Peto's modification of Gehan-Wilcoxon, which looks at early differences.

    Returns
    -------
    GroupComparison
        Observed and expected events of each group, and the chi-squared test. Its p-value is
        two-sided. "not estimable" without an event, or if at no event patients of
        two groups were at risk. A group that is at no event at risk takes no part, as in R.

    Raises
    ------
    ValueError
        If the shapes differ, there is no patient, a time is negative, missing or infinite, an
        event is neither true nor false, a label is missing (the message names the index), there
        is one group only, or ``rho`` is negative or missing.

    Notes
    -----
    Source: Mantel 1966; Harrington & Fleming 1982. The oracle is R survival 3.5-3
    ``survdiff(Surv(time, event) ~ group + strata(...), rho)``. SAS ``PROC LIFETEST`` prints the
    same log-rank statistic. Its ``TEST=PETO`` and ``TEST=FLEMING(rho, 0)`` are weighted otherwise
    at ties, or by a curve made otherwise, and may differ from rho = 1. ``survdiff`` knows no late
    entry, and neither does this: use the score test of `CoxModel` with ``ties="exact"``.

    Examples
    --------
    >>> months, event, arm = [3, 5, 7, 2, 4, 6], [1, 1, 0, 1, 1, 1], list("aaabbb")
    >>> found = log_rank_test(months, event, arm)
    >>> print(found)
    p = 0.4862 (two-sided)
    """
    t, e, _ = check_times(time, event)
    t, _ = join_near_ties(t)
    groups, member = check_two_groups(group, t)
    stratum = np.zeros(t.size, np.intp) if strata is None else check_groups("strata", strata, t)[1]
    check_at_least("rho", rho)
    observed, expected = np.zeros(len(groups)), np.zeros(len(groups))
    covariance = np.zeros((len(groups), len(groups)))
    for place in range(int(stratum.max()) + 1):
        inside = stratum == place
        d, n = _tables(t[inside], e[inside], member[inside], len(groups))
        o, x, v = _compare(d, n, rho)
        observed, expected, covariance = observed + o, expected + x, covariance + v
    kept = np.flatnonzero(expected > 0)[1:]  # they sum to 0: one says what the others do
    test = chi_squared_test(
        (observed - expected)[kept], covariance[np.ix_(kept, kept)], _method(rho, strata)
    )
    n_group = tuple(np.bincount(member).tolist())
    return GroupComparison(
        groups, n_group, tuple(observed.tolist()), tuple(expected.tolist()), test
    )


def _method(rho: float, strata: ArrayLike | None) -> str:
    name = "log-rank" if rho == 0 else f"Harrington-Fleming, rho = {rho:g}"
    return name if strata is None else f"stratified {name}"


def _tables(time: Floats, event: Flags, member: Places, groups: int) -> tuple[Floats, Floats]:
    """Return events and patients at risk at each event time, shape (times, groups) each."""
    at = np.unique(time[event])
    d = np.zeros((at.size, groups))
    np.add.at(d, (np.searchsorted(at, time[event]), member[event]), 1.0)
    n = np.empty((at.size, groups))
    for place in range(groups):
        own = np.sort(time[member == place])
        n[:, place] = own.size - np.searchsorted(own, at, side="left")
    return d, n


def _compare(d: Floats, n: Floats, rho: float) -> tuple[Floats, Floats, Floats]:
    """Return weighted observed and expected events by group, and the covariance of the first."""
    events, at_risk = d.sum(axis=1), n.sum(axis=1)
    before = np.cumprod(np.append(1.0, (at_risk - events) / at_risk))[:-1]
    weight = before**rho
    share = n / at_risk[:, None]
    tied = np.where(at_risk > 1, (at_risk - events) / np.maximum(at_risk - 1, 1), 0.0)
    scale = weight**2 * events * tied
    covariance = np.diag(scale @ share) - (share * scale[:, None]).T @ share
    return weight @ d, (weight * events) @ share, covariance
