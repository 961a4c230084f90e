"""Cumulative incidence of competing causes in one data set, and what is read off it.

Plain functions of numbers; arrays are written into, never made. What users call is
``stats.cumulative_incidence`` for one data set and ``stats.bulk.cumulative_incidence`` for many.

The variance of F(t) is a sum over the times up to t of three terms, with F(t) - F(time) in two
of them. It is kept as running sums that only grow, so that no large squares are subtracted.

Sources
-------
Aalen & Johansen 1978: the estimate. Aalen 1978, in the form of Gray's cmprsk and of Pintilie 2006:
the variance ``AALEN``. Dinse & Larson 1986, Marubini & Valsecchi 1995: the variance ``DELTA``.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from trialwright.stats.core.product_limit import NEAR

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

    Rows = MutableSequence[MutableSequence[float]]

SITS_ON = 1e-9  # |F(t) - p| at or below this counts as F(t) == p


class Spread(IntEnum):
    """Formula of the variance."""

    AALEN = 0
    DELTA = 1


class IncidenceScale(IntEnum):
    """Scale on which a pointwise interval is symmetric."""

    LOG_LOG = 0
    LOG = 1
    PLAIN = 2


class Line(NamedTuple):
    """Which of three curves is read: the estimate, or one of its limits."""

    z: float  # normal quantile of the level
    scale: int  # an IncidenceScale
    side: int  # -1: lower limit, 0: estimate, 1: upper limit


_AALEN, _LOG_LOG, _LOG = 0, 0, 1  # compiled code reads members as numbers
# The running sums of one cause: what the times so far add to the variance.
WIDTH = 5
_SPREAD, _LEAN, _SQUARE, _SHARED, _BOTH = 0, 1, 2, 3, 4


class Incidence(NamedTuple):
    """Curves, one entry per distinct time, ascending; arrays may be longer than the curves.

    ``n_event``, ``incidence`` and ``variance`` hold one entry a cause in each row.
    """

    time: MutableSequence[float]
    n_risk: MutableSequence[int]
    n_censor: MutableSequence[int]
    n_event: MutableSequence[MutableSequence[int]]
    event_free: MutableSequence[float]
    incidence: Rows
    variance: Rows


def write_incidence(
    time: Sequence[float],
    event: Sequence[int],
    entry: Sequence[float],
    spread: int,
    sums: Rows,
    curve: Incidence,
) -> int:
    """Write the curves of one data set and return the number of distinct times.

    Parameters
    ----------
    time : sequence of float
        Follow-up, ascending.
    event : sequence of int
        0: censored; 1, 2, ...: the cause. Order within a tie does not matter.
    entry : sequence of float
        When patients came under observation, ascending by itself; empty: all of them at the start.
        A patient is at risk at t if ``entry < t <= time``.
    spread : Spread
        Formula of the variance.
    sums : rows of float, shape (causes, WIDTH)
        Working memory; its length is the number of causes.
    curve : Incidence
        Written from the front.
    """
    patients = len(time)
    entered = 0 if len(entry) else patients
    _clear(sums)
    free = 1.0
    row = left = 0
    while left < patients:
        now = time[left]
        while entered < patients and entry[entered] < now:
            entered += 1
        at_risk = entered - left
        leaving = _count(time, event, left, len(sums), curve.n_event[row])
        events = 0
        for cause in range(len(sums)):
            events += curve.n_event[row][cause]
        curve.time[row] = now
        curve.n_risk[row] = at_risk
        curve.n_censor[row] = leaving - left - events
        _write_row(row, free, spread, sums, curve)
        free *= (at_risk - events) / at_risk
        curve.event_free[row] = free
        row, left = row + 1, leaving
    return row


def _clear(sums: Rows) -> None:
    for cause in range(len(sums)):
        for place in range(WIDTH):
            sums[cause][place] = 0.0


def _count(
    time: Sequence[float],
    event: Sequence[int],
    left: int,
    causes: int,
    counts: MutableSequence[int],
) -> int:
    """Write the events of each cause at the time of a patient; return the first who comes later."""
    for cause in range(causes):
        counts[cause] = 0
    leaving = left
    while leaving < len(time) and time[leaving] == time[left]:
        if event[leaving] > 0:
            counts[event[leaving] - 1] += 1
        leaving += 1
    return leaving


def _write_row(row: int, free: float, spread: int, sums: Rows, curve: Incidence) -> None:
    """Write incidence and variance of every cause; ``free``: event-free just before the time."""
    at_risk, counts = curve.n_risk[row], curve.n_event[row]
    events, common = 0, 0.0
    for cause in range(len(sums)):
        events += counts[cause]
    left = at_risk - events
    for cause in range(len(sums)):
        if left and counts[cause]:
            others = _thinned(at_risk, counts[cause]) if spread == _AALEN else left / at_risk
            common += counts[cause] * others / (left * left)
    for cause in range(len(sums)):
        own, place = counts[cause], sums[cause]
        before = curve.incidence[row - 1][cause] if row else 0.0
        growth = free * own / at_risk
        place[_SQUARE] += growth * (2 * place[_LEAN] + growth * place[_SPREAD])
        place[_LEAN] += growth * place[_SPREAD]
        place[_BOTH] += growth * place[_SHARED]
        if own:
            thinned = _thinned(at_risk, own) if spread == _AALEN else (at_risk - own) / at_risk
            place[_SQUARE] += free * free * own * thinned / (at_risk * at_risk)
            if left:
                shared = thinned / left if spread == _AALEN else 1 / at_risk
                place[_SHARED] += free * own * shared / at_risk
        place[_SPREAD] += common
        curve.incidence[row][cause] = before + growth
        curve.variance[row][cause] = max(0.0, place[_SQUARE] - 2 * place[_BOTH])


def _thinned(at_risk: int, own: int) -> float:
    """Return the factor for events of one cause at a time; 1 for a lone one, as in cmprsk."""
    return 1.0 if own == 1 else (at_risk - own) / (at_risk - 1)


def limit_at(value: float, variance: float, line: Line) -> float:
    """Return one pointwise limit of F(t), or F(t) itself.

    A limit is ``nan`` where the variance is 0, as before the first event of the cause, and on the
    log-log scale at F(t) = 1.

    Parameters
    ----------
    value, variance : float
        F(t) and its variance.
    line : Line
        What to return.
    """
    if line.side == 0:
        return value
    if value <= 0 or variance <= 0:
        return math.nan
    shift = line.side * line.z * math.sqrt(variance)
    if line.scale == _LOG_LOG:
        if value >= 1 - SITS_ON:
            return math.nan
        log = math.log(value)
        return math.exp(log * math.exp(shift / (value * log)))
    if line.scale == _LOG:
        return min(1.0, value * math.exp(shift / value))
    return min(1.0, max(0.0, value + shift))


def time_of_incidence(curve: Incidence, rows: int, cause: int, height: float, line: Line) -> float:
    """Return the time at which F(t) of a cause, or one of its limits, comes up to ``height``.

    Where it is flat there, the middle of the flat; a flat that lasts to the end of follow-up
    ends there. ``nan`` if it never comes up.

    Parameters
    ----------
    curve, rows : Incidence, int
        The curves, and their number of distinct times.
    cause : int
        Place of the cause in a row, from 0.
    height : float
        0.5 for the time by which half of all patients had the event.
    line : Line
        The estimate, or which limit of it.
    """
    first = math.nan
    for row in range(rows):
        if curve.n_event[row][cause] == 0:
            continue  # nothing moves at an event of another cause, or at a censoring
        value = limit_at(curve.incidence[row][cause], curve.variance[row][cause], line)
        if math.isnan(value):
            continue
        above = value > height + SITS_ON
        if math.isnan(first):
            if above:
                return curve.time[row]
            if value >= height - SITS_ON:
                first = curve.time[row]
        elif above:
            return (first + curve.time[row]) / 2
    return first if math.isnan(first) else (first + curve.time[rows - 1]) / 2


def row_of(curve: Incidence, rows: int, time: float) -> int:
    """Return the last row at or before ``time``; -1 before the first."""
    low, high = 0, rows
    while low < high:
        middle = (low + high) // 2
        if curve.time[middle] <= time:
            low = middle + 1
        else:
            high = middle
    return low - 1


def is_after_follow_up(curve: Incidence, rows: int, time: float) -> bool:
    """Say whether nobody was watched until ``time``, rounding apart, and some are event-free."""
    last = curve.time[rows - 1]
    return time - last > NEAR * max(1.0, last) and curve.event_free[rows - 1] > 0
