"""The design's rule on the responses so far, and what they say of the true response rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.result import StageResult
from trialwright.design import look_ahead, two_stage_design_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.analysis.result import ProportionResult
    from trialwright.design import TwoStageDesign
    from trialwright.stats.two_stage import TwoStageInference
    from trialwright.study.model import Study


def judge_stages(proportions: Sequence[ProportionResult], study: Study) -> StageResult | None:
    """Apply the two-stage design to the response rate; none for another design or without a rate.

    Parameters
    ----------
    proportions : sequence of ProportionResult
        With the response rate, its outcomes in order of enrolment.
    study : Study
        The design, the level of the interval, and how another size is tested.
    """
    design = study.design
    orr = next((result for result in proportions if result.key == "ORR"), None)
    if design.kind.require() != "two_stage" or orr is None:
        return None
    rule = two_stage_design_of(study)
    p0, p1 = design.null_response_rate.require(), design.alternative_response_rate.require()
    responded = [None if outcome.pending else outcome.met for outcome in orr.outcomes]
    return StageResult(
        rule,
        rule.operating_characteristics(p0),
        rule.operating_characteristics(p1),
        rule.decide(responded[: rule.first_stage]),
        rule.decide(responded),
        look_ahead(rule.boundaries, responded, rates={"p0": p0, "p1": p1}),
        _infer(rule, responded, study),
    )


def _infer(
    rule: TwoStageDesign, responded: Sequence[bool | None], study: Study
) -> TwoStageInference | None:
    """Return what the patients of the decision say; none while stage 1 or one of them is open.

    Between n1 and n patients it is what would be said if enrolment ended here.
    """
    short = rule.first_stage < len(responded) < rule.total
    conditional = study.statistics.two_stage_size_change.require() == "conditional"
    return rule.infer(
        responded,
        p0=study.design.null_response_rate.require(),
        level=study.statistics.confidence_level.require(),
        closed=short,
        size_change="conditional" if conditional else "stage-wise",
    )
