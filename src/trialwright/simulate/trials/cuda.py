"""Run many trials on a graphics card, one thread a trial, with the same rules.

The rules are the functions that run as Python and, compiled by Numba, on a processor; here
numba-cuda compiles them. Every thread has room of its own for one trial and takes one trial after
the other, so memory does not grow with their number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwright.machine_code import compile_rules, rebuild, with_twins
from trialwright.simulate.compiled import TRIAL_MODULES
from trialwright.simulate.conduct import run_trial
from trialwright.simulate.draws import Who

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

THREADS_PER_BLOCK = 64


def kernel_source(cuda: ModuleType) -> Callable[..., None]:
    """Return the kernel as a function to be compiled, its rules made for the device."""
    twins = compile_rules(cuda.jit(device=True), TRIAL_MODULES)
    return rebuild(_run_trials, with_twins(globals(), twins) | {"cuda": cuda})


def _run_trials(
    key_low: int,
    key_high: int,
    first: int,
    nature: Any,
    protocol: Any,
    reading: Any,
    rules: Any,
    conduct: Any,
    rooms: Any,
    cohorts: Any,
    outcomes: Any,
) -> None:
    """Run the trials of one thread: every so many, from its own number on."""
    thread = cuda.grid(1)  # type: ignore[name-defined]  # noqa: F821 - put in by kernel_source
    if thread < len(rooms):
        for place in range(thread, len(outcomes), len(rooms)):
            run_trial(
                Who(key_low, key_high, first + place, 0),
                nature[0],
                protocol[0],
                reading[0],
                rules[0],
                conduct[0],
                rooms[thread],
                cohorts[thread],
                outcomes[place],
            )
