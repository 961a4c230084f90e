"""How many patients, and when to stop: designs as values that decide and are judged exactly."""

from trialwright.design.boundaries import Boundaries, Characteristics
from trialwright.design.joint import JointCharacteristics, JointRate, JointRule, Watched
from trialwright.design.outlook import look_ahead
from trialwright.design.outlook_values import Outlook
from trialwright.design.simon import (
    FirstStage,
    SimonDesign,
    SimonSearch,
    find_simon_designs,
)
from trialwright.design.two_stage import (
    OperatingCharacteristics,
    StageDecision,
    TwoStageDesign,
    Verdict,
)
from trialwright.errors import DesignError

__all__ = [
    "Boundaries",
    "Characteristics",
    "DesignError",
    "FirstStage",
    "JointCharacteristics",
    "JointRate",
    "JointRule",
    "OperatingCharacteristics",
    "Outlook",
    "SimonDesign",
    "SimonSearch",
    "StageDecision",
    "TwoStageDesign",
    "Verdict",
    "Watched",
    "find_simon_designs",
    "look_ahead",
]
