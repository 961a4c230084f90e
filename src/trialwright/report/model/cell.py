"""A cell: the text that is read, the numbers it was written from, and who is behind them."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from trialwright.report.model.inputs import Inputs
    from trialwright.stats.result import State

Tone = Literal["", "CR", "PR", "SD", "Non-CR/Non-PD", "PD", "NE", "alert", "procedural", "strong"]


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a cell.

    Parameters
    ----------
    statistic : str
        What it is: ``patients``, ``percent``, ``median``, ``lower limit``, ``p-value``.
    value : float or None
        In full, as it was computed; none where ``state`` says that there is none.
    state : {"estimated", "not reached", "not estimable"}
        Why there is no value; a plain count is "estimated" too.
    """

    statistic: str
    value: float | None
    state: State = "estimated"

    def __post_init__(self) -> None:
        """Keep nan out: a number that does not exist says so."""
        if self.value is not None and isnan(self.value):
            object.__setattr__(self, "value", None)
            if self.state == "estimated":
                object.__setattr__(self, "state", "not estimable")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table, or one live value within a sentence.

    Parameters
    ----------
    text : str
        As it is read: ``5 (17.2 %)``. Written by ``report.formats`` from ``numbers``.
    numbers : tuple of Number
        What the text was written from, in the order of the text; empty for words alone.
    inputs : Inputs or None
        The patients behind the numbers.
    method : str
        How the numbers were made, where it is not the method of the table: ``Clopper–Pearson``.
    notes : tuple of str
        Footnotes of this cell; the table gives them letters.
    tone : Tone
        A response that colours the cell, or what sets it apart. The text alone says as much.
    sort : float or None
        Orders the column where the text does not: a date as a number, say.
    target : str
        Key of the section, table or figure that the cell points to: a page makes it a link, paper
        adds the page number.
    among : Inputs or None
        Who makes up the denominator of a share, where that is not the population of the display:
        those who were given a drug, those with a value.
    """

    text: str
    numbers: tuple[Number, ...] = ()
    inputs: Inputs | None = None
    method: str = ""
    notes: tuple[str, ...] = ()
    tone: Tone = ""
    sort: float | None = None
    target: str = ""
    among: Inputs | None = None


def word_cell(text: str, *, tone: Tone = "") -> Cell:
    """Make a cell of words alone."""
    return Cell(text, tone=tone)


def word_cells(*texts: str) -> tuple[Cell, ...]:
    """Make cells of words alone, such as those of a listing."""
    return tuple(Cell(text) for text in texts)
