"""What spoiled data do to the tables, the findings and the verbs of safety."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from typer.testing import CliRunner

from trialwright.analysis.safety import analyse_safety
from trialwright.cli import app
from trialwright.dataset import Dataset, write_dataset
from trialwright.report.formats import Days
from trialwright.report.safety import build_safety_listings, build_safety_tables
from trialwright.simulate import simulate_study

STUDY = "examples/crclm/study.toml"


@pytest.fixture(scope="module")
def trial(crclm_study):
    return simulate_study(crclm_study, seed=1, trial=14)


def spoil(trial, table, *rows):
    """Add rows to a table, each with what differs from its first row."""
    frame = trial.table(table)
    more = pl.DataFrame([frame.row(0, named=True) | row for row in rows], schema=frame.schema)
    frames = {**trial.frames, table: pl.concat([frame, more])}
    return Dataset.create(frames, source="spoiled")


def rows_of(data, study, number):
    safety = analyse_safety(data, study)
    days = Days(None)
    every = (*build_safety_tables(safety, days), *build_safety_listings(safety, data, days))
    table = next(one for one in every if one.number == number)
    return safety, table


def texts(row):
    return tuple(cell.text for cell in row.cells)


def test_a_term_in_two_classes_keeps_the_counts_of_each(trial, crclm_study):
    other = {
        "patient_id": "P003", "term": "Fatigue", "body_system": "General disorders", "grade": 3,
        "start_date": "2024-07-03", "end_date": None, "related_to": "Toripalimab",
    }  # fmt: skip
    safety, table = rows_of(spoil(trial, "adverse_events", other), crclm_study, "14.3.3")
    counts = {row.label: texts(row) for row in table.rows if row.label.startswith("Fatigue")}
    place = [column.head for column in table.columns].index("Toripalimab") - 1
    usual = "Fatigue, General disorders and administration site conditions"
    assert counts[usual][place].startswith("4 ")
    assert counts["Fatigue, General disorders"][place].startswith("1 ")
    assert "event.term_classes" in {one.rule for one in safety.findings}


def test_a_term_written_in_two_ways_is_named(trial, crclm_study):
    safety = analyse_safety(
        spoil(trial, "adverse_events", {"term": "DIARRHOEA", "start_date": "2024-05-01"}),
        crclm_study,
    )
    (found,) = [one for one in safety.findings if one.rule == "event.term_spelling"]
    assert "'Diarrhoea'" in str(found)


def test_two_analytes_with_one_term_are_two_rows(trial, crclm_study):
    """Glucose and fasting glucose both make hypoglycaemia: no row holds more than the treated."""
    first = trial.doses.group_by("patient_id").agg(pl.col("start_date").min())
    values = [
        {
            "patient_id": patient, "test": test, "sample_date": day + timedelta(later),
            "value": value if later else 5.0, "unit": "mmol/L", "lower_limit": 3.9,
            "upper_limit": 6.0,
        }
        for patient, day in first.iter_rows()
        for test, value in (("Glucose", 1.5), ("Fasting glucose", 5.0))
        for later in (0, 1)
    ]  # fmt: skip
    _, table = rows_of(spoil(trial, "labs", *values), crclm_study, "14.3.9.1")
    counts = {row.label: texts(row) for row in table.rows if row.label.startswith("Hypoglycemia")}
    assert {cells[0] for cells in counts.values()} == {"29"}
    assert counts["Hypoglycemia (glucose)"][6] == "29 (100.0 %)"
    assert counts["Hypoglycemia (fasting glucose)"][6] == "0 (0.0 %)"


def test_deaths_that_were_not_collected_are_not_none(trial, crclm_study):
    frames = {name: frame for name, frame in trial.frames.items() if name != "deaths"}
    safety = analyse_safety(Dataset.create(frames, source="spoiled"), crclm_study)
    assert "14.3.7" not in {one.number for one in build_safety_tables(safety, Days(None))}
    assert any("table deaths was not collected" in one.why for one in safety.not_computable)


def test_a_result_above_a_number_that_may_be_severe_is_named(trial, crclm_study):
    above = {
        "patient_id": "P001", "test": "ALT", "sample_date": date(2024, 6, 1), "value": 500.0,
        "qualifier": ">", "unit": "U/L", "lower_limit": 9.0, "upper_limit": 50.0,
    }  # fmt: skip
    _, table = rows_of(spoil(trial, "labs", above), crclm_study, "16.2.8.1")
    assert any("P001, ALT" in note and ">500 U/L may be grade 3 to 4" in note
               for note in table.notes)  # fmt: skip


def test_an_event_on_an_unknown_day_is_said_to_have_no_time(trial, crclm_study):
    event = {"patient_id": "P002", "term": "Hypertension", "start_date": None, "end_date": None}
    _, table = rows_of(spoil(trial, "adverse_events", event), crclm_study, "14.3.5")
    assert any("Hypertension (1)" in note for note in table.notes)


@pytest.mark.parametrize("limit", [0.0, -1.0])
def test_an_upper_limit_of_nothing_grades_nothing(trial, crclm_study, limit):
    own = (pl.col("patient_id") == "P003") & (pl.col("test") == "ALT")
    limits = pl.when(own).then(limit).otherwise("upper_limit").alias("upper_limit")
    lower = pl.when(own).then(None).otherwise("lower_limit").alias("lower_limit")
    labs = trial.table("labs").with_columns(limits, lower)
    data = Dataset.create({**trial.frames, "labs": labs}, source="spoiled")
    safety = analyse_safety(data, crclm_study)
    assert safety.laboratory.rows.filter(own)["grade"].null_count() == labs.filter(own).height
    assert "lab.limit_impossible" in {one.rule for one in safety.findings}


@pytest.fixture
def spoiled_folder(trial, tmp_path):
    """Make a folder in which an ALT is written as >500."""
    folder = tmp_path / "data"
    write_dataset(replace(trial), folder)
    labs = folder / "labs.csv"
    text = labs.read_text(encoding="utf-8")
    labs.write_text(text + "P003,ALT,2024-07-05,>500,U/L,9,50\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "verb", [["tables"], ["toxicity"], ["dose-check"], ["dose-advice", "--patient", "P003"]]
)
def test_no_verb_passes_over_a_value_that_cannot_be_read(root, monkeypatch, spoiled_folder, verb):
    monkeypatch.chdir(root)
    name, *more = verb
    done = CliRunner().invoke(app, ["safety", name, str(spoiled_folder), "--study", STUDY, *more])
    assert done.exit_code != 0
    assert "cell.number" in f"{done.output}{done.exception!r}" or "1 error(s)" in str(
        done.exception
    )


def test_the_advice_for_another_patient_is_given(root, monkeypatch, spoiled_folder):
    monkeypatch.chdir(root)
    call = ["safety", "dose-advice", str(spoiled_folder), "--study", STUDY, "--patient", "P004"]
    assert CliRunner().invoke(app, call).exit_code == 0


def test_rows_never_replace_the_tables_of_a_data_set(root, monkeypatch, trial, tmp_path):
    monkeypatch.chdir(root)
    folder = tmp_path / "data"
    write_dataset(trial, folder)
    before = (folder / "deaths.csv").read_bytes()
    call = ["safety", "tables", str(folder), "--study", STUDY, "--out", str(folder)]
    done = CliRunner().invoke(app, call)
    assert done.exit_code != 0
    assert (folder / "deaths.csv").read_bytes() == before


def test_a_table_that_a_choice_closes_says_why(root, monkeypatch, trial, tmp_path):
    monkeypatch.chdir(root)
    write_dataset(trial, tmp_path / "data")
    stated = 'unacceptable_grade = {value = 3, origin = "assumption", basis'
    gap = 'unacceptable_grade = {origin = "gap", needed'
    text = (root / STUDY).read_text(encoding="utf-8").replace(stated, gap)
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    call = ["safety", "tables", str(tmp_path / "data"), "--study", str(tmp_path / "study.toml")]
    done = CliRunner().invoke(app, [*call, "--table", "14.3.13"])
    assert done.exit_code == 2
    assert "unacceptable_grade" in done.output
