"""How many patients, and when to stop: designs as values that decide and are judged exactly."""

from trialwright.design.two_stage import (
    OperatingCharacteristics,
    StageDecision,
    TwoStageDesign,
    Verdict,
)

__all__ = ["OperatingCharacteristics", "StageDecision", "TwoStageDesign", "Verdict"]
