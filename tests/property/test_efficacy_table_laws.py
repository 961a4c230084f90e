"""Laws of the tables of efficacy: columns add up, and no number is another than the analysis's."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.analysis import analyse
from trialwright.analysis.beside import read_beside
from trialwright.analysis.rates_in_sets import EFFICACY_SETS, rate_in_set
from trialwright.analysis.subgroups import subgroups_of
from trialwright.report.formats import Days
from trialwright.report.tables.efficacy import build_efficacy_tables
from trialwright.report.tables.readings_shown import show_readings
from trialwright.simulate import simulate_study
from trialwright.study import read_study

STUDY = Path(__file__).parents[2] / "examples" / "crclm" / "study.toml"
_OF_SETS = dict(
    zip(EFFICACY_SETS, ("ORR", "ORR response evaluable", "ORR per protocol"), strict=True)
)
# Few trials, so that all laws share them: a trial is built once.
trials = st.tuples(st.sampled_from((0, 3)), st.sampled_from((1, 2, 9)))


@cache
def made(trial, patients):
    study = read_study(STUDY)
    data = simulate_study(study, seed=7, trial=trial, patients=patients)
    readings = read_beside(analyse(data, study))
    tables = build_efficacy_tables(readings.own, readings, Days(data.day_zero))
    return readings, {table.number: table for table in tables}


def value(cell, place=0):
    return cell.numbers[place].value


@settings(max_examples=6, deadline=None)
@given(trials)
def test_best_responses_add_up_and_each_count_names_its_patients(trial):
    readings, tables = made(*trial)
    table, total = tables["14.2.1"], len(readings.own.sets.efficacy)
    if not table.rows:
        assert total == 0
        return
    rate = [one.label for one in table.rows].index("Objective response, n (%)")
    best = [one for one in table.rows[:rate] if one.depth == 1]
    for column in range(len(table.columns) - 1):
        assert sum(value(one.cells[column]) for one in best) == total
        for one in best:
            cell = one.cells[column]
            assert value(cell) == len(cell.inputs.patients)


@settings(max_examples=6, deadline=None)
@given(trials)
def test_response_rates_are_those_of_each_reading_and_set(trial):
    readings, tables = made(*trial)
    for one in show_readings(readings):
        for name, key in _OF_SETS.items():
            known, found = one.analysis.proportion(key), rate_in_set(one.analysis, name)
            assert (known is None) == (found.estimate is None)
            if known is not None:
                assert found.estimate == known.estimate
                met = [(x.patient_id, x.met) for x in known.outcomes]
                assert [(x.patient_id, x.met) for x in found.outcomes] == met
    rows = [one for one in tables["14.2.1"].rows if one.label == "Objective response, n (%)"]
    for column, one in enumerate(show_readings(readings)):
        result = one.analysis.proportion("ORR")
        if result is not None:
            assert value(rows[0].cells[column]) == result.estimate.successes


@settings(max_examples=6, deadline=None)
@given(trials)
def test_events_competing_events_and_censored_are_everybody_counted(trial):
    readings, tables = made(*trial)
    shown = {"14.2.3": readings.own.survival, "14.2.11": readings.own.competing}
    for number, results in shown.items():
        table = tables.get(number)
        if table is None or not table.rows:
            continue
        rows = {}
        for one in table.rows:
            rows.setdefault(one.label, one)
        parts = [name for name in rows if name in _ENDS]
        counted = next(one for name, one in rows.items() if name.endswith("counted"))
        for column in range(len(table.columns) - 1):
            assert sum(value(rows[name].cells[column]) for name in parts) == value(
                counted.cells[column]
            )
        kinds = [one for one in table.rows if one.depth == 1 and _is_kind(one, results)]
        assert kinds


_ENDS = ("Events, n (%)", "Competing events, n (%)", "Censored, n (%)")


def _is_kind(row, results):
    return row.label in {time.kind for result in results for time in result.times}


@settings(max_examples=6, deadline=None)
@given(trials)
def test_medians_and_landmarks_are_those_of_the_analysis(trial):
    readings, tables = made(*trial)
    own, table = readings.own, tables["14.2.3"]
    rows = {one.label: one for one in table.rows}
    shown = [
        own.survival_of(key)
        for key in ("PFS", "OS", "TTP", "DSD", "TOT")
        if own.survival_of(key) is not None
    ]
    for column, result in enumerate(shown):
        cell = rows["Median"].cells[column]
        state = result.median.state
        assert cell.numbers[0].state == state
        if state == "estimated":
            assert value(cell) == result.median.value
        assert len(cell.inputs.rows) == len(result.times)
        for month, rate in result.landmarks:
            at = rows[f"{month:g} months"].cells[column]
            if rate.state == "estimated":
                assert value(at) == pytest.approx(100 * rate.value)
            else:
                assert at.text == "NE"


@settings(max_examples=6, deadline=None)
@given(trials)
def test_the_levels_of_a_subgroup_add_up_to_the_trial(trial):
    readings, tables = made(*trial)
    result = readings.own.proportion("ORR")
    if result is None:
        assert subgroups_of(readings.own) == ()
        return
    met = {one.patient_id for one in result.outcomes if one.met}
    everybody = sorted(one.patient_id for one in result.outcomes)
    for one in subgroups_of(readings.own):
        if one.levels:
            assert sorted(name for level in one.levels for name in level.patients) == everybody
            assert {name for level in one.levels for name in level.responders} == met
        for level in one.levels:
            if level.estimate is not None:
                assert level.estimate.n == len(level.patients)
                assert level.estimate.successes == len(level.responders)
    assert value(tables["14.2.5"].rows[0].cells[1]) == result.estimate.successes


@settings(max_examples=6, deadline=None)
@given(trials)
def test_every_other_way_counts_everybody_once(trial):
    readings, tables = made(*trial)
    total = len(readings.own.sets.efficacy)
    for one in tables["14.2.4"].rows:
        if not one.cells:
            continue
        counted, events, censored, left = one.cells[:4]
        if left.text == "–":  # a rate
            assert value(counted) == total
        else:
            assert value(counted) + value(left) == total
            if censored.text != "–":
                assert value(events) + value(censored) == value(counted)
