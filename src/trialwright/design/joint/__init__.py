"""Two outcomes of the same patients, watched together."""

from trialwright.design.joint.rate import JointRate
from trialwright.design.joint.rule import JointCharacteristics, JointRule, Watched
from trialwright.design.joint.together import Together, TogetherRow, judge_together

__all__ = [
    "JointCharacteristics",
    "JointRate",
    "JointRule",
    "Together",
    "TogetherRow",
    "Watched",
    "judge_together",
]
