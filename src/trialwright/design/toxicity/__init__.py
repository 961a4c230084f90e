"""When it is too toxic to go on: by posterior probability, or by repeated tests."""

from trialwright.design.toxicity.looks import looks_every
from trialwright.design.toxicity.of_study import toxicity_rule_of
from trialwright.design.toxicity.posterior import (
    PosteriorToxicityRule,
    ToxicityCutSearch,
    find_toxicity_cut,
)
from trialwright.design.toxicity.repeated_significance import (
    RepeatedSignificance,
    SignificanceBoundary,
    find_repeated_significance,
)

__all__ = [
    "PosteriorToxicityRule",
    "RepeatedSignificance",
    "SignificanceBoundary",
    "ToxicityCutSearch",
    "find_repeated_significance",
    "find_toxicity_cut",
    "looks_every",
    "toxicity_rule_of",
]
