"""The workbook: every text reads back, numbers are numbers, no text is a formula, no clock."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample_document import CHINESE, HOSTILE, TREATED, sample_document
from trialwright.errors import ExportError
from trialwright.report.model import (
    Cell,
    Column,
    Document,
    Front,
    Number,
    Provenance,
    Row,
    Section,
    Table,
    word_cells,
)
from trialwright.report.writers.workbook import render_workbook
from trialwright.report.writers.workbook_cells import find_format


@pytest.fixture(scope="module")
def content():
    return render_workbook(sample_document())


@pytest.fixture(scope="module")
def book(content):
    return openpyxl.load_workbook(BytesIO(content))


def report(*tables) -> Document:
    return Document(
        Front("A study", "none", "colorectal cancer", "made up", False, 45),
        Provenance("2026-01-31", "0", "1", ()),
        (Section("s", "1", "Results", tables),),
    )


def listing_of(*cells: Cell, number="16.2.1", label="S-001") -> Table:
    columns = tuple(Column(f"c{n}") for n in range(len(cells) + 1))
    return Table(number, "Facts", TREATED, columns, (Row(label, cells),), kind="listing")


def reopen(document: Document):
    return openpyxl.load_workbook(BytesIO(render_workbook(document)))


def test_a_sheet_a_table_after_the_contents(book):
    assert book.sheetnames == ["Contents", *(table.number for table in sample_document().tables)]
    links = {
        cell.value: cell.hyperlink.location
        for row in book["Contents"]
        for cell in row
        if cell.hyperlink
    }
    assert links["Table 14.2.1"] == "'14.2.1'!A1"
    assert links["Listing 16.2.7.1"] == "'16.2.7.1'!A1"
    assert book["14.2.1"]["A3"].hyperlink.location == "'Contents'!A1"


def test_every_text_reads_back(book):
    for table in sample_document().tables:
        values = [[cell.value for cell in row if cell.value] for row in book[table.number]]
        for row in table.rows:
            marks = [
                ",".join(table.footnotes_by_text[note] for note in cell.notes) for cell in row.cells
            ]
            texts = [cell.text + mark for cell, mark in zip(row.cells, marks, strict=True)]
            assert [row.label, *texts] in values
        flat = {value for row in values for value in row}
        assert {column.head for column in table.columns} <= flat
        assert {column.span for column in table.columns if column.span} <= flat
        assert set(table.notes) <= flat
        assert f"Population: {table.population.words}" in flat
    assert book["14.3.4"]["A6"].value == "No rows: no serious event"
    assert book["14.2.1"]["A12"].value == "a  Two of them wait for confirmation."
    assert book["16.2.7.1"]["D7"].value == CHINESE


def test_same_report_same_bytes_and_no_clock(content):
    assert render_workbook(sample_document()) == content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert {member.date_time[0] for member in archive.infolist()} == {1980}
        core = archive.read("docProps/core.xml")
    assert b"dcterms:" not in core.replace(b"xmlns:dcterms", b"")


def test_listing_can_be_filtered_and_heads_stay(book):
    assert book["16.2.7.1"].auto_filter.ref == "A5:D95"
    assert book["16.2.7.1"].freeze_panes == "B6"
    assert book["14.2.1"].freeze_panes == "B7"
    assert book["14.2.1"].auto_filter.ref is None
    assert book["14.3.2"].page_setup.orientation == "landscape"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', HOSTILE]
)
def test_no_text_is_a_formula(text):
    table = listing_of(Cell(text), Cell(text, notes=(text,)), label=text)
    book = reopen(report(table))
    sheet = book["16.2.1"]
    assert sheet["A6"].value == sheet["B6"].value == text
    assert sheet["C6"].value == f"{text}a"
    assert all(cell.data_type != "f" for page in book for row in page for cell in row)
    assert sheet["A6"].quotePrefix == (text[0] in "=+-@")


def test_one_number_is_a_number_in_full():
    value = 100 * 5 / 29
    table = listing_of(
        Cell("29", (Number("patients", 29),)),
        Cell("17.2 %", (Number("percent", value),), notes=("of 29",)),
        Cell("5 (17.2 %)", (Number("patients", 5), Number("percent", value))),
        Cell("NE", (Number("median", None, "not estimable"),)),
        Cell("<0.001", (Number("p-value", 0.00004),)),
    )
    sheet = reopen(report(table))["16.2.1"]
    shown = [cell.value for cell in sheet[6]]
    assert shown == ["S-001", 29, value, "5 (17.2 %)", "NE", "<0.001"]
    assert sheet["C6"].number_format.split(";")[0] == '0.0" % a"'


def shown_by_excel(value: float, number_format: str) -> str:
    """Return what Excel shows: a section for each sign, words between quotes, digits between."""
    above, below, nought = re.findall(r'(?:"[^"]*"|[^;"])+', number_format)
    section = above if value > 0 else below if value < 0 else nought
    before, zeros, after = re.fullmatch(r'("[^"]*")?([0.]+)("[^"]*")?', section).groups("")
    digits = len(zeros.partition(".")[2])
    return f"{before[1:-1]}{abs(value):.{digits}f}{after[1:-1]}"


@given(
    st.floats(-1e9, 1e9),
    st.integers(0, 4),
    st.sampled_from(["", " %", " months", "/29", ' "q"', "; x"]),
    st.booleans(),
)
def test_a_format_shows_the_number_as_its_text(value, digits, unit, signed):
    text = f"{value:{'+' if signed else ''}.{digits}f}{unit}".replace("-", "−")
    number_format = find_format(Cell(text, (Number("x", value),)))
    if number_format:
        assert shown_by_excel(value, number_format) == text
    if unit == " %" and value and not signed and 1 < abs(value * 10**digits % 1 * 10) < 4:
        assert number_format


def test_controls_and_codes_are_seen_as_written():
    content = render_workbook(report(listing_of(Cell("a\x07b"), Cell("_x0041_"))))
    sheet = openpyxl.load_workbook(BytesIO(content))["16.2.1"]
    assert sheet["B6"].value == "a<U+0007>b"
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert b"_x005F_x0041_" in archive.read("xl/worksheets/sheet2.xml")


def test_text_too_long_for_a_cell_is_an_error_that_says_where():
    with pytest.raises(ExportError, match=r"16\.2\.1!B6: a text of 40000 letters"):
        render_workbook(report(listing_of(Cell("x" * 40_000))))


def test_sheets_have_names_that_excel_takes_each_once():
    numbers = ["a/b:c", "14.1", "14.1", "contents", "", "x" * 40]
    book = reopen(report(*(listing_of(*word_cells("v"), number=number) for number in numbers)))
    assert book.sheetnames == [
        "Contents", "a-b-c", "14.1", "14.1 (2)", "contents (2)", "listing", "x" * 31,
    ]  # fmt: skip


def test_pointing_cell_is_a_link_to_the_sheet():
    death = listing_of(Cell("narrative", target="listing-16-2-7-2"), Cell("x", target="other"))
    story = listing_of(Cell("died"), number="16.2.7.2")
    sheet = reopen(report(death, story))["16.2.1"]
    assert sheet["B6"].hyperlink.location == "'16.2.7.2'!A1"
    assert sheet["C6"].hyperlink is None
