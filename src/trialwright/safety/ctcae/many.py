"""Grade many laboratory values at once, by the compiled rule of ``rule``.

For the data of many trials and for simulation; one trial is graded row by row with its reasons.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from trialwright.machine_code import compile_range, share_ranges
from trialwright.safety.ctcae.rule import (
    NO_TERM,
    UNKNOWN,
    Measured,
    Rungs,
    grade_in,
    worse_of,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from trialwright.safety.ctcae.criteria import Criteria, Direction, Place

    Codes = NDArray[np.int8]
    Floats = NDArray[np.float64]

_MODULES = ("trialwright.safety.ctcae.rule",)


class ManyValues(NamedTuple):
    """Many results with what they are compared with, each in its own unit; shape (n,) each.

    ``place`` is the ``number`` of ``Criteria.place(analyte, unit)``, -1 for an unknown test;
    ``nan`` is an unknown number; ``baseline_range`` is -1 (low), 0 (normal), 1 (high) or 2
    (unknown).
    """

    place: NDArray[np.int32]
    value: Floats
    lower: Floats
    upper: Floats
    baseline: Floats
    baseline_range: Codes

    @classmethod
    def of(cls, place: ArrayLike, value: ArrayLike, **known: ArrayLike) -> ManyValues:
        """Make the arrays; what is not given is unknown.

        Parameters
        ----------
        place, value : array_like, shape (n,)
            As above.
        **known : array_like, shape (n,)
            ``lower``, ``upper``, ``baseline``, ``baseline_range``.
        """
        unknown = np.full(np.shape(value), np.nan)
        return cls(
            np.asarray(place, np.int32),
            np.asarray(value, np.float64),
            np.asarray(known.get("lower", unknown), np.float64),
            np.asarray(known.get("upper", unknown), np.float64),
            np.asarray(known.get("baseline", unknown), np.float64),
            np.asarray(known.get("baseline_range", np.full(np.shape(value), UNKNOWN)), np.int8),
        )


class ManyGrades(NamedTuple):
    """Grades of many values, shape (n,) each: 0 to 4, -1 not graded, -2 no such term.

    ``worst`` is the worse of both directions.
    """

    low: Codes
    high: Codes
    worst: Codes


class _Table(NamedTuple):
    """The thresholds of a version as arrays, and the first and one-past-last of each place."""

    rungs: Rungs
    low_start: NDArray[np.int32]
    low_stop: NDArray[np.int32]
    high_start: NDArray[np.int32]
    high_stop: NDArray[np.int32]


_TABLES: WeakKeyDictionary[Criteria, _Table] = WeakKeyDictionary()


def grade_many(
    criteria: Criteria, values: ManyValues, *, significant_digits: int, threads: int = 1
) -> ManyGrades:
    """Grade many values in both directions.

    Parameters
    ----------
    criteria : Criteria
        From `read_criteria`.
    values : ManyValues
        The results; exact ones, without a ``<`` or ``>``.
    significant_digits : int
        As for `grade_value`.
    threads : int
        Threads to work with; the result does not depend on it.

    Returns
    -------
    ManyGrades
        Equal to what `grade_value` gives of each value.

    Raises
    ------
    ValueError
        If the arrays differ in length, or a place is outside the criteria.
    MissingExtra
        If Numba is not installed.

    Examples
    --------
    >>> from trialwright.safety.ctcae import read_criteria
    >>> from trialwright.safety.units import find_analyte
    >>> criteria = read_criteria("5.0")
    >>> place = criteria.place(find_analyte("PLT"), "10^9/L").number
    >>> values = ManyValues.of(place=[place, place], value=[80.0, 20.0], lower=[125.0, 125.0])
    >>> grade_many(criteria, values, significant_digits=15).worst
    array([1, 4], dtype=int8)
    """
    size = len(values.place)
    if any(len(array) != size for array in values):
        msg = f"every array must have one length, not {[len(array) for array in values]}"
        raise ValueError(msg)
    if size and not -1 <= values.place.min() <= values.place.max() < len(criteria.places):
        msg = f"a place must lie between -1 and {len(criteria.places) - 1}"
        raise ValueError(msg)
    grades = ManyGrades(*(np.empty(size, np.int8) for _ in ManyGrades._fields))
    table, kernel = _table(criteria), _range_grader()

    def work(first: int, last: int) -> None:
        kernel(first, last, values, table, significant_digits, grades)

    share_ranges(work, size, threads)
    return grades


@functools.cache
def _range_grader() -> Any:
    return compile_range(_range_over_values, _MODULES)


def _range_over_values(digest: int) -> Any:
    def grade_range(
        first: int, last: int, values: ManyValues, table: _Table, digits: int, grades: ManyGrades
    ) -> int:
        for at in range(first, last):
            low, high, place = NO_TERM, NO_TERM, values.place[at]
            if place >= 0:
                measured = Measured(
                    values.value[at],
                    0,
                    values.lower[at],
                    values.upper[at],
                    values.baseline[at],
                    values.baseline_range[at],
                )
                span = (table.low_start[place], table.low_stop[place])
                low = grade_in(measured, table.rungs, span, digits)
                span = (table.high_start[place], table.high_stop[place])
                high = grade_in(measured, table.rungs, span, digits)
            grades.low[at], grades.high[at] = low, high
            grades.worst[at] = worse_of(low, high)
        return digest

    return grade_range


def _table(criteria: Criteria) -> _Table:
    if criteria not in _TABLES:
        kinds = (np.int8, np.int8, np.int8, np.float64, np.int8, np.int8)
        arrays = (
            np.array(column, kind) for column, kind in zip(criteria.rungs, kinds, strict=True)
        )
        places = sorted(criteria.places.values(), key=lambda place: place.number)
        spans = (
            np.array([_span(place, direction)[end] for place in places], np.int32)
            for direction in ("low", "high")
            for end in (0, 1)
        )
        _TABLES[criteria] = _Table(Rungs(*arrays), *spans)  # type: ignore[arg-type]
    return _TABLES[criteria]


def _span(place: Place, direction: Direction) -> tuple[int, int]:
    return place.span(direction) if place.term(direction) is not None else (-1, -1)
