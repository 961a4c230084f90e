"""BOP2: stop where a rate is probably too low, by cuts tuned to the size of the trial."""

from trialwright.design.bop2.binary import Bop2Design, Bop2Search, find_bop2
from trialwright.design.bop2.optimum import Bop2Grid
from trialwright.design.bop2.outcomes import TwoOutcomes
from trialwright.design.bop2.pair import Bop2PairDesign, Bop2PairSearch, find_bop2_pair

__all__ = [
    "Bop2Design",
    "Bop2Grid",
    "Bop2PairDesign",
    "Bop2PairSearch",
    "Bop2Search",
    "TwoOutcomes",
    "find_bop2",
    "find_bop2_pair",
]
