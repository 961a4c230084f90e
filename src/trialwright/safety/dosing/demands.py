"""What a rule that was read asks of the dose: its action with the levels of the study.

Four things turn the action of a rule into that of the patient: a reduction below the lowest level
is a stop; a hold that has lasted too long is a stop; a value that an ablation explains holds the
drug and neither reduces nor stops it; and a stop that allows for a benefit ends where the drug was
given again after recovery.

Source: labels of regorafenib (steps of 40 mg, stop below the lowest) and toripalimab (12 weeks), as
the sets cite them; the ablation and the given-again rule are ours, ``docs/decisions/023``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from trialwright.safety.dosing.facts import ONE_DAY
from trialwright.safety.dosing.rules import SEVERITY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.safety.dosing.facts import PatientFacts
    from trialwright.safety.dosing.readings import RuleReading
    from trialwright.study.dose_rules_section import DoseAction
    from trialwright.study.sections import Treatment


@dataclass(frozen=True, slots=True)
class Demand:
    """What one reading asks for.

    Parameters
    ----------
    reading : RuleReading
        The rule and what it read.
    action : DoseAction
        What it asks for in this patient.
    most_mg : float or None
        The highest dose that it leaves; none: it asks for no lower one.
    return_from : date or None
        The first day on which it no longer holds the drug; none: it holds it, or never held it.
    note : str
        Why the action is not that of the rule.
    since : date
        The first day whose dose it is about: the day after the rule fits, or after too long a hold.
    """

    reading: RuleReading
    action: DoseAction
    most_mg: float | None
    return_from: date | None
    note: str
    since: date

    @property
    def holds(self) -> bool:
        """Whether it asks to hold the drug, for some time or for good."""
        return self.action in ("hold", "hold and reduce")

    @property
    def earliest_return(self) -> date:
        """The day before which the drug is not given again, whatever the event does."""
        return _earliest_return(self.reading)

    def is_active(self, on: date) -> bool:
        """Tell whether it holds the drug on a day."""
        return self.holds and (self.return_from is None or self.return_from > on)

    @property
    def rank(self) -> int:
        """How severe it is; the higher counts."""
        return SEVERITY.index(self.action)


def dose_ladder(treatment: Treatment) -> tuple[float, ...]:
    """Return the doses of a drug of the study, highest first: the planned one and its levels."""
    doses = {treatment.dose_mg.require(), *treatment.dose_levels_mg.require()}
    return tuple(sorted(doses, reverse=True))


def one_level_lower(dose_mg: float, ladder: Sequence[float]) -> float | None:
    """Return the next lower dose of a ladder; none if there is none.

    Examples
    --------
    >>> one_level_lower(80.0, (80.0, 40.0))
    40.0
    >>> one_level_lower(40.0, (80.0, 40.0)) is None
    True
    """
    return max((level for level in ladder if level < dose_mg), default=None)


def make_demand(
    reading: RuleReading, facts: PatientFacts, ladder: Sequence[float], drug: str
) -> Demand:
    """Return what a reading asks for.

    Parameters
    ----------
    reading : RuleReading
        A rule that fits, or that would if what is missing were so.
    facts : PatientFacts
        The patient, as known on one day.
    ladder : sequence of float
        Doses of the study, mg.
    drug : str
        As the study names it.
    """
    action, note = _weigh(reading, facts, drug)
    most_mg = None
    if action in ("reduce", "hold and reduce") and reading.level_mg is not None:
        most_mg = one_level_lower(reading.level_mg, ladder)
        if most_mg is None:
            action, note = "stop", f"{reading.level_mg:g} mg is the lowest dose of the study"
    since, most_days = reading.begun + ONE_DAY, reading.rule.hold_most_days
    returns = None
    if "hold" in action and reading.down is not None:
        returns = max(reading.down, _earliest_return(reading))
    if "hold" in action and most_days is not None:
        lasted = ((reading.down or facts.on) - reading.begun).days
        if lasted > most_days:
            action, note = "stop", f"it lasted {lasted} days, and the rule allows {most_days}"
            since += timedelta(days=most_days)
    return Demand(reading, action, None if action == "stop" else most_mg, returns, note, since)


def _weigh(reading: RuleReading, facts: PatientFacts, drug: str) -> tuple[DoseAction, str]:
    """Return the action of a rule, milder where an ablation or a decision explains it."""
    action = reading.rule.action
    if reading.after_ablation is not None:
        days = reading.after_ablation
        when = "on the day of" if days == 0 else f"{days} day{'s' if days > 1 else ''} after"
        words = f"the sample was taken {when} an ablation, which raises such values for some days"
        if action in ("hold", "continue"):
            return action, words
        return ("continue" if action == "reduce" else "hold"), f"{words}; the rule says {action}"
    if reading.rule.unless_benefit and reading.down is not None:
        again = facts.given_since(drug, reading.begun + ONE_DAY)
        if again is not None and again[0] >= reading.down:
            words = f"given again on {again[0]} after recovery, taken as a physician's decision"
            return "hold and reduce", f"{words}; the rule says stop unless the benefit outweighs"
    return action, ""


def _earliest_return(reading: RuleReading) -> date:
    """Return the first day after the shortest hold, which begins the day after the event."""
    return reading.begun + ONE_DAY + timedelta(days=reading.rule.hold_least_days or 0)
