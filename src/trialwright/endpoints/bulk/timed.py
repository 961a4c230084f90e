"""One time to event of many patients whose progression and response are known already.

For sources that hold finished responses; where scans were read, ``followed`` derives everything.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from trialwright.endpoints.bulk.followed import NO_TIME, Times, write_end, write_none
from trialwright.endpoints.censoring import end_of_life, end_of_time
from trialwright.endpoints.endings import (
    NEVER,
    Assessed,
    CensoringRules,
    Happened,
)
from trialwright.machine_code import compile_range
from trialwright.records import as_plain_numbers
from trialwright.response.bulk.compiled import RULE_MODULES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MODULES = (
    *RULE_MODULES,
    "trialwright.study.calendar",
    "trialwright.endpoints.endings",
    "trialwright.endpoints.censoring",
    "trialwright.endpoints.bulk.followed",
    "trialwright.endpoints.bulk.timed",
)
SURVIVAL = -1  # in place of DeathIs: time to death
# Measured (benchmarks/adam.py): from here on compiled code costs less than the plain rules.
COMPILED_FROM = 20_000  # patients


class TimedPatients(NamedTuple):
    """What ends the times of many patients; days count from the first treatment, ``inf``: never.

    Shape (patients,) but for the first four, which are the assessments.
    """

    start: NDArray[np.int64]  # shape (patients + 1,), from 0 to all assessments
    day: NDArray[np.int32]  # shape (assessments,), rising within a patient
    adequate: NDArray[np.bool_]  # shape (assessments,): a time may be censored at it
    evaluable: NDArray[np.bool_]  # shape (assessments,): no missed assessment
    begin: NDArray[np.float64]  # where the time starts; inf: there is none
    has_baseline: NDArray[np.bool_]
    progression: NDArray[np.float64]
    claimed: NDArray[np.float64]  # treatment stopped for progression that no scan had shown
    death: NDArray[np.float64]
    new_therapy: NDArray[np.float64]
    local_therapy: NDArray[np.float64]
    discontinuation: NDArray[np.float64]
    last_contact: NDArray[np.float64]  # -inf: nothing is known; read for survival alone

    @property
    def patients(self) -> int:
        """Number of patients."""
        return len(self.start) - 1


def time_patient(
    patient: int, timed: TimedPatients, death_is: int, rules: CensoringRules, times: Times
) -> None:
    """End the time of one of many patients.

    Parameters
    ----------
    patient : int
        Position in ``timed``.
    timed : TimedPatients
        What happened.
    death_is : DeathIs or SURVIVAL
        What a death without progression is to the endpoint; ``SURVIVAL``: the endpoint itself.
    rules : CensoringRules
        The study's choices.
    times : Times
        Where the end is written; no other patient's entries are touched.
    """
    begin = timed.begin[patient]
    if begin == NEVER:
        write_none(patient, times)
        return
    if death_is == SURVIVAL:
        death, contact = timed.death[patient], timed.last_contact[patient]
        write_end(patient, begin, end_of_life(begin, death, contact, rules.horizon_day), times)
        return
    first, last = timed.start[patient], timed.start[patient + 1]
    # Arrays serve as sequences, which their type does not say.
    seen: Any = timed
    assessed = Assessed(seen.day[first:last], seen.adequate[first:last], seen.evaluable[first:last])
    happened = Happened(
        begin,
        timed.has_baseline[patient],
        timed.progression[patient],
        timed.claimed[patient],
        timed.death[patient],
        timed.new_therapy[patient],
        timed.local_therapy[patient],
        timed.discontinuation[patient],
    )
    write_end(patient, begin, end_of_time(assessed, happened, death_is, rules), times)


def end_times(
    timed: TimedPatients, death_is: int, rules: CensoringRules, *, compiled: bool | None = None
) -> Times:
    """End the time of every patient.

    Parameters
    ----------
    timed : TimedPatients
        What happened.
    death_is : DeathIs or SURVIVAL
        What a death without progression is to the endpoint; ``SURVIVAL``: the endpoint itself.
    rules : CensoringRules
        The study's choices.
    compiled : bool or None
        Whether to compile the rules; none: from ``COMPILED_FROM`` patients on. The result does
        not depend on it.

    Returns
    -------
    Times
        ``assessment`` counts among those of the patient.
    """
    many = timed.patients >= COMPILED_FROM if compiled is None else compiled
    times = blank_times(timed.patients)
    if many:
        range_timer()(0, timed.patients, timed, int(death_is), as_plain_numbers(rules), times)
        return times
    seen: Any = TimedPatients._make(array.tolist() for array in timed)
    for patient in range(timed.patients):
        time_patient(patient, seen, death_is, rules, times)
    return times


@functools.cache
def range_timer() -> Any:
    """Return the compiled ``time_range(first, last, timed, death_is, rules, times)``."""
    return compile_range(_range_timer, _MODULES)


def _range_timer(digest: int) -> Any:
    def time_range(
        first: int,
        last: int,
        timed: TimedPatients,
        death_is: int,
        rules: CensoringRules,
        times: Times,
    ) -> int:
        for patient in range(first, last):
            time_patient(patient, timed, death_is, rules, times)
        return digest

    return time_range


def blank_times(patients: int) -> Times:
    """Return arrays to write the ends of so many patients in."""
    kinds = (np.float64, np.float64, np.int8, np.int8, np.int8, np.int32)
    return Times(*(np.full(patients, NO_TIME, kind) for kind in kinds))  # type: ignore[arg-type]
