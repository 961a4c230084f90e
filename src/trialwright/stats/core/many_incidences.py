"""What is read off the cumulative incidences of each of many data sets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.stats.core.aalen_johansen import Incidence, incidence_limit, write_incidence
from trialwright.stats.core.pointwise import is_beyond, row_at
from trialwright.stats.core.product_limit import join_times, sort_together

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class OutcomeSets(NamedTuple):
    """Times of many data sets end to end; set i is ``start[i]`` to ``start[i + 1]``."""

    start: NDArray[np.int64]  # shape (sets + 1,)
    time: NDArray[np.float64]
    event: NDArray[np.int64]  # 0: censored; 1, 2, ...: the cause


class IncidencesAsked(NamedTuple):
    """What is read off each curve."""

    landmarks: NDArray[np.float64]  # shape (landmarks,)
    z: float
    scale: int
    spread: int


class IncidenceRoom(NamedTuple):
    """Working memory of one thread, as long as the largest set."""

    time: Any
    event: Any
    nobody_late: Any  # empty
    sums: Any
    curve: Incidence


def estimate_incidences(
    number: int,
    sets: OutcomeSets,
    asked: IncidencesAsked,
    room: IncidenceRoom,
    found: NDArray[np.float64],
) -> None:
    """Estimate one of many data sets.

    ``found`` is of shape (sets, landmarks, causes, 3): value, low and high limit, ``nan`` where
    there is none. No other set's entries are touched.
    """
    first, last = sets.start[number], sets.start[number + 1]
    time, event = room.time[: last - first], room.event[: last - first]
    for patient in range(last - first):
        time[patient] = sets.time[first + patient]
        event[patient] = sets.event[first + patient]
    sort_together(time, event)
    join_times(time)
    rows = write_incidence(time, event, room.nobody_late, asked.spread, room.sums, room.curve)
    for landmark in range(len(asked.landmarks)):
        for cause in range(len(room.sums)):
            place = found[number, landmark, cause]
            _write_landmark(asked.landmarks[landmark], cause, rows, asked, room.curve, place)


def _write_landmark(
    time: float, cause: int, rows: int, asked: IncidencesAsked, curve: Incidence, place: Any
) -> None:
    if is_beyond(curve.time, rows, curve.event_free[rows - 1], time):
        place[0] = place[1] = place[2] = math.nan
        return
    row = row_at(curve.time, rows, time)
    value = curve.incidence[row][cause] if row >= 0 else 0.0
    variance = curve.variance[row][cause] if row >= 0 else 0.0
    place[0] = value
    place[1] = incidence_limit(value, variance, asked.z, asked.scale, -1)
    place[2] = incidence_limit(value, variance, asked.z, asked.scale, 1)
