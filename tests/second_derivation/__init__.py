"""The safety tables of the worked study derived a second time, from the rows of its files alone.

Written from docs/safety, decisions 020 to 022 and CTCAE before its writer had seen a line of the
rooms ``safety`` and ``analysis.safety``; no rule is shared with them. Plain lists and dates, one
function a table. It knows what virtual patients hold: whole dates, no ``<`` and ``>``, known units.
"""

from second_derivation.events import count_events, count_overview, count_terms, read_events
from second_derivation.exposure import measure_exposure, summarise_exposure
from second_derivation.first_events import find_first_events, incidence_by
from second_derivation.laboratory import TERMS, count_shifts, find_worst, read_samples
from second_derivation.liver import find_hys_law, find_peaks
from second_derivation.toxicity import judge_toxicity, look_at_rule
from second_derivation.trial import close, gather_courses, read_trial

__all__ = [
    "TERMS",
    "close",
    "count_events",
    "count_overview",
    "count_shifts",
    "count_terms",
    "find_first_events",
    "find_hys_law",
    "find_peaks",
    "find_worst",
    "gather_courses",
    "incidence_by",
    "judge_toxicity",
    "look_at_rule",
    "measure_exposure",
    "read_events",
    "read_samples",
    "read_trial",
    "summarise_exposure",
]
