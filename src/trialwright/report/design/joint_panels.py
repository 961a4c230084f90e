"""The bounds of response and of toxicity in one trial, in pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.panels import BoundaryPanel

if TYPE_CHECKING:
    from trialwright.design.boundaries import Boundaries


def panels_of_two_rules(
    response: Boundaries, toxicity: Boundaries
) -> tuple[BoundaryPanel, BoundaryPanel]:
    """Return both boundary plots: too few responses stop the trial, too much toxicity does.

    Parameters
    ----------
    response, toxicity : Boundaries
        The rules, with lower and with upper bounds.
    """
    return (
        BoundaryPanel(response, "responders", "stop: too few responses", title="Response"),
        BoundaryPanel(toxicity, "with toxicity", high="stop: too much toxicity", title="Toxicity"),
    )
