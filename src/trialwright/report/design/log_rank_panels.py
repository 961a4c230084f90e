"""Pictures of a one-sample log-rank design: what it does at every true hazard ratio, and others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.report.design.panels import CurvePanel, FrontierPanel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trialwright.design.group_sequential.critical_values import GroupSequential
    from trialwright.design.log_rank import (
        LogRankDesign,
        LogRankLooks,
        LogRankSearch,
        LogRankTwoStage,
    )
    from trialwright.report.design.panels import Panel

    Floats = NDArray[np.float64]

_POINTS = 41  # of a curve
_WORST = 1.4  # hazard ratio up to which a curve is drawn
_FARTHEST = 5.0  # mean of Z up to which chances are drawn


def log_rank_panels(design: LogRankDesign | LogRankTwoStage | LogRankLooks) -> list[Panel]:
    """Return what a design does against the true hazard ratio, in the normal approximation.

    Parameters
    ----------
    design : LogRankDesign, LogRankTwoStage or LogRankLooks
        The design.
    """
    wanted = design.trial.hazard_ratio
    ratios = np.linspace(wanted / 2, _WORST, _POINTS).tolist()
    found = [design.characteristics(ratio) for ratio in ratios]
    curves: dict[str, Sequence[float] | Floats] = {
        "activity declared": [one.probability_declare_active for one in found]
    }
    if any(one.probability_early_stop for one in found):
        curves["stopped early"] = [one.probability_early_stop for one in found]
    return [
        CurvePanel(
            ratios,
            curves,
            {"worth pursuing": round(wanted, 4), "null": 1.0},
            "true hazard ratio",
            [one.expected_patients for one in found],
            f"{design}",
        )
    ]


def log_rank_search_panels(found: LogRankSearch, design: LogRankTwoStage) -> list[Panel]:
    """Return the chosen design, and the frontier of all that were found.

    Parameters
    ----------
    found : LogRankSearch
        What was searched.
    design : LogRankTwoStage
        The design that was chosen of it.
    """
    sizes = [float(one.patients) for one in found.frontier]
    named = {
        f"{one.design.first_stage} then {one.design.patients}": (
            float(one.design.patients),
            one.expected_patients,
        )
        for one in found.admissible
    }
    frontier = FrontierPanel(sizes, list(found.expected_patients), named)
    return [*log_rank_panels(design), frontier]


def group_sequential_panels(found: GroupSequential) -> list[Panel]:
    """Return the chance to have declared activity by each look, against the mean of Z."""
    drifts = np.linspace(0, _FARTHEST, _POINTS).tolist()
    chances = [found.chances(drift).crossed for drift in drifts]
    sums = np.cumsum(np.array(chances), axis=1)
    looks = range(len(found.information))
    curves: dict[str, Sequence[float] | Floats] = {
        f"by look {look + 1}": sums[:, look].tolist() for look in looks
    }
    return [CurvePanel(drifts, curves, {}, "mean statistic at full information", (), str(found))]
