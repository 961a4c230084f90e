"""The Kaplan-Meier curve of one data set, its pointwise limits, and what is read off it.

Plain functions of numbers; arrays are written into, never made. What users call is
``stats.kaplan_meier`` for one data set and ``stats.bulk.survival`` for many.

Sources
-------
Kaplan & Meier 1958. Greenwood 1926. Brookmeyer & Crowley 1982: the limits of a quantile are
where the pointwise limits come down to it. Kalbfleisch & Prentice 2002, section 1.4: the log-log
scale. Borgan & Liestøl 1990: the arcsine scale. Lynden-Bell 1971: late entry.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

SITS_ON = 1e-9  # |S(t) - p| at or below this counts as S(t) == p
NEAR = 2.0**-26  # R's sqrt(.Machine$double.eps): closer times, absolutely or to their mean, tie


class Scale(IntEnum):
    """Scale on which a pointwise interval is symmetric."""

    LOG_LOG = 0
    LOG = 1
    PLAIN = 2
    LOGIT = 3
    ARCSIN = 4


class Side(IntEnum):
    """Which of three curves is read: the estimate or one of its limits."""

    LOW = -1
    ESTIMATE = 0
    HIGH = 1


# Compiled code reads members as numbers, and a number is the quickest key.
_LOG_LOG, _LOG, _PLAIN, _LOGIT = 0, 1, 2, 3


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


def limit_at(survival: float, greenwood: float, z: float, scale: int, side: int) -> float:
    """Return one pointwise limit of S(t), or S(t) itself.

    ``nan`` before the first event and once the curve is at 0: Greenwood's variance says nothing.

    Parameters
    ----------
    survival, greenwood : float
        S(t) and the variance of its logarithm.
    z : float
        Normal quantile of the level.
    scale : Scale
        Scale on which the interval is symmetric.
    side : Side
        Which limit.
    """
    if side == 0:
        return survival
    if survival <= 0 or greenwood <= 0:
        return math.nan
    shift = side * z * math.sqrt(greenwood)
    return min(1.0, max(0.0, _shifted(survival, shift, scale)))


def _shifted(survival: float, shift: float, scale: int) -> float:
    """Return S(t) moved by so many standard errors of log S, on the scale."""
    if scale == _LOG_LOG:
        log = math.log(survival)
        return math.exp(log * math.exp(shift / log))
    if scale == _LOG:
        return survival * math.exp(shift)
    if scale == _PLAIN:
        return survival * (1 + shift)
    if scale == _LOGIT:
        odds = survival / (1 - survival) * math.exp(shift / (1 - survival))
        return odds / (1 + odds)
    angle = math.asin(math.sqrt(survival)) + shift / 2 * math.sqrt(survival / (1 - survival))
    sine = math.sin(min(max(angle, 0.0), math.pi / 2))
    return sine * sine  # a power would be rounded otherwise in machine code


def time_of(curve: Curve, rows: int, height: float, z: float, scale: int, side: int) -> float:
    """Return the time at which S(t), or one of its limits, comes down to ``height``.

    Where it is flat there, the middle of the flat; a flat that lasts to the end of follow-up
    ends there. ``nan`` if it never comes down.

    Parameters
    ----------
    curve, rows : Curve, int
        The curve, and its number of distinct times.
    height : float
        0.5 for the median.
    z, scale, side : float, Scale, Side
        As for `limit_at`.
    """
    first = math.nan
    for row in range(rows):
        if curve.n_event[row] == 0:
            continue  # nothing moves at a censoring
        value = limit_at(curve.survival[row], curve.greenwood[row], z, scale, side)
        if math.isnan(value):
            continue
        below = value < height - SITS_ON
        if math.isnan(first):
            if below:
                return curve.time[row]
            if value <= height + SITS_ON:
                first = curve.time[row]
        elif below:
            return (first + curve.time[row]) / 2
    return first if math.isnan(first) else (first + curve.time[rows - 1]) / 2


def write_limits(
    curve: Curve,
    rows: int,
    z: float,
    scale: int,
    low: MutableSequence[float],
    high: MutableSequence[float],
) -> None:
    """Write the pointwise limits at each row; parameters as for `limit_at`."""
    for row in range(rows):
        survival, greenwood = curve.survival[row], curve.greenwood[row]
        low[row] = limit_at(survival, greenwood, z, scale, -1)
        high[row] = limit_at(survival, greenwood, z, scale, 1)


def row_at(curve: Curve, rows: int, time: float) -> int:
    """Return the last row at or before ``time``; -1 before the first."""
    low, high = 0, rows
    while low < high:
        middle = (low + high) // 2
        if curve.time[middle] <= time:
            low = middle + 1
        else:
            high = middle
    return low - 1


def is_beyond(curve: Curve, rows: int, time: float) -> bool:
    """Say whether nobody was watched as long as ``time``, rounding apart, and S is above 0."""
    last = curve.time[rows - 1]
    return time - last > NEAR * max(1.0, last) and curve.survival[rows - 1] > 0


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
