"""Doses that follow events: held, reduced, stopped, by the rules of the scenario.

Each rule is data (``dose_rules`` of the scenario). What an event asks for starts the day after
its onset, since that day's dose was taken; the first dose of all (day 0) is always given. A drug
of which the scenario says nothing is given as planned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, inf
from typing import TYPE_CHECKING

from trialwright.simulate.harm.facts import Dose, never

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.simulate.harm.facts import HarmFacts
    from trialwright.simulate.plan import DrugPlan, TrialPlan
    from trialwright.simulate.scenario_harm import DoseRule, Harm


@dataclass(frozen=True, slots=True)
class Trigger:
    """What a dose rule reads of an event; ``days`` is its length, ``occurrence`` counts from 1."""

    term: str
    group: str
    grade: int
    day: int
    days: int
    occurrence: int


@dataclass(frozen=True, slots=True)
class _Hold:
    first_day: int
    last_day: float
    reason: str


@dataclass(slots=True)
class DrugCourse:
    """One drug's doses as they come about; grows while the patient's events are drawn in order."""

    plan: DrugPlan
    levels_mg: tuple[float, ...]
    rules: tuple[DoseRule, ...]
    holds: list[_Hold] = field(default_factory=list)
    changes: list[tuple[int, float, str]] = field(default_factory=list)  # day, mg, reason
    stop_day: float = inf
    stop_reason: str = ""

    def level_on(self, day: float) -> float:
        """Return the dose level in force, mg, whether or not the drug is held."""
        passed = [dose for since, dose, _ in self.changes if since <= day]
        return passed[-1] if passed else self.plan.dose_mg

    def dose_on(self, day: float) -> tuple[float, str | None]:
        """Return the dose of a day on which the plan gives the drug, and why it differs."""
        if day >= self.stop_day:
            return 0.0, self.stop_reason
        for hold in self.holds:
            if hold.first_day <= day <= hold.last_day:
                return 0.0, hold.reason
        passed = [(dose, reason) for since, dose, reason in self.changes if since <= day]
        return passed[-1] if passed else (self.plan.dose_mg, None)

    def apply(self, trigger: Trigger, recovery_share: float) -> tuple[str, ...]:
        """Do what the first rule that fits the event asks for; nothing if none does.

        Returns
        -------
        tuple of str
            What was done, in the words of the column ``actions``; empty if nothing was.
        """
        rule = next((rule for rule in self.rules if _fits(rule, trigger)), None)
        since, event = trigger.day + 1, f"grade {trigger.grade} {trigger.term}"
        if rule is None:
            return ()
        done = []
        if rule.action == "stop":
            self._stop(since, f"stopped after {event}")
            done.append("stopped")
        if "hold" in rule.action:
            days = max(rule.hold_least_days, ceil(recovery_share * trigger.days))
            self.holds.append(
                _Hold(since, since + min(days, rule.hold_most_days) - 1, f"held for {event}")
            )
            done.append("interrupted")
            if days > rule.hold_most_days:
                self._stop(since + rule.hold_most_days, f"stopped after {event}: held too long")
                done.append("stopped")
        if "reduce" in rule.action:
            done.append(self._reduce(since, f"reduced after {event}"))
        return tuple(dict.fromkeys(done))

    def _reduce(self, since: int, reason: str) -> str:
        """Go one level down, or stop the drug below the lowest level; say which."""
        lower = [level for level in self.levels_mg if level < self.level_on(since)]
        if lower:
            self.changes.append((since, max(lower), reason))
            return "reduced"
        self._stop(since, f"{reason.replace('reduced', 'stopped')}: no lower dose")
        return "stopped"

    def _stop(self, day: float, reason: str) -> None:
        if day < self.stop_day:
            self.stop_day, self.stop_reason = day, reason


def _fits(rule: DoseRule, trigger: Trigger) -> bool:
    return (
        trigger.group in rule.groups
        and rule.least_grade <= trigger.grade <= rule.most_grade
        and trigger.occurrence >= rule.from_occurrence
    )


def start_courses(harm: Harm, plan: TrialPlan, facts: HarmFacts) -> tuple[DrugCourse, ...]:
    """Return the planned course of each drug of the study, held around the ablation."""
    courses = []
    for drug in plan.drugs:
        course = DrugCourse(drug, _levels_of(harm, drug), _rules_of(harm, drug))
        if not never(facts.ablation_day):
            course.holds += _hold_around(harm, drug, plan, int(facts.ablation_day))
        courses.append(course)
    return tuple(courses)


def _levels_of(harm: Harm, drug: DrugPlan) -> tuple[float, ...]:
    found = [entry.levels_mg for entry in harm.dose_levels if is_meant(harm, entry.drug, drug)]
    return found[0] if found else ()


def _rules_of(harm: Harm, drug: DrugPlan) -> tuple[DoseRule, ...]:
    return tuple(rule for rule in harm.dose_rules if is_meant(harm, rule.drug, drug))


def _hold_around(harm: Harm, drug: DrugPlan, plan: TrialPlan, day: int) -> Iterator[_Hold]:
    modality = plan.ablation.modality if plan.ablation is not None else "ablation"
    for entry in harm.ablation_holds:
        if is_meant(harm, entry.drug, drug):
            first = max(1, day - entry.days_before)
            yield _Hold(first, day + entry.days_after, f"held around {modality}")


def is_meant(harm: Harm, word: str, drug: DrugPlan) -> bool:
    """Tell whether a word of the scenario, a drug or a class of drugs, means this drug."""
    wanted, name = word.casefold(), drug.name.casefold()
    members = [
        member.casefold()
        for group in harm.drug_classes
        if group.name.casefold() == wanted
        for member in group.drugs
    ]
    return name == wanted or name in members


def list_doses(courses: tuple[DrugCourse, ...], until: float) -> tuple[Dose, ...]:
    """List the doses before day ``until``: a row for each cycle and each change within it.

    A dose left out is a row of 0 mg with its reason. After a drug was stopped for good one such
    row follows, up to the end of that cycle's days, and then none.
    """
    return tuple(dose for course in courses for dose in _list_course(course, until))


def _list_course(course: DrugCourse, until: float) -> Iterator[Dose]:
    plan, start = course.plan, 0
    while start < until:
        end = int(min(start + plan.days_given, until))
        for dose in _split(course, start, end):
            yield dose
            if dose.first_day >= course.stop_day:
                return
        start += plan.cycle_days


def _split(course: DrugCourse, start: int, end: int) -> Iterator[Dose]:
    """Split the days of one cycle, ``end`` excluded, where dose or reason change."""
    first = start
    for day in range(start + 1, end + 1):
        now = course.dose_on(first)
        if day == end or course.dose_on(day) != now:
            yield Dose(course.plan.name, first, day - 1, *now)
            first = day
