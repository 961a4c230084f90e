"""Simulated trials of a landmark design: how well the normal theory of its errors holds.

Simulation, not enumeration: every chance comes with its Monte Carlo standard error. Each simulated
trial draws entry times by the planned accrual and event times by the true curve, looks at the
calendar time of the plan with the follow-up there is, and again when all have reached the landmark.

Sources
-------
Case & Morgan 2003 (BMC Med Res Methodol 3: 6): the same check of their designs.
Oracle: `trialwright.design.landmark.landmark_statistic` trial by trial,
``tests/unit/design/test_landmark_survival.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING, SupportsIndex

import numpy as np

from trialwright.design.checks import check_number
from trialwright.stats.result import Reported

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.design.landmark.trial import Curve
    from trialwright.design.landmark.values import LandmarkDesign

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

_MOST_TRIALS = 1_000_000
_AT_ONCE = 4000  # trials drawn together: the same draws whatever the machine


@dataclass(frozen=True, slots=True)
class LandmarkSimulation(Reported):
    """What simulated trials of a design did.

    Parameters
    ----------
    rate : float
        True event-free rate at the landmark.
    trials : int
        Trials simulated.
    seed : int
        Of the random numbers.
    declared, declared_error : float
        Share of trials that declared activity, and its Monte Carlo standard error.
    stopped, stopped_error : float
        Share of trials stopped at the interim look, and its Monte Carlo standard error.
    """

    rate: float
    trials: int
    seed: int
    declared: float
    declared_error: float
    stopped: float
    stopped_error: float

    def __str__(self) -> str:
        """Write a report cell: ``declared 5.2 % (MC standard error 0.2 %), ...``."""
        declared = f"declared {100 * self.declared:.1f} % (MC standard error "
        stopped = f"stopped early {100 * self.stopped:.1f} % ({100 * self.stopped_error:.1f} %)"
        return f"{declared}{100 * self.declared_error:.1f} %), {stopped}, {self.trials} trials"


def simulate_landmark(
    design: LandmarkDesign, curve: Curve, *, trials: SupportsIndex = 10_000, seed: int = 1
) -> LandmarkSimulation:
    """Simulate trials of a landmark design under a true curve.

    Parameters
    ----------
    design : LandmarkDesign
        From `trialwright.design.landmark.find_landmark_survival`.
    curve : Exponential or Weibull
        True event-free curve: that of either hypothesis, or another.
    trials : int
        1 to 1 000 000.
    seed : int
        0 or more; the same seed gives the same trials.

    Returns
    -------
    LandmarkSimulation
        Shares with their standard errors.

    Raises
    ------
    DesignError
        If ``trials`` or ``seed`` is not allowed.

    Examples
    --------
    >>> from trialwright.design.landmark.search import find_landmark_survival
    >>> from trialwright.design.landmark.trial import LandmarkTrial
    >>> trial = LandmarkTrial.of(0.35, 0.50, landmark=12, rate=2.5)
    >>> best = find_landmark_survival(trial, alpha=0.10, power=0.90).optimal
    >>> found = simulate_landmark(best, trial.alternative, trials=2000, seed=7)
    >>> abs(found.declared - 0.90) < 0.05
    True
    """
    count = check_number("trials", trials, 1, _MOST_TRIALS)
    random = np.random.default_rng(check_number("seed", seed, 0, 2**63 - 1))
    stopped = declared = 0
    for start in range(0, count, _AT_ONCE):
        z1, z2 = _statistics(design, curve, random, min(_AT_ONCE, count - start))
        goes_on = z1 > design.interim_bound
        stopped += int((~goes_on).sum())
        declared += int((goes_on & (z2 > design.final_bound)).sum())
    shares = [
        (found / count, _standard_error(found / count, count)) for found in (declared, stopped)
    ]
    rate = curve.survival(design.trial.landmark)
    return LandmarkSimulation(rate, count, int(seed), *shares[0], *shares[1])


def draw_patients(
    design: LandmarkDesign, curve: Curve, random: np.random.Generator, trials: int
) -> tuple[Floats, Floats]:
    """Return entry and event times of simulated patients, shape (trials, n) each."""
    shape, scale, factor = curve.hazard[:3]
    drawn = random.random((2, trials, design.patients))
    entry = design.trial.accrual.times_of(drawn[0] * design.patients)
    return entry, scale * (-np.log1p(-drawn[1]) / factor) ** (1 / shape)


def _statistics(
    design: LandmarkDesign, curve: Curve, random: np.random.Generator, trials: int
) -> tuple[Floats, Floats]:
    entry, event = draw_patients(design, curve, random, trials)
    x = design.trial.landmark
    watched = np.minimum(design.interim_time - entry, x)  # below 0: not entered yet
    early = _statistic(np.minimum(event, watched), event <= watched, design.trial.p0)
    return early, _statistic(np.minimum(event, x), event <= x, design.trial.p0)


def _statistic(time: Floats, event: Flags, null_rate: float) -> Floats:
    """Return the log-scale Nelson-Aalen statistic of each row, all cut at the landmark."""
    order = np.argsort(time, axis=1)
    happened = np.take_along_axis(event, order, axis=1)
    at_risk = np.arange(time.shape[1], 0, -1)  # those not entered yet come first, without an event
    hazard = (happened / at_risk).sum(axis=1)
    variance = (happened / at_risk**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (log(-log(null_rate)) - np.log(hazard)) * hazard / np.sqrt(variance)
    return np.where(hazard == 0, np.inf, z)


def _standard_error(share: float, trials: int) -> float:
    return sqrt(share * (1 - share) / trials)
