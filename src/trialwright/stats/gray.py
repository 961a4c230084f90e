"""Gray's test: cumulative incidence of one cause compared between groups.

The log-rank test of one cause, with the others censored, compares cause-specific hazards: how
fast the event comes to those still at risk of it. Gray's compares what the patients meet.

Sources
-------
Gray 1988, sections 2 and 3; the treatment of ties is that of his R package.
Oracle: R cmprsk::cuminc, ``tests/oracle/stats/test_event_times_oracle.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.checks import check_at_least, check_codes, check_times
from trialwright.stats.cumulative_incidence import check_names
from trialwright.stats.group_comparison import (
    GroupComparison,
    check_groups,
    check_two_groups,
    chi_squared_test,
)
from trialwright.stats.near_ties import join_near_ties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]
    Places = NDArray[np.intp]


_ROUNDING = 1e-12


def gray_tests(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    causes: Sequence[str],
    strata: ArrayLike | None = None,
    rho: float = 0.0,
) -> dict[str, GroupComparison]:
    """Test for each cause whether its cumulative incidence is alike in two groups or more.

    Parameters
    ----------
    time : array_like, shape (n,)
        Follow-up, non-negative and finite, one unit throughout.
    event : array_like of int, shape (n,)
        How it ended: 0 censored, 1 the first of ``causes``, 2 the second, and so on.
    group : array_like, shape (n,)
        Label of each patient's group; two different ones or more.
    causes : sequence of str
        Names of the causes: different, 1 or more.
    strata : array_like, shape (n,), optional
        Label of each patient's stratum; patients are compared within their own. None: one.
    rho : float
        Each event counts (1 - F(t-))^rho, F being the incidence of all groups. 0: all alike.

    Returns
    -------
    dict of str to GroupComparison
        By cause. ``expected`` is the events of the cause less the score, so that observed minus
        expected is the score. "not estimable" without an event of the cause, or if the variance
        is 0 or does not exist, where cmprsk prints a statistic of -1, 0 or NaN.

    Raises
    ------
    ValueError
        If the shapes differ, there is no patient, a time is negative, missing or infinite, an
        event is no declared code, a label is missing (the message names the index), there is one
        group only, or ``rho`` is negative or missing.

    Notes
    -----
    Source: Gray 1988. The oracle is cmprsk 2.2-12 ``cuminc(..., rho, strata)``. SAS prints the
    test with ``EVENTCODE=`` and ``STRATA``; its manual gives the variance of Gray's paper.

    Examples
    --------
    >>> tests = gray_tests(
    ...     [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 0, 1, 2, 2, 1], list("aabababb"),
    ...     causes=["progression", "death"],
    ... )
    >>> print(tests["progression"])
    p = 0.3033 (two-sided)
    """
    names = check_names(causes)
    codes = check_codes(event, tuple(range(len(names) + 1)))
    t, _, _ = check_times(time, codes > 0)
    t, _ = join_near_ties(t)
    groups, member = check_two_groups(group, t)
    stratum = np.zeros(t.size, np.intp) if strata is None else check_groups("strata", strata, t)[1]
    check_at_least("rho", rho)
    method = f"Gray, rho = {rho:g}" if strata is None else f"stratified Gray, rho = {rho:g}"
    tests = {}
    for code, name in enumerate(names, start=1):
        kind = np.where(codes == code, 1, np.where(codes > 0, 2, 0))
        tests[name] = _compare(t, kind, member, stratum, (groups, rho, method))
    return tests


def _compare(
    time: Floats,
    kind: Counts,
    member: Places,
    stratum: Places,
    how: tuple[tuple[str, ...], float, str],
) -> GroupComparison:
    """Return the test of one cause; ``kind`` is 1 for it and 2 for any other."""
    groups, rho, method = how
    score, observed = np.zeros(len(groups)), np.zeros(len(groups))
    covariance = np.zeros((len(groups), len(groups)))
    for place in range(int(stratum.max()) + 1):
        inside = stratum == place
        one = _Stratum(np.bincount(member[inside], minlength=len(groups)), rho)
        for counts in _tables(time[inside], kind[inside], member[inside], len(groups)):
            one.take(*counts)
        score, observed = score + one.score, observed + one.observed
        covariance = covariance + one.covariance()
    test = chi_squared_test(score[:-1], covariance[:-1, :-1], method)
    return GroupComparison(
        groups,
        tuple(np.bincount(member).tolist()),
        tuple(observed.tolist()),
        tuple((observed - score).tolist()),
        test,
    )


def _tables(
    time: Floats, kind: Counts, member: Places, groups: int
) -> list[tuple[Counts, Counts, Counts]]:
    """Return at each time the censored, the events and the competing events, by group."""
    at, place = np.unique(time, return_inverse=True)
    counts = np.zeros((at.size, 3, groups), np.int64)
    np.add.at(counts, (place, kind, member), 1)
    return [(row[0], row[1], row[2]) for row in counts]


class _Stratum:
    """Running sums of one stratum, in the notation of Gray's section 2 where there is one."""

    def __init__(self, at_risk: Counts, rho: float) -> None:
        groups = at_risk.size
        self.rho = rho
        self.at_risk = at_risk.astype(float)
        self.free = np.ones(groups)  # Kaplan-Meier of any event, just before the time
        self.incidence = np.zeros(groups)  # of the cause, just before the time
        self.pooled = 0.0  # its common estimate if the groups are alike
        self.score, self.observed = np.zeros(groups), np.zeros(groups)
        # The influence of each group's noise on the scores is linear in a running sum: what
        # comes out is a quadratic in its last value, of which these are the parts.
        self.pull = np.zeros((groups, groups))
        self.constant = np.zeros((groups, groups))
        self.linear = np.zeros((groups, groups))
        self.square = np.zeros(groups)

    def take(self, censored: Counts, events: Counts, others: Counts) -> None:
        """Move over one time."""
        total = events.sum()
        if total or others.any():
            in_use = self.at_risk > 0
            n = np.where(in_use, self.at_risk, 1.0)
            free = np.where(in_use, self.free * (n - events - others) / n, self.free)
            h = np.where(in_use, n / np.where(in_use, self.free, 1.0), 0.0)
            pooled = self.pooled + total / h.sum()
            if total:
                change = self._add_scores(h, events)
                after = np.where(free > 0, (1 - pooled) / np.where(free > 0, free, 1.0), 0.0)
                tied = 1 - (total - 1) / np.maximum(h.sum() * self.free - 1, 1e-300)
                tied = tied if total > 1 else np.ones_like(tied)
                noise = np.where(in_use, tied * self.free * total / (h.sum() * n), 0.0)
                self._add_noise(change, 1 - after, noise)
            if others.any():
                hit = (free > 0) & (others > 0)
                after = np.where(hit, (1 - pooled) / np.where(free > 0, free, 1.0), 0.0)
                tied = np.where(others > 1, 1 - (others - 1) / np.maximum(n - 1, 1.0), 1.0)
                noise = np.where(hit, tied * self.free**2 * others / n**2, 0.0)
                self._add_noise(np.zeros_like(self.pull), -after, noise)
            self.incidence = self.incidence + np.where(in_use, self.free * events / n, 0.0)
            self.free, self.pooled = free, pooled
        self.at_risk = self.at_risk - censored - events - others

    def _add_scores(self, h: Floats, events: Counts) -> Floats:
        """Add to the scores and return what they gain by noise in each group's hazard."""
        total, left = events.sum(), np.float64(1 - self.pooled)
        if abs(left) < _ROUNDING:
            left = np.float64(0.0)
        with np.errstate(all="ignore"):  # a weight that does not exist ends as "not estimable"
            weight = 1.0 if self.rho == 0 else float(np.power(left, self.rho))
            change: Floats = weight * (np.diag(h) - np.outer(h, h) / h.sum())
            if np.count_nonzero(h) == 1:  # one group alone is not compared
                change = np.zeros_like(change)
            gain = np.where(change == 0, 0.0, change * total / (h.sum() * left))
            self.pull = self.pull + gain
        remaining = h * (1 - self.incidence)
        self.observed = self.observed + weight * events
        self.score = self.score + weight * (events - total * remaining / remaining.sum())
        return change

    def _add_noise(self, change: Floats, lever: Floats, noise: Floats) -> None:
        """Add noise of each group; it moves the scores by ``change + lever (end - pull)``."""
        with np.errstate(all="ignore"):
            now = change - lever * self.pull
            self.constant = self.constant + (now * noise) @ now.T
            self.linear = self.linear + now * lever * noise
            self.square = self.square + lever**2 * noise

    def covariance(self) -> Floats:
        """Return the covariance of the scores."""
        with np.errstate(all="ignore"):
            cross = self.pull @ self.linear.T
            end = (self.pull * self.square) @ self.pull.T
            found = self.constant + cross + cross.T + end
        return np.asarray(found, float)
