"""The Kaplan-Meier curve of one data set, and its restricted mean.

Plain functions of numbers; arrays are written into, never made. What users call is
``stats.kaplan_meier`` for one data set and ``stats.bulk.survival`` for many; limits, quantiles and
rates are read in ``core.pointwise``.

Sources
-------
Kaplan & Meier 1958. Greenwood 1926. Lynden-Bell 1971: late entry.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from trialwright.stats.core.pointwise import NEAR, Steps

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence


class Curve(NamedTuple):
    """A curve, one entry per distinct time, ascending; arrays may be longer than it.

    ``greenwood`` is the running sum of d / (n (n - d)), the variance of log S; ``inf`` once the
    curve is at 0.
    """

    time: MutableSequence[float]
    n_risk: MutableSequence[int]
    n_event: MutableSequence[int]
    n_censor: MutableSequence[int]
    survival: MutableSequence[float]
    greenwood: MutableSequence[float]


def write_curve(
    time: Sequence[float], event: Sequence[bool], entry: Sequence[float], curve: Curve
) -> int:
    """Write the curve of one data set and return its number of distinct times.

    Parameters
    ----------
    time : sequence of float
        Follow-up, ascending.
    event : sequence of bool
        Whether it ended with the event; order within a tie does not matter.
    entry : sequence of float
        When patients came under observation, ascending by itself; empty: all of them at the start.
        A patient is at risk at t if ``entry < t <= time``.
    curve : Curve
        Written from the front.
    """
    patients = len(time)
    entered = 0 if len(entry) else patients
    survival, greenwood = 1.0, 0.0
    row = left = 0
    while left < patients:
        now = time[left]
        while entered < patients and entry[entered] < now:
            entered += 1
        at_risk, events, leaving = entered - left, 0, left
        while leaving < patients and time[leaving] == now:
            events += 1 if event[leaving] else 0
            leaving += 1
        if events:
            survival *= (at_risk - events) / at_risk
            greenwood += events / (at_risk * (at_risk - events)) if events < at_risk else math.inf
        curve.time[row] = now
        curve.n_risk[row] = at_risk
        curve.n_event[row] = events
        curve.n_censor[row] = leaving - left - events
        curve.survival[row] = survival
        curve.greenwood[row] = greenwood
        row, left = row + 1, leaving
    return row


def join_times(time: MutableSequence[float]) -> None:
    """Make one time of those that differ by rounding alone, as R does (``timefix``), in place.

    Neighbours tie if they lie within ``NEAR``, or within ``NEAR`` of the mean distinct time; a
    chain of neighbours becomes its first.

    Parameters
    ----------
    time : sequence of float
        Ascending, at least one.
    """
    total, distinct, before = time[0], 1, time[0]
    for value in time:
        if value != before:
            total, distinct, before = total + value, distinct + 1, value
    near = NEAR * max(1.0, total / distinct)
    kept = before = time[0]
    for place in range(1, len(time)):
        value = time[place]
        if value - before > near:
            kept = value
        time[place], before = kept, value


def as_steps(curve: Curve) -> Steps:
    """Return the curve as one that falls, for what is read off it."""
    return Steps(curve.time, curve.n_event, curve.survival, curve.greenwood, -1)


def mean_until(curve: Curve, rows: int, horizon: float) -> float:
    """Return the area under the curve up to ``horizon``: the restricted mean."""
    area, height, begin = 0.0, 1.0, 0.0
    for row in range(rows):
        if curve.time[row] >= horizon:
            break
        area += height * (curve.time[row] - begin)
        height, begin = curve.survival[row], curve.time[row]
    return area + height * (horizon - begin)


def variance_of_mean(curve: Curve, rows: int, horizon: float) -> float:
    """Return the variance of the restricted mean: the area beyond each event, by Greenwood.

    ``nan`` where no event with somebody left at risk lies before the horizon: nothing then says
    how the mean varies.
    """
    beyond, variance, end = 0.0, 0.0, horizon
    for row in range(rows - 1, -1, -1):
        if curve.time[row] >= horizon:
            continue
        beyond += curve.survival[row] * (end - curve.time[row])
        end = curve.time[row]
        events, left = curve.n_event[row], curve.n_risk[row] - curve.n_event[row]
        if events and left:
            variance += beyond * beyond * events / (curve.n_risk[row] * left)
    return variance if variance > 0 else math.nan


def sort_together(time: MutableSequence[float], event: MutableSequence[bool]) -> None:
    """Sort times in place, ascending, each with its event: Shell's sort, gaps of Ciura.

    For short arrays in compiled code, where a library's sort would cost more to call.
    """
    for gap in (701, 301, 132, 57, 23, 10, 4, 1):
        for place in range(gap, len(time)):
            moved, its_event = time[place], event[place]
            hole = place
            while hole >= gap and time[hole - gap] > moved:
                time[hole], event[hole] = time[hole - gap], event[hole - gap]
                hole -= gap
            time[hole], event[hole] = moved, its_event
