"""``trialwright report`` and its verbs: what each writes, prints and ends with."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from trialwright.analysis import analyse
from trialwright.cli import app
from trialwright.dataset import write_dataset
from trialwright.errors import ExportError
from trialwright.report import build_report
from trialwright.report.results import list_results, render_results
from trialwright.simulate import simulate_study
from trialwright.study import read_study

STUDY = Path(__file__).parents[3] / "examples" / "crclm" / "study.toml"


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def trials():
    study = read_study(STUDY)
    return study, {n: simulate_study(study, seed=1, patients=n) for n in (3, 4)}


@pytest.fixture(scope="module")
def data(trials, tmp_path_factory):
    folder = tmp_path_factory.mktemp("written") / "data"
    write_dataset(trials[1][3], folder)
    return folder


@pytest.fixture(scope="module")
def results(trials, tmp_path_factory):
    """Write the numbers of two data sets, the second with one patient more."""
    study, data = trials
    folder = tmp_path_factory.mktemp("results")
    for name, patients in (("before", 3), ("after", 4)):
        (folder / name).mkdir()
        document = build_report(analyse(data[patients], study)).document
        content = render_results(list_results(document))
        (folder / name / "results.json").write_bytes(content)
    return folder


def test_the_usual_verb_writes_the_report(data, tmp_path):
    out = tmp_path / "r.json"
    done = run("report", data, "--study", STUDY, "--out", out)
    assert done.exit_code == 0, done.output
    assert f"wrote {out}" in done.output.replace("\n", "")
    assert json.loads(out.read_bytes())["results"]


@pytest.mark.parametrize(("rows", "named"), [("0", True), ("all", False)])
def test_the_longest_listing_on_paper_is_chosen(data, rows, named, tmp_path):
    out = tmp_path / "r.tex"
    done = run(
        "report", data, "--study", STUDY, "--out", out, "--longest-listing", rows,
        "--language", "zh",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert ("清单不列于纸质版" in out.read_text(encoding="utf-8")) == named


@pytest.mark.parametrize("rows", ["-1", "many", "1.5", "ALL "])
def test_rows_that_are_no_number_are_refused_before_anything_is_read(rows, tmp_path):
    done = run(
        "report", tmp_path / "none", "--study", STUDY, "--out", tmp_path / "r.tex",
        f"--longest-listing={rows}",
    )  # fmt: skip
    assert done.exit_code == 2
    assert "a number of rows, 0 or more, or all" in " ".join(done.output.split())
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ending_is_refused_before_anything_is_read(tmp_path):
    done = run("report", tmp_path / "none", "--study", STUDY, "--out", tmp_path / "r.odt")
    assert isinstance(done.exception, ExportError)
    assert ".odt" in str(done.exception)


def test_a_report_without_changes_ends_with_0(results):
    done = run("report", "diff", results / "before", results / "before" / "results.json")
    assert done.exit_code == 0
    assert done.output.startswith("0 numbers differ, ")


def test_changes_end_with_1_and_name_who_moved_them(results, tmp_path):
    out = tmp_path / "changes.csv"
    done = run("report", "diff", results / "before", results / "after", "--out", out)
    assert done.exit_code == 1
    assert "P004" in done.output
    assert "--all prints them" in " ".join(done.stdout.split())
    changes = pl.read_csv(out, infer_schema=False)
    count = int(done.stdout.split()[0])
    assert changes["key"].n_unique() == count
    assert "P004" in changes["patient_id"].to_list()


def test_all_prints_every_change(results):
    short = run("report", "diff", results / "before", results / "after")
    whole = run("report", "diff", results / "before", results / "after", "--all")
    assert whole.exit_code == short.exit_code == 1
    assert len(whole.output) > 2 * len(short.output)
    assert "are not shown" not in whole.output


def test_a_file_that_holds_no_results_is_refused(tmp_path, results):
    (tmp_path / "r.json").write_text("{}", encoding="utf-8")
    done = run("report", "diff", tmp_path / "r.json", results / "after")
    assert isinstance(done.exception, ExportError)
    assert "r.json" in str(done.exception)


def test_registry_writes_the_results_section_and_names_what_is_missing(data, tmp_path):
    out = tmp_path / "results.json"
    done = run("report", "registry", data, "--study", STUDY, "--out", out)
    assert done.exit_code == 0, done.output
    assert {"participantFlowModule", "outcomeMeasuresModule"} <= set(
        json.loads(out.read_bytes())["resultsSection"]
    )
    assert len(done.output.splitlines()) > 2  # the gaps, then what was written


@pytest.mark.parametrize("language", ["en", "zh"])
def test_slides_are_a_pdf(data, language, tmp_path):
    out = tmp_path / "board.pdf"
    done = run("report", "slides", data, "--study", STUDY, "--out", out, "--language", language)
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF")


def test_slides_of_another_ending_are_refused_before_anything_is_read(tmp_path):
    done = run("report", "slides", tmp_path / "none", "--study", STUDY, "--out", "board.pptx")
    assert isinstance(done.exception, ExportError)
    assert "ends in .pdf" in str(done.exception)
