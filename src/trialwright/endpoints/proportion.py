"""Endpoints that a patient meets or not: objective response and disease control.

A patient of the efficacy set without an assessment has not responded; nobody leaves the
denominator. While a trial runs, a patient who may still respond is marked as pending.

Source: RECIST 1.1 sections 4.6 and 4.7 (all patients of the set are in the denominator).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.response.best import relapse
from trialwright.response.codes import Response

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import timedelta

    from trialwright.endpoints.sets import AnalysisSets
    from trialwright.endpoints.time_to_event import Patient
    from trialwright.response.result import PatientResponse
    from trialwright.study.model import Study

_RESPONDED = {Response.CR, Response.PR}
_CONTROLLED = {Response.CR, Response.PR, Response.SD, Response.NON_CR_NON_PD}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether one patient met one endpoint, and why.

    ``pending``: not met so far, and a later scan could still change that.
    """

    patient_id: str
    met: bool
    reason: str
    pending: bool = False


def find_pending(
    patients: Iterable[Patient], left_study: Collection[str], horizon: timedelta | None
) -> frozenset[str]:
    """Return the patients whose best response a later scan could still turn into CR or PR.

    Parameters
    ----------
    patients : iterable of Patient
        The efficacy set.
    left_study : collection of str
        Patients whose study has ended.
    horizon : timedelta or None
        Length of follow-up after which the response is settled; none: no limit.

    Notes
    -----
    Settled are responders, and patients with progression, death, new anticancer therapy, no
    baseline to compare with, the end of the study, or follow-up to the horizon.
    """
    return frozenset(
        one.member.patient_id
        for one in patients
        if one.member.patient_id not in left_study and _may_respond(one, horizon)
    )


def _may_respond(one: Patient, horizon: timedelta | None) -> bool:
    response = one.response
    over = (
        response.best.response in _RESPONDED
        or response.first_progression is not None
        or response.not_evaluable is not None
        or one.death is not None
        or one.new_therapy is not None
    )
    started, seen = one.member.first_treatment, one.last_contact
    if over or horizon is None or started is None or seen is None:
        return not over
    return seen - started < horizon


def objective_response(
    sets: AnalysisSets,
    responses: Mapping[str, PatientResponse],
    pending: Collection[str] = frozenset(),
) -> tuple[Outcome, ...]:
    """Tell who had an objective response: a best overall response of CR or PR.

    Whether it had to be confirmed is the study's choice, already made in ``best``.

    Parameters
    ----------
    sets : AnalysisSets
        Who is counted, in order of enrolment.
    responses : mapping of str to PatientResponse
        The calls by patient.
    pending : collection of str
        Patients who may still respond, from `find_pending`.
    """
    outcomes = []
    for member in sets.efficacy:
        best = responses[member.patient_id].best
        met = best.response in _RESPONDED
        may_change = not met and member.patient_id in pending
        outcomes.append(Outcome(member.patient_id, met, best.reason.sentence, may_change))
    return tuple(outcomes)


def disease_control(
    sets: AnalysisSets, responses: Mapping[str, PatientResponse], study: Study
) -> tuple[Outcome, ...]:
    """Tell who had disease control: CR, PR, or disease stable for long enough.

    Stable disease (or Non-CR/Non-PD) counts if an assessment at or after the study's minimum
    number of days since the first treatment was still without progression.
    """
    minimum = study.endpoints.disease_control_minimum_days.require()
    return tuple(_controlled(responses[member.patient_id], minimum) for member in sets.efficacy)


def _controlled(response: PatientResponse, minimum_days: int) -> Outcome:
    best = response.best
    if best.response in _RESPONDED:
        return Outcome(response.patient_id, True, best.reason.sentence)
    counted = response.time_points[: response.counted]
    # Disease that is back after a complete response is progression, not control.
    for point in counted[: relapse([one.overall for one in counted])]:
        if point.overall in _CONTROLLED and point.day >= minimum_days:
            words = f"{point.overall.label} at {point.visit}, day {point.day}"
            return Outcome(response.patient_id, True, f"{words} (at least day {minimum_days})")
    why = f"no CR, PR or stable disease on or after day {minimum_days}"
    return Outcome(response.patient_id, False, why)
