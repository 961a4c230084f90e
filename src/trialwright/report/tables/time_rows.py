"""The rows of a time-to-event endpoint: how the times end, quartiles, range, rates at landmarks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from trialwright.analysis.time_summary import quartiles_of, range_of
from trialwright.report.cells import median_cell, number_cell, rate_cell
from trialwright.report.model import Cell, Number, Row
from trialwright.report.tables.efficacy_inputs import DASH, give_times, times_cell
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from trialwright.analysis import CompetingResult, SurvivalResult
    from trialwright.endpoints import NoTime, Timed, TimeToEvent
    from trialwright.stats import Estimate
    from trialwright.study.model import Study

    Result = SurvivalResult | CompetingResult
    Results = Sequence[Result | None]  # none: the column does not have the endpoint

_QUARTILES = ("Q1", "Median", "Q3")
_STATISTICS = ("first quartile", "median", "third quartile")
PLUS = "NR: not reached. NE: not estimable. +: censored, and so known only to be longer"


def count_rows(results: Results, *, depth: int = 0) -> Iterator[Row]:
    """Yield how many times there are and how they end, by kind and reason.

    Parameters
    ----------
    results : sequence of SurvivalResult, CompetingResult or None
        One a column.
    depth : int
        How deep the first row is indented.

    Yields
    ------
    Row
        Counted; events; competing events where there are any; censored; not counted. Events,
        competing events and censored add up to those counted.
    """
    counted = {one.counted for one in results if one is not None}
    label = "Lesions counted" if counted == {"lesion"} else "Patients counted"
    if len(counted) > 1:
        label = "Patients (or lesions) counted"
    yield Row(label, _cells(results, _n), depth)
    yield from _ends(results, "Events, n (%)", lambda one: one.event, depth)
    if any(time.competing for one in results if one for time in one.times):
        yield from _ends(results, "Competing events, n (%)", lambda one: one.competing, depth)
    yield from _ends(
        results, "Censored, n (%)", lambda one: not (one.event or one.competing), depth
    )
    yield from _not_counted(results, depth)


def _n(one: Result) -> Cell:
    return number_cell(f"{one.counted}s", len(one.times), inputs=give_times(one.times))


def _cells(results: Results, make: Callable[[Result], Cell]) -> tuple[Cell, ...]:
    return tuple(DASH if one is None else make(one) for one in results)


def _ends(
    results: Results, label: str, belongs: Callable[[TimeToEvent], bool], depth: int
) -> Iterator[Row]:
    def row(label: str, depth: int, kind: str | None = None) -> Row:
        def cell(one: Result) -> Cell:
            found: list[Timed] = [
                time for time in one.times if belongs(time) and kind in (None, time.kind)
            ]
            return times_cell(found, one.times, counted=one.counted)

        return Row(label, _cells(results, cell), depth)

    yield row(label, depth)
    times = (time for one in results if one is not None for time in one.times)
    for kind in _most_frequent(Counter(time.kind for time in times if belongs(time))):
        yield row(kind, depth + 1, kind)


def _not_counted(results: Results, depth: int) -> Iterator[Row]:
    reasons = Counter(time.why for one in results if one is not None for time in one.no_times)
    if not reasons:
        return
    yield Row("Not counted", _cells(results, lambda one: _without(one.no_times, one)), depth)
    for why in _most_frequent(reasons):

        def cell(one: Result, why: str = why) -> Cell:
            return _without([time for time in one.no_times if time.why == why], one)

        yield Row(why, _cells(results, cell), depth + 1)


def _without(found: Sequence[NoTime], one: Result) -> Cell:
    return times_cell(found, (), counted=one.counted)


def _most_frequent(counts: Counter[str]) -> list[str]:
    """Put the most frequent first; equal ones by name."""
    return sorted(counts, key=lambda kind: (-counts[kind], kind))


def quartile_rows(
    results: Sequence[SurvivalResult | None], study: Study, *, depth: int = 0
) -> Iterator[Row]:
    """Yield quartiles with their intervals, and the range of the times.

    Parameters
    ----------
    results : sequence of SurvivalResult or None
        One a column.
    study : Study
        Level and scale of the intervals, and the unit.
    depth : int
        How deep the heading is indented.
    """
    found = [None if one is None else (one, quartiles_of(one, study)) for one in results]
    unit = study.endpoints.time_unit.require()
    level = show_level(study.statistics.confidence_level.require())
    yield Row(f"Time, {unit} ({level})", depth=depth)
    for place, (label, statistic) in enumerate(zip(_QUARTILES, _STATISTICS, strict=True)):
        cells = (
            DASH
            if one is None
            else median_cell(one[1][place], give_times(one[0].times), statistic=statistic)
            for one in found
        )
        yield Row(label, tuple(cells), depth + 1)
    ranges = (DASH if one is None else range_cell(one, study) for one in results)
    yield Row("Range", tuple(ranges), depth + 1)


def range_cell(result: SurvivalResult, study: Study) -> Cell:
    """Make the cell ``1.9 to 11.2+`` of the shortest and the longest time."""
    found = range_of(result, study)
    low = f"{found.least:.1f}{'' if found.least_ended else '+'}"
    high = f"{found.largest:.1f}{'' if found.largest_ended else '+'}"
    numbers = (Number("minimum", found.least), Number("maximum", found.largest))
    return Cell(f"{low} to {high}", numbers, give_times(result.times), "range", sort=found.largest)


def landmark_rows(
    results: Results, study: Study, *, heading: str = "Event-free", depth: int = 0
) -> Iterator[Row]:
    """Yield the rate at each landmark; nothing where no endpoint has one.

    Parameters
    ----------
    results : sequence of SurvivalResult, CompetingResult or None
        One a column.
    study : Study
        Level of the intervals.
    heading : str
        What the rates are of.
    depth : int
        How deep the heading is indented.
    """
    months = sorted({month for one in results if one is not None for month, _ in one.landmarks})
    if not months:
        return
    level = show_level(study.statistics.confidence_level.require())
    yield Row(f"{heading}, % ({level})", depth=depth)
    for month in months:

        def cell(one: Result, month: float = month) -> Cell:
            rate = dict(one.landmarks).get(month)
            return DASH if rate is None else _rate_cell(rate, one)

        yield Row(f"{month:g} months", _cells(results, cell), depth + 1)


def _rate_cell(rate: Estimate, one: Result) -> Cell:
    return rate_cell(rate, give_times(one.times))
