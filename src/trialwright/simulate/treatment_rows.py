"""What study treatment cost one virtual patient, as rows: doses, adverse events, laboratory."""

from __future__ import annotations

from datetime import timedelta
from math import inf
from typing import TYPE_CHECKING

from trialwright.simulate.draws import Purpose
from trialwright.simulate.harm import HarmFacts, draw_harm
from trialwright.simulate.rows import AdverseEventRow, DoseRow, LaboratoryRow

if TYPE_CHECKING:
    from datetime import date

    from trialwright.simulate.course import Story
    from trialwright.simulate.draws import Draws
    from trialwright.simulate.harm.facts import ToxicityKind
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.scenario import Scenario

Rows = tuple[tuple[DoseRow, ...], tuple[AdverseEventRow, ...], tuple[LaboratoryRow, ...]]


def list_treatment_rows(
    scenario: Scenario, plan: TrialPlan, draws: Draws, story: Story, patient_id: str
) -> Rows:
    """List the doses, adverse events and laboratory values of one patient.

    Parameters
    ----------
    scenario, plan : Scenario, TrialPlan
        Assumptions and protocol.
    draws : Draws
        Names the patient.
    story : Story
        The patient's course.
    patient_id : str
        Written in each row.
    """
    harm = draw_harm(scenario.harm, plan, draws, _facts(scenario, plan, draws, story))

    def date_of(day: float) -> date:
        return plan.first_patient_date + timedelta(days=story.entry.first_dose + int(day))

    doses = tuple(
        DoseRow(
            patient_id,
            one.drug,
            date_of(one.first_day),
            date_of(one.last_day),
            one.dose_mg,
            one.reason,
        )
        for one in harm.doses
    )
    events = tuple(
        AdverseEventRow(
            patient_id,
            one.term,
            one.grade,
            date_of(one.start_day).isoformat(),
            None if one.end_day is None else date_of(one.end_day).isoformat(),
            one.serious,
            one.related_to,
        )
        for one in harm.adverse_events
    )
    labs = tuple(
        LaboratoryRow(
            patient_id,
            one.test,
            date_of(one.day),
            one.value,
            one.unit,
            one.lower_limit,
            one.upper_limit,
        )
        for one in harm.laboratory
    )
    return doses, events, labs


def _facts(scenario: Scenario, plan: TrialPlan, draws: Draws, story: Story) -> HarmFacts:
    ablation = story.ablation
    done = ablation.day < inf
    return HarmFacts(
        treatment_end_day=story.treatment.day,
        end_day=min(story.study.day, story.cut_day),
        ablation_day=ablation.day,
        ablated_mm=ablation.index_mm + ablation.excess_mm if done else 0.0,
        death_day=story.leaving.death,
        toxicity_day=story.toxicity_day,
        toxicity_kind=_toxicity_kind(scenario, draws, story),
        toxicity_window_days=plan.toxicity_window_days,
    )


def _toxicity_kind(scenario: Scenario, draws: Draws, story: Story) -> ToxicityKind | None:
    """Say what an unacceptable toxicity was; before the ablation it cannot be one of it."""
    if story.toxicity_day == inf:
        return None
    share = scenario.toxicity.ablation_related_share
    after = story.toxicity_day >= story.ablation.day
    of_ablation = after and draws.uniform(Purpose.TOXICITY_KIND) < share
    return "ablation-related" if of_ablation else "immune-related"
