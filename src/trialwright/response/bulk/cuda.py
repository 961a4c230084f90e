"""Read many patients on a graphics card, one thread a patient, with the same rules.

The rules are the functions of this room, compiled by numba-cuda: see ``compiled``. They hold no
product that something is added to, so a card that rounds both in one step (``fma``) has nothing
to join, and its calls equal those of a processor bit for bit.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.machine_code import (
    compile_rules,
    rebuild,
    require_cuda,
    require_device,
    with_twins,
)
from trialwright.response.bulk.compiled import RULE_MODULES
from trialwright.response.bulk.ragged import Courses, Results, read_patient
from trialwright.response.bulk.ragged_checks import check_courses
from trialwright.response.bulk.read_many import blank_results, freeze

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from numpy.typing import NDArray

    from trialwright.response.course import CourseRules

THREADS_PER_BLOCK = 128
_WHAT = "reading on a graphics card"


def read_many_on_card(courses: Courses, rules: CourseRules, *, sums: bool = True) -> Results:
    """Read every patient on the CUDA device and return the calls.

    Parameters
    ----------
    courses : Courses
        What was seen; checked first. It must fit the card's memory with the results: divide
        more with ``bulk.split_courses``.
    rules : CourseRules
        The study's choices.
    sums : bool
        Whether the sums and nadirs are kept for each visit.

    Returns
    -------
    Results
        The same as of ``bulk.read_many``.

    Raises
    ------
    ValueError, DataError
        As ``bulk.read_many``.
    MissingExtra
        If numba-cuda is not installed, or no device answers.
    """
    check_courses(courses, rules)
    results = blank_results(courses, sums=sums)
    if courses.patients == 0:
        return freeze(results)
    cuda, read = require_device(_WHAT, "read on the processor with bulk.read_many"), card_reader()
    seen = Courses._make(map(cuda.to_device, courses))
    calls: Any = Results._make(map(cuda.to_device, results))
    counted_mm = cuda.device_array(len(courses.node), np.float64)
    blocks = -(-courses.patients // THREADS_PER_BLOCK)
    read[blocks, THREADS_PER_BLOCK](seen, rules, calls, counted_mm)
    return freeze(Results._make(call.copy_to_host() for call in calls))


@functools.cache
def card_reader() -> Any:
    """Return the kernel ``read_all(courses, rules, results, counted_mm)``, one thread a patient.

    It is compiled when it is first started.
    """
    cuda = require_cuda(_WHAT)
    return cuda.jit(kernel_source(cuda))


def kernel_source(cuda: ModuleType) -> Callable[..., None]:
    """Return the kernel as a function to be compiled, its rules made for the device."""
    twins = compile_rules(cuda.jit(device=True), RULE_MODULES)
    return rebuild(_read_all, with_twins(globals(), twins) | {"cuda": cuda})


def _read_all(
    courses: Courses, rules: CourseRules, results: Results, counted_mm: NDArray[np.float64]
) -> None:
    patient = cuda.grid(1)  # type: ignore[name-defined]  # noqa: F821 - put in by kernel_source
    if patient < len(courses.new_therapy_day):
        read_patient(patient, courses, rules, results, counted_mm)
