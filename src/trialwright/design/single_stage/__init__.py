"""One stage: by an exact test, by the width of an interval, or to see one responder."""

from trialwright.design.single_stage.gehan import GehanFirstStage, find_gehan_first_stage
from trialwright.design.single_stage.interval_width import IntervalWidth, size_for_interval
from trialwright.design.single_stage.search import (
    SingleStageDesign,
    SingleStageSearch,
    find_single_stage_designs,
)

__all__ = [
    "GehanFirstStage",
    "IntervalWidth",
    "SingleStageDesign",
    "SingleStageSearch",
    "find_gehan_first_stage",
    "find_single_stage_designs",
    "size_for_interval",
]
