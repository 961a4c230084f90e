"""The rules under which one patient is read and followed in several test modules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from trialwright.endpoints import TimeRules, longest_gap
from trialwright.response import BestRules, ResponseRules

READ = ResponseRules(
    best=BestRules(28, 1, 1, 49),
    confirm=True,
    persistent=True,
    planned_ablation="exclude",
    unplanned_local_therapy="not_evaluable",
    time_point_date="earliest",
    baseline_after_ablation=False,
    changed_method="flag",
    tumour_marker="none",
    best_response_rules="recist11",
    immune_criteria="none",
    immune_confirmation_days=0,
)
FDA = TimeRules(
    origin="first_treatment",
    survival_origin="first_treatment",
    death_ends_response=True,
    death_in_progression="censored_at_last_assessment",
    therapy_censors=True,
    missed_allowed=1,
    longest_gap=longest_gap(1, 8, 7),
    extra_day=0,
)
EMA = replace(FDA, therapy_censors=False, missed_allowed=-1, longest_gap=timedelta.max)
