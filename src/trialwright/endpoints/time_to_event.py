"""Endpoints counted in time: PFS, OS, TTP and duration of response.

Each patient's result names the event or the reason for censoring, the date, and where the
date came from. Nothing here is a default: the origin of time, what new therapy does, how many
missed assessments an event may follow and what death does are read from the study.

Sources: FDA guidance on clinical trial endpoints (2007 appendix 3, kept in 2018), the principle
of its example table A (censor at the last adequate assessment for new therapy and for events
after two or more missed assessments); EMA CHMP/27994/2008 counts every event:
``new_anticancer_therapy = "ignore"`` and ``missed_assessments_allowed = -1``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from trialwright.errors import DataError
from trialwright.response.codes import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from trialwright.endpoints.sets import AnalysisSets, Member
    from trialwright.response.patient import PatientScans
    from trialwright.response.result import PatientResponse, TimePoint
    from trialwright.study.model import Study

DeathIs = Literal["event", "censored_at_death", "censored_at_last_assessment"]

_EVERY_EVENT_COUNTS = -1
_START = "start of time"
_DAYS_PER_WEEK = 7


@dataclass(frozen=True, slots=True)
class TimeToEvent:
    """How long one patient went, and what ended it.

    ``days`` follows the study's convention (end - start, or one more). ``event`` is false
    for a censored time; ``kind`` names the event or the ground for censoring in few words that
    can be counted, ``reason`` says it in full, and ``source`` names the table and visit that
    the end date came from.
    """

    patient_id: str
    start: date
    end: date
    days: int
    event: bool
    kind: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Patient:
    """All that the time-to-event endpoints read of one patient."""

    member: Member
    response: PatientResponse
    death: date | None
    new_therapy: date | None
    last_contact: date | None


@dataclass(frozen=True, slots=True)
class TimeRules:
    """The study's choices about counting time."""

    origin: str
    survival_origin: str
    death_ends_response: bool
    death_in_progression: DeathIs
    therapy_censors: bool
    missed_allowed: int
    longest_gap: timedelta  # an event later than this after the last assessment is censored
    extra_day: int

    @classmethod
    def of(cls, study: Study) -> TimeRules:
        """Take the choices from a study; raise ``StudyError`` where one is still open."""
        chosen, schedule = study.endpoints, study.schedule
        missed = chosen.missed_assessments_allowed.require()
        gap = longest_gap(
            missed,
            schedule.assessment_interval_weeks.require(),
            schedule.assessment_window_days.require(),
        )
        return cls(
            chosen.time_origin.require(),
            chosen.overall_survival_origin.require(),
            chosen.duration_of_response_ends_at_death.require(),
            chosen.time_to_progression_death.require(),
            chosen.new_anticancer_therapy.require() == "censor",
            missed,
            gap,
            int(chosen.first_day_counts.require()),
        )


def longest_gap(missed_allowed: int, interval_weeks: float, window_days: int) -> timedelta:
    """Return the longest time between an assessment and an event that still counts.

    With one missed assessment allowed every 8 weeks and a window of 7 days: two intervals
    and two windows, 126 days.

    Parameters
    ----------
    missed_allowed : int
        Missed assessments in a row that an event may follow; -1 allows any number and gives
        ``timedelta.max``.
    interval_weeks : float
        Weeks between assessments.
    window_days : int
        Days by which an assessment may be early or late.

    Notes
    -----
    Source: ``docs/decisions/005-missed-assessments.md``.
    """
    if missed_allowed == _EVERY_EVENT_COUNTS:
        return timedelta.max
    steps = missed_allowed + 1
    return timedelta(days=steps * (interval_weeks * _DAYS_PER_WEEK + window_days))


def gather_patients(
    sets: AnalysisSets,
    scans: Iterable[PatientScans],
    responses: Mapping[str, PatientResponse],
    last_contacts: Mapping[str, date],
) -> tuple[Patient, ...]:
    """Put together what is known of each patient of the efficacy set.

    Parameters
    ----------
    sets : AnalysisSets
        Who is counted.
    scans : iterable of PatientScans
        Deaths and later therapies, patient by patient.
    responses : mapping of str to PatientResponse
        The calls by patient.
    last_contacts : mapping of str to date
        Last day known alive by patient, from `last_contacts`.
    """
    by_id = {one.patient_id: one for one in scans}
    return tuple(
        Patient(
            member,
            responses[member.patient_id],
            by_id[member.patient_id].death,
            by_id[member.patient_id].new_therapy,
            last_contacts.get(member.patient_id),
        )
        for member in sets.efficacy
    )


def progression_free_survival(
    patients: Iterable[Patient], rules: TimeRules
) -> tuple[TimeToEvent, ...]:
    """Return the time from the origin to progression or death from any cause.

    Parameters
    ----------
    patients : iterable of Patient
        The efficacy set.
    rules : TimeRules
        The study's choices about counting time.

    Returns
    -------
    tuple of TimeToEvent
        One a patient, in the order given; days by the study's convention.

    Raises
    ------
    DataError
        If the day from which time is counted is missing, or an end lies before it.
    """
    return tuple(
        _until_progression(one, _origin(one, rules.origin), rules, death="event")
        for one in patients
    )


def time_to_progression(patients: Iterable[Patient], rules: TimeRules) -> tuple[TimeToEvent, ...]:
    """Return the time from the origin to progression; death without it is censored.

    Parameters
    ----------
    patients : iterable of Patient
        The efficacy set.
    rules : TimeRules
        The study's choices about counting time.

    Returns
    -------
    tuple of TimeToEvent
        One a patient, in the order given; days by the study's convention.

    Raises
    ------
    DataError
        If the day from which time is counted is missing, or an end lies before it.
    """
    return tuple(
        _until_progression(one, _origin(one, rules.origin), rules, death=rules.death_in_progression)
        for one in patients
    )


def duration_of_response(patients: Iterable[Patient], rules: TimeRules) -> tuple[TimeToEvent, ...]:
    """Return the time from the first response to progression (or death), in responders only.

    Source: RECIST 1.1 section 4.6.2 for the start.

    Parameters
    ----------
    patients : iterable of Patient
        The efficacy set.
    rules : TimeRules
        The study's choices about counting time.

    Returns
    -------
    tuple of TimeToEvent
        One a responder, in the order given; days by the study's convention.

    Raises
    ------
    DataError
        If the day from which time is counted is missing, or an end lies before it.
    """
    results = []
    for one in patients:
        first = one.response.response_start
        if first is not None:
            death: DeathIs = "event" if rules.death_ends_response else "censored_at_last_assessment"
            results.append(_until_progression(one, first, rules, death=death))
    return tuple(results)


def overall_survival(patients: Iterable[Patient], rules: TimeRules) -> tuple[TimeToEvent, ...]:
    """Return the time from the origin to death from any cause.

    Parameters
    ----------
    patients : iterable of Patient
        The efficacy set.
    rules : TimeRules
        The study's choices about counting time.

    Returns
    -------
    tuple of TimeToEvent
        One a patient, in the order given; days by the study's convention.

    Raises
    ------
    DataError
        If the day from which time is counted is missing, or an end lies before it.
    """
    results = []
    for one in patients:
        start = _origin(one, rules.survival_origin)
        if one.death is not None:
            ending = _Ending(one.death, "death", "death", "deaths", event=True)
        elif one.last_contact is not None and one.last_contact >= start:
            words = "alive at last contact"
            ending = _Ending(one.last_contact, words, words, "patients")
        else:
            words = "no contact after the start"
            ending = _Ending(start, words, words, "patients")
        results.append(_time(one, start, ending, rules))
    return tuple(results)


def _origin(one: Patient, origin: str) -> date:
    member = one.member
    day = member.first_treatment if origin == "first_treatment" else member.enrolment
    if day is None:
        msg = (
            f"patient {member.patient_id}: no date of {origin.replace('_', ' ')}, from which the "
            "study counts time; add the date or change endpoints.time_origin"
        )
        raise DataError(msg)
    return day


@dataclass(frozen=True, slots=True)
class _Ending:
    """What ends a patient's time: the date, the kind, the words, the source."""

    end: date
    kind: str
    reason: str
    source: str
    event: bool = False


def _until_progression(
    one: Patient, start: date, rules: TimeRules, *, death: DeathIs
) -> TimeToEvent:
    """Return the time from ``start`` to progression, to death if that is an event, or censored."""
    event = _earliest_event(one, one.response.first_progression, death)
    end = event.end if event is not None else None
    cut = _cut_by_therapy(one, end, rules)
    last, source = _last_adequate(one, start, before=cut or end)
    if cut is not None:
        words = f"censored at the last adequate assessment before new anticancer therapy ({cut})"
        ending = _Ending(last, "new anticancer therapy", words, source)
    elif event is None:
        ending = _without_event(one, last, source, death)
    elif event.end - last > rules.longest_gap:
        words = f"{event.kind} on {event.end} after more than {rules.missed_allowed} missed"
        words = f"censored at the last adequate assessment: {words} in a row"
        ending = _Ending(last, f"{event.kind} after missed assessments", words, source)
    else:
        ending = event
    return _time(one, start, ending, rules)


def _earliest_event(one: Patient, progression: TimePoint | None, death: DeathIs) -> _Ending | None:
    died = one.death if death == "event" else None
    if progression is not None and (died is None or progression.date <= died):
        source = f"measurements, {progression.visit}"
        return _Ending(progression.date, "progression", "progression", source, event=True)
    if died is not None:
        return _Ending(died, "death", "death", "deaths", event=True)
    return None


def _cut_by_therapy(one: Patient, end: date | None, rules: TimeRules) -> date | None:
    """Return the start of new therapy if it comes before the event and censors."""
    therapy = one.new_therapy
    if not rules.therapy_censors or therapy is None:
        return None
    return therapy if end is None or therapy < end else None


def _last_adequate(one: Patient, start: date, before: date | None) -> tuple[date, str]:
    """Return the last evaluable assessment from ``start`` on and not after ``before``.

    The start of time itself stands in where there is none. An assessment is adequate if its
    overall response is not NE.
    """
    last, source = start, _START
    for point in one.response.time_points:
        early_enough = before is None or point.date <= before
        shows_event = before is not None and point.overall == Response.PD and point.date == before
        if point.overall == Response.NE or not early_enough or shows_event:
            continue
        if point.date >= last:
            last, source = point.date, f"measurements, {point.visit}"
    return last, source


def _without_event(one: Patient, last: date, source: str, death: DeathIs) -> _Ending:
    if one.death is not None and death == "censored_at_death":
        words = "death without progression"
        return _Ending(one.death, words, f"censored at death: {words}", "deaths")
    if one.response.not_evaluable:
        kind, words = (
            "no evaluable baseline",
            f"censored at the start: {one.response.not_evaluable}",
        )
    elif source == _START:
        kind, words = "no adequate assessment", "censored at the start: no adequate assessment"
    elif one.death is not None:
        kind = "death without progression"
        words = f"censored at the last adequate assessment: {kind}"
    else:
        kind, words = "no progression", "censored at the last adequate assessment: no progression"
    return _Ending(last, kind, words, source)


def _time(one: Patient, start: date, ending: _Ending, rules: TimeRules) -> TimeToEvent:
    patient = one.member.patient_id
    if ending.end < start:
        msg = (
            f"patient {patient}: {ending.kind} on {ending.end} ({ending.source}) lies before the "
            f"start of time {start}; correct the date that is wrong"
        )
        raise DataError(msg)
    days = (ending.end - start).days + rules.extra_day
    return TimeToEvent(
        patient,
        start,
        ending.end,
        days,
        event=ending.event,
        kind=ending.kind,
        reason=ending.reason,
        source=ending.source,
    )
