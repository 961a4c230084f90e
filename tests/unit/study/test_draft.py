"""A drafted study says what the record says, marks conventions, and leaves gaps open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trialwright.study import draft_study, find_gaps, read_record, read_study

if TYPE_CHECKING:
    from pathlib import Path

    from trialwright.study import Study


@pytest.fixture(scope="module")
def drafted(root: Path) -> Study:
    return draft_study(read_record(root / "examples/crclm/record.txt"))


def test_values_of_the_record_carry_its_words(drafted: Study) -> None:
    name = drafted.treatments[0].name
    assert (name.value, name.origin) == ("Regorafenib", "record")
    assert name.words == "DRUG: Regorafenib and Toripalimab Combination"
    assert drafted.treatments[1].name.value == "Toripalimab"
    assert drafted.schedule.horizon_months.value == 24.0
    assert drafted.schedule.horizon_months.words == "2 years"
    assert drafted.endpoints.duration_of_response_ends_at_death.origin == "record"
    assert [outcome.role for outcome in drafted.outcomes] == ["primary"] + 5 * ["secondary"]


def test_nothing_is_assumed_and_every_default_names_its_source(drafted: Study) -> None:
    origins = {stated.origin for _, stated, _ in drafted.stated_fields()}
    assert origins == {"record", "default", "gap"}


def test_the_gaps_of_the_record_are_gaps_of_the_study(root: Path, drafted: Study) -> None:
    open_fields = dict(drafted.gaps())
    for field in (
        "identity.registration_number",
        "design.planned_patients",
        "design.null_response_rate",
        "design.alternative_response_rate",
        "treatments[0].dose_mg",
        "ablation.timing",
        "ablation.extent",
        "response.planned_ablation",
        "schedule.assessment_interval_weeks",
    ):
        assert field in open_fields
    # A gap of the record that the study fills is filled by a convention with a source.
    stated = {path: value for path, value, _ in drafted.stated_fields()}
    for gap in find_gaps(read_record(root / "examples/crclm/record.txt")):
        if gap.field in stated:
            assert stated[gap.field].origin in {"gap", "default"}, gap.field


def test_a_record_without_ablation_has_no_ablation_to_settle(tmp_path: Path) -> None:
    path = tmp_path / "record.csv"
    path.write_text(
        "Study Title,Interventions,Primary Outcome Measures,Enrollment\n"
        'A trial of X,DRUG: X,"Objective response rate, CR or PR by RECIST 1.1, 6 months",33\n',
        encoding="utf-8",
    )
    study = draft_study(read_record(path))
    assert study.ablation is None
    assert study.response.planned_ablation.origin == "default"
    assert study.response.criteria.value == "RECIST 1.1"
    assert study.response.criteria.origin == "record"
    assert study.design.planned_patients.value == 33
    assert study.schedule.horizon_months.value == 6.0


@pytest.mark.shared
def test_every_real_record_gives_a_study_or_says_why_not(shared: Path) -> None:
    for path in sorted((shared / "data" / "registry").glob("*.json")):
        study = draft_study(read_record(path))
        assert study.identity.registration_number.origin == "record", path.name


def test_the_worked_example_settles_every_field_and_marks_assumptions(root: Path) -> None:
    study = read_study(root / "examples/crclm/study.toml")
    assert study.gaps() == ()
    origins = {path: stated.origin for path, stated, _ in study.stated_fields()}
    for field in (
        "identity.registration_number",
        "design.null_response_rate",
        "design.alternative_response_rate",
        "treatments[0].dose_mg",
        "treatments[1].dose_mg",
        "ablation.timing",
        "ablation.extent",
        "response.criteria",
        "response.planned_ablation",
        "schedule.assessment_interval_weeks",
    ):
        assert origins[field] == "assumption", field


def test_the_worked_example_keeps_what_the_record_says(root: Path, drafted: Study) -> None:
    study = read_study(root / "examples/crclm/study.toml")
    said = {path: s for path, s, _ in drafted.stated_fields() if s.origin == "record"}
    for path, stated, _ in study.stated_fields():
        if path in said:
            assert stated == said[path]
    assert study.outcomes == drafted.outcomes
