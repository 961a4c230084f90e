"""What would this protocol do? Virtual patients, scenarios, and the whole trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.first_use import import_on_first_use

if TYPE_CHECKING:
    from trialwright.simulate.draws import COUNTER_LAYOUT, GENERATOR_NAME, Draws, Purpose
    from trialwright.simulate.plan import AblationPlan, DrugPlan, TrialPlan
    from trialwright.simulate.protocol import (
        conduct_of,
        endpoints_of,
        plan_trial,
        reading_of,
        simulate_study,
    )
    from trialwright.simulate.rows import PatientRecord
    from trialwright.simulate.scans import Reading
    from trialwright.simulate.scenario import Basis, Scenario
    from trialwright.simulate.scenario_file import list_scenarios, read_scenario
    from trialwright.simulate.trial import (
        make_setting,
        simulate_patient,
        simulate_records,
        simulate_trial,
    )

__all__ = [
    "COUNTER_LAYOUT",
    "GENERATOR_NAME",
    "AblationPlan",
    "Basis",
    "Draws",
    "DrugPlan",
    "PatientRecord",
    "Purpose",
    "Reading",
    "Scenario",
    "TrialPlan",
    "conduct_of",
    "endpoints_of",
    "list_scenarios",
    "make_setting",
    "plan_trial",
    "read_scenario",
    "reading_of",
    "simulate_patient",
    "simulate_records",
    "simulate_study",
    "simulate_trial",
]

_HOME = {
    "COUNTER_LAYOUT": "draws",
    "GENERATOR_NAME": "draws",
    "AblationPlan": "plan",
    "Basis": "scenario",
    "Draws": "draws",
    "DrugPlan": "plan",
    "PatientRecord": "rows",
    "Purpose": "draws",
    "Reading": "scans",
    "Scenario": "scenario",
    "TrialPlan": "plan",
    "conduct_of": "protocol",
    "endpoints_of": "protocol",
    "list_scenarios": "scenario_file",
    "make_setting": "trial",
    "plan_trial": "protocol",
    "read_scenario": "scenario_file",
    "reading_of": "protocol",
    "simulate_patient": "trial",
    "simulate_records": "trial",
    "simulate_study": "protocol",
    "simulate_trial": "trial",
}
__getattr__ = import_on_first_use(__name__, _HOME)
