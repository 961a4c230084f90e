"""Cumulative incidence of competing causes in one data set, and its variance.

Plain functions of numbers; arrays are written into, never made. What users call is
``stats.cumulative_incidence`` for one data set and ``stats.bulk.cumulative_incidence`` for many;
limits, quantiles and incidences at a time are read in ``core.pointwise``.

The variance of F(t) is a sum over the times up to t of three terms, with F(t) - F(time) in two
of them. It is kept as running sums that only grow, so that no large squares are subtracted.

Sources
-------
Aalen & Johansen 1978: the estimate. Aalen 1978, in the form of Gray's cmprsk and of Pintilie 2006:
the variance ``AALEN``. Dinse & Larson 1986, Marubini & Valsecchi 1995: the variance ``DELTA``.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from trialwright.stats.core.pointwise import limit_at

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

    Rows = MutableSequence[MutableSequence[float]]


class Spread(IntEnum):
    """Formula of the variance."""

    AALEN = 0
    DELTA = 1


_AALEN = 0  # compiled code reads members as numbers
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


def incidence_limit(value: float, variance: float, z: float, scale: int, side: int) -> float:
    """Return one pointwise limit of F(t), or F(t) itself, of its variance; as for `limit_at`."""
    return limit_at(value, variance_of_log(value, variance), z, scale, side)


def variance_of_log(value: float, variance: float) -> float:
    """Return the variance of log F(t); 0 where F(t) is."""
    return variance / (value * value) if value > 0 else 0.0
