"""Finished overall responses read by RECIST 1.1: the profile ``recist11``.

The rules are those of ``best``, which read our own calls too; here they are given the records of
somebody else's. A record up to day 0 is a baseline and no assessment. Of several records on one
day the worst counts (``finished.keep_worst_of_each_day``): the guideline does not say, and a PD
must not be lost.

Source: RECIST 1.1 (Eisenhauer 2009), sections 4.4 to 4.6 and table 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.response.best import (
    BestRules,
    best_response,
    first_response,
    last_counted,
    relapse,
)
from trialwright.response.codes import Response
from trialwright.response.finished import (
    ResponseParameters,
    Room,
    copy_kept,
    earlier,
    first_progression,
    keep_worst_of_each_day,
    record_at,
    record_of_best,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

AFTER_BASELINE = 1  # the first day that counts


def derive_by_guideline(
    responses: Sequence[int],
    days: Sequence[int],
    rules: BestRules,
    control_days: int,
    new_therapy_day: float,
    room: Room,
) -> ResponseParameters:
    """Derive every response parameter of one patient from all of its records.

    Progression and the last assessment look at every record after baseline; the others at those
    up to the first PD and before any new therapy.

    Parameters
    ----------
    responses, days : sequence of int, shape (records,)
        Overall responses and their days, in the order of days.
    rules : BestRules
        Intervals and allowances.
    control_days : int
        Stable disease is clinical benefit from this day on.
    new_therapy_day : float
        Day of the first anticancer treatment outside the study; ``inf`` if none.
    room : Room
        Room to work in.

    Returns
    -------
    ResponseParameters
        Indices of records. NE has none. ``last_assessment`` is the last that could be evaluated.
    """
    count = keep_worst_of_each_day(responses, days, AFTER_BASELINE, room.record)
    copy_kept(responses, days, room, count)
    progression = first_progression(room.response[:count])
    last = last_evaluated(room.response[:count])
    count = last_counted(room.response[:count], room.day[:count], new_therapy_day)
    read, when = room.response[:count], room.day[:count]
    return ResponseParameters(
        record_at(room.record, progression),
        record_at(room.record, last),
        record_at(room.record, first_response(read, when, rules, False)),
        record_at(room.record, first_benefit(read, when, rules, control_days, False)),
        record_of_best(room.record, best_response(read, when, rules, False)),
        record_at(room.record, first_response(read, when, rules, True)),
        record_at(room.record, first_benefit(read, when, rules, control_days, True)),
        record_of_best(room.record, best_response(read, when, rules, True)),
    )


def end_of_counted(
    responses: Sequence[int], days: Sequence[int], progression: int, new_therapy_day: float
) -> int:
    """Return how many of all records there are up to the first PD and before any new therapy.

    Parameters
    ----------
    responses, days : sequence of int, shape (records,)
        Overall responses and their days, in the order of days.
    progression : int
        The record of the first PD; -1 if none.
    new_therapy_day : float
        Day of the first anticancer treatment outside the study; ``inf`` if none.
    """
    for i in range(len(responses)):
        if days[i] > new_therapy_day:
            return i
        if i == progression:
            return i + 1
    return len(responses)


def last_evaluated(responses: Sequence[int]) -> int:
    """Return the last time point that could be evaluated; -1 if there is none."""
    for i in range(len(responses) - 1, -1, -1):
        if responses[i] != Response.NE:
            return i
    return -1


def first_benefit(
    responses: Sequence[int],
    days: Sequence[int],
    rules: BestRules,
    control_days: int,
    confirm: bool,
) -> int:
    """Return the first time point of clinical benefit: a response, or disease controlled for long.

    It is disease control (``endpoints.proportion``) with a date.

    Parameters
    ----------
    responses, days : sequence of int, shape (time points,)
        The time points that count and their days.
    rules : BestRules
        Intervals and allowances.
    control_days : int
        Stable disease counts from this day on.
    confirm : bool
        Whether a response counts only when confirmed; an unconfirmed one is still control from
        ``control_days`` on.
    """
    response = first_response(responses, days, rules, confirm)
    return earlier(response, first_control(responses, days, control_days))


def first_control(responses: Sequence[int], days: Sequence[int], control_days: int) -> int:
    """Return the first time point without progression that lies late enough; -1 if there is none.

    Disease that is back after a complete response is progression, not control.

    Parameters
    ----------
    responses, days : sequence of int, shape (time points,)
        The time points that count and their days.
    control_days : int
        The first day that is late enough.
    """
    for i in range(relapse(responses)):
        controlled = responses[i] in (Response.CR, Response.PR, Response.SD, Response.NON_CR_NON_PD)
        if controlled and days[i] >= control_days:
            return i
    return -1
