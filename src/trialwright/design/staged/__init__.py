"""Two and three stages for response, other than Simon's: success early, or an open end."""

from trialwright.design.staged.fleming import FlemingSearch, find_fleming_designs
from trialwright.design.staged.fleming_normal import FlemingBoundaries, find_fleming_boundaries
from trialwright.design.staged.staged_design import StagedDesign, StagedFrontier
from trialwright.design.staged.three_outcome import (
    ThreeOutcomeLimits,
    ThreeOutcomeSearch,
    find_three_outcome_designs,
)
from trialwright.design.staged.three_stage import ThreeStageSearch, find_three_stage_designs

__all__ = [
    "FlemingBoundaries",
    "FlemingSearch",
    "StagedDesign",
    "StagedFrontier",
    "ThreeOutcomeLimits",
    "ThreeOutcomeSearch",
    "ThreeStageSearch",
    "find_fleming_boundaries",
    "find_fleming_designs",
    "find_three_outcome_designs",
    "find_three_stage_designs",
]
