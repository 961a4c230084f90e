"""``trialwright simulate compare``: tables, JSON, CSV, picture, and refusals in words."""

from __future__ import annotations

import json

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from trialwright.cli.simulate.compare import compare
from trialwright.errors import ExportError, StudyError

APP = typer.Typer(rich_markup_mode=None)
APP.command()(compare)
RUN = CliRunner()
SMALL = ["--trials", "40", "--patients", "7424", "--scenario", "crclm_alternative"]
VARY = ["--vary", "schedule.assessment_interval_weeks=8,12", "--vary", "design=1/15 5/25"]


@pytest.fixture(scope="module")
def folder(root):
    return root / "examples" / "crclm"


def say(folder, *arguments: object):
    return RUN.invoke(APP, [str(folder), *map(str, arguments)], env={"COLUMNS": "200"})


def test_tables_mark_the_studys_own_way_and_say_what_stays(folder) -> None:
    found = say(folder, *SMALL, *VARY)
    assert found.exit_code == 0, found.output
    lines = found.stdout.splitlines()
    assert "crclm_alternative: 7,424 patients under each protocol" in found.stdout
    assert "crclm_alternative: 40 trials under each protocol" in found.stdout
    own, other = (next(one for one in lines if one.startswith(f"   {n}")) for n in ("8 *", "12"))
    assert "±" in other
    assert "±" not in own
    design = next(one for one in lines if one.startswith("   1/15 5/25"))
    assert design.count("=") == 6
    assert "sees 2 planned scans of a patient (3 in the study)" in found.stdout


def test_json_and_csv_hold_the_same_numbers(folder, tmp_path) -> None:
    found = say(folder, *SMALL, *VARY, "--json", "--csv", tmp_path / "all.csv")
    (one,) = json.loads(found.stdout)
    assert (one["patients"], one["trials"]) == (7424, 40)
    assert one["identity"]["seed"] == "1"
    rows = pl.read_csv(tmp_path / "all.csv")
    for protocol in one["protocols"]:
        for quantity in (*protocol["quantities"], *protocol["decisions"]):
            row = rows.filter(
                (pl.col("factor") == protocol["factor"])
                & (pl.col("choice") == protocol["choice"])
                & (pl.col("quantity") == quantity["name"])
            ).row(0, named=True)
            assert row["own"] == "NY"[protocol["own"]]
            for name in ("value", "standard_error", "difference"):
                assert row[name] == pytest.approx(quantity[name], rel=1e-12)
    assert rows.height == len(one["protocols"]) * 19
    twelve = next(each for each in one["protocols"] if each["choice"] == "12")
    assert twelve["fields"] == {"schedule.assessment_interval_weeks": 12.0}


def test_without_a_scenario_null_and_alternative_of_the_study_are_compared(
    folder, tmp_path
) -> None:
    picture = tmp_path / "all.svg"
    arguments = ["--trials", 5, "--patients", 100, "--vary", "counting=ema", "--plot", picture]
    found = say(folder, *arguments, "--show", "PFS at 6 months", "--show", "DCR", "--json")
    assert [one["scenario"] for one in json.loads(found.stdout)] == [
        "crclm_null",
        "crclm_alternative",
    ]
    drawn = picture.read_text(encoding="utf-8")
    for words in ("crclm_null", "crclm_alternative", "PFS at 6 months, %", "ema"):
        assert words in drawn
    assert "Response rate" not in drawn


def test_a_grid_shows_every_combination(folder) -> None:
    arguments = ["--vary", "response.confirmation_required=false", "--grid", "--json"]
    (one,) = json.loads(say(folder, *SMALL, *VARY, *arguments).stdout)
    labels = [protocol["choice"] for protocol in one["protocols"]]
    assert len(labels) == 8
    assert "12 · 1/15 5/25 · false" in labels
    assert [protocol["choice"] for protocol in one["protocols"] if protocol["own"]] == [
        "8 · 1/10 5/29 · true"
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--vary", "counting=ema", "--show", "ORRR"], "--show 'ORRR': did you mean ORR?"),
        (["--vary", "counting=ema", "--csv", "none/all.csv"], "the folder none does not exist"),
        ([], "Missing option '--vary'"),
    ],
)
def test_a_wrong_call_is_refused_before_anything_runs(folder, arguments, words) -> None:
    found = say(folder, "--trials", 10**9, *arguments)
    assert found.exit_code == 2
    assert words in found.stderr


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (["--vary", "response.reader=centrl"], StudyError, "did you mean central?"),
        (["--vary", "counting=ema", "--plot", "all.gif"], ExportError, "not .gif"),
    ],
)
def test_a_wrong_value_is_named_before_anything_runs(folder, arguments, error, words) -> None:
    found = say(folder, "--trials", 10**9, *arguments)
    assert isinstance(found.exception, error)
    assert words in str(found.exception)
