"""A scenario with a wanted response rate in a protocol: its shrinkage is moved until it fits.

Design and scenario then speak of the same rate: what Simon's table calls 10 % is the share of
virtual patients whom the study's own rules call responders.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING

from trialwright.errors import StudyError
from trialwright.simulate.scenario import Basis
from trialwright.simulate.scenario_change import with_values
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.simulate.trials.reference import FIRST_REFERENCE_TRIAL
from trialwright.study.counting import OF_THE_STUDY

if TYPE_CHECKING:
    from trialwright.simulate.scenario import Scenario
    from trialwright.study.model import Study

_SHRINKAGE = "growth.ks_median_per_week"
_FACTOR = 64.0  # the median shrinkage is looked for up to so many times above and below
_HALVINGS = 24


@dataclass(frozen=True, slots=True)
class ResponseRateFit:
    """A scenario with a wanted response rate.

    Parameters
    ----------
    scenario : Scenario
        The scenario, its median shrinkage moved.
    wanted, reached : float
        Response rates.
    standard_error : float
        Of ``reached``, from the number of patients drawn.
    ks_median_per_week : float
        The shrinkage found.
    """

    scenario: Scenario
    wanted: float
    reached: float
    standard_error: float
    ks_median_per_week: float


def fit_response_rate(
    study: Study, scenario: Scenario, rate: float, *, seed: int, patients: int = 60_000
) -> ResponseRateFit:
    """Move a scenario's median shrinkage until a share ``rate`` of patients respond.

    Parameters
    ----------
    study : Study
        Whose rules call a patient a responder.
    scenario : Scenario
        Where to start; nothing but ``growth.ks_median_per_week`` changes.
    rate : float
        Wanted response rate, in (0, 1).
    seed : int
        The same patients are drawn at every step, so that the rate moves smoothly.
    patients : int
        Patients drawn at each step.

    Raises
    ------
    StudyError
        If no shrinkage gives that rate; the message says how near the nearest comes.
    """
    if not 0 < rate < 1:
        msg = f"rate must lie between 0 and 1, not {rate}"
        raise ValueError(msg)
    start = max(scenario.growth.ks_median_per_week, 1e-3)
    low, high = log(start / _FACTOR), log(start * _FACTOR)

    def reached(log_ks: float) -> float:
        return _response_rate(study, _with_shrinkage(scenario, exp(log_ks)), seed, patients)

    least, most = reached(low), reached(high)
    if not least <= rate <= most:
        msg = (
            f"scenario {scenario.name}: shrinkage alone gives response rates from {least:.3f} to "
            f"{most:.3f} in this protocol, not {rate:g}; change new lesions or growth too"
        )
        raise StudyError(msg)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) < rate else (low, middle)
    ks = float(f"{exp((low + high) / 2):.4g}")  # as a scenario file will hold it
    fitted = _with_shrinkage(scenario, ks)
    found = _response_rate(study, fitted, seed, patients)
    return ResponseRateFit(fitted, rate, found, sqrt(found * (1 - found) / patients), ks)


def _with_shrinkage(scenario: Scenario, ks: float) -> Scenario:
    basis = Basis("assumption", "moved until a wanted share of patients respond")
    return with_values(scenario, {_SHRINKAGE: ks}, {_SHRINKAGE: basis})


def _response_rate(study: Study, scenario: Scenario, seed: int, patients: int) -> float:
    machine = without_looks(TrialMachine.of(study, scenario, OF_THE_STUDY))
    size = machine.conduct.patients
    trials = -(-patients // size)
    outcomes = machine.run(seed, FIRST_REFERENCE_TRIAL, trials)
    return float(outcomes["responders"].sum() / (trials * size))
