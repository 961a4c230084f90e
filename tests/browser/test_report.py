"""Open the report as a reader does: on a screen, on a telephone, on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from trialwright.report import render_report
from trialwright.report.html import write as html_write

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.browser

PATIENTS = 8


@pytest.fixture
def tab(open_tab, report) -> Tab:
    return open_tab(report)


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_the_page_is_never_wider_than_the_screen(tab, width):
    tab.set_viewport_size({"width": width, "height": 900})
    tab.locator("#unfold").click()
    inner = tab.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth]")
    assert max(inner) <= width


def test_every_patient_has_a_page_that_a_key_opens(tab):
    assert tab.locator("details.patient").count() == PATIENTS
    page = tab.locator("#patient-5")
    assert page.locator("h3").inner_text().startswith("Patient NEW-5")
    page.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert page.locator("table.lesions").is_visible()
    page.locator(".where a", has_text="NE-6").click()
    assert tab.url.endswith("#patient-6")
    assert tab.locator("#patient-6 .facts").is_visible()


@pytest.mark.parametrize(("figure", "patient"), [("waterfall", "4"), ("swimmer", "5")])
def test_a_mark_of_a_figure_leads_to_its_patient(tab, figure, patient):
    tab.locator(f"#{figure} a[href='#patient-{patient}']").first.click()
    assert tab.url.endswith(f"#patient-{patient}")
    assert tab.locator(f"#patient-{patient} .facts").is_visible()


def test_a_number_opens_who_is_behind_it_and_they_lead_to_their_pages(tab):
    number = tab.locator('#table-14-2-1 tr:has(th:text-is("PR")) button.who').first
    number.click()
    dialog = tab.locator("dialog")
    assert "14.2.1" in dialog.locator(".who-what").inner_text()
    assert dialog.locator("a").all_inner_texts() == ["PR-2"]
    tab.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert number.evaluate("node => node === document.activeElement")
    number.click()
    dialog.locator("a").first.click()
    assert not dialog.is_visible()
    assert tab.url.endswith("#patient-2")
    assert tab.locator("#patient-2 table.lesions").is_visible()


def test_arrow_keys_move_between_the_numbers_of_a_table(tab):
    table = tab.locator("#table-14-2-1")
    focused = "document.activeElement.closest('td')?.cellIndex"
    row = "document.activeElement.closest('tr').rowIndex"
    assert table.locator('button.who[tabindex="0"]').count() == 1
    table.locator('button.who[tabindex="0"]').focus()
    first_row, first = tab.evaluate(row), tab.evaluate(focused)
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate(focused) > first
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("ArrowDown")
    assert (tab.evaluate(focused), tab.evaluate(row) > first_row) == (first, True)
    assert table.locator('button.who[tabindex="0"]').count() == 1
    tab.keyboard.press("Tab")
    assert not tab.evaluate("document.activeElement.matches('#table-14-2-1 button.who')")


def test_a_filter_hides_other_patients_and_leaves_numbers(tab):
    tab.locator("#unfold").click()
    numbers = tab.locator("#table-14-2-1").inner_text()
    value, label = tab.evaluate(
        """() => { const option = [...document.querySelectorAll("#subgroup optgroup option")]
          .find((one) => /\\([1-3]\\)/.test(one.textContent));
          return [option.value, option.textContent]; }"""
    )
    members = int(re.search(r"\((\d+)\)", label)[1])
    tab.locator("#subgroup").select_option(value)
    assert tab.locator("details.patient:visible").count() == members
    assert f"{members} of {PATIENTS} patients" in tab.locator("#shown").inner_text()
    shown = set(tab.locator("table.sortable tbody tr:visible th a").all_inner_texts())
    assert 0 < len(shown) <= members
    assert tab.locator("#swimmer a.faded").count() > 0
    assert tab.locator("#table-14-2-1").inner_text() == numbers
    hidden = tab.locator("details.patient[hidden]").first.get_attribute("id")
    tab.evaluate(f"location.hash = '{hidden}'")
    tab.locator(f"#{hidden} .facts").wait_for()
    assert tab.locator("#subgroup").input_value() == ""
    assert tab.locator("details.patient:visible").count() == PATIENTS


def test_dark_is_chosen_by_a_button_and_remembered(tab):
    ground = "getComputedStyle(document.body).backgroundColor"
    light = tab.evaluate(ground)
    tab.locator("#theme").click()
    assert tab.evaluate(ground) != light
    assert tab.locator("#theme").get_attribute("aria-pressed") == "true"
    tab.emulate_media(color_scheme="light")
    assert tab.evaluate(ground) != light


def read_numbers(cells):
    return [float(text) for text in cells.all_inner_texts() if text[0].isdigit()]


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(tab):
    tab.locator("#unfold").click()
    table = tab.locator("#listing-16-2-6-1")
    size = table.locator("thead th", has_text="mm").first
    size.locator("button").click()
    assert table.locator("th[aria-sort=ascending]").count() == 1
    place = size.evaluate("node => node.cellIndex") + 1
    cells = table.locator(f"tbody tr > :nth-child({place})")
    sizes = read_numbers(cells)
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 3
    size.locator("button").click()
    assert read_numbers(cells) == sorted(sizes, reverse=True)


def test_a_link_into_a_folded_section_opens_it(tab):
    assert not tab.locator("#listing-16-2-6-1").is_visible()
    tab.evaluate("location.hash = 'listing-16-2-6-1'")
    tab.locator("#listing-16-2-6-1").wait_for()
    assert tab.locator("#listings").evaluate("node => node.open")


def test_everything_opens_and_closes_together(tab):
    tab.locator("#unfold").click()
    assert tab.locator("details:not([open])").count() == 0
    tab.locator("#unfold").click()
    assert tab.locator("details[open]").count() == 0


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def test_what_users_wrote_is_text(open_tab, small_trial, tmp_path):
    data = small_trial.make_dataset(rename={"PR-2": HOSTILE, "SD-3": "</script><b>x"})
    study = small_trial.make_study(identity__population=HOSTILE)
    path = tmp_path / "hostile.html"
    analysis = small_trial.make_analysis(study=study, dataset=data)
    path.write_text(render_report(analysis), encoding="utf-8")
    tab = open_tab(path)  # complains of every request, alert and breach of the policy
    assert tab.locator("img, main b").count() == 0
    assert tab.locator("script").count() == 3
    assert tab.evaluate("JSON.parse(document.getElementById('lists').textContent).patients[2]") == (
        "</script><b>x"
    )
    tab.locator("#table-14-2-1 button.who").first.click()
    assert tab.locator("dialog img, dialog script").count() == 0


def test_no_script_but_our_own_runs(browser, report):
    tab = browser.new_page()
    said = []
    tab.on("console", lambda one: said.append(one.text))
    tab.goto(report.as_uri())
    tab.evaluate(
        """() => { const added = document.createElement("div");
          added.innerHTML = '<button id="bad" onclick="window.ran = true">x</button>';
          document.body.prepend(added); }"""
    )
    tab.locator("#bad").click()
    assert tab.evaluate("window.ran") is None
    assert any("Content Security Policy" in text for text in said)
    tab.close()


def test_a_long_report_lays_out_what_is_opened(open_tab, small_trial, tmp_path, monkeypatch):
    whole = render_report(small_trial.make_analysis())
    monkeypatch.setattr(html_write, "MOST_PATIENTS_LAID_OUT", PATIENTS - 1)
    path = tmp_path / "long.html"
    path.write_text(render_report(small_trial.make_analysis()), encoding="utf-8")
    tab = open_tab(path)
    assert 'class="later"' not in whole
    assert tab.locator("table.lesions").count() == 0
    kept = tab.locator("script.later").count()
    assert kept >= PATIENTS
    tab.locator("#waterfall a[href='#patient-4']").first.click()
    tab.locator("#patient-4 table.lesions").wait_for()
    assert tab.locator("script.later").count() == kept - 1
    tab.emulate_media(media="print")
    assert tab.locator("#patient-4 table.lesions").is_visible()
    assert "laid out when they are opened" in tab.locator("#patient-list").inner_text()


def test_figures_are_drawn_and_their_text_is_text(tab):
    drawn = tab.locator("figure.picture svg").all()
    assert len(drawn) >= 9  # boundaries, waterfall, spider, swimmer, curves
    for box in drawn:
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
    tab.locator("#unfold").click()
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
    assert 6 + PATIENTS <= pages <= 44 + 2 * PATIENTS
    sizes = {
        tuple(round(float(number)) for number in box.split()[2:])
        for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", content)
    }
    assert sizes == {(595, 842)}


def test_the_head_of_a_listing_stands_on_every_page_of_paper(tab):
    tab.emulate_media(media="print")
    button = tab.locator(".sortable th button").first
    # Chromium does not repeat a head in which a button makes a box.
    assert button.evaluate("node => getComputedStyle(node).display") == "contents"


def test_paper_shows_what_the_screen_folds_away(tab):
    hidden = tab.locator("#choices details:not([open]) table").first
    assert not hidden.is_visible()
    tab.emulate_media(media="print")
    assert hidden.is_visible()
    assert tab.locator("#patient-5 table.lesions").is_visible()
