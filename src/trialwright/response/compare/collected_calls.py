"""Our calls beside those that people made, with every disagreement listed and explained.

Neither overwrites the other. Each call of the table ``calls`` is compared with our reading of the
same reader's measurements: the target and the non-target response, the word on new lesions, and
the overall response. A disagreement carries both, and the misreading that explains the person's
call if one does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trialwright.response.codes import Response
from trialwright.response.compare.disagreements import (
    Called,
    explain_new_lesion,
    explain_non_target,
    explain_overall,
    explain_target,
)
from trialwright.response.compare.misreadings import MISREADINGS
from trialwright.response.compare.targets_seen import follow_targets

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.dataset.dataset import Dataset
    from trialwright.response.compare.readers import ReaderCalls
    from trialwright.response.compare.targets_seen import TargetsSeen
    from trialwright.response.result import PatientResponse, TimePoint

Part = Literal["target", "non_target", "new_lesion", "overall"]

_CRITERIA = "RECIST 1.1"
_NOT_CALLED = "no call"
_NOT_READ = "no reading"
_NEW_LESION = {True: "new lesion", False: "no new lesion"}
_BY_LABEL = {response.label: response for response in Response if response != Response.NONE}


@dataclass(frozen=True, slots=True)
class CollectedCall:
    """One time point as a person called it; a part that was not called is none."""

    patient_id: str
    reader: str | None
    visit: str
    date: dt.date | None
    target: str | None
    non_target: str | None
    new_lesion: bool | None
    overall: str | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One part of one call in which a person and the rules differ.

    ``kind`` is a key of ``misreadings.MISREADINGS``; ``sentence`` says both calls and why.
    """

    patient_id: str
    reader: str | None
    visit: str
    date: dt.date | None
    part: Part
    theirs: str
    ours: str
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CallComparison:
    """Calls made by people beside ours.

    ``compared`` counts the parts that both called, ``equal`` those alike; ``not_called`` the
    parts that stand blank in a row of the data; ``other_criteria`` the rows by criteria other
    than RECIST 1.1, which are not compared here. A blank on new lesions is one only where there
    is a new lesion.
    """

    calls: int
    compared: int
    equal: int
    not_called: int
    other_criteria: int
    disagreements: tuple[Disagreement, ...]

    @property
    def kinds(self) -> Counter[str]:
        """How many disagreements each misreading explains."""
        return Counter(one.kind for one in self.disagreements)


def gather_calls(dataset: Dataset) -> tuple[CollectedCall, ...]:
    """Return the calls by RECIST 1.1 of the table ``calls``, in its order."""
    return tuple(
        CollectedCall(
            row["patient_id"],
            row["reader"],
            row["visit"],
            row["call_date"],
            row["target"],
            row["non_target"],
            row["new_lesion"],
            row["overall"],
        )
        for row in dataset.table("calls").iter_rows(named=True)
        if row["criteria"] == _CRITERIA
    )


def compare_calls(
    calls: Sequence[CollectedCall],
    readings: Sequence[ReaderCalls],
    *,
    persistent: bool,
    other_criteria: int = 0,
) -> CallComparison:
    """Compare the calls that people made with ours, reader by reader.

    Parameters
    ----------
    calls : sequence of CollectedCall
        From :func:`gather_calls`.
    readings : sequence of ReaderCalls
        What each reader's measurements make by the rules of the study.
    persistent : bool
        As in ``response.persistent_partial_response``.
    other_criteria : int
        Rows of the data that were called by other criteria.

    Returns
    -------
    CallComparison
        Every disagreement, in the order of the calls; visits that nobody called come last.
    """
    courses = {one.reader: _courses(one, persistent=persistent) for one in readings}
    tally: Counter[str] = Counter()
    found: list[Disagreement] = []
    called: dict[str | None, set[tuple[str, str]]] = {}
    for call in calls:
        reader, own = _courses_behind(call.reader, courses)
        called.setdefault(reader, set()).add((call.patient_id, call.visit))
        found += _compare_one(call, own.get(call.patient_id), tally, persistent=persistent)
    for reader, visits in called.items():
        found += _never_called(reader, courses.get(reader, {}), visits)
    return CallComparison(
        len(calls), tally["compared"], tally["equal"], tally["blank"], other_criteria, tuple(found)
    )


@dataclass(frozen=True, slots=True)
class _Course:
    """One patient as one reader saw the scans, by visit."""

    response: PatientResponse
    points: Mapping[str, TimePoint]
    seen: Mapping[str, TargetsSeen]
    visits_read: frozenset[str]


_Courses = dict[str, _Course]


def _courses(reading: ReaderCalls, *, persistent: bool) -> _Courses:
    return {
        scans.patient_id: _Course(
            response,
            {point.visit: point for point in response.time_points},
            follow_targets(response, scans, persistent=persistent),
            frozenset(one.visit for one in scans.readings),
        )
        for response, scans in zip(reading.responses, reading.scans, strict=True)
    }


def _courses_behind(
    reader: str | None, courses: Mapping[str | None, _Courses]
) -> tuple[str | None, _Courses]:
    """Return the readings that a call rests on; a single reading stands behind any reader.

    A call that names no reader, or measurements that name none, leave no choice where the data
    hold one reading. Else a call without a reader has no measurement behind it.
    """
    if reader in courses:
        return reader, courses[reader]
    unnamed = reader is None or None in courses
    if len(courses) == 1 and unnamed:
        return next(iter(courses.items()))
    return reader, {}


def _compare_one(
    call: CollectedCall, course: _Course | None, tally: Counter[str], *, persistent: bool
) -> Iterator[Disagreement]:
    point = course.points.get(call.visit) if course is not None else None
    if course is None or point is None:
        yield from _without_time_point(call, course, tally)
        return
    called = Called(
        _BY_LABEL.get(call.target or ""),
        _BY_LABEL.get(call.non_target or ""),
        call.new_lesion,
        _BY_LABEL.get(call.overall or ""),
    )
    seen = course.seen[call.visit]
    # each part, ours in words, and whether there is something to call
    parts: tuple[tuple[Part, str, bool], ...] = (
        ("target", point.target.label, point.target != Response.NONE),
        ("non_target", point.non_target.label, point.non_target != Response.NONE),
        ("new_lesion", _NEW_LESION[bool(point.new_lesions)], bool(point.new_lesions)),
        ("overall", point.overall.label, point.overall != Response.NONE),
    )
    for part, ours, is_due in parts:
        theirs = _show(call, part)
        if theirs is None:
            tally["blank"] += is_due
            continue
        tally["compared"] += 1
        if theirs == ours:
            tally["equal"] += 1
            continue
        kind = _explain(part, called, point, seen, persistent=persistent)
        yield _disagree(call, part, ours, kind, f"Ours is {point.reason.sentence}")


def _show(call: CollectedCall, part: Part) -> str | None:
    """Return one part of a call in words; none if it was not called."""
    if part == "new_lesion":
        return None if call.new_lesion is None else _NEW_LESION[call.new_lesion]
    words: str | None = getattr(call, part)
    return words


def _explain(
    part: Part, called: Called, point: TimePoint, seen: TargetsSeen, *, persistent: bool
) -> str:
    if part == "new_lesion":
        return explain_new_lesion(theirs=bool(called.new_lesion))
    theirs = getattr(called, part)
    if theirs is None:
        return "category_not_used"
    if part == "target":
        return explain_target(theirs, point.target, seen, persistent=persistent)
    if part == "non_target":
        return explain_non_target(theirs, point, seen)
    return explain_overall(called, point, seen, persistent=persistent)


def _without_time_point(
    call: CollectedCall, course: _Course | None, tally: Counter[str]
) -> Iterator[Disagreement]:
    """Compare a call with a visit that is no time point of ours."""
    part, theirs = _first_called(call)
    if theirs is None:
        tally["blank"] += 1
        return
    tally["compared"] += 1
    if course is not None and course.response.not_evaluable and call.visit in course.visits_read:
        ours = Response.NE.label
        if theirs == ours:
            tally["equal"] += 1
            return
        because = f"Ours is {course.response.best.reason.sentence}"
        yield _disagree(call, part, ours, "patient_not_evaluable", because)
        return
    read = course is not None and call.visit in course.visits_read
    kind = "before_treatment" if read else "no_measurement"
    yield _disagree(call, part, _NOT_CALLED if read else _NOT_READ, kind, "")


def _first_called(call: CollectedCall) -> tuple[Part, str | None]:
    parts: tuple[Part, ...] = ("overall", "target", "non_target", "new_lesion")
    for part in parts:
        theirs = _show(call, part)
        if theirs is not None:
            return part, theirs
    return "overall", None


def _never_called(
    reader: str | None, courses: _Courses, called: set[tuple[str, str]]
) -> Iterator[Disagreement]:
    """Yield the time points that a reader who made calls measured and never called."""
    for patient, course in courses.items():
        for point in course.points.values():
            if (patient, point.visit) not in called:
                blank = CollectedCall(
                    patient, reader, point.visit, point.date, None, None, None, None
                )
                because = f"Ours is {point.reason.sentence}"
                yield _disagree(blank, "overall", point.overall.label, "not_called", because)


def _disagree(call: CollectedCall, part: Part, ours: str, kind: str, because: str) -> Disagreement:
    theirs = _show(call, part) or _NOT_CALLED
    words = f"{part.replace('_', '-')} called {theirs}"
    if part == "new_lesion":
        words = f"{theirs} called"
    if kind == "not_called":
        words = "not called"
    sentence = f"{words}, ours {ours}: {MISREADINGS[kind]}"
    if because:
        sentence = f"{sentence}. {because}"
    return Disagreement(
        call.patient_id, call.reader, call.visit, call.date, part, theirs, ours, kind, sentence
    )
