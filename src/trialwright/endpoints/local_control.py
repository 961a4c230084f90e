"""How long ablated lesions stay free of local tumour progression, per lesion and per patient.

The lesions of one patient are not independent; a rate or curve per lesion says how the ablation
did, not how the patients did.

Sources: Puijk et al., Radiology 2021 (SIO-DATECAN: local progression per tumour, from the
ablation on, death a competing event; survival per patient); Ahmed et al., Radiology 2014;273:241.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.endpoints.time_to_event import (
    NoTime,
    TimeToEvent,
    cut_at_horizon,
    last_day_counted,
)
from trialwright.response.ablated.reasons import explain_local_end
from trialwright.response.ablated.rules import LocalEnd

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwright.endpoints.patient import Patient
    from trialwright.endpoints.time_rules import TimeRules
    from trialwright.endpoints.time_to_event import Timed
    from trialwright.response.ablated.result import AblatedLesion

_LATE = "ablated after the horizon (times.after_horizon)"
_INCOMPLETE = "tumour at every control: no complete ablation that local progression could follow"


def time_to_local_progression(
    patients: Iterable[Patient], lesions: Sequence[AblatedLesion], rules: TimeRules
) -> tuple[Timed, ...]:
    """Return the time from the ablation to local tumour progression of each ablated lesion.

    Parameters
    ----------
    patients : iterable of Patient
        The efficacy set; lesions of other patients are not counted.
    lesions : sequence of AblatedLesion
        From ``response.outcomes_of``.
    rules : TimeRules
        The study's convention about the first day.

    Returns
    -------
    tuple of TimeToEvent or NoTime
        One a lesion. Death is a competing event; a lesion that was never complete has no time.
    """
    return tuple(
        _of_lesion(lesion, rules, one, death_is_event=False)
        for one, lesion in _of_patients(patients, lesions)
    )


def local_progression_free_survival_of_lesions(
    patients: Iterable[Patient], lesions: Sequence[AblatedLesion], rules: TimeRules
) -> tuple[Timed, ...]:
    """Return the time from the ablation of each lesion to its local progression or death.

    Parameters and result are those of `time_to_local_progression`, with death as an event.
    """
    return tuple(
        _of_lesion(lesion, rules, one, death_is_event=True)
        for one, lesion in _of_patients(patients, lesions)
    )


def local_progression_free_survival(
    patients: Iterable[Patient], lesions: Sequence[AblatedLesion], rules: TimeRules
) -> tuple[Timed, ...]:
    """Return the time from the first ablation to local progression of any lesion, or death.

    A patient without an event is censored at the earliest of the last controls: until then all
    of the lesions are known to be controlled. Parameters are those of
    `time_to_local_progression`; the result is one a patient.
    """
    own: dict[str, list[AblatedLesion]] = {}
    for lesion in lesions:
        own.setdefault(lesion.patient_id, []).append(lesion)
    return tuple(_of_patient(one, own.get(one.member.patient_id, ()), rules) for one in patients)


def _of_patients(
    patients: Iterable[Patient], lesions: Sequence[AblatedLesion]
) -> list[tuple[Patient, AblatedLesion]]:
    counted = {one.member.patient_id: one for one in patients}
    return [
        (counted[lesion.patient_id], lesion) for lesion in lesions if lesion.patient_id in counted
    ]


def _of_lesion(
    lesion: AblatedLesion, rules: TimeRules, one: Patient, *, death_is_event: bool
) -> Timed:
    name, local = lesion.lesion.lesion_id, lesion.local
    if local.end == LocalEnd.NEVER_COMPLETE:
        return NoTime(lesion.patient_id, _INCOMPLETE, lesion_id=name)
    start = lesion.course[-1].treatment_date
    end = local.date or start
    died = local.end == LocalEnd.DEATH
    event = local.end == LocalEnd.LOCAL_PROGRESSION or (died and death_is_event)
    if end < start:
        why = f"{local.end.label} on {end} lies before the ablation on {start}"
        return NoTime(lesion.patient_id, why, True, name, _source(lesion).partition(",")[0])
    if start > last_day_counted(one, start, rules):
        return NoTime(lesion.patient_id, _LATE, lesion_id=name)
    time = TimeToEvent(
        lesion.patient_id,
        start,
        end,
        (end - start).days + rules.extra_day,
        event,
        _KINDS[local.end],
        _reason(lesion, death_is_event=death_is_event),
        _source(lesion),
        competing=died and not death_is_event,
        imputed=dict(one.imputed).get("death") if died else None,
        lesion_id=name,
    )
    return cut_at_horizon(time, one, rules)


def _reason(lesion: AblatedLesion, *, death_is_event: bool) -> str:
    """Say why the time ended; a death that is the event is no competing one."""
    if lesion.local.end == LocalEnd.DEATH and death_is_event:
        alive = explain_local_end(LocalEnd.CENSORED, None, lesion.controls, None)
        return f"death; {alive.sentence}"
    return lesion.local.reason.sentence


_KINDS = {
    LocalEnd.LOCAL_PROGRESSION: "local progression",
    LocalEnd.DEATH: "death",
    LocalEnd.CENSORED: "no local progression at the last control",
    LocalEnd.NOT_ASSESSED: "no control so far",
}


def _source(lesion: AblatedLesion) -> str:
    end = lesion.local.end
    if end == LocalEnd.DEATH:
        return "deaths"
    if end == LocalEnd.NOT_ASSESSED:
        return "ablations"
    shown = next(one for one in lesion.controls if one.date == lesion.local.date)
    return f"measurements, {shown.visit}"


def _of_patient(one: Patient, lesions: Sequence[AblatedLesion], rules: TimeRules) -> Timed:
    patient = one.member.patient_id
    if not lesions:
        return NoTime(patient, "no lesion was ablated")
    timed = [_of_lesion(lesion, rules, one, death_is_event=True) for lesion in lesions]
    wrong = next((each for each in timed if isinstance(each, NoTime) and each.contradiction), None)
    if wrong is not None:
        return NoTime(patient, wrong.why, contradiction=True, table=wrong.table)
    times = [each for each in timed if isinstance(each, TimeToEvent)]
    if not times:
        return NoTime(patient, "; ".join(_lesions_by_reason(timed)))
    start = min(lesion.ablations[0].treatment_date for lesion in lesions)
    events = [each for each in times if each.event]
    ended = min(events or times, key=lambda each: each.end)
    days = (ended.end - start).days + rules.extra_day
    reason = f"{ended.lesion_id}: {ended.reason}{_left_out(timed)}"
    return TimeToEvent(
        patient, start, ended.end, days, ended.event, ended.kind, reason, ended.source,
        imputed=ended.imputed,
    )  # fmt: skip


def _left_out(timed: Sequence[Timed]) -> str:
    """Name the lesions that no local progression can be counted of, and why."""
    return "".join(
        f"; not counted: {', '.join(names)} ({why})"
        for why, names in _lesions_by_reason(timed).items()
    )


def _lesions_by_reason(timed: Sequence[Timed]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for each in timed:
        if isinstance(each, NoTime):
            reasons.setdefault(each.why, []).append(str(each.lesion_id))
    return reasons
