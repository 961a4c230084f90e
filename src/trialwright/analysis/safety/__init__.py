"""What harm the trial found: every table of the safety chapter, put together from the rooms."""

from trialwright.analysis.safety.analyse import analyse_safety
from trialwright.analysis.safety.first_events import FirstEvents
from trialwright.analysis.safety.frames import safety_frames
from trialwright.analysis.safety.result import EventResults, LaboratoryResults, SafetyAnalysis
from trialwright.analysis.safety.watch import ToxicityLook, ToxicityWatch, watch_toxicity

__all__ = [
    "EventResults",
    "FirstEvents",
    "LaboratoryResults",
    "SafetyAnalysis",
    "ToxicityLook",
    "ToxicityWatch",
    "analyse_safety",
    "safety_frames",
    "watch_toxicity",
]
