"""What is read off a curve in steps: its limits, its quantiles, and its row at a time.

Shared by the Kaplan-Meier curve, which falls, and the cumulative incidence of a cause, which rises.
Plain functions of numbers; arrays are written into, never made.

Sources
-------
Brookmeyer & Crowley 1982: the limits of a quantile are where the pointwise limits come to it.
Kalbfleisch & Prentice 2002, section 1.4: the log-log scale. Borgan & Liestøl 1990: the arcsine
scale.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Times = Sequence[float] | NDArray[np.float64]
    Column = MutableSequence[float] | NDArray[np.float64]

SITS_ON = 1e-9  # a value this close to p counts as p
NEAR = 2.0**-26  # R's sqrt(.Machine$double.eps): times this close, or to their mean, are one


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


class Steps(NamedTuple):
    """A curve in steps, one entry per distinct time, ascending; arrays may be longer than it."""

    time: Sequence[float]
    n_event: Sequence[int]  # the curve moves at these times alone
    value: Sequence[float]
    log_variance: Sequence[float]  # the variance of the logarithm of the value
    way: int  # -1: it falls, 1: it rises


def limit_at(value: float, log_variance: float, z: float, scale: int, side: int) -> float:
    """Return one pointwise limit of a probability, or the probability itself.

    ``nan`` where the variance says nothing: where it is 0, as before the first event, where the
    value is 0, and on the log-log scale where it is 1.

    Parameters
    ----------
    value, log_variance : float
        The probability and the variance of its logarithm; for S(t) that is Greenwood's sum.
    z : float
        Normal quantile of the level.
    scale : Scale
        Scale on which the interval is symmetric.
    side : Side
        Which limit.
    """
    if side == 0:
        return value
    if value <= 0 or log_variance <= 0 or (scale == _LOG_LOG and value >= 1 - SITS_ON):
        return math.nan
    shift = side * z * math.sqrt(log_variance)
    return min(1.0, max(0.0, _shifted(value, shift, scale)))


def _shifted(value: float, shift: float, scale: int) -> float:
    """Return a probability moved by so many standard errors of its logarithm, on the scale."""
    if scale == _LOG_LOG:
        log = math.log(value)
        return math.exp(log * math.exp(shift / log))
    if scale == _LOG:
        return value * math.exp(shift)
    if scale == _PLAIN:
        return value * (1 + shift)
    if scale == _LOGIT:
        odds = value / (1 - value) * math.exp(shift / (1 - value))
        return odds / (1 + odds)
    angle = math.asin(math.sqrt(value)) + shift / 2 * math.sqrt(value / (1 - value))
    sine = math.sin(min(max(angle, 0.0), math.pi / 2))
    return sine * sine  # a power would be rounded otherwise in machine code


def write_limits(
    steps: Steps,
    rows: int,
    z: float,
    scale: int,
    low: Column,
    high: Column,
) -> None:
    """Write the pointwise limits at each row; parameters as for `limit_at`."""
    for row in range(rows):
        value, log_variance = steps.value[row], steps.log_variance[row]
        low[row] = limit_at(value, log_variance, z, scale, -1)
        high[row] = limit_at(value, log_variance, z, scale, 1)


def time_of(steps: Steps, rows: int, height: float, z: float, scale: int, side: int) -> float:
    """Return the time at which a curve, or one of its limits, comes to ``height``.

    Where it is flat there, the middle of the flat; a flat that lasts to the end of follow-up
    ends there. ``nan`` if it never comes to it.

    Parameters
    ----------
    steps, rows : Steps, int
        The curve, and its number of distinct times.
    height : float
        0.5 for the median.
    z, scale, side : float, Scale, Side
        As for `limit_at`.
    """
    first = math.nan
    for row in range(rows):
        if steps.n_event[row] == 0:
            continue  # nothing moves
        value = limit_at(steps.value[row], steps.log_variance[row], z, scale, side)
        if math.isnan(value):
            continue
        past = steps.way * (value - height)
        if math.isnan(first):
            if past > SITS_ON:
                return steps.time[row]
            if past >= -SITS_ON:
                first = steps.time[row]
        elif past > SITS_ON:
            return (first + steps.time[row]) / 2
    return first if math.isnan(first) else (first + steps.time[rows - 1]) / 2


def is_by(time: float, other: float) -> bool:
    """Say whether a time is at or before another, rounding apart."""
    return time - other <= NEAR * max(1.0, other)


def row_at(times: Times, rows: int, time: float) -> int:
    """Return the last row at or before ``time``, rounding apart; -1 before the first.

    If no row is at the very time, the next one is if it differs by rounding alone.
    """
    low, high = 0, rows
    while low < high:
        middle = (low + high) // 2
        if times[middle] <= time:
            low = middle + 1
        else:
            high = middle
    if low < rows and is_by(times[low], time) and (low == 0 or times[low - 1] < time):
        return low
    return low - 1


def is_beyond(times: Times, rows: int, free: float, time: float) -> bool:
    """Say whether nobody was watched as long as ``time``, rounding apart, and some are left.

    ``free``: the share without the event at the end of follow-up.
    """
    return free > 0 and not is_by(time, times[rows - 1])
