"""The search for the knobs: the same virtual patients at every step, differences in errors.

The rates then move smoothly with the knobs, as far as counts of patients can.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, inf, log
from typing import TYPE_CHECKING

import numpy as np

from trialwright.errors import StudyError
from trialwright.simulate.calibration.reached import Draw, Reached, draw_reached
from trialwright.simulate.scenario import Basis
from trialwright.simulate.scenario_change import SEARCH_FACTOR, value_of, with_values
from trialwright.simulate.scenario_file import parameter_named
from trialwright.simulate.trials.trial_numbers import FIRST_REFERENCE_TRIAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.simulate.calibration.setting import Setting
    from trialwright.simulate.calibration.target import Target
    from trialwright.simulate.scenario import Scenario

    Floats = NDArray[np.float64]

STEP = 0.05  # of the logarithm of a knob, for the Jacobian; 20,000 patients see it clearly
_SETTLED = 1e-3  # relative change of objective or knobs below which the search ends
_DIGITS = 4  # of a knob, as the scenario file holds it
_INSIDE = 1e-6  # a start on the bound is no interior point for the search


@dataclass(frozen=True, slots=True)
class Search:
    """How the knobs are looked for.

    Parameters
    ----------
    seed : int
        Names the virtual patients.
    patients : int
        Patients at each step.
    check_patients : int
        Other patients, from which the reported rates are read.
    most_steps : int
        Steps after which the search gives up.
    threads : int
        Threads to work with; no number depends on it.
    """

    seed: int = 1
    patients: int = 20_000
    check_patients: int = 100_000
    most_steps: int = 30
    threads: int = 1

    def __post_init__(self) -> None:
        for name in ("patients", "check_patients", "most_steps", "threads"):
            if getattr(self, name) < 1:
                msg = f"{name} must be 1 or more, not {getattr(self, name)}"
                raise ValueError(msg)


@dataclass(slots=True)
class KnobSearch:
    """The search: what is moved, from where, and how often patients were drawn."""

    targets: tuple[Target, ...]
    start: Scenario
    setting: Setting
    knobs: tuple[str, ...]
    how: Search
    evaluations: int = 0
    low: Floats = field(init=False)
    high: Floats = field(init=False)
    origin: Floats = field(init=False)

    def __post_init__(self) -> None:
        ranges = [_range_of(self.start, name) for name in self.knobs]
        if not ranges or len(set(self.knobs)) < len(self.knobs):
            msg = "knobs must name one number of the scenario or more, each once"
            raise StudyError(msg)
        self.origin, self.low, self.high = (
            np.array(column) for column in zip(*ranges, strict=True)
        )

    def scenario_at(self, logs: Floats, title: str = "") -> Scenario:
        """Return the scenario with its knobs at these logarithms, as a file will hold them."""
        values = {
            name: float(f"{exp(x):.{_DIGITS}g}")
            for name, x in zip(self.knobs, logs.tolist(), strict=True)
        }
        basis = Basis("source", f"fitted to {title} in the setting {self.setting.name}")
        return with_values(self.start, values, dict.fromkeys(values, basis))

    def differences(self, logs: Floats) -> Floats:
        """Return reached less wanted shares in standard errors; shape (targets,)."""
        values = {name: exp(x) for name, x in zip(self.knobs, logs.tolist(), strict=True)}
        scenario = with_values(self.start, values, {})
        reached = self.draw(scenario, self.how.patients, FIRST_REFERENCE_TRIAL)
        shares = reached.shares(self.targets)
        if not np.isfinite(shares).all():
            names = [t.estimate for t, x in zip(self.targets, shares, strict=True) if np.isnan(x)]
            msg = (
                f"targets {', '.join(names)}: nobody is followed that long in the setting "
                f"{self.setting.name}; lengthen schedule.horizon_months, or leave them out"
            )
            raise StudyError(msg)
        wanted = np.array([one.share for one in self.targets])
        errors = np.array([one.standard_error for one in self.targets])
        change: Floats = (shares - wanted) / errors
        return change

    def jacobian(self, logs: Floats) -> Floats:
        """Return the change of the differences per unit of each logarithm, centrally."""
        columns = []
        for place in range(len(self.knobs)):
            above, below = logs.copy(), logs.copy()
            above[place] = min(logs[place] + STEP, self.high[place])
            below[place] = max(logs[place] - STEP, self.low[place])
            change = self.differences(above) - self.differences(below)
            columns.append(change / (above[place] - below[place]))
        return np.stack(columns, axis=1)

    def draw(self, scenario: Scenario, patients: int, first_trial: int) -> Reached:
        """Draw patients of a scenario, and count that it was done."""
        self.evaluations += 1
        draw = Draw(self.how.seed, first_trial, patients, self.how.threads)
        return draw_reached(scenario, self.setting, draw)


def look(search: KnobSearch) -> tuple[Floats, Floats, bool]:
    """Return where the search ends, the Jacobian there, and whether it ended by itself."""
    from scipy.optimize import least_squares

    start = np.clip(search.origin, search.low + _INSIDE, search.high - _INSIDE)
    result = least_squares(
        search.differences,
        start,
        jac=search.jacobian,
        bounds=(search.low, search.high),
        xtol=_SETTLED,
        ftol=_SETTLED,
        gtol=_SETTLED,
        max_nfev=search.how.most_steps,
    )
    return result.x, np.asarray(result.jac), result.status > 0


def _range_of(scenario: Scenario, name: str) -> tuple[float, float, float]:
    """Return the logarithms of a knob's start, least and most value."""
    limits = parameter_named(name).limits
    value = value_of(scenario, name)
    if limits is None or isinstance(value, bool) or not isinstance(value, float):
        msg = f"knob {name} of scenario {scenario.name} is {value!r}; a knob is one real number"
        raise StudyError(msg)
    if value <= 0:
        msg = (
            f"knob {name} of scenario {scenario.name} is {value:g}; knobs move on a log scale: "
            "start it above 0"
        )
        raise StudyError(msg)
    least = max(log(value / SEARCH_FACTOR), log(limits.least) if limits.least > 0 else -inf)
    most = min(log(value * SEARCH_FACTOR), log(limits.most))
    return log(value), least, most
