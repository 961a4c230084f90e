"""``trialwright response`` with several readers and with calls made by people."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from typed_verbs import type_verb

if TYPE_CHECKING:
    from pathlib import Path

WIDTH = 120  # of a table where the output is a file


@pytest.fixture(scope="module")
def trial(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str | Path, ...]:
    """Write six virtual patients read by two readers, the second larger, and one false call."""
    from trialwright.dataset import Dataset, write_dataset
    from trialwright.simulate import simulate_study
    from trialwright.study import read_study

    file = root / "examples" / "crclm" / "study.toml"
    virtual = simulate_study(read_study(file), seed=2, patients=6)
    frames = dict(virtual.frames)
    for name in ("lesions", "measurements"):
        first = frames[name].with_columns(reader=pl.lit("investigator"))
        second = frames[name].with_columns(reader=pl.lit("central_1"))
        if name == "measurements":
            late = pl.when(pl.col("visit") != "baseline").then(pl.col("diameter_mm") * 2)
            second = second.with_columns(diameter_mm=late.otherwise(pl.col("diameter_mm")))
        frames[name] = pl.concat([first, second])
    call = {
        "patient_id": "P001",
        "reader": "investigator",
        "criteria": "RECIST 1.1",
        "visit": "week 8",
        "overall": "CR",
    }
    frames["calls"] = pl.DataFrame([call])
    folder = tmp_path_factory.mktemp("readers") / "data"
    write_dataset(Dataset.create(frames, source="two readers"), folder)
    return folder, "--study", file


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_readers_of_the_study_is_shown_unless_another_is_named(trial):
    own = _rows(type_verb("response", *trial, "--csv").stdout)
    other = _rows(type_verb("response", *trial, "--csv", "--reader", "central_1").stdout)
    assert {row["reader"] for row in own} == {"investigator"}
    assert {row["reader"] for row in other} == {"central_1"}
    assert [row["visit"] for row in own] == [row["visit"] for row in other]
    assert [row["sum_mm"] for row in own] != [row["sum_mm"] for row in other]


def test_a_patient_is_shown_with_whose_reading_it_is(trial):
    done = type_verb("response", *trial, "--patient", "P001", "--reader", "central_1").stdout
    assert "Reading: the reading of the central reader 1 counts" in done
    assert "Patient P002" not in done


def test_a_reader_that_the_data_lack_is_refused_with_those_they_hold(trial):
    done = type_verb("response", *trial, "--reader", "central_2", ok=False)
    assert "they hold investigator, central_1" in done.stderr


def test_compare_prints_agreement_and_every_disagreement(trial):
    done = type_verb("response", *trial, "--compare").stdout
    for words in (
        "Agreement of readers",
        "rows investigator, columns central_1",
        "kappa",
        "Calls made by people: 1",
        "Disagreements by what explains them",
        "CR",
    ):
        assert words in done
    assert max(len(line) for line in done.splitlines()) <= WIDTH


def test_compare_as_csv_and_json_lists_the_same(trial):
    rows = _rows(type_verb("response", *trial, "--compare", "--csv").stdout)
    content = json.loads(type_verb("response", *trial, "--compare", "--json").stdout)
    assert [row["reason"] for row in rows] == [row["reason"] for row in content["disagreements"]]
    assert content["calls"]["calls"] == 1
    assert content["calls"]["disagreements"] == sum(content["calls"]["kinds"].values())
    assert {one["level"] for one in content["agreement"]} == {"time point", "best response"}
    called = [row for row in rows if row["kind"] not in {"", "not_called"}]
    assert [(row["patient_id"], row["first_call"]) for row in called] == [("P001", "CR")]
    chosen = _rows(type_verb("response", *trial, "--compare", "--csv", "--patient", "P001").stdout)
    assert {row["patient_id"] for row in chosen} == {"P001"}


def test_compare_takes_no_reader_and_knows_its_patients(trial):
    assert "leave --reader out" in type_verb(
        "response", *trial, "--compare", "--reader", "central_1", ok=False
    ).stderr.replace("\n", " ")
    done = type_verb("response", *trial, "--compare", "--patient", "P01", ok=False)
    assert "did you mean P001" in done.stderr


def test_one_reading_has_nothing_to_compare(root, tmp_path):
    file = root / "examples" / "crclm" / "study.toml"
    type_verb("simulate", file, "--out", tmp_path / "one", "--patients", "2",
              "--seed", "1")  # fmt: skip
    done = type_verb("response", tmp_path / "one", "--study", file, "--compare").stdout
    assert "there are no readers to compare" in done
    assert "no calls made by people" in done
    assert "No disagreement." in done


def test_a_wide_patient_is_printed_in_tables_that_fit():
    from trialwright.cli.response import _blocks

    assert list(_blocks([13] * 9, 70)) == [(0, 5), (5, 9)]
    assert list(_blocks([13, 80, 13], 70)) == [(0, 1), (1, 2), (2, 3)]
    assert list(_blocks([13], 5)) == [(0, 1)]
