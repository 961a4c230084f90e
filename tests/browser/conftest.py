"""A browser without a window, and the small report that it opens."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from trialwright.report import write_report
from trialwright.study.lint import LintFinding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

UNIT_TESTS = Path(__file__).parents[1] / "unit" / "report"


@pytest.fixture(scope="session")
def small_trial():
    sys.path.insert(0, str(UNIT_TESTS))
    try:
        import small_trial
    finally:
        sys.path.remove(str(UNIT_TESTS))
    return small_trial


@pytest.fixture(scope="session")
def report(tmp_path_factory, small_trial) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    lint = LintFinding("REG-1", "error", 'outcome: "ORR"', "No criteria.", "Name them.")
    write_report(small_trial.make_analysis(), path, lint=(lint,) * 8)
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(names)}")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


@pytest.fixture
def open_tab(browser):
    """Open a page; complains afterwards of whatever the browser complained of."""
    tabs, complaints = [], []

    def open_page(path: Path, **options):
        page = browser.new_page(**({"viewport": {"width": 1280, "height": 900}} | options))
        url = path.as_uri()
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.append(asked.url) if asked.url != url else None)
        page.goto(url)
        tabs.append(page)
        return page

    yield open_page
    for page in tabs:
        page.close()
    assert complaints == []
