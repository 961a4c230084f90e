"""Pictures of a design: bounds against patients, chances against the true rate, the frontier.

A picture of a design is a sheet of panels, one below the other. A panel is data; how it is painted
stands in the module of its kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.boundaries import Boundaries

_HEIGHT_INCHES = 4.4  # of a panel with its title
_KINDS = (".svg", ".png", ".pdf")


@dataclass(frozen=True, slots=True)
class BoundaryPanel:
    """Count against patients evaluated: where the trial stops, and where it stands.

    Parameters
    ----------
    boundaries : Boundaries
        The rule.
    counted : str
        Who is counted, in the plural: ``"responders"``.
    low, high : str
        What a stop by the lower and by the upper bound means: ``"stop: not active"``,
        ``"activity declared"``. Empty for a rule without that side.
    seen : tuple of (int, int)
        Where the trial stands: (patients, count) after each evaluated patient; empty at design.
    title : str
        Of the panel.
    """

    boundaries: Boundaries
    counted: str
    low: str = ""
    high: str = ""
    seen: tuple[tuple[int, int], ...] = ()
    title: str = "Boundaries"


@dataclass(frozen=True, slots=True)
class CurvePanel:
    """Chances, or expected patients, against the true rate.

    Parameters
    ----------
    rate : sequence of float
        True rates, ascending (x).
    curves : dict of str to sequence of float
        Name of each curve and its values, from 0 to 1; one value a rate.
    marks : dict of str to float
        Rates to mark on the axis: ``{"p0": 0.1, "p1": 0.3}``.
    rate_name : str
        What the rate is of: ``"true response rate"``.
    expected_patients : sequence of float
        Drawn against an axis on the right; empty: not drawn.
    title : str
        Of the panel.
    """

    rate: Sequence[float]
    curves: dict[str, Sequence[float]]
    marks: dict[str, float] = field(default_factory=dict)
    rate_name: str = "true response rate"
    expected_patients: Sequence[float] = ()
    title: str = "Operating characteristics"


@dataclass(frozen=True, slots=True)
class FrontierPanel:
    """Largest size against expected size: the designs that nothing beats in both.

    Parameters
    ----------
    patients, expected : sequence of float
        Largest size and expected size under the null hypothesis of each design.
    named : dict of str to (float, float)
        Designs to name: ``{"optimal 1/10 5/29": (29, 15.01)}``.
    title : str
        Of the panel.
    """

    patients: Sequence[float]
    expected: Sequence[float]
    named: dict[str, tuple[float, float]]
    title: str = "Designs by largest and expected size"


Panel = BoundaryPanel | CurvePanel | FrontierPanel
