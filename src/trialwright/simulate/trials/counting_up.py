"""What is counted of many trials: whole numbers alone, so that their sum has no order.

Months and rates are summed as millionths, and their distributions are histograms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.simulate.many.tally import Tally
from trialwright.simulate.trials.batches import has_declared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.simulate.conduct import Conduct
    from trialwright.simulate.trials.estimates import Estimates
    from trialwright.simulate.trials.reference import Reference

    Counts = NDArray[np.int64]

MILLION = 1_000_000
ENDINGS = 3  # complete, futility, toxicity
# Bins of the histograms: their width, and how many; what lies beyond is in the last.
BIN_OF_SHARE, SHARE_BINS = 0.005, 201
BIN_OF_MONTHS, MONTH_BINS = 0.05, 1201
BIN_OF_TRIAL_MONTHS, TRIAL_MONTH_BINS = 0.5, 241


def count_trials(
    outcomes: NDArray[np.void],
    estimates: list[Estimates],
    conduct: Conduct,
    reference: Reference,
    days_per_month: float,
) -> Tally:
    """Count what became of trials.

    Parameters
    ----------
    outcomes : ndarray, shape (trials,)
        From ``TrialMachine.run``.
    estimates : list of Estimates
        From ``estimate_trials``.
    conduct : Conduct
        How the trial is decided.
    reference : Reference
        What the estimates aim at.
    days_per_month : float
        Unit of durations.
    """
    size = conduct.patients
    ended, responders = outcomes["ended"], outcomes["responders"]
    counts: dict[str, Counts] = {
        "trials": _number(len(outcomes)),
        "ended": np.bincount(ended, minlength=ENDINGS).astype(np.int64),
        "declared": _number(has_declared(outcomes, conduct).sum()),
        "enrolled": np.bincount(outcomes["enrolled"], minlength=size + 1).astype(np.int64),
        "responders": np.bincount(responders, minlength=size + 1).astype(np.int64),
        "duration": _months_histogram(outcomes["end_day"] / days_per_month),
        "duration.sum": _millionths(outcomes["end_day"] / days_per_month),
        "duration.squares": _millionths((outcomes["end_day"] / days_per_month) ** 2),
    }
    for one in estimates:
        counts |= _count_estimate(one, reference.values[one.name])
    return Tally(counts)


def _count_estimate(one: Estimates, truth: float) -> dict[str, Counts]:
    known = ~np.isnan(one.value)
    value = one.value[known]
    width, bins = (BIN_OF_SHARE, SHARE_BINS) if one.kind == "share" else (BIN_OF_MONTHS, MONTH_BINS)
    place = np.minimum((value / width + 1e-9).astype(np.int64), bins - 1)
    # A limit that is missing bounds nothing on its side; without either there is no interval.
    low, high = one.low[known], one.high[known]
    interval = ~(np.isnan(low) & np.isnan(high))
    covered = interval & ~(low > truth) & ~(high < truth)
    return {
        f"{one.name}.known": _number(known.sum()),
        f"{one.name}.sum": _millionths(value),
        f"{one.name}.squares": _millionths(value * value),
        f"{one.name}.intervals": _number(interval.sum()),
        f"{one.name}.covered": _number(covered.sum()),
        f"{one.name}.histogram": np.bincount(place, minlength=bins).astype(np.int64),
    }


def _months_histogram(months: NDArray[np.float64]) -> Counts:
    place = np.minimum((months / BIN_OF_TRIAL_MONTHS).astype(np.int64), TRIAL_MONTH_BINS - 1)
    return np.bincount(place, minlength=TRIAL_MONTH_BINS).astype(np.int64)


def _number(count: int | np.integer) -> Counts:
    return np.array([count], np.int64)


def _millionths(values: NDArray[np.float64]) -> Counts:
    """Return a sum in fixed point: each value is rounded before it is added."""
    return _number(np.rint(values * MILLION).astype(np.int64).sum())
