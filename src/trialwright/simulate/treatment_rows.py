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
    from trialwright.simulate.harm.facts import AdverseEvent, Dose, LaboratoryValue, ToxicityKind
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
    day_0 = plan.first_patient_date + timedelta(days=story.entry.first_dose)
    return (
        tuple(_dose_row(one, patient_id, day_0) for one in harm.doses),
        tuple(_event_row(one, patient_id, day_0) for one in harm.adverse_events),
        tuple(_laboratory_row(one, patient_id, day_0) for one in harm.laboratory),
    )


def _dose_row(dose: Dose, patient_id: str, day_0: date) -> DoseRow:
    first, last = (day_0 + timedelta(days=day) for day in (dose.first_day, dose.last_day))
    return DoseRow(patient_id, dose.drug, first, last, dose.dose_mg, dose.reason)


def _event_row(event: AdverseEvent, patient_id: str, day_0: date) -> AdverseEventRow:
    end = event.end_day
    return AdverseEventRow(
        patient_id,
        event.term,
        event.grade,
        (day_0 + timedelta(days=event.start_day)).isoformat(),
        None if end is None else (day_0 + timedelta(days=end)).isoformat(),
        event.serious,
        event.related_to,
        body_system=event.body_system,
        outcome=None if end is None else "recovered",  # of one that goes on nothing is known
        immune_related=event.kind == "immune-related",
        actions=event.actions or None,
    )


def _laboratory_row(value: LaboratoryValue, patient_id: str, day_0: date) -> LaboratoryRow:
    return LaboratoryRow(
        patient_id,
        value.test,
        day_0 + timedelta(days=value.day),
        value.value,
        value.unit,
        value.lower_limit,
        value.upper_limit,
    )


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
