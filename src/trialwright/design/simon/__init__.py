"""Simon's two-stage designs: optimal, minimax, admissible, and the best of each size."""

from trialwright.design.simon.search import (
    ANY_FIRST_STAGE,
    FirstStage,
    FrontierPoint,
    SimonDesign,
    SimonSearch,
    find_simon_designs,
)

__all__ = [
    "ANY_FIRST_STAGE",
    "FirstStage",
    "FrontierPoint",
    "SimonDesign",
    "SimonSearch",
    "find_simon_designs",
]
