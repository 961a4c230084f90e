"""The pictures of a toxicity rule: the counts that stop, and how often they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.report.design.panels import BoundaryPanel, CurvePanel

if TYPE_CHECKING:
    from trialwright.design.boundaries import Boundaries

_STEPS = 50  # of the curve
_BEYOND = 1.6  # times the highest rate of interest is drawn


def panels_of_toxicity(
    plan: Boundaries,
    marks: dict[str, float],
    *,
    seen: tuple[tuple[int, int], ...] = (),
) -> tuple[BoundaryPanel, CurvePanel]:
    """Return the boundary plot and the curve of a toxicity rule.

    Parameters
    ----------
    plan : Boundaries
        The rule, with upper bounds.
    marks : dict of str to float
        Rates to mark on the curve: ``{"limit": 0.3}``; at least one.
    seen : tuple of (int, int)
        Where the trial stands: (patients, toxicities) after each patient; empty at design.

    Returns
    -------
    tuple of BoundaryPanel and CurvePanel
        For `draw_sheet` or `write_sheet`.
    """
    rate = np.linspace(0, min(1.0, _BEYOND * max(marks.values())), _STEPS + 1)
    found = plan.characteristics(rate)
    stopped = {"stopped for toxicity": found.probability_high.tolist()}
    return (
        BoundaryPanel(plan, "patients with toxicity", high="stop: too toxic", seen=seen),
        CurvePanel(
            rate.tolist(), stopped, marks, "true toxicity rate", found.expected_patients.tolist()
        ),
    )
