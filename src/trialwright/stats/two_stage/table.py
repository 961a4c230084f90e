"""The inference of many outcomes of one sample space at once, from one source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.checks import check_level
from trialwright.stats.two_stage.estimates import (
    bias_adjusted,
    maximum_likelihood,
    median_unbiased,
    unbiased,
)
from trialwright.stats.two_stage.interval import (
    koyama_chen_upper_limits,
    lower_limits,
    upper_limits,
)
from trialwright.stats.two_stage.result import TwoStageTable
from trialwright.stats.two_stage.sample_space import SampleSpace

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from trialwright.stats.two_stage.plan import TwoStagePlan

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]


def infer_all(plan: TwoStagePlan, *, level: float = 0.90) -> TwoStageTable:
    """Return the inference of every outcome of a planned design: what a simulator looks up.

    Parameters
    ----------
    plan : TwoStagePlan
        Simon's numbers and p0.
    level : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    TwoStageTable
        Row x is the trial with x responses, 0 to n, equal to ``infer_after_two_stages(x, plan)``.

    Raises
    ------
    ValueError
        If ``level`` lies outside (0, 1).

    Notes
    -----
    Source: see `infer_after_two_stages`, which computes one row with the same code.

    Examples
    --------
    >>> from trialwright.stats.two_stage import TwoStagePlan, infer_all
    >>> table = infer_all(TwoStagePlan(10, 1, 29, 5, 0.10))
    >>> print(table.outcome(6))
    6/29; UMVUE 26.1 % (stage-wise 90 % CI 10.2 to 41.3), p = 0.0471
    """
    space = space_of(plan)
    return infer_outcomes(space, plan.p0, plan.total_bound, space.responses, level=level)


def space_of(plan: TwoStagePlan) -> SampleSpace:
    """Return the outcomes of the plan."""
    return SampleSpace(plan.first_stage, plan.first_stage_bound, plan.total)


def infer_outcomes(
    space: SampleSpace, p0: float, total_bound: int, outcomes: Counts, *, level: float
) -> TwoStageTable:
    """Return the stage-wise inference of some outcomes, shape (m,), by the bound r."""
    tail = (1 - check_level(level)) / 2
    at_least = np.append(space.at_least(p0), 0.0)
    alpha = float(at_least[total_bound + 1])
    declared = outcomes > total_bound
    evaluated = space.evaluated[outcomes]
    decision_low, p_value = keep_to_decision(
        lower_limits(space, outcomes, _inside(alpha)), at_least[outcomes], declared, p0, alpha
    )
    one_low, one_high, one_p = one_stage(outcomes, evaluated, p0, tail)
    return TwoStageTable(
        p0=p0,
        total_bound=total_bound,
        level=level,
        attained_alpha=alpha,
        method="stage-wise",
        responses=outcomes,
        evaluated=evaluated,
        stage=np.where(outcomes <= space.first_stage_bound, 1, 2),
        declared=declared,
        estimate=unbiased(space)[outcomes],
        low=lower_limits(space, outcomes, tail),
        high=upper_limits(space, outcomes, tail),
        p_value=p_value,
        decision_low=decision_low,
        median_unbiased=median_unbiased(space, outcomes),
        maximum_likelihood=maximum_likelihood(space)[outcomes],
        bias_adjusted=bias_adjusted(space, outcomes),
        koyama_chen_high=koyama_chen_upper_limits(space, outcomes, tail),
        one_stage_low=one_low,
        one_stage_high=one_high,
        one_stage_p_value=one_p,
    )


def keep_to_decision(
    limits: ArrayLike, p_values: ArrayLike, declared: ArrayLike, p0: float, alpha: float
) -> tuple[Floats, Floats]:
    """Return limits at or above p0, and p-values up to alpha, exactly if activity is declared.

    At the least outcome that declares activity they are p0 and alpha themselves, and the last bit
    of a root or of a sum must not turn a decision round.
    """
    above, below = np.maximum(limits, p0), np.minimum(limits, np.nextafter(p0, 0))
    small, large = np.minimum(p_values, alpha), np.maximum(p_values, np.nextafter(alpha, 1))
    return np.where(declared, above, below), np.where(declared, small, large)


def _inside(tail: float) -> float:
    return min(max(tail, np.finfo(float).tiny), 1 - np.finfo(float).epsneg)


def one_stage(
    responses: Counts, evaluated: Counts, p0: float, tail: float
) -> tuple[Floats, Floats, Floats]:
    """Return Clopper-Pearson limits and the exact binomial p-value, each of shape (m,).

    As a trial of one stage, with the roots used for two. ``proportion_limits`` has the limits in
    closed form, but from SciPy, whose import takes longer than all the rest of a planned call.
    """
    found = np.empty((3, responses.size))
    for n in np.unique(evaluated):
        rows = evaluated == n
        space = SampleSpace(1, -1, int(n))  # a bound of -1 never stops
        found[0, rows] = lower_limits(space, responses[rows], tail)
        found[1, rows] = upper_limits(space, responses[rows], tail)
        found[2, rows] = space.at_least(p0)[responses[rows]]
    return found[0], found[1], found[2]
