"""What became of each patient? Analysis sets, response, disease control, time to event."""

from __future__ import annotations

from trialwright.endpoints.contacts import last_contacts
from trialwright.endpoints.proportion import (
    Outcome,
    disease_control,
    find_pending,
    objective_response,
)
from trialwright.endpoints.sets import AnalysisSets, Member, derive_analysis_sets
from trialwright.endpoints.time_to_event import (
    Patient,
    TimeRules,
    TimeToEvent,
    duration_of_response,
    gather_patients,
    longest_gap,
    overall_survival,
    progression_free_survival,
    time_to_progression,
)

__all__ = [
    "AnalysisSets",
    "Member",
    "Outcome",
    "Patient",
    "TimeRules",
    "TimeToEvent",
    "derive_analysis_sets",
    "disease_control",
    "duration_of_response",
    "find_pending",
    "gather_patients",
    "last_contacts",
    "longest_gap",
    "objective_response",
    "overall_survival",
    "progression_free_survival",
    "time_to_progression",
]
