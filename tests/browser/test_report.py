"""Open the report as a reader does: on a screen, on a telephone, on paper."""

from __future__ import annotations

import re
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
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.browser

UNIT_TESTS = Path(__file__).parents[1] / "unit" / "report"
PATIENTS = 8


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    sys.path.insert(0, str(UNIT_TESTS))
    try:
        from small_trial import make_analysis
    finally:
        sys.path.remove(str(UNIT_TESTS))
    path = tmp_path_factory.mktemp("report") / "report.html"
    lint = LintFinding("REG-1", "error", 'outcome: "ORR"', "No criteria.", "Name them.")
    write_report(make_analysis(), path, lint=(lint,) * 8)
    return path


@pytest.fixture(scope="module")
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
def tab(browser, report) -> Iterator[Tab]:
    """The report, opened; complains afterwards of whatever the browser complained of."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: complaints.append(asked.url) if asked.url != url else None)
    url = report.as_uri()
    page.goto(url)
    yield page
    page.close()
    assert complaints == []


@pytest.mark.parametrize("width", [1280, 768, 400])
def test_the_page_is_never_wider_than_the_screen(tab, width):
    tab.set_viewport_size({"width": width, "height": 900})
    inner = tab.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth]")
    assert max(inner) <= width


def test_every_patient_has_a_page_with_a_link_to_it(tab):
    assert tab.locator("section.patient").count() == PATIENTS
    tab.locator(".index a", has_text="NEW-5").click()
    assert tab.url.endswith("#patient-5")
    assert tab.locator("#patient-5 h3").inner_text().startswith("Patient NEW-5")


def test_a_bar_of_the_waterfall_leads_to_its_patient(tab):
    tab.locator("#waterfall a").first.click()
    assert tab.url.endswith("#patient-4")


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(tab):
    table = tab.locator("table.sortable")
    change = table.locator("thead button", has_text="Best change")
    change.click()
    assert table.locator("tbody th a").all_inner_texts()[:5] == [
        "CR-1", "NEW-5", "PR-2", "SD-3", "PD-4",
    ]  # fmt: skip
    assert table.locator("th[aria-sort=ascending]").count() == 1
    change.click()
    firsts = table.locator("tbody th a").all_inner_texts()
    assert firsts[-5:] == ["PD-4", "SD-3", "PR-2", "NEW-5", "CR-1"]
    table.locator("thead button", has_text="PFS").click()
    assert table.locator("tbody tr").first.inner_text().startswith("OUT-8")


def test_sections_open_together(tab):
    tab.locator("button[data-close]").click()
    assert tab.locator("#choices details[open]").count() == 0
    tab.locator("button[data-open]").click()
    assert tab.locator("#choices details:not([open])").count() == 0


def test_figures_are_drawn_and_their_text_is_text(tab):
    assert (
        tab.locator("figure.picture svg").count() == 9
    )  # boundaries, waterfall, spider, swimmer, five curves
    for box in tab.locator("figure.picture svg").all():
        assert box.bounding_box()["height"] > 100
    assert tab.locator("#km-os svg text", has_text="At risk").count() == 1


def test_no_label_of_a_figure_is_cut_off(tab):
    outside = tab.evaluate(
        """() => [...document.querySelectorAll("figure.picture svg")].flatMap((svg) => {
          const frame = svg.getBoundingClientRect();
          return [...svg.querySelectorAll("text")].filter((text) => {
            const box = text.getBoundingClientRect();
            return box.left < frame.left - 1 || box.right > frame.right + 1 ||
              box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
          }).map((text) => text.textContent);
        })"""
    )
    assert outside == []


def test_no_two_words_of_a_sum_chart_overlap(tab):
    clashes = tab.evaluate(
        """() => [...document.querySelectorAll(".sum-chart")].flatMap((chart) => {
          const words = [...chart.querySelectorAll("text:not(.new-mark)")];
          const boxes = words.map((word) => word.getBoundingClientRect());
          return words.flatMap((word, i) => words.slice(i + 1).filter((_, j) => {
            const a = boxes[i], b = boxes[i + 1 + j];
            return a.left < b.right - 1 && b.left < a.right - 1 &&
              a.top < b.bottom - 4 && b.top < a.bottom - 4;
          }).map((other) => `${word.textContent} / ${other.textContent}`));
        })"""
    )
    assert tab.locator(".sum-chart").count() == 5
    assert clashes == []


def test_it_prints_on_a4_with_each_patient_on_a_page_of_their_own(tab, tmp_path):
    printed = tmp_path / "report.pdf"
    tab.pdf(path=printed, prefer_css_page_size=True)
    content = printed.read_bytes()
    pages = len(re.findall(rb"/Type\s*/Page\b", content))
    assert 6 + PATIENTS <= pages <= 14 + 2 * PATIENTS
    sizes = {
        tuple(round(float(number)) for number in box.split()[2:])
        for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", content)
    }
    assert sizes == {(595, 842)}


def test_paper_shows_what_the_screen_folds_away(tab):
    tab.emulate_media(media="print")
    hidden = tab.locator("#choices details:not([open]) table").first
    assert hidden.is_visible()
