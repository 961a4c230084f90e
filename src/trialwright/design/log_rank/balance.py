"""Both bounds of a two-stage log-rank design, from its two error rates; many designs at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trialwright.design.log_rank.bivariate_normal import both_above, slope_of_both_above
from trialwright.design.log_rank.two_stage import joint_statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.design.log_rank.trial import LogRankTrial
    from trialwright.design.log_rank.two_stage import Joint, TwoStageMethod

    Floats = NDArray[np.float64]

# Where a first look is taken for the largest interim bound that keeps the power: at the lowest
# of them the trial stops once in 30,000.
_LADDER = (-4.0, -2.0, -1.2, -0.6, 0.0, 0.6, 1.2, 2.0, 3.0)
# Events expected under the null hypothesis at an interim analysis: with fewer Z1 is in no way
# normal, and a search would choose analyses at which nothing has happened.
LEAST_EVENTS = 2.0
_MOST_STEPS = 60
_CLOSE, _ROUGH = 1e-11, 1e-5
_FLAT = -1e-200  # stands for a slope that is none


class Questions(NamedTuple):
    """What is asked of every design.

    Parameters
    ----------
    trial : LogRankTrial
        Its accrual rate is given.
    alpha, power : float
        Type I error, attained; power at least.
    method : str
        One of `TWO_STAGE_METHODS`.
    least_early_stop : float
        Least chance to stop early under the null hypothesis.
    """

    trial: LogRankTrial
    alpha: float
    power: float
    method: TwoStageMethod
    least_early_stop: float


class Bounds(NamedTuple):
    """The bounds of m designs; arrays of shape (m,).

    Parameters
    ----------
    interim, final : ndarray of float
        c1 and c; ``nan`` where no interim bound keeps the power, or fewer than `LEAST_EVENTS` are
        expected by t1.
    early_stop : ndarray of float
        Chance to stop early under the null hypothesis; minus infinity there, so that it costs.
    """

    interim: Floats
    final: Floats
    early_stop: Floats


def balance_bounds(asked: Questions, patients: Floats, interim_time: Floats) -> Bounds:
    """Return the largest interim bound that keeps the power, and its final bound.

    Parameters
    ----------
    asked : Questions
        Trial, errors and method.
    patients, interim_time : ndarray of float, shape (m,)
        n and t1 of each design.

    Notes
    -----
    Newton steps inside a bracket. With c on the curve of constant type I error the power falls as
    c1 rises; a ladder of c1 finds the bracket, and the highest rung that keeps the power counts.
    """
    from scipy.special import ndtr

    null, other = (
        joint_statistics(asked.trial, h, patients, interim_time, asked.method)
        for h in (1.0, asked.trial.hazard_ratio)
    )
    low, high, final = _bracket(asked, null, other)
    places = np.flatnonzero(np.isfinite(low))
    c1, c = np.full(low.shape, np.nan), np.full(low.shape, np.nan)
    if places.size:
        bracket = low[places], high[places], final[places]
        c1[places], c[places] = _solve(asked, null.at(places), other.at(places), bracket)
    stop = np.where(np.isnan(c1), -np.inf, ndtr(c1))
    wanted = (stop >= asked.least_early_stop) & (null.early_events >= LEAST_EVENTS)
    return Bounds(
        np.where(wanted, c1, np.nan), np.where(wanted, c, np.nan), np.where(wanted, stop, -np.inf)
    )


def _bracket(asked: Questions, null: Joint, other: Joint) -> tuple[Floats, Floats, Floats]:
    """Return the highest rung that keeps the power, the next one, and c at the first."""
    rungs = np.array(_LADDER)[:, None]
    start = np.full((rungs.size, null.correlation.size), 1.5)
    c = _final_bound(asked.alpha, null.correlation, rungs, start, _ROUGH)
    kept = np.isfinite(c) & (_power(other, rungs, c) >= asked.power)
    highest = rungs.size - 1 - np.argmax(kept[::-1], axis=0)
    above = np.minimum(highest + 1, rungs.size - 1)
    found = kept.any(axis=0)
    low = np.where(found, rungs[highest, 0], np.nan)
    return low, rungs[above, 0], np.asarray(c[highest, np.arange(c.shape[1])])


def _solve(
    asked: Questions, null: Joint, other: Joint, bracket: tuple[Floats, Floats, Floats]
) -> tuple[Floats, Floats]:
    low, high, c = bracket
    c1 = low.copy()
    for _ in range(_MOST_STEPS):
        c = _final_bound(asked.alpha, null.correlation, c1, c)
        excess = _power(other, c1, c) - asked.power
        low, high = np.where(excess >= 0, c1, low), np.where(excess < 0, c1, high)
        slope = _power_slope(null, other, c1, c)
        step = c1 - excess / np.where(np.abs(slope) < -_FLAT, _FLAT, slope)
        inside = (step > low) & (step < high)
        new = np.where(inside, step, (low + high) / 2)
        settled = np.abs(new - c1) <= _CLOSE
        if settled.all():
            break
        c = c + (new - c1) * _follows(null, c1, c)
        c1 = new
    return c1, _final_bound(asked.alpha, null.correlation, c1, c)


def _final_bound(
    alpha: float, correlation: Floats, c1: Floats, start: Floats, close: float = _CLOSE
) -> Floats:
    """Return c with P(Z1 > c1, Z > c) = alpha under the null hypothesis; ``nan``: none."""
    from scipy.special import ndtr, ndtri

    top = -float(ndtri(alpha))  # c of one stage: stopping for futility only lowers it
    reachable = ndtr(-c1) > alpha
    c = np.where(np.isfinite(start), np.minimum(start, top), top)
    for _ in range(_MOST_STEPS):
        error = np.where(reachable, both_above(c1, c, correlation) - alpha, 0.0)
        step = error / np.minimum(slope_of_both_above(c, c1, correlation), _FLAT)
        new = np.clip(c - np.clip(step, -1.0, 1.0), -9.0, top)
        done = np.max(np.abs(new - c), initial=0.0) <= close
        c = new
        if done:
            break
    return np.asarray(np.where(reachable, c, np.nan))


def _power(joint: Joint, c1: Floats, c: Floats) -> Floats:
    first, second = (c1 - joint.mean_1) / joint.spread_1, (c - joint.mean_2) / joint.spread_2
    return both_above(first, second, joint.correlation)


def _power_slope(null: Joint, other: Joint, c1: Floats, c: Floats) -> Floats:
    """Return how the power changes with c1 while c follows at constant type I error."""
    first, second = (c1 - other.mean_1) / other.spread_1, (c - other.mean_2) / other.spread_2
    by_c1 = slope_of_both_above(first, second, other.correlation) / other.spread_1
    by_c = slope_of_both_above(second, first, other.correlation) / other.spread_2
    return np.asarray(by_c1 + by_c * _follows(null, c1, c))


def _follows(null: Joint, c1: Floats, c: Floats) -> Floats:
    """Return how c changes with c1 at constant type I error."""
    by_c1 = slope_of_both_above(c1, c, null.correlation)
    by_c = slope_of_both_above(c, c1, null.correlation)
    return np.asarray(-by_c1 / np.minimum(by_c, _FLAT))
