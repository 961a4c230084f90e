"""The doses given against the doses that the rules ask for, over the whole course of each patient.

Events are judged by their rows, so a check can only say what the rows say: where a drug was held
and given again while the row of its event still runs at one grade, nobody wrote down when it had
come down, and that is a question, not a disagreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Literal

import polars as pl

from trialwright.safety.course import gather_courses
from trialwright.safety.dose_days import Schedule
from trialwright.safety.dosing.advice import names_procedure
from trialwright.safety.dosing.demands import dose_ladder, make_demand
from trialwright.safety.dosing.facts import ONE_DAY, gather_facts
from trialwright.safety.dosing.rules import read_dose_rules
from trialwright.safety.dosing.triggers import read_rules
from trialwright.safety.laboratory import grade_laboratory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.dose_rows import DoseRow
    from trialwright.safety.dosing.demands import Demand
    from trialwright.safety.dosing.facts import PatientFacts
    from trialwright.safety.dosing.rules import DoseRuleSet
    from trialwright.study.model import Study
    from trialwright.study.sections import Treatment

Kind = Literal[
    "given although to be stopped",
    "given although to be held",
    "dose higher than asked for",
    "given again before it is known to be over",
    "left out without a rule",
    "reduced without a rule",
]
Weight = Literal["disagreement", "question", "note"]
_ORDER: tuple[Weight, ...] = ("disagreement", "question", "note")
_LONG_AGO = timedelta(days=28)  # a rule so long before a change of dose does not explain it


@dataclass(frozen=True, slots=True)
class DoseDisagreement:
    """One dose that is not what the rules ask for.

    Parameters
    ----------
    patient_id, drug : str
        Whom and what it is about.
    weight : {"disagreement", "question", "note"}
        ``question``: the rows do not say enough, or an ablation explains the value; ``note``:
        held or reduced without a rule that asks for it, which is allowed.
    kind : str
        What differs.
    first, last : date
        The days of the dose.
    dose_mg : float
        What was given.
    asked_mg : float or None
        The highest dose that the rule leaves; none for a note.
    rule : str
        Set and number; empty: no rule.
    row : int or None
        Row of the dose.
    sentence : str
        All of that in words.
    """

    patient_id: str
    drug: str
    weight: Weight
    kind: Kind
    first: date
    last: date
    dose_mg: float
    asked_mg: float | None
    rule: str
    row: int | None
    sentence: str


def check_doses(
    dataset: Dataset,
    study: Study,
    graded: pl.DataFrame | None = None,
    courses: Mapping[str, TreatmentCourse] | None = None,
) -> tuple[DoseDisagreement, ...]:
    """Compare the doses given with those that the rules ask for.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Doses, levels and rule sets of its drugs.
    graded : polars.DataFrame, optional
        As ``laboratory.grade_laboratory`` returns it, where it is at hand.
    courses : mapping of str to TreatmentCourse, optional
        As ``course.gather_courses`` returns it, where it is at hand.

    Returns
    -------
    tuple of DoseDisagreement
        By patient, drug and day. What an event asks for is compared from the day after it began.

    Raises
    ------
    StudyError
        If a field that is needed is open, or a drug names a set that does not exist.
    """
    courses = gather_courses(dataset, study) if courses is None else courses
    if graded is None:
        graded = grade_laboratory(dataset, study, courses)
    days = {name: one.last_known for name, one in courses.items() if one.last_known is not None}
    sets = {
        drug.name.require(): read_dose_rules(drug.dose_rules.require(), study)
        for drug in study.treatments
    }
    asked = graded.filter(pl.col("analyte").is_in(_analytes(sets.values())))
    found: list[DoseDisagreement] = []
    for facts in gather_facts(dataset, study, courses, asked, days):
        for treatment in study.treatments:
            rule_set = sets[treatment.name.require()]
            if rule_set is not None:
                found += _check_drug(facts, treatment, rule_set, study)
    return tuple(found)


def _analytes(sets: Iterable[DoseRuleSet | None]) -> list[str]:
    """Return every analyte that a rule looks at."""
    rules = [rule for one in sets if one is not None for rule in one.rules]
    named = [(*(one.analytes or ()), *(one.baseline_analytes or ())) for one in rules]
    beside = [one.with_analyte for one in rules if one.with_analyte is not None]
    return sorted({*chain.from_iterable(named), *beside})


@dataclass(frozen=True, slots=True)
class _Given:
    """One drug of one patient, with what the study plans of it."""

    facts: PatientFacts
    drug: str
    cycle_days: int
    is_infusion: bool

    def first_since(self, day: date) -> tuple[date, DoseRow] | None:
        return self.facts.given_since(self.drug, day)

    def was_left_out(self, since: date, until: date) -> bool:
        """Tell whether the drug was left out from one day to another.

        Of a drug taken daily any day without it counts; an infusion was left out if a row says so
        or the next one is late.
        """
        rows = self.facts.doses_of(self.drug)
        if any(row.dose_mg == 0 and since <= row.last and row.start < until for row in rows):
            return True
        before = [row.last for row in rows if row.dose_mg > 0 and row.last < until]
        gap = (until - max(before)).days if before else 0
        return until > since and gap > (self.cycle_days if self.is_infusion else 1)


def _check_drug(
    facts: PatientFacts, treatment: Treatment, rule_set: DoseRuleSet, study: Study
) -> list[DoseDisagreement]:
    ladder, plan = dose_ladder(treatment), Schedule.of(treatment)
    given = _Given(facts, plan.drug, plan.cycle_days, plan.is_infusion)
    readings = read_rules(facts, rule_set, plan.drug)
    demands = [make_demand(reading, facts, ladder, plan.drug) for reading in readings]
    against = [
        found for demand in demands if demand.reading.fits for found in _against(given, demand)
    ]
    found = [*_most_severe(against), *_without_rule(given, demands, study)]
    return sorted(found, key=lambda one: (one.first, _ORDER.index(one.weight), one.kind))


def _against(given: _Given, demand: Demand) -> Iterator[DoseDisagreement]:
    """Yield the first dose that a demand does not leave."""
    unseen = demand.reading.rule.not_improved_days is not None  # a row holds one grade
    if demand.action == "stop":
        again = given.first_since(demand.since)
        if again is not None:
            weight: Weight = "question" if unseen else "disagreement"
            yield _found(given, demand, weight, "given although to be stopped", again)
    held_first = demand.since > demand.reading.begun + ONE_DAY
    if demand.holds or held_first:
        yield from _given_in_hold(given, demand, unseen=unseen)
    if demand.most_mg is not None:
        high = _higher(given.facts.doses_of(given.drug), demand.most_mg, demand.since)
        if high is not None:
            yield _found(given, demand, "disagreement", "dose higher than asked for", high)


def _given_in_hold(given: _Given, demand: Demand, *, unseen: bool) -> Iterator[DoseDisagreement]:
    since = demand.reading.begun + ONE_DAY
    again = given.first_since(since)
    if again is None or (demand.return_from is not None and demand.return_from <= again[0]):
        return
    long_enough = again[0] >= demand.earliest_return
    open_end = unseen or demand.reading.down_missing or given.was_left_out(since, again[0])
    if long_enough and open_end:
        kind: Kind = "given again before it is known to be over"
        yield _found(given, demand, "question", kind, again)
        return
    explained = demand.reading.after_ablation is not None
    weight: Weight = "question" if explained else "disagreement"
    yield _found(given, demand, weight, "given although to be held", again)


def _higher(rows: Iterable[DoseRow], most_mg: float, since: date) -> tuple[date, DoseRow] | None:
    for row in rows:
        if row.dose_mg > most_mg and row.last >= since:
            return max(since, row.start), row
    return None


def _found(
    given: _Given,
    demand: Demand,
    weight: Weight,
    kind: Kind,
    dose: tuple[date, DoseRow],
) -> DoseDisagreement:
    day, row = dose
    asked = {"stop": 0.0, "hold": 0.0, "hold and reduce": 0.0}.get(demand.action, demand.most_mg)
    if kind == "dose higher than asked for":
        asked = demand.most_mg
    note = f" ({demand.note})" if demand.note else ""
    why = {
        "given although to be stopped": "although the drug was to be stopped",
        "given although to be held": f"although it was to be held until {_until(demand)}",
        "given again before it is known to be over": "after a hold, and it is not recorded when "
        "the event had come down",
        "dose higher than asked for": f"and at most {demand.most_mg or 0:g} mg is asked for",
    }[kind]
    sentence = (
        f"{row.dose_mg:g} mg given from {day} to {row.last} {why}: rule {demand.reading.name}, "
        f"{demand.reading.what}{note}"
    )
    return DoseDisagreement(
        given.facts.patient_id,
        given.drug,
        weight,
        kind,
        day,
        row.last,
        row.dose_mg,
        asked,
        demand.reading.name,
        row.source_row,
        sentence,
    )


def _until(demand: Demand) -> str:
    if demand.return_from is None:
        return f"it had come down, at least {demand.earliest_return}"
    return str(demand.return_from - ONE_DAY)


def _most_severe(found: Sequence[DoseDisagreement]) -> list[DoseDisagreement]:
    """Keep, of what is said about one row for one reason, what the most severe rule says."""
    kept: dict[tuple[int | None, Weight], DoseDisagreement] = {}
    for one in sorted(found, key=lambda one: (one.asked_mg or 0.0, one.first)):
        kept.setdefault((one.row, one.weight), one)
    disagreed = {row for row, weight in kept if weight == "disagreement"}
    return [
        one
        for (row, weight), one in kept.items()
        if weight == "disagreement" or row not in disagreed
    ]


def _without_rule(
    given: _Given, demands: Sequence[Demand], study: Study
) -> Iterator[DoseDisagreement]:
    """Yield each change to a lower dose, or to none, that no rule explains, told or not."""
    before: DoseRow | None = None
    for row in given.facts.doses_of(given.drug):
        lower = before is not None and row.dose_mg < before.dose_mg
        named = names_procedure(row.reason, study)
        explained = any(_explains(demand, row) for demand in demands)
        if lower and not named and not explained:
            yield _unasked(given, row)
        if row.dose_mg > 0 or not named:
            before = row


def _explains(demand: Demand, row: DoseRow) -> bool:
    """Tell whether a rule, told or not, asks for a dose as low as that of a row."""
    if demand.action == "continue" or demand.reading.begun > row.start:
        return False
    if row.dose_mg > 0:
        return demand.most_mg is not None or demand.action == "stop"
    over = demand.reading.down
    recent = over is None or row.start <= over + _LONG_AGO
    return demand.action == "stop" or (demand.holds and recent)


def _unasked(given: _Given, row: DoseRow) -> DoseDisagreement:
    kind: Kind = "reduced without a rule" if row.dose_mg else "left out without a rule"
    what = f"reduced to {row.dose_mg:g} mg" if row.dose_mg else "left out"
    reason = f"the reason on file is: {row.reason}" if row.reason else "no reason is on file"
    sentence = f"{what} from {row.start}, and no rule asks for it; {reason}"
    return DoseDisagreement(
        given.facts.patient_id,
        given.drug,
        "note",
        kind,
        row.start,
        row.last,
        row.dose_mg,
        None,
        "",
        row.source_row,
        sentence,
    )
