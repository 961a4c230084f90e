"""Run many trials on a graphics card, one thread a trial, with the same rules.

The rules are the functions that run as Python and, compiled by Numba, on a processor; here
numba-cuda compiles them. Every thread has a desk of its own, room for one trial, and takes one
trial after the other, so memory does not grow with their number. What the trials estimate is
computed on the processor as ever, while the card runs the next ones. Page:
``docs/simulation/cuda.md``.
"""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from operator import add
from queue import SimpleQueue
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
from trialwright.simulate.trials.series import StudySeries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from numpy.typing import NDArray

    from trialwright.simulate.many.tally import Tally

    Records = NDArray[np.void]

# Trials of a block, one launch of the kernel, and how many blocks are on the card at a time:
# together two trials for each thread of a card with 128 multiprocessors.
TRIALS_AT_ONCE, LANES = 16_384, 4
RANGE_ON_CARD = 32 * TRIALS_AT_ONCE  # `range_size` of a place that works on a card
# A trial takes all the registers that a thread can have, so a multiprocessor holds 256 threads.
THREADS_PER_BLOCK, _BLOCKS_PER_MULTIPROCESSOR = 64, 4
_PACKAGES = ("numba-cuda", "nvidia-nvvm", "nvidia-nvjitlink")  # that make the card's code
_CARD_IS_TAKEN = Lock()  # to start a kernel; several may be running
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
    return CardSeries(
        machine, series.asked, series.reference, series.seed, identity, TRIALS_AT_ONCE
    )


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


class CardSeries(StudySeries):
    """A `StudySeries` whose card runs trials while the processor estimates and counts others."""

    __slots__ = ()

    def tally(self, first: int, count: int, threads: int) -> Tally:
        """Run trials and count, each thread a block after the other; see ``many.TrialSeries``.

        Raises
        ------
        ValueError
            If a trial's number is kept for the reference.
        """
        tally_block, end = super().tally, first + count

        def tally_from(begin: int) -> Tally:
            return tally_block(begin, min(self.at_once, end - begin), 1)

        with ThreadPoolExecutor(threads) as pool:
            return functools.reduce(add, pool.map(tally_from, range(first, end, self.at_once)))


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
        desk = desk_as_record(self.conduct.patients, self.protocol).dtype
        outcome = outcomes_as_records(0, self.conduct.patients).dtype
        terms, found = np.array([as_record(self.terms)]), np.empty(count, outcome)
        with _CARD_IS_TAKEN:
            lanes = _lay_lanes(desk, outcome)

        def work(begin: int) -> None:
            lane = lanes.get()
            try:
                who = Draws(seed, first + begin, 0).who
                lane.run(who, terms, found[begin : begin + lane.trials])
            finally:
                lanes.put(lane)

        _do_each(work, range(0, count, TRIALS_AT_ONCE))
        return found

    def _check_card(self) -> None:
        here = name_card()
        if here != self.card:
            msg = (
                f"these trials are for {self.card}, but here is {here}; counts of different cards "
                "are not added: let them run on cards of one kind"
            )
            raise SimulationError(msg)


@dataclass(frozen=True, slots=True)
class Lane:
    """Room for one block of trials, and a stream, in which the card does one thing at a time.

    While the block of one lane is brought here, or read here, the card runs those of the others.

    Parameters
    ----------
    stream : object
        The order of what is asked of the card.
    desks : device array
        One a thread.
    blank : device array
        Zeros, as words of eight bytes, for all the outcomes: sooner copied there than sent.
    outcomes : device array
        Where the kernel writes.
    arrived : ndarray, shape (trials,)
        Memory of the processor that the card itself can write to ("pinned").
    """

    stream: Any
    desks: Any
    blank: Any
    outcomes: Any
    arrived: Records

    @classmethod
    def lay(cls, desk: np.dtype[np.void], outcome: np.dtype[np.void]) -> Lane:
        """Take the memory, on the card and here."""
        cuda, trials = require_cuda(_WHAT), TRIALS_AT_ONCE
        blocks = min(-(-trials // THREADS_PER_BLOCK), _blocks_of(cuda))
        return cls(
            cuda.stream(),
            cuda.to_device(np.zeros(blocks * THREADS_PER_BLOCK, desk)),
            cuda.to_device(_words_of(np.zeros(trials, outcome))),
            cuda.device_array(trials, outcome),
            cuda.pinned_array(trials, outcome),
        )

    @property
    def trials(self) -> int:
        """How many trials a block has."""
        return len(self.arrived)

    def run(self, who: Who, terms: Records, found: Records) -> None:
        """Run the trials from the given patient on.

        Parameters
        ----------
        who : Who
            The first patient of the first trial.
        terms : ndarray, shape (1,)
            Scenario and study.
        found : ndarray, shape (at most `trials`,)
            Where the outcomes are put.
        """
        arrived = self.arrived[: len(found)]
        with _CARD_IS_TAKEN:
            self._start(who, terms, arrived)
        self.stream.synchronize()
        _words_of(found)[:] = _words_of(arrived)

    def _start(self, who: Who, terms: Records, arrived: Records) -> None:
        """Ask the card for a block; nothing is waited for."""
        cuda, run_trials, stream = require_cuda(_WHAT), card_runner(), self.stream
        outcomes, words = self.outcomes[: len(arrived)], len(_words_of(arrived))
        _words_of(self.outcomes)[:words].copy_to_device(self.blank[:words], stream=stream)
        its_terms = cuda.to_device(terms, stream=stream)
        blocks = len(self.desks) // THREADS_PER_BLOCK
        run_trials[blocks, THREADS_PER_BLOCK, stream](who, its_terms, self.desks, outcomes)
        outcomes.copy_to_host(arrived, stream=stream)


def _words_of(records: Any) -> Any:
    """Return records as words of eight bytes: field by field, NumPy would copy slowly."""
    return records.view(np.uint64)


@functools.lru_cache(maxsize=1)
def _lay_lanes(desk: np.dtype[np.void], outcome: np.dtype[np.void]) -> SimpleQueue[Lane]:
    """Return the lanes for trials of such a size, kept for the next ones."""
    lanes: SimpleQueue[Lane] = SimpleQueue()
    for _ in range(LANES):
        lanes.put(Lane.lay(desk, outcome))
    return lanes


def _do_each(work: Callable[[int], None], begins: Sequence[int]) -> None:
    """Do the blocks, as many at a time as there are lanes; a single one without a thread."""
    if len(begins) == 1:
        work(begins[0])
        return
    with ThreadPoolExecutor(LANES) as pool:
        list(pool.map(work, begins))


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
