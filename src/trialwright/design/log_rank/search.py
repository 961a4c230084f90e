"""The best two-stage one-sample log-rank designs: optimal, minimax, and all that are admissible.

For given n and t1 the expected size falls as the interim bound c1 rises, and so does the power: the
best c1 is the one that just keeps the power, with c at the type I error. `balance_bounds` finds
both bounds for many (n, t1) at once; what is left is the best t1 of each n.

Sources
-------
Kwak & Jung 2014 (Stat Med 33: 2004): optimal and minimax. Jung et al. 2004 (Stat Med 23: 561):
admissible designs.
Oracle: R OneArm2stage ``phase2.TTE``, ``tests/oracle/design/test_log_rank_oracle.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trialwright.design.admissible import find_admissible
from trialwright.design.checks import MOST_PATIENTS, check_number
from trialwright.design.log_rank.balance import LEAST_EVENTS, Bounds, Questions, balance_bounds
from trialwright.design.log_rank.one_stage import LogRankDesign, find_log_rank
from trialwright.design.log_rank.trial import check_test
from trialwright.design.log_rank.two_stage import (
    LogRankTwoStage,
    TwoStageMethod,
    check_two_stage_method,
    statistic_of,
)
from trialwright.errors import DesignError

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from trialwright.design.log_rank.trial import LogRankTrial

    Floats = NDArray[np.float64]

_BELOW_ONE_STAGE = 3  # sizes below that of one stage which are looked at too
_BLOCK = 6  # sizes looked at together
_PARTS = 24  # of the accrual, between which t1 is looked for at first
_NARROWINGS = 24  # of the interval that holds the best t1: to 1e-6 of the accrual
_GOLDEN = (math.sqrt(5) - 1) / 2


Found = list[tuple[LogRankTwoStage, float]]


class Weighted(NamedTuple):
    """A design, and the weights of the largest size for which it is the best.

    Parameters
    ----------
    design : LogRankTwoStage
        Minimises q n + (1 - q) EN.
    expected_patients : float
        EN under the null hypothesis.
    from_weight, to_weight : float
        The range of q.
    """

    design: LogRankTwoStage
    expected_patients: float
    from_weight: float
    to_weight: float


@dataclass(frozen=True, slots=True)
class LogRankSearch:
    """Every best two-stage design of a question, one a size.

    Parameters
    ----------
    trial : LogRankTrial
        What was planned.
    alpha, power : float
        Type I error at most, power at least.
    method : {"Wu", "Woolson", "OneArm2stage"}
        As for `find_log_rank_two_stage`.
    least_early_stop : float
        Least chance to stop early under the null hypothesis.
    one_stage : LogRankDesign
        The smallest one-stage design of the same test.
    frontier : tuple of LogRankTwoStage
        For each n the design of least expected size, n ascending.
    expected_patients : tuple of float
        Their expected sizes under the null hypothesis.
    """

    trial: LogRankTrial
    alpha: float
    power: float
    method: TwoStageMethod
    least_early_stop: float
    one_stage: LogRankDesign
    frontier: tuple[LogRankTwoStage, ...]
    expected_patients: tuple[float, ...]

    @property
    def optimal(self) -> LogRankTwoStage:
        """The design of least expected size under the null hypothesis."""
        return self.frontier[int(np.argmin(self.expected_patients))]

    @property
    def minimax(self) -> LogRankTwoStage:
        """The design of least largest size, and among those of least expected size."""
        return self.frontier[0]

    @property
    def admissible(self) -> tuple[Weighted, ...]:
        """The designs that are best for some weight, from minimax to optimal (Jung)."""
        points = list(zip(self._sizes, self.expected_patients, strict=True))
        return tuple(
            Weighted(
                self.frontier[one.place],
                points[one.place][1],
                one.least_weight,
                one.most_weight,
            )
            for one in find_admissible(points)
        )

    def best(self, weight: float) -> LogRankTwoStage:
        """Return the design that minimises weight * n + (1 - weight) * EN, weight in [0, 1]."""
        if not 0 <= weight <= 1:
            msg = f"weight must be from 0 to 1, not {weight}"
            raise DesignError(msg)
        losses = [
            weight * n + (1 - weight) * en
            for n, en in zip(self._sizes, self.expected_patients, strict=True)
        ]
        return self.frontier[int(np.argmin(losses))]

    @property
    def _sizes(self) -> list[int]:
        return [design.patients for design in self.frontier]

    def to_frame(self) -> pl.DataFrame:
        """Return one row a size: both stages, bounds, and what the design does."""
        import polars as pl

        return pl.DataFrame([design.row() for design in self.frontier])


def find_log_rank_two_stage(
    trial: LogRankTrial,
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    method: TwoStageMethod = "Wu",
    least_early_stop: float = 0.0,
    most_patients: int = MOST_PATIENTS,
) -> LogRankSearch:
    """Find the two-stage designs that nothing beats in largest and in expected size.

    Parameters
    ----------
    trial : LogRankTrial
        History, hazard ratio worth pursuing, accrual rate and follow-up.
    alpha : float
        One-sided type I error, attained exactly in the normal approximation.
    power : float
        At the hazard ratio of the trial, at least.
    method : {"Wu", "Woolson", "OneArm2stage"}
        "Wu": Z = (E - O) / sqrt((E + O) / 2), the nearest to its nominal level in small trials.
        "Woolson": Z = (E - O) / sqrt(E), the published one; conservative. "OneArm2stage": the
        same Z, with the drift and the correlation that R's package of that name takes; only to
        reproduce its designs, which have more power than they say.
    least_early_stop : float
        Least chance to stop early under the null hypothesis, in [0, 1).
    most_patients : int
        Largest n to look at.

    Returns
    -------
    LogRankSearch
        Optimal, minimax, admissible, and the best design of each size between.

    Raises
    ------
    DesignError
        If a number is not allowed, no design up to ``most_patients`` keeps both errors, or none
        expects fewer patients than one stage needs.

    Notes
    -----
    Source: Kwak & Jung 2014, Wu et al. 2020. n is looked at from just below the one-stage size
    until the expected size has risen for a whole block of sizes. An interim analysis at which fewer
    than 2 events are expected under the null hypothesis is not looked at: there the normal
    approximation says nothing.

    Examples
    --------
    >>> from trialwright.design.log_rank import LogRankTrial
    >>> from trialwright.stats.historical import Exponential
    >>> trial = LogRankTrial(Exponential.from_survival(0.62, at=2), 0.467, 2, rate=5)
    >>> print(find_log_rank_two_stage(trial, method="OneArm2stage").optimal)
    Z1 > -0.279 at 3.11 (16 patients), Z > 1.614 of 26
    """
    check_two_stage_method(method)
    check_test(alpha, power, statistic_of(method))
    check_number("most_patients", most_patients, 2)
    _ = trial.steady_rate  # refuses a trial of given accrual time
    if not 0 <= least_early_stop < 1:
        msg = f"least_early_stop must be from 0 to below 1, not {least_early_stop!r}"
        raise DesignError(msg)
    one_stage = find_log_rank(
        trial, alpha=alpha, power=power, method=statistic_of(method), most_patients=most_patients
    )
    asked = Questions(trial, alpha, power, method, least_early_stop)
    found = _search(asked, one_stage.patients, most_patients)
    if not found:
        raise DesignError(_nothing_found(asked, one_stage, most_patients))
    designs, expected = zip(*found, strict=True)
    if min(expected) >= one_stage.patients:
        raise DesignError(_nothing_saved(one_stage, min(expected)))
    return LogRankSearch(
        trial, alpha, power, method, least_early_stop, one_stage, designs, expected
    )


def _search(asked: Questions, one_stage: int, most_patients: int) -> Found:
    """Return the best design of each size, until larger sizes only cost more."""
    sizes, costs, shares = np.empty(0), np.empty(0), np.empty(0)
    first = max(2, one_stage - _BELOW_ONE_STAGE)
    while first <= most_patients:
        more = _within(asked.trial, np.arange(first, min(first + _BLOCK, most_patients + 1)))
        cost, share = _coarse(asked, more)
        keep = np.isfinite(cost)
        sizes, costs, shares = (
            np.concatenate([old, new[keep]])
            for old, new in ((sizes, more), (costs, cost), (shares, share))
        )
        risen = sizes.size and sizes.size - 1 - int(np.argmin(costs)) >= _BLOCK
        if risen or more.size < _BLOCK or (not sizes.size and first > 2 * one_stage):
            break
        first += _BLOCK
    return _refine(asked, sizes, shares) if sizes.size else []


def _within(trial: LogRankTrial, sizes: NDArray[np.int64]) -> Floats:
    """Leave out sizes whose follow-up lasts beyond the end of the historical curve."""
    if trial.restricted:
        return sizes.astype(float)
    last = trial.history.end - trial.follow_up
    return np.array([float(n) for n in sizes.tolist() if trial.accrual_of(n) <= last])


def _coarse(asked: Questions, sizes: Floats) -> tuple[Floats, Floats]:
    """Return the least expected size over a grid of t1, and that t1 as a share of the accrual."""
    shares = np.arange(1, _PARTS) / _PARTS
    grid = np.repeat(sizes, shares.size), np.tile(shares, sizes.size)
    cost = _cost(asked, *grid)[0].reshape(sizes.size, shares.size)
    return cost.min(axis=1), shares[np.argmin(cost, axis=1)]


def _refine(asked: Questions, sizes: Floats, shares: Floats) -> Found:
    """Return the best design of each size, its t1 found between the points of the grid."""
    share = _narrow(asked, sizes, shares)
    cost, bounds = _cost(asked, sizes, share)
    found: Found = []
    for i, n in enumerate(sizes.tolist()):
        time = float(share[i]) * asked.trial.accrual_of(n)
        c1, c = float(bounds.interim[i]), float(bounds.final[i])
        design = LogRankTwoStage(asked.trial, asked.method, time, c1, int(n), c)
        found.append((design, float(cost[i])))
    return found


def _cost(asked: Questions, sizes: Floats, share: Floats) -> tuple[Floats, Bounds]:
    """Return the expected size under the null hypothesis; infinite without a design."""
    bounds = balance_bounds(asked, sizes, share * sizes / asked.trial.steady_rate)
    return sizes - sizes * (1 - share) * bounds.early_stop, bounds


def _narrow(asked: Questions, sizes: Floats, best: Floats) -> Floats:
    """Return the best t1, as a share of the accrual, between the neighbours of the grid's best."""
    low, high = np.maximum(best - 1 / _PARTS, 0.2 / _PARTS), np.minimum(best + 1 / _PARTS, 0.999)
    inner = [high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)]
    costs = [_cost(asked, sizes, share)[0] for share in inner]
    for _ in range(_NARROWINGS):
        left = costs[0] <= costs[1]
        low, high = np.where(left, low, inner[0]), np.where(left, inner[1], high)
        kept, kept_cost = np.where(left, *inner), np.where(left, *costs)
        new = np.where(left, high - _GOLDEN * (high - low), low + _GOLDEN * (high - low))
        new_cost = _cost(asked, sizes, new)[0]
        inner = [np.where(left, new, kept), np.where(left, kept, new)]
        costs = [np.where(left, new_cost, kept_cost), np.where(left, kept_cost, new_cost)]
    return np.asarray(np.where(costs[0] <= costs[1], *inner))


def _nothing_saved(one_stage: LogRankDesign, expected: float) -> str:
    return (
        f"two stages save nothing: they expect {expected:.1f} patients or more under the null "
        f"hypothesis, one stage needs {one_stage.patients}; patients enter faster than events "
        "come: take one stage"
    )


def _nothing_found(asked: Questions, one_stage: LogRankDesign, most_patients: int) -> str:
    least = asked.least_early_stop
    wanted = f" and stops early with a chance of {least:g}" if least else ""
    return (
        f"no two-stage design with up to {most_patients} patients has a power of {asked.power:g}"
        f"{wanted} and {LEAST_EVENTS:g} expected events at an interim analysis during accrual; one "
        f"stage needs {one_stage.patients}. Raise most_patients, ask for less early stopping, or, "
        "where patients enter faster than events come, take one stage"
    )
