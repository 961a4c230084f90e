"""Why a time ended, in words that can be counted and in one sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from trialwright.endpoints.endings import (
    NEVER,
    Cause,
    Status,
    Why,
)
from trialwright.endpoints.field_words import LAST_ASSESSMENTS

if TYPE_CHECKING:
    from datetime import date

    from trialwright.endpoints.called import Called
    from trialwright.endpoints.endings import Ended
    from trialwright.endpoints.patient import Patient

_START = "start of time"
_CAUSES = {
    Cause.PROGRESSION: "progression",
    Cause.CLINICAL_PROGRESSION: "clinical progression",
    Cause.DEATH: "death",
    Cause.NEW_THERAPY: "new anticancer therapy",
    Cause.LOCAL_THERAPY: "unplanned local therapy",
    Cause.DISCONTINUATION: "treatment discontinuation",
}
LATE_RESPONSE = "the first response came after the horizon, where time ends (times.after_horizon)"


class Told(NamedTuple):
    """The kind of an end, the sentence, the source of its date, how much was completed."""

    kind: str
    reason: str
    source: str
    imputed: str | None


def explain_time(one: Patient, called: Called, ended: Ended, last_assessment: str) -> Told:
    """Put in words how a time to progression ended.

    Parameters
    ----------
    one : Patient
        The patient.
    called : Called
        The reading that was counted.
    ended : Ended
        What the rules said.
    last_assessment : str
        Which assessment counts as the last (``times.last_assessment``).
    """
    name = LAST_ASSESSMENTS[last_assessment]
    last, source = f"the start, with no {name.removeprefix('last ')}", _START
    if ended.assessment >= 0:
        last = f"the {name}"
        source = f"measurements, {called.assessments[ended.assessment].visit}"
    cause = _CAUSES.get(Cause(ended.cause), "")
    when = _date_of(one, ended)
    if ended.why == Why.HAPPENED:
        return _happened(one, called, ended, when)
    if ended.why == Why.BEFORE:
        reason = f"censored at {last} before {cause} ({when})"
        return Told(cause, reason, source, None)
    if ended.why == Why.MISSED:
        reason = f"censored at {last}: {cause} on {when} after too many missed assessments in a row"
        return Told(f"{cause} after missed assessments", reason, source, None)
    if ended.why == Why.AT_DEATH:
        words = "death without progression"
        return Told(words, f"censored at death: {words}", "deaths", _imputed(one, "death"))
    if ended.why == Why.HORIZON:
        return at_horizon(cause, when)
    return _without_event(called, ended, name, source)


def explain_ended_before(one: Patient, called: Called, ended: Ended) -> str:
    """Say why a response has no duration: the way of counting had ended all time before it."""
    if ended.why == Why.HORIZON:
        return LATE_RESPONSE
    when, name = _date_of(one, ended), _CAUSES[Cause(ended.cause)]
    return (
        f"{name} on {when} ({_source(called, ended.cause)}) came before the first response, and "
        "in this way of counting time ends there"
    )


def explain_survival(one: Patient, ended: Ended, start: date) -> Told:
    """Put in words how a survival time ended; ``start`` is where it is counted from."""
    if ended.why == Why.HAPPENED:  # also where it contradicts the start of time
        return Told("death", "death", "deaths", _imputed(one, "death"))
    if ended.why == Why.HORIZON:
        return at_horizon("death" if ended.cause == Cause.DEATH else "", one.death)
    if one.last_contact is None or one.last_contact < start:
        words = "no contact after the start"
        return Told(words, words, "patients", None)
    return Told("alive at last contact", "alive at last contact", one.contact_table, None)


def _happened(one: Patient, called: Called, ended: Ended, when: date | None) -> Told:
    cause = _CAUSES[Cause(ended.cause)]
    reason = cause
    if ended.status == Status.COMPETING:
        reason = f"competing event: {cause} without progression"
    elif ended.day != ended.cause_day:
        reason = f"{cause} on {when}, dated at the scheduled visit"
    return Told(cause, reason, _source(called, ended.cause), _imputed_cause(one, ended.cause))


def _source(called: Called, cause: int) -> str:
    if cause == Cause.PROGRESSION:
        return f"measurements, {called.progression_visit}"
    if cause == Cause.DEATH:
        return "deaths"
    if cause == Cause.NEW_THERAPY:
        return "therapies"
    return "ablations" if cause == Cause.LOCAL_THERAPY else "dispositions"


def at_horizon(cause: str, when: date | None) -> Told:
    """Say that the horizon censored a time; ``cause`` and ``when`` name what came later, if any."""
    later = f"; {cause} on {when} came later" if cause else ""
    words = "followed to the horizon"
    return Told(words, f"censored: {words}{later}", "horizon of the study", None)


def _without_event(called: Called, ended: Ended, last: str, source: str) -> Told:
    if called.not_evaluable:
        kind, reason = "no evaluable baseline", f"censored at the start: {called.not_evaluable}"
    elif source == _START:
        kind = f"no {last.removeprefix('last ')}"
        reason = f"censored at the start: {kind}"
    elif ended.cause == Cause.DEATH:
        kind = "death without progression"
        reason = f"censored at the {last}: {kind}"
    else:
        kind, reason = "no progression", f"censored at the {last}: no progression"
    return Told(kind, reason, source, None)


def _date_of(one: Patient, ended: Ended) -> date | None:
    if one.anchor is None or ended.cause_day == NEVER:
        return None
    return one.anchor + timedelta(days=int(ended.cause_day))


def _imputed_cause(one: Patient, cause: int) -> str | None:
    names = {
        Cause.DEATH: "death",
        Cause.NEW_THERAPY: "new_therapy",
        Cause.CLINICAL_PROGRESSION: "stop",
        Cause.DISCONTINUATION: "stop",
    }
    name = names.get(Cause(cause))
    return None if name is None else _imputed(one, name)


def _imputed(one: Patient, name: str) -> str | None:
    return dict(one.imputed).get(name)
