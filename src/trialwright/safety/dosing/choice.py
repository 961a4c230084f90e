"""Of what several rules ask for on one day, the most severe counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from trialwright.safety.dosing.facts import ONE_DAY
from trialwright.safety.dosing.words import describe_condition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.safety.dosing.advice import DoseAdvice
    from trialwright.safety.dosing.demands import Demand
    from trialwright.safety.dosing.facts import PatientFacts
    from trialwright.study.dose_rules_section import DoseAction


class Parts(NamedTuple):
    """Demands that bear on the day, those that are met, and those that cannot be told."""

    bearing: tuple[Demand, ...]
    earlier: tuple[Demand, ...]
    untold: tuple[Demand, ...]


def sort_demands(demands: Sequence[Demand], facts: PatientFacts, drug: str) -> Parts:
    """Sort demands by whether they bear on the day, the most severe first.

    Parameters
    ----------
    demands : sequence of Demand
        What each rule asks for.
    facts : PatientFacts
        The patient, as known on the day.
    drug : str
        As the study names it.
    """
    level = facts.level_on(drug, facts.on)
    bearing: list[Demand] = []
    earlier: list[Demand] = []
    untold: list[Demand] = []
    for demand in sorted(demands, key=lambda one: -one.rank):
        bears = _bears(demand, facts, drug, level)
        if demand.reading.fits and not _end_unknown(demand):
            (bearing if bears else earlier).append(demand)
        elif bears:
            untold.append(demand)
    return Parts(tuple(bearing), tuple(earlier), tuple(untold))


def _end_unknown(demand: Demand) -> bool:
    """Tell whether a hold cannot be told because nobody wrote down when the event was over."""
    return demand.holds and bool(demand.reading.down_missing)


def _bears(demand: Demand, facts: PatientFacts, drug: str, level: float | None) -> bool:
    if demand.action == "stop" or demand.reading.down is None or demand.is_active(facts.on):
        return True
    if demand.most_mg is not None and level is not None and demand.most_mg < level:
        return True
    since = demand.reading.begun + ONE_DAY
    return demand.holds and facts.given_since(drug, since) is None


def choose_action(told: DoseAdvice, parts: Parts, facts: PatientFacts, level: float) -> DoseAdvice:
    """Choose the most severe of what the rules ask for.

    Parameters
    ----------
    told : DoseAdvice
        The advice so far: its rules, and since when the drug has been left out.
    parts : Parts
        From `sort_demands`.
    facts : PatientFacts
        The patient, as known on the day.
    level : float
        The dose last given, in mg.
    """
    fitting = [*parts.bearing, *parts.earlier, *(one for one in parts.untold if one.reading.fits)]
    lowest = min([level, *(one.most_mg for one in fitting if one.most_mg is not None)])
    holding = [one for one in parts.bearing if one.is_active(facts.on)]
    if any(one.action == "stop" for one in parts.bearing):
        return replace(told, action="stop", next_dose_mg=None)
    if holding:
        return _hold(told, holding, level, lowest)
    if told.held_since is not None:
        return _resume(told, parts, facts, lowest)
    action: DoseAction = "reduce" if lowest < level else "continue"
    return replace(told, action=action, next_dose_mg=lowest)


def _hold(told: DoseAdvice, holding: Sequence[Demand], level: float, lowest: float) -> DoseAdvice:
    conditions = dict.fromkeys(words for one in holding for words in describe_condition(one))
    return replace(
        told,
        action="hold and reduce" if lowest < level else "hold",
        next_dose_mg=lowest,
        resume_from=_latest([one.return_from for one in holding]),
        conditions=tuple(conditions),
    )


def _resume(told: DoseAdvice, parts: Parts, facts: PatientFacts, lowest: float) -> DoseAdvice:
    """Say that a drug that is left out is held by no rule any more."""
    held = [one for one in parts.bearing if one.holds]
    conditions = [one.reading.rule.return_condition for one in held]
    said = dict.fromkeys(words for words in conditions if words is not None)
    return replace(
        told,
        action="resume",
        next_dose_mg=lowest,
        resume_from=max([facts.on, *(one.return_from for one in held if one.return_from)]),
        conditions=tuple(said),
    )


def _latest(days: Sequence[date | None]) -> date | None:
    """Return the last of some days; none if one of them is not known."""
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None
