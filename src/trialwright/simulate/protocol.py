"""Simulate the trial that a study file plans, with the trial's own response rules.

The simulator draws tumours and scans; whether a scan shows progression is asked of the room
``response``, so a virtual patient leaves the study by the rule that a real one does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trialwright.errors import StudyError
from trialwright.response import (
    Lesion,
    LocalTreatment,
    PatientScans,
    Reading,
    Response,
    ResponseRules,
    assess_patient,
)
from trialwright.simulate.plan import AblationPlan, DrugPlan, TrialPlan
from trialwright.simulate.scenario_file import read_scenario
from trialwright.simulate.trial import simulate_trial
from trialwright.study.settled import require_settled

if TYPE_CHECKING:
    from trialwright.dataset.dataset import Dataset
    from trialwright.simulate.rows import (
        AblationRow,
        IsProgression,
        LesionRow,
        MeasurementRow,
    )
    from trialwright.study.model import Study


def simulate_study(
    study: Study, *, seed: int, trial: int = 0, patients: int | None = None
) -> Dataset:
    """Draw one virtual trial of a study.

    Parameters
    ----------
    study : Study
        The protocol; its ``simulation.scenario`` names the virtual patients.
    seed : int
        Names the series of trials.
    trial : int
        Number of the trial in the series, 0-based.
    patients : int or None
        Patients to enrol; none: as many as the study plans. A smaller number drops the last
        patients and leaves the others as they were. All are enrolled: the interim look is
        judged in the analysis and does not stop the virtual trial.

    Raises
    ------
    StudyError
        If a field that the simulation needs is still a gap (all are listed), or the scenario
        is unknown.
    """
    require_settled(study, "a simulation", _NEEDED, but_not=_NOT_NEEDED)
    plan = plan_trial(study)
    if patients is not None:
        plan = plan.resized(patients)
    scenario = read_scenario(study.simulation.scenario.require())
    try:
        return simulate_trial(
            scenario, plan, seed=seed, trial=trial, is_progression=progression_rule(study)
        )
    except ValueError as error:
        msg = f"the study cannot be simulated: {error}"
        raise StudyError(msg) from error


def plan_trial(study: Study) -> TrialPlan:
    """Return what the simulator needs to know of a study.

    Days of the study file count from 1, those of the simulator from 0.
    """
    schedule, ablation = study.schedule, study.ablation
    drugs = tuple(
        DrugPlan(
            drug.name.require(),
            drug.dose_mg.require(),
            drug.cycle_days.require(),
            drug.days_given.require(),
        )
        for drug in study.treatments
    )
    planned = None
    if ablation is not None:
        first, last = ablation.timing.require()
        planned = AblationPlan(
            first - 1, last - 1, ablation.largest_lesion_mm.require(), ablation.modality.require()
        )
    return TrialPlan(
        patients=study.design.planned_patients.require(),
        accrual_months=study.design.accrual_months.require(),
        assessment_interval_weeks=schedule.assessment_interval_weeks.require(),
        window_days=schedule.assessment_window_days.require(),
        horizon_months=schedule.horizon_months.require(),
        first_patient_date=schedule.first_patient_date.require(),
        data_cut=None,
        drugs=drugs,
        ablation=planned,
        later_assessments=schedule.later_assessments.require(),
    )


def progression_rule(study: Study) -> IsProgression:
    """Return the study's own rule for progression, in the form that the simulator asks."""
    # A treatment that follows RECIST 1.1 asks for no other criteria.
    rules = replace(ResponseRules.of(study), immune_criteria="none")

    def is_progression(
        lesions: tuple[LesionRow, ...],
        measurements: tuple[MeasurementRow, ...],
        ablations: tuple[AblationRow, ...],
    ) -> bool:
        points = assess_patient(_scans_of(lesions, measurements, ablations), rules).time_points
        return bool(points) and points[-1].overall == Response.PD

    return is_progression


def _scans_of(
    lesions: tuple[LesionRow, ...],
    measurements: tuple[MeasurementRow, ...],
    ablations: tuple[AblationRow, ...],
) -> PatientScans:
    baseline = measurements[0].visit
    return PatientScans(
        measurements[0].patient_id,
        # All that matters here is which scan is the baseline.
        max(row.scan_date for row in measurements if row.visit == baseline),
        tuple(Lesion(r.lesion_id, r.role, r.organ, r.lymph_node) for r in lesions),
        tuple(_reading_of(row) for row in measurements),
        tuple(
            LocalTreatment(r.lesion_id, r.ablation_date, r.modality, r.planned, r.technical_success)
            for r in ablations
        ),
    )


def _reading_of(row: MeasurementRow) -> Reading:
    return Reading(
        row.lesion_id,
        row.visit,
        row.scan_date,
        row.diameter_mm,
        row.state,
        method=row.method,
        ablation_finding=row.ablation_finding,
    )


_NEEDED = (
    "treatments[",
    "ablation.",
    "schedule.",
    "response.",
    "simulation.",
    "design.planned_patients",
    "design.accrual_months",
)
_NOT_NEEDED = (
    "ablation.extent",
    "ablation.drug_hold",
    "ablation.first_scan_weeks",
    "schedule.baseline_window_days",
    "response.reader",
)
