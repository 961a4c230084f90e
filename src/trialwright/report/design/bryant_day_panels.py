"""Bryant and Day's design in pictures: both boundaries, the frontier, the chance to recommend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.report.design.joint_panels import panels_of_two_rules
from trialwright.report.design.panels import CurvePanel, FrontierPanel
from trialwright.report.design.wording import say_rate

if TYPE_CHECKING:
    from trialwright.design.bryant_day.search import BryantDayDesign, BryantDaySearch
    from trialwright.report.design.panels import Numbers, Panel

_POINTS = 41  # of a curve


def panels_of_bryant_day(found: BryantDaySearch, design: BryantDayDesign) -> tuple[Panel, ...]:
    """Return both boundaries of one design, its chance to recommend, and the frontier.

    Parameters
    ----------
    found : BryantDaySearch
        The search, with its hypotheses.
    design : BryantDayDesign
        The design to draw.
    """
    rules = panels_of_two_rules(design.response, design.toxicity)
    return *rules, _curves(found, design), _frontier(found)


def _curves(found: BryantDaySearch, design: BryantDayDesign) -> CurvePanel:
    """Return the chance to recommend against the response rate, at the lowest odds ratio."""
    rate = np.linspace(0.0, min(1.0, found.response[1] + 0.3), _POINTS).tolist()
    low = found.odds_ratio[0]
    curves: dict[str, Numbers] = {
        f"recommended, toxicity {say_rate(toxicity)}": [
            design.characteristics(p, toxicity, odds_ratio=low).probability_success for p in rate
        ]
        for toxicity in sorted(found.toxicity)
    }
    marks = {"p0": found.response[0], "p1": found.response[1]}
    return CurvePanel(rate, curves, marks, title="Chance to recommend the treatment")


def _frontier(found: BryantDaySearch) -> FrontierPanel:
    sizes = [design.n for design in found.frontier]
    named = {
        f"{found.names(design)} {design.n1}/{design.n}": (
            float(design.n),
            found.expected_patients[found.frontier.index(design)],
        )
        for design in found.admissible
    }
    return FrontierPanel(
        sizes, found.expected_patients, named, expected_name="larger of the two expected numbers"
    )
