"""A design in words and pictures: protocol paragraph, sample-size box, boundary plot, curves."""

from trialwright.report.design.panels import (
    BoundaryPanel,
    CurvePanel,
    FrontierPanel,
    Panel,
    draw_sheet,
    paint_sheet,
    sheet_size,
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
    "paint_sheet",
    "sheet_size",
    "write_sheet",
]
