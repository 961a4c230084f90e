"""Cells of listings: days that sort, sizes, responses in their colours."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from trialwright.report.formats import NOT_ESTIMABLE, NOTHING, show_size
from trialwright.report.model import Cell, Number
from trialwright.response import ImmuneResponseCode, Response

if TYPE_CHECKING:
    from datetime import date

    from trialwright.report.formats import Days
    from trialwright.report.model.cell import Tone

# iRECIST is coloured like its fellow of RECIST 1.1; a confirmed progression is a progression.
_TONES: dict[str, Tone] = {
    "CR": "CR", "PR": "PR", "SD": "SD", "Non-CR/Non-PD": "Non-CR/Non-PD", "PD": "PD", "NE": "NE",
    "iCR": "CR", "iPR": "PR", "iSD": "SD", "Non-iCR/Non-iUPD": "Non-CR/Non-PD", "iUPD": "PD",
    "iCPD": "PD",
}  # fmt: skip


def day_cell(day: date | None, days: Days) -> Cell:
    """Make the cell of a date; the column is ordered by it."""
    return Cell(days.show(day), sort=None if day is None else float(day.toordinal()))


def number_of_day(day: int) -> Cell:
    """Make the cell of a day counted from the first treatment: ``57``, ``−7``."""
    return Cell(f"{day}".replace("-", "−"), (Number("day", day),), sort=float(day))


def size_cell(size_mm: float | None) -> Cell:
    """Make the cell of a size in mm; a dash of none, NE of one that could not be read."""
    if size_mm is None:
        return Cell(NOTHING)
    if not isfinite(size_mm):
        return Cell(NOT_ESTIMABLE, (Number("size, mm", None, "not estimable"),))
    return Cell(show_size(size_mm), (Number("size, mm", size_mm),), sort=size_mm)


def response_cell(response: Response | ImmuneResponseCode) -> Cell:
    """Make the cell of a response, in its colour and ordered from CR to NE."""
    label = response.label
    if response in (Response.NONE, ImmuneResponseCode.NONE):
        return Cell(NOTHING)
    return Cell(label, tone=_TONES.get(label, ""), sort=float(response))
