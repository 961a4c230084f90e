"""A design in words and pictures: protocol paragraph, sample-size box, boundary plot, curves."""

from trialwright.report.design.panels import (
    BoundaryPanel,
    CurvePanel,
    FrontierPanel,
    Panel,
    draw_sheet,
    write_sheet,
)
from trialwright.report.design.wording import Wording

__all__ = [
    "BoundaryPanel",
    "CurvePanel",
    "FrontierPanel",
    "Panel",
    "Wording",
    "draw_sheet",
    "write_sheet",
]
