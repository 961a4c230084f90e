"""When the adverse events of a patient may start, and which of these candidates happen.

An event of a drug comes from a Poisson process whose hazard depends on the time since the first
dose and on the dose. Candidates are drawn at the hazard of the planned dose and kept with the
share that the dose of their day has of it (thinning: Lewis & Shedler 1979), so that a reduced
dose makes fewer events and a held drug none, while every candidate keeps its own draws. A
complication of the ablation comes at most once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, floor, inf
from typing import TYPE_CHECKING

from trialwright.simulate.harm.dosing import is_meant
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
    from trialwright.simulate.draws import Draws
    from trialwright.simulate.harm.dosing import DrugCourse
    from trialwright.simulate.harm.facts import HarmFacts
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.scenario_harm import EventCourse, Harm

SEVERE = 3  # the grade from which on an event can be an unacceptable toxicity

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
class Patient:
    """What the drawing of one patient's events reads, and the events so far; grows as they come."""

    harm: Harm
    plan: TrialPlan
    draws: Draws
    facts: HarmFacts
    courses: tuple[DrugCourse, ...]
    events: list[DrawnEvent] = field(default_factory=list)
    running: dict[str, float] = field(default_factory=dict)  # term -> first day it is over
    occurrences: dict[int, int] = field(default_factory=dict)  # entry -> events so far

    def drugs_of(self, word: str) -> list[DrugCourse]:
        """Return the study's drugs that a word of the scenario means, in the plan's order."""
        return [course for course in self.courses if is_meant(self.harm, word, course.plan)]

    @property
    def modality(self) -> str:
        """The technique of the ablation, as events are attributed to it."""
        return self.plan.ablation.modality if self.plan.ablation is not None else "ablation"


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """An event that may happen; ordered by day, a given toxicity first."""

    day: int
    rank: int
    entry: int  # key of the entry: its first index
    number: int
    time: float = field(compare=False)
    model: Model = field(compare=False)

    @property
    def index(self) -> int:
        """The index of the candidate's draws."""
        return self.entry + self.number


def first_candidates(patient: Patient) -> list[Candidate]:
    """Return the first event that may come of each entry, of drugs and of the ablation."""
    return [*_first_of_drugs(patient), *_first_of_ablation(patient)]


def _first_of_drugs(patient: Patient) -> list[Candidate]:
    found = []
    for model in patient.harm.adverse_events:
        if patient.drugs_of(model.cause):
            entry = event_index(model.number, 0, of_ablation=False)
            candidate = _draw_candidate(patient, model, entry, 0, after=0.0)
            found += [candidate] if candidate is not None else []
    return found


def _draw_candidate(
    patient: Patient, model: AdverseEventModel, entry: int, number: int, *, after: float
) -> Candidate | None:
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
    return Candidate(floor(time), 1, entry, number, time, model)


def elapsed(model: AdverseEventModel, day: float) -> float:
    """Return the hazard that has passed by a day, in days at the early hazard."""
    return min(day, model.early_days) + model.late_factor * max(0.0, day - model.early_days)


def when_due(model: AdverseEventModel, hazard_days: float) -> float:
    """Return the day by which that much hazard has passed; infinite if it never does."""
    late = hazard_days - model.early_days
    if late <= 0:
        return hazard_days
    return model.early_days + late / model.late_factor if model.late_factor > 0 else inf


def _planned_rate(patient: Patient, model: AdverseEventModel) -> float:
    """Return the early hazard a day at the planned dose of the drug."""
    rate = model.hazard_per_month / DAYS_PER_MONTH
    if model.reference_dose_mg == 0:
        return rate
    planned = patient.drugs_of(model.cause)[0].plan.dose_mg
    return rate * _dose_effect(patient, planned / model.reference_dose_mg)


def _dose_effect(patient: Patient, ratio: float) -> float:
    return ratio**patient.harm.dosing.hazard_dose_exponent if ratio > 0 else 0.0


def _exposed_until(patient: Patient, model: AdverseEventModel) -> float:
    """Return the first day on which the entry's event can no longer start."""
    stopped = patient.drugs_of(model.cause)[0].stop_day
    last_dose = min(patient.facts.treatment_end_day, stopped)
    return min(patient.facts.last_known, last_dose + model.days_after_last_dose)


def _first_of_ablation(patient: Patient) -> list[Candidate]:
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
            found.append(Candidate(day, 1, entry, 0, float(day), model))
    return found


def toxicity_candidates(patient: Patient) -> list[Candidate]:
    """Return the given toxicity as an entry of its kind, drawn by how often each is severe.

    Empty if there is none in the data, or if the scenario has no such entry for the study's
    treatments.
    """
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
            if m.kind == "immune-related" and patient.drugs_of(m.cause)
        ]
    total = sum(weight for _, weight in models)
    if total <= 0:
        return []
    place = patient.draws.choice(HarmPurpose.TOXICITY_TERM, [w / total for _, w in models])
    model, day = models[place][0], floor(facts.toxicity_day)
    of_ablation = isinstance(model, AblationEventModel)
    entry = event_index(model.number, 0, of_ablation=of_ablation)
    return [Candidate(day, 0, entry, TOXICITY_CANDIDATE, facts.toxicity_day, model)]


def _severe(model: EventCourse) -> float:
    return sum(model.grade_shares[SEVERE - 1 :])


def is_kept(patient: Patient, candidate: Candidate) -> bool:
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


def _is_kept_at_dose(patient: Patient, candidate: Candidate, model: AdverseEventModel) -> bool:
    drug = patient.drugs_of(model.cause)[0]
    dose, reason = drug.dose_on(min(candidate.day, _last_dosed(patient, drug)))
    if reason is None or model.reference_dose_mg == 0:
        return True
    drawn = patient.draws.uniform(HarmPurpose.KEPT, candidate.index)
    return drawn < _dose_effect(patient, dose / drug.plan.dose_mg)


def _last_dosed(patient: Patient, drug: DrugCourse) -> float:
    """Return the last day of treatment with a drug; its dose stays in force for the time after."""
    return min(patient.facts.treatment_end_day, drug.stop_day) - 1


def next_candidate(patient: Patient, candidate: Candidate, over: float) -> Candidate | None:
    """Return the entry's next candidate, if it may have one."""
    model, entry = candidate.model, candidate.entry
    if candidate.rank == 0 or isinstance(model, AblationEventModel) or never(over):
        return None
    if patient.occurrences.get(entry, 0) >= model.most_per_patient:
        return None
    return _draw_candidate(patient, model, entry, candidate.number + 1, after=over)
