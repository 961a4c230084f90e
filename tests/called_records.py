"""Random finished responses of many patients, with every edge that the rules know."""

from __future__ import annotations

import numpy as np

from trialwright.response.best import BestRules
from trialwright.response.bulk.called import CalledResponses

GAPS = (0, 7, 14, 27, 28, 29, 42, 56)
SHARES = (0.03, 0.15, 0.25, 0.22, 0.1, 0.1, 0.15)  # of the codes NONE to NE


def draw_called(seed: int, patients: int, *, most: int = 9) -> CalledResponses:
    """Draw patients with 0 to ``most`` records, some on one day, some before the reference date."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, most + 1, patients)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    days = [-14 + np.cumsum(rng.choice(GAPS, count)) for count in counts]
    therapy = rng.integers(0, 250, patients).astype(np.float64)
    return CalledResponses(
        start,
        rng.choice(len(SHARES), int(start[-1]), p=SHARES).astype(np.int8),
        np.concatenate([*days, []]).astype(np.int32),
        np.where(rng.random(patients) < 0.3, therapy, np.inf),
    )


def draw_best_rules(seed: int) -> BestRules:
    """Draw intervals and allowances."""
    rng = np.random.default_rng(seed)
    return BestRules(
        int(rng.choice([14, 28, 42])),
        int(rng.integers(0, 3)),
        int(rng.integers(0, 2)),
        int(rng.choice([28, 42, 56])),
    )


def records_of(called: CalledResponses, patient: int) -> tuple[list[int], list[int]]:
    """Return the responses and days of one patient."""
    own = slice(called.start[patient], called.start[patient + 1])
    return called.response[own].tolist(), called.day[own].tolist()
