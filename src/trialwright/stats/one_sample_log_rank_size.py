"""How many patients a one-sample log-rank test needs against a historical curve.

Patients enter evenly and are all followed to one date, so that each is followed for a time C that
is uniform between two ends. With L the historical cumulative hazard at C, everything the formula
asks for is a mean over C of a function of L.

Sources
-------
Wu 2015, Pharmaceutical Statistics 14: the formula, for the test of Woolson. Wu 2014: the test with
the mean of observed and expected events as its variance.
Oracle: R code of the paper of 2015, ``tests/oracle/stats/test_one_sample_log_rank_size_oracle.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal, NamedTuple

from trialwright.stats.checks import check_at_least, check_choice, check_inside
from trialwright.stats.core.one_sample import cumulative_hazard
from trialwright.stats.result import Reported

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwright.stats.core.one_sample import Hazard
    from trialwright.stats.historical import HistoricalCurve

SizeMethod = Literal["Wu", "Woolson"]
SIZE_METHODS = ("Wu", "Woolson")
_MOST_PIECES = 200  # that an integral is cut into


class EventMoments(NamedTuple):
    """Means, over patients under the alternative, of what a patient adds to the test.

    Parameters
    ----------
    v1 : float
        An event happens.
    v0 : float
        The historical curve expects it: mean cumulative hazard at the end of follow-up.
    v01 : float
        Event, times the historical cumulative hazard at it.
    v00 : float
        Square of the historical cumulative hazard at the end of follow-up.
    """

    v1: float
    v0: float
    v01: float
    v00: float


@dataclass(frozen=True, slots=True)
class EvenAccrual:
    """Patients who enter evenly, all followed to one date.

    Parameters
    ----------
    duration : float
        Time over which they enter; above 0, in the unit of the historical curve.
    follow_up : float
        Time from the last entry to the analysis, 0 or more.

    Raises
    ------
    ValueError
        If a time is not allowed.
    """

    duration: float
    follow_up: float

    def __post_init__(self) -> None:
        """Refuse times that make no trial."""
        check_inside("duration", self.duration, 0.0, math.inf)
        if not math.isfinite(check_at_least("follow_up", self.follow_up)):
            msg = f"follow_up must be finite, not {self.follow_up}"
            raise ValueError(msg)

    @property
    def end(self) -> float:
        """Time from the first entry to the analysis."""
        return self.duration + self.follow_up


@dataclass(frozen=True, slots=True)
class OneSampleLogRankSize(Reported):
    """The size of a single arm whose hazard is tested against a historical curve.

    Parameters
    ----------
    n : int
        Patients: the smallest whole number at or above ``n_exact``.
    n_exact : float
        What the formula gives.
    events : float
        Events expected of ``n`` patients if the hazard ratio is ``hazard_ratio``.
    hazard_ratio : float
        Of interest, against the historical patients; in (0, 1).
    alpha, power : float
        One-sided error rate, and the chance of a significant result at ``hazard_ratio``.
    accrual, follow_up : float
        Time over which patients enter evenly, and time from the last entry to the analysis.
    history : str
        The historical curve.
    method : {"Wu", "Woolson"}
        The test that is planned.
    """

    n: int
    n_exact: float
    events: float
    hazard_ratio: float
    alpha: float
    power: float
    accrual: float
    follow_up: float
    history: str
    method: SizeMethod

    def __str__(self) -> str:
        """Write a report cell: ``27 patients, 22.2 events (hazard ratio 0.6, power 80 %, Wu)``."""
        chance = f"hazard ratio {self.hazard_ratio:g}, power {100 * self.power:g} %"
        return f"{self.n} patients, {self.events:.1f} events ({chance}, {self.method})"


def one_sample_log_rank_size(
    history: HistoricalCurve,
    accrual: EvenAccrual,
    hazard_ratio: float,
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    method: SizeMethod = "Wu",
) -> OneSampleLogRankSize:
    """Return the patients that `one_sample_log_rank_test` needs.

    Parameters
    ----------
    history : HistoricalCurve
        Curve of the null hypothesis.
    accrual : EvenAccrual
        How patients enter and how long they are followed. Nobody is lost to follow-up.
    hazard_ratio : float
        Hazard of interest over the historical one, the same at all times; in (0, 1).
    alpha : float
        One-sided error rate, in (0, 1).
    power : float
        In (``alpha``, 1).
    method : {"Wu", "Woolson"}
        The test that is planned. They differ in its variance under the null hypothesis, as seen
        under the alternative: "Wu" (v0 + v1) / 2, "Woolson" v0, which asks for more patients.

    Returns
    -------
    OneSampleLogRankSize
        The size with what it rests on.

    Raises
    ------
    ValueError
        If a number is not allowed, the trial ends beyond the end of the historical curve, or the
        curve expects no event by then.

    Notes
    -----
    Source: Wu 2015 ("Woolson"; its 88, 100 and 117 patients are reproduced), Wu 2014 ("Wu").
    n = (z_alpha s0 + z_power s)^2 / (v1 - v0)^2, s0^2 the variance above, s^2 that of a patient's
    difference under the alternative, v1 - 2 v01 + v00 - (v1 - v0)^2; see `event_moments`. Oracle:
    812 designs by R code of Wu 2015.

    Examples
    --------
    >>> from trialwright.stats.historical import Exponential
    >>> history, accrual = Exponential.from_median(3.2), EvenAccrual(18, 6)
    >>> print(one_sample_log_rank_size(history, accrual, 0.6))
    27 patients, 22.2 events (hazard ratio 0.6, power 80 %, Wu)
    """
    check_inside("hazard_ratio", hazard_ratio)
    check_inside("alpha", alpha)
    check_inside("power", power, alpha)
    check_choice("method", method, SIZE_METHODS)
    v1, v0, v01, v00 = event_moments(history, accrual, hazard_ratio)
    if not v1 > 0:
        msg = f"history expects no event by {accrual.end:g}, when the trial ends"
        raise ValueError(msg)
    z_alpha, z_power = (NormalDist().inv_cdf(p) for p in (1 - alpha, power))
    null = math.sqrt((v0 + v1) / 2 if method == "Wu" else v0)
    spread = math.sqrt(v1 - 2 * v01 + v00 - (v1 - v0) ** 2)
    exact = ((z_alpha * null + z_power * spread) / (v1 - v0)) ** 2
    n = math.ceil(exact)
    trial = (hazard_ratio, alpha, power, accrual.duration, accrual.follow_up)
    return OneSampleLogRankSize(n, exact, n * v1, *trial, str(history), method)


def event_moments(
    history: HistoricalCurve, accrual: EvenAccrual, hazard_ratio: float
) -> EventMoments:
    """Return what a patient adds to the one-sample log-rank test, on average.

    Parameters
    ----------
    history : HistoricalCurve
        Curve of the null hypothesis.
    accrual : EvenAccrual
        How patients enter and how long they are followed.
    hazard_ratio : float
        True hazard over the historical one; above 0. 1: the null hypothesis, where v0 = v1.

    Raises
    ------
    ValueError
        If ``hazard_ratio`` is not allowed, or the trial ends beyond the end of the historical
        curve.

    Notes
    -----
    Source: Wu 2015. With L the historical cumulative hazard at the end of a patient's possible
    follow-up C, r the hazard ratio and q = exp(-r L): v1 = E(1 - q), v0 = v1 / r,
    v01 = E(1 - q (1 + r L)) / r, v00 = 2 v01 / r; C is uniform. In the paper these are integrals
    over the survival of the censoring times, ``G``; integrating by parts turns one into the other.
    """
    check_inside("hazard_ratio", hazard_ratio, 0.0, math.inf)
    history.cumulative_hazard(accrual.end)  # refuses what lies beyond the curve
    hazard = history.hazard

    def exponent(time: float) -> float:
        return hazard_ratio * cumulative_hazard(hazard, time)

    def later_part(time: float) -> float:
        x = exponent(time)
        return -math.expm1(-x) - (x * math.exp(-x) if x < math.inf else 0.0)

    v1 = _mean(lambda time: -math.expm1(-exponent(time)), accrual, hazard)
    v01 = _mean(later_part, accrual, hazard) / hazard_ratio
    return EventMoments(v1, v1 / hazard_ratio, v01, 2 * v01 / hazard_ratio)


def _mean(function: Callable[[float], float], accrual: EvenAccrual, hazard: Hazard) -> float:
    """Return the mean over the ends of follow-up; the function may bend at the knots."""
    from scipy.integrate import quad

    begin, end = accrual.follow_up, accrual.end
    bends = [float(time) for time in hazard.knot_time if begin < time < end]
    most = _MOST_PIECES + len(bends)
    area, _ = quad(function, begin, end, points=bends or None, epsabs=0, epsrel=1e-11, limit=most)
    return float(area) / accrual.duration
