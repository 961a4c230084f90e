"""What a scenario gives in a setting: the rates that targets ask for, in many virtual patients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from trialwright.simulate.calibration.setting import Setting
    from trialwright.simulate.calibration.target import Target
    from trialwright.simulate.scenario import Scenario
    from trialwright.stats.kaplan_meier import KaplanMeier

    Floats = NDArray[np.float64]

_COUNTS = {"ORR": "responders", "DCR": "controlled"}
_CURVES = {"PFS": "progression_free", "OS": "survival", "TTP": "progression"}


@dataclass(frozen=True, slots=True)
class Draw:
    """Which virtual patients are drawn: the same for every scenario that is looked at.

    Parameters
    ----------
    seed : int
        Names the series.
    first_trial : int
        Number of the first trial in it.
    patients : int
        How many at least; whole trials are drawn.
    threads : int
        Threads to work with; no number depends on it.
    """

    seed: int
    first_trial: int
    patients: int
    threads: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """What was read from virtual patients of a scenario in a setting.

    Parameters
    ----------
    patients : int
        How many.
    rates : mapping of str to float
        ``ORR`` and ``DCR``.
    curves : mapping of str to KaplanMeier
        ``PFS``, ``OS`` and ``TTP``, times in months.
    window_months : float
        By how much a scan may be early or late.
    """

    patients: int
    rates: Mapping[str, float]
    curves: Mapping[str, KaplanMeier]
    window_months: float

    def shares(self, targets: Sequence[Target]) -> Floats:
        """Return the share that each target is fitted by; shape (targets,)."""
        return np.array([self.share(one) for one in targets])

    def share(self, target: Target) -> float:
        """Return a rate; for a median the rate at the published time; ``nan``: nobody was left.

        A published median of PFS is the day of a scan, which here may be a week sooner or later:
        of the rates within the window of the scans the one nearest to one half counts.
        """
        if not target.curve:
            return self.rates[target.estimate]
        curve = self.curves[target.curve]
        if not target.is_median or target.curve == "OS":
            return float(curve.at(target.months).value)
        before = curve.at(max(target.months - self.window_months, 0.0)).value
        after = curve.at(target.months + self.window_months).value
        return float(min(max(target.share, after), before))

    def value(self, target: Target) -> float:
        """Return what a target names, in its own unit; ``nan``: a median is not reached."""
        return self.median(target.curve) if target.is_median else self.share(target)

    def median(self, curve: str) -> float:
        """Return the median of ``PFS``, ``OS`` or ``TTP`` in months; ``nan``: it is not reached."""
        return float(self.curves[curve].quantile(0.5).value)


def draw_reached(scenario: Scenario, setting: Setting, draw: Draw) -> Reached:
    """Draw the patients of a scenario in a setting.

    Raises
    ------
    StudyError
        If the setting asks for what only an analysis can do, or the scenario does not fit it.
    MissingExtra
        If Numba is not installed.
    """
    from trialwright.simulate.trials.estimates import Asked, times_of
    from trialwright.stats.kaplan_meier import KaplanMeier

    machine, asked = setting.machine(scenario), Asked.of(setting.study)
    trials = -(-draw.patients // machine.conduct.patients)
    outcomes = machine.run(draw.seed, draw.first_trial, trials, threads=draw.threads)
    patients = int(outcomes["enrolled"].sum())
    curves = {}
    for name, field in _CURVES.items():
        months, is_event, _ = times_of(outcomes, field, asked)
        curves[name] = KaplanMeier.fit(months, is_event)
    rates = {name: float(outcomes[field].sum() / patients) for name, field in _COUNTS.items()}
    window = setting.study.schedule.assessment_window_days.require() / asked.days_per_month
    return Reached(patients, rates, curves, window)


def share_error(share: float, patients: int) -> float:
    """Return the Monte Carlo standard error of a share; ``nan`` of ``nan``."""
    return float(np.sqrt(share * (1 - share) / patients))
