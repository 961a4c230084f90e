"""Vital signs and QTcF of one virtual patient.

value = level of the patient + what the drug adds + noise of the visit; while an event of
hypertension lasts, at least what its grade says.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from trialwright.simulate.clinic.facts import ClinicPurpose
from trialwright.simulate.rows import EcgRow, VitalRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.simulate.clinic.facts import Clinic, ClinicFacts

SYSTOLIC, DIASTOLIC, PULSE = "Systolic blood pressure", "Diastolic blood pressure", "Pulse"
QTCF = "QTcF"
_BEFORE = 64  # days before the first dose that the index of a draw has room for


def list_vitals(clinic: Clinic, facts: ClinicFacts) -> tuple[VitalRow, ...]:
    """List blood pressure and pulse: at visits, and where an event of hypertension begins."""
    days = {*clinic_days(clinic, facts)}
    return tuple(row for day in sorted(days) for row in _vitals_of(clinic, facts, day))


def clinic_days(clinic: Clinic, facts: ClinicFacts) -> tuple[int, ...]:
    """Return the days on which vital signs are taken."""
    begun = [start for start, _, _ in _hypertension(clinic, facts) if start < facts.last_known]
    return (*facts.visit_days(clinic), *begun)


def list_ecgs(clinic: Clinic, facts: ClinicFacts) -> tuple[EcgRow, ...]:
    """List QTcF at baseline, at the start of some cycles and after treatment."""
    model, draws = clinic.assumptions.qtcf, facts.draws
    level = model.mean + model.sd * draws.normal(ClinicPurpose.QTCF_LEVEL)
    rows = []
    for day in facts.visit_days(clinic, clinic.assumptions.visits.ecg_cycles):
        noise = model.noise_sd * draws.normal(ClinicPurpose.QTCF_NOISE, _BEFORE + day)
        long = draws.uniform(ClinicPurpose.QTCF_OUTLIER, _BEFORE + day) < model.outlier_probability
        value = round(level + noise + model.outlier_rise * long)
        rows.append(EcgRow(facts.patient_id, QTCF, facts.date_of(day), float(value), "ms"))
    return tuple(rows)


def _vitals_of(clinic: Clinic, facts: ClinicFacts, day: int) -> Iterator[VitalRow]:
    systolic, diastolic = _pressure(clinic, facts, day)
    pulse, draws = clinic.assumptions.pulse, facts.draws
    rate = (
        pulse.mean
        + pulse.sd * draws.normal(ClinicPurpose.PULSE_LEVEL)
        + pulse.noise_sd * draws.normal(ClinicPurpose.PULSE_NOISE, _BEFORE + day)
    )
    for test, value, unit in (
        (SYSTOLIC, systolic, "mmHg"),
        (DIASTOLIC, diastolic, "mmHg"),
        (PULSE, rate, "beats/min"),
    ):
        yield VitalRow(facts.patient_id, test, facts.date_of(day), float(round(value)), unit)


def _pressure(clinic: Clinic, facts: ClinicFacts, day: int) -> tuple[float, float]:
    """Return systolic and diastolic pressure of a day."""
    model, draws, index = clinic.assumptions.pressure, facts.draws, _BEFORE + day
    z = draws.normal(ClinicPurpose.SYSTOLIC_LEVEL)
    free = draws.normal(ClinicPurpose.DIASTOLIC_LEVEL)
    shared = model.correlation * z + sqrt(1.0 - model.correlation**2) * free
    reached = _share_of_drug(clinic, facts, day)
    systolic = (
        model.systolic_mean
        + model.systolic_sd * z
        + model.drug.systolic_rise * reached
        + model.systolic_noise_sd * draws.normal(ClinicPurpose.SYSTOLIC_NOISE, index)
    )
    diastolic = (
        model.diastolic_mean
        + model.diastolic_sd * shared
        + model.drug.diastolic_rise * reached
        + model.diastolic_noise_sd * draws.normal(ClinicPurpose.DIASTOLIC_NOISE, index)
    )
    for start, end, grade in _hypertension(clinic, facts):
        if start <= day and (end is None or day <= end):
            systolic = max(systolic, model.event.systolic_by_grade[grade - 1])
            diastolic = max(diastolic, model.event.diastolic_by_grade[grade - 1])
    return systolic, min(diastolic, systolic - model.least_difference)


def _share_of_drug(clinic: Clinic, facts: ClinicFacts, day: int) -> float:
    """Return the share of the drug's effect that is there on a day; 0 if it is not planned."""
    drug = clinic.assumptions.pressure.drug
    if drug.drug not in {one.name.casefold() for one in facts.plan.drugs}:
        return 0.0
    on = min(max(float(day), 0.0), facts.treatment_end_day)
    after = max(0.0, day - facts.treatment_end_day)
    half = drug.half_time_days
    return float((1.0 - 0.5 ** (on / half)) * 0.5 ** (after / half))


def _hypertension(clinic: Clinic, facts: ClinicFacts) -> Iterator[tuple[int, int | None, int]]:
    """Yield first day, last day and grade of each event of hypertension that pressure can show."""
    model = clinic.assumptions.pressure.event
    for event in facts.events:
        start = facts.day_of(event.start_date)
        if event.term == model.term and start is not None:
            grade = min(event.grade, len(model.systolic_by_grade))
            yield start, facts.day_of(event.end_date), grade
