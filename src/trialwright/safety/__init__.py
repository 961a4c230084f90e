"""What did it cost each patient? Grades, events on treatment, exposure, the liver, doses.

Names are imported when they are first used, so that ``trialwright --help`` loads no frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.first_use import import_on_first_use

if TYPE_CHECKING:
    from trialwright.safety.blood_pressure import (
        band_of_pressure,
        pair_pressures,
        shift_pressures,
        worst_pressures,
    )
    from trialwright.safety.complications import count_complications, list_complications
    from trialwright.safety.course import TreatmentCourse, gather_courses
    from trialwright.safety.ctcae import Grade, LabValue, grade_many, grade_value, read_criteria
    from trialwright.safety.deaths import deaths_on_treatment
    from trialwright.safety.dosing import DoseAdvice, DoseDisagreement, advise_doses, check_doses
    from trialwright.safety.event_counts import count_overview, count_patients, worst_by_term
    from trialwright.safety.event_findings import find_event_findings
    from trialwright.safety.event_times import (
        FollowUp,
        follow_patients,
        time_at_risk,
    )
    from trialwright.safety.events import derive_events, select_emergent, select_group
    from trialwright.safety.exposure import derive_exposure
    from trialwright.safety.exposure_checks import check_exposure
    from trialwright.safety.exposure_summary import summarise_exposure
    from trialwright.safety.laboratory import (
        check_laboratory,
        grade_laboratory,
        shift_table,
        worst_laboratory_grades,
    )
    from trialwright.safety.liver import HysLawCandidate, edish_points, find_hys_law, hys_law_frame
    from trialwright.safety.qtcf import count_qtcf, worst_qtcf
    from trialwright.safety.sign_checks import check_ecgs, check_vitals
    from trialwright.safety.signs import read_signs
    from trialwright.safety.special_interest import InterestGroup, read_groups
    from trialwright.safety.toxicity import PatientToxicity, unacceptable_toxicities
    from trialwright.safety.units import convert, correct_calcium

__all__ = [
    "DoseAdvice",
    "DoseDisagreement",
    "FollowUp",
    "Grade",
    "HysLawCandidate",
    "InterestGroup",
    "LabValue",
    "PatientToxicity",
    "TreatmentCourse",
    "advise_doses",
    "band_of_pressure",
    "check_doses",
    "check_ecgs",
    "check_exposure",
    "check_laboratory",
    "check_vitals",
    "convert",
    "correct_calcium",
    "count_complications",
    "count_overview",
    "count_patients",
    "count_qtcf",
    "deaths_on_treatment",
    "derive_events",
    "derive_exposure",
    "edish_points",
    "find_event_findings",
    "find_hys_law",
    "follow_patients",
    "gather_courses",
    "grade_laboratory",
    "grade_many",
    "grade_value",
    "hys_law_frame",
    "list_complications",
    "pair_pressures",
    "read_criteria",
    "read_groups",
    "read_signs",
    "select_emergent",
    "select_group",
    "shift_pressures",
    "shift_table",
    "summarise_exposure",
    "time_at_risk",
    "unacceptable_toxicities",
    "worst_by_term",
    "worst_laboratory_grades",
    "worst_pressures",
    "worst_qtcf",
]

_HOME = {
    "DoseAdvice": "dosing",
    "DoseDisagreement": "dosing",
    "FollowUp": "event_times",
    "Grade": "ctcae",
    "HysLawCandidate": "liver",
    "InterestGroup": "special_interest",
    "LabValue": "ctcae",
    "PatientToxicity": "toxicity",
    "TreatmentCourse": "course",
    "advise_doses": "dosing",
    "band_of_pressure": "blood_pressure",
    "check_doses": "dosing",
    "check_ecgs": "sign_checks",
    "check_exposure": "exposure_checks",
    "check_laboratory": "laboratory",
    "check_vitals": "sign_checks",
    "convert": "units",
    "correct_calcium": "units",
    "count_complications": "complications",
    "count_overview": "event_counts",
    "count_patients": "event_counts",
    "count_qtcf": "qtcf",
    "deaths_on_treatment": "deaths",
    "derive_events": "events",
    "derive_exposure": "exposure",
    "edish_points": "liver",
    "find_event_findings": "event_findings",
    "find_hys_law": "liver",
    "follow_patients": "event_times",
    "gather_courses": "course",
    "grade_laboratory": "laboratory",
    "grade_many": "ctcae",
    "grade_value": "ctcae",
    "hys_law_frame": "liver",
    "list_complications": "complications",
    "pair_pressures": "blood_pressure",
    "read_criteria": "ctcae",
    "read_groups": "special_interest",
    "read_signs": "signs",
    "select_emergent": "events",
    "select_group": "events",
    "shift_pressures": "blood_pressure",
    "shift_table": "laboratory",
    "summarise_exposure": "exposure_summary",
    "time_at_risk": "event_times",
    "unacceptable_toxicities": "toxicity",
    "worst_by_term": "event_counts",
    "worst_laboratory_grades": "laboratory",
    "worst_pressures": "blood_pressure",
    "worst_qtcf": "qtcf",
}

__getattr__ = import_on_first_use(__name__, _HOME)
