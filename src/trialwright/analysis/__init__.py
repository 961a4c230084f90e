"""What did the trial find? One call from data and study to every estimate."""

from __future__ import annotations

from trialwright.analysis.analyse import analyse, best_response_counts, read_responses
from trialwright.analysis.frames import (
    endpoints_frame,
    responses_frame,
    time_points_frame,
    times_frame,
)
from trialwright.analysis.result import (
    Analysis,
    NotComputable,
    PolicyResult,
    ProportionResult,
    StageResult,
    SurvivalResult,
)

__all__ = [
    "Analysis",
    "NotComputable",
    "PolicyResult",
    "ProportionResult",
    "StageResult",
    "SurvivalResult",
    "analyse",
    "best_response_counts",
    "endpoints_frame",
    "read_responses",
    "responses_frame",
    "time_points_frame",
    "times_frame",
]
