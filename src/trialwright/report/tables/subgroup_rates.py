"""Table 14.2.5: the response rate within subgroups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.subgroups import subgroups_of
from trialwright.report.cells import number_cell, proportion_cell, proportion_interval_cell
from trialwright.report.figures.population import efficacy_population
from trialwright.report.model import Column, Inputs, Row, Table, word_cell
from trialwright.report.tables.efficacy_inputs import DASH, best_of_each, give_responses
from trialwright.report.tables.readings_shown import explain_missing
from trialwright.stats.result import show_level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trialwright.analysis import Analysis
    from trialwright.analysis.subgroups import Subgroup, SubgroupLevel
    from trialwright.endpoints import Outcome
    from trialwright.report.formats import Days
    from trialwright.report.model import Cell

NUMBER = "14.2.5"
_NOTE = (
    "Exploratory: intervals are not adjusted for the number of subgroups, and small ones are wide. "
    "The levels of each subgroup add up to all patients."
)


def build_subgroup_rates(analysis: Analysis, days: Days) -> Table:
    """Lay out the response rate in each level of each subgroup.

    Parameters
    ----------
    analysis : Analysis
        The results.
    days : Days
        How dates look.
    """
    subgroups = subgroups_of(analysis)
    level = show_level(analysis.study.statistics.confidence_level.require())
    notes = dict.fromkeys(f"{one.title}: {one.note}" for one in subgroups if one.note)
    return Table(
        NUMBER,
        "Objective response rate by subgroup",
        efficacy_population(analysis),
        (
            Column(""),
            Column("n", "number"),
            Column("Objective response, n (%)", "number"),
            Column(level, "number"),
        ),
        tuple(_rows(analysis, subgroups, days)) if subgroups else (),
        (_NOTE, *notes, *explain_missing(analysis, "ORR")),
        empty="the response rate is not computable",
    )


def _rows(analysis: Analysis, subgroups: tuple[Subgroup, ...], days: Days) -> Iterator[Row]:
    result = analysis.proportion("ORR")
    if result is None:
        return
    best = best_of_each(analysis)
    outcomes = {one.patient_id: one for one in result.outcomes}
    everybody = give_responses(result.outcomes, best, days)
    yield Row(
        "All patients",
        (
            number_cell("patients", result.estimate.n, inputs=everybody),
            proportion_cell(result.estimate, everybody),
            proportion_interval_cell(result.estimate, everybody),
        ),
        mark="primary",
    )
    for one in subgroups:
        if one.not_shown:
            yield Row(one.title, (word_cell(one.not_shown), DASH, DASH))
            continue
        yield Row(one.title)
        for level in one.levels:
            yield Row(level.label, _cells(level, outcomes, best, days), depth=1)


def _cells(
    level: SubgroupLevel, outcomes: Mapping[str, Outcome], best: Mapping[str, str], days: Days
) -> tuple[Cell, ...]:
    if level.estimate is None:
        return number_cell("patients", 0, inputs=Inputs(())), DASH, DASH
    inputs = give_responses([outcomes[patient] for patient in level.patients], best, days)
    return (
        number_cell("patients", len(level.patients), inputs=inputs),
        proportion_cell(level.estimate, inputs),
        proportion_interval_cell(level.estimate, inputs),
    )
