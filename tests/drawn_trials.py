"""Random studies and scenarios for virtual trials: every choice that their course depends on."""

from __future__ import annotations

import random

from calm_trials import change, worked_study
from trialwright.simulate import list_scenarios, read_scenario
from trialwright.simulate.tumour import MODELS
from trialwright.study.counting import countings_of
from trialwright.study.vary import vary_study

POLICIES = ("exclude", "zero", "zone", "viable", "carry_forward", "not_evaluable")
COUNTINGS = tuple(countings_of(worked_study()))
_CHOICES = {
    "response.planned_ablation": POLICIES,
    "response.unplanned_local_therapy": ("not_evaluable", "censor"),
    "response.confirmation_required": (True, False),
    "response.confirmation_interval_days": (28, 56),
    "response.intervening_not_evaluable": (0, 1),
    "response.intervening_stable_disease": (0, 1),
    "response.persistent_partial_response": (True, False),
    "response.time_point_date": ("earliest", "latest"),
    "schedule.assessment_interval_weeks": (6.0, 8.0, 12.0),
    "schedule.assessment_window_days": (3, 7),
    "schedule.later_assessments": ([], [24.0, 12.0]),
    "schedule.horizon_months": (12.0, 24.0),
    "rates.new_anticancer_therapy": ("composite", "treatment_policy"),
    "rates.treatment_discontinuation": ("treatment_policy", "while_on_treatment"),
    "ablation.timing": ([7, 21], [50, 70], [60, 100], [1, 200]),
    "endpoints.time_to_progression_death": ("censored_at_last_assessment", "censored_at_death"),
    "endpoints.duration_of_response_ends_at_death": (True, False),
    "endpoints.disease_control_minimum_days": (49, 112),
    "endpoints.first_day_counts": (True, False),
    "simulation.accrual_at_first_look": ("pauses", "continues"),
    "simulation.first_look_weeks": (8.0, 25.0, 104.0),
}
_SMALL = {
    "design.planned_patients": 6,
    "design.first_stage_patients": 3,
    "design.first_stage_bound": 0,
    "design.final_bound": 1,
    "design.accrual_months": 6.0,
}


def source_of(seed):
    """Return a source of random choices."""
    return random.Random(seed)  # noqa: S311 - a test's own


def draw_study(source: random.Random, **fixed):
    """Return the worked study with six patients and each choice drawn, but for those fixed."""
    choices = {path: source.choice(values) for path, values in _CHOICES.items()}
    return vary_study(worked_study(), {**_SMALL, **choices, **fixed}, basis="drawn by a test")


def draw_scenario(source: random.Random):
    """Return a scenario: now and then as its file says, mostly with more going on."""
    scenario = read_scenario(source.choice(list_scenarios()))
    if source.random() < 0.3:
        return scenario
    return change(
        scenario,
        growth={
            "model": source.choice(MODELS),
            "ks_median_per_week": source.choice([0.01, 0.05, 0.15]),
            "kg_median_per_week": source.choice([0.001, 0.01, 0.03]),
            "liver_shrinkage_factor": source.choice([0.5, 1.0]),
        },
        correlations={"growth_shrinkage": source.choice([0.0, -0.4, 0.5])},
        lesions={"liver_targets": source.choice([1, 2])},
        new_lesions={
            "hazard_per_week": source.choice([0.0, 0.02, 0.1]),
            "most_per_patient": source.choice([0, 3, 15]),
        },
        survival={
            "burden_effect": source.choice([0.0, 0.3]),
            "week_8_change_effect": source.choice([0.0, 0.5]),
            "ecog_effect": source.choice([0.0, 0.3]),
        },
        scans={
            "not_evaluable_probability": source.choice([0.0, 0.15, 0.4]),
            "missed_probability": source.choice([0.0, 0.2, 0.5]),
            "reader_change_probability": source.choice([0.0, 0.3]),
            "rounding_mm": source.choice([0.0, 1.0]),
        },
        leaving={
            "withdrawal_hazard_per_month": source.choice([0.0, 0.05]),
            "discontinuation_hazard_per_month": source.choice([0.0, 0.1]),
        },
        ablation={
            "local_progression_hazards_per_month": source.choice([(0.0,) * 4, (0.3,) * 4]),
            "technique_efficacy_probabilities": (0.6, 0.6, 0.6),
            "technical_failure_probability": source.choice([0.0, 0.3]),
            "abscopal_probability": source.choice([0.0, 0.5]),
        },
        toxicity={"unacceptable_probability": source.choice([0.0, 0.15, 0.6])},
    )
