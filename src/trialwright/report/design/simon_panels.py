"""A two-stage design in pictures: its bounds, its curve, and the designs it was chosen from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.report.design.panels import BoundaryPanel, CurvePanel, FrontierPanel

if TYPE_CHECKING:
    from trialwright.design import SimonDesign, SimonSearch, TwoStageDesign
    from trialwright.report.design.panels import Panel

STOP, DECLARE = "stop: not active", "activity declared"
_POINTS = 121  # of a curve


def panels_of_simon(found: SimonSearch, chosen: SimonDesign) -> tuple[Panel, ...]:
    """Return bounds, curve and frontier of a search, for the design that was chosen."""
    asked = found.hypotheses
    frontier = FrontierPanel(
        [point.total for point in found.frontier],
        [point.expected_patients for point in found.frontier],
        {str(one): (one.design.total, one.null.expected_patients) for one in found.admissible},
    )
    design = chosen.design
    bounds = BoundaryPanel(
        design.boundaries, "responders", STOP, DECLARE, title=f"Two-stage design {design}"
    )
    return bounds, curve_of_design(design, asked.p0, asked.p1), frontier


def curve_of_design(design: TwoStageDesign, p0: float, p1: float) -> CurvePanel:
    """Return the operating characteristics over the true rates around both hypotheses."""
    rate = rates_around(p0, p1)
    found = design.boundaries.characteristics(rate)
    return CurvePanel(
        rate,
        {"declare activity": found.probability_high, "stop early": found.probability_early_stop},
        {"p0": p0, "p1": p1},
        expected_patients=found.expected_patients,
        title=f"Operating characteristics of {design}",
    )


def rates_around(p0: float, p1: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return true rates from 0 to beyond p1, for a curve."""
    return np.linspace(0, min(1.0, p1 + max(p1 - p0, 0.15)), _POINTS)
