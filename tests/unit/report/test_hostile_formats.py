"""Trials in which nothing went as planned, in every format: all is there, nothing is markup."""

from __future__ import annotations

import io
import re
import shutil
import subprocess

import openpyxl
import polars as pl
import pytest
from small_trial import Page

from hostile_trials import CASES, CHINESE, FORMULA, LONG_SITE, MANY, RTF, SCRIPT, TEX, report_of
from read_rtf import read_rtf
from trialwright.report.files import render
from trialwright.report.results import list_results, read_results
from trialwright.report.writers.figure_files import write_figure_files

HOSTILE = ("hostile", "zh")
ON_PAPER = [HOSTILE, ("nobody treated", "en")]  # Word and PDF take their time
NOT_DRAWN = {
    "no events": {"waterfall", "spider", "butterfly", "onset"},
    "all ongoing": {"waterfall", "spider", "onset", "edish"},
    "nobody treated": {
        "waterfall", "spider", "swimmer", "forest", "lesion-grid", "butterfly", "onset",
        "toxicity-watch",
    },
}  # fmt: skip
SAID = {
    "no responders": ["nobody responded"],
    "no events": ["no adverse event was recorded", "nobody was stable"],
    "all ongoing": ["no lesion was ablated on study", "nobody is in the set"],
    "one patient": ["nobody responded"],
    "nobody treated": ["no patient in the efficacy set", "No patient was treated."],
    "no safety tables": ["medication was not collected"],
    "no ablation": ["deviations were not collected"],
    "no design": ["No decision rule: the study is descriptive"],
    "hostile": ["deviations were not collected"],
}
WORDS = (SCRIPT, RTF, TEX, FORMULA, CHINESE)


@pytest.fixture(scope="module", params=list(CASES))
def case(request):
    return request.param


@pytest.fixture(scope="module")
def report(case):
    return report_of(case)


@pytest.fixture(scope="module")
def hostile():
    return report_of(*HOSTILE)


def squeeze(text):
    """Leave out what a writer adds so that a long word can break."""
    return re.sub(r"[\s\u200b\u00ad\u2060]+", "", text)


def labels_of(document):
    return [table.number for table in document.tables]


def test_figures_with_nothing_to_draw_say_so(case, report):
    empty = {figure.key: figure for figure in report.document.figures if figure.paint is None}
    assert set(empty) == NOT_DRAWN.get(case, set())
    assert all(figure.caption.startswith("No") for figure in empty.values())


def test_the_page_closes_its_tags_and_says_what_is_empty(case, report):
    page = Page(render(report, "html").decode())
    assert page.open == []
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    for words in SAID[case]:
        assert words in page.text, words
    for number in labels_of(report.document):
        assert number in page.text, number


@pytest.mark.parametrize("case", ["all ongoing", "nobody treated"])
def test_rich_text_holds_every_table(case):
    report = report_of(case)
    text = read_rtf(render(report, "rtf"))  # every brace is closed, or it fails
    assert [number for number in labels_of(report.document) if number not in text] == []


def test_latex_holds_every_table(report):
    text = render(report, "tex").decode()
    assert [number for number in labels_of(report.document) if number not in text] == []
    assert text.count(r"\begin{") == text.count(r"\end{")


def test_the_workbook_has_no_formula_and_every_table(report):
    content = render(report, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    said = " ".join(str(cell.value) for cell in cells)
    assert [number for number in labels_of(report.document) if number not in said] == []


def test_the_numbers_are_read_back_equal(report, tmp_path):
    (tmp_path / "results.json").write_bytes(render(report, "json"))
    written = list_results(report.document)
    read = read_results(tmp_path)
    assert read.results == written.results
    assert read.populations == written.populations
    assert read.inputs == written.inputs


# --- Words of the data that are markup somewhere, in a Chinese report


def test_the_page_shows_hostile_words_as_letters(hostile):
    html = render(hostile, "html").decode()
    assert SCRIPT not in html
    text = squeeze(Page(html).text)
    for words in (*WORDS, LONG_SITE.strip()):
        assert squeeze(words) in text, words


def test_rich_text_and_latex_show_hostile_words_as_letters(hostile):
    text = squeeze(read_rtf(render(hostile, "rtf")))
    for words in (*WORDS, LONG_SITE.strip()):
        assert squeeze(words) in text, words
    tex = render(hostile, "tex").decode()
    assert r"\input{x" not in tex
    assert CHINESE in tex


def test_every_one_of_400_terms_stands_in_the_tables(hostile):
    terms = hostile.analysis.dataset.table("adverse_events")["term"].to_list()
    assert len(set(terms)) == MANY
    listed = {cell.text for row in hostile.document.table("16.2.7.1").rows for cell in row.cells}
    assert set(terms) <= listed
    counted = {row.label for row in hostile.document.table("14.3.2").rows}
    assert any(term in counted for term in terms)


@pytest.mark.parametrize(("case", "language"), ON_PAPER)
def test_word_holds_every_table(case, language):
    docx = pytest.importorskip("docx")
    report = report_of(case, language)
    document = docx.Document(io.BytesIO(render(report, "docx")))
    text = "".join(part.text or "" for part in document.element.iter() if part.tag.endswith("}t"))
    assert [number for number in labels_of(report.document) if number not in text] == []
    if case == "hostile":
        for words in (*WORDS, LONG_SITE.strip()):
            assert squeeze(words) in squeeze(text), words


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not here")
@pytest.mark.parametrize(("case", "language"), ON_PAPER)
def test_the_pdf_holds_every_table(case, language):
    report = report_of(case, language)
    pdf = render(report, "pdf")
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True
    )
    text = done.stdout.decode()
    assert [number for number in labels_of(report.document) if number not in text] == []
    if case == "hostile":
        for words in WORDS:
            assert squeeze(words) in squeeze(text), words


@pytest.mark.parametrize(("case", "language"), ON_PAPER)
def test_figures_and_their_data_are_written(case, language, tmp_path):
    document = report_of(case, language).document
    write_figure_files(document, tmp_path)
    index = pl.read_csv(tmp_path / "README.csv")
    assert index["figure"].to_list() == [figure.key for figure in document.figures]
    for figure, row in zip(document.figures, index.iter_rows(named=True), strict=True):
        names = (row["files"] or "").split()
        if figure.paint is None:
            assert row["remark"].startswith("nothing to draw")
            continue
        assert {name.rpartition(".")[2] for name in names} == {"svg", "png", "pdf", "csv"}
        assert all((tmp_path / name).stat().st_size > 0 for name in names)
        assert row["remark"] is None, "a letter has no font"
