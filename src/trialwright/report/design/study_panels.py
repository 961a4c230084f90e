"""The design of a study file in pictures: responders, the curve, and the overlay of toxicity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.panels import BoundaryPanel
from trialwright.report.design.simon_panels import DECLARE, STOP, curve_of_design
from trialwright.report.design.toxicity_panels import panels_of_toxicity

if TYPE_CHECKING:
    from trialwright.design.study_design import JudgedDesign, StudyDesign
    from trialwright.report.design.panels import Panel


def panels_of_study(found: StudyDesign) -> tuple[Panel, ...]:
    """Return the boundaries and curve of each design, and those of the toxicity rule."""
    panels: list[Panel] = []
    for one in found.designs:
        panels += [bounds_of(one), curve_of_design(one.design, one.asked.p0, one.asked.p1)]
    if found.toxicity is not None:
        panels += panels_of_toxicity(found.toxicity.boundaries, {"limit": found.toxicity.limit})
    return tuple(panels)


def bounds_of(
    one: JudgedDesign, seen: tuple[tuple[int, int], ...] = (), waiting: tuple[int, ...] = ()
) -> BoundaryPanel:
    """Return the boundary plot of a two-stage design of a study."""
    title = f"Two-stage design {one.design}, for {one.asked.p0:g} against {one.asked.p1:g}"
    return BoundaryPanel(one.design.boundaries, "responders", STOP, DECLARE, seen, title, waiting)
