"""Every number of the tables of harm can be counted again from the patients behind it."""

from __future__ import annotations

import re

import pytest

from trialwright.analysis.safety import analyse_safety
from trialwright.analysis.times import days_per_unit
from trialwright.dataset import complete_dates
from trialwright.report.formats import Days
from trialwright.report.safety import (
    build_exposure_tables,
    build_safety_listings,
    build_safety_tables,
)
from trialwright.simulate import simulate_study


@pytest.fixture(scope="module")
def data(crclm_study):
    return complete_dates(simulate_study(crclm_study, seed=1, trial=14), crclm_study)


@pytest.fixture(scope="module")
def safety(data, crclm_study):
    return analyse_safety(data, crclm_study)


@pytest.fixture(scope="module")
def tables(safety, data):
    days = Days()
    return {
        one.number: one
        for one in (
            *build_exposure_tables(safety, days),
            *build_safety_tables(safety, days),
            *build_safety_listings(safety, data, days),
        )
    }


def cells(tables, *numbers):
    chosen = [one for one in tables.values() if not numbers or one.number in numbers]
    return [cell for table in chosen for row in table.rows for cell in row.cells]


def value(cell, statistic):
    return {one.statistic: one.value for one in cell.numbers}[statistic]


def test_a_count_is_the_number_of_patients_it_names(tables, safety):
    counts = [
        cell for cell in cells(tables) if cell.numbers and cell.numbers[0].statistic == "patients"
    ]
    assert len(counts) > 500
    for cell in counts:
        assert value(cell, "patients") == len(cell.inputs.patients) == len(cell.inputs.rows)
        assert cell.text.split()[0] == str(len(cell.inputs.patients))
        assert set(cell.inputs.patients) <= set(safety.treated)


def test_the_denominator_is_the_population(tables, safety):
    numbers = ("14.3.1", "14.3.2", "14.3.3", "14.3.5", "14.3.10.1")
    shares = [
        cell
        for cell in cells(tables, *numbers)
        if [one.statistic for one in cell.numbers] == ["patients", "percent"]
    ]
    assert len(shares) > 200
    for cell in shares:
        assert value(cell, "percent") == pytest.approx(
            100 * len(cell.inputs.patients) / len(safety.treated)
        )
    assert {table.population for table in tables.values()} == {
        next(iter(tables.values())).population
    }
    assert tables["14.3.1"].population.words == "29 treated patients"
    assert tables["14.3.1"].population.patients == safety.treated


def test_events_add_up_over_their_patients(tables, safety):
    events = [
        cell
        for cell in cells(tables, "14.3.1", "14.3.2")
        if [one.statistic for one in cell.numbers] == ["events"]
    ]
    assert len(events) > 50
    for cell in events:
        given = [int(words.split()[0]) for _, words in cell.inputs.rows]
        assert sum(given) == value(cell, "events")
    assert value(events[0], "events") == safety.events.emergent.height


def test_a_worst_grade_is_counted_once_and_its_row_adds_up(tables):
    for row in tables["14.3.9.1"].rows:
        total, *grades, severe, none = [len(cell.inputs.patients) for cell in row.cells]
        assert total == sum(grades) + none
        assert severe == sum(grades[3:])


def test_a_rate_can_be_computed_again_from_its_inputs(tables, crclm_study):
    per_month = days_per_unit("months", crclm_study)
    for row in tables["14.3.5"].rows:
        cell = row.cells[2]
        days = [int(re.search(r"after (\d+) day", words)[1]) for _, words in cell.inputs.rows]
        events = sum(words.startswith("event") for _, words in cell.inputs.rows)
        assert value(cell, "rate") == pytest.approx(100 * events / (sum(days) / per_month))


def test_an_incidence_names_whoever_was_at_risk(tables, safety):
    for row, one in zip(
        tables["14.3.5"].rows,
        (*safety.events.first_events, *safety.events.of_interest.values()),
        strict=True,
    ):
        assert len(row.cells[3].inputs.rows) == one.patients - one.untimed


def test_a_median_of_exposure_is_that_of_its_patients(tables, safety):
    (row,) = (one for one in tables["14.1.6"].rows if one.label == "Days on the drug, median")
    for cell in row.cells:
        given = sorted(float(words.split()[0]) for _, words in cell.inputs.rows)
        middle = len(given) // 2
        median = given[middle] if len(given) % 2 else (given[middle - 1] + given[middle]) / 2
        assert value(cell, "median") == median
        assert len(given) == len(safety.treated)


def test_the_looks_of_the_rule_name_who_had_toxicity(tables):
    reached = [row.cells[1] for row in tables["14.3.13"].rows if row.cells[1].numbers]
    assert reached
    for cell in reached:
        had = [name for name, words in cell.inputs.rows if words.startswith("had")]
        assert value(cell, "patients, fewest") == len(had)
        assert value(cell, "patients, most") == len(cell.inputs.rows)


def test_numbers_are_set_flush_right_and_dates_are_whole(tables):
    for table in tables.values():
        for row in table.rows:
            for column, cell in zip(table.columns[1:], row.cells, strict=False):
                if column.kind == "date" and "(" not in cell.text:
                    assert re.fullmatch(r"\d{4}-\d\d-\d\d|–", cell.text), (table.number, cell)
