"""Blocks of rows: the levels of a category, and the usual figures of a number.

What is not known is a row of its own, always shown, so that every block adds up to its column.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, NamedTuple

from trialwright.report.formats import NOT_ESTIMABLE, NOTHING, show_count
from trialwright.report.model import Cell, Inputs, Number, Row
from trialwright.report.tables.groups import count_row
from trialwright.stats.sample_summary import QUANTILES, summarise_sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from trialwright.report.tables.groups import Group
    from trialwright.stats.sample_summary import SampleSummary

MISSING = "Missing"
SD_NOTE = "SD: standard deviation."
QUARTILE_NOTE = f"Q1 and Q3: quartiles, by {QUANTILES}."
_MOST_DIGITS = 2  # of a number that is written as it was measured
_UNBROKEN_MINUS = "−"


def category_rows(
    title: str,
    levels: Mapping[str, str | None],
    groups: Sequence[Group],
    *,
    order: Iterable[str] = (),
    missing: str = MISSING,
) -> Iterator[Row]:
    """Yield a heading and a row for every level, what is not known last.

    Parameters
    ----------
    title : str
        Heading.
    levels : mapping of str to str or None
        The level of each patient; none, or a patient who is not in it: not known.
    groups : sequence of Group
        The columns.
    order : iterable of str
        Levels in their order, shown also where nobody has them; others follow in alphabetical
        order.
    missing : str
        Label of the last row.
    """
    members: dict[str, set[str]] = {level: set() for level in order}
    everybody = {patient for group in groups for patient in group.patients}
    known = {one: level for one, level in levels.items() if level is not None and one in everybody}
    for level in sorted(set(known.values()) - members.keys()):
        members[level] = set()
    for patient, level in known.items():
        members[level].add(patient)
    yield Row(title)
    for level, patients in members.items():
        yield count_row(level, patients, groups, depth=1)
    yield count_row(missing, everybody - known.keys(), groups, depth=1)


def number_rows(
    title: str,
    values: Mapping[str, float | None],
    groups: Sequence[Group],
    *,
    unit: str = "",
    missing: str = MISSING,
) -> Iterator[Row]:
    """Yield a heading and the rows n, mean, median, quartiles, range and missing.

    Parameters
    ----------
    title : str
        Heading.
    values : mapping of str to float or None
        The value of each patient; none, or a patient who is not in it: not known.
    groups : sequence of Group
        The columns.
    unit : str
        Unit of the values, in the heading.
    missing : str
        Label of the last row.
    """
    found = {one: value for one, value in values.items() if value is not None}
    samples = [
        [Measured(one, found[one], f"{found[one]:g} {unit}".strip()) for one in group.among(found)]
        for group in groups
    ]
    yield from sample_rows(f"{title}, {unit}" if unit else title, samples)
    everybody = {patient for group in groups for patient in group.patients}
    yield count_row(missing, everybody - found.keys(), groups, depth=1)


class Measured(NamedTuple):
    """One value, whose it is, and in words that hold the whole fact."""

    patient: str
    value: float
    words: str


def sample_rows(title: str, samples: Sequence[Sequence[Measured]]) -> Iterator[Row]:
    """Yield a heading and the rows n, mean, median, quartiles and range, of one sample a column.

    Parameters
    ----------
    title : str
        Heading, with the unit.
    samples : sequence of sequence of Measured
        The values of each column; a patient may give several.
    """
    digits = _digits(one.value for sample in samples for one in sample)
    together = [
        (
            summarise_sample(one.value for one in sample),
            Inputs(tuple((one.patient, one.words) for one in sample)),
        )
        for sample in samples
    ]
    yield Row(title)
    for label, cell in _FIGURES:
        yield Row(label, tuple(cell(found, inputs, digits) for found, inputs in together), depth=1)


def _digits(values: Iterable[float]) -> int:
    """Return the decimals in which the values were measured, at most two."""
    return max((_decimals(value) for value in values), default=0)


def _decimals(value: float) -> int:
    return next((n for n in range(_MOST_DIGITS) if round(value, n) == value), _MOST_DIGITS)


def _show(value: float, digits: int) -> str:
    return NOT_ESTIMABLE if isnan(value) else f"{value:.{digits}f}".replace("-", _UNBROKEN_MINUS)


def _n(summary: SampleSummary, inputs: Inputs, _: int) -> Cell:
    return Cell(str(summary.n), (Number("values", summary.n),), inputs)


def _mean(summary: SampleSummary, inputs: Inputs, digits: int) -> Cell:
    numbers = (
        Number("mean", summary.mean),
        Number("standard deviation", summary.standard_deviation),
    )
    more = digits + 1
    text = f"{_show(summary.mean, more)} ({_show(summary.standard_deviation, more)})"
    return _figure(text, numbers, inputs, "arithmetic mean")


def _median(summary: SampleSummary, inputs: Inputs, digits: int) -> Cell:
    text = _show(summary.median, digits + 1)
    return _figure(text, (Number("median", summary.median),), inputs, QUANTILES)


def _quartiles(summary: SampleSummary, inputs: Inputs, digits: int) -> Cell:
    numbers = (Number("first quartile", summary.q1), Number("third quartile", summary.q3))
    text = f"{_show(summary.q1, digits + 1)} to {_show(summary.q3, digits + 1)}"
    return _figure(text, numbers, inputs, QUANTILES)


def _range(summary: SampleSummary, inputs: Inputs, digits: int) -> Cell:
    numbers = (Number("minimum", summary.least), Number("maximum", summary.largest))
    text = f"{_show(summary.least, digits)} to {_show(summary.largest, digits)}"
    return _figure(text, numbers, inputs, "range")


def _figure(text: str, numbers: tuple[Number, ...], inputs: Inputs, method: str) -> Cell:
    """Make a cell; a dash where nobody has a value."""
    return Cell(text if inputs.rows else NOTHING, numbers, inputs, method)


_FIGURES = (
    ("n", _n),
    ("Mean (SD)", _mean),
    ("Median", _median),
    ("Q1 to Q3", _quartiles),
    ("Range", _range),
)


def lesion_count_cell(
    label: str,
    lesions: Sequence[tuple[str, str]],
    among: Sequence[tuple[str, str]] | None,
) -> Cell:
    """Make the cell of a count of lesions or procedures: ``12 (40.0 %)``, or ``12``.

    Parameters
    ----------
    label : str
        What is counted, as the number's name.
    lesions : sequence of (str, str)
        Patient, and which lesion or procedure it is.
    among : sequence of (str, str) or None
        Those of which it is a share, the denominator; none: no percentage.
    """
    total = len(among or ())
    numbers = [Number(label, len(lesions))]
    if total:
        numbers.append(Number("percent", 100 * len(lesions) / total))
    whole = Inputs(tuple(among)) if among else None
    return Cell(
        show_count(len(lesions), total), tuple(numbers), Inputs(tuple(lesions)), among=whole
    )
