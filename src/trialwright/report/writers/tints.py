"""Tints of cells on paper: pale enough that dark text stays readable, never the only cue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.palette import SHADES
from trialwright.response import Response

if TYPE_CHECKING:
    from trialwright.report.model import Cell, Row

_STRENGTH = 0.22  # of the colour of the figures, the rest is paper
_PAPER = 255
_PROCEDURAL, _ALERT = "ebe6f2", "fbe3d6"
_BY_LETTERS = {response.label: SHADES[response].fill for response in Response}


def tint_of(cell: Cell | None, row: Row) -> str:
    """Return the background of a cell as six hexadecimal digits; empty for paper.

    Parameters
    ----------
    cell : Cell or None
        The cell; none for the label of the row.
    row : Row
        Its row, whose mark shows where the cell has no tone of its own.
    """
    tone = "" if cell is None else cell.tone
    if tone in _BY_LETTERS:
        return _pale(_BY_LETTERS[tone])
    for name, tint in (("alert", _ALERT), ("procedural", _PROCEDURAL)):
        if name in (tone, row.mark):
            return tint
    return ""


def _pale(colour: str) -> str:
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "".join(f"{round(_PAPER - _STRENGTH * (_PAPER - part)):02x}" for part in parts)
