"""One patient's course through a trial: scans, local treatment, doses, later therapy, the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import inf
from typing import TYPE_CHECKING

from trialwright.simulate.assessments import assess_tumours
from trialwright.simulate.calendar import Calendar, draw_calendar
from trialwright.simulate.draws import Purpose
from trialwright.simulate.patient import draw_patient
from trialwright.simulate.rows import (
    AblationRow,
    DeathRow,
    DispositionRow,
    DoseRow,
    PatientRecord,
    PatientRow,
    TherapyRow,
)
from trialwright.simulate.scans import ScanReader

if TYPE_CHECKING:
    from trialwright.simulate.draws import Draws
    from trialwright.simulate.patient import HiddenAblation, HiddenPatient
    from trialwright.simulate.plan import DrugPlan, TrialPlan
    from trialwright.simulate.rows import IsProgression
    from trialwright.simulate.scenario import Scenario

SITE = "site 1"
LATER_THERAPY = "later systemic therapy"
_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class _Ending:
    """The day on which something ended, and why; the day itself is no longer part of it."""

    day: float
    reason: str
    category: str


@dataclass(frozen=True, slots=True)
class _Course:
    """One patient and the dates that bound the course."""

    patient_id: str
    scenario: Scenario
    plan: TrialPlan
    draws: Draws
    calendar: Calendar
    patient: HiddenPatient
    off_study: _Ending


def simulate_patient(
    scenario: Scenario,
    plan: TrialPlan,
    draws: Draws,
    *,
    is_progression: IsProgression | None = None,
) -> PatientRecord | None:
    """Draw one patient of a trial, as the rows that would be on file at the data cut.

    Parameters
    ----------
    scenario : Scenario
        Assumptions about patients and tumours.
    plan : TrialPlan
        The protocol.
    draws : Draws
        Names the patient: seed, trial and 0-based number.
    is_progression : IsProgression or None
        Judges each scan; the first progression ends assessments and treatment. None: scans
        and treatment go on to the end of follow-up.

    Returns
    -------
    PatientRecord or None
        None if the data cut comes before the patient's enrolment.
    """
    calendar = draw_calendar(scenario, plan, draws)
    if plan.data_cut is not None and calendar.enrolment > plan.data_cut:
        return None
    patient = draw_patient(scenario, plan.ablation, draws)
    course = _Course(
        patient_id=f"P{draws.patient + 1:03d}",
        scenario=scenario,
        plan=plan,
        draws=draws,
        calendar=calendar,
        patient=patient,
        off_study=_end_study(patient, plan),
    )
    return _record(course, is_progression)


def _end_study(patient: HiddenPatient, plan: TrialPlan) -> _Ending:
    endings = (
        _Ending(patient.death_day, "death", "death"),
        _Ending(patient.withdrawal_day, "withdrawal of consent", "withdrawal"),
        _Ending(plan.horizon_days, "end of follow-up", "completed"),
    )
    return min(endings, key=lambda ending: ending.day)


def _record(course: _Course, is_progression: IsProgression | None) -> PatientRecord:
    ablation = _find_ablation(course)
    ablations = _list_ablations(course, ablation)
    seen = assess_tumours(
        _make_reader(course, ablation),
        course.plan,
        course.calendar,
        ablations=ablations,
        until=min(course.off_study.day, course.calendar.cut_day),
        is_progression=is_progression,
    )
    treatment = _end_treatment(course, seen.progression_day)
    return PatientRecord(
        patients=(_list_patient(course),),
        visits=seen.visits,
        lesions=seen.lesions,
        measurements=seen.measurements,
        ablations=ablations if ablation and ablation.day < treatment.day else (),
        doses=_list_doses(course, treatment.day),
        therapies=_list_therapies(course, seen.progression_day),
        deaths=_list_deaths(course),
        dispositions=_list_dispositions(course, treatment),
    )


def _find_ablation(course: _Course) -> HiddenAblation | None:
    """Return the ablation, unless the patient had left before its day or the data were cut."""
    ablation, patient = course.patient.ablation, course.patient
    left = min(course.off_study.day, patient.discontinuation_day, course.calendar.cut_day)
    return ablation if ablation is not None and ablation.day < left else None


def _make_reader(course: _Course, ablation: HiddenAblation | None) -> ScanReader:
    plan = course.plan.ablation
    largest = course.scenario.lesions.largest_mm
    return ScanReader(
        patient_id=course.patient_id,
        patient=course.patient,
        ablation=ablation,
        largest_ablated_mm=largest if plan is None else min(plan.max_diameter_mm, largest),
        scenario=course.scenario,
        draws=course.draws,
    )


def _end_treatment(course: _Course, progression_day: float) -> _Ending:
    """Return the end of treatment; at the same day progression is named before the others."""
    endings = (
        _Ending(progression_day, "progressive disease", "progression"),
        course.off_study,
        # The scenario says how often, not why: toxicity or the patient's or physician's choice.
        _Ending(course.patient.discontinuation_day, "discontinued without progression", "other"),
    )
    return min(endings, key=lambda ending: ending.day)


def _list_patient(course: _Course) -> PatientRow:
    calendar = course.calendar
    born = calendar.enrolment - timedelta(days=course.patient.age_years * _DAYS_PER_YEAR)
    last_day = min(course.off_study.day, calendar.cut_day - 1)
    return PatientRow(
        patient_id=course.patient_id,
        site=SITE,
        sex=course.patient.sex,
        birth_date=f"{born:%Y-%m}",
        ecog=course.patient.ecog,
        consent_date=calendar.consent,
        enrolment_date=calendar.enrolment,
        last_alive_date=calendar.date_of(last_day),
    )


def _list_ablations(course: _Course, ablation: HiddenAblation | None) -> tuple[AblationRow, ...]:
    if ablation is None or course.plan.ablation is None:
        return ()
    return (
        AblationRow(
            patient_id=course.patient_id,
            lesion_id=ablation.lesion.lesion_id,
            ablation_date=course.calendar.date_of(ablation.day),
            modality=course.plan.ablation.modality,
            planned=True,
            technical_success=ablation.technical_success,
            margin_mm=ablation.margin_mm,
        ),
    )


def _list_doses(course: _Course, until: float) -> tuple[DoseRow, ...]:
    """List a row a cycle and drug before day ``until`` (end of treatment) and the data cut."""
    until = min(until, course.calendar.cut_day)
    return tuple(row for drug in course.plan.drugs for row in _list_cycles(course, drug, until))


def _list_cycles(course: _Course, drug: DrugPlan, until: float) -> list[DoseRow]:
    rows, start = [], 0
    while start < until:
        end = min(start + drug.days_given, until) - 1
        first, last = course.calendar.date_of(start), course.calendar.date_of(end)
        rows.append(DoseRow(course.patient_id, drug.name, first, last, drug.dose_mg))
        start += drug.cycle_days
    return rows


def _list_therapies(course: _Course, progression_day: float) -> tuple[TherapyRow, ...]:
    """List the first treatment after study treatment, if one starts while on study."""
    model = course.scenario.therapy
    stopped = course.patient.discontinuation_day
    starts = (
        _start_therapy(course, progression_day, model.probability_after_progression, 0),
        _start_therapy(
            course,
            stopped if stopped < progression_day else inf,
            model.probability_after_discontinuation,
            1,
        ),
    )
    day = min(starts)
    if day >= min(course.off_study.day, course.calendar.cut_day):
        return ()
    return (TherapyRow(course.patient_id, LATER_THERAPY, course.calendar.date_of(day)),)


def _start_therapy(course: _Course, after: float, probability: float, index: int) -> float:
    """Return the day a therapy starts, infinite if none does; each occasion has its index."""
    model = course.scenario.therapy
    if course.draws.uniform(Purpose.THERAPY, index) >= probability:
        return inf
    low, high = model.delay_least_days, model.delay_most_days
    return after + course.draws.integer(Purpose.THERAPY_DELAY, low, high, index)


def _list_deaths(course: _Course) -> tuple[DeathRow, ...]:
    end = course.off_study
    if end.reason != "death" or end.day >= course.calendar.cut_day:
        return ()
    return (DeathRow(course.patient_id, course.calendar.date_of(end.day)),)


def _list_dispositions(course: _Course, treatment: _Ending) -> tuple[DispositionRow, ...]:
    return tuple(
        DispositionRow(
            course.patient_id, scope, course.calendar.date_of(end.day), end.reason, end.category
        )
        for scope, end in (("treatment", treatment), ("study", course.off_study))
        if end.day < course.calendar.cut_day
    )
