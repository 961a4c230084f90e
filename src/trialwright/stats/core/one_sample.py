"""Events of one arm against those a historical curve expects: plain functions of numbers.

Arrays are read, never made. What users call is ``stats.one_sample_log_rank`` for one data set
and ``stats.bulk.one_sample`` for many.

Sources
-------
Woolson 1981: the expected events are the historical cumulative hazards at the patients' times.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

    import numpy as np
    from numpy.typing import NDArray

_LARGEST_EXPONENT = 700.0  # exp of more is no float


class Hazard(NamedTuple):
    """A historical cumulative hazard as numbers.

    Weibull: ``height`` times (t / ``unit``) to the power ``shape``; exponential if that is 1.
    Digitised, where there are knots: straight lines from 0 through the knots, and beyond them.
    """

    shape: float
    unit: float  # in the unit of the times
    height: float
    # Ascending, the first above 0; empty for a Weibull curve.
    knot_time: Sequence[float] | NDArray[np.float64]
    knot_height: Sequence[float] | NDArray[np.float64]  # cumulative hazards, never falling
    slope_beyond: float  # hazard beyond the last knot; nan: the curve ends there


class Sets(NamedTuple):
    """Times of many data sets end to end; set i is ``start[i]`` to ``start[i + 1]``."""

    start: Sequence[int] | NDArray[np.int64]  # shape (sets + 1,)
    time: Sequence[float] | NDArray[np.float64]
    event: Sequence[bool] | NDArray[np.bool_]


class Found(NamedTuple):
    """What is found of each data set, shape (sets,) each."""

    observed: MutableSequence[int] | NDArray[np.int64]
    expected: MutableSequence[float] | NDArray[np.float64]


def cumulative_hazard(hazard: Hazard, time: float) -> float:
    """Return the cumulative hazard at ``time``; ``nan`` beyond the end of the curve."""
    if len(hazard.knot_time) > 0:
        return _hazard_through_knots(hazard, time)
    ratio = time / hazard.unit
    if hazard.shape == 1.0 or ratio <= 0.0:
        return hazard.height * ratio
    if hazard.shape * math.log(ratio) > _LARGEST_EXPONENT:
        return math.inf
    return hazard.height * math.pow(ratio, hazard.shape)


def _hazard_through_knots(hazard: Hazard, time: float) -> float:
    knots = len(hazard.knot_time)
    low, high = 0, knots
    while low < high:  # the first knot at or after the time
        middle = (low + high) // 2
        if hazard.knot_time[middle] < time:
            low = middle + 1
        else:
            high = middle
    if low == knots:
        beyond = time - hazard.knot_time[knots - 1]
        return hazard.knot_height[knots - 1] + beyond * hazard.slope_beyond
    right, top = hazard.knot_time[low], hazard.knot_height[low]
    if time == right:  # a knot is met exactly
        return top
    left = hazard.knot_time[low - 1] if low > 0 else 0.0
    bottom = hazard.knot_height[low - 1] if low > 0 else 0.0
    return bottom + (top - bottom) * ((time - left) / (right - left))


def time_of_hazard(hazard: Hazard, height: float) -> float:
    """Return the first time at which the cumulative hazard is ``height``; ``nan``: never."""
    if len(hazard.knot_time) == 0:
        return hazard.unit * math.pow(height / hazard.height, 1 / hazard.shape)
    left, bottom = 0.0, 0.0
    for knot in range(len(hazard.knot_time)):
        right, top = hazard.knot_time[knot], hazard.knot_height[knot]
        if top == height:  # a knot is met exactly
            return right
        if top > height:
            return left + (right - left) * (height - bottom) / (top - bottom)
        left, bottom = right, top
    if hazard.slope_beyond > 0:
        return left + (height - bottom) / hazard.slope_beyond
    return math.nan


def expected_events(time: Sequence[float], entry: Sequence[float], hazard: Hazard) -> float:
    """Return the events that the curve expects of patients watched from entry to time.

    Parameters
    ----------
    time : sequence of float, shape (n,)
        Follow-up, 0 or more.
    entry : sequence of float, shape (n,) or (0,)
        When each patient came under observation; empty: all of them at 0.
    hazard : Hazard
        The historical curve.
    """
    total = 0.0
    for patient in range(len(time)):
        total += cumulative_hazard(hazard, time[patient])
        if len(entry) > 0:
            total -= cumulative_hazard(hazard, entry[patient])
    return total


def compare_set(number: int, sets: Sets, hazard: Hazard, found: Found) -> None:
    """Count the events of one of many data sets, and those expected."""
    first, last = sets.start[number], sets.start[number + 1]
    observed, expected = 0, 0.0
    for patient in range(first, last):
        observed += 1 if sets.event[patient] else 0
        expected += cumulative_hazard(hazard, sets.time[patient])
    found.observed[number] = observed
    found.expected[number] = expected
