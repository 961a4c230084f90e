"""What an open choice, a misspelt group and a value known in part close, and what they leave."""

from __future__ import annotations

import polars as pl
import pytest
from typer.testing import CliRunner

from liver_values import LiverTrial, day
from trialwright.analysis.safety import analyse_safety, safety_frames
from trialwright.cli import app
from trialwright.dataset import Dataset, complete_dates, write_dataset
from trialwright.errors import StudyError
from trialwright.report.formats import Days
from trialwright.report.model import Section
from trialwright.report.safety import build_safety_tables
from trialwright.report.safety.liver_tables import build_liver_tables
from trialwright.report.sections.safety import build_safety_section
from trialwright.safety.liver import find_hys_law, hys_law_frame
from trialwright.simulate import simulate_study

STUDY = "examples/crclm/study.toml"


@pytest.fixture(scope="module")
def trial(crclm_study):
    return complete_dates(simulate_study(crclm_study, seed=1, patients=6), crclm_study)


@pytest.fixture
def find(crclm_study):
    def find(trial):
        return find_hys_law(*trial.read(crclm_study))

    return find


def leave_open(study, name):
    content = study.model_dump(exclude_none=True)
    content["safety"][name] = {"origin": "gap", "needed": "so many days"}
    return type(study).model_validate(content)


def numbers(safety):
    return {one.number for one in build_safety_tables(safety, Days())}


@pytest.mark.parametrize("name", ["liver_window_days", "ablation_explains_days"])
def test_an_open_choice_of_hys_law_closes_its_candidates_alone(trial, crclm_study, name):
    whole, found = (
        analyse_safety(trial, study) for study in (crclm_study, leave_open(crclm_study, name))
    )
    (one,) = found.not_computable
    assert (one.key, one.title) == ("candidates_of_hys_law", "Candidates of Hy's law")
    assert one.why.startswith(f"safety.{name} is still open")
    assert numbers(whole) - numbers(found) == {"14.3.10"}
    assert set(safety_frames(whole)) - set(safety_frames(found)) == {"hys_law"}
    parts = [one for one in build_safety_section(found, Days()).blocks if isinstance(one, Section)]
    keys = {block.key for part in parts for block in part.blocks}
    assert "edish" in keys


def test_without_laboratory_values_the_liver_says_what_it_needs(trial, crclm_study):
    frames = {name: frame for name, frame in trial.frames.items() if name != "labs"}
    found = analyse_safety(Dataset.create(frames, source="made here"), crclm_study)
    why = {one.key: one.why for one in found.not_computable}
    assert why["laboratory"] == "the table labs was not collected"
    assert why["candidates_of_hys_law"] == why["edish"] == "it needs the laboratory values"
    assert build_liver_tables(found, Days()) == ()


@pytest.mark.parametrize("verb", ["tables", "toxicity"])
def test_a_misspelt_group_stops_the_verbs_with_the_mend(root, monkeypatch, trial, tmp_path, verb):
    monkeypatch.chdir(root)
    write_dataset(trial, tmp_path / "data")
    text = (root / STUDY).read_text(encoding="utf-8").replace('"haemorrhage"', '"hemorrhage"')
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    call = ["safety", verb, str(tmp_path / "data"), "--study", str(tmp_path / "study.toml")]
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 1
    assert isinstance(done.exception, StudyError)
    assert "'hemorrhage', which does not exist; did you mean 'haemorrhage'?" in str(done.exception)


def test_bilirubin_known_in_part_makes_a_candidate_that_is_not_known(find):
    trial = LiverTrial().value("ALT", 20, 12.0).value("BILI", 20, 1.54, ">").value("ALP", 20, 1.0)
    (one,) = find(trial)
    assert one.bucket == "not known"
    assert [condition.holds for condition in one.conditions] == [True, None, True, True]
    said = f"bilirubin > 1.54 times the upper limit on {day(20)}"
    assert one.conditions[1].words == f"{said}, on the same day"
    assert one.verdict == f"whether the laboratory criteria are met is not known ({said})"
    assert (one.corrected, one.corrected_met) == (None, None)
    assert one.corrected_words == (
        "not known by multiples of max(upper limit, baseline): ALT 12, bilirubin > 1.54"
    )
    assert hys_law_frame([one])["corrected_met"].to_list() == [None]


@pytest.mark.parametrize(
    ("alt", "bilirubin", "holds"),
    [
        ((12.0, None), (2.0, ">"), [True, True]),
        ((12.0, None), (1.99, ">="), [True, None]),
        ((12.0, None), (2.0, "<="), [True, None]),
        ((12.0, None), (2.0, "<"), None),
        ((12.0, None), (1.99, None), None),
        ((9.0, "<"), (2.5, None), [None, True]),
        ((2.9, ">"), (2.5, None), [None, True]),
        ((2.9, None), (1.54, ">"), None),
        ((2.9, ">"), (1.54, ">"), [None, None]),
    ],
)
def test_which_pairs_known_in_part_may_meet_the_criteria(find, alt, bilirubin, holds):
    found = find(LiverTrial().value("ALT", 20, *alt).value("BILI", 20, *bilirubin))
    assert [[one.holds for one in each.conditions[:2]] for each in found] == (
        [] if holds is None else [holds]
    )


@pytest.mark.parametrize(
    ("on", "more"),
    [(20, 0), (57, 0), (58, 1), (90, 1)],  # the last pair that meets them is of day 27
)
def test_an_open_pair_is_named_where_no_candidate_lies_near(find, on, more):
    sure = LiverTrial().value("ALT", 20, 4.0).value("BILI", 27, 2.5)
    before = find(sure)
    after = find(sure.value("ALT", on, 12.0).value("BILI", on, 1.54, ">"))
    assert len(after) == 1 + more
    assert after[0].bilirubin == before[0].bilirubin
    assert after[-1].bilirubin.qualifier == (">" if more else None)


def test_an_open_pair_before_a_candidate_neither_joins_nor_moves_it(find):
    sure = LiverTrial().value("ALT", 60, 4.0).value("BILI", 60, 2.5)
    early = sure.value("ALT", 20, 12.0).value("BILI", 20, 1.54, ">")
    assert [one.transaminase.date for one in find(early)] == [day(20), day(60)]


def test_an_open_pair_after_an_ablation_stands_with_the_ablation_and_beside_others(find):
    trial = LiverTrial().ablate(19).value("ALT", 20, 12.0).value("BILI", 20, 1.54, ">")
    (one,) = find(trial)
    assert one.bucket == "procedural"
    assert one.verdict.startswith("whether the laboratory criteria are met is not known (bilirubin")
    assert "another cause is on file: ablation" in one.verdict
    both = find(trial.value("ALT", 40, 4.0).value("BILI", 40, 2.5))
    assert [one.bucket for one in both] == ["procedural", "not known"]
    assert [one.holds for one in both[1].conditions[:2]] == [True, True]


def test_a_corrected_multiple_known_in_part_is_not_said_to_fall_short(find):
    trial = LiverTrial().baseline("BILI", 1.5).value("ALT", 20, 12.0).value("BILI", 20, 2.4, ">")
    (one,) = find(trial)
    assert one.conditions[1].holds is True
    assert one.corrected_met is None
    assert one.corrected_words.startswith("not known by")
    assert one.corrected_words.endswith("ALT 12, bilirubin > 1.6")


def test_the_table_of_candidates_shows_the_value_with_its_qualifier(trial, crclm_study):
    """An ALT of 12 times, and bilirubin that is only known to be above 1.54 times."""
    name = trial.doses["patient_id"][0]
    own = trial.table("labs").filter(pl.col("patient_id") == name)
    last = own["sample_date"].max()
    rows = [
        {"patient_id": name, "test": test, "sample_date": last, "value": value, "unit": unit,
         "upper_limit": upper, "qualifier": qualifier}
        for test, value, unit, upper, qualifier in (
            ("ALT", 480.0, "U/L", 40.0, None), ("Bilirubin", 30.8, "umol/L", 20.0, ">"),
        )
    ]  # fmt: skip
    others = trial.table("labs").filter(
        ~((pl.col("patient_id") == name) & (pl.col("sample_date") == last))
    )
    labs = pl.concat([others, pl.DataFrame(rows)], how="diagonal_relaxed")
    data = Dataset.create({**trial.frames, "labs": labs}, source="made here")
    table = build_liver_tables(analyse_safety(data, crclm_study), Days())[0]
    (row,) = (one for one in table.rows if one.patient == name)
    assert row.cells[2].text.startswith("not known: bilirubin > 1.54 times the upper limit")
