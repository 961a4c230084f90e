"""Tables 14.3.11 and 14.3.12: every patient once, and the same numbers as the frames."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from trialwright.analysis.safety import analyse_safety, safety_frames
from trialwright.dataset import Dataset
from trialwright.report.safety.vital_tables import build_vital_tables
from trialwright.simulate import simulate_study

FIRST = date(2026, 3, 2)


@pytest.fixture(scope="module")
def drawn(crclm_study):
    return simulate_study(crclm_study, seed=1, trial=14)


@pytest.fixture(scope="module")
def safety(drawn, crclm_study):
    return analyse_safety(drawn, crclm_study)


@pytest.fixture(scope="module")
def tables(safety):
    return {one.number: one for one in build_vital_tables(safety)}


def without(dataset, *names) -> Dataset:
    frames = {name: frame for name, frame in dataset.frames.items() if name not in names}
    return Dataset.create(frames, source=dataset.source)


def count(cell):
    return int(cell.numbers[0].value)


def test_both_subjects_have_a_table(tables):
    assert list(tables) == ["14.3.11", "14.3.12"]


def test_every_treated_patient_stands_in_one_cell_of_the_shift(tables, safety):
    table = tables["14.3.11"]
    rows, total = table.rows[:-1], table.rows[-1]
    counted = [one for row in rows for cell in row.cells[:-1] for one in cell.inputs.patients]
    assert sorted(counted) == sorted(safety.treated)
    for place in range(len(table.columns) - 1):
        assert sum(count(row.cells[place]) for row in rows) == count(total.cells[place])
    assert total.cells[-1].text == f"{len(safety.treated)} (100.0 %)"


def test_the_shift_can_be_counted_again_from_the_rows(tables, safety):
    worst = safety_frames(safety)["blood_pressure_worst"]
    table = tables["14.3.11"]
    again = worst.filter(baseline_band=1, worst_band=2).height
    assert again > 0
    assert count(table.rows[1].cells[2]) == again
    assert count(table.rows[4].cells[5]) == worst["baseline_band"].null_count()


def test_the_lines_can_be_counted_again_from_the_rows(tables, safety):
    rows = safety_frames(safety)["ecgs"]
    on = rows.filter("on_treatment").group_by("patient_id").agg(pl.col("standard_value").max())
    table = tables["14.3.12"]
    above = {row.label: count(row.cells[1]) for row in table.rows}
    assert above["Patients with a value"] == on.height
    for line in (450, 480, 500):
        assert above[f"> {line} ms"] == on.filter(pl.col("standard_value") > line).height
    share = 100 * above["> 450 ms"] / on.height
    assert above["> 450 ms"] > 0
    assert table.rows[1].cells[1].text == f"{above['> 450 ms']} ({share:.1f} %)"


def test_rises_need_both_values(tables):
    table = tables["14.3.12"]
    assert [row.cells[0].text for row in table.rows[4:]] == ["–", "–", "–"]
    assert count(table.rows[4].cells[1]) <= count(table.rows[0].cells[1])


def test_the_notes_say_that_a_band_is_no_grade(tables):
    assert any("They are no grades" in note for note in tables["14.3.11"].notes)


@pytest.mark.parametrize(("table", "title"), [("vitals", "Vital signs"), ("ecgs", "ECG")])
def test_what_was_not_collected_has_no_table_and_a_reason(drawn, crclm_study, table, title):
    found = analyse_safety(without(drawn, table), crclm_study)
    (missing,) = found.not_computable
    assert (missing.title, missing.why) == (title, f"the table {table} was not collected")
    assert len(build_vital_tables(found)) == 1


def test_collected_and_empty_says_that_there_is_nothing(drawn, crclm_study):
    empty = {name: drawn.frames[name].clear() for name in ("vitals", "ecgs")}
    found = analyse_safety(Dataset.create({**drawn.frames, **empty}, source="-"), crclm_study)
    pressure, qtcf = build_vital_tables(found)
    assert (pressure.rows, qtcf.rows) == ((), ())
    assert pressure.empty == "no day on treatment with a blood pressure that has a band"
    assert qtcf.empty == "no usable QTcF was recorded"


def test_days_without_a_band_are_named(crclm_study):
    patient, day = "<b>$#_", FIRST + timedelta(days=5)
    doses = {"patient_id": [patient], "drug": ["Regorafenib"], "start_date": [FIRST]}
    vitals = {
        "patient_id": [patient] * 3,
        "test": ["SYSBP", "DIABP", "SYSBP"],
        "measured_date": [day, day, day + timedelta(days=1)],
        "value": [120.0, 70.0, 150.0],
        "unit": ["mmHg"] * 3,
    }
    frames = {"doses": pl.DataFrame(doses | {"dose_mg": [80.0]}), "vitals": pl.DataFrame(vitals)}
    found = analyse_safety(Dataset.create(frames, source="-"), crclm_study)
    (table,) = build_vital_tables(found)
    assert table.notes[-1].endswith(f"by patient: {patient} (1).")
    assert table.rows[-1].cells[1].text == "1 (100.0 %)"


def test_nobody_treated_is_said(safety):
    nobody = replace(
        safety,
        treated=(),
        vitals=replace(safety.vitals, worst=safety.vitals.worst.clear(),
                       shifts=safety.vitals.shifts.clear()),
        ecgs=replace(safety.ecgs, counts=safety.ecgs.counts.with_columns(patients=0)),
    )  # fmt: skip
    assert all(table.rows == () for table in build_vital_tables(nobody))
