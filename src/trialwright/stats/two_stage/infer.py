"""Inference after a two-stage trial: the one call that a report makes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, SupportsIndex, get_args

import numpy as np

from trialwright.stats.checks import check_choice, check_count, check_level, check_whole
from trialwright.stats.two_stage.attained import ConditionalTest, attained_bound
from trialwright.stats.two_stage.result import DECLARED, TwoStageInference, TwoStageVerdict
from trialwright.stats.two_stage.sample_space import SampleSpace
from trialwright.stats.two_stage.table import (
    infer_outcomes,
    keep_to_decision,
    one_stage,
    space_of,
)

if TYPE_CHECKING:
    from trialwright.stats.two_stage.plan import Attained, TwoStagePlan

SizeChange = Literal["stage-wise", "conditional"]


def infer_after_two_stages(
    responses: SupportsIndex,
    plan: TwoStagePlan,
    *,
    attained: Attained | None = None,
    level: float = 0.90,
    size_change: SizeChange = "stage-wise",
) -> TwoStageInference:
    """Return estimate, interval and test of the response rate after a two-stage trial.

    Parameters
    ----------
    responses : int
        X, responses of all patients; of stage 1 if the trial stopped there.
    plan : TwoStagePlan
        Simon's numbers and p0.
    attained : Attained or None
        The sizes that were attained; None if they are the planned ones. Then a trial with at
        most r1 responses stopped after stage 1, and any other had all n patients.
    level : float
        Two-sided confidence level, in (0, 1). The default goes with a one-sided size of 5 %.
    size_change : {"stage-wise", "conditional"}
        How a second stage of another size is tested: on the attained sizes, which is exact if
        they did not depend on the responses; or by the planned conditional type I error, which
        holds whatever made the size change. A changed first stage is always "stage-wise". The
        result says which in ``method``.

    Returns
    -------
    TwoStageInference
        Estimate, limits, p-value and decision. If the bound of stage 1 was not followed, the
        state is "not estimable" with the reason, and the one-stage quantities stand alone.

    Raises
    ------
    ValueError
        If a count is not a whole number or does not fit the plan or the attained sizes, a level
        lies outside (0, 1), or a word is not one of those allowed.

    Notes
    -----
    Source: Jung & Kim 2004 for the UMVUE; Koyama & Chen 2008 for p-value, lower limit, median
    and the conditional method. R clinfun's ``twostage.inference`` prints the same UMVUE and
    p-value, the same lower limit on a grid of 1e-4, another upper limit (``koyama_chen_high``
    here), and NA limits at 0 responses. SAS has no procedure for it; ``PROC SEQTEST`` orders
    outcomes by normal statistics. Checked against R in
    ``tests/oracle/stats/test_two_stage_inference_oracle.py``.

    Examples
    --------
    >>> from trialwright.stats.two_stage import Attained, TwoStagePlan, infer_after_two_stages
    >>> plan = TwoStagePlan(10, 1, 29, 5, p0=0.10)
    >>> print(infer_after_two_stages(6, plan))
    6/29; UMVUE 26.1 % (stage-wise 90 % CI 10.2 to 41.3), p = 0.0471
    >>> print(infer_after_two_stages(6, plan, attained=Attained(10, 2, total=27)))
    6/27; UMVUE 26.9 % (stage-wise 90 % CI 10.8 to 42.4), p = 0.0369
    """
    check_choice("size_change", size_change, get_args(SizeChange))
    level = check_level(level)
    x = check_whole("responses", responses)
    if attained is None:
        check_count(x, plan.total, ("responses", "total (n)"))
        return _row(space_of(plan), plan, x, plan.total_bound, level)
    attained.check_responses(x)
    bound = _applied_bound(plan, attained)
    stopped = attained.total == attained.first_stage
    if stopped != (attained.first_stage_responses <= bound):
        return _rule_not_followed(x, plan, attained, bound, level)
    same_stage_1 = (attained.first_stage, bound) == (plan.first_stage, plan.first_stage_bound)
    if same_stage_1 and (stopped or attained.total == plan.total):
        return _row(space_of(plan), plan, x, plan.total_bound, level)
    if same_stage_1 and size_change == "conditional":
        return _conditional(x, plan, attained, level)
    return _on_attained_sizes(x, plan, attained, bound, level)


def _row(
    space: SampleSpace, plan: TwoStagePlan, x: int, total_bound: int, level: float
) -> TwoStageInference:
    return infer_outcomes(space, plan.p0, total_bound, np.array([x]), level=level).outcome(0)


def _applied_bound(plan: TwoStagePlan, attained: Attained) -> int:
    bound = attained.first_stage_bound
    if bound is None:
        bound = plan.first_stage_bound
    if bound >= attained.first_stage:
        msg = (
            f"the planned bound {bound} leaves no way to pass a first stage of "
            f"{attained.first_stage}; state first_stage_bound, the one that was applied"
        )
        raise ValueError(msg)
    return bound


def _on_attained_sizes(
    x: int, plan: TwoStagePlan, attained: Attained, bound: int, level: float
) -> TwoStageInference:
    total = attained.total
    if total == attained.first_stage:  # stage 2 never was: the planned size stands for it
        total = max(plan.total, total + 1)
    space = SampleSpace(attained.first_stage, bound, total)
    size = float(space_of(plan).at_least(plan.p0)[plan.total_bound + 1])
    found = _row(space, plan, x, attained_bound(space, plan.p0, size), level)
    reason = f"{_sizes(plan, attained, bound)}; sizes taken as not chosen by the responses"
    return replace(found, method="stage-wise on the attained sizes", reason=reason)


def _conditional(x: int, plan: TwoStagePlan, attained: Attained, level: float) -> TwoStageInference:
    x1 = attained.first_stage_responses
    test = ConditionalTest(plan, x1, attained.total - attained.first_stage)
    space = SampleSpace(plan.first_stage, plan.first_stage_bound, attained.total)
    found = _row(space, plan, x, test.total_bound, level)
    alpha = float(space_of(plan).at_least(plan.p0)[plan.total_bound + 1])
    seen, tail, declared = x - x1, (1 - level) / 2, x > test.total_bound
    limit, p_value = keep_to_decision(
        test.rate_where(seen, alpha), test.at_least(seen, plan.p0), declared, plan.p0, alpha
    )
    median = test.rate_where(seen, 0.5)
    return replace(
        found,
        estimate=median,
        estimator="median-unbiased",
        p_value=float(p_value),
        attained_alpha=alpha,
        decision_low=float(limit),
        low=test.rate_where(seen, tail),
        high=test.rate_where(seen + 1, 1 - tail),
        koyama_chen_high=test.rate_where(seen, 1 - tail),
        median_unbiased=median,
        method="conditional",
        reason=f"{_sizes(plan, attained, plan.first_stage_bound)}; conditional on stage 1",
    )


def _rule_not_followed(
    x: int, plan: TwoStagePlan, attained: Attained, bound: int, level: float
) -> TwoStageInference:
    n1, n, nan = attained.first_stage, attained.total, float("nan")
    seen = f"{attained.first_stage_responses} of {n1}"
    verdict: TwoStageVerdict = "stop for futility"
    reason = f"went on to stage 2 although {seen} is not more than {bound}"
    if n == n1:
        verdict = DECLARED if x > plan.total_bound else "no decision"
        reason = f"stopped after stage 1 although {seen} is more than {bound}"
    low, high, p = one_stage(np.array([x]), np.array([n]), plan.p0, (1 - level) / 2)
    return TwoStageInference(
        responses=x,
        evaluated=n,
        stage=1 if n == n1 else 2,
        verdict=verdict,
        p0=plan.p0,
        total_bound=plan.total_bound,
        estimate=nan,
        low=nan,
        high=nan,
        level=level,
        p_value=nan,
        attained_alpha=nan,
        decision_low=nan,
        median_unbiased=nan,
        maximum_likelihood=x / n,
        bias_adjusted=nan,
        koyama_chen_high=nan,
        one_stage_low=float(low[0]),
        one_stage_high=float(high[0]),
        one_stage_p_value=float(p[0]),
        state="not estimable",
        reason=reason,
    )


def _sizes(plan: TwoStagePlan, attained: Attained, bound: int) -> str:
    parts = []
    if (attained.first_stage, bound) != (plan.first_stage, plan.first_stage_bound):
        planned = f"{plan.first_stage_bound}/{plan.first_stage}"
        parts.append(f"stage 1 was {bound}/{attained.first_stage}, planned {planned}")
    if attained.total not in (attained.first_stage, plan.total):
        parts.append(f"{attained.total} patients in all, planned {plan.total}")
    return "; ".join(parts)
