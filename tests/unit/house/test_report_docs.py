"""Every command and every Python block of the pages about the report runs on a small trial."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest
from test_safety_docs import blocks
from typer.testing import CliRunner

import trialwright as tw
from trialwright import report
from trialwright.analysis.safety import analyse_safety
from trialwright.cli import app
from trialwright.dataset import fingerprint_of, write_dataset
from trialwright.report import files
from trialwright.simulate import simulate_study

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.report import Report
    from trialwright.report.model import Document

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "report"
PAGES = sorted(FOLDER.glob("*.md"))
PATIENTS = 3


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, crclm_study) -> Path:
    """Return the data of a small trial, without the tables that make most of the pictures."""
    folder = tmp_path_factory.mktemp("pages") / "data"
    write_dataset(simulate_study(crclm_study, seed=1, trial=14, patients=PATIENTS), folder)
    for name in ("labs", "vitals", "ecgs"):
        (folder / f"{name}.csv").unlink()
    return folder


class Kept:
    """Reports and files of them that a page before asked for: each is made once."""

    def __init__(self) -> None:
        self._reports: dict[tuple[str, ...], Report] = {}
        self._files: dict[tuple[int, str], bytes] = {}
        self._build, self._render = files.build_report, files.render

    def build(self, analysis: Analysis, **choices: Any) -> Report:
        told = str(sorted(({"language": "en", "lint": ()} | choices).items()))
        key = fingerprint_of(analysis.dataset), str(analysis.dataset.cut), told
        if key not in self._reports:
            self._reports[key] = self._build(analysis, **choices)
        return self._reports[key]

    def render(self, built: Report, ending: str) -> bytes:
        key = id(built), ending  # a report that is kept keeps its place
        if key not in self._files:
            self._files[key] = self._render(built, ending)
        return self._files[key]


@pytest.fixture(scope="module")
def kept() -> Kept:
    return Kept()


@pytest.fixture
def folder(tmp_path, monkeypatch, drawn, kept) -> Path:
    """Return a folder in which the study and the data of the pages are found."""
    copytree(drawn, tmp_path / "data")
    study = (ROOT / "examples" / "crclm" / "study.toml").read_text(encoding="utf-8")
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    for module in (report, files):
        monkeypatch.setattr(module, "build_report", kept.build)
    monkeypatch.setattr(files, "render", kept.render)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands(page: Path) -> list[str]:
    text = "\n".join(blocks(page, "sh bash console"))
    return re.findall(r"^trialwright (.*)$", text, re.MULTILINE)


def run(line: str) -> None:
    """Run a command; one that compares may end with 1, which says that something differs."""
    done = CliRunner().invoke(app, shlex.split(line, comments=True))
    allowed = {0, 1} if line.startswith("report diff") else {0}
    told = f"{line}\n{done.output}\n{done.exception!r}"
    assert done.exit_code in allowed, told
    assert done.exception is None or isinstance(done.exception, SystemExit), told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_and_python_block_of_the_page_runs(page: Path, folder: Path) -> None:
    assert folder.is_dir()
    for line in commands(page):
        run(line)
    names: dict[str, object] = {}
    for text in blocks(page, "python"):
        exec(compile(text, page.name, "exec"), names)  # noqa: S102 - our own pages


def test_the_folder_of_the_index_holds_what_the_page_of_formats_says(folder: Path) -> None:
    page = (FOLDER / "formats.md").read_text(encoding="utf-8")
    run("report data --study study.toml --out out/report")
    found = {one.name for one in (folder / "out" / "report").iterdir()}
    assert all(
        f"`{name}`" in page or f"`{Path(name).suffix}`" in page for name in found - {"figures"}
    )
    assert {f"report.{ending}" for ending in files.FORMATS} - {"report.json"} <= found
    assert {"results.json", "results.csv", "results_by_patient.csv"} <= found
    assert {"safety_board.pdf", "registry_results.json", "figures"} <= found
    assert (folder / "out" / "report" / "figures" / "README.csv").is_file()


def test_every_page_is_in_the_index() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([a-z-]+\.md)\)", index))
    assert linked == {page.name for page in PAGES} - {"README.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).is_file(), target


@pytest.fixture(scope="module")
def document(crclm_study) -> Document:
    data = simulate_study(crclm_study, seed=1, trial=14, patients=PATIENTS)
    analysis = tw.analyse(data, crclm_study)
    return report.build_document(analysis, analyse_safety(data, crclm_study))


def rows_of(title: str) -> dict[str, tuple[str, ...]]:
    """Return the rows of a table of the index by their first cell."""
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    part = index.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (.+) \|$", part, re.MULTILINE)[1:]
    return {cells[0]: tuple(cells[1:]) for cells in (row.split(" | ") for row in rows)}


def test_every_table_and_listing_is_in_the_index_under_its_title(document: Document) -> None:
    index = rows_of("Tables") | rows_of("Listings")
    for table in document.tables:
        if table.number[0].isdigit() and table.number not in {"16.2.8.3", "16.2.8.4"}:
            listed = [
                row[0].partition(" (stands")[0]
                for name, row in index.items()
                if name == table.number
            ]
            assert listed == [table.title], table.number


def test_every_figure_is_in_the_index(document: Document) -> None:
    names = {name for key in rows_of("Figures") for name in re.findall(r"`([^`]+)`", key)}
    for figure in document.figures:
        short = f"{figure.key.partition('-')[0]}-…"
        assert figure.key in names or short in names, figure.key


def test_every_function_of_the_index_exists() -> None:
    from importlib import import_module

    for title in ("Tables", "Figures", "Listings"):
        for cells in rows_of(title).values():
            for module, name in re.findall(r"`([a-z_.]+)\.([a-z_]+)`", cells[-1]):
                places = ("tables", "safety", "figures", "words", "")
                parts = (
                    ".".join(filter(None, ("trialwright.report", place, module)))
                    for place in places
                )
                assert any(_holds(part, name, import_module) for part in parts), f"{module}.{name}"


def _holds(path: str, name: str, load) -> bool:
    try:
        return hasattr(load(path), name)
    except ModuleNotFoundError:
        return False
