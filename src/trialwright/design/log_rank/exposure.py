"""What a patient adds to a one-sample log-rank test at any calendar time of the trial.

Patients enter evenly over the accrual. At calendar time t a patient who entered at u has been
watched for t - u, or for a fixed follow-up if that is shorter. With L the historical cumulative
hazard there and h the true hazard over the historical one, every moment of the test is a mean over
u of 1 - exp(-h L) and of 1 - exp(-h L) (1 + h L). Their integrals over the time watched are taken
once, piece by piece.

Sources
-------
Wu 2015 (Pharmaceutical Statistics 14: 26): the moments. Kwak & Jung 2014 (Stat Med 33: 2004):
two analyses at two calendar times. Belin et al. 2017 (Contemp Clin Trials Commun 8: 127): fixed
follow-up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trialwright.stats.core.one_sample import time_of_hazard
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.stats.core.one_sample import Hazard

    Floats = NDArray[np.float64]

_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_MANY_POINTS, _MANY_WEIGHTS = np.polynomial.legendre.leggauss(32)
_HALVINGS, _DOUBLINGS = 40, 7  # of a cumulative hazard of 1, and of its time: where pieces end


class Contribution(NamedTuple):
    """Means over all planned patients, of whom some may not have entered yet.

    Parameters
    ----------
    events : ndarray of float, shape (m,)
        v1: the patient has had the event.
    expected : ndarray of float, shape (m,)
        v0: events that the historical curve expects of the patient's follow-up so far.
    difference : ndarray of float, shape (m,)
        Expected less observed, v0 - v1.
    variance : ndarray of float, shape (m,)
        Of that difference.
    """

    events: Floats
    expected: Floats
    difference: Floats
    variance: Floats


@dataclass(frozen=True, slots=True)
class Exposure:
    """Integrals over the time that patients are watched.

    Parameters
    ----------
    hazard : Hazard
        The historical curve.
    hazard_ratio : float
        True hazard over the historical one; above 0.
    longest : float
        Time after which a patient is watched no longer; infinite without such a limit.
    """

    hazard: Hazard
    hazard_ratio: float
    longest: float

    def contribution(self, time: Floats, accrual: Floats) -> Contribution:
        """Return what a planned patient adds, on average, by calendar times of the trial.

        Parameters
        ----------
        time : ndarray of float, shape (m,)
            Calendar times from the first entry, above 0.
        accrual : ndarray of float, shape (m,)
            Over which the patients of each trial enter, above 0.
        """
        ratio = self.hazard_ratio
        begin = np.maximum(time - accrual, 0.0)
        event, later = (self.integrals(time) - self.integrals(begin)) / accrual
        expected, crossed, squared = event / ratio, later / ratio, 2 * later / ratio**2
        difference = expected - event
        variance = event - 2 * crossed + squared - difference**2
        return Contribution(event, expected, difference, variance)

    def covariance(self, early: Floats, late: Floats, accrual: Floats) -> Floats:
        """Return the covariance of a planned patient's difference at two calendar times.

        Parameters
        ----------
        early, late : ndarray of float, shape (m,)
            Calendar times, the first before the second.
        accrual : ndarray of float, shape (m,)
            As for `contribution`.

        Notes
        -----
        Derived here: what follows the early time is, given its survival, a mean of
        (1/h - 1) (1 - exp(-h (L2 - L1))) without regard to what came before. At h = 1 it is 0 and
        the covariance is the early variance. Accurate to about 1e-6 of the correlation.
        """
        first, second = self.contribution(early, accrual), self.contribution(late, accrual)
        begin = np.maximum(early - accrual, 0.0)[:, None]
        length = np.minimum(early, self.longest)[:, None] - begin
        # Squared, so that the nodes are dense where a Weibull hazard has its corner.
        root = (1 + _MANY_POINTS) / 2
        watched = begin + length * root**2
        later = np.minimum(watched + (late - early)[:, None], self.longest)
        x, y = (hazard_at(self.hazard, time) for time in (watched, later))
        ratio = self.hazard_ratio
        after = x * (np.exp(-ratio * x) - np.exp(-ratio * y)) * length * root
        drift = (1 / ratio - 1) * (after @ _MANY_WEIGHTS) / accrual
        more = second.difference - first.difference
        return np.asarray(first.variance + drift - first.difference * more)

    def integrals(self, time: Floats) -> Floats:
        """Return both integrals from 0 to each time, shape (2, m)."""
        within = np.minimum(time, self.longest)
        bends = _bends(self.hazard)
        bends = bends[bends < within.max(initial=0.0)]
        ends, place = np.unique(np.concatenate([within, bends]), return_inverse=True)
        ends = np.concatenate([[0.0], ends])
        half = np.diff(ends) / 2
        nodes = (ends[:-1] + half)[:, None] + half[:, None] * _POINTS
        pieces = (self._values(nodes) @ _WEIGHTS) * half
        sums = np.cumsum(pieces, axis=1)[:, place[: time.size]]
        beyond = np.maximum(time - self.longest, 0.0)
        if beyond.any():
            sums = sums + self._values(np.array([self.longest])) * beyond
        return np.asarray(sums)

    def _values(self, time: Floats) -> Floats:
        x = self.hazard_ratio * hazard_at(self.hazard, time)
        with np.errstate(invalid="ignore"):
            falling = np.where(np.isinf(x), 0.0, x * np.exp(-x))
        event = -np.expm1(-x)
        return np.stack([event, event - falling])


@lru_cache(maxsize=64)
def _bends(hazard: Hazard) -> Floats:
    """Return where pieces end: at knots, and where time or cumulative hazard has doubled."""
    powers = 2.0 ** np.arange(-_HALVINGS, _DOUBLINGS)
    bends = [time_of_hazard(hazard, float(height)) for height in powers]
    unit = hazard.knot_time[-1] if len(hazard.knot_time) else bends[_HALVINGS]
    found = np.array([*bends, *(unit * powers), *(float(t) for t in hazard.knot_time)])
    return read_only(found[found > 0])  # nan, where a height is never reached, is not


def hazard_at(hazard: Hazard, time: Floats) -> Floats:
    """Return the cumulative hazard at many times; ``nan`` beyond the end of the curve.

    Parameters
    ----------
    hazard : Hazard
        The historical curve.
    time : ndarray of float
        0 or more, of any shape.

    Notes
    -----
    The same numbers as `trialwright.stats.core.one_sample.cumulative_hazard`, many at once.
    """
    if len(hazard.knot_time) == 0:
        with np.errstate(over="ignore"):
            return np.asarray(hazard.height * (time / hazard.unit) ** hazard.shape)
    knots, heights = np.r_[0.0, hazard.knot_time], np.r_[0.0, hazard.knot_height]
    slope = hazard.slope_beyond
    last = knots[-1]
    beyond = np.maximum(time - last, 0.0) * (0.0 if math.isnan(slope) else slope)
    found = np.interp(time, knots, heights) + beyond
    return np.asarray(np.where(time > last, math.nan, found) if math.isnan(slope) else found)
