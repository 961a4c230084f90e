"""A design of several stages in pictures: bounds, curve, and the designs it was chosen from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.staged.staged_design import write_bounds
from trialwright.report.design.panels import BoundaryPanel, CurvePanel, FrontierPanel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trialwright.design.boundaries import Boundaries
    from trialwright.design.staged.staged_design import StagedDesign, StagedFrontier
    from trialwright.report.design.panels import Panel

STOP, DECLARE = "stop: not active", "activity declared"
_POINTS = 121  # of a curve


def panels_of_frontier(
    frontier: StagedFrontier, chosen: StagedDesign, p0: float, p1: float
) -> tuple[Panel, ...]:
    """Return bounds, curve and frontier of a search, for the design that was chosen.

    The picture of the frontier shows expected sizes at p0, so it is left out where another one was
    minimised.
    """
    pictures = panels_of_boundaries(chosen.boundaries, p0, p1)
    if frontier.minimise != "p0":
        return pictures
    points = FrontierPanel(
        [one.total for one in frontier.designs],
        [one.expected_patients[0] for one in frontier.designs],
        {str(one): (one.total, one.expected_patients[0]) for one in frontier.admissible},
    )
    return (*pictures, points)


def panels_of_boundaries(
    boundaries: Boundaries, p0: float, p1: float, *, undecided: bool = False
) -> tuple[Panel, ...]:
    """Return the bounds and what they do over the true rates around both hypotheses.

    Parameters
    ----------
    boundaries : Boundaries
        The design.
    p0, p1 : float
        Rates to mark.
    undecided : bool
        Whether to draw the chance of neither verdict too.
    """
    rate = np.linspace(0, min(1.0, p1 + max(p1 - p0, 0.15)), _POINTS)
    found = boundaries.characteristics(rate)
    curves: dict[str, Sequence[float] | NDArray[np.float64]] = {
        "declare activity": found.probability_high,
        "stop early": found.probability_early_stop,
    }
    if undecided:
        curves["undecided"] = 1 - found.probability_high - found.probability_low
    name = write_bounds(boundaries)
    return (
        BoundaryPanel(boundaries, "responders", STOP, DECLARE, title=f"Design {name}"),
        CurvePanel(
            rate,
            curves,
            {"p0": p0, "p1": p1},
            expected_patients=found.expected_patients,
            title=f"Operating characteristics of {name}",
        ),
    )
