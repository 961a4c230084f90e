"""From the patients of a data set to the arrays that are read in bulk.

Each target is packed at the size that was read, with its local treatment beside it, so that
the rules and not the packing decide how it counts. What a course cannot say exactly (a node that
split, lesions that merged while one was treated) is refused, never bent.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from trialwright.errors import DataError
from trialwright.response.bulk.ragged import Courses
from trialwright.response.course import (
    NOT_READ,
    NOTHING_SHOWN,
    Course,
    CourseRules,
    blank_calls,
    count_targets,
)
from trialwright.response.fragments import Fragments
from trialwright.response.lesion_values import LesionReader
from trialwright.response.local_therapy import policy_of
from trialwright.response.timeline import end_reading, lay_out_visits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.response.patient import Lesion, LocalTreatment, PatientScans
    from trialwright.response.rules import ResponseRules
    from trialwright.response.timeline import Visit
    from trialwright.response.visit_reading import VisitReading

NEVER = math.inf


def course_rules(rules: ResponseRules) -> CourseRules:
    """Return the study's choices as numbers.

    Raises
    ------
    ValueError
        If the study asks for the best response rules of another program.
    """
    if rules.best_response_rules != "recist11":
        msg = f"in bulk the best response follows recist11, not {rules.best_response_rules!r}"
        raise ValueError(msg)
    return CourseRules(
        policy_of(rules.planned_ablation),
        policy_of(rules.unplanned_local_therapy),
        rules.persistent,
        rules.time_point_date == "earliest",
        rules.best,
    )


def pack_patients(patients: Sequence[PatientScans], rules: ResponseRules) -> Courses:
    """Return the arrays of these patients, in their order.

    Parameters
    ----------
    patients : sequence of PatientScans
        From ``gather_scans``. One without a baseline gets no visits, and so reads ``NE``.
    rules : ResponseRules
        The study's choices. The arrays hold for these alone: dates, non-target lesions and
        the baseline depend on them.

    Raises
    ------
    DataError
        If a patient's lesions cannot be written as one size for each target and visit.
    """
    return join_courses([pack_patient(one, rules) for one in patients])


def join_courses(patients: Sequence[Course]) -> Courses:
    """Put the courses of patients one after the other."""
    visits = [len(one.day) for one in patients]
    targets = [len(one.node) for one in patients]
    sizes = [len(one.measured_mm) for one in patients]
    starts = [np.cumsum([0, *counts], dtype=np.int64) for counts in (visits, targets, sizes)]
    columns = [
        np.array([value for one in patients for value in getattr(one, name)], kind)
        for name, kind in _KINDS.items()
    ]
    therapy = np.array([one.new_therapy_day for one in patients], np.float64)
    return Courses._make([*starts, *columns, therapy])


# The fields of a course and of the arrays, in the same order.
_KINDS: dict[str, type[np.generic]] = {
    "day": np.int32,
    "targets_day": np.int32,
    "shown_day": np.int32,
    "non_target": np.int8,
    "non_target_left": np.bool_,
    "new_lesion": np.bool_,
    "was_read": np.bool_,
    "measured_mm": np.float64,
    "viable_mm": np.float64,
    "complete": np.bool_,
    "node": np.bool_,
    "treated_day": np.float64,
    "last_before_mm": np.float64,
    "planned": np.bool_,
}


def pack_patient(scans: PatientScans, rules: ResponseRules) -> Course:
    """Return the course of one patient.

    Raises
    ------
    DataError
        As :func:`pack_patients`.
    """
    scans = end_reading(scans, rules)
    timeline = lay_out_visits(scans, rules)
    scans, base = timeline.scans, timeline.baseline
    if base is None:
        return Course([], [], [], [], [], [], [], [], [], [], [], [], [], [], NEVER)
    followed = [base, *timeline.followed]
    seen = _read_visits(scans, followed, rules)
    course = _course_of(scans, followed, seen, rules)
    _check_sums(scans, course, seen, rules)
    return course


def _read_visits(
    scans: PatientScans, visits: Sequence[Visit], rules: ResponseRules
) -> list[VisitReading]:
    reader = LesionReader(scans, visits[0], rules)
    return [reader.read(visit) for visit in visits]


def _course_of(
    scans: PatientScans,
    visits: Sequence[Visit],
    seen: Sequence[VisitReading],
    rules: ResponseRules,
) -> Course:
    """Ask the lesion reader for the sizes under single policies: what each policy starts from."""
    origin = visits[0].day_of if scans.first_treatment is None else scans.first_treatment
    targets = _targets_of(scans)
    treatments = [_first_treatment(scans, one.lesion_id) for one in targets]
    sizes = {
        policy: _sizes_under(policy, scans, visits, rules, targets)
        for policy in ("zone", "viable", "zero", "carry_forward")
    }
    return Course(
        day=[_days(visit.day_of, origin) for visit in visits],
        targets_day=[
            _days(one.targets_on or visit.day_of, origin)
            for visit, one in zip(visits, seen, strict=True)
        ],
        shown_day=[
            NOTHING_SHOWN if one.progressed_on is None else _days(one.progressed_on, origin)
            for one in seen
        ],
        non_target=[one.non_target for one in seen],
        non_target_left=[one.non_target_left for one in seen],
        new_lesion=[bool(one.new) for one in seen],
        was_read=[one.was_read for one in seen],
        measured_mm=[size for visit in sizes["zone"] for size in visit],
        viable_mm=[size for visit in sizes["viable"] for size in visit],
        complete=[size == 0.0 for visit in sizes["zero"] for size in visit],
        node=[
            one.lymph_node and not _is_read_by_viable_part(treated, rules)
            for one, treated in zip(targets, treatments, strict=True)
        ],
        treated_day=[_days(one.treatment_date, origin) if one else NEVER for one in treatments],
        last_before_mm=sizes["carry_forward"][-1],
        planned=[one is None or one.planned for one in treatments],
        new_therapy_day=_days(scans.new_therapy, origin) if scans.new_therapy else NEVER,
    )


def _targets_of(scans: PatientScans) -> list[Lesion]:
    fragments = Fragments(scans.lesions, scans.readings)
    return [
        one
        for one in scans.lesions
        if one.role == "target" and fragments.whole(one.lesion_id) == one.lesion_id
    ]


def _first_treatment(scans: PatientScans, name: str) -> LocalTreatment | None:
    whole = Fragments(scans.lesions, scans.readings).whole
    own = [one for one in scans.local_treatments if whole(one.lesion_id) == name]
    return min(own, key=lambda one: (one.treatment_date, one.lesion_id), default=None)


def _is_read_by_viable_part(treated: LocalTreatment | None, rules: ResponseRules) -> bool:
    if treated is None:
        return False
    return (
        rules.planned_ablation if treated.planned else rules.unplanned_local_therapy
    ) == "viable"


def _sizes_under(
    policy: str,
    scans: PatientScans,
    visits: Sequence[Visit],
    rules: ResponseRules,
    targets: Sequence[Lesion],
) -> list[list[float]]:
    """Return the size of each target on each visit, were every treated lesion read by a policy."""
    alone = replace(rules, planned_ablation=policy, unplanned_local_therapy=policy)
    names = [one.lesion_id for one in targets]
    table = []
    for one in _read_visits(scans, visits, alone):
        counted = {value.lesion_id: value.counted_mm for value in one.values}
        sizes = [counted[name] for name in names]
        table.append([NOT_READ if size is None else size for size in sizes])
    return table


def _days(day: date, origin: date) -> int:
    return (day - origin).days


def _check_sums(
    scans: PatientScans, course: Course, seen: Sequence[VisitReading], rules: ResponseRules
) -> None:
    """Refuse a course that does not add up to what the lesion reader read."""
    choices, calls = course_rules(rules), blank_calls(len(course.day), len(course.node))
    for visit, reading in enumerate(seen):
        ours, theirs = (
            count_targets(course, len(course.node), visit, choices, calls),
            reading.targets,
        )
        same = ours[1:] == theirs[1:] and math.isclose(ours[0], theirs[0], abs_tol=1e-9)
        if not same:
            msg = (
                f"patient {scans.patient_id}, day {course.day[visit]}: the target lesions cannot "
                "be written as one size each (a lesion that split or merged, or scans on both "
                "sides of a local treatment); read this patient with assess_patient"
            )
            raise DataError(msg)
