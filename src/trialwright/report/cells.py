"""Cells of the common statistics: the text by `report.formats`, the numbers in full beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.formats import (
    show_change,
    show_count,
    show_median,
    show_median_interval,
    show_percent,
    show_proportion_interval,
    show_rate,
)
from trialwright.report.model import Cell, Inputs, Number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwright.report.model.cell import Tone
    from trialwright.stats import Estimate, Proportion


def count_cell(
    patients: Iterable[str],
    total: int,
    *,
    gives: str = "counted",
    tone: Tone = "",
    among: Iterable[str] | None = None,
) -> Cell:
    """Make the cell ``5 (17.2 %)`` of patients who are named.

    Parameters
    ----------
    patients : iterable of str
        Those whom the cell counts; a patient who is named twice counts once.
    total : int
        The denominator; of nobody there is no percentage.
    gives : str
        What being counted means, for who counts again.
    tone : Tone
        What colours the cell.
    among : iterable of str, optional
        Who makes up the denominator, where that is not the population of the display.
    """
    inputs = Inputs.counted(dict.fromkeys(patients), gives)
    count = len(inputs.rows)
    numbers = [Number("patients", count)]
    if total:
        numbers.append(Number("percent", 100 * count / total))
    whole = None if among is None else Inputs.counted(dict.fromkeys(among))
    return Cell(show_count(count, total), tuple(numbers), inputs, tone=tone, among=whole)


def number_cell(
    statistic: str, value: float, *, inputs: Inputs | None = None, text: str = ""
) -> Cell:
    """Make the cell of one number, ``29``; ``text`` says how it is written if not as it is.

    Parameters
    ----------
    statistic : str
        What the number is.
    value : float
        The number; nan becomes "not estimable".
    inputs : Inputs, optional
        Who is behind it.
    text : str
        The number as it is read.
    """
    return Cell(text or f"{value:g}", (Number(statistic, value),), inputs)


def proportion_cell(estimate: Proportion, inputs: Inputs) -> Cell:
    """Make the cell ``5 (17.2 %)`` of an estimated proportion.

    Parameters
    ----------
    estimate : Proportion
        From ``stats``.
    inputs : Inputs
        What every patient of the denominator gives.
    """
    numbers = (Number("successes", estimate.successes), Number("percent", 100 * estimate.value))
    text = f"{estimate.successes} ({show_percent(estimate.value)})"
    return Cell(text, numbers, inputs, estimate.method)


def proportion_interval_cell(estimate: Proportion, inputs: Inputs) -> Cell:
    """Make the cell ``(5.8 to 35.8 %)`` of the interval of a proportion."""
    numbers = (
        Number("lower limit, percent", 100 * estimate.low),
        Number("upper limit, percent", 100 * estimate.high),
    )
    return Cell(show_proportion_interval(estimate), numbers, inputs, estimate.method)


def median_cell(estimate: Estimate, inputs: Inputs, *, statistic: str = "median") -> Cell:
    """Make the cell ``5.4 (3.6 to NE)`` of a quantile of a curve with its interval."""
    numbers = (
        Number(statistic, estimate.value, estimate.state),
        Number("lower limit", estimate.low),
        Number("upper limit", estimate.high),
    )
    text = f"{show_median(estimate)} {show_median_interval(estimate)}"
    return Cell(text, numbers, inputs, estimate.method)


def rate_cell(estimate: Estimate, inputs: Inputs, *, statistic: str = "rate, percent") -> Cell:
    """Make the cell ``40.1 % (26.0 to 53.8)`` of an event-free rate or an incidence."""
    numbers = (
        Number(statistic, 100 * estimate.value),
        Number("lower limit, percent", 100 * estimate.low),
        Number("upper limit, percent", 100 * estimate.high),
    )
    return Cell(show_rate(estimate), numbers, inputs, estimate.method)


def change_cell(fraction: float, inputs: Inputs | None = None) -> Cell:
    """Make the cell ``−30.0 %`` of a change from baseline."""
    return Cell(show_change(fraction), (Number("change, percent", 100 * fraction),), inputs)
