"""Critical values of simultaneous bands, by series that are exact for the limiting process.

Both are the height that a Brownian bridge stays within, with a given probability, over a part of
(0, 1): as it stands for Hall-Wellner, standardised for equal precision. A process stays within -x
and x if its even vibrations on that interval do: P = sum of exp(-rate_k T) a_k b_k. The
Hall-Wellner P is good to 1e-9 (2e-7 where the two times agree to seven digits), that of equal
precision to 2e-8 (against a matrix of 400 modes); either critical value to six decimals at levels
from 0.5 to 0.99.

Sources
-------
Hall & Wellner 1980; Nair 1984. Keilson & Ross 1975: first passage of the Ornstein-Uhlenbeck
process. Miller & Siegmund 1982: the approximation behind the printed table of equal precision.
Oracle: the tables that R km.ci 0.5-6 carries, and simulated processes,
``tests/oracle/stats/test_simultaneous_band_oracle.py``.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np

from trialwright.stats.checks import check_at_least, check_choice, check_inside, normal_quantile

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Solution = Literal["exact", "Miller-Siegmund"]
SOLUTIONS = ("exact", "Miller-Siegmund")
LEVELS = (0.001, 0.999999)  # between which the series were checked
_LEAST_APPROXIMATE = 0.8  # level; below it the approximation has no root
_PEAK = math.sqrt(1 + math.sqrt(2))  # of (x - 1 / x) times the normal density
_MODES, _SLOW = 24, 12  # a matrix for one thread of BLAS, and what of it counts
_MOST_MODES = 20_000
_DEAD = 40.0  # a vibration that has decayed by exp(-40) is gone


def hall_wellner_critical_value(a_low: float, a_high: float, *, level: float = 0.95) -> float:
    """Return the quantile of the largest height of a Brownian bridge between two times.

    Parameters
    ----------
    a_low, a_high : float
        The times, 0 <= a_low <= a_high <= 1, not both at an end.
    level : float
        Probability that the bridge stays within the quantile, in (0.001, 0.999999).

    Returns
    -------
    float
        x with P(|W(u)| <= x for all u from a_low to a_high) = level.

    Raises
    ------
    ValueError
        If a time or the level is not allowed.

    Notes
    -----
    Source: the reflected heat kernel between the two times, weighted by the laws of W at both.
    The printed table (Hall & Wellner 1980, Klein & Moeschberger 2003) is reproduced to its four
    decimals. R km.ci interpolates it; SAS was not run.

    Examples
    --------
    >>> round(hall_wellner_critical_value(0.0, 1.0), 4)
    1.3581
    """
    check_inside("level", level, *LEVELS)
    if not 0 <= a_low <= a_high <= 1 or a_low == 1 or a_high == 0:
        msg = f"need 0 <= a_low <= a_high <= 1 with a_low < 1 and a_high > 0: {a_low}, {a_high}"
        raise ValueError(msg)
    nearest = min(max(0.5, a_low), a_high)
    least = normal_quantile(level) * math.sqrt(nearest * (1 - nearest))
    if a_low == a_high:
        return least
    return _quantile(lambda x: _bridge_stays_within(x, a_low, a_high), level, least)


def equal_precision_critical_value(
    a_low: float, a_high: float, *, level: float = 0.95, solution: Solution = "exact"
) -> float:
    """Return the quantile of the largest standardised height of a Brownian bridge.

    Parameters
    ----------
    a_low, a_high : float
        Between which times, 0 < a_low <= a_high < 1.
    level : float
        Probability that the bridge stays within the quantile, in (0.001, 0.999999); 0.8 or more
        for "Miller-Siegmund".
    solution : {"exact", "Miller-Siegmund"}
        How the probability is worked out; the second gives the printed table.

    Returns
    -------
    float
        c with P(|W(u)| <= c sqrt(u (1 - u)) for all u from a_low to a_high) = level.

    Raises
    ------
    ValueError
        If a time, the level or ``solution`` is not allowed.

    Notes
    -----
    Source: the standardised bridge is an Ornstein-Uhlenbeck process run for half the difference
    of the log odds of the two times (Nair 1984); its first passage by eigenvalues (Keilson &
    Ross 1975). The printed table (Nair 1984, Klein & Moeschberger 2003), which R km.ci
    interpolates, solves the tail approximation of Miller & Siegmund 1982 instead: within 0.014
    of the exact quantile, and up to 0.2 above it where a_low is close to a_high. It is offered
    for comparison. At a single time both are the normal quantile.

    Examples
    --------
    >>> round(equal_precision_critical_value(0.1, 0.9), 4)
    3.052
    >>> round(equal_precision_critical_value(0.1, 0.9, solution="Miller-Siegmund"), 4)
    3.0542
    """
    check_inside("level", level, *LEVELS)
    check_inside("a_low", a_low)
    check_inside("a_high", a_high)
    if a_low > a_high:
        msg = f"a_low must not exceed a_high, but {a_low} > {a_high}"
        raise ValueError(msg)
    check_choice("solution", solution, SOLUTIONS)
    least = normal_quantile(level)
    span = (math.log(a_high / (1 - a_high)) - math.log(a_low / (1 - a_low))) / 2
    if solution == "Miller-Siegmund":
        check_at_least("level", level, _LEAST_APPROXIMATE)
    if span <= 0:
        return least
    if solution == "exact":
        return _quantile(lambda x: _stays_within(x, span), level, least)
    return _quantile(lambda x: _stays_within_nearly(x, span), level, _PEAK)


def _quantile(stays_within: Callable[[float], float], level: float, least: float) -> float:
    """Return where an ascending probability is ``level``, from ``least`` upwards."""
    from scipy.optimize import brentq

    most = 1.5 * least
    while stays_within(most) < level:
        least, most = most, 1.5 * most
    if stays_within(least) >= level:
        return least  # so short an interval that the single time decides
    found: float = brentq(lambda x: stays_within(x) - level, least, most, xtol=1e-10)
    return found


def _bridge_stays_within(x: float, a_low: float, a_high: float) -> float:
    """Return the probability that a Brownian bridge stays within ``x`` between two times."""
    span = a_high - a_low
    modes = min(_MOST_MODES, math.ceil(x / math.pi * math.sqrt(2 * _DEAD / span)) + 1)
    wave = _waves(x, 0, modes)
    ends = _cosines(x, a_low, wave) * _cosines(x, 1 - a_high, wave)
    return math.sqrt(2 * math.pi) / x * float(np.sum(np.exp(-(wave**2) * span / 2) * ends))


def _stays_within(x: float, span: float) -> float:
    """Return the probability that a stationary Ornstein-Uhlenbeck process stays within ``x``.

    With the root of the normal density taken out, its generator is the oscillator
    -g'' + (y^2 / 4 - 1 / 2) g between walls at -x and x; here in its cosines. The faster
    vibrations hardly feel the oscillator: they start from the height at the wall alone.
    """
    wave = _waves(x, 0, _MODES)
    generator: Floats = np.diag(wave**2 - 0.5) + _square_of_height(x, wave) / 4
    rates, shapes = np.linalg.eigh(generator)
    norm = (2 / math.pi) ** 0.25 * math.sqrt(2 * math.pi / x)
    start = shapes.T @ (norm * _cosines(x, 2.0, wave))
    slow = float(np.sum((np.exp(-rates * span) * start**2)[:_SLOW]))
    enough = min(_MOST_MODES, math.ceil(x / math.pi * math.sqrt(_DEAD / span)) + 1)
    wave = _waves(x, _SLOW, enough)
    rate = wave**2 + x**2 / 12 - 0.5
    fast = np.exp(-rate * span) * (wave**2 - x**2 / 12) / rate**2
    return slow + 4 * NormalDist().pdf(x) / x * float(np.sum(fast))


def _stays_within_nearly(x: float, span: float) -> float:
    """Return Miller & Siegmund's approximation of the same, which rises from ``_PEAK`` on."""
    return 1 - NormalDist().pdf(x) * (4 / x + 2 * span * (x - 1 / x))


def _waves(x: float, first: int, last: int) -> Floats:
    """Return the waves of the cosines that vanish at -x and x, from number ``first`` on."""
    return np.array((np.arange(first, last) + 0.5) * (math.pi / x), float)


def _cosines(x: float, variance: float, wave: Floats) -> Floats:
    """Return the integrals of cos(wave y) times a normal density, from -x to x."""
    if variance <= 0:
        return np.ones_like(wave)
    from scipy.special import wofz

    sign = 1.0 - 2.0 * (np.arange(wave.size) % 2)  # sin(wave x)
    beyond = wofz((1j * x - wave * variance) / math.sqrt(2 * variance)).imag
    whole: Floats = np.exp(-(wave**2) * variance / 2)
    wall: Floats = math.exp(-(x**2) / (2 * variance)) * sign * beyond
    return whole - wall


def _square_of_height(x: float, wave: Floats) -> Floats:
    """Return the matrix of y^2 in the cosines that vanish at -x and x."""
    index = np.arange(wave.size)
    apart, together = np.subtract.outer(index, index), np.add.outer(index, index) + 1
    sign = 1.0 - 2.0 * (apart % 2)
    square = 1 / np.where(apart == 0, 1, apart) ** 2 - 1 / together**2
    matrix: Floats = 2 * (x / math.pi) ** 2 * sign * square
    on = x**2 / 3 - 2 * (x / math.pi) ** 2 / (2 * index + 1) ** 2
    np.fill_diagonal(matrix, on)
    return matrix
