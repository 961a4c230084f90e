"""The courses of many patients in flat arrays, and the reading of one of them.

Patients differ in visits and targets, so the values of all of them stand one after the other,
and offsets say where each patient begins: patient ``p`` has the visits
``visit_start[p] .. visit_start[p + 1]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.response.course import Calls, Course, CourseRules, read_course

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Courses(NamedTuple):
    """What was seen of many patients; the fields mean what they mean in ``Course``.

    Days count from the first treatment, sizes are mm. The first visit of a patient is the
    baseline; a patient without visits had none. ``size_start`` counts visits times targets.
    """

    visit_start: NDArray[np.int64]  # shape (patients + 1,), from 0 to all visits
    target_start: NDArray[np.int64]  # shape (patients + 1,), from 0 to all targets
    size_start: NDArray[np.int64]  # shape (patients + 1,), from 0 to all sizes
    day: NDArray[np.int32]  # shape (visits,)
    targets_day: NDArray[np.int32]  # shape (visits,)
    shown_day: NDArray[np.int32]  # shape (visits,)
    non_target: NDArray[np.int8]  # shape (visits,), codes of Response
    non_target_left: NDArray[np.bool_]  # shape (visits,)
    new_lesion: NDArray[np.bool_]  # shape (visits,)
    was_read: NDArray[np.bool_]  # shape (visits,)
    measured_mm: NDArray[np.float64]  # shape (sizes,), nan: not read
    viable_mm: NDArray[np.float64]  # shape (sizes,), or empty unless a policy is VIABLE
    complete: NDArray[np.bool_]  # shape (sizes,), or empty unless a policy is ZERO
    node: NDArray[np.bool_]  # shape (targets,)
    treated_day: NDArray[np.float64]  # shape (targets,), inf: never
    last_before_mm: NDArray[np.float64]  # shape (targets,), nan: none
    planned: NDArray[np.bool_]  # shape (targets,)
    new_therapy_day: NDArray[np.float64]  # shape (patients,), inf: none

    @property
    def patients(self) -> int:
        """Number of patients."""
        return len(self.visit_start) - 1


class Results(NamedTuple):
    """The calls of many patients, in the order of ``Courses``; codes of ``Response``.

    Visits as in ``Courses``, the baseline called ``NONE``. In the arrays per patient time
    point 0 is the first visit after baseline, and -1 is none.
    """

    day: NDArray[np.int32]  # shape (visits,)
    target: NDArray[np.int8]  # shape (visits,)
    non_target: NDArray[np.int8]  # shape (visits,)
    overall: NDArray[np.int8]  # shape (visits,)
    sum_mm: NDArray[np.float64]  # shape (visits,), or empty if not asked for
    nadir_mm: NDArray[np.float64]  # shape (visits,), or empty if not asked for
    counted: NDArray[np.int32]  # shape (patients,), time points that count
    unconfirmed: NDArray[np.int8]  # shape (patients,)
    unconfirmed_at: NDArray[np.int32]  # shape (patients,), time point that gave it
    confirmed: NDArray[np.int8]  # shape (patients,)
    confirmed_at: NDArray[np.int32]  # shape (patients,), time point that gave it
    confirming_at: NDArray[np.int32]  # shape (patients,), time point that confirmed it


def read_patient(
    patient: int,
    courses: Courses,
    rules: CourseRules,
    results: Results,
    counted_mm: NDArray[np.float64],
) -> None:
    """Read one of many patients and write the calls.

    Parameters
    ----------
    patient : int
        Position in ``courses``.
    courses : Courses
        What was seen.
    rules : CourseRules
        The study's choices.
    results : Results
        Where the calls are written; no other patient's entries are touched.
    counted_mm : array of float, shape (targets,)
        Room to work in, as long as there are targets.
    """
    summary = read_course(
        course_of(patient, courses), rules, _calls_of(patient, courses, results, counted_mm)
    )
    results.counted[patient] = summary.counted
    results.unconfirmed[patient] = summary.unconfirmed.response
    results.unconfirmed_at[patient] = summary.unconfirmed.visit
    results.confirmed[patient] = summary.confirmed.response
    results.confirmed_at[patient] = summary.confirmed.visit
    results.confirming_at[patient] = summary.confirmed.confirmed_at


def course_of(patient: int, courses: Courses) -> Course:
    """Return what was seen of one of many patients; no values are copied."""
    # Arrays serve as sequences, which their type does not say.
    seen: Any = courses
    first, last = seen.visit_start[patient], seen.visit_start[patient + 1]
    lesion, lesions = seen.target_start[patient], seen.target_start[patient + 1]
    size, sizes = seen.size_start[patient], seen.size_start[patient + 1]
    return Course(
        seen.day[first:last],
        seen.targets_day[first:last],
        seen.shown_day[first:last],
        seen.non_target[first:last],
        seen.non_target_left[first:last],
        seen.new_lesion[first:last],
        seen.was_read[first:last],
        seen.measured_mm[size:sizes],
        seen.viable_mm[size:sizes],
        seen.complete[size:sizes],
        seen.node[lesion:lesions],
        seen.treated_day[lesion:lesions],
        seen.last_before_mm[lesion:lesions],
        seen.planned[lesion:lesions],
        seen.new_therapy_day[patient],
    )


def _calls_of(
    patient: int, courses: Courses, results: Results, counted_mm: NDArray[np.float64]
) -> Calls:
    first, last = courses.visit_start[patient], courses.visit_start[patient + 1]
    lesion, lesions = courses.target_start[patient], courses.target_start[patient + 1]
    calls: Any = results
    room: Any = counted_mm
    return Calls(
        calls.day[first:last],
        calls.target[first:last],
        calls.non_target[first:last],
        calls.overall[first:last],
        calls.sum_mm[first:last],
        calls.nadir_mm[first:last],
        room[lesion:lesions],
    )
