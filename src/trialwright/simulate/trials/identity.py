"""What the numbers of a series depend on, in words and digests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from trialwright.machine_code import digest_of_rules
from trialwright.simulate.compiled import TRIAL_MODULES
from trialwright.simulate.draws import COUNTER_LAYOUT, GENERATOR_NAME

if TYPE_CHECKING:
    from trialwright.simulate.scenario import Scenario
    from trialwright.study.model import Study

_NO_ASSUMPTIONS = {"name", "title", "bases", "achieved"}  # of a scenario


def identify_program() -> dict[str, str]:
    """Return the random numbers and the rules by which this program simulates trials."""
    return {
        "generator": f"{GENERATOR_NAME}, {COUNTER_LAYOUT}",
        "rules": f"{digest_of_rules(TRIAL_MODULES):014x}",
    }


def digest_study(study: Study) -> str:
    """Return a word that changes with any field of a study file."""
    return digest(study.model_dump_json(exclude_none=True))


def identify_study(study: Study) -> str:
    """Return the title of a study, or its registration number, and `digest_study`."""
    named = (study.identity.title.value, study.identity.registration_number.value)
    return " ".join([*[words for words in named if words][:1], digest_study(study)])


def identify_scenario(scenario: Scenario) -> str:
    """Return the name of a scenario, and a word that changes with any number of it."""
    names = (name for name in scenario.__slots__ if name not in _NO_ASSUMPTIONS)
    return f"{scenario.name} {digest(repr(tuple(getattr(scenario, name) for name in names)))}"


def digest(text: str) -> str:
    """Return a word of 16 letters that changes with the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
