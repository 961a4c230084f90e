"""``trialwright safety tables`` and ``toxicity``, as a statistician types them."""

from __future__ import annotations

import polars as pl
import pytest
from typer.testing import CliRunner

from trialwright.cli import app
from trialwright.dataset import write_dataset
from trialwright.simulate import simulate_study

STUDY = "examples/crclm/study.toml"


@pytest.fixture(scope="module")
def data(tmp_path_factory, crclm_study):
    folder = tmp_path_factory.mktemp("safety") / "data"
    write_dataset(simulate_study(crclm_study, seed=1, trial=14), folder)
    return folder


@pytest.fixture
def run(root, data, monkeypatch):
    monkeypatch.chdir(root)

    def type_in(verb, *more):
        return CliRunner().invoke(app, ["safety", verb, str(data), "--study", STUDY, *more])

    return type_in


def test_every_table_is_printed(run):
    done = run("tables")
    assert done.exit_code == 0, done.output
    for number in ("14.3.1 ", "14.3.2 ", "14.3.5 ", "14.3.9.2 ", "14.3.10 ", "14.3.13 ", "14.1.6 "):
        assert number in done.output


def test_one_table_is_printed_alone(run):
    done = run("tables", "--table", "14.3.10")
    assert done.exit_code == 0, done.output
    assert "Candidates of Hy's law" in done.output
    assert "14.3.2" not in done.output


def test_an_unknown_table_names_those_there_are(run):
    done = run("tables", "--table", "14.3.99")
    assert done.exit_code == 2
    assert "no table 14.3.99" in done.output
    assert "14.3.10" in done.output


def test_the_rows_behind_the_tables_are_written_once_each(run, tmp_path, data):
    done = run("tables", "--out", str(tmp_path / "rows"))
    assert done.exit_code == 0, done.output
    events = pl.read_csv(tmp_path / "rows" / "adverse_events.csv")
    labs = pl.read_csv(tmp_path / "rows" / "laboratory.csv", infer_schema=False)
    assert events.height == pl.read_csv(data / "adverse_events.csv").height
    assert labs.height == pl.read_csv(data / "labs.csv").height
    # Every value says why it has its grade, or why it has none.
    assert (labs["why"].is_null() == labs["not_graded"].is_not_null()).all()


def test_the_toxicity_rule_says_what_it_says(run):
    done = run("toxicity")
    assert done.exit_code == 0, done.output
    assert "The rule says: " in done.output
    assert "Decision support" in done.output


def test_a_cut_leaves_patients_inside_their_window(run, data):
    starts = pl.read_csv(data / "doses.csv", try_parse_dates=True).group_by("patient_id").agg(
        pl.col("start_date").min()
    )["start_date"].sort()  # fmt: skip
    done = run("toxicity", "--cut", str(starts[6]))
    assert done.exit_code == 0, done.output
    assert "inside window" in done.output
