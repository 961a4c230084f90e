"""A design of several stages in pictures: bounds, curve, and the designs it was chosen from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.design.staged.staged_design import write_bounds
from trialwright.report.design.panels import BoundaryPanel, CurvePanel, FrontierPanel
from trialwright.report.design.simon_panels import DECLARE, STOP, rates_around

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from trialwright.design.boundaries import Boundaries
    from trialwright.design.staged.staged_design import StagedDesign, StagedFrontier
    from trialwright.report.design.panels import Panel

_MOST_IN_TITLE = 3  # looks whose bounds are written there


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
    rate = rates_around(p0, p1)
    found = boundaries.characteristics(rate)
    curves: dict[str, Sequence[float] | NDArray[np.float64]] = {
        "declare activity": found.probability_high,
        "stop early": found.probability_early_stop,
    }
    if undecided:
        curves["undecided"] = 1 - found.probability_high - found.probability_low
    drawn, judged = _titles(boundaries)
    return (
        BoundaryPanel(boundaries, "responders", STOP, DECLARE, title=drawn),
        CurvePanel(
            rate,
            curves,
            {"p0": p0, "p1": p1},
            expected_patients=found.expected_patients,
            title=judged,
        ),
    )


def _titles(boundaries: Boundaries) -> tuple[str, str]:
    """Return the titles of both pictures; bounds that are too many for a title are counted."""
    stages = len(boundaries.looks)
    if stages > _MOST_IN_TITLE:
        name = f"Design of {stages} stages, {boundaries.most_patients} patients"
        return name, "Operating characteristics"
    bounds = write_bounds(boundaries)
    return f"Design {bounds}", f"Operating characteristics of {bounds}"
