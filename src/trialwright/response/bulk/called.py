"""The finished responses of many patients in flat arrays, and the parameters of one of them.

The records of all patients stand one after the other, and ``start`` says where each begins:
patient ``p`` has the records ``start[p] .. start[p + 1]``, in the order of their days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.response.admiral import (
    REFERENCE_DAY,
    derive_in_room,
    end_of_progression,
)
from trialwright.response.finished import ResponseParameters, Room, keep_worst_of_each_day
from trialwright.response.guideline import (
    AFTER_BASELINE,
    derive_by_guideline,
    end_of_counted,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trialwright.response.best import BestRules


class CalledResponses(NamedTuple):
    """The overall responses of many patients that somebody has called.

    Days count from the reference date (day 0). Several records a day are allowed, also before
    the reference date; ``Response.NONE`` is a record without a response.
    """

    start: NDArray[np.int64]  # shape (patients + 1,), from 0 to all records
    response: NDArray[np.int8]  # shape (records,), codes of Response
    day: NDArray[np.int32]  # shape (records,), rising within a patient
    new_therapy_day: NDArray[np.float64]  # shape (patients,), inf: none; not read by admiral

    @property
    def patients(self) -> int:
        """Number of patients."""
        return len(self.start) - 1


class CalledRules(NamedTuple):
    """The choices that the parameters depend on."""

    best: BestRules
    control_days: int  # stable disease is clinical benefit from this day on; not read by admiral
    by_admiral: bool  # the profile: admiral, or else recist11


class CalledParameters(NamedTuple):
    """The parameters of many patients, and which records count.

    A record is its position in ``CalledResponses``; -1: the parameter is N or empty. The codes
    are those of ``Response``. ``confirming`` is the record that confirmed ``confirmed_best``.
    """

    progression: NDArray[np.int64]  # PD, shape (patients,), as all but the last two
    last_assessment: NDArray[np.int64]  # LSTA
    response: NDArray[np.int64]  # RSP
    clinical_benefit: NDArray[np.int64]  # CB
    best: NDArray[np.int64]  # BOR
    confirmed_response: NDArray[np.int64]  # CRSP
    confirmed_clinical_benefit: NDArray[np.int64]  # CCB
    confirmed_best: NDArray[np.int64]  # CBOR
    confirming: NDArray[np.int64]
    best_code: NDArray[np.int8]  # BOR; NE where there is no record
    confirmed_best_code: NDArray[np.int8]  # CBOR
    counts: NDArray[np.bool_]  # ANL01FL, shape (records,)
    until_end: NDArray[np.bool_]  # ANL02FL, shape (records,): up to PD and before new therapy


def derive_patient(
    patient: int,
    called: CalledResponses,
    rules: CalledRules,
    found: CalledParameters,
    room: Room,
) -> None:
    """Derive the parameters of one of many patients and write them.

    Parameters
    ----------
    patient : int
        Position in ``called``.
    called : CalledResponses
        The records.
    rules : CalledRules
        The choices.
    found : CalledParameters
        Where the parameters are written; no other patient's entries are touched.
    room : Room
        Room to work in, as long as all records.
    """
    first, last = called.start[patient], called.start[patient + 1]
    # Arrays serve as sequences, which their type does not say.
    seen: Any = called
    place: Any = room
    responses, days = seen.response[first:last], seen.day[first:last]
    own = Room(place.record[first:last], place.response[first:last], place.day[first:last])
    if rules.by_admiral:
        parameters = derive_in_room(responses, days, rules.best, own)
        count = keep_worst_of_each_day(responses, days, REFERENCE_DAY, own.record)
        end = end_of_progression(responses)
    else:
        therapy = called.new_therapy_day[patient]
        parameters = derive_by_guideline(
            responses, days, rules.best, rules.control_days, therapy, own
        )
        count = keep_worst_of_each_day(responses, days, AFTER_BASELINE, own.record)
        end = end_of_counted(responses, days, parameters.progression, therapy)
    _write_records(first, last, count, end, found, own)
    _write_parameters(patient, first, parameters, found)


def _write_records(
    first: int, last: int, count: int, end: int, found: CalledParameters, own: Room
) -> None:
    """Write which records count, and which stand before the end of what counts."""
    for i in range(first, last):
        found.counts[i] = False
        found.until_end[i] = i < first + end
    for k in range(count):
        found.counts[first + own.record[k]] = True


def _write_parameters(
    patient: int, first: int, one: ResponseParameters, found: CalledParameters
) -> None:
    found.progression[patient] = among_all(first, one.progression)
    found.last_assessment[patient] = among_all(first, one.last_assessment)
    found.response[patient] = among_all(first, one.response)
    found.clinical_benefit[patient] = among_all(first, one.clinical_benefit)
    found.best[patient] = among_all(first, one.best.visit)
    found.confirmed_response[patient] = among_all(first, one.confirmed_response)
    found.confirmed_clinical_benefit[patient] = among_all(first, one.confirmed_clinical_benefit)
    found.confirmed_best[patient] = among_all(first, one.confirmed_best.visit)
    found.confirming[patient] = among_all(first, one.confirmed_best.confirmed_at)
    found.best_code[patient] = one.best.response
    found.confirmed_best_code[patient] = one.confirmed_best.response


def among_all(first: int, record: int) -> int:
    """Return the position of a patient's record among the records of all; -1 stays none."""
    return first + record if record >= 0 else -1
