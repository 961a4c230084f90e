"""What does each scan mean? RECIST 1.1, ablated lesions, best overall response."""

from __future__ import annotations

from trialwright.response.assess import (
    assess_patient,
    end_at_unplanned_treatment,
    refuse_patient,
)
from trialwright.response.best import BestRules, best_response, last_counted
from trialwright.response.codes import Response, Rule
from trialwright.response.local_therapy import POLICIES
from trialwright.response.patient import (
    Lesion,
    LocalTreatment,
    PatientScans,
    Reading,
    gather_scans,
    readers_of,
)
from trialwright.response.result import (
    BestResponse,
    LesionValue,
    PatientResponse,
    Reason,
    TimePoint,
)
from trialwright.response.rules import ResponseRules

__all__ = [
    "POLICIES",
    "BestResponse",
    "BestRules",
    "Lesion",
    "LesionValue",
    "LocalTreatment",
    "PatientResponse",
    "PatientScans",
    "Reading",
    "Reason",
    "Response",
    "ResponseRules",
    "Rule",
    "TimePoint",
    "assess_patient",
    "best_response",
    "end_at_unplanned_treatment",
    "gather_scans",
    "last_counted",
    "readers_of",
    "refuse_patient",
]
