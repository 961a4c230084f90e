"""A one-stage one-sample log-rank design: patients, events, duration.

Where the accrual rate is given instead of its time, more patients also mean longer follow-up; the
size is the smallest whole number n whose accrual over n / rate gives the power.

Sources
-------
Wu 2015 (Pharmaceutical Statistics 14: 26): the size. Belin et al. 2017 (Contemp Clin Trials Commun
8: 127): fixed follow-up.
Oracle: R code of Wu 2015, 812 designs, ``tests/oracle/design/test_log_rank_oracle.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.checks import MOST_PATIENTS, check_number
from trialwright.design.log_rank.characteristics import LogRankCharacteristics
from trialwright.design.log_rank.rule import Analysis, LogRankRule
from trialwright.design.log_rank.trial import (
    LogRankMethod,
    LogRankTrial,
    TrialTimes,
    check_test,
    standardise,
)
from trialwright.errors import DesignError

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LogRankDesign(TrialTimes):
    """A one-stage design for a time to event.

    Parameters
    ----------
    trial : LogRankTrial
        History, accrual and follow-up.
    method : {"Wu", "Woolson"}
        The test that is planned.
    alpha, power : float
        One-sided type I error, and the power asked for.
    patients : int
        n.
    final_bound : float
        Declare activity if Z is above this, the standard normal quantile of 1 - alpha.

    Examples
    --------
    >>> from trialwright.stats.historical import Exponential
    >>> trial = LogRankTrial(Exponential.from_median(3.2), 0.6, 6, accrual=18)
    >>> print(find_log_rank(trial))
    27 patients over 18, follow-up 6: activity if Z > 1.645
    """

    trial: LogRankTrial
    method: LogRankMethod
    alpha: float
    power: float
    patients: int
    final_bound: float

    def __str__(self) -> str:
        """Write the design in one line."""
        return (
            f"{self.patients} patients over {self.accrual:.4g}, follow-up "
            f"{self.trial.follow_up:g}: activity if Z > {self.final_bound:.3f}"
        )

    @property
    def rule(self) -> LogRankRule:
        """The design as one analysis, for `simulate_log_rank`."""
        final = Analysis(self.duration, declare_above=self.final_bound)
        return LogRankRule(self.trial, self.method, self.patients, (final,))

    def to_frame(self) -> pl.DataFrame:
        """Return one row: size, times, expected events, and what the design does."""
        import polars as pl

        return pl.DataFrame([self.row()])

    def row(self) -> dict[str, float | int]:
        """Return sizes, times and characteristics under both hypotheses, by name."""
        null, alternative = (self.characteristics(h) for h in (1.0, self.trial.hazard_ratio))
        return {
            "patients": self.patients,
            "accrual": self.accrual,
            "duration": self.duration,
            "final_bound": self.final_bound,
            "events_null": self.expected_events(1.0),
            "events_alternative": self.expected_events(self.trial.hazard_ratio),
            "type_1_error": null.probability_declare_active,
            "power": alternative.probability_declare_active,
        }

    def expected_events(self, hazard_ratio: float) -> float:
        """Return the events expected by the analysis at a true hazard ratio above 0."""
        times = np.array([self.duration])
        return float(self.trial.expected_events(self.patients, times, hazard_ratio)[0])

    def characteristics(self, hazard_ratio: float) -> LogRankCharacteristics:
        """Return what the design does on average, in the normal approximation.

        Parameters
        ----------
        hazard_ratio : float
            True hazard over the historical one; above 0. 1: the null hypothesis.
        """
        sizes = np.array([float(self.patients)])
        mean, spread = _statistic(self.trial, hazard_ratio, sizes, self.method)
        excess = float((mean - self.final_bound)[0] / spread[0])
        declare = 0.5 * math.erfc(-excess / math.sqrt(2))
        return LogRankCharacteristics(
            float(hazard_ratio), declare, 0.0, float(self.patients), self.duration
        )


def find_log_rank(
    trial: LogRankTrial,
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    method: LogRankMethod = "Wu",
    most_patients: int = MOST_PATIENTS,
) -> LogRankDesign:
    """Find the smallest one-stage design.

    Parameters
    ----------
    trial : LogRankTrial
        History, hazard ratio worth pursuing, accrual (its rate or its time) and follow-up.
    alpha : float
        One-sided type I error, at most.
    power : float
        At the hazard ratio of the trial, at least.
    method : {"Wu", "Woolson"}
        The test that is planned: the variance of E - O is the mean of both, or E, which asks for
        more patients and is conservative.
    most_patients : int
        Largest size to look at.

    Returns
    -------
    LogRankDesign
        n is the smallest whole number at which the normal approximation gives the power.

    Raises
    ------
    DesignError
        If a number is not allowed, or no size up to ``most_patients`` has the power.

    Notes
    -----
    Source: Wu 2015. With the accrual time given the size is that of
    `trialwright.stats.one_sample_log_rank_size`.

    Examples
    --------
    >>> from trialwright.stats.historical import Weibull
    >>> history = Weibull.from_survival(1, 0.5, at=6)
    >>> print(find_log_rank(LogRankTrial(history, 0.6, 6, rate=3), method="Woolson"))
    41 patients over 13.67, follow-up 6: activity if Z > 1.645
    """
    z_alpha, z_power = check_test(alpha, power, method)
    check_number("most_patients", most_patients, 1)
    trial.check_end(1)
    low, high = 0, 1
    while not _has_power(trial, high, z_alpha, z_power, method):
        if high == most_patients:
            raise DesignError(_how_near(trial, most_patients, z_alpha, power, method))
        low, high = high, min(2 * high, most_patients)
    while high - low > 1:
        middle = (low + high) // 2
        enough = _has_power(trial, middle, z_alpha, z_power, method)
        low, high = (low, middle) if enough else (middle, high)
    return LogRankDesign(trial, method, alpha, power, high, z_alpha)


def _has_power(
    trial: LogRankTrial, patients: int, z_alpha: float, z_power: float, method: LogRankMethod
) -> bool:
    trial.check_end(patients)
    mean, spread = _statistic(trial, trial.hazard_ratio, np.array([float(patients)]), method)
    return bool(mean[0] - z_power * spread[0] >= z_alpha)


def _how_near(
    trial: LogRankTrial, patients: int, z_alpha: float, power: float, method: LogRankMethod
) -> str:
    mean, spread = _statistic(trial, trial.hazard_ratio, np.array([float(patients)]), method)
    reached = 0.5 * math.erfc((z_alpha - float(mean[0])) / float(spread[0]) / math.sqrt(2))
    return (
        f"no design with up to {patients} patients has a power of {power:g}: {patients} patients "
        f"have {reached:.3f}; raise most_patients, follow longer, or look for a larger effect"
    )


def _statistic(
    trial: LogRankTrial, hazard_ratio: float, patients: Floats, method: LogRankMethod
) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of Z at the end, for trials of several sizes."""
    accrual = np.array([trial.accrual_of(n) for n in patients.tolist()])
    time = accrual + trial.follow_up
    return standardise(trial.exposure(hazard_ratio).contribution(time, accrual), patients, method)
