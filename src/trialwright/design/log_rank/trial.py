"""What a one-sample log-rank design starts from: history, accrual and follow-up, checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal, Protocol, get_args

import numpy as np

from trialwright.design.checks import check_probability
from trialwright.design.log_rank.exposure import Exposure
from trialwright.errors import DesignError
from trialwright.stats.checks import check_choice, check_finite, check_inside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.design.log_rank.exposure import Contribution
    from trialwright.stats.historical import HistoricalCurve

    Floats = NDArray[np.float64]

LogRankMethod = Literal["Wu", "Woolson"]
LOG_RANK_METHODS: tuple[LogRankMethod, ...] = get_args(LogRankMethod)


@dataclass(frozen=True, slots=True)
class LogRankTrial:
    """A single arm whose hazard is tested against a historical curve.

    Parameters
    ----------
    history : HistoricalCurve
        Curve of the null hypothesis; taken as known.
    hazard_ratio : float
        Hazard worth pursuing over the historical one, the same at all times; in (0, 1).
    follow_up : float
        From the last entry to the final analysis, in the unit of the historical curve; with
        ``restricted`` the time for which every patient is followed.
    rate : float or None
        Patients who enter per unit of time; their number then decides how long accrual takes.
    accrual : float or None
        Time over which patients enter evenly, however many they are. One of the two is given.
    restricted : bool
        Whether each patient is followed for ``follow_up`` and no longer.

    Raises
    ------
    DesignError
        If a number is not allowed, or rate and accrual are both given or both missing.

    Examples
    --------
    >>> from trialwright.stats.historical import Exponential
    >>> trial = LogRankTrial(Exponential.from_survival(0.62, at=2), 0.467, 2, rate=5)
    >>> trial.accrual_of(25)
    5.0
    """

    history: HistoricalCurve
    hazard_ratio: float
    follow_up: float
    rate: float | None = None
    accrual: float | None = None
    restricted: bool = False

    def __post_init__(self) -> None:
        """Refuse what makes no trial."""
        if (self.rate is None) == (self.accrual is None):
            msg = "give either the rate (patients per unit of time) or the accrual time"
            raise DesignError(msg)
        try:
            check_inside("hazard_ratio", self.hazard_ratio)
            check_finite("follow_up", self.follow_up)
            for name in ("rate", "accrual"):
                if getattr(self, name) is not None:
                    check_inside(name, getattr(self, name), 0.0, math.inf)
        except ValueError as error:
            raise DesignError(str(error)) from error
        if self.restricted and self.follow_up == 0:
            msg = "follow_up must be above 0 where every patient is followed for that time"
            raise DesignError(msg)

    def __str__(self) -> str:
        """Write what is tested: ``hazard ratio 0.467 against exponential, median 2.9``."""
        return f"hazard ratio {self.hazard_ratio:.4g} against {self.history}"

    def accrual_of(self, patients: float) -> float:
        """Return the time over which so many patients enter."""
        if self.accrual is not None:
            return float(self.accrual)
        return patients / self.steady_rate

    def expected_events(self, patients: int, times: Floats, hazard_ratio: float) -> Floats:
        """Return the events expected by calendar times of a trial of so many patients.

        Parameters
        ----------
        patients : int
            n, entering evenly over the accrual.
        times : ndarray of float, shape (m,)
            From the first entry, above 0.
        hazard_ratio : float
            True hazard over the historical one; above 0.

        Returns
        -------
        ndarray of float, shape (m,)
        """
        accrual = np.full(times.shape, self.accrual_of(patients))
        found = self.exposure(hazard_ratio).contribution(times, accrual)
        return np.asarray(patients * found.events)

    @property
    def steady_rate(self) -> float:
        """Patients per unit of time; ``DesignError`` where the accrual time is given instead."""
        if self.rate is None:
            msg = "a two-stage design needs the accrual rate (patients per unit of time)"
            raise DesignError(msg)
        return float(self.rate)

    @property
    def longest(self) -> float:
        """Time after which a patient is watched no longer; infinite without such a limit."""
        return float(self.follow_up) if self.restricted else math.inf

    def exposure(self, hazard_ratio: float) -> Exposure:
        """Return what patients add to the test if the hazard ratio is ``hazard_ratio``.

        Raises
        ------
        ValueError
            If ``hazard_ratio`` is not above 0 and finite.
        """
        check_inside("hazard_ratio", hazard_ratio, 0.0, math.inf)
        return Exposure(self.history.hazard, float(hazard_ratio), self.longest)

    def check_end(self, patients: float) -> None:
        """Raise ``DesignError`` if the historical curve ends before the follow-up does."""
        longest = min(self.accrual_of(patients) + self.follow_up, self.longest)
        try:
            expected = self.history.cumulative_hazard(longest)
        except ValueError as error:
            msg = f"with {patients:g} patients follow-up lasts up to {longest:g}: {error}"
            raise DesignError(msg) from error
        if not expected > 0:
            msg = f"history expects no event by {longest:g}, when follow-up ends"
            raise DesignError(msg)


class _Enrols(Protocol):
    @property
    def trial(self) -> LogRankTrial: ...

    @property
    def patients(self) -> int: ...


class TrialTimes:
    """How long a design lasts that has a trial and a number of patients."""

    __slots__ = ()

    @property
    def accrual(self: _Enrols) -> float:
        """Time over which all patients enter, in the unit of the historical curve."""
        return self.trial.accrual_of(self.patients)

    @property
    def duration(self: _Enrols) -> float:
        """Time from the first entry to the last analysis, in the same unit."""
        return self.trial.accrual_of(self.patients) + self.trial.follow_up


def check_test(alpha: float, power: float, method: str) -> tuple[float, float]:
    """Return the two standard normal quantiles of a planned test; raise ``DesignError``.

    Parameters
    ----------
    alpha, power : float
        One-sided type I error, and the power, above it.
    method : str
        One of `LOG_RANK_METHODS`.
    """
    check_probability("alpha", alpha)
    check_probability("power", power)
    if power <= alpha:
        msg = f"power must be above alpha, not {power:g} against {alpha:g}: a coin does better"
        raise DesignError(msg)
    check_choice("method", method, LOG_RANK_METHODS)
    return NormalDist().inv_cdf(1 - alpha), NormalDist().inv_cdf(power)


def standardise(
    contribution: Contribution, patients: Floats, method: LogRankMethod
) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the statistic, in the normal approximation.

    Parameters
    ----------
    contribution : Contribution
        What a planned patient adds; shape (m,).
    patients : ndarray of float, shape (m,)
        How many are planned.
    method : {"Wu", "Woolson"}
        The variance that the difference is divided by: the mean of expected and observed events,
        or the expected ones.

    Notes
    -----
    Source: Wu 2015 (Woolson's statistic), Wu 2014 (the mean of both).
    """
    events, expected, difference, variance = contribution
    divisor = (events + expected) / 2 if method == "Wu" else expected
    return np.sqrt(patients / divisor) * difference, np.sqrt(variance / divisor)


def hazard_ratio_of(history: HistoricalCurve, survival: float, *, at: float) -> float:
    """Return the hazard ratio of a share free of the event at a time.

    Parameters
    ----------
    history : HistoricalCurve
        Curve of the null hypothesis.
    survival : float
        Share worth pursuing at ``at``, above the historical one; in (0, 1). 0.5: ``at`` is the
        median worth pursuing.
    at : float
        Its time, above 0.

    Raises
    ------
    DesignError
        If a number is not allowed, or the share is not above the historical one.

    Examples
    --------
    >>> from trialwright.stats.historical import Exponential
    >>> round(hazard_ratio_of(Exponential.from_survival(0.62, at=2), 0.80, at=2), 3)
    0.467
    """
    check_probability("survival worth pursuing", survival)
    try:
        historical = history.survival(at)
    except ValueError as error:
        raise DesignError(str(error)) from error
    if not survival > historical:
        msg = (
            f"at {at:g} historical patients have {historical:.4g} free of the event; what is "
            f"worth pursuing must be above it, not {survival:g}"
        )
        raise DesignError(msg)
    return math.log(survival) / math.log(historical) if historical < 1 else math.inf
