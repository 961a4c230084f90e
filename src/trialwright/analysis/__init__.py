"""What did the trial find? One call from data and study to every estimate."""

from __future__ import annotations

from trialwright.analysis.analyse import analyse, best_response_counts, recount
from trialwright.analysis.frames import (
    endpoints_frame,
    landmarks_frame,
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
    CompetingResult,
    NotComputable,
    PolicyResult,
    ProportionResult,
    ReaderAgreement,
    ReaderRate,
    StageResult,
    SurvivalResult,
)
from trialwright.analysis.sensitivity import Sensitivity, compare_ways
from trialwright.analysis.story import PatientStory, tell_patient
from trialwright.analysis.times import days_per_unit

__all__ = [
    "Analysis",
    "CompetingResult",
    "NotComputable",
    "PatientStory",
    "PolicyResult",
    "ProportionResult",
    "ReaderAgreement",
    "ReaderRate",
    "Sensitivity",
    "StageResult",
    "SurvivalResult",
    "agreement_frame",
    "analyse",
    "best_response_counts",
    "choose_from",
    "compare_readings",
    "compare_ways",
    "days_per_unit",
    "disagreements_frame",
    "endpoints_frame",
    "keep_chosen",
    "landmarks_frame",
    "read_all_readers",
    "read_responses",
    "recount",
    "responses_frame",
    "tell_patient",
    "time_points_frame",
    "times_frame",
]
