"""What the estimates of a trial aim at: the same quantities in very many patients.

An estimate of a small trial is compared with what an endless trial of the same protocol would
report, read by the same rules at the same scans. Its patients are those of trials that nothing
stops, from trial numbers that no run uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from trialwright.simulate.many.threads import free_cores
from trialwright.simulate.trials.estimates import Asked, estimate_trials
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.simulate.trials.trial_numbers import FIRST_REFERENCE_TRIAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

REFERENCE_PATIENTS = 200_000
_GROUPS = 20  # of patients, for standard errors


@dataclass(frozen=True, slots=True)
class Reference:
    """The quantity behind each estimate, by name, and out of how many patients.

    ``nan``: not reached in them, or not defined. Standard errors are those of 20 groups of them.
    """

    values: Mapping[str, float]
    standard_errors: Mapping[str, float]
    patients: int


def find_reference(
    machine: TrialMachine, asked: Asked, *, seed: int, patients: int = REFERENCE_PATIENTS
) -> Reference:
    """Return what the estimates of a protocol aim at in a scenario.

    Parameters
    ----------
    machine : TrialMachine
        Scenario and study.
    asked : Asked
        Which estimates.
    seed : int
        Seed of the run; the patients are others than the run's.
    patients : int
        How many at least.
    """
    alone = without_looks(machine)
    size = alone.conduct.patients
    trials = -(-patients // size)
    outcomes = alone.run(seed, FIRST_REFERENCE_TRIAL, trials, threads=free_cores())
    found = estimate_trials(_pool(outcomes, size, 1), asked, threads=1)
    groups = min(_GROUPS, trials)
    parts = estimate_trials(_pool(outcomes, size, groups), asked, threads=1)
    errors = {one.name: _error_of_groups(one.value) for one in parts}
    values = {one.name: float(one.value[0]) for one in found}
    return Reference(values, errors, trials * size)


def _error_of_groups(values: NDArray[np.float64]) -> float:
    """Return the standard error of the mean of groups; ``nan`` of one group."""
    return float(values.std(ddof=1)) / sqrt(len(values)) if len(values) > 1 else nan


def _pool(outcomes: NDArray[np.void], size: int, groups: int) -> NDArray[np.void]:
    """Return the patients of all trials as so many large ones; what is left over is left out."""
    names = outcomes.dtype.names or ()
    by_patient = [name for name in names if outcomes.dtype[name].shape]
    trials = len(outcomes) // groups
    outcomes, total = outcomes[: groups * trials], trials * size
    kinds = [
        (name, outcomes.dtype[name].base, (total,)) if name in by_patient else (name, np.int64)
        for name in names
    ]
    pooled = np.zeros(groups, np.dtype(kinds))
    for name in by_patient:
        pooled[name] = outcomes[name][:, :size].reshape(groups, total)
    pooled["enrolled"] = total
    for name in ("responders", "controlled"):
        pooled[name] = outcomes[name].reshape(groups, trials).sum(axis=1)
    return pooled
