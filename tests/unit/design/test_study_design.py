"""The design of a study file: judged, set beside others, proposed, written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner
from verb_call import unframed

import trialwright as tw
from trialwright.cli import app
from trialwright.design import DesignError, find_simon_designs
from trialwright.design.study_design import (
    design_is_open,
    judge_study_design,
    propose_designs,
    settle_design,
)
from trialwright.errors import StudyError
from trialwright.report.design.words_study import word_study
from trialwright.study import write_study
from trialwright.study.vary import vary_study

RUN = CliRunner()
EXAMPLE = Path(__file__).parents[3] / "examples" / "crclm" / "study.toml"
NUMBERS = ("first_stage_patients", "first_stage_bound", "planned_patients", "final_bound")


@pytest.fixture(scope="module")
def study():
    return tw.read_study(EXAMPLE)


def opened(study, *fields: str):
    """Return the study with fields turned into gaps."""
    content = study.model_dump(exclude_none=True)
    for path in fields:
        section, _, name = path.partition(".")
        content[section][name] = {"origin": "gap", "needed": "to be settled"}
    return type(study).model_validate(content)


def test_the_worked_study_carries_both_designs_and_the_overlay(study) -> None:
    found = judge_study_design(study)
    assert [(str(one.design), one.kind) for one in found.designs] == [
        ("1/10 5/29", "optimal"),
        ("0/10 3/29", "optimal"),
    ]
    assert all(one.keeps_alpha and one.keeps_power for one in found.designs)
    # Domain report 6.1: exact type I error, power, EN(p0), PET(p0).
    for one, numbers in zip(
        found.designs,
        [(0.0471, 0.8051, 15.01, 0.7361), (0.0468, 0.8011, 17.62, 0.5987)],
        strict=True,
    ):
        assert (
            round(one.null.probability_declare_active, 4),
            round(one.alternative.probability_declare_active, 4),
            round(one.null.expected_patients, 2),
            round(one.null.probability_early_stop, 4),
        ) == numbers
    # Domain report 6.4 and 6.8: uniform prior, limit 0.30, cut 0.90, every 5 patients.
    bounds = found.toxicity.boundaries
    assert dict(zip(bounds.looks, bounds.stop_at_least, strict=True)) == {
        5: 3, 10: 5, 15: 7, 20: 9, 25: 11, 29: 12
    }  # fmt: skip
    rows = found.together.rows
    assert {row.response_rate for row in rows} == {0.1, 0.3}
    assert all(row.declares_activity <= row.response_alone for row in rows)


def test_an_open_toxicity_rule_is_named(study) -> None:
    found = judge_study_design(opened(study, "safety.highest_toxicity_rate"))
    assert found.toxicity is None
    assert found.together is None
    assert "safety.highest_toxicity_rate is still open" in found.open_fields


def test_a_toxicity_rule_that_cannot_be_does_not_take_the_design_with_it(study) -> None:
    found = judge_study_design(
        vary_study(study, {"safety.toxicity_look_every": 40}, basis="a slip")
    )
    assert str(found.chosen.design) == "1/10 5/29"
    assert found.toxicity is None
    assert "make no rule: step between looks must be from 1 to 29" in found.open_fields


def test_a_design_that_breaks_its_limits_is_told(study) -> None:
    changed = vary_study(study, {"design.final_bound": 4, "design.power": 0.9}, basis="a slip")
    chosen = judge_study_design(changed).chosen
    assert not chosen.keeps_alpha
    assert not chosen.keeps_power
    assert chosen.kind == ""


def test_limits_that_no_design_keeps(study) -> None:
    changed = vary_study(
        study,
        {"design.alternative_response_rate": 0.11, "design.type_one_error": 0.01},
        basis="a slip",
    )
    assert judge_study_design(changed).chosen.kind == ""
    with pytest.raises(DesignError, match="no two-stage design of at most 1000 patients"):
        propose_designs(changed)


@pytest.mark.parametrize("function", [judge_study_design, propose_designs])
def test_a_descriptive_study_has_no_rule(study, function) -> None:
    changed = vary_study(study, {"design.kind": "descriptive"}, basis="no test")
    with pytest.raises(StudyError, match=r"design\.kind is descriptive"):
        function(changed)


def test_open_numbers_are_proposed_and_written(study, tmp_path) -> None:
    gaps = opened(study, *(f"design.{name}" for name in NUMBERS))
    assert design_is_open(gaps)
    assert not design_is_open(study)
    with pytest.raises(StudyError, match=r"design\.first_stage_patients is still open"):
        judge_study_design(gaps)
    found = propose_designs(gaps)
    assert found == find_simon_designs(0.1, 0.3)
    settled = settle_design(gaps, found.minimax)
    assert [getattr(settled.design, name).value for name in NUMBERS] == [15, 1, 25, 5]
    assert "minimax design for 0.1 against 0.3" in settled.design.final_bound.basis
    path = tmp_path / "study.toml"
    write_study(settled, path)
    assert tw.read_study(path) == settled
    assert judge_study_design(settled).chosen.kind == "minimax"


def test_the_enrolment_of_the_record_is_not_overruled(study) -> None:
    content = study.model_dump(exclude_none=True)
    content["design"]["planned_patients"] = {
        "value": 29, "origin": "record", "words": "enrolment 29"
    }  # fmt: skip
    recorded = type(study).model_validate(content)
    found = propose_designs(recorded)
    with pytest.raises(StudyError, match=r"is 29 by the registry record .* the design has 25"):
        settle_design(recorded, found.minimax)
    kept = settle_design(recorded, found.optimal)
    assert kept.design.planned_patients.origin == "record"


def test_the_words_have_both_designs_and_the_overlay(study) -> None:
    words = word_study(judge_study_design(study))
    for number in ("0.0471", "0.8051", "15.0", "0/10 3/29", "0.0468", "3 of 5, 5 of 10", "0.7390"):
        assert number in words.protocol, number
    assert len(words.references) == 2


# --- the verb ------------------------------------------------------------------------------


def test_the_verb_takes_a_study_file() -> None:
    done = RUN.invoke(app, ["design", str(EXAMPLE)])
    assert done.exit_code == 0, done.output
    for words in ("1/10 5/29", "0/10 3/29", "keeps it", "3 of 5, 5 of 10", "never raises"):
        assert words in done.output


def test_json_holds_everything() -> None:
    content = json.loads(RUN.invoke(app, ["design", str(EXAMPLE), "--json"]).stdout)
    assert [one["design"] for one in content["designs"]] == ["1/10 5/29", "0/10 3/29"]
    assert content["toxicity"]["stop_at_least"] == [3, 5, 7, 9, 11, 12]
    assert len(content["together"]) == 8


def test_a_design_is_chosen_and_written_in_place(tmp_path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(
        EXAMPLE.read_text(encoding="utf-8").replace("[design]", "# by the board\n[design]"),
        encoding="utf-8",
    )
    done = RUN.invoke(app, ["design", str(path), "--choose", "1/12 5/26", "--out", str(path)])
    assert done.exit_code == 0, done.output
    assert "1/12 5/26" in done.output
    assert "design.first_stage_patients: 10 replaced by 12" in done.stderr
    assert "design.final_bound" not in done.stderr  # stays 5
    text = path.read_text(encoding="utf-8")
    assert "# by the board" in text
    assert str(judge_study_design(tw.read_study(path)).chosen.design) == "1/12 5/26"


def test_an_open_design_shows_what_there_is_to_choose(study, tmp_path) -> None:
    path = tmp_path / "study.toml"
    write_study(opened(study, *(f"design.{name}" for name in NUMBERS)), path)
    done = RUN.invoke(app, ["design", str(path)])
    assert done.exit_code == 0, done.output
    assert "minimax" in done.output
    assert "1/11 5/27" in done.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--choose", "optimal"], "give both"),
        (["--out", "x.toml"], "give both"),
        (["--choose", "3/9 4/12", "--out", "x"], "none of minimax 1/15 5/25"),
    ],
)
def test_half_a_choice_is_refused(options, words) -> None:
    done = RUN.invoke(app, ["design", str(EXAMPLE), *options], env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert words in unframed(done.stderr)


def test_a_missing_file_is_said() -> None:
    done = RUN.invoke(app, ["design", "nowhere.toml"])
    assert isinstance(done.exception, StudyError)
    assert "no such study file" in str(done.exception)


def test_an_unknown_method_is_refused() -> None:
    done = RUN.invoke(app, ["design", "simons"])
    assert done.exit_code == 2
    assert "No such command 'simons'" in done.output
