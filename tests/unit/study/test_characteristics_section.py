"""The tables of characteristics of the study file: read, written, left out, and their faults."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from trialwright.errors import StudyError
from trialwright.study import Study, read_study, write_study

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def example(root: Path) -> str:
    return (root / "examples" / "crclm" / "study.toml").read_text(encoding="utf-8")


def test_the_worked_study_declares_what_cannot_be_derived(crclm_study):
    declared = {one.name: (one.kind, one.levels, one.unit) for one in crclm_study.characteristics}
    assert declared["primary_side"] == ("category", ("right", "left", "rectum"), None)
    assert declared["prior_lines"] == ("number", None, None)
    assert declared["cea"] == ("number", None, "ng/mL")
    assert len(declared) == 10
    assert all(one.basis and one.title for one in crclm_study.characteristics)


def test_what_is_written_reads_back_equal(crclm_study, tmp_path):
    write_study(crclm_study, tmp_path / "study.toml")
    assert read_study(tmp_path / "study.toml") == crclm_study


def test_writing_over_a_file_keeps_its_comments(example, crclm_study, tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(example.replace('name = "cea"', 'name = "cea"  # ours'), encoding="utf-8")
    write_study(crclm_study, path)
    assert 'name = "cea"  # ours' in path.read_text(encoding="utf-8")


def test_the_section_may_be_left_out(example, tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(_without(example), encoding="utf-8")
    study = read_study(path)
    assert study.characteristics == ()
    write_study(study, path)
    assert path.read_text(encoding="utf-8") == _without(example)


def test_they_are_no_open_fields(crclm_study):
    assert not [path for path, _, _ in crclm_study.stated_fields() if "characteristics" in path]


FAULTS = [  # the table, part of the message
    ('name = "RAS"\nkind = "category"\nlevels = ["a", "b"]', "write small letters"),
    ('name = "ras"\nkind = "category"', "ras is a category: write at least two levels"),
    ('name = "ras"\nkind = "category"\nlevels = ["a"]', "write at least two levels, in order"),
    ('name = "ras"\nkind = "category"\nlevels = ["a", " A "]', "the level 'a' stands twice"),
    ('name = "ras"\nkind = "category"\nlevels = ["a", " "]', "a level is blank"),
    ('name = "ras"\nkind = "category"\nlevels = ["a", "b"]\nunit = "mg"', "which has no unit"),
    ('name = "cea"\nkind = "number"\nlevels = ["a", "b"]', "is kind = 'category' meant?"),
    ('name = "cea"\nkind = "number"\nunit = " "', "write it in words"),
    ('name = "cea"\nkind = "numeric"', "'category' or 'number'"),
    ('name = "cea"\nkind = "number"\nlevel = ["a"]', "did you mean levels?"),
    ('name = "cea"', r"characteristics\[0\].kind is missing"),
]


@pytest.mark.parametrize(("table", "words"), FAULTS)
def test_a_fault_is_named_with_its_line(example, tmp_path, table, words):
    head = '[[characteristics]]\ntitle = "a title"\nbasis = "a basis"\n'
    path = tmp_path / "study.toml"
    path.write_text(f"{_without(example)}\n{head}{table}\n", encoding="utf-8")
    with pytest.raises(StudyError, match=words if "[" in words else re.escape(words)) as told:
        read_study(path)
    assert re.search(r"line \d+: characteristics(\[0\]|, entry 1)", str(told.value))


def test_two_of_one_name_are_refused(crclm_study):
    content = crclm_study.model_dump(exclude_none=True)
    content["characteristics"] = [content["characteristics"][0]] * 2
    with pytest.raises(ValueError, match="two have the name primary_side"):
        Study.model_validate(content)


def _without(example: str) -> str:
    """Return the worked study without the section."""
    first, last = example.index("[[characteristics]]"), example.index("[schedule]")
    return example[:first] + example[last:]
