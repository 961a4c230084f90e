"""The response parameters of many patients whose responses somebody else has called.

Few patients are derived in plain Python, many by the same rules compiled; the results are equal,
bit for bit.
"""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from trialwright.errors import DataError
from trialwright.response.bulk.called import (
    CalledParameters,
    CalledResponses,
    CalledRules,
    derive_patient,
)
from trialwright.response.codes import Response
from trialwright.response.finished import Room, blank_room

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.response.best import BestRules

Profile = Literal["recist11", "admiral"]
# Measured (benchmarks/adam.py): from here on loading Numba and the machine code it kept costs
# less processor time than the plain rules.
COMPILED_FROM = 60_000  # records

_TYPES = {"start": np.int64, "response": np.int8, "day": np.int32, "new_therapy_day": np.float64}


def derive_called(
    called: CalledResponses,
    rules: BestRules,
    profile: Profile,
    *,
    control_days: int | None = None,
    compiled: bool | None = None,
    threads: int = 1,
) -> CalledParameters:
    """Derive the response parameters of every patient.

    Parameters
    ----------
    called : CalledResponses
        The records; checked first.
    rules : BestRules
        Intervals and allowances.
    profile : {"recist11", "admiral"}
        Whose rules: ``response.guideline`` or ``response.admiral``.
    control_days : int or None
        Under ``recist11``, the day from which stable disease is clinical benefit; none: that of
        ``rules``. ``admiral`` takes that of ``rules``.
    compiled : bool or None
        Whether to compile; none: from ``COMPILED_FROM`` records on.
    threads : int
        How many processor cores compiled rules use. The results do not depend on it.

    Returns
    -------
    CalledParameters
        Arrays that cannot be written to.

    Raises
    ------
    ValueError
        If the arrays do not fit together, or there is no such profile.
    DataError
        If a patient's records hold an unknown code or are not in the order of their days.
    MissingExtra
        If the rules are to be compiled and Numba is not installed.
    """
    if profile not in ("recist11", "admiral"):
        msg = f"profile must be 'recist11' or 'admiral', not {profile!r}"
        raise ValueError(msg)
    if threads < 1:
        msg = f"threads must be 1 or more, not {threads}"
        raise ValueError(msg)
    check_called(called)
    minimum = rules.minimum_stable_days if control_days is None else control_days
    chosen = CalledRules(rules, minimum, profile == "admiral")
    many = len(called.response) >= COMPILED_FROM if compiled is None else compiled
    found = _derive_compiled(called, chosen, threads) if many else _derive_plain(called, chosen)
    for array in found:
        array.flags.writeable = False
    return found


def days_of(called: CalledResponses, record: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the days of records, ``nan`` where there is none.

    Parameters
    ----------
    called : CalledResponses
        The records.
    record : array of int, shape (patients,)
        Positions of records, such as ``CalledParameters.progression``; -1: none.
    """
    days = np.full(len(record), np.nan)
    known = record >= 0
    days[known] = called.day[record[known]]
    return days


def check_called(called: CalledResponses) -> None:
    """Check the records of many patients, because compiled rules do not look where they read.

    Raises
    ------
    ValueError
        If the arrays do not fit together; the message says which and how.
    DataError
        If a patient's records hold an unknown code or are not in the order of their days.
    """
    for name, kind in _TYPES.items():
        array: Any = getattr(called, name)
        if not isinstance(array, np.ndarray) or array.dtype != kind or array.ndim != 1:
            given = getattr(array, "dtype", type(array).__name__)
            msg = f"{name} is {given}; make it an array of {np.dtype(kind)} with one dimension"
            raise ValueError(msg)
    start, records = called.start, len(called.response)
    if not len(start) or start[0] != 0 or start[-1] != records or np.any(np.diff(start) < 0):
        msg = f"start must begin with 0, never fall, and end with the {records} records"
        raise ValueError(msg)
    for name, length in (("day", records), ("new_therapy_day", called.patients)):
        if len(getattr(called, name)) != length:
            msg = f"{name} has {len(getattr(called, name))} entries; give {length}"
            raise ValueError(msg)
    _check_values(called)


def _check_values(called: CalledResponses) -> None:
    known = (called.response >= Response.NONE) & (called.response <= Response.NE)
    _refuse(called, "response", known, "use the codes of Response")
    in_order = np.ones(len(called.day), dtype=np.bool_)
    in_order[1:] = called.day[1:] >= called.day[:-1]
    in_order[called.start[:-1][called.start[:-1] < len(in_order)]] = True
    _refuse(called, "day", in_order, "records stand in the order of their days")
    if np.isnan(called.new_therapy_day).any():
        patient = int(np.isnan(called.new_therapy_day).argmax())
        msg = f"patient {patient} (the first is 0): new_therapy_day is nan; inf stands for never"
        raise DataError(msg)


def _refuse(called: CalledResponses, name: str, right: NDArray[np.bool_], mend: str) -> None:
    """Raise with the first wrong value, the patient that it belongs to, and the mend."""
    if right.all():
        return
    at = int((~right).argmax())
    patient = int(np.searchsorted(called.start, at, side="right")) - 1
    msg = f"patient {patient} (the first is 0): {name}[{at}] is {getattr(called, name)[at]}; {mend}"
    raise DataError(msg)


def _derive_plain(called: CalledResponses, rules: CalledRules) -> CalledParameters:
    """Derive with lists, which plain Python reads several times faster than arrays."""
    blank: Any = _blank_parameters(called)
    seen: Any = CalledResponses._make(array.tolist() for array in called)
    lists: Any = CalledParameters._make([0] * len(array) for array in blank)
    room = blank_room(len(called.response))
    for patient in range(called.patients):
        derive_patient(patient, seen, rules, lists, room)
    for array, values in zip(blank, lists, strict=True):
        array[:] = values
    return CalledParameters._make(blank)


def _derive_compiled(called: CalledResponses, rules: CalledRules, threads: int) -> CalledParameters:
    derive_range, found = range_deriver(), _blank_parameters(called)
    records = len(called.response)
    room: Any = Room(*(np.empty(records, kind) for kind in (np.int32, np.int8, np.int32)))  # type: ignore[arg-type]
    # One type for arrays that may and may not be written, or each would be compiled.
    seen = _frozen_views(called)
    wanted = np.linspace(0, records, threads + 1)[1:-1]
    cuts = [0, *np.searchsorted(called.start, wanted).tolist(), called.patients]

    def derive(first: int, last: int) -> None:
        derive_range(first, last, seen, rules, found, room)

    if threads == 1:
        derive(0, called.patients)
        return found
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(derive, cuts[:-1], cuts[1:]))
    return found


def _frozen_views(called: CalledResponses) -> CalledResponses:
    views = [np.ascontiguousarray(array).view() for array in called]
    for view in views:
        view.flags.writeable = False
    return CalledResponses._make(views)


def _blank_parameters(called: CalledResponses) -> CalledParameters:
    patients, records = called.patients, len(called.response)
    whole = [np.empty(patients, np.int64) for _ in CalledParameters._fields[:-4]]
    codes = [np.empty(patients, np.int8) for _ in range(2)]
    flags = [np.empty(records, np.bool_) for _ in range(2)]
    return CalledParameters._make([*whole, *codes, *flags])


@functools.cache
def range_deriver() -> Any:
    """Return the compiled ``derive_range(first, last, called, rules, found, room)``.

    Raises
    ------
    MissingExtra
        If Numba is not installed.
    """
    from trialwright.machine_code import compile_range
    from trialwright.response.bulk.compiled import RULE_MODULES

    return compile_range(_range_deriver, RULE_MODULES)


def _range_deriver(digest: int) -> Any:
    """Return the loop over patients, told apart by its rules: see ``machine_code``."""

    def derive_range(
        first: int,
        last: int,
        called: CalledResponses,
        rules: CalledRules,
        found: CalledParameters,
        room: Room,
    ) -> int:
        for patient in range(first, last):
            derive_patient(patient, called, rules, found, room)
        return digest

    return derive_range
