"""What a reading says of one patient, as the endpoints need it, by whichever criteria.

RECIST 1.1 and iRECIST date progression and response each in their own way; from here on an
endpoint does not care which of them made the calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trialwright.endpoints.censoring import is_measured
from trialwright.response.codes import Response
from trialwright.response.immune.best import immune_progression

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.response.immune.result import ImmuneResponse, ImmuneTimePoint
    from trialwright.response.result import PatientResponse, TimePoint

Criteria = Literal["RECIST 1.1", "iRECIST"]
# The codes of iRECIST have the numbers of RECIST 1.1 where both have the category.
_RESPONDED: tuple[int, ...] = (Response.CR, Response.PR)
_STABLE: tuple[int, ...] = (Response.SD, Response.NON_CR_NON_PD)


@dataclass(frozen=True, slots=True)
class Assessment:
    """One tumour assessment after baseline.

    ``evaluable``: the overall response is not NE. ``measured``: every target lesion was measured
    (of a patient without targets: evaluable). ``overall`` is the code of the response, which has
    the same number in RECIST 1.1 and iRECIST. ``day`` counts from the first treatment.
    """

    visit: str
    date: date
    day: int
    label: str
    evaluable: bool
    measured: bool
    overall: int


@dataclass(frozen=True, slots=True)
class Called:
    """The calls of one reading of one patient.

    ``progression`` is the date and ``progression_visit`` the visit of the first progression that
    counts, whatever ended the reading of the response before it; under iRECIST that of the first
    iUPD that was confirmed or never withdrawn. ``settled``: no later scan can take it back.
    ``best`` is the best overall response by the study's choice about confirmation. ``counted`` is
    the number of assessments up to progression and before whatever ends the reading.
    """

    patient_id: str
    criteria: Criteria
    assessments: tuple[Assessment, ...]
    progression: date | None
    progression_visit: str | None
    response_start: date | None
    responded: bool
    stable: bool  # the best response is SD or Non-CR/Non-PD
    best: str
    reason: str
    has_baseline: bool
    not_evaluable: str | None
    counted: int
    settled: bool = True


def called_of(response: PatientResponse, criteria: Criteria) -> Called:
    """Return the calls of a reading by RECIST 1.1 or iRECIST.

    Parameters
    ----------
    response : PatientResponse
        The reading.
    criteria : {"RECIST 1.1", "iRECIST"}
        Whose calls count (``endpoints.criteria``).

    Raises
    ------
    ValueError
        If iRECIST is asked for and the reading has none (``response.immune_criteria``).
    """
    if criteria == "RECIST 1.1":
        return _by_recist(response)
    if response.immune is None and response.not_evaluable is None:
        msg = (
            f"patient {response.patient_id} was not read by iRECIST; set response.immune_criteria "
            "to iRECIST"
        )
        raise ValueError(msg)
    return _by_irecist(response, response.immune)


def _by_recist(response: PatientResponse) -> Called:
    progression, best = response.first_progression, response.best
    return Called(
        response.patient_id,
        "RECIST 1.1",
        _assessments(response.time_points),
        progression.date if progression else None,
        progression.visit if progression else None,
        response.response_start,
        responded=best.response in _RESPONDED,
        stable=best.response in _STABLE,
        best=best.response.label,
        reason=best.reason.sentence,
        has_baseline=response.baseline is not None,
        not_evaluable=response.not_evaluable,
        counted=response.counted,
    )


def _assessments(points: Sequence[TimePoint | ImmuneTimePoint]) -> tuple[Assessment, ...]:
    return tuple(
        Assessment(
            point.visit,
            point.date,
            point.day,
            point.overall.label,
            evaluable=int(point.overall) != Response.NE,
            measured=is_measured(point.sum_mm, point.target, point.overall),
            overall=int(point.overall),
        )
        for point in points
    )


def _by_irecist(response: PatientResponse, immune: ImmuneResponse | None) -> Called:
    if immune is None or immune.not_evaluable is not None:
        why = response.not_evaluable if immune is None else immune.not_evaluable
        reason = response.best.reason.sentence if immune is None else immune.best.reason.sentence
        return Called(
            response.patient_id, "iRECIST", (), None, None, None, responded=False, stable=False,
            best="NE", reason=reason, has_baseline=False, not_evaluable=why,
            counted=0,
        )  # fmt: skip
    progression, visit = _first_immune_progression(immune)
    return Called(
        response.patient_id,
        "iRECIST",
        _assessments(immune.time_points),
        progression,
        visit,
        immune.response_start,
        responded=immune.best.response in _RESPONDED,
        stable=immune.best.response in _STABLE,
        best=immune.best.response.label,
        reason=immune.best.reason.sentence,
        has_baseline=True,
        not_evaluable=None,
        settled=immune.progression.date is None or immune.progression.confirmed_on is not None,
        counted=immune.counted,
    )


def _first_immune_progression(immune: ImmuneResponse) -> tuple[date | None, str | None]:
    """Return date and visit of the progression, also of one after the reading ended.

    The best response is read up to a new therapy, say; whether a progression after it counts is
    for the way of counting times. An iUPD that was pending when the reading ended stays one: scans
    under another treatment do not withdraw it.
    """
    if immune.progression.date is not None:
        return immune.progression.date, immune.progression.visit
    found = immune_progression([point.overall for point in immune.time_points])
    if found.visit < 0:
        return None, None
    point = immune.time_points[found.visit]
    return point.date, point.visit
