"""Bayesian designs in pictures: bounds and curve of one outcome, bounds of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.boundaries import Boundaries
from trialwright.report.design.panels import BoundaryPanel, CurvePanel

if TYPE_CHECKING:
    from trialwright.design.bop2.pair import Bop2PairDesign
    from trialwright.report.design.panels import Panel

STOP, DECLARE = "stop: not active", "activity declared"
_POINTS = 121  # of a curve


def panels_of_boundaries(boundaries: Boundaries, p0: float, p1: float) -> tuple[Panel, ...]:
    """Return the bounds of one outcome and its curve over the true rates."""
    rate = np.linspace(0, min(1.0, p1 + max(p1 - p0, 0.15)), _POINTS)
    found = boundaries.characteristics(rate)
    curve = CurvePanel(
        rate.tolist(),
        {
            "declare activity": found.probability_high.tolist(),
            "stop early": found.probability_early_stop.tolist(),
        },
        {"p0": p0, "p1": p1},
        expected_patients=found.expected_patients.tolist(),
    )
    return BoundaryPanel(boundaries, "responders", STOP, DECLARE), curve


def panels_of_pair(design: Bop2PairDesign, names: tuple[str, str]) -> tuple[Panel, ...]:
    """Return what stops of each of two outcomes."""
    rule = design.rule
    says = "fails" if rule.stop_when == "both" else "stop"
    panels = []
    for name, watched in zip(names, (rule.first, rule.second), strict=True):
        bounds, counted = watched.boundaries, f"patients with {name}"
        nothing = (None,) * len(bounds.looks)
        if watched.bad == "low":
            bounds = Boundaries(bounds.looks, bounds.stop_at_most, nothing)
            panel = BoundaryPanel(bounds, counted, f"{says}: too few", title=name.capitalize())
        else:
            panel = BoundaryPanel(bounds, counted, "", f"{says}: too many", title=name.capitalize())
        panels.append(panel)
    return tuple(panels)
