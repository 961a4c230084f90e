"""Every command and every Python block of the pages about designs runs."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trialwright.cli import app

ROOT = Path(__file__).parents[3]
PAGES = sorted((ROOT / "docs" / "design").glob("*.md"))
_NUMBERS = ("first_stage_patients", "first_stage_bound", "planned_patients", "final_bound")


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands(page: Path) -> list[str]:
    """Return the commands of a page; a line that ends with a backslash goes on in the next."""
    text = "\n".join(blocks(page, "(?:console|sh|bash|text)")).replace("\\\n", " ")
    found = re.findall(r"^\$?\s*trialwright (design .*)$", text, re.MULTILINE)
    return [line.partition("  #")[0].strip() for line in found]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Return a folder with the worked study, and one whose design is still open."""
    example = ROOT / "examples" / "crclm" / "study.toml"
    shutil.copy(example, tmp_path / "study.toml")
    open_field = '{origin = "gap", needed = "to be chosen"}'
    head, design, rest = re.split(
        r"(?=\[design\])|(?=\[\[considered_designs\]\])",
        example.read_text(encoding="utf-8"),
        maxsplit=2,
    )
    for name in _NUMBERS:
        design = re.sub(rf"^{name} = .*$", f"{name} = {open_field}", design, flags=re.MULTILINE)
    (tmp_path / "draft.toml").write_text(head + design + rest, encoding="utf-8")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_the_page_runs(page: Path, folder: Path) -> None:
    assert folder.is_dir()
    found = commands(page)
    assert found or page.stem == "README", f"{page.name} shows no command"
    for command in found:
        done = CliRunner().invoke(app, shlex.split(command))
        assert done.exit_code == 0, f"{command}\n{done.output}\n{done.exception}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_python_block_of_the_page_runs(page: Path, folder: Path) -> None:
    assert folder.is_dir()
    names: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(compile(block, page.name, "exec"), names)  # noqa: S102 - our own pages
