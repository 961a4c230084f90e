"""Endpoints counted in time: PFS, OS, TTP, duration of response and their relatives.

Each patient's result names the event or the reason for censoring, the date, and where the
date came from; a patient for whom there is no such time is returned with the reason. Nothing
here is a default: every choice is read from the study. The rules stand in ``censoring``.

Sources: FDA guidance on clinical trial endpoints (2007, appendix 3; December 2018); EMA
CHMP/27994/2008 Rev. 1; RECIST 1.1 section 4.6 for the durations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from trialwright.endpoints.candidates import Candidate, end_by_candidates
from trialwright.endpoints.censoring import end_of_life, end_of_time, is_adequate
from trialwright.endpoints.endings import (
    NEVER,
    Assessed,
    CensorAt,
    DeathIs,
    Ended,
    Happened,
    Status,
)
from trialwright.endpoints.patient import kind_of_stop
from trialwright.endpoints.time_reasons import (
    LATE_RESPONSE,
    at_horizon,
    explain_ended_before,
    explain_survival,
    explain_time,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trialwright.endpoints.called import Called
    from trialwright.endpoints.patient import Patient
    from trialwright.endpoints.time_reasons import Told
    from trialwright.endpoints.time_rules import TimeRules


@dataclass(frozen=True, slots=True)
class TimeToEvent:
    """How long one patient went, and what ended it.

    ``days`` follows the study's convention (end - start, or one more). ``event`` is false
    for a censored time; ``competing`` is true where another event made this one impossible.
    ``kind`` names the event or the ground for censoring in few words that can be counted,
    ``reason`` says it in full, and ``source`` names the table and visit that the end date came
    from. ``imputed`` tells how much of that date was completed (D, M, Y); ``lesion_id`` names the
    lesion of an endpoint counted per lesion.
    """

    patient_id: str
    start: date
    end: date
    days: int
    event: bool
    kind: str
    reason: str
    source: str
    competing: bool = False
    imputed: str | None = None
    lesion_id: str | None = None


@dataclass(frozen=True, slots=True)
class NoTime:
    """A patient (or lesion) of whom an endpoint counts no time, and why.

    ``contradiction``: dates of the patient cannot all be right; ``table`` holds the one that the
    time would have ended at.
    """

    patient_id: str
    why: str
    contradiction: bool = False
    lesion_id: str | None = None
    table: str = ""


Timed = TimeToEvent | NoTime


def progression_free_survival(patients: Iterable[Patient], rules: TimeRules) -> tuple[Timed, ...]:
    """Return the time from the origin to progression or death from any cause.

    Parameters
    ----------
    patients : iterable of Patient
        The efficacy set.
    rules : TimeRules
        The study's choices about counting time.

    Returns
    -------
    tuple of TimeToEvent or NoTime
        One a patient, in the order given; days by the study's convention.
    """
    return _each(
        patients, rules, lambda one, called: _from_origin(one, called, DeathIs.EVENT, rules)
    )


def time_to_progression(patients: Iterable[Patient], rules: TimeRules) -> tuple[Timed, ...]:
    """Return the time from the origin to progression; death without it is censored.

    Parameters and result are those of `progression_free_survival`.
    """
    death = rules.death_in_progression
    return _each(patients, rules, lambda one, called: _from_origin(one, called, death, rules))


def time_to_progression_or_competing_death(
    patients: Iterable[Patient], rules: TimeRules
) -> tuple[Timed, ...]:
    """Return the time to progression with death without it as a competing event.

    Parameters and result are those of `progression_free_survival`.
    """
    return _each(
        patients, rules, lambda one, called: _from_origin(one, called, DeathIs.COMPETING, rules)
    )


def duration_of_response(patients: Iterable[Patient], rules: TimeRules) -> tuple[Timed, ...]:
    """Return the time from the first response to progression (or death), in responders only.

    Parameters and result are those of `progression_free_survival`.

    Source: RECIST 1.1 section 4.6.2 for the start.
    """
    death = DeathIs.EVENT if rules.death_ends_response else DeathIs.CENSORED_AT_LAST_ASSESSMENT

    def of(one: Patient, called: Called) -> Timed:
        if called.response_start is None or one.failed:
            return _no_response(one, called)
        return _until(one, called, called.response_start, death, rules)

    return _each(patients, rules, of)


def _no_response(one: Patient, called: Called) -> NoTime:
    why = one.failed or f"best response {called.best}"
    return NoTime(called.patient_id, f"no response: {why}")


def duration_of_stable_disease(patients: Iterable[Patient], rules: TimeRules) -> tuple[Timed, ...]:
    """Return the time from the origin to progression or death, where the best response is stable.

    Parameters and result are those of `progression_free_survival`.

    Source: RECIST 1.1 section 4.6.3: from the start of the treatment until the criteria for
    progression are met.
    """

    def of(one: Patient, called: Called) -> Timed:
        if not called.stable:
            return NoTime(called.patient_id, f"not stable disease: best response {called.best}")
        return _from_origin(one, called, DeathIs.EVENT, rules)

    return _each(patients, rules, of)


def time_to_response(patients: Iterable[Patient], rules: TimeRules) -> tuple[Timed, ...]:
    """Return the time from the origin to the first response that counts, in responders only.

    Parameters and result are those of `progression_free_survival`; every time is an event.
    """

    def of(one: Patient, called: Called) -> Timed:
        first = called.response_start
        if first is None or one.failed:
            return _no_response(one, called)
        start = _origin(one, rules.origin)
        if isinstance(start, NoTime):
            return start
        if first > last_day_counted(one, start, rules):
            return NoTime(called.patient_id, LATE_RESPONSE)
        visit = next(x.visit for x in called.assessments if x.date == first)
        days = (first - start).days + rules.extra_day
        return _checked(
            TimeToEvent(
                called.patient_id, start, first, days, True, "response", called.reason,
                f"measurements, {visit}",
            )
        )  # fmt: skip

    return _each(patients, rules, of)


def overall_survival(patients: Iterable[Patient], rules: TimeRules) -> tuple[Timed, ...]:
    """Return the time from the origin to death from any cause.

    Parameters and result are those of `progression_free_survival`.
    """
    return tuple(_survival(one, rules) for one in patients)


def time_on_treatment(patients: Iterable[Patient], rules: TimeRules) -> tuple[Timed, ...]:
    """Return the time from the first treatment to its end, for any reason.

    A patient whose end of treatment is not recorded is censored at the last dose, or where none
    is recorded at the last contact; a death ends the treatment.

    Parameters and result are those of `progression_free_survival`.
    """
    return tuple(_on_treatment(one, rules) for one in patients)


def _each(
    patients: Iterable[Patient], rules: TimeRules, of: Callable[[Patient, Called], Timed]
) -> tuple[Timed, ...]:
    return tuple(of(one, one.called_by(rules.criteria)) for one in patients)


def _survival(one: Patient, rules: TimeRules) -> Timed:
    start = _origin(one, rules.survival_origin, "endpoints.overall_survival_origin")
    if isinstance(start, NoTime):
        return start
    ended = end_of_life(
        _day(one, start),
        _day(one, one.death),
        -NEVER if one.last_contact is None else _day(one, one.last_contact),
        rules.censoring.horizon_day,
    )
    return _time(one, start, ended, explain_survival(one, ended, start), rules)


def _on_treatment(one: Patient, rules: TimeRules) -> Timed:
    patient, start = one.member.patient_id, one.member.first_treatment
    if start is None:
        return NoTime(patient, "never treated")
    ended = end_by_candidates(_ends_of_treatment(one, start))
    reason = ended.kind if ended.event else f"censored: {ended.kind}"
    days = (ended.date - start).days + rules.extra_day
    flags = {"dispositions": "stop", "deaths": "death"}
    time = TimeToEvent(
        patient, start, ended.date, days, ended.event, ended.kind, reason, ended.source,
        imputed=dict(one.imputed).get(flags.get(ended.source, "")),
    )  # fmt: skip
    return _checked(cut_at_horizon(time, one, rules))


def last_day_counted(one: Patient, start: date, rules: TimeRules) -> date:
    """Return the horizon of a patient, in whole days from the first treatment; else no limit.

    Parameters
    ----------
    one : Patient
        The patient.
    start : date
        Where time starts; the horizon is counted from here where there was no treatment.
    rules : TimeRules
        The study's choices.
    """
    horizon = rules.censoring.horizon_day
    return date.max if horizon == NEVER else (one.anchor or start) + timedelta(days=int(horizon))


def cut_at_horizon(time: TimeToEvent, one: Patient, rules: TimeRules) -> TimeToEvent:
    """Censor a time at the horizon if it would end later.

    Parameters
    ----------
    time : TimeToEvent
        It does not start after the horizon.
    one : Patient
        The patient.
    rules : TimeRules
        The study's choices.
    """
    last = max(time.start, last_day_counted(one, time.start, rules))
    if time.end <= last:
        return time
    ended = time.event or time.competing
    told = at_horizon(time.kind if ended else "", time.end if ended else None)
    return replace(
        time,
        end=last,
        days=(last - time.start).days + rules.extra_day,
        event=False,
        competing=False,
        kind=told.kind,
        reason=told.reason,
        source=told.source,
        imputed=told.imputed,
    )


def _ends_of_treatment(one: Patient, start: date) -> list[Candidate]:
    """Return what may end the time on treatment: a stop, death, else the last record of it."""
    ends = []
    if one.stop is not None:
        why = one.stop.category or one.stop.reason
        ends.append(Candidate(one.stop.date, True, f"treatment stopped: {why}", "dispositions"))
    if one.death is not None:
        ends.append(Candidate(one.death, True, "death", "deaths"))
    if one.last_dose is not None:
        ends.append(Candidate(one.last_dose, False, "on treatment at the last dose", "doses"))
        return ends
    last = one.last_contact or start
    return [*ends, Candidate(last, False, "end of treatment unknown", one.contact_table)]


def _origin(one: Patient, origin: str, field: str = "endpoints.time_origin") -> date | NoTime:
    member = one.member
    day = member.first_treatment if origin == "first_treatment" else member.enrolment
    if day is not None:
        return day
    why = f"no date of {origin.replace('_', ' ')}, from which time is counted ({field})"
    return NoTime(member.patient_id, why)


def _from_origin(one: Patient, called: Called, death: DeathIs, rules: TimeRules) -> Timed:
    start = _origin(one, rules.origin)
    return start if isinstance(start, NoTime) else _until(one, called, start, death, rules)


def _until(one: Patient, called: Called, start: date, death: DeathIs, rules: TimeRules) -> Timed:
    """Return the time from ``start`` to progression, to death if that is an event, or censored."""
    at = CensorAt[rules.last_assessment.upper()]
    seen = Assessed(
        [_days_between(one, each.date) for each in called.assessments],
        [is_adequate(at, each.evaluable, each.measured) for each in called.assessments],
        [each.evaluable for each in called.assessments],
    )
    ended = end_of_time(seen, _happened(one, called, start), death, rules.censoring)
    if ended.status == Status.ENDED_BEFORE:
        return NoTime(called.patient_id, explain_ended_before(one, called, ended))
    return _time(one, start, ended, explain_time(one, called, ended, rules.last_assessment), rules)


def _happened(one: Patient, called: Called, start: date) -> Happened:
    stop = kind_of_stop(one.stop, called.progression)
    stopped = NEVER if one.stop is None else _day(one, one.stop.date)
    return Happened(
        start=_day(one, start),
        has_baseline=called.has_baseline,
        progression=_day(one, called.progression),
        clinical_progression=stopped if stop == "claimed" else NEVER,
        death=_day(one, one.death),
        new_therapy=_day(one, one.new_therapy),
        local_therapy=_day(one, one.local_therapy),
        discontinuation=stopped if stop == "discontinued" else NEVER,
    )


def _day(one: Patient, when: date | None) -> float:
    return NEVER if when is None else float(_days_between(one, when))


def _days_between(one: Patient, when: date) -> int:
    anchor = one.anchor or when
    return (when - anchor).days


def _time(one: Patient, start: date, ended: Ended, told: Told, rules: TimeRules) -> Timed:
    anchor = one.anchor or start
    end = anchor + timedelta(days=int(ended.day))
    time = TimeToEvent(
        one.member.patient_id,
        start,
        end,
        (end - start).days + rules.extra_day,
        ended.status == Status.EVENT,
        told.kind,
        told.reason,
        told.source,
        competing=ended.status == Status.COMPETING,
        imputed=told.imputed,
    )
    return _checked(time)


def _checked(time: TimeToEvent) -> Timed:
    """Count no time that would end before it starts: one of the dates is wrong."""
    if time.end >= time.start:
        return time
    why = (
        f"{time.kind} on {time.end} ({time.source}) lies before the start of time, {time.start}; "
        "one of the dates is wrong"
    )
    table = time.source.partition(",")[0]
    return NoTime(time.patient_id, why, True, time.lesion_id, table)
