"""Run many trials on a graphics card, one thread a trial, with the same rules.

The rules are the functions that run as Python and, compiled by Numba, on a processor; here
numba-cuda compiles them. Every thread has a desk of its own, room for one trial, and takes one
trial after the other, so memory does not grow with their number. What the trials estimate is
computed on the processor as ever. Page: ``docs/simulation/cuda.md``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.machine_code import (
    compile_rules,
    rebuild,
    require_cuda,
    require_device,
    with_twins,
)
from trialwright.records import as_record
from trialwright.simulate.compiled import TRIAL_MODULES
from trialwright.simulate.conduct import run_trial
from trialwright.simulate.draws import Draws, Who
from trialwright.simulate.many.build import version_of
from trialwright.simulate.many.failures import SimulationError
from trialwright.simulate.memory import desk_as_record, outcomes_as_records
from trialwright.simulate.trials.machine import TrialMachine

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from numpy.typing import NDArray

    from trialwright.simulate.trials.series import StudySeries

    Records = NDArray[np.void]

# Trials in memory at a time: two for each thread of a card with 128 multiprocessors.
TRIALS_AT_ONCE = 65_536
RANGE_ON_CARD = 4 * TRIALS_AT_ONCE  # `range_size` of a place that works on a card
# A trial takes all the registers that a thread can have, so a multiprocessor holds 256 threads.
THREADS_PER_BLOCK, _BLOCKS_PER_MULTIPROCESSOR = 64, 4
_PACKAGES = ("numba-cuda", "nvidia-nvvm", "nvidia-nvjitlink")  # that make the card's code
_DESKS_ARE_TAKEN = Lock()
_WHAT = "running trials on a graphics card"


def on_card(series: StudySeries) -> StudySeries:
    """Return the same trials as a series that runs them on the CUDA device.

    Its identity names the card, so that its counts are never added to those of a processor or of
    another card: their ``exp`` and ``log`` may differ in the last digit.

    Parameters
    ----------
    series : StudySeries
        From ``StudySeries.of``. What its estimates aim at stays as found on the processor.

    Raises
    ------
    MissingExtra
        If numba-cuda is not installed, or no device answers.
    """
    machine = CardMachine(*series.machine.terms, card=name_card())
    identity = {**series.identity, "device": machine.card}
    return replace(series, machine=machine, identity=identity, at_once=TRIALS_AT_ONCE)


def name_card() -> str:
    """Return the CUDA device of this computer and what makes its code, with their versions.

    Raises
    ------
    MissingExtra
        If numba-cuda is not installed, or no device answers.
    """
    device = require_device(
        _WHAT, "run the trials on the processor, which is the default"
    ).get_current_device()
    major, minor = device.compute_capability[:2]
    made_with = (f"{package} {version_of(package)}" for package in _PACKAGES)
    name = getattr(device, "name", "simulator of numba-cuda")  # which the simulator has not
    return ", ".join((f"CUDA {name}", f"compute capability {major}.{minor}", *made_with))


@dataclass(frozen=True, slots=True)
class CardMachine(TrialMachine):
    """A `TrialMachine` that runs its trials on the CUDA device.

    Parameters
    ----------
    card : str
        The device that is meant, as `name_card` names it; unless given, that of this computer.
    """

    card: str = field(default_factory=name_card)

    def run(self, seed: int, first: int, count: int, *, threads: int = 1) -> Records:  # noqa: ARG002 - of the processor
        """Run trials on the card; parameters and result as of ``TrialMachine.run``.

        Raises
        ------
        MissingExtra
            If numba-cuda is not installed, or no device answers.
        SimulationError
            If this computer has another card than the one that is meant.
        """
        self._check_card()
        cuda, run_trials = (
            require_device(_WHAT, "run the trials on the processor, which is the default"),
            card_runner(),
        )
        terms = np.array([as_record(self.terms)])
        outcomes = outcomes_as_records(count, self.conduct.patients)
        desk = np.array([desk_as_record(self.conduct.patients, self.protocol)])
        blocks = _blocks_of(cuda)
        with _DESKS_ARE_TAKEN:
            desks = _lay_desks(desk.dtype, blocks * THREADS_PER_BLOCK)
            done = cuda.to_device(outcomes)
            who = Draws(seed, first, 0).who
            run_trials[blocks, THREADS_PER_BLOCK](who, cuda.to_device(terms), desks, done)
            found: Records = done.copy_to_host()
        return found

    def _check_card(self) -> None:
        here = name_card()
        if here != self.card:
            msg = (
                f"these trials are for {self.card}, but here is {here}; counts of different cards "
                "are not added: let them run on cards of one kind"
            )
            raise SimulationError(msg)


@functools.lru_cache(maxsize=1)
def _lay_desks(kind: np.dtype[np.void], threads: int) -> Any:
    """Return room on the card for so many trials, kept for the next ones."""
    return require_cuda(_WHAT).to_device(np.zeros(threads, kind))


@functools.cache
def card_runner() -> Any:
    """Return the kernel ``run_trials(who, terms, desks, outcomes)``, one thread a desk.

    ``who`` is the first patient of the trial whose outcome stands first; ``terms`` is an array of
    one. It is compiled when it is first started.

    Raises
    ------
    MissingExtra
        If numba-cuda is not installed.
    """
    cuda = require_cuda(_WHAT)
    return cuda.jit(kernel_source(cuda))


def kernel_source(cuda: ModuleType) -> Callable[..., None]:
    """Return the kernel as a function to be compiled, its rules made for the device."""
    twins = compile_rules(cuda.jit(device=True), TRIAL_MODULES)
    return rebuild(_run_trials, with_twins(globals(), twins) | {"cuda": cuda})


def _run_trials(who: Who, terms: Any, desks: Any, outcomes: Any) -> None:
    """Run the trials of one thread: every so many, from its own number on."""
    thread = cuda.grid(1)  # type: ignore[name-defined]  # noqa: F821 - put in by kernel_source
    for place in range(thread, len(outcomes), len(desks)):
        patient = Who(who.key_low, who.key_high, who.trial + place, 0)
        run_trial(patient, terms[0], desks[thread].room, desks[thread].cohort, outcomes[place])


def _blocks_of(cuda: ModuleType) -> int:
    """Return the blocks that fill the card; without a trial a thread ends at once."""
    device = cuda.get_current_device()
    processors = getattr(device, "MULTIPROCESSOR_COUNT", 1)  # which the simulator has not
    return int(processors) * _BLOCKS_PER_MULTIPROCESSOR
