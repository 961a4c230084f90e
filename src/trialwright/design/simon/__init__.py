"""Simon's two-stage designs: optimal, minimax, admissible, and the best of each size."""

from trialwright.design.simon.search import find_simon_designs
from trialwright.design.simon.values import (
    ANY_FIRST_STAGE,
    FirstStage,
    FrontierPoint,
    SimonDesign,
    SimonSearch,
)

__all__ = [
    "ANY_FIRST_STAGE",
    "FirstStage",
    "FrontierPoint",
    "SimonDesign",
    "SimonSearch",
    "find_simon_designs",
]
