"""The two slides of the safety board: what they say in both languages, whatever the trial."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from hostile_trials import CASES, CHINESE, report_of
from trialwright.report.slides import build_slides, render_slides
from trialwright.report.slides.render import slides_data
from trialwright.report.translation.catalogue import choose_catalogue

NEEDS_PDFTOTEXT = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext")


def slides_of(case, language="en"):
    report = report_of(case)
    return build_slides(report.analysis, report.safety, language)


def pdf_of(case, language="en"):
    report = report_of(case)
    return render_slides(report.analysis, report.safety, language)


def pages_of(pdf, folder):
    path = folder / "slides.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def texts_of(slides):
    for slide in slides:
        yield slide.title
        for facts in slide.facts:
            yield facts.title
            yield from facts.heads
            for row in facts.rows:
                yield from row


@pytest.mark.parametrize("case", CASES)
def test_every_trial_has_two_slides_that_say_where_it_stands(case):
    standing, pending = slides_of(case)
    facts = dict(row for one in standing.facts for row in one.rows)
    treated = report_of(case).safety.treated
    assert facts["Treated"] == str(len(treated))
    assert facts["Data cut"]
    assert facts["Toxicity"]
    assert pending.facts[0].title == "Harm so far"
    for figure in (*standing.figures, *pending.figures):
        assert figure.description or figure.caption  # says why where there is nothing to draw


def test_without_a_design_the_slide_says_that_there_is_no_rule():
    standing, _ = slides_of("no design")
    rules = dict(standing.facts[1].rows)
    assert rules["Response"].startswith("no rule: ")
    assert rules["Toxicity"]


def test_a_trial_under_way_names_who_may_still_respond_and_the_looks_to_come():
    report = report_of("all ongoing")
    _, pending = slides_of("all ongoing")
    facts = {one.title: dict(row[:2] for row in one.rows) for one in pending.facts}
    rate = report.analysis.proportion("ORR")
    waiting = [one.patient_id for one in rate.outcomes if one.pending] if rate else []
    told = facts["Pending"].get("May still respond", "none")
    assert told == (f"{len(waiting)}: {', '.join(waiting)}" if waiting else "none")
    assert any(name.startswith("Toxicity, ") for name in facts["Looks to come"])


@NEEDS_PDFTOTEXT
@pytest.mark.parametrize(
    ("language", "heads"),
    [
        ("en", (("Where the trial stands", "What the rules say"), ("Harm so far", "Pending"))),
        ("zh", (("试验进展", "规则判定"), ("迄今的安全性", "待定"))),
    ],
)
def test_the_pdf_has_two_pages_with_their_words(language, heads, tmp_path):
    pages = pages_of(pdf_of("one patient", language), tmp_path)
    assert len(pages) == 2
    for page, words in zip(pages, heads, strict=True):
        for word in words:
            assert word in page.replace("\N{NO-BREAK SPACE}", " ")


@NEEDS_PDFTOTEXT
@pytest.mark.parametrize("case", ["nobody treated", "no safety tables"])
def test_a_trial_with_nothing_to_draw_has_two_pages_too(case, tmp_path):
    assert len(pages_of(pdf_of(case), tmp_path)) == 2


@NEEDS_PDFTOTEXT
def test_hostile_words_are_letters_on_two_pages(tmp_path):
    pages = pages_of(pdf_of("hostile", "zh"), tmp_path)
    text = re.sub(r"\s|\u200b", "", "".join(pages))
    assert len(pages) == 2
    assert "<script>alert(1)</script>" in text
    assert CHINESE in text


def test_the_same_analysis_gives_the_same_bytes():
    assert pdf_of("one patient", "zh") == pdf_of("one patient", "zh")


def test_what_the_slides_say_themselves_is_translated():
    known = choose_catalogue("zh")
    for case in ("one patient", "all ongoing", "no design", "no safety tables"):
        for text in texts_of(slides_of(case)):
            if re.search(r"[a-z]{3}", text) and not re.match(r"\d+: ", text):
                assert known.find(text) is not None, text


def test_figures_of_chinese_slides_are_chinese():
    report = report_of("one patient")
    content = json.loads(slides_data(report.analysis, report.safety, "zh"))
    drawn = [one["svg"] for slide in content["slides"] for one in slide["figures"] if one["svg"]]
    assert drawn
    assert all(re.search("[\u4e00-\u9fff]", svg) for svg in drawn)
    assert all("Noto Sans CJK SC" in svg for svg in drawn)  # named first for typst
