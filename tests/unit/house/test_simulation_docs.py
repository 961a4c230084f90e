"""Every command and every Python block of the pages about simulation runs, with fewer trials.

A block that is too slow, or needs what is not here, is opened as ```` ```sh not run: REASON ````
and the reason is printed as that of a skipped test.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trialwright.cli import app

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "simulation"
# The blocks of these pages do not run here.
ELSEWHERE = {
    "growth-fit": "needs a file of sizes; tests/unit/simulate/test_growth_fit.py",
    "harm": "a fragment that leaves out plan and facts; tests/unit/simulate/test_harm_*.py",
    "where-it-runs": "needs a cluster; tests/unit/simulate/test_many_run.py runs its Python",
}
INDEX = FOLDER.with_suffix(".md")
PAGES = [INDEX, *sorted(page for page in FOLDER.glob("*.md") if page.stem not in ELSEWHERE)]
_FEWER = {"--trials": "40", "--patients": "2000"}
_BLOCK = re.compile(r"^```(\w+)(?: not run: ([^\n]+))?\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(page: Path, languages: str) -> list[tuple[str, str]]:
    """Return text and reason not to run it (or nothing) of each block in some languages."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [(text, reason) for language, reason, text in found if language in languages.split()]


def commands(text: str) -> list[list[str]]:
    """Return the commands of a block as words, with few trials and patients."""
    lines = re.findall(
        r"^\$?\s*trialwright (simulate .*)$", text.replace("\\\n", " "), re.MULTILINE
    )
    found = [shlex.split(line, comments=True) for line in lines]
    for words in found:
        for option, value in _FEWER.items():
            if option in words:
                words[words.index(option) + 1] = value
        if words[1] == "compare" and "--patients" not in words:
            words += ["--patients", _FEWER["--patients"]]
    return found


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Return a folder from which the examples are seen."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "docs" / "images").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


CASES = [
    pytest.param(text, reason, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, (text, reason) in enumerate(blocks(page, "sh console bash"))
]


@pytest.mark.parametrize(("text", "reason"), CASES)
def test_every_command_of_the_pages_runs(text: str, reason: str, folder: Path) -> None:
    if reason:
        pytest.skip(reason)
    assert folder.is_dir()
    for words in commands(text):
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, f"{shlex.join(words)}\n{done.output}\n{done.exception}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_python_block_of_the_page_runs(page: Path, folder: Path) -> None:
    assert folder.is_dir()
    names: dict[str, object] = {}
    found = blocks(page, "python")
    for text, reason in found:
        if not reason:
            fewer = re.sub(r"(trials|patients)=[\d_]+", r"\1=2000", text)
            fewer = fewer.replace("Run(100_000,", "Run(40,")
            exec(compile(fewer, page.name, "exec"), names)  # noqa: S102 - our own pages
    reasons = [reason for _, reason in found if reason]
    if reasons:
        pytest.skip("; ".join(reasons))


@pytest.mark.parametrize("page", sorted(ELSEWHERE))
def test_a_page_whose_blocks_do_not_run_here_says_why(page: str) -> None:
    assert (FOLDER / f"{page}.md").is_file()
    pytest.skip(ELSEWHERE[page])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_picture_of_the_page_is_there_and_small(page: Path) -> None:
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        path = page.parent / picture
        assert path.is_file(), picture
        assert path.stat().st_size < 200_000, picture


def test_the_table_of_protocols_is_what_the_simulation_gives() -> None:
    """A scenario or a rule that changes makes the page stale; fewer patients show it roughly."""
    from trialwright.simulate import read_scenario
    from trialwright.simulate.trials.comparison import compare_choices
    from trialwright.simulate.trials.factors import read_factors
    from trialwright.simulate.trials.run import Run
    from trialwright.study import read_study

    page = (FOLDER / "protocol-choices.md").read_text(encoding="utf-8")
    table = {
        cells[1].strip(" *"): [float(cell.split()[0]) for cell in cells[2:8]]
        for line in re.findall(r"^\| (.* \| .*\d.*) \|$", page, re.MULTILINE)
        if len(cells := line.split(" | ")) == 10 and cells[2][0].isdigit()
    }
    study = read_study(ROOT / "examples" / "crclm" / "study.toml")
    texts = [
        "schedule.assessment_interval_weeks=12",
        "response.confirmation_required=true,false",
        "response.planned_ablation=exclude,zero,viable,zone,carry_forward,not_evaluable",
        "counting=fda_a,ema",
    ]
    factors = read_factors(study, texts)
    seen = 0
    for place, name in enumerate(("crclm_null", "crclm_alternative")):
        found = compare_choices(study, read_scenario(name), factors, Run(1, 1), patients=30_000)
        for one in found.protocols:
            if one.choice.label not in table:
                continue
            for first, quantity in ((0, "ORR"), (4, "PFS at 6 months")):
                value = one.find(quantity)
                written = table[one.choice.label][first + place]
                assert abs(100 * value.value - written) < 400 * value.standard_error + 0.05, (
                    f"{name}, {one.choice.label}, {quantity}: the page says {written}, "
                    f"the simulation {100 * value.value:.2f}; run the command of the page again"
                )
                seen += 1
    assert seen >= 2 * 2 * 11
