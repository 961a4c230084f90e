"""A first stage of another size in pictures: the new bounds, the plan's, and what each does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.panels import BoundaryPanel, CurvePanel
from trialwright.report.design.simon_panels import DECLARE, STOP, rates_around

if TYPE_CHECKING:
    from trialwright.design.attained.redesign import AttainedStageRedesign
    from trialwright.design.attained.sizes import AttainedSizes
    from trialwright.report.design.panels import Numbers, Panel


def panels_of_attained_stage(
    found: AttainedStageRedesign, *, sizes: AttainedSizes | None = None
) -> tuple[Panel, ...]:
    """Return bounds of the new design and of the plan, and the chance to declare activity."""
    p0, p1, *_ = found.hypotheses
    rate = rates_around(p0, p1)
    new = found.design.boundaries.characteristics(rate)
    curves: dict[str, Numbers] = {f"new design {found.design}": new.probability_high}
    panels: list[Panel] = [
        BoundaryPanel(
            found.design.boundaries, "responders", STOP, DECLARE,
            title=f"New design {found.design}",
        )
    ]  # fmt: skip
    if sizes is not None:
        planned, attained = (
            one.characteristics(rate).probability_high for one in (sizes.planned, sizes.attained)
        )
        curves |= {f"plan {sizes.plan}": planned, "its bounds, attained sizes": attained}
        panels.append(
            BoundaryPanel(
                sizes.planned, "responders", STOP, DECLARE, title=f"Planned design {sizes.plan}"
            )
        )
    marks = {"p0": p0, "p1": p1}
    return (*panels, CurvePanel(rate, curves, marks, title="Chance to declare activity"))
