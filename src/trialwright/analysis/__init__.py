"""What did the trial find? One call from data and study to every estimate."""

from __future__ import annotations

from trialwright.analysis.analyse import analyse, best_response_counts
from trialwright.analysis.frames import (
    endpoints_frame,
    responses_frame,
    time_points_frame,
    times_frame,
)
from trialwright.analysis.reader_frames import agreement_frame, disagreements_frame
from trialwright.analysis.readings import (
    choose_from,
    compare_readings,
    keep_chosen,
    read_all_readers,
    read_responses,
)
from trialwright.analysis.result import (
    Analysis,
    NotComputable,
    PolicyResult,
    ProportionResult,
    ReaderAgreement,
    ReaderRate,
    StageResult,
    SurvivalResult,
)

__all__ = [
    "Analysis",
    "NotComputable",
    "PolicyResult",
    "ProportionResult",
    "ReaderAgreement",
    "ReaderRate",
    "StageResult",
    "SurvivalResult",
    "agreement_frame",
    "analyse",
    "best_response_counts",
    "choose_from",
    "compare_readings",
    "disagreements_frame",
    "endpoints_frame",
    "keep_chosen",
    "read_all_readers",
    "read_responses",
    "responses_frame",
    "time_points_frame",
    "times_frame",
]
