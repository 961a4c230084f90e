"""What became of each patient? Analysis sets, response, disease control, time to event."""

from __future__ import annotations

from trialwright.dataset.contacts import last_contacts
from trialwright.endpoints.called import Called, called_of
from trialwright.endpoints.catalogue import TIME_ENDPOINTS, TimeEndpoint, time_endpoint
from trialwright.endpoints.endings import (
    CensoringRules,
)
from trialwright.endpoints.estimands import Estimand, list_estimands
from trialwright.endpoints.local_control import (
    local_progression_free_survival,
    local_progression_free_survival_of_lesions,
    time_to_local_progression,
)
from trialwright.endpoints.patient import Patient, Stop, gather_patients
from trialwright.endpoints.proportion import (
    Outcome,
    disease_control,
    find_pending,
    objective_response,
    without_ablation,
)
from trialwright.endpoints.sets import AnalysisSet, AnalysisSets, Member, derive_analysis_sets
from trialwright.endpoints.time_rules import TimeRules, censoring_of
from trialwright.endpoints.time_to_event import (
    NoTime,
    Timed,
    TimeToEvent,
    duration_of_response,
    duration_of_stable_disease,
    overall_survival,
    progression_free_survival,
    time_on_treatment,
    time_to_progression,
    time_to_progression_or_competing_death,
    time_to_response,
)

__all__ = [
    "TIME_ENDPOINTS",
    "AnalysisSet",
    "AnalysisSets",
    "Called",
    "CensoringRules",
    "Estimand",
    "Member",
    "NoTime",
    "Outcome",
    "Patient",
    "Stop",
    "TimeEndpoint",
    "TimeRules",
    "TimeToEvent",
    "Timed",
    "called_of",
    "censoring_of",
    "derive_analysis_sets",
    "disease_control",
    "duration_of_response",
    "duration_of_stable_disease",
    "find_pending",
    "gather_patients",
    "last_contacts",
    "list_estimands",
    "local_progression_free_survival",
    "local_progression_free_survival_of_lesions",
    "objective_response",
    "overall_survival",
    "progression_free_survival",
    "time_endpoint",
    "time_on_treatment",
    "time_to_local_progression",
    "time_to_progression",
    "time_to_progression_or_competing_death",
    "time_to_response",
    "without_ablation",
]
