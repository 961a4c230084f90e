"""The study file: what is written reads back, and what is wrong is named with its line."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.errors import StudyError
from trialwright.study import Stated, Study, model, read_study, write_study
from trialwright.study.file import _HEADING_OF_A_RULE, _HEADINGS

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


_EXAMPLES = ("crclm", "tumour-sizes")


@pytest.mark.parametrize("example", _EXAMPLES)
def test_a_new_file_is_the_example_to_the_byte(root: Path, tmp_path: Path, example: str) -> None:
    path = root / "examples" / example / "study.toml"
    write_study(read_study(path), tmp_path / "new.toml")
    assert (tmp_path / "new.toml").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("example", _EXAMPLES)
def test_a_new_file_is_the_same_without_docstrings(
    root: Path, tmp_path: Path, example: str
) -> None:
    path = root / "examples" / example / "study.toml"
    code = (
        "import sys; from trialwright.study import read_study, write_study; "
        "write_study(read_study(sys.argv[1]), sys.argv[2])"
    )
    subprocess.run(
        [sys.executable, "-OO", "-B", "-c", code, str(path), str(tmp_path / "new.toml")], check=True
    )
    assert (tmp_path / "new.toml").read_bytes() == path.read_bytes()


def test_the_heading_of_every_table_is_what_the_model_says_of_it() -> None:
    said = {kind.__doc__ for kind in model.Section.__subclasses__()} - {Study.__doc__}
    assert {*_HEADINGS.values(), _HEADING_OF_A_RULE} == said
    assert [*Study.model_fields] == ["format_version", *_HEADINGS]


def test_comments_and_order_survive_a_change(
    study_file: Path, settle: Callable[..., Study]
) -> None:
    _swap(study_file, "[design]", "# agreed on 3 March\n[design]  # by the board")
    _swap(study_file, "first_stage_bound = {", "# my own remark, kept\nfirst_stage_bound  = {")
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
    _swap(study_file, "null_response_rate = {", "null_respons_rate = {")
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
        ('origin = "assumption", basis = "planning figure: about', 'origin = "default", basis = "x',
         'origin "default" needs source'),
        ('origin = "assumption", basis = "planning figure: about', 'origin = "guess", basis = "x',
         "Input should be 'record', 'default', 'assumption' or 'gap'"),
        ("alternative_response_rate = {value = 0.3", "alternative_response_rate = {value = 0.05",
         "must lie above the null rate"),
        ("planned_patients = {value = 29", "planned_patients = {value = 10", "must be fewer"),
        ("timing = {value = [7, 21]", "timing = {value = [21, 7]", "lies before the first day"),
        ('planned_ablation = {value = "exclude"', 'planned_ablation = {value = "excluded"',
         "Input should be 'exclude'"),
        ("timing = {value = [7, 21]", "timing = {value = [7]",
         "ablation.timing.value, entry 2 is missing; write it after entry 1"),
        ("timing = {value = [7, 21]", "timing = {value = []",
         "ablation.timing.value, entry 1 is missing; write it first"),
        ("timing = {value = [7, 21]", 'timing = {value = [7, "x"]',
         "ablation.timing.value, entry 2: Input should be a valid integer"),
        ("planned_patients = {value = 29", 'planned_patients = {value = "29"',
         "design.planned_patients.value: Input should be a valid integer"),
        ("missed_before_death = {value = 1", "missed_before_death = {value = true",
         "times.missed_before_death.value: Input should be a valid integer"),
        ("accrual_months = {value = 18.0", "accrual_months = {value = true",
         "design.accrual_months.value: Input should be a valid number"),
        ("timing = {value = [7, 21]", "timing = {value = 7",
         "ablation.timing.value must be a list, [...] (given: 7)"),
        ("null_response_rate = {value", 'null_response_rate = 0.1\n"x" = {value',
         'design.null_response_rate must be written as { value = ..., origin = "assumption"'),
        ('planned_patients = {value = 29, origin = "assumption"', "planned_patients = {value = 29",
         "design.planned_patients.origin is missing; write the field as { value = ..."),
        ("[safety]", "[safty]", "safety is missing; add the table [safety] with its fields: ctcae"),
        ('role = "primary"\n', "", 'outcomes[0].role is missing; write role = "..."'),
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
        (b"safety = 3\n", "line 1: safety must be a table; add the table [safety] with its"),
        (b"treatments = 3\n", "line 1: treatments must be tables [[treatments]] (given: 3)"),
        (
            b"treatments = [3]\n",
            "treatments, entry 1 must be a table; add the table [[treatments]]",
        ),
        (
            b"format_version = 1\n",
            "identity is missing; add the table [identity] with its fields: reg",
        ),
        (b"a = 1\nb = [1,", "the file ends before line 2 ('b = [1,') is complete; if it was cut"),
        (b"a = 1\nplanned_pa", "the file ends before line 2 ('planned_pa') is complete"),
        (b"a = 1\nb = 1.", "Invalid number at line 2 col 0, in the last line ('b = 1.'); if the"),
        (b"a = 1\nb = 1.\n", "not valid TOML: Invalid number at line 2 col 6"),
        (b"a = \x00", r"Unexpected character: '\x00' at line 1"),
    ],
)
def test_a_file_that_is_no_study_file(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "study.toml"
    path.write_bytes(content)
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert words in str(caught.value)


def test_a_missing_table_is_never_called_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text("format_version = 1\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert "gap" not in str(caught.value)
    assert str(caught.value).count("add the table") == 13


def test_a_study_file_cut_off_anywhere_is_refused_or_reads(study_file: Path) -> None:
    content = study_file.read_bytes()
    for end in range(1, len(content), 97):
        study_file.write_bytes(content[:end])
        try:
            read_study(study_file)
        except StudyError as error:
            message = str(error)
        else:
            message = ""
        assert "x00" not in message
        assert "1 = {" not in message


def test_the_faults_are_counted_where_there_are_too_many(study_file: Path) -> None:
    _swap(study_file, "progression_landmarks_months = {value = [3.0, 6.0, 9.0, 12.0]",
          f"progression_landmarks_months = {{value = [{', '.join(['-1.0'] * 150)}]")  # fmt: skip
    with pytest.raises(StudyError) as caught:
        read_study(study_file)
    assert str(caught.value).endswith("- and 50 more")


def test_a_long_value_is_not_repeated_whole(study_file: Path) -> None:
    _swap(study_file, 'planned_ablation = {value = "exclude"',
          f'planned_ablation = {{value = "{"x" * 100_000}"')  # fmt: skip
    with pytest.raises(StudyError) as caught:
        read_study(study_file)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    "content",
    ["safety = 3\n", "safety = [1]\n", "[[safety]]\n", "treatments = 3\n", "treatments = [3]\n",
     "[treatments]\n", "[identity.x]\n[design]\n[identity.y]\n"],
)  # fmt: skip
def test_a_study_is_never_written_over_other_tables(
    crclm_study: Study, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "study.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(StudyError, match="is not a table as in a study file; move it away"):
        write_study(crclm_study, path)
    assert path.read_text(encoding="utf-8") == content


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
