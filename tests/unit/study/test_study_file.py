"""The study file: what is written reads back, and what is wrong is named with its line."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.errors import StudyError
from trialwright.study import Stated, Study, read_study, write_study

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def study_file(root: Path, tmp_path: Path) -> Path:
    path = tmp_path / "study.toml"
    path.write_text((root / "examples/crclm/study.toml").read_text(encoding="utf-8"))
    return path


def _swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_is_written_reads_back_equal(crclm_study: Study, tmp_path: Path) -> None:
    write_study(crclm_study, tmp_path / "new.toml")
    assert read_study(tmp_path / "new.toml") == crclm_study


def test_writing_an_unchanged_study_changes_no_byte(study_file: Path) -> None:
    before = study_file.read_bytes()
    write_study(read_study(study_file), study_file)
    assert study_file.read_bytes() == before


def test_comments_and_order_survive_a_change(
    study_file: Path, settle: Callable[..., Study]
) -> None:
    _swap(study_file, "[design]", "# agreed on 3 March\n[design]  # by the board")
    _swap(study_file, "first_stage_bound =", "# my own remark, kept\nfirst_stage_bound  =")
    before = study_file.read_text(encoding="utf-8").splitlines()
    study = settle(read_study(study_file), design__accrual_months=24.0)
    write_study(study, study_file)
    after = study_file.read_text(encoding="utf-8").splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert changed[0][1].startswith("accrual_months = {value = 24.0")
    assert read_study(study_file) == study


def test_a_trailing_comment_survives_a_change_of_its_own_line(
    study_file: Path, settle: Callable[..., Study]
) -> None:
    lines = study_file.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("accrual_months"))
    lines[at] += "  # ask the clinic"
    study_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_study(settle(read_study(study_file), design__accrual_months=20.0), study_file)
    assert study_file.read_text(encoding="utf-8").splitlines()[at].endswith("# ask the clinic")


def test_a_table_that_a_study_no_longer_has_leaves_the_file(study_file: Path) -> None:
    content = read_study(study_file).model_dump(exclude_none=True)
    del content["ablation"]
    without = Study.model_validate({**content, "treatments": content["treatments"][:1]})
    write_study(without, study_file)
    assert read_study(study_file) == without


def test_a_misspelt_key_names_its_line_and_the_near_miss(study_file: Path) -> None:
    _swap(study_file, "null_response_rate =", "null_respons_rate =")
    lines = study_file.read_text(encoding="utf-8").splitlines()
    line = next(i for i, text in enumerate(lines, 1) if text.startswith("null_respons_rate"))
    with pytest.raises(StudyError) as caught:
        read_study(study_file)
    message = str(caught.value)
    assert str(study_file) in message
    assert f"line {line}: design.null_respons_rate is not a field" in message
    assert "did you mean null_response_rate?" in message


def test_all_faults_are_listed_at_once(study_file: Path) -> None:
    _swap(study_file, "confirmation_interval_days =", "confirmation_intervall_days =")
    _swap(study_file, "accrual_months = {value = 18.0", "accrual_months = {value = -18.0")
    with pytest.raises(StudyError) as caught:
        read_study(study_file)
    assert "confirmation_intervall_days" in str(caught.value)
    assert "greater than 0 (given: -18.0)" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('origin = "assumption", basis = "the same design: 10', 'origin = "gap", needed = "x',
         "a gap has no value"),
        ('value = 29, origin = "assumption"', 'origin = "assumption"', "needs a value"),
        ('origin = "assumption", basis = "planning figure', 'origin = "default", basis = "x',
         'origin "default" needs source'),
        ('origin = "assumption", basis = "planning figure', 'origin = "guess", basis = "x',
         "Input should be 'record', 'default', 'assumption' or 'gap'"),
        ("alternative_response_rate = {value = 0.3", "alternative_response_rate = {value = 0.05",
         "must lie above the null rate"),
        ("planned_patients = {value = 29", "planned_patients = {value = 10", "must be fewer"),
        ("timing = {value = [7, 21]", "timing = {value = [21, 7]", "lies before the first day"),
        ('planned_ablation = {value = "exclude"', 'planned_ablation = {value = "excluded"',
         "Input should be 'exclude'"),
    ],
)  # fmt: skip
def test_an_impossible_value_is_named(study_file: Path, old: str, new: str, words: str) -> None:
    _swap(study_file, old, new)
    with pytest.raises(StudyError) as caught:
        read_study(study_file)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n", "not a readable text file"),
        (b"[design\n", "not valid TOML"),
        (b"format_version = 1\n", "identity is missing"),
    ],
)
def test_a_file_that_is_no_study_file(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "study.toml"
    path.write_bytes(content)
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert words in str(caught.value)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="trialwright init"):
        read_study(tmp_path / "none.toml")


def test_a_study_is_never_written_over_what_is_no_toml(crclm_study: Study, tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text("[broken", encoding="utf-8")
    with pytest.raises(StudyError, match="move it away"):
        write_study(crclm_study, path)
    assert path.read_text(encoding="utf-8") == "[broken"


def test_a_gap_names_itself_when_it_is_needed(root: Path) -> None:
    study = read_study(root / "examples/tumour-sizes/study.toml")
    with pytest.raises(StudyError, match=r"design\.planned_patients is still open"):
        study.design.planned_patients.require()


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1)
_VALUES = st.one_of(
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    _TEXT,
    st.dates(min_value=dt.date(1900, 1, 1)),
)


@given(basis=_TEXT, needed=_TEXT)
def test_any_words_survive_the_file(
    tmp_path_factory: pytest.TempPathFactory, crclm_study: Study, basis: str, needed: str
) -> None:
    content = crclm_study.model_dump(exclude_none=True)
    content["identity"]["title"] = {"value": basis, "origin": "assumption", "basis": basis}
    content["identity"]["population"] = {"origin": "gap", "needed": needed}
    study = Study.model_validate(content)
    path = tmp_path_factory.mktemp("study") / "study.toml"
    write_study(study, path)
    assert read_study(path) == study


@given(value=_VALUES, basis=_TEXT)
def test_a_stated_value_keeps_its_value_and_evidence(value: object, basis: str) -> None:
    stated = Stated[object](value=value, origin="assumption", basis=basis)
    assert (stated.require(), stated.evidence) == (value, basis)
