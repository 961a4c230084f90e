"""The sentences of dose advice: what is asked for, on which condition, and what was looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwright.safety.dosing.advice import DoseAdvice
    from trialwright.safety.dosing.demands import Demand
    from trialwright.safety.dosing.facts import PatientFacts
    from trialwright.safety.dosing.rules import DoseRuleSet

SIGNED = "This is decision support: a physician decides and signs."
_NOTHING_ASKED = ("died", "ended", "not started")
_HARDLY_OVER = timedelta(days=7)


def headline(advice: DoseAdvice, why: str = "") -> str:
    """Say in one or two sentences what is asked of a drug.

    Parameters
    ----------
    advice : DoseAdvice
        Complete but for its sentence.
    why : str
        Where no rule decides: why.
    """
    asked = f"{advice.drug}, {advice.on}: {_asked(advice, why)}."
    if advice.action == "continue" and not advice.rules:
        looked = "; ".join(advice.looked_at) or "no event and no value"
        asked += f" No rule of {advice.rule_set} asks for a change (looked at: {looked})."
    elif advice.action not in (*_NOTHING_ASKED, "no rules"):
        asked += _because(advice)
    if advice.untold and advice.action not in _NOTHING_ASKED:
        asked += f" {_untold(advice)}"
    return asked


def _asked(advice: DoseAdvice, why: str) -> str:
    dose = "" if advice.next_dose_mg is None else f"{advice.next_dose_mg:g} mg"
    present = "" if advice.present_dose_mg is None else f"{advice.present_dose_mg:g} mg"
    if advice.action == "continue":
        return f"continue at {dose}"
    if advice.action == "reduce":
        return f"reduce from {present} to {dose}"
    if advice.action == "resume":
        since = f"left out since {advice.held_since}"
        return f"{since}, and no rule holds it now; if it is given again, {dose}"
    if advice.action == "stop":
        return "stop for good"
    if advice.action in ("hold", "hold and reduce"):
        lower = f"then {dose} instead of {present}" if dose != present else f"then {dose} again"
        return f"hold; {lower}{_when(advice)}"
    return {"ended": "no dose", "not started": "not started"}.get(
        advice.action, "no advice"
    ) + f": {why}"


def _when(advice: DoseAdvice) -> str:
    if advice.resume_from is not None:
        return f" from {advice.resume_from}"
    earliest = max(one.earliest_return for one in advice.rules if one.is_active(advice.on))
    least = f" not before {earliest} and" if earliest > advice.on else ""
    return f"{least} only once {'; '.join(advice.conditions)}"


def _because(advice: DoseAdvice) -> str:
    """Give the rule that decides, and why the dose may still stay as it is."""
    fitting = [*advice.rules, *(one for one in advice.untold if one.reading.fits)]
    if not fitting:
        return ""
    demand = fitting[0]
    reading = demand.reading
    note = f" ({demand.note})" if demand.note else ""
    exception = f" Exception: {reading.rule.exception}." if reading.rule.exception else ""
    standing = _standing(demand) if advice.action == "continue" else ""
    return f" Rule {reading.name}{standing}: {reading.what}{note}.{exception}"


def _standing(demand: Demand) -> str:
    """Say why a rule that fits leaves the dose as it is.

    A lower dose shows that a reduction was made. A hold that ended before the next dose was due
    leaves no row, so nobody can say that it was followed.
    """
    if demand.action == "reduce":
        return " has been followed"
    over = demand.return_from if demand.holds else None
    return "" if over is None else f" asked to hold it and no longer does, since {over}"


def _untold(advice: DoseAdvice) -> str:
    """Name the rules that cannot be told, with what is missing, those of one reason together."""
    numbers: dict[str, list[str]] = {}
    for one in advice.untold:
        numbers.setdefault("; ".join(_missing(one)), []).append(one.reading.rule.number)
    told = [
        f"rule{'s' if len(set(found)) > 1 else ''} {', '.join(dict.fromkeys(found))} "
        f"(not recorded: {missing})"
        for missing, found in numbers.items()
    ]
    return f"Cannot be told: {'; '.join(told)}."


def _missing(demand: Demand) -> tuple[str, ...]:
    return demand.reading.missing or (demand.reading.down_missing,)


def describe_missing(demand: Demand) -> str:
    """Say what a rule that cannot be told lacks, and what it would ask for."""
    if_so = f"if it fits: {describe_action(demand)}"
    about = f"; {demand.reading.what}" if demand.reading.inputs else ""
    return f"not recorded: {'; '.join(_missing(demand))}; {if_so}{about}"


def describe_action(demand: Demand) -> str:
    """Say what a rule asks for, with the shortest hold and the exception that it allows."""
    rule, action = demand.reading.rule, demand.action
    words = {
        "continue": "continue",
        "reduce": "reduce by one level",
        "hold": "hold, then the same dose",
        "hold and reduce": "hold, then one level lower",
        "stop": "stop",
    }[action]
    if rule.hold_least_days and demand.holds:
        words += f", at least {rule.hold_least_days} days"
    if rule.unless_benefit and action == "stop":
        words += " unless the benefit outweighs the risk"
    return words


def describe_condition(demand: Demand) -> tuple[str, ...]:
    """Say what must be true before a drug that a rule holds is given again."""
    rule, reading = demand.reading.rule, demand.reading
    if rule.of_values:
        analytes = " and ".join(rule.analytes or ())
        verb = "are" if len(rule.analytes or ()) > 1 else "is"
        bound = rule.return_at_most or rule.above or 0.0
        back = f"{analytes} {verb} at most {bound:g} x the upper limit, or at baseline"
    else:
        term = reading.inputs[0].words.split(" from ")[0]
        back = f"{term} is down to grade {rule.return_grade or 1} or less"
    if reading.down is not None:
        back = f"{back} (so since {reading.down})"
    return (back, rule.return_condition) if rule.return_condition else (back,)


def list_looked_at(facts: PatientFacts, rule_set: DoseRuleSet | None) -> tuple[str, ...]:
    """List the events that go on or are hardly over, undated ones, and the last values.

    Parameters
    ----------
    facts : PatientFacts
        The patient, as known on one day.
    rule_set : DoseRuleSet or None
        Names the analytes.
    """
    events = [
        f"{event.words}, {event.attribution}"
        for event in facts.events
        if event.last is None or event.last + _HARDLY_OVER >= facts.on
    ]
    rules = () if rule_set is None else rule_set.rules
    named = {name for rule in rules for name in (*(rule.analytes or ()), rule.with_analyte) if name}
    last = {sample.analyte: sample.words for sample in facts.samples if sample.analyte in named}
    return (*events, *facts.undated, *last.values())
