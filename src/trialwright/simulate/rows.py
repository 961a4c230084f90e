"""Rows of the tables that a virtual trial fills; fields are the columns of the schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One patient."""

    patient_id: str
    site: str
    sex: str
    birth_date: str
    ecog: int
    consent_date: date
    enrolment_date: date
    last_alive_date: date


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One planned tumour assessment; ``visit_date`` None: it was missed."""

    patient_id: str
    visit: str
    visit_type: str
    planned_day: int | None
    visit_date: date | None


@dataclass(frozen=True, slots=True)
class LesionRow:
    """One lesion and its part."""

    patient_id: str
    lesion_id: str
    role: str
    organ: str
    lymph_node: bool


@dataclass(frozen=True, slots=True)
class MeasurementRow:
    """One lesion on one scan: a diameter or a state, never both."""

    patient_id: str
    lesion_id: str
    visit: str
    scan_date: date
    diameter_mm: float | None
    state: str | None
    method: str = "CT"
    viable_mm: float | None = None
    ablation_finding: str | None = None


@dataclass(frozen=True, slots=True)
class AblationRow:
    """One local treatment of one lesion."""

    patient_id: str
    lesion_id: str
    ablation_date: date
    modality: str
    planned: bool
    technical_success: bool
    margin_mm: float


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One drug from one day to another."""

    patient_id: str
    drug: str
    start_date: date
    end_date: date
    dose_mg: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AdverseEventRow:
    """One adverse event; dates as texts, which real data know only in part."""

    patient_id: str
    term: str
    grade: int
    start_date: str
    end_date: str | None
    serious: bool
    related_to: str
    body_system: str | None = None
    outcome: str | None = None
    immune_related: bool | None = None
    actions: str | None = None


@dataclass(frozen=True, slots=True)
class LaboratoryRow:
    """One laboratory result with the limits of normal."""

    patient_id: str
    test: str
    sample_date: date
    value: float
    unit: str
    lower_limit: float
    upper_limit: float


@dataclass(frozen=True, slots=True)
class TherapyRow:
    """One later treatment."""

    patient_id: str
    therapy: str
    start_date: date


@dataclass(frozen=True, slots=True)
class DeathRow:
    """One death."""

    patient_id: str
    death_date: date


@dataclass(frozen=True, slots=True)
class DispositionRow:
    """One end, of treatment or of the study."""

    patient_id: str
    scope: str
    end_date: date
    reason: str
    reason_category: str


@dataclass(frozen=True, slots=True)
class CharacteristicRow:
    """One characteristic before treatment; ``value`` None: not known."""

    patient_id: str
    characteristic: str
    value: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class MedicationRow:
    """One concomitant medication; dates as texts, which real data know only in part."""

    patient_id: str
    medication: str
    medication_class: str
    indication: str
    start_date: str
    end_date: str | None


@dataclass(frozen=True, slots=True)
class VitalRow:
    """One vital sign on one day."""

    patient_id: str
    test: str
    measured_date: date
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class EcgRow:
    """One parameter of the electrocardiogram of one day."""

    patient_id: str
    parameter: str
    ecg_date: date
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """All that is on file of one virtual patient; fields are the tables of the schema."""

    patients: tuple[PatientRow, ...]
    visits: tuple[VisitRow, ...] = ()
    lesions: tuple[LesionRow, ...] = ()
    measurements: tuple[MeasurementRow, ...] = ()
    ablations: tuple[AblationRow, ...] = ()
    doses: tuple[DoseRow, ...] = ()
    adverse_events: tuple[AdverseEventRow, ...] = ()
    labs: tuple[LaboratoryRow, ...] = ()
    therapies: tuple[TherapyRow, ...] = ()
    deaths: tuple[DeathRow, ...] = ()
    dispositions: tuple[DispositionRow, ...] = ()
    characteristics: tuple[CharacteristicRow, ...] = ()
    medications: tuple[MedicationRow, ...] = ()
    vitals: tuple[VitalRow, ...] = ()
    ecgs: tuple[EcgRow, ...] = ()
