"""The rules under which one patient is read and followed in several test modules."""

from __future__ import annotations

from dataclasses import replace

from trialwright.endpoints import CensoringRules, TimeRules, TimeToEvent
from trialwright.endpoints.endings import DeathIs, Strategy
from trialwright.response import BestRules, ResponseRules
from trialwright.study.calendar import AssessmentCalendar

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
    after_new_therapy=False,
    while_on_treatment=False,
)
EVERY_8_WEEKS = AssessmentCalendar(56, 7, float("inf"), 56)
CENSORING = CensoringRules(
    calendar=EVERY_8_WEEKS,
    dated_at_visit=False,
    missed_before_progression=1,
    missed_before_death=1,
    by_planned_visits=False,
    censors_without_baseline=False,
    horizon_day=float("inf"),
    clinical_progression=Strategy.TREATMENT_POLICY,
    new_therapy=Strategy.HYPOTHETICAL,
    local_therapy=Strategy.TREATMENT_POLICY,
    discontinuation=Strategy.TREATMENT_POLICY,
)
FDA = TimeRules(
    origin="first_treatment",
    survival_origin="first_treatment",
    death_ends_response=True,
    death_in_progression=DeathIs.CENSORED_AT_LAST_ASSESSMENT,
    extra_day=0,
    censoring=CENSORING,
    last_assessment="adequate",
    criteria="RECIST 1.1",
)
EMA = replace(
    FDA,
    censoring=CENSORING._replace(
        missed_before_progression=-1,
        missed_before_death=-1,
        new_therapy=Strategy.TREATMENT_POLICY,
    ),
)


def times_of(timed):
    """Return the times alone, without the patients who have none."""
    return tuple(one for one in timed if isinstance(one, TimeToEvent))
