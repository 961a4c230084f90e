"""Every command and every Python block of the pages about safety runs on the worked study."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner

from trialwright.cli import app
from trialwright.dataset import write_dataset
from trialwright.simulate import simulate_study

ROOT = Path(__file__).parents[3]
PAGES = sorted((ROOT / "docs" / "safety").glob("*.md"))
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(page: Path, languages: str) -> list[str]:
    """Return the blocks of a page in some languages."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [text for language, text in found if language in languages.split()]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, crclm_study) -> Path:
    folder = tmp_path_factory.mktemp("pages") / "data"
    write_dataset(simulate_study(crclm_study, seed=1, trial=14), folder)
    return folder


@pytest.fixture
def folder(tmp_path, monkeypatch, drawn) -> Path:
    """Return a folder in which the study and the data of the pages are found."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    study = (ROOT / "examples" / "crclm" / "study.toml").read_text(encoding="utf-8")
    for place in (tmp_path, tmp_path / "mine"):
        place.mkdir(exist_ok=True)
        copytree(drawn, place / "data")
        (place / "study.toml").write_text(study, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_the_page_runs(page: Path, folder: Path) -> None:
    assert folder.is_dir()
    for text in blocks(page, "sh bash console"):
        for line in re.findall(r"^trialwright (.*)$", text, re.MULTILINE):
            words = shlex.split(line, comments=True)
            done = CliRunner().invoke(app, words)
            assert done.exit_code == 0, f"{line}\n{done.output}\n{done.exception}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_python_block_of_the_page_runs(page: Path, folder: Path) -> None:
    assert folder.is_dir()
    names: dict[str, object] = {}
    for text in blocks(page, "python"):
        exec(compile(text, page.name, "exec"), names)  # noqa: S102 - our own pages


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "safety" / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([a-z-]+\.md)\)", index))
    assert linked == {page.name for page in PAGES} - {"README.md"}


def test_every_number_of_a_table_is_in_the_index(crclm_study) -> None:
    from trialwright.analysis.safety import analyse_safety
    from trialwright.report.formats import Days
    from trialwright.report.safety import (
        build_exposure_tables,
        build_finding_tables,
        build_safety_listings,
        build_safety_tables,
    )

    data, days = simulate_study(crclm_study, seed=1, trial=14), Days()
    safety = analyse_safety(data, crclm_study)
    builders = (build_exposure_tables, build_safety_tables, build_finding_tables)
    every = [table for build in builders for table in build(safety, days)]
    every += build_safety_listings(safety, data, days)
    index = (ROOT / "docs" / "safety" / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"\b1[46]\.\d\.\d+(?:\.\d+)?\b", index.split("## Tables")[1]))
    assert {one.number for one in every} <= listed
