"""Outcomes of many trials a batch at a time, and what is read off one trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.simulate.conduct import COMPLETE
from trialwright.simulate.many.threads import free_cores
from trialwright.simulate.trials.trial_numbers import FIRST_REFERENCE_TRIAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from trialwright.simulate.conduct import Conduct
    from trialwright.simulate.trials.machine import TrialMachine

AT_ONCE = 4096  # trials in memory at a time, so that memory does not grow with their number


@dataclass(frozen=True, slots=True)
class Trials:
    """Which trials a picture is made of.

    Parameters
    ----------
    count : int
        Trials, 2 or more: one has no standard error. Their numbers are 0 to ``count - 1``, so that
        each of them can be replayed.
    seed : int
        Names the series.
    threads : int or None
        Threads to work with; none: one a core. No number depends on it.

    Raises
    ------
    ValueError
        If ``count`` is below 2, or as large as the numbers that references are drawn from.
    """

    count: int
    seed: int
    threads: int | None = None

    def __post_init__(self) -> None:
        """Refuse what has no standard error, or would meet the patients of references."""
        if not 2 <= self.count <= FIRST_REFERENCE_TRIAL:  # noqa: PLR2004 - see the docstring
            msg = f"trials must be 2 to {FIRST_REFERENCE_TRIAL}, not {self.count}"
            raise ValueError(msg)

    @classmethod
    def holding(cls, patients: int, size: int, *, seed: int, threads: int | None) -> Trials:
        """Return the fewest trials of ``size`` patients that hold so many patients; 2 or more."""
        return cls(max(-(-patients // size), 2), seed, threads)


def run_in_batches(
    machine: TrialMachine, trials: Trials, *, first: int = 0
) -> Iterator[tuple[int, NDArray[np.void]]]:
    """Yield the number of the first trial of each batch, and the outcomes of the batch.

    Parameters
    ----------
    machine : TrialMachine
        Study and scenario.
    trials : Trials
        How many.
    first : int
        Number of the first trial.
    """
    threads = trials.threads or free_cores()
    end = first + trials.count
    for begin in range(first, end, AT_ONCE):
        count = min(AT_ONCE, end - begin)
        yield begin, machine.run(trials.seed, begin, count, threads=threads)


def has_declared(outcomes: NDArray[np.void], conduct: Conduct) -> NDArray[np.bool_]:
    """Return which trials declare activity: complete, and with more responders than the bound.

    Parameters
    ----------
    outcomes : ndarray, shape (trials,)
        From ``TrialMachine.run``.
    conduct : Conduct
        How the trial is decided.

    Returns
    -------
    ndarray of bool, shape (trials,)
        False throughout where the study declares nothing.
    """
    declared: NDArray[np.bool_] = (
        (outcomes["ended"] == COMPLETE)
        & (outcomes["responders"] > conduct.final_bound)
        & (conduct.final_bound >= 0)
    )
    return declared
