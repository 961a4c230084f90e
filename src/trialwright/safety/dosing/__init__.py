"""When a drug is held, reduced or stopped: rules as data, advice for a patient, check of a trial.

Advice is decision support: a physician decides and signs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.first_use import import_on_first_use

if TYPE_CHECKING:
    from trialwright.safety.dosing.advice import DoseAdvice, advise_doses
    from trialwright.safety.dosing.check import DoseDisagreement, check_doses
    from trialwright.safety.dosing.demands import Demand
    from trialwright.safety.dosing.readings import RuleReading
    from trialwright.safety.dosing.rules import DoseRuleSet, read_dose_rules

__all__ = [
    "Demand",
    "DoseAdvice",
    "DoseDisagreement",
    "DoseRuleSet",
    "RuleReading",
    "advise_doses",
    "check_doses",
    "read_dose_rules",
]

_HOME = {
    "Demand": "demands",
    "DoseAdvice": "advice",
    "DoseDisagreement": "check",
    "DoseRuleSet": "rules",
    "RuleReading": "readings",
    "advise_doses": "advice",
    "check_doses": "check",
    "read_dose_rules": "rules",
}

__getattr__ = import_on_first_use(__name__, _HOME)
