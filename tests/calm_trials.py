"""Virtual trials with one thing at work at a time, so that a closed form says what comes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from math import exp
from pathlib import Path

import numpy as np

from trialwright.simulate import AblationPlan, DrugPlan, TrialPlan, read_scenario
from trialwright.simulate.memory import room_as_lists
from trialwright.simulate.numbers import nature_of, protocol_of
from trialwright.simulate.patient import draw_lesions, draw_traits
from trialwright.simulate.protocol import conduct_of, endpoints_of, reading_of
from trialwright.simulate.trials.machine import TrialMachine
from trialwright.study import read_study

REGORAFENIB = DrugPlan("Regorafenib", 80.0, 28, 21)
TORIPALIMAB = DrugPlan("Toripalimab", 240.0, 21, 1)
NEVER_LOOKED = 2**31 - 1
PLAN = TrialPlan(
    patients=45,
    accrual_months=18.0,
    assessment_interval_weeks=8.0,
    window_days=7,
    horizon_months=24.0,
    first_patient_date=date(2024, 1, 8),
    data_cut=None,
    drugs=(REGORAFENIB, TORIPALIMAB),
    ablation=AblationPlan(7, 21, 30.0),
    toxicity_window_days=42,
)
BARE_PLAN = replace(PLAN, ablation=None)
SIZE_MM = exp(3.53)  # of every lesion in a calm scenario


@cache
def worked_study():
    """Return the worked example, once a process."""
    return read_study(Path(__file__).parents[1] / "examples" / "crclm" / "study.toml")


@cache
def worked_reading(*, stops=True):
    """Return how the worked example reads scans; without ``stops`` they go on after progression."""
    return reading_of(worked_study())._replace(stops_at_progression=stops)


def change(scenario, **sections):
    """Return the scenario with other values of some fields: ``growth={"model": "wang"}``."""
    parts = {name: replace(getattr(scenario, name), **new) for name, new in sections.items()}
    return replace(scenario, **parts)


def calm(name="regotori_liver_like", **sections):
    """Return a scenario without noise, hazards or spread, but for the sections that are given."""
    still = change(
        read_scenario(name),
        growth={
            "kg_median_per_week": 0.01,
            "ks_median_per_week": 0.05,
            "kg_patient_log_sd": 0.0,
            "kg_organ_log_sd": 0.0,
            "kg_lesion_log_sd": 0.0,
            "ks_patient_log_sd": 0.0,
            "ks_lesion_log_sd": 0.0,
        },
        lesions={
            "diameter_log_sd": 0.0,
            "extrahepatic_target_shares": (1.0, 0.0, 0.0),
            "non_target_shares": (1.0, 0.0, 0.0),
        },
        new_lesions={"hazard_per_week": 0.0, "frailty_log_sd": 0.0, "growth_effect": 0.0},
        survival={"os_median_weeks": 1000.0, "growth_effect": 0.0, "log_sd": 0.0},
        scans={
            "read_log_sd": 0.0,
            "rounding_mm": 0.0,
            "too_small_probability": 0.0,
            "not_evaluable_probability": 0.0,
            "missed_probability": 0.0,
            "jitter_sd_days": 0.0,
        },
        leaving={"discontinuation_hazard_per_month": 0.0, "withdrawal_hazard_per_month": 0.0},
        ablation={
            "not_done_probability": 0.0,
            "technical_failure_probability": 0.0,
            "technique_efficacy_probabilities": (1.0, 1.0, 1.0),
            "local_progression_hazards_per_month": (0.0, 0.0, 0.0, 0.0),
        },
        toxicity={"unacceptable_probability": 0.0},
    )
    return change(still, **sections)


def on_the_day(**sections):
    """Return a calm scenario whose baseline scan is on the day of the first dose."""
    scans = {"baseline_latest_days": 0, "baseline_earliest_days": 0, **sections.pop("scans", {})}
    return calm(scans=scans, **sections)


def machine_of(scenario, plan=BARE_PLAN, study=None, *, patients=32, counting="study"):
    """Return a machine for a plan of one's own: every patient is enrolled, no look stops it.

    With 32 patients its machine code is that of the worked study.
    """
    study = worked_study() if study is None else study
    conduct = conduct_of(study, counting)
    conduct = conduct._replace(
        patients=patients,
        first_stage_patients=0,
        toxicity_looks=(NEVER_LOOKED,) * len(conduct.toxicity_looks),
    )
    return TrialMachine(
        nature_of(scenario, plan),
        protocol_of(scenario, plan),
        reading_of(study),
        endpoints_of(study, counting),
        conduct,
    )


def run_patients(machine, count, *, seed=1):
    """Run as many patients as asked, and return each column by patient in one row."""
    each = machine.conduct.patients
    outcomes = machine.run(seed, 0, -(-count // each))
    assert (outcomes["enrolled"] == each).all()
    names = [name for name in outcomes.dtype.names if outcomes[name].ndim > 1]
    return {name: np.ascontiguousarray(outcomes[name][:, :each]).ravel() for name in names}


def draw_baseline(who, scenario, plan=PLAN):
    """Return a patient's numbers, traits, lesions and counts before the first dose."""
    nature, protocol = numbers_of(scenario, plan)
    lesions = room_as_lists(protocol).lesions
    traits = draw_traits(who, nature)
    return nature, protocol, traits, lesions, draw_lesions(who, nature, traits, lesions)


_NUMBERS = {}


def numbers_of(scenario, plan):
    """Return scenario and plan as numbers, made once for the same two objects."""
    key = id(scenario), id(plan)
    if key not in _NUMBERS:  # the objects are kept, so that no other can take their place
        _NUMBERS[key] = scenario, plan, nature_of(scenario, plan), protocol_of(scenario, plan)
    return _NUMBERS[key][2:]
