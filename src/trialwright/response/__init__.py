"""What does each scan mean? RECIST 1.1, iRECIST, ablated lesions, best overall response.

Reading many patients at once with compiled rules stands in ``trialwright.response.bulk``, which
is imported where it is used.
"""

from __future__ import annotations

from trialwright.response.ablated.both_readings import BothReadings, read_both
from trialwright.response.ablated.outcomes import AblationRules, outcomes_of
from trialwright.response.ablated.result import AblatedLesion
from trialwright.response.assess import assess_patient, refuse_patient
from trialwright.response.best import BestRules, best_response, last_counted
from trialwright.response.codes import Response, Rule
from trialwright.response.compare.agreement import Agreement, cohen_kappa, compare_readers
from trialwright.response.compare.collected_calls import (
    CallComparison,
    compare_calls,
    gather_calls,
)
from trialwright.response.compare.readers import (
    ChosenReading,
    ReaderCalls,
    choose_readings,
    read_as,
)
from trialwright.response.immune.assess import assess_immune
from trialwright.response.immune.codes import ImmuneResponseCode
from trialwright.response.immune.result import ImmuneResponse
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
from trialwright.response.timeline import end_at_unplanned_treatment

__all__ = [
    "POLICIES",
    "AblatedLesion",
    "AblationRules",
    "Agreement",
    "BestResponse",
    "BestRules",
    "BothReadings",
    "CallComparison",
    "ChosenReading",
    "ImmuneResponse",
    "ImmuneResponseCode",
    "Lesion",
    "LesionValue",
    "LocalTreatment",
    "PatientResponse",
    "PatientScans",
    "ReaderCalls",
    "Reading",
    "Reason",
    "Response",
    "ResponseRules",
    "Rule",
    "TimePoint",
    "assess_immune",
    "assess_patient",
    "best_response",
    "choose_readings",
    "cohen_kappa",
    "compare_calls",
    "compare_readers",
    "end_at_unplanned_treatment",
    "gather_calls",
    "gather_scans",
    "last_counted",
    "outcomes_of",
    "read_as",
    "read_both",
    "readers_of",
    "refuse_patient",
]
