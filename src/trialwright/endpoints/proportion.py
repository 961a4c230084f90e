"""Endpoints that a patient meets or not: objective response and disease control.

A patient of the efficacy set without an assessment has not responded; nobody leaves the
denominator. Source: ``reference`` definitions of the study file; RECIST 1.1 section 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.response.codes import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.endpoints.sets import AnalysisSets
    from trialwright.response.result import PatientResponse
    from trialwright.study.model import Study

_CONTROLLED = {Response.CR, Response.PR, Response.SD, Response.NON_CR_NON_PD}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether one patient met one endpoint, and why."""

    patient_id: str
    met: bool
    reason: str


def objective_response(
    sets: AnalysisSets, responses: Mapping[str, PatientResponse]
) -> tuple[Outcome, ...]:
    """Tell who had an objective response: a best overall response of CR or PR.

    Whether it had to be confirmed is the study's choice, already made in ``best``.
    """
    outcomes = []
    for member in sets.efficacy:
        best = responses[member.patient_id].best
        met = best.response in (Response.CR, Response.PR)
        outcomes.append(Outcome(member.patient_id, met, best.reason.sentence))
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
    if best.response in (Response.CR, Response.PR):
        return Outcome(response.patient_id, True, best.reason.sentence)
    for point in response.time_points[: response.counted]:
        if point.overall in _CONTROLLED and point.day >= minimum_days:
            words = f"{point.overall.label} at {point.visit}, day {point.day}"
            return Outcome(response.patient_id, True, f"{words} (at least day {minimum_days})")
    why = f"no CR, PR or stable disease on or after day {minimum_days}"
    return Outcome(response.patient_id, False, why)
