"""``trialwright ablation``, and every verb that refuses while the policy is open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from typed_verbs import type_verb

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def study(root: Path) -> Path:
    return root / "examples" / "crclm" / "study.toml"


@pytest.fixture(scope="module")
def data(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("simulated") / "data"
    type_verb("simulate", study, "--out", out, "--seed", "4", "--patients", "10")
    return out


def test_it_prints_procedures_outcomes_lesions_and_both_readings(data: Path, study: Path) -> None:
    printed = " ".join(type_verb("ablation", data, "--study", study).stdout.split())
    for words in (
        "Ablation procedures",
        "Primary technique efficacy",
        "Ablated lesions",
        "Each patient in both readings",
        "RFA",
        "not assessed, never complete",
    ):
        assert words in printed, words


def test_json_and_csv_hold_the_same_lesions(data: Path, study: Path, tmp_path: Path) -> None:
    content = json.loads(type_verb("ablation", data, "--study", study, "--json").stdout)
    assert set(content) == {"lesions", "counts", "readings", "calls"}
    assert len(content["readings"]) == 10
    path = tmp_path / "lesions.csv"
    path.write_text(type_verb("ablation", data, "--study", study, "--csv").stdout, encoding="utf-8")
    table = pl.read_csv(path)
    assert table.height == len(content["lesions"]) > 0
    for column in ("patient_id", "primary_efficacy", "local_end"):
        assert [row[column] for row in content["lesions"]] == table[column].to_list()


def test_json_and_csv_together_are_refused(data: Path, study: Path) -> None:
    done = type_verb("ablation", data, "--study", study, "--json", "--csv", ok=False)
    assert "--json and --csv" in done.stderr


def test_data_without_an_ablation_say_so(data: Path, study: Path, tmp_path: Path) -> None:
    for table in data.glob("*.csv"):
        if table.stem != "ablations":
            (tmp_path / table.name).write_bytes(table.read_bytes())
    done = type_verb("ablation", tmp_path, "--study", study)
    assert "No lesion was ablated" in done.stdout


@pytest.mark.parametrize("verb", ["response", "ablation", "analyse", "report", "simulate"])
def test_nothing_is_read_until_the_policy_for_ablated_lesions_is_chosen(
    verb: str, data: Path, study: Path, tmp_path: Path
) -> None:
    lines = study.read_text(encoding="utf-8").splitlines()
    (place,) = [n for n, line in enumerate(lines) if line.startswith("planned_ablation = ")]
    lines[place] = 'planned_ablation = {origin = "gap", needed = "how an ablated lesion counts"}'
    still_open = tmp_path / "study.toml"
    still_open.write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = tmp_path / "out.html"
    words = {
        "report": (data, "--study", still_open, "--out", out),
        "simulate": (still_open, "--out", out, "--seed", "1"),
    }.get(verb, (data, "--study", still_open))
    done = type_verb(verb, *words, ok=False)
    assert "response.planned_ablation: how an ablated lesion counts" in done.stderr
    assert not out.exists()
