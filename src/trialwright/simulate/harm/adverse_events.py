"""Adverse events of one patient, drawn in the order of time, with the doses that follow them.

An event of a drug comes from a Poisson process whose hazard depends on the time since the first
dose and on the dose. Candidates are drawn at the hazard of the planned dose and kept with the
share that the dose of their day has of it (thinning: Lewis & Shedler 1979), so that a reduced
dose makes fewer events and a held drug none, while every candidate keeps its own draws. A
complication of the ablation comes at most once.

The unacceptable toxicity that the stopping rule counts is given from outside: it becomes an event
of grade 3 or more of its kind, and no other of these kinds in the study's window is one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import exp, floor, inf
from typing import TYPE_CHECKING

from trialwright.simulate.harm.dosing import Trigger, is_meant
from trialwright.simulate.harm.facts import (
    TOXICITY_CANDIDATE,
    AdverseEvent,
    HarmPurpose,
    event_index,
    never,
)
from trialwright.simulate.scenario_harm import AblationEventModel, AdverseEventModel
from trialwright.simulate.tumour import DAYS_PER_MONTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.simulate.draws import Draws
    from trialwright.simulate.harm.dosing import DrugCourse
    from trialwright.simulate.harm.facts import HarmFacts
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.scenario_harm import EventCourse, Harm

SEVERE = 3  # the grade from which on an event can be an unacceptable toxicity
UNNAMED_TOXICITY = "Unacceptable toxicity, not otherwise specified"

Model = AdverseEventModel | AblationEventModel


@dataclass(frozen=True, slots=True)
class DrawnEvent:
    """One event with the laboratory tests it moves; ``peak`` is its place in its grade, 0-1."""

    row: AdverseEvent
    days: int
    peak: float
    laboratory: tuple[str, ...] = ()
    laboratory_delay_days: tuple[int, ...] = ()


@dataclass(slots=True)
class _Patient:
    """What the drawing of one patient's events reads, and the events so far."""

    harm: Harm
    plan: TrialPlan
    draws: Draws
    facts: HarmFacts
    courses: tuple[DrugCourse, ...]
    events: list[DrawnEvent] = field(default_factory=list)
    running: dict[str, float] = field(default_factory=dict)  # term -> first day it is over
    occurrences: dict[int, int] = field(default_factory=dict)  # entry -> events so far


@dataclass(frozen=True, slots=True, order=True)
class _Candidate:
    """An event that may happen; ordered by day, a given toxicity first."""

    day: int
    rank: int
    entry: int  # key of the entry: its first index
    number: int
    time: float = field(compare=False)
    model: Model = field(compare=False)

    @property
    def index(self) -> int:
        return self.entry + self.number


def draw_events(
    harm: Harm,
    plan: TrialPlan,
    draws: Draws,
    *,
    facts: HarmFacts,
    courses: tuple[DrugCourse, ...],
) -> tuple[DrawnEvent, ...]:
    """Draw all events of a patient and let the doses of ``courses`` follow them."""
    patient = _Patient(harm, plan, draws, facts, courses)
    queue = [
        *_first_candidates(patient),
        *_ablation_candidates(patient),
        *_toxicity_candidates(patient),
    ]
    heapify(queue)
    while queue:
        candidate = heappop(queue)
        over = _happen(patient, candidate) if _is_kept(patient, candidate) else candidate.time
        following = _next_candidate(patient, candidate, over)
        if following is not None:
            heappush(queue, following)
    return tuple(patient.events)


def _first_candidates(patient: _Patient) -> list[_Candidate]:
    found = []
    for model in patient.harm.adverse_events:
        if _drugs_of(patient, model.cause):
            entry = event_index(model.number, 0, of_ablation=False)
            candidate = _draw_candidate(patient, model, entry, 0, after=0.0)
            found += [candidate] if candidate is not None else []
    return found


def _draw_candidate(
    patient: _Patient, model: AdverseEventModel, entry: int, number: int, *, after: float
) -> _Candidate | None:
    """Draw when the entry's next event may start, counted on its cumulative hazard."""
    rate = _planned_rate(patient, model)
    if patient.occurrences.get(entry, 0):
        rate *= model.recurrence_factor
    if rate <= 0 or number >= TOXICITY_CANDIDATE:
        return None
    waited = patient.draws.exponential(HarmPurpose.ONSET, entry + number) / rate
    time = when_due(model, elapsed(model, after) + waited)
    if time >= _exposed_until(patient, model):
        return None
    return _Candidate(floor(time), 1, entry, number, time, model)


def elapsed(model: AdverseEventModel, day: float) -> float:
    """Return the hazard that has passed by a day, in days at the early hazard."""
    return min(day, model.early_days) + model.late_factor * max(0.0, day - model.early_days)


def when_due(model: AdverseEventModel, hazard_days: float) -> float:
    """Return the day by which that much hazard has passed; infinite if it never does."""
    late = hazard_days - model.early_days
    if late <= 0:
        return hazard_days
    return model.early_days + late / model.late_factor if model.late_factor > 0 else inf


def _planned_rate(patient: _Patient, model: AdverseEventModel) -> float:
    """Return the early hazard a day at the planned dose of the drug."""
    rate = model.hazard_per_month / DAYS_PER_MONTH
    if model.reference_dose_mg == 0:
        return rate
    planned = _drugs_of(patient, model.cause)[0].plan.dose_mg
    return rate * _dose_effect(patient, planned / model.reference_dose_mg)


def _dose_effect(patient: _Patient, ratio: float) -> float:
    return ratio**patient.harm.dosing.hazard_dose_exponent if ratio > 0 else 0.0


def _exposed_until(patient: _Patient, model: AdverseEventModel) -> float:
    """Return the first day on which the entry's event can no longer start."""
    stopped = _drugs_of(patient, model.cause)[0].stop_day
    last_dose = min(patient.facts.treatment_end_day, stopped)
    return min(patient.facts.last_known, last_dose + model.days_after_last_dose)


def _drugs_of(patient: _Patient, word: str) -> list[DrugCourse]:
    return [course for course in patient.courses if is_meant(patient.harm, word, course.plan)]


def _ablation_candidates(patient: _Patient) -> list[_Candidate]:
    """Return the complications of the ablation, at most one of each entry."""
    facts, draws, found = patient.facts, patient.draws, []
    if never(facts.ablation_day):
        return []
    for model in patient.harm.ablation_events:
        entry = event_index(model.number, 0, of_ablation=True)
        if draws.uniform(HarmPurpose.ABLATION_EVENT, entry) >= model.probability:
            continue
        spread = exp(model.onset_log_sd * draws.normal(HarmPurpose.ABLATION_ONSET, entry))
        day = int(facts.ablation_day) + floor(model.onset_median_days * spread)
        if day < facts.last_known:
            found.append(_Candidate(day, 1, entry, 0, float(day), model))
    return found


def _toxicity_candidates(patient: _Patient) -> list[_Candidate]:
    """Return the given toxicity as an entry of its kind, drawn by how often each is severe."""
    facts = patient.facts
    if not facts.toxicity_day < facts.last_known:
        return []
    models: list[tuple[Model, float]]
    if facts.toxicity_kind == "ablation-related":
        models = [(m, m.probability * _severe(m)) for m in patient.harm.ablation_events]
    else:
        models = [
            (m, _planned_rate(patient, m) * _severe(m))
            for m in patient.harm.adverse_events
            if m.kind == "immune-related" and _drugs_of(patient, m.cause)
        ]
    total = sum(weight for _, weight in models)
    if total <= 0:
        patient.events.append(_unnamed(patient))
        return []
    place = patient.draws.choice(HarmPurpose.TOXICITY_TERM, [w / total for _, w in models])
    model, day = models[place][0], floor(facts.toxicity_day)
    of_ablation = isinstance(model, AblationEventModel)
    entry = event_index(model.number, 0, of_ablation=of_ablation)
    return [_Candidate(day, 0, entry, TOXICITY_CANDIDATE, facts.toxicity_day, model)]


def _severe(model: EventCourse) -> float:
    return sum(model.grade_shares[SEVERE - 1 :])


def _unnamed(patient: _Patient) -> DrawnEvent:
    """Return the toxicity of a study for whose treatments the scenario has no such event."""
    facts = patient.facts
    kind = str(facts.toxicity_kind)
    related = "; ".join(course.plan.name for course in patient.courses)
    if kind == "ablation-related":
        related = _modality(patient)
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


def _modality(patient: _Patient) -> str:
    return patient.plan.ablation.modality if patient.plan.ablation is not None else "ablation"


def _is_kept(patient: _Patient, candidate: _Candidate) -> bool:
    """Tell whether a candidate becomes an event, by the dose of its day and what is going on."""
    model = candidate.model
    if candidate.rank == 0:
        return True
    if candidate.day < patient.running.get(model.term, -inf):
        return False
    if isinstance(model, AblationEventModel):
        return True
    # The drug may have been stopped since the candidate was drawn.
    exposed = candidate.time < _exposed_until(patient, model)
    return exposed and _is_kept_at_dose(patient, candidate, model)


def _is_kept_at_dose(patient: _Patient, candidate: _Candidate, model: AdverseEventModel) -> bool:
    drug = _drugs_of(patient, model.cause)[0]
    dose, reason = drug.dose_on(min(candidate.day, _last_dosed(patient, drug)))
    if reason is None or model.reference_dose_mg == 0:
        return True
    drawn = patient.draws.uniform(HarmPurpose.KEPT, candidate.index)
    return drawn < _dose_effect(patient, dose / drug.plan.dose_mg)


def _last_dosed(patient: _Patient, drug: DrugCourse) -> float:
    """Return the last day of treatment with a drug; its dose stays in force for the time after."""
    return min(patient.facts.treatment_end_day, drug.stop_day) - 1


def _happen(patient: _Patient, candidate: _Candidate) -> float:
    """Put the event on file, let the doses follow, and return the first day it is over."""
    event, resolves = _draw_event(patient, candidate)
    row, entry = event.row, candidate.entry
    over = candidate.day + event.days if resolves else inf
    patient.events.append(event)
    patient.running[row.term] = max(over, patient.running.get(row.term, -inf))
    patient.occurrences[entry] = patient.occurrences.get(entry, 0) + 1
    trigger = Trigger(
        row.term, row.group, row.grade, row.start_day, event.days, patient.occurrences[entry]
    )
    for course in patient.courses:
        course.apply(trigger, patient.harm.dosing.recovery_share)
    return over


def _draw_event(patient: _Patient, candidate: _Candidate) -> tuple[DrawnEvent, bool]:
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
    )
    peak = draws.uniform(HarmPurpose.PEAK, index)
    return DrawnEvent(row, days, peak, model.laboratory, model.laboratory_delay_days), resolves


def _draw_grade(patient: _Patient, candidate: _Candidate) -> int:
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


def _attribute(patient: _Patient, candidate: _Candidate) -> str:
    """Write the treatments that the event is attributed to, those of the plan in its order."""
    model = candidate.model
    if isinstance(model, AblationEventModel):
        return _modality(patient)
    named = _drugs_of(patient, model.cause)
    if patient.draws.uniform(HarmPurpose.SHARED, candidate.index) < model.shared_probability:
        named += [drug for word in model.shared_with for drug in _drugs_of(patient, word)]
    return "; ".join(dict.fromkeys(drug.plan.name for drug in named))


def _next_candidate(patient: _Patient, candidate: _Candidate, over: float) -> _Candidate | None:
    """Return the entry's next candidate, if it may have one."""
    model, entry = candidate.model, candidate.entry
    if candidate.rank == 0 or isinstance(model, AblationEventModel) or never(over):
        return None
    if patient.occurrences.get(entry, 0) >= model.most_per_patient:
        return None
    return _draw_candidate(patient, model, entry, candidate.number + 1, after=over)
