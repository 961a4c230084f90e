"""Room to work in for the rules of a virtual trial, as lists or as records."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from trialwright.endpoints.bulk.followed import Endpoints, Followed, Times
from trialwright.records import Column, blank_lists, blank_record, dtype_of
from trialwright.response.course import Calls, Course
from trialwright.simulate.cohort import Cohort
from trialwright.simulate.conduct import Desk, Outcome
from trialwright.simulate.patient import MOST_LESIONS, MOST_TARGETS, ORGANS, Lesions
from trialwright.simulate.scans import MOST_NEW_LESIONS, Room, Seen
from trialwright.study.calendar import planned_day

if TYPE_CHECKING:
    from trialwright.simulate.numbers import Protocol

_LEAST_SCANS, _LEAST_PATIENTS = 32, 32  # sizes are doubled from here, so that types stay the same


def most_scans(protocol: Protocol) -> int:
    """Return how many scans a patient can have, baseline included."""
    number = 1
    while planned_day(protocol.calendar, number) < protocol.horizon_days:
        number += 1
    return number


def lay_out_room(scans: int) -> Any:
    """Return the layout of a ``Room`` for a patient with so many scans."""
    lesions = _lay_out(
        Lesions,
        *_many("count", MOST_LESIONS, 2),
        *_many("number", MOST_LESIONS, 4),
        Column("number", len(ORGANS)),
    )
    calls = _lay_out(
        Calls,
        Column("count", scans),
        *_many("small", scans, 3),
        *_many("number", scans, 2),
        Column("number", MOST_TARGETS),
    )
    return _lay_out(Room, lesions, _lay_out_course(scans), calls, _lay_out_seen(scans))


def _lay_out_course(scans: int) -> Any:
    sizes = scans * MOST_TARGETS
    return _lay_out(
        Course,
        *_many("count", scans, 3),
        Column("small", scans),
        *_many("flag", scans, 3),
        *_many("number", sizes, 2),
        Column("flag", sizes),
        Column("flag", MOST_TARGETS),
        *_many("number", MOST_TARGETS, 2),
        Column("flag", MOST_TARGETS),
        Column("number", 0),
    )


def _lay_out_seen(scans: int) -> Any:
    return _lay_out(
        Seen,
        Column("count", scans),
        Column("small", scans * MOST_LESIONS),
        Column("small", scans),
        Column("number", MOST_NEW_LESIONS),
        Column("small", scans * MOST_NEW_LESIONS),
    )


def lay_out_cohort(patients: int, scans: int) -> Any:
    """Return the layout of a ``Cohort`` for the patients of one trial."""
    assessments = patients * scans
    followed = _lay_out(
        Followed,
        Column("count", patients + 1),
        Column("count", assessments),
        Column("small", assessments),
        *_many("flag", assessments, 2),
        Column("count", patients),
        Column("small", patients),
        Column("flag", patients),
        *_many("number", patients, 5),
        Column("flag", patients),
    )
    times = _lay_out(
        Times,
        *_many("number", patients, 2),
        *_many("small", patients, 3),
        Column("count", patients),
    )
    found = _lay_out(Endpoints, *_many("flag", patients, 2), *(times,) * 6)
    days = (*_many("count", patients, 2), *_many("number", patients, 4))
    return _lay_out(Cohort, *days, followed, found)


def _lay_out(kind: Any, *columns: Any) -> Any:
    """Return a named tuple that holds columns in place of values."""
    return kind(*columns)


def _many(kind: str, length: int, times: int) -> tuple[Column, ...]:
    return (Column(kind, length),) * times


def outcome_columns(patients: int) -> dict[str, Column]:
    """Return the columns of a trial's outcome, by name."""
    names = [one.name for one in fields(Outcome)]
    scalars = ["count"] * 6 + ["number"] * 2
    by_patient = ["flag", "number", *["number", "small"] * 4]
    kinds = [Column(kind, 0) for kind in scalars] + [Column(kind, patients) for kind in by_patient]
    return dict(zip(names, kinds, strict=True))


def room_as_lists(protocol: Protocol) -> Room:
    """Return room for one patient, for rules that run as Python."""
    room: Room = blank_lists(lay_out_room(most_scans(protocol)))
    return room


def desk_as_lists(patients: int, protocol: Protocol) -> Desk:
    """Return room for the patients of a trial, for rules that run as Python."""
    cohort = blank_lists(lay_out_cohort(patients, most_scans(protocol)))
    return Desk(room_as_lists(protocol), cohort)


def outcome_as_lists(patients: int) -> Outcome:
    """Return room for the outcome of a trial, for rules that run as Python."""
    values: list[Any] = [
        blank_lists(one) if one.length else 0 for one in outcome_columns(patients).values()
    ]
    return Outcome(*values)


def desk_as_record(patients: int, protocol: Protocol) -> Any:
    """Return room for the patients of a trial, for rules that run as machine code."""
    scans = _rounded_up(most_scans(protocol), _LEAST_SCANS)
    cohort = lay_out_cohort(_rounded_up(patients, _LEAST_PATIENTS), scans)
    return blank_record(_lay_out(Desk, lay_out_room(scans), cohort))


def outcomes_as_records(trials: int, patients: int) -> Any:
    """Return room for the outcomes of many trials, a structured array of shape (trials,)."""
    import numpy as np

    columns = outcome_columns(_rounded_up(patients, _LEAST_PATIENTS))
    kind = [(name, dtype_of(one)) for name, one in columns.items()]
    return np.zeros(trials, np.dtype(kind, align=True))


def _rounded_up(wanted: int, least: int) -> int:
    size = least
    while size < wanted:
        size *= 2
    return size
