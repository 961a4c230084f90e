"""Draw the conclusion about a patient from the time points: the best response and its dates.

Source: RECIST 1.1 (Eisenhauer 2009), sections 4.4 to 4.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.response.admiral import best_response_admiral, first_response_admiral
from trialwright.response.best import (
    best_response,
    first_response,
    last_counted,
    name_stable_disease,
)
from trialwright.response.best_reasons import explain_best
from trialwright.response.codes import Response
from trialwright.response.result import BestResponse, PatientResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trialwright.response.best import Best, BestRules
    from trialwright.response.patient import PatientScans
    from trialwright.response.result import TimePoint
    from trialwright.response.rules import ResponseRules

    _BestOf = Callable[[Sequence[int], Sequence[int], BestRules, bool], Best]
    _FirstOf = Callable[[Sequence[int], Sequence[int], BestRules, bool], int]


@dataclass(frozen=True, slots=True)
class Profile:
    """One way to derive the best response: the best, where response begins, and its wording.

    ``renames_stable``: stable disease of a patient without targets is Non-CR/Non-PD.
    """

    best: _BestOf
    first: _FirstOf
    renames_stable: bool


# By response.best_response_rules.
PROFILES = {
    "recist11": Profile(best_response, first_response, renames_stable=True),
    "admiral": Profile(best_response_admiral, first_response_admiral, renames_stable=False),
}


def conclude(
    scans: PatientScans,
    rules: ResponseRules,
    baseline: TimePoint,
    points: Sequence[TimePoint],
    excluded: tuple[str, ...],
) -> PatientResponse:
    """Return what all time points together say of a patient.

    Parameters
    ----------
    scans : PatientScans
        The patient; its dates of new therapy and death.
    rules : ResponseRules
        The study's choices.
    baseline : TimePoint
        The baseline.
    points : sequence of TimePoint
        The time points after it.
    excluded : tuple of str
        Lesions that the reading leaves out.
    """
    responses, days = _responses(points), _days(points)
    counted = last_counted(responses, days, _new_therapy_day(scans))
    early_death = find_early_death(scans, points)
    uncounted = _words_on_uncounted(scans, early_death, not counted and len(points) > 0)
    either = {
        confirm: _best(points[:counted], rules, confirm, uncounted) for confirm in (False, True)
    }
    start = PROFILES[rules.best_response_rules].first(
        responses[:counted], days[:counted], rules.best, rules.confirm
    )
    return PatientResponse(
        scans.patient_id,
        baseline,
        tuple(points),
        counted,
        best=either[rules.confirm],
        unconfirmed=either[False],
        confirmed=either[True],
        response_start=points[start].date if start >= 0 else None,
        excluded_lesions=excluded,
        reader=scans.reader,
        early_death=early_death,
    )


def find_early_death(scans: PatientScans, points: Sequence[TimePoint] | None) -> str | None:
    """Return the kind of cause of an early death; none if the patient did not die early.

    A death is early if the patient was treated and no assessment after baseline could be
    evaluated. The kinds are those of the guideline: malignant disease, toxicity, other,
    unknown; unknown is also a cause that nobody recorded.

    Parameters
    ----------
    scans : PatientScans
        The patient.
    points : sequence of TimePoint or None
        The time points after baseline; none for a patient without a baseline, who was assessed
        if any scan was made after the first treatment.

    Source: RECIST 1.1 (Eisenhauer 2009), section 4.9.1: every patient is accounted for.
    """
    if scans.death is None or scans.first_treatment is None:
        return None
    if points is None:
        assessed = any(one.scan_date > scans.first_treatment for one in scans.readings)
    else:
        assessed = any(point.overall != Response.NE for point in points)
    return None if assessed else scans.death_category or "unknown"


def _words_on_uncounted(scans: PatientScans, early_death: str | None, too_late: bool) -> str:
    """Say what may have kept the patient from being evaluated; empty if nothing is known.

    ``too_late``: there are assessments, and a new therapy came before all of them.
    """
    words = []
    if too_late:
        words.append(f"{scans.ended_by} on {scans.new_therapy} came before the first assessment")
    if scans.death is not None:
        kind = f", an early death ({early_death})" if early_death is not None else ""
        words.append(f"died {scans.death}{kind}")
    return "; ".join(words)


def _new_therapy_day(scans: PatientScans) -> float:
    if scans.new_therapy is None or scans.first_treatment is None:
        return float("inf")
    return (scans.new_therapy - scans.first_treatment).days


def _best(
    points: Sequence[TimePoint], rules: ResponseRules, confirm: bool, uncounted: str
) -> BestResponse:
    profile = PROFILES[rules.best_response_rules]
    found = profile.best(_responses(points), _days(points), rules.best, confirm)
    if profile.renames_stable:
        found = name_stable_disease(found, any(point.target != Response.NONE for point in points))
    reason = explain_best(found, points, rules, confirm, uncounted)
    if found.visit < 0:
        return BestResponse(found.response, None, None, None, reason)
    point = points[found.visit]
    confirmed_on = points[found.confirmed_at].date if found.confirmed_at >= 0 else None
    return BestResponse(found.response, point.date, confirmed_on, point.visit, reason)


def _responses(points: Sequence[TimePoint]) -> list[Response]:
    return [point.overall for point in points]


def _days(points: Sequence[TimePoint]) -> list[int]:
    return [point.day for point in points]
