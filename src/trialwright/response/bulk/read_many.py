"""Read many patients at once, with the rules of one patient compiled.

The patients are divided into ranges that are read side by side. Each range writes only its own
entries, so the results are the same, bit for bit, for any number of threads and chunks.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from trialwright.response.bulk.compiled import range_reader
from trialwright.response.bulk.ragged import Courses, Results
from trialwright.response.bulk.ragged_checks import check_courses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trialwright.response.course import CourseRules

Arrays = TypeVar("Arrays", Courses, Results)

_RANGES_PER_THREAD = 4  # so that no thread waits long for a slower one


def read_many(
    courses: Courses, rules: CourseRules, *, threads: int | None = None, sums: bool = True
) -> Results:
    """Read every patient and return the calls.

    Parameters
    ----------
    courses : Courses
        What was seen; checked first.
    rules : CourseRules
        The study's choices.
    threads : int or None
        How many processor cores to use; none: all that this process may use. The results do
        not depend on it.
    sums : bool
        Whether the sums and nadirs are kept for each visit.

    Returns
    -------
    Results
        Arrays that cannot be written to.

    Raises
    ------
    ValueError
        If the arrays do not fit together, or the policy ``VIABLE`` has nothing to read.
    DataError
        If a patient has a value that means nothing, such as a negative size.
    MissingExtra
        If Numba is not installed.
    """
    check_courses(courses, rules)
    read_range, results = range_reader(), blank_results(courses, sums=sums)
    counted_mm = np.empty(len(courses.node))
    workers = count_threads(threads)
    cuts = cut_evenly(courses, workers * _RANGES_PER_THREAD if workers > 1 else 1)
    # One type for arrays that may and may not be written, or each would be compiled.
    frozen = freeze(courses)

    def read(first: int, last: int) -> None:
        read_range(first, last, frozen, rules, results, counted_mm)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(read, cuts[:-1], cuts[1:]))
    return freeze(results)


def read_chunks(
    chunks: Iterable[Courses],
    rules: CourseRules,
    *,
    threads: int | None = None,
    sums: bool = False,
) -> Iterator[Results]:
    """Read patients chunk by chunk, one chunk in memory at a time.

    Parameters
    ----------
    chunks : iterable of Courses
        Such as a generator that reads a file or simulates.
    rules : CourseRules
        The study's choices.
    threads : int or None
        As for :func:`read_many`.
    sums : bool
        As for :func:`read_many`.

    Yields
    ------
    Results
        The calls of one chunk. They do not depend on where the chunks were cut.
    """
    for courses in chunks:
        yield read_many(courses, rules, threads=threads, sums=sums)


def split_courses(courses: Courses, *, patients: int) -> Iterator[Courses]:
    """Divide patients into chunks of so many each; no values are copied but the offsets."""
    if patients < 1:
        msg = f"a chunk needs at least 1 patient, not {patients}"
        raise ValueError(msg)
    for first in range(0, courses.patients, patients):
        yield _between(courses, first, min(first + patients, courses.patients))


def blank_results(courses: Courses, *, sums: bool) -> Results:
    """Return arrays to write the calls of these patients in."""
    visits, patients = len(courses.day), courses.patients
    lengths = dict.fromkeys(Results._fields[:6], visits) | dict.fromkeys(
        Results._fields[6:], patients
    )
    if not sums:
        lengths |= {"sum_mm": 0, "nadir_mm": 0}
    return Results(**{name: np.empty(lengths[name], _DTYPES[name]) for name in Results._fields})


_DTYPES = {
    "day": np.int32,
    "target": np.int8,
    "non_target": np.int8,
    "overall": np.int8,
    "sum_mm": np.float64,
    "nadir_mm": np.float64,
    "counted": np.int32,
    "unconfirmed": np.int8,
    "unconfirmed_at": np.int32,
    "confirmed": np.int8,
    "confirmed_at": np.int32,
    "confirming_at": np.int32,
}


def cut_evenly(courses: Courses, ranges: int) -> list[int]:
    """Return where to cut the patients into ranges with about the same work."""
    work = courses.size_start + courses.visit_start
    wanted = np.linspace(0, int(work[-1]), ranges + 1)[1:-1]
    inner = np.searchsorted(work, wanted).tolist()
    return sorted({0, *inner, courses.patients})


def count_threads(threads: int | None) -> int:
    """Return how many threads to use: by default one for each core of this process."""
    if threads is None:
        allowed = getattr(os, "sched_getaffinity", None)  # not on every system
        return len(allowed(0)) if allowed else os.cpu_count() or 1
    if threads < 1:
        msg = f"threads must be 1 or more, not {threads}"
        raise ValueError(msg)
    return threads


def freeze(arrays: Arrays) -> Arrays:
    """Return views of the arrays that cannot be written to."""
    views = [array.view() for array in arrays]
    for view in views:
        view.flags.writeable = False
    return type(arrays)._make(views)


def _between(courses: Courses, first: int, last: int) -> Courses:
    """Return the patients from ``first`` up to but not including ``last``."""
    visit, visits = courses.visit_start[first], courses.visit_start[last]
    target, targets = courses.target_start[first], courses.target_start[last]
    size, sizes = courses.size_start[first], courses.size_start[last]
    per_visit, per_target = slice(visit, visits), slice(target, targets)
    return Courses(
        courses.visit_start[first : last + 1] - visit,
        courses.target_start[first : last + 1] - target,
        courses.size_start[first : last + 1] - size,
        courses.day[per_visit],
        courses.targets_day[per_visit],
        courses.shown_day[per_visit],
        courses.non_target[per_visit],
        courses.non_target_left[per_visit],
        courses.new_lesion[per_visit],
        courses.was_read[per_visit],
        courses.measured_mm[size:sizes],
        courses.viable_mm[size:sizes],
        courses.complete[size:sizes],
        courses.node[per_target],
        courses.treated_day[per_target],
        courses.last_before_mm[per_target],
        courses.planned[per_target],
        courses.new_therapy_day[first:last],
    )
