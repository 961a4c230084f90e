"""The response rules as machine code: which modules hold them, and the loop over patients."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from trialwright.machine_code import compile_range
from trialwright.response.bulk.ragged import read_patient

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.response.bulk.ragged import Courses, Results
    from trialwright.response.course import CourseRules

# From what is called to what calls it.
RULE_MODULES = tuple(
    f"trialwright.response.{name}"
    for name in (
        *("codes", "local_size", "recist", "best", "finished", "admiral", "guideline", "course"),
        *("bulk.ragged", "bulk.called"),
    )
)


@functools.cache
def range_reader() -> Any:
    """Return the compiled ``read_range(first, last, courses, rules, results, counted_mm)``.

    Raises
    ------
    MissingExtra
        If Numba is not installed.
    """
    return compile_range(_range_reader, RULE_MODULES)


def _range_reader(digest: int) -> Any:
    """Return a reader of many patients that is told apart by the source of its rules."""

    def read_range(
        first: int,
        last: int,
        courses: Courses,
        rules: CourseRules,
        results: Results,
        counted_mm: NDArray[Any],
    ) -> int:
        for patient in range(first, last):
            read_patient(patient, courses, rules, results, counted_mm)
        return digest

    return read_range
