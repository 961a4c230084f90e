"""Cells of listings: days that sort, sizes, responses in their colours, texts and flags."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from trialwright.report.formats import NOT_ESTIMABLE, NOTHING, show_size, show_words
from trialwright.report.model import Cell, Number
from trialwright.response import ImmuneResponseCode, Response

if TYPE_CHECKING:
    from datetime import date

    from trialwright.report.formats import Days
    from trialwright.report.model.cell import Tone

_FLAGS = {True: "yes", False: "no", None: NOTHING}
_ROLES = {"target": "target", "non_target": "non-target", "new": "new lesion"}
# iRECIST is coloured like its fellow of RECIST 1.1; a confirmed progression is a progression.
_TONES: dict[str, Tone] = {
    "CR": "CR", "PR": "PR", "SD": "SD", "Non-CR/Non-PD": "Non-CR/Non-PD", "PD": "PD", "NE": "NE",
    "iCR": "CR", "iPR": "PR", "iSD": "SD", "Non-iCR/Non-iUPD": "Non-CR/Non-PD", "iUPD": "PD",
    "iCPD": "PD",
}  # fmt: skip


def day_cell(day: date | None, days: Days, *, known: str | None = None) -> Cell:
    """Make the cell of a day, which orders its column; of a completed one, with what is known.

    Parameters
    ----------
    day : date or None
        The day.
    days : Days
        How it looks.
    known : str, optional
        What is known of it where it is not a whole day: ``2026-03``.
    """
    order = None if day is None else float(day.toordinal())
    if day is None:
        return Cell(known or NOTHING, sort=order)
    return Cell(f"{days.show(day)} (known: {known})" if known else days.show(day), sort=order)


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


def text_cell(text: str | None) -> Cell:
    """Make the cell of a text on file; a dash for none."""
    return Cell(text or NOTHING)


def flag_cell(flag: bool | None) -> Cell:
    """Make the cell of a flag; a dash where nobody recorded it."""
    return Cell(_FLAGS[flag])


def number_cell_or_dash(statistic: str, value: float | None) -> Cell:
    """Make the cell of a number as it was measured; a dash where there is none."""
    if value is None:
        return Cell(NOTHING)
    return Cell(f"{value:.10g}", (Number(statistic, value),), sort=float(value))


def say_role(role: str) -> str:
    """Say what a lesion is in the reading: target, non-target, new lesion."""
    return _ROLES.get(role, show_words(role))
