"""A one-sample log-rank design with several looks, each of which may declare activity.

The looks come when fractions of the events are in that the plan expects in the end; their calendar
times are worked out at the hazard ratio worth pursuing. The critical values are those of
`find_group_sequential`; the size is the smallest at which they give the power.

Sources
-------
Jennison & Turnbull 2000, Group Sequential Methods, sections 3.5 and 13: log-rank statistics have
nearly independent increments, with the events as information. Wu 2015: the moments.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.checks import MOST_PATIENTS, check_number
from trialwright.design.group_sequential.crossing import crossing
from trialwright.design.log_rank.characteristics import LogRankCharacteristics
from trialwright.design.log_rank.one_stage import LogRankDesign, find_log_rank
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

    from trialwright.design.group_sequential.critical_values import GroupSequential

    Floats = NDArray[np.float64]

_APART = 1e-9  # by which the information of two looks differs at least
_HALVINGS = 50  # of the interval that holds a look's calendar time


@dataclass(frozen=True, slots=True)
class LogRankLooks(TrialTimes):
    """A one-sample log-rank design with several looks for activity.

    Parameters
    ----------
    trial : LogRankTrial
        History, accrual and follow-up.
    method : {"Wu", "Woolson"}
        The statistic.
    bounds : GroupSequential
        Fractions of the events, and critical values.
    power : float
        Asked for, at the hazard ratio worth pursuing.
    patients : int
        n.
    times : tuple of float
        Calendar time at which each look is expected.
    one_stage : LogRankDesign
        The design of one look with the same errors.
    """

    trial: LogRankTrial
    method: LogRankMethod
    bounds: GroupSequential
    power: float
    patients: int
    times: tuple[float, ...]
    one_stage: LogRankDesign

    def __str__(self) -> str:
        """Write the design in one line."""
        return f"{self.patients} patients, {self.bounds}"

    @property
    def events(self) -> tuple[float, ...]:
        """Events expected by each look at the hazard ratio worth pursuing."""
        times, worthwhile = np.array(self.times), self.trial.hazard_ratio
        return tuple(self.trial.expected_events(self.patients, times, worthwhile).tolist())

    @property
    def rule(self) -> LogRankRule:
        """The design as analyses of a trial, for `simulate_log_rank`."""
        analyses = tuple(
            Analysis(time, declare_above=value)
            for time, value in zip(self.times, self.bounds.critical_values, strict=True)
        )
        return LogRankRule(self.trial, self.method, self.patients, analyses)

    def characteristics(self, hazard_ratio: float) -> LogRankCharacteristics:
        """Return what the design does on average, in the normal approximation.

        Parameters
        ----------
        hazard_ratio : float
            True hazard over the historical one; above 0. 1: the null hypothesis. The looks keep
            their calendar times.

        Notes
        -----
        The probability of early stopping is that of declaring activity before the last look.
        """
        high = _crossed(self, hazard_ratio)
        ends = [*high[:-1], 1 - math.fsum(high[:-1])]
        entered = [self.patients * min(1.0, time / self.accrual) for time in self.times]
        return LogRankCharacteristics(
            float(hazard_ratio),
            math.fsum(high),
            math.fsum(high[:-1]),
            math.fsum(p * n for p, n in zip(ends, entered, strict=True)),
            math.fsum(p * time for p, time in zip(ends, self.times, strict=True)),
        )

    def to_frame(self) -> pl.DataFrame:
        """Return one row a look: events, time, patients, value, chance to stop there."""
        import polars as pl

        return self.bounds.to_frame().with_columns(
            events=pl.Series(self.events),
            time=pl.Series(self.times),
            entered=pl.Series([self.patients * min(1.0, t / self.accrual) for t in self.times]),
            crossed_null=pl.Series(_crossed(self, 1.0)),
            crossed_alternative=pl.Series(_crossed(self, self.trial.hazard_ratio)),
        )


def find_log_rank_looks(
    trial: LogRankTrial,
    bounds: GroupSequential,
    *,
    power: float = 0.80,
    method: LogRankMethod = "Wu",
    most_patients: int = MOST_PATIENTS,
) -> LogRankLooks:
    """Find the smallest one-sample log-rank design with several looks for activity.

    Parameters
    ----------
    trial : LogRankTrial
        History, hazard ratio worth pursuing, accrual and follow-up.
    bounds : GroupSequential
        From `find_group_sequential`, which also sets alpha.
    power : float
        At least.
    method : {"Wu", "Woolson"}
        The statistic; see `find_log_rank`.
    most_patients : int
        Largest size to look at.

    Raises
    ------
    DesignError
        If a number is not allowed, or no size up to ``most_patients`` has the power.

    Notes
    -----
    Source: Jennison & Turnbull 2000. Checked by `simulate_log_rank`, and with one look against
    `find_log_rank`.

    Examples
    --------
    >>> from trialwright.design.group_sequential.critical_values import find_group_sequential
    >>> from trialwright.stats.historical import Exponential
    >>> trial = LogRankTrial(Exponential.from_median(3.2), 0.6, 6, accrual=18)
    >>> bounds = find_group_sequential("O'Brien-Fleming", looks=3, alpha=0.05)
    >>> print(find_log_rank_looks(trial, bounds))
    27 patients, O'Brien-Fleming, 3 looks: 2.961, 2.094, 1.710
    """
    check_test(bounds.alpha, power, method)
    check_number("most_patients", most_patients, 1)
    one_stage = find_log_rank(
        trial, alpha=bounds.alpha, power=power, method=method, most_patients=most_patients
    )
    for patients in range(max(1, one_stage.patients - 1), most_patients + 1):
        trial.check_end(patients)
        times = tuple(_look_times(trial, patients, bounds.information).tolist())
        found = LogRankLooks(trial, method, bounds, power, patients, times, one_stage)
        reached = math.fsum(_crossed(found, trial.hazard_ratio))
        if reached >= power:
            return found
    msg = (
        f"no design with these looks and up to {most_patients} patients has a power of {power:g}: "
        f"{most_patients} patients have {reached:.3f}; raise most_patients or take fewer looks"
    )
    raise DesignError(msg)


def _look_times(trial: LogRankTrial, patients: int, fractions: tuple[float, ...]) -> Floats:
    """Return the calendar times by which fractions of the final events are expected."""

    def events(times: Floats) -> Floats:
        return trial.expected_events(patients, times, trial.hazard_ratio)

    end = trial.accrual_of(patients) + trial.follow_up
    wanted = np.array(fractions) * events(np.array([end]))
    low, high = np.zeros(wanted.shape), np.full(wanted.shape, end)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        few = events(middle) < wanted
        low, high = np.where(few, middle, low), np.where(few, high, middle)
    high[-1] = end
    return high


def _crossed(design: LogRankLooks, hazard_ratio: float) -> tuple[float, ...]:
    """Return the chance to declare activity at each look."""
    times, n = np.array(design.times), float(design.patients)
    accrual = np.full(times.shape, design.accrual)
    found = design.trial.exposure(hazard_ratio).contribution(times, accrual)
    mean, spread = standardise(found, np.full(times.shape, n), design.method)
    upper = (np.array(design.bounds.critical_values) - mean) / spread
    nothing = [0.0] * times.size
    lower = [-math.inf] * times.size
    return crossing(lower, upper.tolist(), _ascending(found.variance), nothing).high


def _ascending(variance: Floats) -> list[float]:
    """Return the variances as information, which must grow from look to look."""
    grown = np.maximum.accumulate(variance)
    return [float(x) * (1 + _APART * k) for k, x in enumerate(grown)]
