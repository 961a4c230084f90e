"""Finished overall responses of one patient: which records count, and what is made of them.

Somebody else has read the scans; a record is one overall response and its day. Several records a
day are allowed, and records before day 0, the reference date. ``Response.NONE`` is a record
without a response: not done, or a word that is none.

Plain functions of sequences and numbers. Called directly they read one patient with lists; the
very same source is compiled for millions (``bulk.compiled``). They take no memory of their own:
who calls them brings the room to work in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.response.best import Best
from trialwright.response.codes import Response

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence


class Room(NamedTuple):
    """Room to work in, as long as the records of the patient; what it held does not matter."""

    record: MutableSequence[int]  # which records count, in their order
    response: MutableSequence[int]  # their responses
    day: MutableSequence[int]  # their days


class ResponseParameters(NamedTuple):
    """The records behind the parameters of one patient; -1: the parameter is N or empty.

    BCP and CBCP are not kept: a responder is who has CR or PR as ``best`` or ``confirmed_best``.
    """

    progression: int  # PD
    last_assessment: int  # LSTA
    response: int  # RSP
    clinical_benefit: int  # CB
    best: Best  # BOR
    confirmed_response: int  # CRSP
    confirmed_clinical_benefit: int  # CCB
    confirmed_best: Best  # CBOR


def blank_room(records: int) -> Room:
    """Return lists to work in, for a patient with so many records."""
    return Room([0] * records, [0] * records, [0] * records)


def keep_worst_of_each_day(
    responses: Sequence[int], days: Sequence[int], first_day: int, kept: MutableSequence[int]
) -> int:
    """Write which records count into ``kept``, and return how many: the worst of each day.

    Worse in this order: NE, CR, PR, SD, Non-CR/Non-PD, PD; of two alike the later record.
    NE is the mildest: what one reading of a day could not tell, another one did.

    Parameters
    ----------
    responses, days : sequence of int, shape (records,)
        Overall responses and their days, in the order of days.
    first_day : int
        The first day that counts.
    kept : mutable sequence of int, shape (records,)
        Room for the positions of the records that count.

    Notes
    -----
    Source: ``ANL01FL`` of the template ``ad_adrs`` of admiralonco 1.4.0. RECIST 1.1 knows one
    overall response a time point and says nothing of two.
    """
    count = 0
    for i in range(len(responses)):
        if days[i] < first_day or responses[i] == Response.NONE:
            continue
        if count == 0 or days[kept[count - 1]] != days[i]:
            kept[count] = i
            count += 1
        elif severity(responses[i]) >= severity(responses[kept[count - 1]]):
            kept[count - 1] = i
    return count


def severity(response: int) -> int:
    """Return how bad a response is: the codes rise from CR to PD, and NE stands below them."""
    return 0 if response == Response.NE else int(response)


def copy_kept(responses: Sequence[int], days: Sequence[int], room: Room, count: int) -> None:
    """Copy the responses and days of the records that count beside their positions."""
    for k in range(count):
        room.response[k] = responses[room.record[k]]
        room.day[k] = days[room.record[k]]


def first_progression(responses: Sequence[int]) -> int:
    """Return the first PD (``PD``); -1 if there is none."""
    for i in range(len(responses)):
        if responses[i] == Response.PD:
            return i
    return -1


def earlier(one: int, other: int) -> int:
    """Return the earlier of two positions, where -1 is none."""
    if one < 0 or other < 0:
        return max(one, other)
    return min(one, other)


def record_at(kept: Sequence[int], at: int) -> int:
    """Return the record at a position among those that count; -1 stays none."""
    return kept[at] if at >= 0 else -1


def record_of_best(kept: Sequence[int], best: Best) -> Best:
    """Return a best response that names records instead of positions among those that count."""
    return Best(best.response, record_at(kept, best.visit), record_at(kept, best.confirmed_at))
