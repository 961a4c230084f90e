"""Adverse events of one patient, drawn in the order of time, with the doses that follow them.

The unacceptable toxicity that the stopping rule counts is given from outside: it becomes an event
of grade 3 or more of its kind, and no other of these kinds in the study's window is one.
"""

from __future__ import annotations

from dataclasses import replace
from heapq import heapify, heappop, heappush
from math import exp, floor, inf
from typing import TYPE_CHECKING

from trialwright.simulate.harm.dosing import Trigger
from trialwright.simulate.harm.facts import AdverseEvent, HarmPurpose
from trialwright.simulate.harm.onsets import (
    SEVERE,
    DrawnEvent,
    Patient,
    first_candidates,
    is_kept,
    next_candidate,
    toxicity_candidates,
)
from trialwright.simulate.scenario_harm import AblationEventModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.simulate.draws import Draws
    from trialwright.simulate.harm.dosing import DrugCourse
    from trialwright.simulate.harm.facts import HarmFacts
    from trialwright.simulate.harm.onsets import Candidate, Model
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.scenario_harm import Harm

UNNAMED_TOXICITY = "Unacceptable toxicity, not otherwise specified"


def draw_events(
    harm: Harm,
    plan: TrialPlan,
    draws: Draws,
    *,
    facts: HarmFacts,
    courses: tuple[DrugCourse, ...],
) -> tuple[DrawnEvent, ...]:
    """Draw all events of a patient and let the doses of ``courses`` follow them."""
    patient = Patient(harm, plan, draws, facts, courses)
    toxicity = toxicity_candidates(patient)
    if not toxicity and facts.toxicity_day < facts.last_known:
        patient.events.append(_unnamed(patient))
    queue = [*first_candidates(patient), *toxicity]
    heapify(queue)
    while queue:
        candidate = heappop(queue)
        over = _happen(patient, candidate) if is_kept(patient, candidate) else candidate.time
        following = next_candidate(patient, candidate, over)
        if following is not None:
            heappush(queue, following)
    return tuple(patient.events)


def _unnamed(patient: Patient) -> DrawnEvent:
    """Return the toxicity of a study for whose treatments the scenario has no such event."""
    facts = patient.facts
    kind = str(facts.toxicity_kind)
    related = "; ".join(course.plan.name for course in patient.courses)
    if kind == "ablation-related":
        related = patient.modality
    row = AdverseEvent(
        term=UNNAMED_TOXICITY,
        grade=SEVERE,
        start_day=floor(facts.toxicity_day),
        end_day=None,
        serious=True,
        related_to=related,
        kind=kind,
        group=kind,
    )
    return DrawnEvent(row, 1, 0.0)


def _happen(patient: Patient, candidate: Candidate) -> float:
    """Put the event on file, let the doses follow, and return the first day it is over."""
    event, resolves = _draw_event(patient, candidate)
    row, entry = event.row, candidate.entry
    over = candidate.day + event.days if resolves else inf
    patient.running[row.term] = max(over, patient.running.get(row.term, -inf))
    patient.occurrences[entry] = patient.occurrences.get(entry, 0) + 1
    trigger = Trigger(
        row.term, row.group, row.grade, row.start_day, event.days, patient.occurrences[entry]
    )
    actions = _follow(patient, trigger)
    patient.events.append(replace(event, row=replace(row, actions=actions)))
    return over


def _follow(patient: Patient, trigger: Trigger) -> str:
    """Let the doses follow an event, and write what was done with each drug still being given."""
    takes_hold = trigger.day + 1
    written = []
    for course in patient.courses:
        given = takes_hold < min(course.stop_day, patient.facts.treatment_end_day)
        done = course.apply(trigger, patient.harm.dosing.recovery_share)
        if given:
            written += [f"{course.plan.name}: {action}" for action in done or ("unchanged",)]
    return "; ".join(written)


def _draw_event(patient: Patient, candidate: Candidate) -> tuple[DrawnEvent, bool]:
    model, draws, index = candidate.model, patient.draws, candidate.index
    grade = _draw_grade(patient, candidate)
    spread = exp(model.duration_log_sd * draws.normal(HarmPurpose.DURATION, index))
    days = max(1, round(model.duration_median_days * spread))
    resolves = draws.uniform(HarmPurpose.RESOLVES, index) < model.resolves_probability
    last = candidate.day + days - 1
    serious = model.serious_probabilities[grade - 1]
    row = AdverseEvent(
        term=model.term,
        grade=grade,
        start_day=candidate.day,
        end_day=last if resolves and last < patient.facts.last_known else None,
        serious=draws.uniform(HarmPurpose.SERIOUS, index) < serious,
        related_to=_attribute(patient, candidate),
        kind=_kind_of(model),
        group=model.group,
        body_system=model.body_system,
    )
    peak = draws.uniform(HarmPurpose.PEAK, index)
    return DrawnEvent(row, days, peak, model.laboratory, model.laboratory_delay_days), resolves


def _draw_grade(patient: Patient, candidate: Candidate) -> int:
    """Draw a grade; severe for the given toxicity, and not severe for its kinds in the window."""
    shares, purpose = candidate.model.grade_shares, HarmPurpose.GRADE
    if candidate.rank == 0:
        shares, purpose = (0.0, 0.0, *shares[SEVERE - 1 :]), HarmPurpose.TOXICITY_GRADE
    elif (
        _kind_of(candidate.model) != "drug" and candidate.day <= patient.facts.toxicity_window_days
    ):
        shares = shares[: SEVERE - 1]
    return 1 + _choose(patient.draws.uniform(purpose, candidate.index), shares)


def _choose(u: float, shares: Sequence[float]) -> int:
    """Return the position that ``u`` falls on; the shares may sum to less than 1."""
    total = sum(shares)
    if total <= 0:  # only severe grades, and none is allowed
        return len(shares) - 1
    passed = 0.0
    for place, share in enumerate(shares):
        passed += share
        if u * total < passed:
            return place
    return max(place for place, share in enumerate(shares) if share > 0)


def _kind_of(model: Model) -> str:
    return "ablation-related" if isinstance(model, AblationEventModel) else model.kind


def _attribute(patient: Patient, candidate: Candidate) -> str:
    """Write the treatments that the event is attributed to, those of the plan in its order."""
    model = candidate.model
    if isinstance(model, AblationEventModel):
        return patient.modality
    named = patient.drugs_of(model.cause)
    if patient.draws.uniform(HarmPurpose.SHARED, candidate.index) < model.shared_probability:
        named += [drug for word in model.shared_with for drug in patient.drugs_of(word)]
    return "; ".join(dict.fromkeys(drug.plan.name for drug in named))
