"""Table 14.2.4: each endpoint counted in every other way, and who moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis import ProportionResult, SurvivalResult
from trialwright.analysis.sensitivity import can_compare, tabulate_ways
from trialwright.report.cells import number_cell
from trialwright.report.figures.population import efficacy_population
from trialwright.report.formats import (
    show_count,
    show_median,
    show_median_interval,
    show_percent,
    show_proportion_interval,
)
from trialwright.report.model import Cell, Column, Inputs, Number, Row, Table
from trialwright.report.tables.efficacy_inputs import (
    DASH,
    capitalise,
    give_result,
    give_times,
    name_patients,
    timed_patients,
)
from trialwright.stats import Estimate
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.analysis import Analysis, CompetingResult
    from trialwright.analysis.beside import Readings
    from trialwright.analysis.sensitivity import Moved, Sensitivity, Variant
    from trialwright.report.formats import Days

NUMBER = "14.2.4"
ENDPOINTS = ("ORR", "DCR", "PFS", "OS", "TTP", "DOR")
_RATES = ("ORR", "DCR")
_NOTE = (
    "Each row is the same analysis of the same data with another choice. Moved: patients whose "
    "outcome, time or its end differs from the study's way; of a rate, events are patients who met "
    "it. Readings and readers beside the response rate: tables 14.2.1 and 14.2.9."
)


def build_other_ways(readings: Readings, days: Days) -> Table:
    """Lay out rates and times in every other way of counting and reading.

    Parameters
    ----------
    readings : Readings
        The analysis and what stands beside it.
    days : Days
        How dates look.
    """
    own = readings.own
    made = [_compare(readings, key) for key in ENDPOINTS if can_compare(own, readings.ways, key)]
    rows = tuple(row for one in made for row in _rows(one, readings, days))
    return Table(
        NUMBER,
        "Sensitivity of the endpoints to the way of counting",
        efficacy_population(own),
        _columns(own),
        rows,
        (_NOTE,),
        empty="no endpoint is computable in any way",
    )


def _compare(readings: Readings, key: str) -> Sensitivity:
    ways = (*readings.others, *readings.readers) if key in _RATES else readings.ways
    return tabulate_ways(readings.own, ways, key)


def _columns(analysis: Analysis) -> tuple[Column, ...]:
    level = show_level(analysis.study.statistics.confidence_level.require())
    unit = analysis.study.endpoints.time_unit.require()
    return (
        Column("Way of counting"),
        Column("n", "number"),
        Column("Events", "number"),
        Column("Censored", "number"),
        Column("Not counted", "number"),
        Column(f"Rate, or median in {unit}", "number"),
        Column(level, "number"),
        Column("Moved"),
    )


def _rows(compared: Sensitivity, readings: Readings, days: Days) -> Iterator[Row]:
    analyses = {one.name: one.analysis for one in readings.ways}
    yield Row(f"{compared.title} ({compared.key})")
    for number, one in enumerate(compared.variants):
        analysis = readings.own if number == 0 else analyses[one.name]
        moved = [each for each in compared.moved if each.variant == one.name]
        result = None if analysis is None else analysis.result_of(compared.key)
        cells = (
            _nothing(one)
            if analysis is None or result is None
            else _cells(one, result, analysis, days)
        )
        last = DASH if number == 0 or analysis is None else _moved_cell(moved, days)
        mark = "primary" if number == 0 else ""
        yield Row(capitalise(one.title), (*cells, last), depth=1, mark=mark)  # type: ignore[arg-type]


def _nothing(one: Variant) -> tuple[Cell, ...]:
    """Make the cells of a way that is not possible, or has nobody to count."""
    left = Cell(str(one.not_counted), (Number("patients", one.not_counted),))
    return (Cell("0", (Number("patients", 0),)), DASH, DASH, left, DASH, DASH)


def _cells(
    one: Variant,
    result: ProportionResult | SurvivalResult | CompetingResult,
    analysis: Analysis,
    days: Days,
) -> tuple[Cell, ...]:
    inputs = give_result(result, analysis, days)
    counted = number_cell("patients", one.n, inputs=inputs)
    estimates = _estimates(one, inputs)
    if isinstance(result, ProportionResult):
        met = frozenset(each.patient_id for each in result.outcomes if each.met)
        events = Inputs(tuple(row for row in inputs.rows if row[0] in met))
        return (counted, _share(one.events, events, inputs), DASH, DASH, *estimates)
    happened = [time for time in result.times if time.event]
    censored = [time for time in result.times if not (time.event or time.competing)]
    among = timed_patients(result.times)
    return (
        counted,
        _share(one.events, give_times(happened), among),
        _share(one.censored, give_times(censored), among),
        number_cell("patients", one.not_counted, inputs=give_times(result.no_times)),
        *estimates,
    )


def _share(count: int, inputs: Inputs, among: Inputs) -> Cell:
    total = len(among.rows)
    numbers = [Number("patients", count)]
    if total:
        numbers.append(Number("percent", 100 * count / total))
    return Cell(show_count(count, total), tuple(numbers), inputs, among=among)


def _estimates(one: Variant, inputs: Inputs) -> tuple[Cell, Cell]:
    found = one.estimate
    if found is None:
        return DASH, DASH
    if isinstance(found, Estimate):
        value = Cell(
            show_median(found), (Number("median", found.value, found.state),), inputs, found.method
        )
        limits = (Number("lower limit", found.low), Number("upper limit", found.high))
        return value, Cell(show_median_interval(found), limits, inputs, found.method)
    rate = Cell(
        show_percent(found.value), (Number("percent", 100 * found.value),), inputs, found.method
    )
    limits = (
        Number("lower limit, percent", 100 * found.low),
        Number("upper limit, percent", 100 * found.high),
    )
    return rate, Cell(show_proportion_interval(found), limits, inputs, found.method)


def _moved_cell(moved: Sequence[Moved], days: Days) -> Cell:
    """Make the cell of those who move: how many, and their names as far as there is room."""
    rows = tuple(
        (one.patient_id, days.in_words(f"{one.study} → {one.other}: {one.other_reason}"))
        for one in moved
    )
    inputs = Inputs(rows)
    count = len(inputs.patients)
    text = f"{count}: {name_patients(inputs.patients)}" if count else "0"
    return Cell(text, (Number("patients", count),), inputs, sort=count)
