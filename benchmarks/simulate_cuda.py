"""Many trials on a graphics card, beside the processor of the same machine.

Needs a CUDA device and the extra ``cuda``; a process compiles the kernel for up to a minute.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from timing import describe_machine
from trialwright.simulate import read_scenario
from trialwright.simulate.many.threads import free_cores
from trialwright.simulate.trials import cuda as card
from trialwright.simulate.trials.estimates import Asked
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.simulate.trials.reference import find_reference
from trialwright.simulate.trials.series import StudySeries
from trialwright.study import read_study
from trialwright.study.counting import OF_THE_STUDY

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

STUDY = read_study("examples/crclm/study.toml")
SCENARIOS = ("crclm_null", "crclm_alternative")
GOAL = 1_000_000  # trials a second
COMPARED, ON_CARD, ON_PROCESSOR = 20_000, 32 * card.TRIALS_AT_ONCE, 65_536


def main() -> None:
    print(f"{describe_machine()}; {card.name_card()}; goal {GOAL:,} trials/s")
    for name in SCENARIOS:
        machine = TrialMachine.of(STUDY, read_scenario(name), OF_THE_STUDY)
        _compare(name, machine)
        _time_simulation(f"{name}, looks of the study", machine)
        _time_simulation(f"{name}, all patients", without_looks(machine))
        _time_counting(name, machine)


def _compare(name: str, machine: TrialMachine) -> None:
    start = time.perf_counter()
    theirs = card.CardMachine(*machine.terms).run(7, 0, COMPARED)
    seconds = time.perf_counter() - start
    ours = machine.run(7, 0, COMPARED, threads=free_cores())
    differing = int((_rows(theirs) != _rows(ours)).any(axis=1).sum())
    print(f"{name}: {differing} of {COMPARED:,} trials differ; first call {seconds:.1f} s")


def _rows(outcomes: NDArray[np.void]) -> NDArray[np.uint64]:
    return outcomes.view(np.uint64).reshape(len(outcomes), -1)


def _time_simulation(what: str, machine: TrialMachine) -> None:
    on_card, threads = card.CardMachine(*machine.terms), free_cores()
    _print_rate(f"{what}: card", ON_CARD, lambda count: on_card.run(1, 0, count))
    _print_rate(
        f"{what}: {threads} threads",
        ON_PROCESSOR,
        lambda count: machine.run(1, 0, count, threads=threads),
    )


def _time_counting(name: str, machine: TrialMachine) -> None:
    asked, threads = Asked.of(STUDY), free_cores()
    series = StudySeries(machine, asked, find_reference(machine, asked, seed=1), 1, {})
    on_card = card.on_card(series)
    _print_rate(f"{name}, counted: card", ON_CARD, lambda count: on_card.tally(0, count, threads))
    _print_rate(
        f"{name}, counted: {threads} threads",
        ON_PROCESSOR,
        lambda count: series.tally(0, count, threads),
    )


def _print_rate(what: str, count: int, run: Callable[[int], object]) -> None:
    run(card.LANES * card.TRIALS_AT_ONCE // 2)
    start = time.perf_counter()
    run(count)
    print(f"{what:48}{count / (time.perf_counter() - start):>12,.0f} trials/s")


if __name__ == "__main__":
    main()
