"""Two stages for an event-free rate at a landmark, with patients still under follow-up."""

from trialwright.design.landmark.search import find_landmark_survival, landmark_statistic
from trialwright.design.landmark.simulation import LandmarkSimulation, simulate_landmark
from trialwright.design.landmark.trial import Accrual, LandmarkTrial
from trialwright.design.landmark.values import (
    LandmarkCharacteristics,
    LandmarkDesign,
    LandmarkSearch,
    LandmarkSingleStage,
)

__all__ = [
    "Accrual",
    "LandmarkCharacteristics",
    "LandmarkDesign",
    "LandmarkSearch",
    "LandmarkSimulation",
    "LandmarkSingleStage",
    "LandmarkTrial",
    "find_landmark_survival",
    "landmark_statistic",
    "simulate_landmark",
]
