"""Pictures of a design: bounds against patients, chances against the true rate, the frontier.

A picture of a design is a sheet of panels, one below the other. A panel is data; how it is painted
stands in the module of its kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.report.drawing import (
    WIDTH_INCHES,
    check_picture_path,
    draw_svg,
    drawing_settings,
    place_axes,
    render_picture,
)
from trialwright.whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from trialwright.design.boundaries import Boundaries

    Numbers = Sequence[float] | NDArray[np.float64]

_HEIGHT_INCHES = 4.4  # of a panel with its title


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
        Where the trial stands: (patients, count) after each evaluated patient, or where it was
        said; a gap is drawn as a dashed line. Empty at design.
    title : str
        Of the panel.
    waiting : tuple of int
        How many of the patients up to each point of ``seen`` may still respond; drawn as a band
        above the path. Empty: nobody.
    """

    boundaries: Boundaries
    counted: str
    low: str = ""
    high: str = ""
    seen: tuple[tuple[int, int], ...] = ()
    title: str = "Boundaries"
    waiting: tuple[int, ...] = ()


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
    value_name : str
        What the curves are.
    """

    rate: Numbers
    curves: dict[str, Numbers]
    marks: dict[str, float] = field(default_factory=dict)
    rate_name: str = "true response rate"
    expected_patients: Numbers = ()
    title: str = "Operating characteristics"
    value_name: str = "probability"


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
    expected_name : str
        Which expected size it is.
    """

    patients: Numbers
    expected: Numbers
    named: dict[str, tuple[float, float]]
    title: str = "Designs by largest and expected size"
    expected_name: str = "patients expected at the rate of no interest"


Panel = BoundaryPanel | CurvePanel | FrontierPanel


def draw_sheet(panels: Sequence[Panel], key: str = "design") -> str:
    """Return the panels below one another as SVG that can stand in a page.

    Parameters
    ----------
    panels : sequence of Panel
        One or more.
    key : str
        Distinguishes the identifiers of this picture from those of others in the page.

    Raises
    ------
    ValueError
        If there is no panel.
    """
    size = sheet_size(panels)
    with drawing_settings():
        return draw_svg(key, size, lambda figure: paint_sheet(figure, panels))


def write_sheet(panels: Sequence[Panel], path: str | Path) -> None:
    """Write the panels below one another into a file.

    Parameters
    ----------
    panels : sequence of Panel
        One or more.
    path : str or Path
        Its ending says what is written: ``.svg``, ``.png`` or ``.pdf``. The file is written whole
        or not at all.

    Raises
    ------
    ExportError
        If the ending is another one, or the folder does not exist.
    ValueError
        If there is no panel.
    """
    kind = check_picture_path(path)
    content = render_picture(kind, sheet_size(panels), lambda figure: paint_sheet(figure, panels))
    write_whole(Path(path), content)


def sheet_size(panels: Sequence[Panel]) -> tuple[float, float]:
    """Return width and height of the panels below one another, in inches.

    Raises
    ------
    ValueError
        If there is no panel.
    """
    if not panels:
        msg = "a picture needs one panel or more"
        raise ValueError(msg)
    return WIDTH_INCHES, _HEIGHT_INCHES * len(panels)


def paint_sheet(figure: Figure, panels: Sequence[Panel]) -> None:
    """Put the panels below one another on a figure of that size."""
    from trialwright.report.design.boundary_plot import paint_boundaries
    from trialwright.report.design.curve_plot import paint_curves, paint_frontier

    for number, panel in enumerate(panels):
        below = _HEIGHT_INCHES * (len(panels) - 1 - number)
        above = _HEIGHT_INCHES * number
        axes = place_axes(figure, (0.75, 0.75, below + 0.55, above + 0.75))
        match panel:
            case BoundaryPanel():
                paint_boundaries(axes, panel)
            case CurvePanel():
                paint_curves(axes, panel)
            case FrontierPanel():
                paint_frontier(axes, panel)
        width, height = figure.get_size_inches()
        figure.text(
            0.75 / width, 1 - (above + 0.22) / height, panel.title, fontsize=9.5, va="center",
            fontweight="bold",
        )  # fmt: skip
