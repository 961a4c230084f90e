"""What a narrow terminal, study days and a missing answer do to what is printed and written."""

from __future__ import annotations

import sys
from io import StringIO

import polars as pl
import pytest
from rich.console import Console
from small_trial import START, make_dataset, make_study

from trialwright.cli import run_command_line, terminal
from trialwright.dataset import write_dataset
from trialwright.study import write_study


@pytest.fixture
def type_verb(monkeypatch, capsys):
    def type_words(*words, code=0):
        monkeypatch.setattr(sys, "argv", ["trialwright", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            run_command_line()
        said = capsys.readouterr()
        assert (ended.value.code or 0) == code, said
        return said

    return type_words


@pytest.fixture
def narrow(monkeypatch):
    """Return a function that makes the terminal so many columns wide, and what it shows."""

    def make(width):
        shown = StringIO()
        console = Console(file=shown, width=width, highlight=False)
        monkeypatch.setattr(terminal, "make_console", lambda **_: console)
        return shown

    return make


def trial(folder, dataset):
    write_dataset(dataset, folder / "data")
    write_study(make_study(), folder / "study.toml")
    return folder / "data", "--study", folder / "study.toml"


@pytest.mark.parametrize("width", [120, 80, 60])
def test_no_letter_is_left_out_on_a_narrow_terminal(type_verb, narrow, tmp_path, width):
    words = trial(tmp_path, make_dataset({"CR-1": "X" * 90}))
    shown = narrow(width)
    for verb in (("analyse",), ("sensitivity",), ("why", "SD-3"), ("response",), ("ablation",)):
        type_verb(*verb, *words)
    text = shown.getvalue()
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    assert sum(line.count("X") for line in text.splitlines()) >= 90


def test_a_call_stands_whole_in_the_table_of_a_patient(narrow):
    shown = narrow(40)
    terminal.print_table("t", ["visit", "call"], [["week 8", "Non-CR/Non-PD"], ["week 16", "CR"]])
    assert "Non-CR/Non-PD" in shown.getvalue()


def test_counts_end_in_one_line_and_words_begin_in_one(narrow):
    shown = narrow(60)
    terminal.print_table("t", ["name", "n"], [["a", "5"], ["bb", "12"], ["c", "103"]])
    rows = [line.rstrip() for line in shown.getvalue().splitlines() if line.strip()]
    assert len({len(row) for row in rows[-3:]}) == 1
    assert all(row.startswith(" ") and row[1] != " " for row in rows[-3:])


def test_reasons_for_no_time_have_a_line_each(type_verb, tmp_path):
    said = type_verb("analyse", *trial(tmp_path, make_dataset()))
    part = said.out.split("DOR, Duration of response")[1].split("TTR, ")[0]
    lines = [line for line in part.splitlines() if " not counted: " in line]
    assert lines == sorted(lines, key=lambda line: line.split(": ", 1)[1])
    assert sum(int(line.split()[0]) for line in lines) == 5
    assert all(";" not in line for line in lines)


def test_who_is_outside_the_efficacy_set_is_told_why(type_verb, tmp_path):
    words = trial(tmp_path, make_dataset())
    said = type_verb("why", "OUT-8", *words)
    assert "No endpoint counts the patient: enrolled, never treated." in said.out


def test_nobody_moves_is_said_in_a_word(type_verb, tmp_path):
    said = type_verb("sensitivity", *trial(tmp_path, make_dataset()), "--endpoint", "OS")
    assert "OS: who moves: nobody" in said.out


def test_ways_of_a_rate_are_in_per_cent(type_verb, tmp_path):
    said = type_verb("sensitivity", *trial(tmp_path, make_dataset()), "--endpoint", "ORR")
    (line,) = [one for one in said.out.splitlines() if one.split()[:1] == ["study"]]
    assert "28.6 % (3.7 to 71.0 %)" in line


@pytest.fixture
def study_days(tmp_path):
    return trial(tmp_path, make_dataset(day_zero=START))


YEARS = ("2025-", "2026-")


def test_no_table_of_study_days_holds_a_made_up_date(type_verb, study_days, tmp_path):
    type_verb("analyse", *study_days, "--out", tmp_path / "a")
    type_verb("sensitivity", *study_days, "--endpoint", "PFS", "--out", tmp_path / "s")
    tables = [*(tmp_path / "a").glob("*.csv"), *(tmp_path / "s").glob("*.csv")]
    assert len(tables) >= 6
    for path in tables:
        text = path.read_text(encoding="utf-8-sig")
        assert not any(year in text for year in YEARS), path.name
    times = pl.read_csv(tmp_path / "a" / "times.csv", infer_schema_length=None)
    assert times["days"].drop_nulls().len() > 0
    assert times["end"].null_count() == times.height


@pytest.mark.parametrize("verb", [("analyse",), ("why", "SD-3")])
def test_no_json_of_study_days_holds_a_made_up_date(type_verb, study_days, verb):
    said = type_verb(*verb, *study_days, "--json")
    assert not any(year in said.out for year in YEARS)


def test_study_days_are_no_dates_of_adam(type_verb, study_days, tmp_path):
    said = type_verb("adam", *study_days, "--out", tmp_path / "adam", code=1)
    assert "counts study days; ADaM holds calendar dates" in said.err
    assert not (tmp_path / "adam").exists()


def test_adam_tells_what_was_found_and_what_is_missing(type_verb, tmp_path):
    data = make_dataset()
    words = trial(tmp_path, data)
    (tmp_path / "data" / "dispositions.csv").unlink()
    said = type_verb("adam", *words, "--out", tmp_path / "adam")
    assert "TOT: not computable, the data hold no dispositions" in said.out
    said = type_verb("adam", *words, "--out", tmp_path / "other", "--counting", "fda_a")
    assert "table.not_collected.dispositions" in said.err
