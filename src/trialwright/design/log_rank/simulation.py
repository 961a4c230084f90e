"""What a log-rank design does in simulated trials, with the standard error of the simulation.

No exact way exists: the statistics are only nearly normal. Patients enter at random moments of the
accrual, their event times follow the historical curve at the true hazard ratio, and the analyses
are made on them as the design says.

Sources
-------
The construction is elementary: minus the logarithm of survival of an event time is exponential, so
that a patient has the event by time t where an exponential draw over the hazard ratio is at most
the historical cumulative hazard at t.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trialwright.design.checks import check_number
from trialwright.design.log_rank.exposure import hazard_at
from trialwright.design.log_rank.rule import LogRankRule
from trialwright.errors import DesignError
from trialwright.stats.checks import check_inside
from trialwright.stats.one_sample_log_rank import standardised

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from trialwright.design.log_rank.looks import LogRankLooks
    from trialwright.design.log_rank.one_stage import LogRankDesign
    from trialwright.design.log_rank.rule import Analysis
    from trialwright.design.log_rank.two_stage import LogRankTwoStage

    Floats = NDArray[np.float64]

_AT_ONCE = 400_000  # patients simulated together: some 20 MB
_MOST_TRIALS = 10_000_000


class Simulated(NamedTuple):
    """A mean over simulated trials.

    Parameters
    ----------
    value : float
        The mean.
    standard_error : float
        Its Monte Carlo standard error.
    """

    value: float
    standard_error: float

    def __str__(self) -> str:
        """Write the mean with its standard error: ``0.0497 (SE 0.0010)``."""
        return f"{self.value:.4f} (SE {self.standard_error:.4f})"


@dataclass(frozen=True, slots=True)
class LogRankSimulation:
    """What simulated trials of a design did.

    Parameters
    ----------
    hazard_ratio : float
        True hazard over the historical one.
    trials : int
        How many were simulated.
    seed : int
        Of NumPy's generator; the same seed gives the same numbers.
    probability_declare_active, probability_early_stop : Simulated
        Shares of the trials.
    patients, duration : Simulated
        Enrolled when the trial ended, and the time from the start of accrual until then.
    stops : tuple of (float, float)
        Time of each analysis, and the share of the trials that it ended: with one interim
        analysis the distribution of the duration.
    """

    hazard_ratio: float
    trials: int
    seed: int
    probability_declare_active: Simulated
    probability_early_stop: Simulated
    patients: Simulated
    duration: Simulated
    stops: tuple[tuple[float, float], ...]

    def __str__(self) -> str:
        """Write the chance to declare activity with its standard error and what made it."""
        return (
            f"activity declared in {self.probability_declare_active} of {self.trials} simulated "
            f"trials at hazard ratio {self.hazard_ratio:g}"
        )

    def to_frame(self) -> pl.DataFrame:
        """Return one row a quantity: its mean and Monte Carlo standard error."""
        import polars as pl

        names = ("probability_declare_active", "probability_early_stop", "patients", "duration")
        return pl.DataFrame(
            {
                "hazard_ratio": self.hazard_ratio,
                "quantity": list(names),
                "value": [getattr(self, name).value for name in names],
                "standard_error": [getattr(self, name).standard_error for name in names],
                "trials": self.trials,
                "seed": self.seed,
            }
        )


def simulate_log_rank(
    design: LogRankDesign | LogRankTwoStage | LogRankLooks | LogRankRule,
    hazard_ratio: float,
    *,
    trials: int = 10_000,
    seed: int = 1,
) -> LogRankSimulation:
    """Simulate trials of a design and count what they do.

    Parameters
    ----------
    design : LogRankDesign, LogRankTwoStage, LogRankLooks or LogRankRule
        One stage, two, several looks, or any analyses.
    hazard_ratio : float
        True hazard over the historical one; above 0. 1: the null hypothesis.
    trials : int
        From 100 to 10,000,000. The standard error of a chance p is sqrt(p (1 - p) / trials).
    seed : int
        0 or more.

    Returns
    -------
    LogRankSimulation
        Chances, patients and duration, each with its standard error.

    Raises
    ------
    DesignError
        If a number is not allowed.

    Notes
    -----
    Exactly n patients enter, each at a uniform moment of the accrual. An analysis at which the
    historical curve expects no event (nobody has entered) stops nothing.

    Examples
    --------
    >>> from trialwright.design.log_rank import LogRankTrial, find_log_rank
    >>> from trialwright.stats.historical import Exponential
    >>> trial = LogRankTrial(Exponential.from_median(3.2), 0.6, 6, accrual=18)
    >>> found = simulate_log_rank(find_log_rank(trial), 1.0, trials=2000, seed=7)
    >>> abs(found.probability_declare_active.value - 0.05) < 0.02
    True
    """
    rule = design if isinstance(design, LogRankRule) else design.rule
    try:
        check_inside("hazard_ratio", hazard_ratio, 0.0, np.inf)
    except ValueError as error:
        raise DesignError(str(error)) from error
    trials = check_number("trials", trials, 100, _MOST_TRIALS)
    seed = check_number("seed", seed, 0, 2**63)
    draws, batch = np.random.default_rng(seed), max(1, _AT_ONCE // rule.patients)
    parts = [
        _run(rule, hazard_ratio, min(batch, trials - begin), draws)
        for begin in range(0, trials, batch)
    ]
    declared, ended, patients = (np.concatenate(part) for part in zip(*parts, strict=True))
    times = np.array([analysis.time for analysis in rule.analyses])
    last = len(times) - 1
    return LogRankSimulation(
        float(hazard_ratio),
        trials,
        seed,
        _mean(declared),
        _mean(ended < last),
        _mean(patients),
        _mean(times[ended]),
        tuple((float(t), float((ended == k).mean())) for k, t in enumerate(times)),
    )


def _mean(values: NDArray[np.generic]) -> Simulated:
    """Return the mean and its standard error."""
    x = values.astype(float)
    return Simulated(float(x.mean()), float(x.std(ddof=1) / np.sqrt(x.size)))


def _run(
    rule: LogRankRule, hazard_ratio: float, trials: int, draws: np.random.Generator
) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
    """Return of each trial: was activity declared, which analysis ended it, how many entered."""
    size = (trials, rule.patients)
    entry = draws.uniform(0.0, rule.trial.accrual_of(rule.patients), size)
    # The historical cumulative hazard at the patient's event.
    event_at = draws.exponential(1 / hazard_ratio, size)
    declared = np.zeros(trials, bool)
    ended = np.full(trials, len(rule.analyses) - 1)
    going = np.ones(trials, bool)
    for number, analysis in enumerate(rule.analyses):
        z = _statistic(rule, analysis, entry, event_at)
        low, high = analysis.stop_at_most, analysis.declare_above
        active = going & (z > high) if high is not None else np.zeros(trials, bool)
        stops = active | (going & (z <= low) if low is not None else np.zeros(trials, bool))
        declared |= active
        ended[stops] = number
        going &= ~stops
    times = np.array([analysis.time for analysis in rule.analyses])
    entered = np.count_nonzero(entry <= times[ended][:, None], axis=1)
    return declared, ended, entered


def _statistic(rule: LogRankRule, analysis: Analysis, entry: Floats, event_at: Floats) -> Floats:
    """Return Z of each trial at an analysis; ``nan``, which stops nothing, without expectation."""
    watched = np.clip(analysis.time - entry, 0.0, rule.trial.longest)
    limit = hazard_at(rule.trial.history.hazard, watched)
    observed = np.count_nonzero(event_at <= limit, axis=1)
    expected = np.minimum(event_at, limit).sum(axis=1)
    return standardised(observed, expected, rule.method)
