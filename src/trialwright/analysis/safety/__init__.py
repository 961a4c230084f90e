"""What harm the trial found: every table of the safety chapter, put together from the rooms."""

from trialwright.analysis.safety.analyse import analyse_safety
from trialwright.analysis.safety.first_events import FirstEvents
from trialwright.analysis.safety.frames import safety_frames
from trialwright.analysis.safety.result import (
    EcgResults,
    EventResults,
    LaboratoryResults,
    SafetyAnalysis,
    VitalResults,
)
from trialwright.analysis.safety.watch import ToxicityLook, ToxicityWatch, watch_toxicity

__all__ = [
    "EcgResults",
    "EventResults",
    "FirstEvents",
    "LaboratoryResults",
    "SafetyAnalysis",
    "ToxicityLook",
    "ToxicityWatch",
    "VitalResults",
    "analyse_safety",
    "safety_frames",
    "watch_toxicity",
]
