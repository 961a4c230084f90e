"""What a cell of a workbook holds: text that is never a formula, or a number and its format."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from trialwright.errors import ExportError
from trialwright.report.writers.characters import show_controls

if TYPE_CHECKING:
    from openpyxl.cell import Cell as Place

    from trialwright.report.model import Cell

MOST_LETTERS = 32_767  # of one cell; Excel refuses more
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # would be read as the code of a letter
_ONE_NUMBER = re.compile(r"([^\d\x00-\x1f+−-]*)([+−-]?)(\d+)(?:\.(\d+))?([^\d]*)")
_MINUS = ("−", "-")
_ROUNDED = 0.4999999  # of the last digit: Excel rounds a half away from zero, Python does not


def set_text(place: Place, text: str, *, marks: str = "") -> None:
    """Put a text into a cell as text, whatever it begins with; marks of footnotes stand raised.

    Parameters
    ----------
    place : openpyxl.cell.Cell
        Where.
    text : str
        Any text; control characters are seen as their codes.
    marks : str
        Letters of footnotes.

    Raises
    ------
    ExportError
        If the text is longer than a cell can be.
    """
    shown = _CODE.sub("_x005F_", show_controls(text))
    if len(shown) > MOST_LETTERS:
        msg = (
            f"{place.parent.title}!{place.coordinate}: a text of {len(shown)} letters; a cell of a "
            f"workbook holds {MOST_LETTERS}: write the report in another format"
        )
        raise ExportError(msg)
    if marks:
        place.value = _raised(shown, marks)
        return
    # What openpyxl would check is checked; a text that begins with = is no formula
    place._value, place.data_type = shown, "s"  # noqa: SLF001
    if shown.startswith(("=", "+", "-", "@")):
        place.quotePrefix = True


def set_cell(place: Place, cell: Cell, marks: str = "") -> str:
    """Put a cell of a table into a workbook: a number where its text is one number, else the text.

    Parameters
    ----------
    place : openpyxl.cell.Cell
        Where.
    cell : Cell
        What is read, and the numbers it was written from.
    marks : str
        Letters of its footnotes.

    Returns
    -------
    str
        The format in which the number reads as the text, to be set with the look of the cell;
        empty for text.
    """
    number_format = find_format(cell, marks)
    if number_format:
        place.value = cell.numbers[0].value
    else:
        set_text(place, cell.text, marks=marks)
    return number_format


def find_format(cell: Cell, marks: str = "") -> str:
    """Return the format in which the one number of a cell reads as its text; empty for none.

    Parameters
    ----------
    cell : Cell
        What is read, and the numbers it was written from.
    marks : str
        Letters of its footnotes, which the format adds.
    """
    if len(cell.numbers) != 1:
        return ""
    value = cell.numbers[0].value
    found = _ONE_NUMBER.fullmatch(cell.text)
    if value is None or found is None or '"' in cell.text:
        return ""
    before, sign, whole, part, after = found.groups()
    digits = len(part or "")
    read = float(f"{whole}.{part or 0}") * (-1 if sign in _MINUS else 1)
    if abs(read - value) > _ROUNDED * 10**-digits or not _sign_stays(sign, value):
        return ""  # its text rounds, cuts or scales it otherwise than a format can
    ends = (before + sign, show_controls(after + (f" {marks}" if marks else "")))
    first, last = (f'"{end}"' if end else "" for end in ends)
    shown = f"{first}0{'.' + '0' * digits if digits else ''}{last}"
    return f"{shown};{shown};{shown}"


def _sign_stays(sign: str, value: float) -> bool:
    return {"": value >= 0, "+": value >= 0}.get(sign, value < 0)


def _raised(text: str, marks: str) -> Any:
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    return CellRichText(text, TextBlock(InlineFont(vertAlign="superscript"), marks))
