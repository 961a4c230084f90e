"""Tables 14.2.3 and 14.2.11: times to event with one curve, and those where death competes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.endpoints import TIME_ENDPOINTS
from trialwright.report.cells import median_cell
from trialwright.report.figures.population import efficacy_population
from trialwright.report.model import Column, Row, Table
from trialwright.report.tables.efficacy_inputs import DASH, give_times
from trialwright.report.tables.readings_shown import explain_missing
from trialwright.report.tables.time_rows import (
    PLUS,
    count_rows,
    landmark_rows,
    quartile_rows,
)
from trialwright.report.words.counted import explain_endpoint
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.analysis import Analysis, CompetingResult, SurvivalResult

TIMES, INCIDENCES = "14.2.3", "14.2.11"
_ELSEWHERE = ("TTR", "DOR")  # table 14.2.2
_SHOWN = tuple(
    one.key
    for one in TIME_ENDPOINTS
    if not (one.competing or one.of_ablation or one.key in _ELSEWHERE)
)
_COMPETING = tuple(one.key for one in TIME_ENDPOINTS if one.competing)
_RATES = "Rates and limits by Kaplan–Meier; the interval of a quantile inverts that of the curve"
_INCIDENCE = (
    "Cumulative incidence by Aalen and Johansen: the share who have met the event by then. One "
    "minus Kaplan–Meier would treat the competing event as if the other could still follow."
)


def build_times(analysis: Analysis) -> Table:
    """Lay out PFS, OS, TTP and their relatives: ends, quartiles, landmark rates, follow-up.

    Parameters
    ----------
    analysis : Analysis
        The results.
    """
    results = [one for key in _SHOWN if (one := analysis.survival_of(key)) is not None]
    missing = explain_missing(analysis, *_SHOWN)
    return Table(
        TIMES,
        "Times to event",
        efficacy_population(analysis),
        _columns(results),
        tuple(_rows(results, analysis)) if results else (),
        (
            *_explain(results, analysis),
            f"{_RATES} ({analysis.study.statistics.survival_interval.require()} scale). {PLUS}.",
            *missing,
        ),
        empty="no time-to-event endpoint is computable",
        method="Kaplan–Meier",
    )


def _columns(results: Sequence[SurvivalResult | CompetingResult]) -> tuple[Column, ...]:
    return (
        Column(""),
        *(Column(f"{one.title} ({_short(one.key)})", "number") for one in results),
    )


def _short(key: str) -> str:
    return key.split(maxsplit=1)[0]


def _explain(
    results: Sequence[SurvivalResult | CompetingResult], analysis: Analysis
) -> tuple[str, ...]:
    told = ((one, explain_endpoint(one.key, analysis.study, analysis.counting)) for one in results)
    return tuple(f"{one.title}: {words}." for one, words in told if words)


def _rows(results: Sequence[SurvivalResult], analysis: Analysis) -> Iterator[Row]:
    study = analysis.study
    yield from count_rows(results)
    yield from quartile_rows(results, study)
    yield from landmark_rows(results, study)
    yield from _follow_up(results, analysis)


def _follow_up(results: Sequence[SurvivalResult], analysis: Analysis) -> Iterator[Row]:
    """Yield the median follow-up, which is read off overall survival; nothing without it."""
    found = analysis.follow_up
    if found is None:
        return
    unit = analysis.study.endpoints.time_unit.require()
    cells = (
        median_cell(found, give_times(one.times), statistic="median follow-up")
        if one.key == "OS"
        else DASH
        for one in results
    )
    label = f"Median follow-up, {unit} ({show_level(found.level)}), reverse Kaplan–Meier"
    yield Row(label, tuple(cells))


def build_incidences(analysis: Analysis) -> Table | None:
    """Lay out the endpoints where death competes; none where there is none of them.

    Parameters
    ----------
    analysis : Analysis
        The results.
    """
    results, missing = analysis.competing, explain_missing(analysis, *_COMPETING)
    if not results and not missing:
        return None
    study = analysis.study
    rows = (
        *count_rows(results),
        *landmark_rows(results, study, heading="Cumulative incidence of the event"),
    )
    chosen = study.statistics
    how = (
        f"Limits on the {chosen.incidence_interval.require()} scale; variance: "
        f"{chosen.incidence_variance.require()}."
    )
    return Table(
        INCIDENCES,
        "Incidences where death competes",
        efficacy_population(analysis),
        _columns(results),
        rows if results else (),
        (*_explain(results, analysis), _INCIDENCE, how, *missing),
        empty="no endpoint with a competing event is computable",
        method="Aalen–Johansen",
    )
