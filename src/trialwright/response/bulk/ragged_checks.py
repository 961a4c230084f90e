"""Whether the arrays of many patients fit together and hold values that mean something.

Compiled rules do not look where they read, so everything is checked before they start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.errors import DataError
from trialwright.response.codes import Response
from trialwright.response.local_size import LocalPolicy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.response.bulk.ragged import Courses
    from trialwright.response.course import CourseRules

_TYPES = {
    **dict.fromkeys(("visit_start", "target_start", "size_start"), np.dtype(np.int64)),
    **dict.fromkeys(("day", "targets_day", "shown_day"), np.dtype(np.int32)),
    "non_target": np.dtype(np.int8),
    **dict.fromkeys(
        ("non_target_left", "new_lesion", "was_read", "complete", "node", "planned"),
        np.dtype(np.bool_),
    ),
}
_PER_VISIT = (
    *("day", "targets_day", "shown_day", "non_target", "non_target_left", "new_lesion", "was_read"),
)
_PER_TARGET = ("node", "treated_day", "last_before_mm", "planned")
_READ_BY = {"viable_mm": LocalPolicy.VIABLE, "complete": LocalPolicy.ZERO}
_NON_TARGET = (Response.NONE, Response.CR, Response.NON_CR_NON_PD, Response.PD, Response.NE)


def check_courses(courses: Courses, rules: CourseRules) -> None:
    """Check the arrays of many patients.

    Parameters
    ----------
    courses : Courses
        What was seen.
    rules : CourseRules
        The study's choices, which say what must be there.

    Raises
    ------
    ValueError
        If the arrays do not fit together; the message says which and how.
    DataError
        If a patient has a value that means nothing.
    """
    for name, array in zip(courses._fields, courses, strict=True):
        _check_array(name, array)
    for name in ("visit_start", "target_start", "size_start"):
        _check_offsets(name, getattr(courses, name), courses.patients)
    _check_lengths(courses)
    _check_read_by_policies(courses, rules)
    _check_values(courses)


def _check_array(name: str, array: object) -> None:
    wanted = _TYPES.get(name, np.dtype(np.float64))
    if not isinstance(array, np.ndarray) or array.dtype != wanted:
        given = getattr(array, "dtype", type(array).__name__)
        msg = f"{name} is {given}; make it an array of {wanted}"
        raise ValueError(msg)
    if array.ndim != 1 or not array.flags.c_contiguous:
        msg = f"{name} must have one dimension and no gaps; use numpy.ascontiguousarray"
        raise ValueError(msg)


def _check_offsets(name: str, offsets: NDArray[np.int64], patients: int) -> None:
    if len(offsets) != patients + 1 or not len(offsets):
        msg = f"{name} has {len(offsets)} entries; give one more than there are patients"
        raise ValueError(msg)
    if offsets[0] != 0 or np.any(offsets[1:] < offsets[:-1]):
        msg = f"{name} must begin with 0 and never fall"
        raise ValueError(msg)


def _check_lengths(courses: Courses) -> None:
    visits, targets = np.diff(courses.visit_start), np.diff(courses.target_start)
    if np.any(np.diff(courses.size_start) != visits * targets):
        msg = "size_start must grow by visits times targets from patient to patient"
        raise ValueError(msg)
    wanted = dict.fromkeys(_PER_VISIT, int(courses.visit_start[-1]))
    wanted |= dict.fromkeys(_PER_TARGET, int(courses.target_start[-1]))
    wanted |= {"measured_mm": int(courses.size_start[-1]), "new_therapy_day": courses.patients}
    for name, length in wanted.items():
        if len(getattr(courses, name)) != length:
            msg = f"{name} has {len(getattr(courses, name))} entries; the offsets need {length}"
            raise ValueError(msg)


def _check_read_by_policies(courses: Courses, rules: CourseRules) -> None:
    """Check what one policy alone reads: there for every size, or empty and not read."""
    wanted = len(courses.measured_mm)
    for name, policy in _READ_BY.items():
        given = len(getattr(courses, name))
        if given != wanted and (given or policy in (rules.planned, rules.unplanned)):
            msg = f"{name} has {given} entries; give one for each of the {wanted} of measured_mm"
            raise ValueError(msg)


def _check_values(courses: Courses) -> None:
    per_size, per_target = courses.size_start, courses.target_start
    sizes_of = {"measured_mm": per_size, "viable_mm": per_size, "last_before_mm": per_target}
    for name, start in sizes_of.items():
        sizes = getattr(courses, name)
        wrong = (sizes < 0.0) | (sizes == np.inf)
        _refuse(name, sizes, wrong, start, "a diameter is 0 mm or more, or nan")
    _refuse(
        "non_target",
        courses.non_target,
        ~np.isin(courses.non_target, _NON_TARGET),
        courses.visit_start,
        "use the codes that recist.read_non_targets returns",
    )
    back = np.zeros(len(courses.day), dtype=np.bool_)
    back[1:] = courses.day[1:] < courses.day[:-1]
    back[courses.visit_start[:-1][courses.visit_start[:-1] < len(back)]] = False
    _refuse("day", courses.day, back, courses.visit_start, "visits stand in order of day")
    each = np.arange(courses.patients + 1)
    for name, start in (("treated_day", per_target), ("new_therapy_day", each)):
        days = getattr(courses, name)
        _refuse(name, days, np.isnan(days), start, "inf stands for never")


def _refuse(
    name: str,
    values: NDArray[np.generic],
    wrong: NDArray[np.bool_],
    start: NDArray[np.int64],
    mend: str,
) -> None:
    """Raise with the first wrong value, the patient that it belongs to, and the mend."""
    if not wrong.any():
        return
    at = int(wrong.argmax())
    patient = int(np.searchsorted(start, at, side="right")) - 1
    msg = f"patient {patient} (the first is 0): {name}[{at}] is {values[at]}; {mend}"
    raise DataError(msg)
