"""What a design for a landmark rate starts from: two survival curves and how patients enter.

At calendar time t the patients who entered u years ago have been watched for u. The Nelson-Aalen
estimate of the cumulative hazard at the landmark x uses all of them, those still short of x too;
its asymptotic variance is the integral, over follow-up times a up to x, of the hazard over the
patients at risk: h(a) da / (S(a) N(t - a)), with N(u) the patients entered by time u.

Sources
-------
Lin, Shen, Ying & Breslow 1996 (Biometrics 52: 1033); Case & Morgan 2003 (BMC Med Res Methodol 3:
6), equation 1; Huang, Talukder & Thomas 2010 (Stat Biopharm Res 2: 51): accrual that changes.
Oracle: R OptInterim, ``tests/oracle/design/test_landmark_survival_oracle.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.checks import check_probability
from trialwright.errors import DesignError
from trialwright.stats.historical import Exponential, Weibull

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Curve = Exponential | Weibull


@dataclass(frozen=True, slots=True)
class Accrual:
    """How many patients are expected to enter, period by period.

    Parameters
    ----------
    until : tuple of float
        End of each period, above 0 and ascending, in the unit of the curves. After the last one
        patients go on entering at its pace.
    patients : tuple of float
        Patients expected to enter in each period, evenly; 0 or more, above 0 in the last.

    Raises
    ------
    DesignError
        If the periods do not ascend or a number is not allowed.

    Examples
    --------
    >>> slow_start = Accrual((1, 2), (15, 20))
    >>> slow_start.entered(1.5), slow_start.time_of(45)
    (25.0, 2.5)
    """

    until: tuple[float, ...]
    patients: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what is no accrual."""
        ends, counts = np.asarray(self.until, float), np.asarray(self.patients, float)
        if ends.ndim != 1 or ends.size == 0 or ends.shape != counts.shape:
            msg = (
                "until and patients must have one number a period, not "
                f"{self.until} and {self.patients}"
            )
            raise DesignError(msg)
        if not np.all(np.isfinite(ends)) or np.any(np.diff(ends, prepend=0.0) <= 0):
            msg = f"until must hold ascending times above 0, not {self.until}"
            raise DesignError(msg)
        if not np.all(np.isfinite(counts)) or np.any(counts < 0) or counts[-1] <= 0:
            msg = (
                "patients must be 0 or more in each period and above 0 in the last, not "
                f"{self.patients}"
            )
            raise DesignError(msg)
        object.__setattr__(self, "until", tuple(ends.tolist()))
        object.__setattr__(self, "patients", tuple(counts.tolist()))

    @classmethod
    def steady(cls, rate: float) -> Accrual:
        """Take the accrual of so many patients per unit of time, above 0."""
        if not (math.isfinite(rate) and rate > 0):
            msg = f"accrual rate must be above 0 patients per unit of time, not {rate!r}"
            raise DesignError(msg)
        return cls((1.0,), (rate,))

    def entered(self, time: float) -> float:
        """Return the patients expected to have entered by ``time``."""
        return float(self.entered_many(np.array([time]))[0])

    def time_of(self, patients: float) -> float:
        """Return when so many patients are expected to have entered, 0 or more."""
        return float(self.times_of(np.array([patients]))[0])

    def entered_many(self, times: Floats) -> Floats:
        """Return the patients entered by each time; none before time 0."""
        ends, totals, pace = self._knots()
        inside = np.interp(times, ends, totals)
        return np.asarray(inside + pace * np.maximum(times - ends[-1], 0.0))

    def times_of(self, patients: Floats) -> Floats:
        """Return when each number of patients has entered."""
        ends, totals, pace = self._knots()
        # The first knot that has so many: where nobody enters for a while, the time before it.
        i = np.clip(np.searchsorted(totals, patients, side="left"), 1, totals.size - 1)
        step = np.where(totals[i] > totals[i - 1], totals[i] - totals[i - 1], 1.0)
        share = np.clip((patients - totals[i - 1]) / step, 0.0, 1.0)
        beyond = np.maximum(patients - totals[-1], 0.0) / pace
        return np.asarray(ends[i - 1] + share * (ends[i] - ends[i - 1]) + beyond)

    def _knots(self) -> tuple[Floats, Floats, float]:
        """Return period ends, patients entered by them, and the pace after the last."""
        ends = np.array([0.0, *self.until])
        totals = np.r_[0.0, np.cumsum(self.patients)]
        return ends, totals, self.patients[-1] / float(ends[-1] - ends[-2])


@dataclass(frozen=True, slots=True)
class LandmarkTrial:
    """A single arm whose event-free rate at a landmark is tested against a historical one.

    Parameters
    ----------
    landmark : float
        x, time of the rate; above 0.
    null, alternative : Exponential or Weibull
        Event-free curves of no interest and worth pursuing. The rates at the landmark are tested;
        the whole curves say how much the patients still under follow-up tell at the interim look.
    accrual : Accrual
        How patients enter.

    Raises
    ------
    DesignError
        If the alternative rate is not above the null rate at the landmark, or a number is not
        allowed.

    Examples
    --------
    >>> trial = LandmarkTrial.of(0.35, 0.50, landmark=1, rate=30)
    >>> round(trial.p0, 4), round(trial.p1, 4)
    (0.35, 0.5)
    """

    landmark: float
    null: Curve
    alternative: Curve
    accrual: Accrual

    def __post_init__(self) -> None:
        """Refuse what makes no trial."""
        if not (math.isfinite(self.landmark) and self.landmark > 0):
            msg = f"landmark must be above 0, not {self.landmark!r}"
            raise DesignError(msg)
        for name in ("null", "alternative"):
            if not isinstance(getattr(self, name), (Exponential, Weibull)):
                curve = getattr(self, name)
                msg = f"{name} must be an Exponential or a Weibull curve, not {curve!r}"
                raise DesignError(msg)
        if not 0 < self.p0 < self.p1 < 1:
            msg = (
                f"the alternative event-free rate at {self.landmark:g} must be above the null one, "
                f"not {self.p1:.4g} against {self.p0:.4g}: the null is the rate of no interest"
            )
            raise DesignError(msg)

    @classmethod
    def of(
        cls, p0: float, p1: float, *, landmark: float, rate: float, shape: float = 1.0
    ) -> LandmarkTrial:
        """Take two rates at the landmark, Weibull curves of one shape, and steady accrual.

        Parameters
        ----------
        p0, p1 : float
            Event-free rates at the landmark, of no interest and worth pursuing; p0 < p1.
        landmark : float
            Time of the rates, above 0.
        rate : float
            Patients who enter per unit of time, above 0.
        shape : float
            Of both Weibull curves; 1, an exponential, has a constant hazard.
        """
        check_probability("p0", p0)
        check_probability("p1", p1)
        if not (math.isfinite(landmark) and landmark > 0 and math.isfinite(shape) and shape > 0):
            msg = f"landmark and shape must be above 0, not {landmark!r} and {shape!r}"
            raise DesignError(msg)
        null, alternative = (Weibull.from_survival(shape, p, at=landmark) for p in (p0, p1))
        return cls(float(landmark), null, alternative, Accrual.steady(rate))

    @property
    def p0(self) -> float:
        """Event-free rate of no interest at the landmark."""
        return self.null.survival(self.landmark)

    @property
    def p1(self) -> float:
        """Event-free rate worth pursuing at the landmark."""
        return self.alternative.survival(self.landmark)

    def hazard_variance(self, curve: Curve, time: Floats, patients: Floats) -> Floats:
        """Return the variance of the Nelson-Aalen estimate at the landmark.

        Parameters
        ----------
        curve : Exponential or Weibull
            The true curve.
        time : ndarray of float, shape (m,)
            Calendar time of the analysis, after the landmark.
        patients : ndarray of float, shape (m,)
            Patients of the whole trial, when accrual ends.

        Returns
        -------
        ndarray of float, shape (m,)
            Asymptotic variance.
        """
        end = self.accrual.times_of(patients)[:, None]
        breaks = np.minimum(np.array(self.accrual.until), end)  # as if nobody entered after the end
        ages = np.clip(time[:, None] - np.concatenate([breaks, end], axis=1), 0.0, self.landmark)
        corners = np.sort(ages, axis=1)
        edge = np.zeros((time.size, 1))
        corners = np.concatenate([edge, corners, edge + self.landmark], axis=1)
        hazards = _cumulative(curve, corners)
        place, weight = _double_exponential()
        low, width = hazards[:, :-1, None], np.diff(hazards, axis=1)[:, :, None]
        reached = low + width * place
        entered_by = time[:, None, None] - _time_of(curve, reached)
        entered = self.accrual.entered_many(np.minimum(entered_by, end[:, :, None]))
        with np.errstate(divide="ignore"):
            pieces = np.where(width > 0, np.exp(reached) / entered * width * weight, 0.0)
        return np.asarray(pieces.sum(axis=(1, 2)))


def _cumulative(curve: Curve, time: Floats) -> Floats:
    shape, scale, factor = curve.hazard[:3]
    return np.asarray(factor * (time / scale) ** shape)


def _time_of(curve: Curve, hazard: Floats) -> Floats:
    shape, scale, factor = curve.hazard[:3]
    return np.asarray(scale * (hazard / factor) ** (1 / shape))


@lru_cache(maxsize=1)
def _double_exponential() -> tuple[Floats, Floats]:
    """Return places in (0, 1) and weights that integrate what bends sharply at either end.

    Source: Takahasi & Mori 1974: the tanh-sinh rule.
    """
    step = 0.1
    t = np.arange(-30, 31) * step
    place = 0.5 * (1 + np.tanh(np.pi / 2 * np.sinh(t)))
    weight = step * np.pi / 4 * np.cosh(t) / np.cosh(np.pi / 2 * np.sinh(t)) ** 2
    return place, weight
