"""What the estimates of a trial aim at: the same quantities in very many patients.

An estimate of a small trial is compared with what an endless trial of the same protocol would
report, read by the same rules at the same scans. Its patients are those of trials that nothing
stops, from trial numbers that no run uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.simulate.many.threads import free_cores
from trialwright.simulate.trials.estimates import Asked, estimate_trials
from trialwright.simulate.trials.machine import TrialMachine, without_looks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FIRST_REFERENCE_TRIAL = 2**31  # runs take their trials from below it
REFERENCE_PATIENTS = 200_000


@dataclass(frozen=True, slots=True)
class Reference:
    """The quantity behind each estimate, by name, and out of how many patients.

    ``nan``: not reached in them, or not defined.
    """

    values: Mapping[str, float]
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
        How many at least. The standard error of a rate p is sqrt(p (1 - p) / patients): at
        200,000 at most 0.0011.
    """
    alone = without_looks(machine)
    size = alone.conduct.patients
    trials = -(-patients // size)
    outcomes = alone.run(seed, FIRST_REFERENCE_TRIAL, trials, threads=free_cores())
    pooled = _pool(outcomes, size)
    found = estimate_trials(pooled, asked, threads=1)
    return Reference({one.name: float(one.value[0]) for one in found}, trials * size)


def _pool(outcomes: NDArray[np.void], size: int) -> NDArray[np.void]:
    """Return one trial with the patients of all."""
    names = outcomes.dtype.names or ()
    by_patient = [name for name in names if outcomes.dtype[name].shape]
    total = len(outcomes) * size
    kinds = [
        (name, outcomes.dtype[name].base, (total,)) if name in by_patient else (name, np.int64)
        for name in names
    ]
    pooled = np.zeros(1, np.dtype(kinds))
    for name in by_patient:
        pooled[name][0] = outcomes[name][:, :size].ravel()
    pooled["enrolled"] = total
    for name in ("responders", "controlled"):
        pooled[name] = outcomes[name].sum()
    return pooled
