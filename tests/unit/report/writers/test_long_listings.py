"""A listing that is too long for paper: what stands in its place, in every paged format."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import docx
import openpyxl
import pytest

from read_rtf import read_rtf
from sample_document import counts_table, listing, sample_document, wide_table
from trialwright.report.model import Section
from trialwright.report.writers.latex import render_latex
from trialwright.report.writers.pdf import render_pdf
from trialwright.report.writers.placing import LONGEST_LISTING, PaperOptions, place_blocks
from trialwright.report.writers.rtf import render_rtf
from trialwright.report.writers.typst_source import typst_data
from trialwright.report.writers.word import render_word
from trialwright.report.writers.workbook import render_workbook

ROWS = len(listing().rows)
SAID = f"{ROWS} rows: a listing of more than {ROWS - 1} is not set on paper."


def document(*blocks, language="en"):
    return replace(sample_document(language), sections=(Section("a", "1", "A", blocks),))


@pytest.mark.parametrize(("most", "left_out"), [(ROWS - 1, True), (ROWS, False), (None, False)])
def test_a_listing_of_more_rows_is_left_out(most, left_out):
    placed = place_blocks(document(listing()), PaperOptions(most))[-1]
    assert bool(placed.instead) == left_out
    assert (placed.fit is None) == left_out


def test_tables_that_count_are_never_left_out():
    placed = place_blocks(document(counts_table(), wide_table()), PaperOptions(0))
    assert not any(one.instead for one in placed)


def test_a_listing_without_rows_says_why_instead():
    empty = replace(listing(), rows=(), empty="nobody had one")
    assert place_blocks(document(empty), PaperOptions(0))[-1].instead == ""


def test_a_negative_number_of_rows_is_refused():
    with pytest.raises(ValueError, match="-1"):
        PaperOptions(-1)


def test_the_usual_rule_is_that_of_a_thousand_rows():
    long = replace(listing(), rows=listing().rows[:1] * (LONGEST_LISTING + 1))
    said = place_blocks(document(long))[-1].instead
    assert said.startswith("1,001 rows: a listing of more than 1,000 is not set on paper.")


def test_the_sentence_names_the_sheet_that_holds_the_rows():
    twice = document(listing(), listing())
    book = openpyxl.load_workbook(BytesIO(render_workbook(twice)))
    for one in place_blocks(twice, PaperOptions(1))[1:]:
        name = next(sheet for sheet in book.sheetnames if f"sheet {sheet})" in one.instead)
        assert book[name].max_row > ROWS


def test_word_says_title_population_and_where_the_rows_are():
    file = docx.Document(BytesIO(render_word(document(listing()), PaperOptions(ROWS - 1))))
    texts = [paragraph.text.replace("\N{NO-BREAK SPACE}", " ") for paragraph in file.paragraphs]
    place = next(n for n, text in enumerate(texts) if text.startswith(SAID))
    assert texts[place - 2].startswith("Listing 16.2.7.1")
    assert texts[place - 1].startswith("Population: ")
    assert file.tables == []


def test_rtf_and_latex_say_so_too():
    paper = PaperOptions(ROWS - 1)
    shown = read_rtf(render_rtf(document(listing()), paper))
    text = render_latex(document(listing()), paper)
    assert SAID in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert SAID in text.replace("~", " ")
    assert "longtable" not in text.partition("\\begin{document}")[2]


def test_the_pdf_says_so_in_chinese_and_keeps_the_place_of_links():
    report = document(listing(), language="zh")
    content = typst_data(report, PaperOptions(ROWS - 1))
    assert f"共 {ROWS} 行：超过 {ROWS - 1} 行的清单不列于纸质版" in content.replace("\u200b", "")
    assert render_pdf(report, PaperOptions(ROWS - 1)).startswith(b"%PDF")
