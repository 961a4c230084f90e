"""What the verbs of ``simulate`` share: strict JSON, refusals before the work, what is kept."""

from __future__ import annotations

import json
from datetime import date
from math import inf, nan

import pytest
from typer.testing import CliRunner

from trialwright.cli import app
from trialwright.cli.simulate.compare import _quantities
from trialwright.cli.terminal import keep_finished, print_json, progress_of
from trialwright.errors import ExportError, StudyError
from trialwright.simulate.trials import run as runs

LEGENDS = {
    ("curve", "--rate", "0.3", "--trials", "20"): (
        "Design alone: exact",
        "Costs: percentage points",
        "Seed 1.",
    ),
    ("tornado", "--vary", "one.toml", "--trials", "40"): (
        "Low, high: the two values tried",
        "twice it may be chance",
    ),
    ("calibrate", "--rate", "0.3", "--from", "crclm_alternative", "--patients", "500"): (
        "Open by a factor of 1.5",
        "Condition: ",
        "Identified: ",
        "Settled: ",
    ),
}
ONE_VARIATION = """
[[assumptions]]
title = "Growth rate of lesions, median"
field = "growth.kg_median_per_week"
factors = [0.5, 2.0]
reason = "a test"
"""


@pytest.fixture
def say(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(verb: str, *words: object):
        named = [str(word) for word in words]
        return CliRunner().invoke(app, ["simulate", verb, *named], env={"COLUMNS": "160"})

    return run


@pytest.fixture
def crclm(root):
    return root / "examples" / "crclm"


def test_json_has_no_number_that_json_has_not(capsys) -> None:
    print_json({"a": (nan, inf), "b": [{"c": -inf, "d": 0.5}], "e": date(2024, 2, 29), "ü": None})
    text = capsys.readouterr().out
    found = json.loads(text, parse_constant=pytest.fail)
    assert found == {
        "a": [None, "inf"],
        "b": [{"c": "-inf", "d": 0.5}],
        "e": "2024-02-29",
        "ü": None,
    }
    assert '"ü"' in text


def test_json_refuses_what_it_has_no_form_for() -> None:
    with pytest.raises(TypeError, match="set is not JSON"):
        print_json({"a": {1}})


@pytest.mark.parametrize("steps", [None, 0, 2])
def test_a_bar_of_any_number_of_steps_stays_off_a_pipe(capsys, steps) -> None:
    with progress_of(steps) as step:
        step("one")
        step("two")
    assert capsys.readouterr() == ("", "")


def test_who_interrupts_is_told_what_is_kept(capsys, tmp_path) -> None:
    with pytest.raises(KeyboardInterrupt), keep_finished(tmp_path):
        raise KeyboardInterrupt
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"kept in {tmp_path}; the same command goes on" in said
    for folder in (None, tmp_path / "none yet"):
        with pytest.raises(KeyboardInterrupt), keep_finished(folder):
            raise KeyboardInterrupt
        assert not capsys.readouterr().err


def test_an_interrupted_run_says_so_and_keeps_its_exit_code(say, crclm, tmp_path, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "simulate_trials", interrupt)
    found = say("study", crclm, "--trials", 10, "--out", tmp_path)
    assert found.exit_code == 130
    assert "the same command goes on" in found.stderr
    assert "interrupted" not in say("study", crclm, "--trials", 10).stderr


def test_calibrate_refuses_a_missing_folder_before_the_fit(say, monkeypatch) -> None:
    monkeypatch.setattr("trialwright.simulate.calibration.calibrate", pytest.fail)
    found = say("calibrate", "concur_like", "--from", "concur_like", "--out", "none/mine.toml")
    assert found.exit_code == 2
    assert "--out none/mine.toml: the folder none does not exist" in found.stderr


def test_a_rate_needs_a_study(say, tmp_path) -> None:
    (tmp_path / "mine.toml").write_text(
        'title = "t"\nsetting = "three_untreated_lesions"\n[[targets]]\nestimate = "ORR"\n'
        'value = 0.1\npatients = 50\nsource = "a test"\n',
        encoding="utf-8",
    )
    for source in ("concur_like", "mine.toml"):
        found = say("calibrate", source, "--from", "concur_like", "--rate", "0.1")
        assert found.exit_code == 2
        assert f"--rate needs a study, and {source} is a file of targets" in found.stderr
    neither = say("calibrate", "nothing", "--from", "concur_like", "--rate", "0.1")
    assert isinstance(neither.exception, StudyError)


@pytest.mark.parametrize("verb", ["curve", "fan", "tornado", "growth"])
def test_a_picture_of_another_kind_is_refused_before_anything_runs(say, crclm, verb) -> None:
    found = say(verb, crclm, "--plot", "all.gif")
    assert isinstance(found.exception, ExportError)
    assert "not .gif" in str(found.exception)


@pytest.mark.parametrize("verb", LEGENDS)
def test_a_table_is_explained_below_it(say, crclm, tmp_path, verb) -> None:
    (tmp_path / "one.toml").write_text(ONE_VARIATION, encoding="utf-8")
    name, *words = verb
    found = say(name, crclm, *words)
    assert found.exit_code == 0, found.output
    for part in LEGENDS[verb]:
        assert part in found.stdout
    assert max(map(len, found.stdout.splitlines())) <= 160


@pytest.mark.parametrize(
    ("months", "shown"), [((3, 6, 9), ["PFS at 6 months"]), ((4, 9), None), ((), [])]
)
def test_the_landmarks_are_those_of_the_study(months, shown) -> None:
    landmarks = [f"PFS at {month} months" for month in months]
    known = ["ORR", "DCR", "median PFS", *landmarks, "median OS", "OS at 12 months"]
    columns = list(_quantities(known))
    assert columns[:3] == ["ORR", "DCR", "median PFS"]
    assert columns[3:-2] == (landmarks if shown is None else shown)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("schedule.assessment_interval_weeks=nan", "'nan' is not allowed (nan is no number)"),
        ("ablation.first_scan_weeks=[nan, 4]", "'[nan, 4]' is not allowed (nan is no number)"),
        ("response.confirmation_required=nan", "valid boolean"),
        ("=6", "'=6' names no field before '=': write FIELD=VALUE,VALUE"),
        ("every 6 weeks: =6", "every 6 weeks: '=6' is not FIELD=VALUE"),
        ("counting", "'counting': write FIELD=VALUE,VALUE"),
    ],
)
def test_a_slip_in_what_is_varied_is_named(say, crclm, text, words) -> None:
    found = say("compare", crclm, "--trials", 10**9, "--vary", text)
    assert isinstance(found.exception, StudyError)
    assert words in str(found.exception)
