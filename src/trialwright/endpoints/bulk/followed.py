"""What endpoints read of many patients in flat arrays, and the endpoints of one of them.

The assessments of all patients stand one after the other: patient ``p`` has the assessments
``start[p] .. start[p + 1]``. Days count from the first treatment; ``inf``: never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.endpoints.censoring import end_of_life, end_of_time, is_claimed
from trialwright.endpoints.endings import (
    NEVER,
    Assessed,
    CensoringRules,
    DeathIs,
    Ended,
    Happened,
)
from trialwright.response.best import BestRules, controlled_at, first_response
from trialwright.response.codes import Response

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NO_TIME = -1  # as a status: the endpoint counts no time of this patient


class Followed(NamedTuple):
    """What endpoints read of many patients, beside the calls of their scans.

    Shape (patients,) but for the first three, which are the assessments after baseline.
    """

    start: NDArray[np.int64]  # shape (patients + 1,), from 0 to all assessments
    day: NDArray[np.int32]  # shape (assessments,), rising within a patient
    overall: NDArray[np.int8]  # shape (assessments,), codes of Response
    adequate: NDArray[np.bool_]  # shape (assessments,): a time may be censored at it
    evaluable: NDArray[np.bool_]  # shape (assessments,): no missed assessment
    counted: NDArray[np.int32]  # assessments up to PD and before whatever ends the reading
    best: NDArray[np.int8]  # best overall response by the study's choice, codes of Response
    has_baseline: NDArray[np.bool_]
    death: NDArray[np.float64]
    last_contact: NDArray[np.float64]
    new_therapy: NDArray[np.float64]
    local_therapy: NDArray[np.float64]
    stop: NDArray[np.float64]  # end of study treatment before its time
    stop_for_progression: NDArray[np.bool_]

    @property
    def patients(self) -> int:
        """Number of patients."""
        return len(self.start) - 1


class EndpointRules(NamedTuple):
    """The study's choices, as numbers."""

    censoring: CensoringRules
    best: BestRules
    confirm: bool
    control_days: int
    death_ends_response: bool
    death_in_progression: int  # DeathIs


class Times(NamedTuple):
    """How the times of many patients end; the fields mean what they mean in ``Ended``.

    A ``status`` of ``NO_TIME`` has no time; ``begin`` is the day that the time starts.
    """

    begin: NDArray[np.float64]
    day: NDArray[np.float64]
    status: NDArray[np.int8]
    why: NDArray[np.int8]
    cause: NDArray[np.int8]
    assessment: NDArray[np.int32]


class Endpoints(NamedTuple):
    """Every endpoint of many patients; each array has the shape (patients,)."""

    responded: NDArray[np.bool_]
    controlled: NDArray[np.bool_]
    survival: Times
    progression_free: Times
    progression: Times
    progression_competing: Times
    response: Times  # duration of response
    stable: Times  # duration of stable disease


def follow_patient(
    patient: int, followed: Followed, rules: EndpointRules, found: Endpoints
) -> None:
    """Derive every endpoint of one of many patients and write it.

    Parameters
    ----------
    patient : int
        Position in ``followed``.
    followed : Followed
        What was seen.
    rules : EndpointRules
        The study's choices.
    found : Endpoints
        Where the endpoints are written; no other patient's entries are touched.
    """
    first, last = followed.start[patient], followed.start[patient + 1]
    # Arrays serve as sequences, which their type does not say.
    seen: Any = followed
    days, overall = seen.day[first:last], seen.overall[first:last]
    assessed = Assessed(days, seen.adequate[first:last], seen.evaluable[first:last])
    counted = seen.counted[patient]
    progression = first_progression_day(overall, days)
    happened = _happened(patient, followed, progression, 0.0)
    best = seen.best[patient]
    responded = best in (Response.CR, Response.PR)
    found.responded[patient] = responded
    control = controlled_at(overall[:counted], days, rules.control_days)
    found.controlled[patient] = responded or control >= 0
    _write_times(patient, assessed, happened, followed.last_contact[patient], rules, found)
    at = -1
    if responded:
        at = first_response(overall[:counted], days[:counted], rules.best, rules.confirm)
    death = DeathIs.EVENT if rules.death_ends_response else DeathIs.CENSORED_AT_LAST_ASSESSMENT
    if at >= 0:
        start = float(days[at])
        began = _happened(patient, followed, progression, start)
        write_end(patient, start, _end(assessed, began, death, rules), found.response)
    else:
        write_none(patient, found.response)
    if best in (Response.SD, Response.NON_CR_NON_PD):
        write_end(patient, 0.0, _end(assessed, happened, DeathIs.EVENT, rules), found.stable)
    else:
        write_none(patient, found.stable)


def first_progression_day(overall: Any, days: Any) -> float:
    """Return the day of the first PD; ``inf`` if there is none."""
    for i in range(len(overall)):
        if overall[i] == Response.PD:
            return float(days[i])
    return NEVER


def _happened(patient: int, followed: Followed, progression: float, start: float) -> Happened:
    stop, claimed, stopped = followed.stop[patient], NEVER, NEVER
    if not followed.stop_for_progression[patient]:
        stopped = stop
    elif is_claimed(stop, progression):
        claimed = stop
    return Happened(
        start,
        followed.has_baseline[patient],
        progression,
        claimed,
        followed.death[patient],
        followed.new_therapy[patient],
        followed.local_therapy[patient],
        stopped,
    )


def _write_times(
    patient: int,
    assessed: Assessed,
    happened: Happened,
    contact: float,
    rules: EndpointRules,
    found: Endpoints,
) -> None:
    life = end_of_life(0.0, happened.death, contact, rules.censoring.horizon_day)
    write_end(patient, 0.0, life, found.survival)
    for death_is, times in (
        (DeathIs.EVENT, found.progression_free),
        (DeathIs.COMPETING, found.progression_competing),
    ):
        write_end(patient, 0.0, _end(assessed, happened, death_is, rules), times)
    censored = _end(assessed, happened, rules.death_in_progression, rules)
    write_end(patient, 0.0, censored, found.progression)


def _end(assessed: Assessed, happened: Happened, death_is: int, rules: EndpointRules) -> Ended:
    return end_of_time(assessed, happened, death_is, rules.censoring)


def write_end(patient: int, begin: float, ended: Ended, times: Times) -> None:
    """Write how the time of one patient ends."""
    times.begin[patient] = begin
    times.day[patient] = ended.day
    times.status[patient] = ended.status
    times.why[patient] = ended.why
    times.cause[patient] = ended.cause
    times.assessment[patient] = ended.assessment


def write_none(patient: int, times: Times) -> None:
    """Write that the endpoint counts no time of a patient."""
    times.begin[patient] = NEVER
    times.day[patient] = NEVER
    times.status[patient] = NO_TIME
    times.why[patient] = NO_TIME
    times.cause[patient] = NO_TIME
    times.assessment[patient] = NO_TIME
