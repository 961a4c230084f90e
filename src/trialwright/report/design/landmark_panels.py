"""A two-stage design for an event-free rate in pictures: what it does at each true rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.panels import CurvePanel
from trialwright.stats.historical import Weibull

if TYPE_CHECKING:
    from trialwright.design.landmark.values import LandmarkSearch

_POINTS = 60  # of a curve


def panels_of_landmark(found: LandmarkSearch, *, unit: str = "months") -> tuple[CurvePanel]:
    """Return the chances of the best design against the true event-free rate.

    Parameters
    ----------
    found : LandmarkSearch
        The search, with its hypotheses.
    unit : str
        Unit of the times, in the plural.
    """
    best, trial = found.optimal, found.trial
    low, high = max(0.02, 2 * trial.p0 - trial.p1), min(0.98, 2 * trial.p1 - trial.p0)
    rates = [low + i * (high - low) / _POINTS for i in range(_POINTS + 1)]
    shape = trial.null.hazard[0]
    done = [
        best.characteristics(Weibull.from_survival(shape, rate, at=trial.landmark))
        for rate in rates
    ]
    panel = CurvePanel(
        rates,
        {
            "activity declared": [one.probability_declare_active for one in done],
            "stopped early": [one.probability_stop for one in done],
        },
        marks={"p0": round(trial.p0, 4), "p1": round(trial.p1, 4)},
        rate_name=f"true event-free rate at {trial.landmark:g} {unit}",
        expected_patients=[one.expected_patients for one in done],
        title=f"{best.patients} patients, look at {best.interim_time:.1f} {unit}",
    )
    return (panel,)
