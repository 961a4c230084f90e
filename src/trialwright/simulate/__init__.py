"""What would this protocol do? Virtual patients, scenarios, and the whole trial."""

from __future__ import annotations

from trialwright.simulate.course import simulate_patient
from trialwright.simulate.draws import COUNTER_LAYOUT, GENERATOR_NAME, Draws, Purpose
from trialwright.simulate.plan import AblationPlan, DrugPlan, TrialPlan
from trialwright.simulate.protocol import plan_trial, simulate_study
from trialwright.simulate.rows import (
    AblationRow,
    IsProgression,
    LesionRow,
    MeasurementRow,
    PatientRecord,
)
from trialwright.simulate.scenario import Basis, Scenario
from trialwright.simulate.scenario_file import list_scenarios, read_scenario
from trialwright.simulate.trial import simulate_records, simulate_trial

__all__ = [
    "COUNTER_LAYOUT",
    "GENERATOR_NAME",
    "AblationPlan",
    "AblationRow",
    "Basis",
    "Draws",
    "DrugPlan",
    "IsProgression",
    "LesionRow",
    "MeasurementRow",
    "PatientRecord",
    "Purpose",
    "Scenario",
    "TrialPlan",
    "list_scenarios",
    "plan_trial",
    "read_scenario",
    "simulate_patient",
    "simulate_records",
    "simulate_study",
    "simulate_trial",
]
