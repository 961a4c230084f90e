"""Endpoints that a patient meets or not: objective response and disease control.

A patient of the efficacy set without an assessment has not responded; nobody leaves the
denominator. While a trial runs, a patient who may still respond is marked as pending.

Source: RECIST 1.1 sections 4.6 and 4.7 (all patients of the set are in the denominator).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.endpoints.called import called_of
from trialwright.response.best import controlled_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import timedelta

    from trialwright.endpoints.called import Called, Criteria
    from trialwright.endpoints.patient import Patient
    from trialwright.endpoints.sets import AnalysisSets, Member
    from trialwright.response.result import PatientResponse

_NOT_ABLATED = "the planned ablation was not done, which counts as no response"


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
    patients: Iterable[Patient],
    left_study: Collection[str],
    horizon: timedelta | None,
    *,
    criteria: Criteria,
    after_new_therapy: bool,
    while_on_treatment: bool,
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
    criteria : {"RECIST 1.1", "iRECIST"}
        Whose calls count.
    after_new_therapy : bool
        Whether a response after a new anticancer therapy counts.
    while_on_treatment : bool
        Whether no response counts after the end of study treatment.

    Notes
    -----
    Settled are responders, and patients with progression, death, new anticancer therapy, no
    baseline to compare with, the end of the study, or follow-up to the horizon. An iUPD that no
    later scan has confirmed settles nothing: the next one may withdraw it.
    """
    return frozenset(
        one.member.patient_id
        for one in patients
        if one.member.patient_id not in left_study
        and not (one.new_therapy is not None and not after_new_therapy)
        and not (one.stop is not None and while_on_treatment)
        and _may_respond(one, one.called_by(criteria), horizon)
    )


def _may_respond(one: Patient, called: Called, horizon: timedelta | None) -> bool:
    over = (
        called.responded
        or (called.progression is not None and called.settled)
        or called.not_evaluable is not None
        or one.death is not None
    )
    started, seen = one.member.first_treatment, one.last_contact
    if over or horizon is None or started is None or seen is None:
        return not over
    return seen - started < horizon


def without_ablation(patients: Iterable[Patient], ablated: Collection[str]) -> dict[str, str]:
    """Return the treated patients whose planned ablation was not done, with the words for it.

    Under ``rates.ablation_not_performed = "composite"`` they count as not having responded.
    """
    return {
        one.member.patient_id: _NOT_ABLATED
        for one in patients
        if one.member.patient_id not in ablated
    }


def objective_response(
    sets: AnalysisSets,
    responses: Mapping[str, PatientResponse],
    pending: Collection[str] = frozenset(),
    *,
    criteria: Criteria,
    failed: Mapping[str, str] | None = None,
    members: Sequence[Member] | None = None,
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
    criteria : {"RECIST 1.1", "iRECIST"}
        Whose calls count.
    failed : mapping of str to str, optional
        Patients who count as not having responded whatever the scans show, and why.
    members : sequence of Member, optional
        Other patients than the efficacy set.
    """
    counted = sets.efficacy if members is None else members
    return tuple(
        _responded(called_of(responses[member.patient_id], criteria), pending, failed or {})
        for member in counted
    )


def _responded(called: Called, pending: Collection[str], failed: Mapping[str, str]) -> Outcome:
    patient = called.patient_id
    if patient in failed:
        return Outcome(patient, False, f"{failed[patient]}; {called.reason}")
    may_change = not called.responded and patient in pending
    return Outcome(patient, called.responded, called.reason, may_change)


def disease_control(
    sets: AnalysisSets,
    responses: Mapping[str, PatientResponse],
    minimum_days: int,
    *,
    criteria: Criteria,
    failed: Mapping[str, str] | None = None,
) -> tuple[Outcome, ...]:
    """Tell who had disease control: CR, PR, or disease stable for long enough.

    Stable disease (or Non-CR/Non-PD) counts if an assessment at or after the minimum number of
    days since the first treatment was still without progression.

    Parameters
    ----------
    sets, responses, criteria, failed
        As in `objective_response`.
    minimum_days : int
        Days since the first treatment (``endpoints.disease_control_minimum_days``).
    """
    return tuple(
        _controlled(called_of(responses[one.patient_id], criteria), minimum_days, failed or {})
        for one in sets.efficacy
    )


def _controlled(called: Called, minimum_days: int, failed: Mapping[str, str]) -> Outcome:
    patient = called.patient_id
    if patient in failed:
        return Outcome(patient, False, failed[patient])
    if called.responded:
        return Outcome(patient, True, called.reason)
    counted = called.assessments[: called.counted]
    at = controlled_at([one.overall for one in counted], [one.day for one in counted], minimum_days)
    if at >= 0:
        words = f"{counted[at].label} at {counted[at].visit}, day {counted[at].day}"
        return Outcome(patient, True, f"{words} (at least day {minimum_days})")
    why = f"no CR, PR or stable disease on or after day {minimum_days}"
    return Outcome(patient, False, why)
