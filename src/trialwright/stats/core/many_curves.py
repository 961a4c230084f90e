"""What is read off the Kaplan-Meier curve of each of many data sets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.stats.core.pointwise import is_beyond, limit_at, row_at, time_of
from trialwright.stats.core.product_limit import (
    Curve,
    as_steps,
    join_times,
    mean_until,
    sort_together,
    variance_of_mean,
    write_curve,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Sets(NamedTuple):
    """Times of many data sets end to end; set i is ``start[i]`` to ``start[i + 1]``."""

    start: NDArray[np.int64]  # shape (sets + 1,)
    time: NDArray[np.float64]
    event: NDArray[np.bool_]


class Asked(NamedTuple):
    """What is read off each curve."""

    height: float  # S(t) at the quantile; nan: none is asked for
    landmarks: NDArray[np.float64]  # shape (landmarks,)
    horizon: float  # of the restricted mean; nan: none is asked for
    z: float
    scale: int


class Room(NamedTuple):
    """Working memory of one thread, as long as the largest set."""

    time: Any
    event: Any
    nobody_late: Any  # empty
    curve: Curve


class Found(NamedTuple):
    """Value, low and high limit in the last axis; ``nan`` where there is none."""

    quantile: NDArray[np.float64]  # shape (sets, 3)
    rates: NDArray[np.float64]  # shape (sets, landmarks, 3)
    mean: NDArray[np.float64]  # shape (sets, 3)
    events: NDArray[np.int64]  # shape (sets,)


def estimate_set(number: int, sets: Sets, asked: Asked, room: Room, found: Found) -> None:
    """Estimate one of many data sets; no other set's entries of ``found`` are touched."""
    first, last = sets.start[number], sets.start[number + 1]
    time, event = room.time[: last - first], room.event[: last - first]
    events = 0
    for patient in range(last - first):
        time[patient] = sets.time[first + patient]
        event[patient] = sets.event[first + patient]
        events += 1 if event[patient] else 0
    found.events[number] = events
    sort_together(time, event)
    join_times(time)
    rows = write_curve(time, event, room.nobody_late, room.curve)
    if not math.isnan(asked.height):
        _write_quantile(number, room.curve, rows, asked, found)
    for place in range(len(asked.landmarks)):
        _write_rate(number, place, room.curve, rows, asked, found)
    if not math.isnan(asked.horizon):
        _write_mean(number, room.curve, rows, asked, found)


def _write_quantile(number: int, curve: Curve, rows: int, asked: Asked, found: Found) -> None:
    steps, place = as_steps(curve), found.quantile[number]
    place[0] = time_of(steps, rows, asked.height, asked.z, asked.scale, 0)
    place[1] = time_of(steps, rows, asked.height, asked.z, asked.scale, -1)
    place[2] = time_of(steps, rows, asked.height, asked.z, asked.scale, 1)


def _write_rate(
    number: int, landmark: int, curve: Curve, rows: int, asked: Asked, found: Found
) -> None:
    time, place = asked.landmarks[landmark], found.rates[number, landmark]
    if is_beyond(curve.time, rows, curve.survival[rows - 1], time):
        return
    row = row_at(curve.time, rows, time)
    if row < 0:
        place[0] = 1.0
        return
    survival, greenwood = curve.survival[row], curve.greenwood[row]
    place[0] = survival
    place[1] = limit_at(survival, greenwood, asked.z, asked.scale, -1)
    place[2] = limit_at(survival, greenwood, asked.z, asked.scale, 1)


def _write_mean(number: int, curve: Curve, rows: int, asked: Asked, found: Found) -> None:
    if is_beyond(curve.time, rows, curve.survival[rows - 1], asked.horizon):
        return
    mean, place = mean_until(curve, rows, asked.horizon), found.mean[number]
    half = asked.z * math.sqrt(variance_of_mean(curve, rows, asked.horizon))
    place[0], place[1], place[2] = mean, mean - half, mean + half
