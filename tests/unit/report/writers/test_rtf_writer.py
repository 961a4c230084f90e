"""The RTF file read back: every cell is there, and what is markup in RTF is shown as letters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from read_rtf import read_rows, read_rtf
from sample_document import (
    CHINESE,
    HOSTILE,
    TREATED,
    counts_table,
    empty_table,
    listing,
    sample_document,
    wide_table,
)
from trialwright.report.model import Cell, Column, Row, Section, Table, word_cells
from trialwright.report.writers.rtf import render_rtf
from trialwright.report.writers.rtf_text import escape_rtf


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def rows_of(content):
    return [[plain(cell) for cell in row] for row in read_rows(content)]


def render(*blocks):
    return render_rtf(replace(sample_document(), sections=(Section("a", "1", "A", blocks),)))


@pytest.fixture(scope="module")
def content():
    return render_rtf(sample_document())


@pytest.fixture(scope="module")
def rows(content):
    return rows_of(content)


def test_every_row_of_every_table_is_read_back_in_order(rows):
    expected = []
    for table in (counts_table(), wide_table(), empty_table(), listing()):
        if any(column.span for column in table.columns):
            expected.append([column.span for column in table.columns])
        expected.append([column.head for column in table.columns])
        for row in table.rows:
            cells = [
                cell.text + ",".join(table.footnotes_by_text[note] for note in cell.notes)
                for cell in row.cells
            ]
            expected.append([row.label, *cells])
        if not table.rows:
            expected.append(["No rows: no serious event"])
    assert rows == expected


def test_the_same_document_gives_the_same_bytes(content):
    assert render_rtf(sample_document()) == content


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]), max_size=60))
def test_any_text_is_shown_as_it_is(text):
    shown = read_rtf(b"{" + escape_rtf(text).encode("ascii") + b"}")
    assert plain(shown) == plain(text) or "<U+" in shown


def test_hostile_text_is_text(content):
    assert plain(read_rtf(content)).count(HOSTILE) >= 5
    assert content.count(b"{\\rtf1") == 1


def test_what_no_file_holds_is_seen_as_a_code():
    (_, row) = rows_of(render(_table(Row("a\x00b\x1b", word_cells("c\ud800d")))))
    assert row == ["a<U+0000>b<U+001B>", "c<U+D800>d"]


def test_chinese_is_set_in_a_font_that_has_it(content):
    assert CHINESE in plain(read_rtf(content))
    assert rb"\f10\fnil\fcharset134\fprq2 SimSun;" in content
    assert rb"{\f10 \u24191?" in content
    chinese = read_rtf(render_rtf(sample_document("zh")))
    assert "表 14.2.1" in chinese
    assert "模拟患者" in chinese


def test_titles_populations_and_notes_are_there(content):
    text = plain(read_rtf(content))
    for table in (counts_table(), wide_table(), empty_table(), listing()):
        kind = "Listing" if table.kind == "listing" else "Table"
        assert f"{kind} {table.number}  {table.title}" in text
    assert text.count("Population: 45 treated patients") == 5
    assert "a Two of them wait for confirmation." in text
    assert counts_table().notes[0] in text


def test_an_empty_figure_says_why_and_a_full_one_has_words(content):
    assert "Nothing to draw: Nobody responded." in read_rtf(content)
    assert content.count(rb"{\pict") == 1
    assert rb"{\sp{\sn wzDescription}{\sv Three bars.}}" in content


def test_heads_repeat_and_rows_do_not_break(content):
    lines = [line for line in content.splitlines() if line.startswith(rb"\trowd")]
    assert sum(rb"\trhdr" in line for line in lines) == 5
    assert all(rb"\trkeep" in line for line in lines)


def test_the_wide_table_lies_on_its_side(content):
    assert content.count(rb"\lndscpsxn\pgwsxn16838") == 1


def test_a_heading_spans_its_table_and_rows_below_are_indented(content):
    heading = content.index(b"Best overall response")
    row = content[content.rindex(rb"\trowd", 0, heading) : heading]
    assert row.count(rb"\cellx") == 1
    below = content.rindex(b"\n", 0, content.index(b"Complete response"))
    assert rb"\li170\ri0" in content[below : below + 60]


def test_a_long_table_is_whole_although_rtflite_gets_it_in_pieces():
    rows = [Row(f"S-{n}", word_cells(f"value {n}"), depth=n % 2) for n in range(95)]
    found = rows_of(render(_table(*rows)))
    assert found[1:] == [[f"S-{n}", f"value {n}"] for n in range(95)]


def test_a_cell_that_points_somewhere_gives_the_page():
    row = Row("r", (Cell("see there", target="table-1-1"),))
    content = render(_table(row))
    assert rb"PAGEREF k_table_1_1_1 \\h" in content
    assert rb"{\*\bkmkstart k_table_1_1_1}" in content


def test_a_report_of_nothing_is_still_a_file():
    content = render_rtf(replace(sample_document(), sections=()))
    assert "Simulated patients" in read_rtf(content)


def _table(*rows):
    return Table("1.1", "A table", TREATED, (Column("Head"), Column("Other")), rows)
