"""A first stage that came out different: what the plan does then, and a new design."""

from trialwright.design.attained.redesign import (
    AttainedStageDesign,
    AttainedStageRedesign,
    redesign_after_first_stage,
)
from trialwright.design.attained.sizes import AttainedSizes, judge_attained_sizes

__all__ = [
    "AttainedSizes",
    "AttainedStageDesign",
    "AttainedStageRedesign",
    "judge_attained_sizes",
    "redesign_after_first_stage",
]
