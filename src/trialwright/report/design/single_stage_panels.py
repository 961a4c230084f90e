"""A single-stage design in pictures: its bound, and the chance to declare activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.panels import BoundaryPanel, CurvePanel
from trialwright.report.design.simon_panels import DECLARE, STOP, rates_around

if TYPE_CHECKING:
    from trialwright.design.single_stage.search import SingleStageDesign, SingleStageSearch
    from trialwright.report.design.panels import Panel


def panels_of_single_stage(
    found: SingleStageSearch, *, design: SingleStageDesign | None = None
) -> tuple[Panel, ...]:
    """Return bound and curve of a design of the search; of the smallest if None."""
    shown, asked = design or found.first, found.hypotheses
    bounds = BoundaryPanel(
        shown.boundaries, "responders", STOP, DECLARE, title=f"Single-stage design {shown}"
    )
    rate = rates_around(asked.p0, asked.p1)
    curve = CurvePanel(
        rate,
        {"declare activity": shown.boundaries.characteristics(rate).probability_high},
        {"p0": asked.p0, "p1": asked.p1},
        title=f"Operating characteristics of {shown}",
    )
    return bounds, curve
