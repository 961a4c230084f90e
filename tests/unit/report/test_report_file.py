"""The file: whole or not at all, the same bytes each time, nothing from outside."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from small_trial import START, Page, make_analysis, make_dataset

import trialwright.report
from trialwright.errors import ExportError
from trialwright.report import render_report, write_report
from trialwright.study.lint import LintFinding

LINT = (
    LintFinding("REG-1", "note", 'title: "x"', "A note.", "Look."),
    LintFinding("REG-2", "error", 'outcome: "<ORR>"', "No criteria.", "Name them."),
)


def test_the_room_exports_what_it_says():
    names = trialwright.report.__all__
    assert {"RecordFinding", "render_report", "render_waterfall", "write_report"} <= set(names)
    assert len(names) == len(set(names))
    assert all(hasattr(trialwright.report, name) for name in names)


def test_importing_the_room_loads_neither_matplotlib_nor_jinja():
    code = "import sys, trialwright.report; print(*({'matplotlib', 'jinja2'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_tag_closes_and_every_link_leads_somewhere(page):
    assert page.open == []
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_nothing_is_loaded_from_outside(html, page):
    assert all(link.startswith("#") for link in page.links)
    assert set(re.findall(r"https?://[^\s\"'<]+", html)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_numbers_on_the_page_are_those_of_the_analysis(page):
    orr = next(row for row in page.rows if row and row[0].endswith("confirmed ORR"))
    assert orr[1:5] == ["7", "2", "28.6 %", "(3.7 to 71.0 %)"]
    survival = next(row for row in page.rows if row and row[0] == "Overall survival OS")
    assert survival[1:4] == ["7", "3", "median 13.0 months"]


def test_the_page_says_what_the_reader_must_know(page):
    for words in (
        "Simulated patients:",
        "no real person is in this report",
        "Decision support: the investigator reads the scans and signs.",
        "not stated",
        "activity declared",
        "ignores the interim look",
        "settle ctcae_version",
        "enrolled, never treated",
        "error, accepted",
    ):
        assert words in page.text, words


def test_there_is_a_section_for_every_patient(page, analysis):
    for number in range(1, len(analysis.sets.members) + 1):
        assert f"patient-{number}" in page.ids


def test_figures_have_words_for_who_cannot_see_them(html):
    drawings = re.findall(r'<span class="hidden" role="img" aria-label="([^"]+)"></span><svg', html)
    assert len(drawings) == html.count('class="drawing"') >= 9
    assert all(len(words) > 30 for words in drawings)
    assert len(re.findall(r"<figcaption>[^<]{40,}</figcaption>", html)) >= len(drawings)


def test_findings_about_the_record_come_with_the_words(analysis):
    page = Page(render_report(analysis, lint=LINT))
    rows = [row for row in page.rows if row and 'outcome: "<ORR>"' in row]
    assert rows == [["error", 'outcome: "<ORR>"', "No criteria.", "Name them.", "REG-2"]]
    assert "No finding about a registry record" not in page.text


def test_words_from_the_data_are_never_markup():
    bad = "<script>alert(1)</script>"
    named = make_dataset(rename={"PR-2": bad, "NEW-5": '" onload="x', "SD-3": "$\\frac{1}{2}$"})
    html = render_report(make_analysis(dataset=named))
    assert bad not in html
    assert html.count("<script>") == 1
    page = Page(html)
    assert bad in page.text
    assert "PR" in [row[1] for row in page.rows if row and row[0] == bad]  # its best response
    assert "$\\frac{1}{2}$" in page.text
    assert "onload" not in page.attributes
    assert '" onload="x' in page.text


def test_the_same_input_gives_the_same_bytes(analysis, tmp_path):
    write_report(analysis, tmp_path / "a.html", lint=LINT)
    write_report(make_analysis(), tmp_path / "b.html", lint=LINT)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_data_set_of_study_days_shows_no_made_up_date():
    data = make_dataset(day_zero=START)
    page = Page(render_report(make_analysis(dataset=data)))
    dates = set(re.findall(r"\b20\d\d-\d\d-\d\d\b", page.text))
    assert dates == set()
    assert "confirmed at week 24" in page.text
    assert "CR at week 16 (day 112)" in page.text


def test_calendar_dates_stay_dates(page):
    assert "CR at week 16 (2025-06-21)" in page.text
    assert dt.date(2025, 6, 21) - START == dt.timedelta(days=112)


def test_a_report_replaces_the_old_one_as_a_whole(analysis, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    write_report(analysis, str(path))
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_failed_write_leaves_the_old_report_and_nothing_else(analysis, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ExportError, match=r"report\.html: .*No space left on device"):
        write_report(analysis, path)
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_folder_that_is_not_there_is_named(analysis, tmp_path):
    with pytest.raises(ExportError, match="nowhere"):
        write_report(analysis, tmp_path / "nowhere" / "report.html")


def test_without_deaths_the_page_says_what_cannot_be_computed():
    data = make_dataset()
    frames = {name: frame for name, frame in data.frames.items() if name != "deaths"}
    page = Page(render_report(make_analysis(dataset=type(data).create(frames, source="folder"))))
    assert "Overall survival (OS): the data hold no deaths table" in page.text
    assert "no real person" not in page.text


def test_a_trial_in_which_nobody_was_treated_still_has_a_report():
    data = make_dataset()
    frames = {
        name: frame.filter(frame["patient_id"] == "OUT-8") for name, frame in data.frames.items()
    }
    page = Page(render_report(make_analysis(dataset=type(data).create(frames, source="folder"))))
    assert "no patient in the efficacy set" in page.text
    assert "Patient OUT-8" in page.text
    assert {"waterfall", "spider", "swimmer", "patient-1"} <= set(page.ids)


def test_a_clean_data_set_says_so(analysis, page):
    clean = Page(render_report(replace(analysis, findings=())))
    assert "found nothing to report" in clean.text
    assert "found nothing to report" not in page.text
