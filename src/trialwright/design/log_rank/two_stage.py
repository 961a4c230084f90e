"""A two-stage one-sample log-rank design: what it decides, and what it does on average.

At calendar time t1 the statistic Z1 of the patients so far is compared with c1: the trial stops for
futility if Z1 <= c1. Else accrual goes on to n patients, and at the end of follow-up activity is
declared if Z > c. Both statistics are positive where there are fewer events than expected. Accrual
goes on while the interim analysis is made.

Z1 and Z are taken as jointly normal; `simulate_log_rank` says how far that is off.

Sources
-------
Kwak & Jung 2014 (Stat Med 33: 2004): the design. Wu et al. 2020 (Pharm Stat 19: 214): the exact
variance under the alternative. Belin et al. 2017 (Contemp Clin Trials Commun 8: 127): fixed
follow-up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from trialwright.design.checks import round_up
from trialwright.design.log_rank.bivariate_normal import both_above
from trialwright.design.log_rank.characteristics import LogRankCharacteristics
from trialwright.design.log_rank.rule import Analysis, LogRankRule
from trialwright.design.log_rank.trial import LogRankMethod, LogRankTrial, TrialTimes, standardise
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TwoStageMethod = Literal["Wu", "Woolson", "OneArm2stage"]
TWO_STAGE_METHODS: tuple[TwoStageMethod, ...] = get_args(TwoStageMethod)
_ALMOST = 1 - 1e-12  # a correlation of 1 has no density


class Joint(NamedTuple):
    """Normal approximation of both statistics of m designs; arrays of shape (m,).

    Parameters
    ----------
    mean_1, spread_1, mean_2, spread_2 : ndarray of float
        Mean and standard deviation of Z1 and of Z.
    correlation : ndarray of float
        Between them.
    early_events : ndarray of float
        Expected by the interim analysis.
    """

    mean_1: Floats
    spread_1: Floats
    mean_2: Floats
    spread_2: Floats
    correlation: Floats
    early_events: Floats

    def at(self, places: NDArray[np.intp]) -> Joint:
        """Return the same for some of the designs."""
        return Joint(*(part[places] for part in self))


class Ending(NamedTuple):
    """One way that a trial ends.

    Parameters
    ----------
    patients : int
        Enrolled by then.
    duration : float
        From the first entry until then.
    probability : float
        Of ending so.
    """

    patients: int
    duration: float
    probability: float


@dataclass(frozen=True, slots=True)
class LogRankTwoStage(TrialTimes):
    """A two-stage design for a time to event.

    Parameters
    ----------
    trial : LogRankTrial
        History, accrual rate and follow-up.
    method : {"Wu", "Woolson", "OneArm2stage"}
        The statistic, see `find_log_rank_two_stage`.
    interim_time : float
        t1, calendar time of the interim analysis from the first entry; above 0, before accrual
        ends.
    interim_bound : float
        c1: stop for futility if Z1 is at most this.
    patients : int
        n, of both stages.
    final_bound : float
        c: declare activity if Z is above this.

    Raises
    ------
    DesignError
        If the interim analysis does not come during accrual, or a number is not allowed.

    Examples
    --------
    >>> from trialwright.stats.historical import Exponential
    >>> trial = LogRankTrial(Exponential.from_survival(0.62, at=2), 0.467, 2, rate=5)
    >>> design = LogRankTwoStage(trial, "OneArm2stage", 3.0593, -0.302, 26, 1.6135)
    >>> found = design.characteristics(1.0)
    >>> round(found.probability_early_stop, 4), round(found.expected_patients, 2)
    (0.3813, 21.92)
    """

    trial: LogRankTrial
    method: TwoStageMethod
    interim_time: float
    interim_bound: float
    patients: int
    final_bound: float

    def __post_init__(self) -> None:
        """Refuse what no trial could follow."""
        _ = self.trial.steady_rate  # refuses a trial of given accrual time
        check_two_stage_method(self.method)
        if not 0 < self.interim_time < self.accrual:
            msg = (
                f"the interim analysis is at {self.interim_time:g}; it must come during accrual, "
                f"which takes {self.accrual:g}: stages reversed, or too few patients?"
            )
            raise DesignError(msg)
        if not (math.isfinite(self.interim_bound) and math.isfinite(self.final_bound)):
            msg = f"bounds must be finite, not {self.interim_bound} and {self.final_bound}"
            raise DesignError(msg)
        self.trial.check_end(self.patients)

    def __str__(self) -> str:
        """Write the design: ``Z1 > -0.302 at 3.06 (16 patients), Z > 1.614 of 26``."""
        return (
            f"Z1 > {self.interim_bound:.3f} at {self.interim_time:.3g} "
            f"({self.first_stage} patients), Z > {self.final_bound:.3f} of {self.patients}"
        )

    @property
    def first_stage(self) -> int:
        """Patients by the interim analysis, n1: rate times t1, rounded up."""
        return round_up(self.trial.steady_rate * self.interim_time)

    @property
    def rule(self) -> LogRankRule:
        """The design as analyses of a trial, for `simulate_log_rank`."""
        interim = Analysis(self.interim_time, stop_at_most=self.interim_bound)
        final = Analysis(self.duration, declare_above=self.final_bound)
        return LogRankRule(self.trial, statistic_of(self.method), self.patients, (interim, final))

    def row(self) -> dict[str, float | int]:
        """Return sizes, bounds, times and characteristics under both hypotheses, by name."""
        null, alternative = (self.characteristics(h) for h in (1.0, self.trial.hazard_ratio))
        return {
            "first_stage": self.first_stage,
            "interim_time": self.interim_time,
            "interim_bound": self.interim_bound,
            "patients": self.patients,
            "final_bound": self.final_bound,
            "accrual": self.accrual,
            "duration": self.duration,
            "type_1_error": null.probability_declare_active,
            "power": alternative.probability_declare_active,
            "early_stop_null": null.probability_early_stop,
            "early_stop_alternative": alternative.probability_early_stop,
            "expected_patients_null": null.expected_patients,
            "expected_patients_alternative": alternative.expected_patients,
            "expected_duration_null": null.expected_duration,
            "expected_duration_alternative": alternative.expected_duration,
        }

    def expected_events(self, hazard_ratio: float) -> tuple[float, float]:
        """Return the events expected by the interim and by the final analysis.

        Parameters
        ----------
        hazard_ratio : float
            True hazard over the historical one; above 0.
        """
        times = np.array([self.interim_time, self.duration])
        interim, final = self.trial.expected_events(self.patients, times, hazard_ratio).tolist()
        return interim, final

    def endings(self, hazard_ratio: float) -> tuple[Ending, Ending]:
        """Return both ways the trial can end: patients, duration and chance of each.

        Parameters
        ----------
        hazard_ratio : float
            True hazard over the historical one; above 0.
        """
        stop = self.characteristics(hazard_ratio).probability_early_stop
        return (
            Ending(self.first_stage, float(self.interim_time), stop),
            Ending(self.patients, self.duration, 1 - stop),
        )

    def characteristics(self, hazard_ratio: float) -> LogRankCharacteristics:
        """Return what the design does on average, in the normal approximation.

        Parameters
        ----------
        hazard_ratio : float
            True hazard over the historical one; above 0. 1: the null hypothesis.

        Returns
        -------
        LogRankCharacteristics
            Chances, and expected patients and duration.
        """
        sizes, times = np.array([float(self.patients)]), np.array([self.interim_time])
        joint = joint_statistics(self.trial, hazard_ratio, sizes, times, self.method)
        first = (self.interim_bound - joint.mean_1[0]) / joint.spread_1[0]
        second = (self.final_bound - joint.mean_2[0]) / joint.spread_2[0]
        stop = float(0.5 * math.erfc(-first / math.sqrt(2)))
        declare = float(both_above(first, second, joint.correlation[0]))
        early = self.trial.steady_rate * self.interim_time
        return LogRankCharacteristics(
            hazard_ratio=float(hazard_ratio),
            probability_declare_active=min(max(declare, 0.0), 1.0),
            probability_early_stop=stop,
            expected_patients=self.patients - stop * (self.patients - early),
            expected_duration=self.duration - stop * (self.duration - self.interim_time),
        )


def check_two_stage_method(method: str) -> None:
    """Raise ``DesignError`` unless a method is one of `TWO_STAGE_METHODS`."""
    if method not in TWO_STAGE_METHODS:
        msg = f"method must be one of {list(TWO_STAGE_METHODS)}, not {method!r}"
        raise DesignError(msg)


def statistic_of(method: TwoStageMethod) -> LogRankMethod:
    """Return the statistic of a method: OneArm2stage has Woolson's."""
    return "Woolson" if method == "OneArm2stage" else method


def joint_statistics(
    trial: LogRankTrial,
    hazard_ratio: float,
    patients: Floats,
    interim_time: Floats,
    method: TwoStageMethod,
) -> Joint:
    """Return the joint normal approximation of both statistics, many designs at once.

    Parameters
    ----------
    trial : LogRankTrial
        History, accrual rate and follow-up.
    hazard_ratio : float
        True hazard over the historical one; above 0.
    patients, interim_time : ndarray of float, shape (m,)
        n, and t1 before the accrual ends.
    method : str
        One of `TWO_STAGE_METHODS`.

    Notes
    -----
    Source: Kwak & Jung 2014; Wu et al. 2020. The moments are those of all n planned patients, of
    whom those yet to enter add nothing at t1; so the mean of Z1 has sqrt(n). R's OneArm2stage
    takes the same moments with sqrt(n1), which understates it by sqrt(n1 / n), and takes the ratio
    of both standard deviations for the correlation under the alternative. Kwak & Jung's own
    program has the moments of the n1 patients with sqrt(n1), which is right, but leaves n1 / n out
    of the correlation.
    """
    exposure, accrual = trial.exposure(hazard_ratio), patients / trial.steady_rate
    end = accrual + trial.follow_up
    first, second = (exposure.contribution(time, accrual) for time in (interim_time, end))
    statistic, published = statistic_of(method), method == "OneArm2stage"
    counted = trial.steady_rate * interim_time if published else patients
    mean_1, spread_1 = standardise(first, counted, statistic)
    mean_2, spread_2 = standardise(second, patients, statistic)
    if published:
        correlation = np.sqrt(first.variance / second.variance)
    else:
        together = exposure.covariance(interim_time, end, accrual)
        correlation = together / np.sqrt(first.variance * second.variance)
    correlation = np.minimum(correlation, _ALMOST)
    return Joint(mean_1, spread_1, mean_2, spread_2, correlation, patients * first.events)
