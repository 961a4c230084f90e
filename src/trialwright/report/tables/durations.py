"""Table 14.2.2: disease control, time to response and duration of response, by reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.cells import number_cell, proportion_cell, proportion_interval_cell
from trialwright.report.figures.population import efficacy_population
from trialwright.report.formats import NOTHING
from trialwright.report.model import Cell, Row, Table
from trialwright.report.tables.efficacy_inputs import DASH, capitalise, give_outcomes, give_times
from trialwright.report.tables.readings_shown import (
    explain_missing,
    explain_readings,
    head_readings,
    show_readings,
)
from trialwright.report.tables.time_rows import (
    PLUS,
    count_rows,
    landmark_rows,
    quartile_rows,
    range_cell,
)
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from trialwright.analysis import SurvivalResult
    from trialwright.analysis.beside import Readings
    from trialwright.report.formats import Days
    from trialwright.report.model import Inputs
    from trialwright.report.tables.readings_shown import Reading
    from trialwright.stats import Proportion

NUMBER = "14.2.2"
_CONTROL, _RESPONSE, _DURATION = "DCR", "TTR", "DOR"
_ONGOING = (
    "A censored duration is a response without progression or death as far as was seen; the rows "
    "below say where its follow-up ended."
)


def build_durations(readings: Readings, days: Days) -> Table:
    """Lay out disease control, time to response and duration of response in every reading.

    Parameters
    ----------
    readings : Readings
        The analysis and what stands beside it.
    days : Days
        How dates look.
    """
    own, shown = readings.own, show_readings(readings)
    rows = tuple(_rows(shown, days)) if own.sets.efficacy else ()
    keys = (*_control_keys(shown), _RESPONSE, _DURATION)
    return Table(
        NUMBER,
        "Disease control, time to response and duration of response",
        efficacy_population(own),
        head_readings(shown),
        rows,
        (*explain_readings(readings, *keys), _ONGOING, f"{PLUS}.", *explain_missing(own, *keys)),
        empty=f"no patient in the efficacy set ({own.sets.efficacy_set})",
        method="Kaplan–Meier",
    )


def _control_keys(shown: Sequence[Reading]) -> tuple[str, ...]:
    found = (one.key for each in shown for one in each.analysis.proportions)
    return tuple(dict.fromkeys(key for key in found if key.split()[0] == _CONTROL))


def _rows(shown: Sequence[Reading], days: Days) -> Iterator[Row]:
    level = show_level(shown[0].analysis.study.statistics.confidence_level.require())
    yield Row("Disease control")
    for key in _control_keys(shown):
        titles = (one.title for each in shown if (one := each.analysis.proportion(key)))
        rates = _rate_cells(shown, key, proportion_cell, days)
        yield Row(f"{next(titles)}, n (%)", rates, depth=1)
        yield Row(level, _rate_cells(shown, key, proportion_interval_cell, days), depth=2)
    yield from _time_to_response(shown)
    yield from _duration(shown)


def _rate_cells(
    shown: Sequence[Reading], key: str, make: Callable[[Proportion, Inputs], Cell], days: Days
) -> tuple[Cell, ...]:
    results = (one.analysis.proportion(key) for one in shown)
    return tuple(
        DASH if one is None else make(one.estimate, give_outcomes(one.outcomes, days))
        for one in results
    )


def _time_to_response(shown: Sequence[Reading]) -> Iterator[Row]:
    """Yield time to response; every time ends in one, so the median is that of the sample."""
    study = shown[0].analysis.study
    results = [one.analysis.survival_of(_RESPONSE) for one in shown]
    why = [_why_not(one, _RESPONSE) for one in shown]

    def cells(make: Callable[[SurvivalResult], Cell]) -> tuple[Cell, ...]:
        pairs = zip(results, why, strict=True)
        return tuple(reason if one is None else make(one) for one, reason in pairs)

    unit = study.endpoints.time_unit.require()
    yield Row("Time to response, responders")
    yield Row("Responders", cells(_responders), depth=1)
    yield Row(f"Median, {unit}", cells(_median), depth=1)
    yield Row(f"Range, {unit}", cells(lambda one: range_cell(one, study)), depth=1)


def _responders(one: SurvivalResult) -> Cell:
    return number_cell("patients", len(one.times), inputs=give_times(one.times))


def _median(one: SurvivalResult) -> Cell:
    value = one.median.value
    return number_cell("median", value, inputs=give_times(one.times), text=f"{value:.1f}")


def _why_not(one: Reading, key: str) -> Cell:
    """Make a dash whose footnote says why a reading does not have the endpoint."""
    why = (missing.why for missing in one.analysis.not_computable if missing.key == key)
    return Cell(NOTHING, notes=tuple(capitalise(words) for words in why))


def _duration(shown: Sequence[Reading]) -> Iterator[Row]:
    study = shown[0].analysis.study
    results = [one.analysis.survival_of(_DURATION) for one in shown]
    yield Row("Duration of response, responders")
    yield from count_rows(results, depth=1)
    if any(results):
        yield from quartile_rows(results, study, depth=1)
        yield from landmark_rows(results, study, heading="Still responding", depth=1)
