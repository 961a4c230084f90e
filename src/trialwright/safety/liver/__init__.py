"""Liver safety: candidates of Hy's law with every condition shown, and the points of eDISH."""

from trialwright.safety.liver.candidate import (
    Condition,
    CorrectedPair,
    HysLawCandidate,
    hys_law_frame,
)
from trialwright.safety.liver.causes import OtherCause
from trialwright.safety.liver.edish import (
    QUADRANTS,
    count_quadrants,
    edish_points,
    name_quadrant,
)
from trialwright.safety.liver.hys_law import find_hys_law
from trialwright.safety.liver.samples import LiverSample, reaches_multiple
from trialwright.safety.liver.severe import list_liver_tests

__all__ = [
    "QUADRANTS",
    "Condition",
    "CorrectedPair",
    "HysLawCandidate",
    "LiverSample",
    "OtherCause",
    "count_quadrants",
    "edish_points",
    "find_hys_law",
    "hys_law_frame",
    "list_liver_tests",
    "name_quadrant",
    "reaches_multiple",
]
