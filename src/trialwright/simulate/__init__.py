"""What would this protocol do? Virtual patients, scenarios, and the whole trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.simulate.course import simulate_patient
from trialwright.simulate.draws import COUNTER_LAYOUT, GENERATOR_NAME, Draws, Purpose
from trialwright.simulate.plan import AblationPlan, DrugPlan, TrialPlan
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

if TYPE_CHECKING:
    from trialwright.simulate.protocol import plan_trial, simulate_study

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


def __getattr__(name: str) -> object:
    """Import what needs the response rules, and with them Polars, when it is first used."""
    if name not in {"plan_trial", "simulate_study"}:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    from trialwright.simulate import protocol

    return getattr(protocol, name)
