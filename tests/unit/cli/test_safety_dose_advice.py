"""``trialwright safety dose-advice`` and ``dose-check``: what is said, and refusals in words."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from dosed_patients import day, dose, event, liver_values, make_patient
from trialwright.cli import app
from trialwright.dataset import read_dataset, write_dataset
from trialwright.errors import DataError, StudyError
from trialwright.study import read_study

RUN = CliRunner()


@pytest.fixture(scope="module")
def study(root):
    return root / "examples" / "crclm" / "study.toml"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    doses = [dose(0, 20, 80.0), dose(0, 0, 240.0, drug="Toripalimab")]
    events = [event("Hypertension", 2, 12), event("Fatigue", 3, 15)]
    labs = [*liver_values(-1), *liver_values(18)]
    folder = tmp_path_factory.mktemp("dosed") / "data"
    write_dataset(make_patient(doses=doses, events=events, labs=labs), folder)
    return folder


@pytest.fixture(scope="module")
def counted(data, tmp_path_factory):
    """Return the same data as study days: no calendar date was ever observed."""
    folder = tmp_path_factory.mktemp("counted") / "data"
    write_dataset(replace(read_dataset(data), day_zero=day(0)), folder)
    return folder


def say(verb, study, data, *more, columns=200):
    words = ["safety", verb, data, "--study", study, *more]
    found = RUN.invoke(app, [str(word) for word in words], env={"COLUMNS": str(columns)})
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


def test_the_advice_explains_itself(study, data) -> None:
    text = " ".join(
        say("dose-advice", study, data, "--patient", "014", "--on", day(20)).stdout.split()
    )
    assert "014, Regorafenib, 2026-01-25: hold; then 40 mg instead of 80 mg" in text
    assert "rule 17 fits: hold, then one level lower: grade 3 Fatigue from 2026-01-20" in text
    assert "rule 5 cannot be told: not recorded: whether there are symptoms" in text
    assert "014, Toripalimab, 2026-01-25: continue at 240 mg" in text
    assert text.count("a physician decides and signs") == 2


def test_as_json_with_the_rows_that_were_read(study, data) -> None:
    found = say("dose-advice", study, data, "--patient", "014", "--on", day(20), "--json")
    content = json.loads(found.stdout)
    first = content["drugs"][0]
    assert (first["action"], first["next_dose_mg"]) == ("hold and reduce", 40.0)
    (rule,) = first["rules"]
    assert (rule["set"], rule["number"]) == ("regorafenib_label", "17")
    assert rule["inputs"][0]["table"] == "adverse_events"
    assert rule["inputs"][0]["row"] == 3
    assert first["cannot_be_told"][0]["missing"] == ["whether there are symptoms"]


@pytest.mark.parametrize("columns", [80, 120])
def test_no_line_is_wider_than_120_columns(study, data, columns) -> None:
    text = say("dose-advice", study, data, "--patient", "014", columns=columns).stdout
    assert max(len(line) for line in text.splitlines()) <= 120


def test_an_unknown_patient_is_refused_with_the_near_one(study, data) -> None:
    with pytest.raises(DataError, match="no patient '14' in the data; did you mean 014"):
        say("dose-advice", study, data, "--patient", "14")


def test_a_day_that_is_none_is_refused(study, data) -> None:
    found = say("dose-advice", study, data, "--patient", "014", "--on", "yesterday")
    assert found.exit_code == 2
    assert "--on" in found.stderr


def test_a_misspelt_set_of_rules_is_refused_with_the_near_one(study, data, tmp_path) -> None:
    text = (study).read_text(encoding="utf-8")
    path = tmp_path / "study.toml"
    path.write_text(text.replace('"regorafenib_label"', '"regorafenib_lable"'), encoding="utf-8")
    assert read_study(path)
    with pytest.raises(StudyError, match="did you mean regorafenib_label"):
        say("dose-check", path, data)


def test_the_check_counts_what_it_found(study, data) -> None:
    found = say("dose-check", study, data).stdout
    assert "014, Regorafenib, disagreement: 80 mg given from 2026-01-21" in found
    assert found.rstrip().endswith("1 disagreement, 0 questions, 0 notes, in 1 patient")
    (one,) = json.loads(say("dose-check", study, data, "--json").stdout)
    assert (one["rule"], one["first"]) == ("regorafenib_label 17", "2026-01-21")


@pytest.mark.parametrize("more", [[], ["--json"]])
@pytest.mark.parametrize(
    ("verb", "whom"), [("dose-advice", ["--patient", "014"]), ("dose-check", [])]
)
def test_study_days_are_never_shown_as_calendar_dates(study, counted, verb, whom, more) -> None:
    text = say(verb, study, counted, *whom, *more).output
    assert re.search(r"\d{4}-\d{2}-\d{2}", text) is None
    assert "day 15" in text


def test_study_days_in_json_stay_where_the_dates_were(study, counted) -> None:
    (one,) = json.loads(say("dose-check", study, counted, "--json").stdout)
    assert (one["first"], one["last"]) == ("day 16", "day 20")
    content = json.loads(say("dose-advice", study, counted, "--patient", "014", "--json").stdout)
    (rule,) = content["drugs"][0]["rules"]
    assert (rule["fits_since"], rule["inputs"][0]["day"]) == ("day 15", "day 15")


def test_a_calendar_day_is_refused_where_study_days_count(study, counted) -> None:
    with pytest.raises(DataError, match=r"counts study days.*leave --on out"):
        say("dose-advice", study, counted, "--patient", "014", "--on", day(20))
