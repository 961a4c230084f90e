"""The test of a two-stage design, as an analysis that goes with the response rate.

Source: ClinicalTrials.gov, results data elements, section 3 (statistical analyses).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.registry.groups import show_value
from trialwright.stats.result import show_p_value

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.report.registry.fields import OutcomeAnalysis
    from trialwright.stats.two_stage import TwoStageInference

_UNDECIDED = ("too early", "continue to stage 2")


def build_stage_test(analysis: Analysis, group_id: str) -> OutcomeAnalysis | None:
    """Build the analysis of the design's test; none where ``explain_no_test`` says why.

    Parameters
    ----------
    analysis : Analysis
        With the decision of the design.
    group_id : str
        The group that was tested.
    """
    stage = analysis.stage
    if stage is None or stage.inference is None or explain_no_test(analysis):
        return None
    found = stage.inference
    percent = show_value(100 * found.p0)
    test: OutcomeAnalysis = {
        "groupIds": [group_id],
        "groupDescription": f"Null hypothesis: a response rate of {percent} % or less. "
        f"{stage.final.sentence}",
        "nonInferiorityType": "OTHER",
        "nonInferiorityComment": "One group, tested against a fixed response rate.",
        "pValue": _p_value(found),
        "pValueComment": f"One-sided; activity is declared up to {found.attained_alpha:.4f}.",
        "statisticalMethod": f"Exact test after two stages ({found.method})",
        "paramType": f"Response rate, percent ({found.estimator})",
        "paramValue": show_value(100 * found.estimate),
        "ciPctValue": f"{100 * found.level:g}",
        "ciNumSides": "TWO_SIDED",
        "ciLowerLimit": show_value(100 * found.low),
        "ciUpperLimit": show_value(100 * found.high),
        "estimateComment": f"{found.responses} of {found.evaluated} patients whom the decision "
        "counts; estimate and exact interval take the interim look into account.",
    }
    if found.reason:
        test["statisticalComment"] = f"Not as planned: {found.reason}."
    return test


def explain_no_test(analysis: Analysis) -> str:
    """Say why the design's test is not reported; empty if it is, or if the design has none.

    Parameters
    ----------
    analysis : Analysis
        With the decision of the design.
    """
    stage = analysis.stage
    if stage is None:
        return ""
    if stage.inference is None or stage.final.verdict in _UNDECIDED:
        return f"the design has not decided ({stage.final.verdict})"
    if stage.inference.state == "not estimable":
        return stage.inference.reason
    return ""


def _p_value(found: TwoStageInference) -> str:
    """Write a p-value as the registry takes it: ``0.2377``, ``<0.0001``."""
    return show_p_value(found.p_value).removeprefix("p ").removeprefix("= ").replace("< ", "<")
