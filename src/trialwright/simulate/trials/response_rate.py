"""A scenario with a wanted response rate in a protocol: its shrinkage is moved until it fits.

Design and scenario then speak of the same rate: what Simon's table calls 10 % is the share of
virtual patients whom the study's own rules call responders.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

from trialwright.errors import StudyError
from trialwright.simulate.scenario import Basis
from trialwright.simulate.scenario_change import SEARCH_FACTOR, with_values
from trialwright.simulate.trials.batches import Trials, run_in_batches
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.simulate.trials.measured import Chance
from trialwright.simulate.trials.trial_numbers import FIRST_CHECK_TRIAL, FIRST_REFERENCE_TRIAL
from trialwright.study.counting import OF_THE_STUDY

if TYPE_CHECKING:
    from trialwright.simulate.scenario import Scenario
    from trialwright.study.model import Study

SHRINKAGE = "growth.ks_median_per_week"  # what is moved
_CHECK_PATIENTS = 100_000
_HALVINGS = 24


@dataclass(frozen=True, slots=True)
class ResponseRateFit:
    """A scenario with a wanted response rate.

    Parameters
    ----------
    scenario : Scenario
        The scenario, its median shrinkage moved.
    wanted : float
        Response rate.
    rate : Chance
        The one reached, in other patients than those of the search.
    ks_median_per_week : float
        The shrinkage found.
    """

    scenario: Scenario
    wanted: float
    rate: Chance
    ks_median_per_week: float

    @property
    def reached(self) -> float:
        """Response rate that was reached."""
        return self.rate.value

    @property
    def standard_error(self) -> float:
        """Standard error of the rate that was reached."""
        return self.rate.standard_error


def fit_response_rate(
    study: Study,
    scenario: Scenario,
    rate: float,
    *,
    seed: int,
    patients: int = 60_000,
    threads: int | None = None,
) -> ResponseRateFit:
    """Move a scenario's median shrinkage until a share ``rate`` of patients respond.

    The rate that is reached is read from 100,000 other patients.

    Parameters and errors are those of `find_shrinkage`.
    """
    ks = find_shrinkage(study, scenario, rate, seed=seed, patients=patients, threads=threads)
    fitted = _with_shrinkage(scenario, ks)
    machine = TrialMachine.of(study, fitted, OF_THE_STUDY)
    apart = Trials.holding(_CHECK_PATIENTS, machine.conduct.patients, seed=seed, threads=threads)
    return ResponseRateFit(fitted, rate, share_of_responders(machine, apart, FIRST_CHECK_TRIAL), ks)


def find_shrinkage(
    study: Study,
    scenario: Scenario,
    rate: float,
    *,
    seed: int,
    patients: int,
    threads: int | None = None,
) -> float:
    """Find the median shrinkage at which a share ``rate`` of patients respond, by bisection.

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
        Patients drawn at each step, at least.
    threads : int or None
        Threads to work with; none: one a core. No number depends on it.

    Returns
    -------
    float
        To four digits, as a scenario file will hold it.

    Raises
    ------
    StudyError
        If no shrinkage gives that rate; the message says how near the nearest comes.
    ValueError
        If ``rate`` lies outside (0, 1).
    """
    if not 0 < rate < 1:
        msg = f"rate must lie between 0 and 1, not {rate}"
        raise ValueError(msg)

    def reached(log_ks: float) -> float:
        moved = _with_shrinkage(scenario, exp(log_ks))
        machine = TrialMachine.of(study, moved, OF_THE_STUDY)
        trials = Trials.holding(patients, machine.conduct.patients, seed=seed, threads=threads)
        return share_of_responders(machine, trials, FIRST_REFERENCE_TRIAL).value

    start = max(scenario.growth.ks_median_per_week, 1e-3)
    low, high = log(start / SEARCH_FACTOR), log(start * SEARCH_FACTOR)
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
    return float(f"{exp((low + high) / 2):.4g}")


def share_of_responders(machine: TrialMachine, trials: Trials, first: int) -> Chance:
    """Return the share of patients who respond in trials that enrol everybody.

    Parameters
    ----------
    machine : TrialMachine
        Study and scenario; its looks are left aside.
    trials : Trials
        How many trials.
    first : int
        Number of the first trial (``trial_numbers``).
    """
    batches = run_in_batches(without_looks(machine), trials, first=first)
    responders = sum(int(outcomes["responders"].sum()) for _, outcomes in batches)
    return Chance.of(responders, trials.count * machine.conduct.patients)


def _with_shrinkage(scenario: Scenario, ks: float) -> Scenario:
    basis = Basis("assumption", "moved until a wanted share of patients respond")
    return with_values(scenario, {SHRINKAGE: ks}, {SHRINKAGE: basis})
