"""How sure are we: proportions and survival curves, each with its interval.

Importing this room costs NumPy and no more; SciPy is loaded by the call that needs it.
"""

from trialwright.stats.kaplan_meier import Band, KaplanMeier, follow_up
from trialwright.stats.proportion import INTERVALS, Proportion, clopper_pearson, wilson
from trialwright.stats.result import Estimate, HypothesisTest

__all__ = [
    "INTERVALS",
    "Band",
    "Estimate",
    "HypothesisTest",
    "KaplanMeier",
    "Proportion",
    "clopper_pearson",
    "follow_up",
    "wilson",
]
