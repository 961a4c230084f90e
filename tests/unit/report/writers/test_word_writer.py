"""The Word file read back with python-docx: every cell is there, hostile text is text."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

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
from trialwright.report.model import Cell, Column, Paragraph, Row, Section, Table, word_cells
from trialwright.report.writers.word import render_word


def read(content):
    return docx.Document(BytesIO(content))


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def texts_of(table):
    """Return the texts of every row as Word holds them, merged cells once."""
    return [[plain(p.text) for p in map(_first, row._tr.tc_lst)] for row in table.rows]


def _first(cell):
    return docx.text.paragraph.Paragraph(cell.p_lst[0], None)


def one_table(*rows, columns=2, **more):
    heads = tuple(Column(f"Head {n}") for n in range(columns))
    return Table("1.1", "A table", TREATED, heads, rows, **more)


def render(*blocks):
    document = replace(sample_document(), sections=(Section("a", "1", "A", blocks),))
    return read(render_word(document))


@pytest.fixture(scope="module")
def content():
    return render_word(sample_document())


@pytest.fixture(scope="module")
def file(content):
    return read(content)


def test_every_cell_of_every_table_is_read_back(file):
    found = [cell for table in file.tables for row in texts_of(table) for cell in row]
    for table in (counts_table(), wide_table(), empty_table(), listing()):
        for row in table.rows:
            assert row.label in found
            for cell in row.cells:
                marks = ",".join(table.footnotes_by_text[note] for note in cell.notes)
                assert cell.text + marks in found


def test_rows_stand_in_their_order(file):
    rows = texts_of(file.tables[-1])
    assert rows[0] == ["Patient", "Site", "Onset", "What"]
    assert rows[1:] == [[row.label, *(c.text for c in row.cells)] for row in listing().rows]


def test_the_same_document_gives_the_same_bytes(content):
    assert render_word(sample_document()) == content


def test_no_clock_is_in_the_file(content, file):
    assert {member.date_time for member in zipfile.ZipFile(BytesIO(content)).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }
    assert file.core_properties.created is None
    assert file.core_properties.modified is None


def test_heads_repeat_and_rows_do_not_break(file):
    rows = file.tables[0].rows
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in rows]
    assert heads == [True, True, False, False, False, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)


def test_spans_headings_and_notes(file):
    spans, _, heading, first, *_ = file.tables[0].rows
    assert [plain(p.text) for p in map(_first, spans._tr.tc_lst)] == [
        "", "All disease", "Not ablated",
    ]  # fmt: skip
    assert len(heading._tr.tc_lst) == 1
    assert heading._tr.tc_lst[0].grid_span == 3
    assert first._tr.tc_lst[0].p_lst[0].pPr.ind_left.twips > 0
    notes = [plain(p.text) for p in file.paragraphs if p.style.name == "Table Note"]
    assert notes[:2] == ["a Two of them wait for confirmation.", *counts_table().notes]
    letter = file.tables[0].rows[3].cells[2].paragraphs[0].runs[-1]
    assert (letter.text, letter.font.superscript) == ("a", True)


def test_one_span_over_two_columns_is_one_cell():
    columns = (Column("x"), Column("a", span="Both"), Column("b", span="Both"))
    table = Table("1", "t", TREATED, columns, (Row("r", word_cells("1", "2")),))
    cells = render(table).tables[0].rows[0]._tr.tc_lst
    assert [cell.grid_span for cell in cells] == [1, 2]


def test_numbers_stand_right(file):
    _, first, _ = file.tables[0].rows[3].cells
    assert first.paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT


def test_a_response_is_tinted_so_that_text_stays_readable(file):
    shades = {s.get(qn("w:fill")) for s in file.element.iter(qn("w:shd"))}
    assert shades
    for shade in shades:
        assert min(int(shade[n : n + 2], 16) for n in (0, 2, 4)) > 0xB0


def test_an_empty_table_and_an_empty_figure_say_why(file):
    words = [plain(p.text) for p in file.paragraphs]
    assert any("Nobody responded." in text for text in words)
    assert ["No rows: no serious event"] in texts_of(file.tables[2])


def test_a_figure_has_words_for_who_cannot_see_it(file):
    (words,) = [shape._inline.docPr for shape in file.inline_shapes]
    assert words.get("descr") == "Three bars."
    width = file.inline_shapes[0].width
    assert width <= file.sections[0].page_width - 2 * file.sections[0].left_margin


def test_only_the_wide_table_lies_on_its_side(file):
    turned = [section.page_width > section.page_height for section in file.sections]
    assert turned == [False, False, True, False]
    for section in file.sections:
        assert "Simulated patients" in section.header.paragraphs[1].text


def test_tables_fit_between_the_margins(file):
    for table in file.tables:
        widths = sum(int(c.get(qn("w:w"))) for c in table._tbl.tblGrid)
        assert widths <= 16838 - 2 * 1134 + len(table.columns)


def test_a_table_that_no_page_holds_is_written_in_parts():
    cells = word_cells(*[f"value {n:02d} " + "y" * 15 for n in range(20)])
    file = render(one_table(Row("label", cells), columns=21))
    assert len(file.tables) > 1
    assert all(texts_of(table)[1][0] == "label" for table in file.tables)
    values = [text for table in file.tables for text in texts_of(table)[1][1:]]
    assert values == [cell.text for cell in cells]
    assert any("(continued)" in p.text for p in file.paragraphs)


def test_headings_have_levels_and_contents_has_every_display(file):
    heads = [(p.style.name, p.text) for p in file.paragraphs if p.style.name.startswith("Heading")]
    assert ("Heading 1", "2 Tables") in heads
    assert ("Heading 2", "2.1 More of them") in heads
    contents = [p.text for p in file.paragraphs if p.style.name.startswith("toc")]
    for number in ("Table 14.2.1", "Table 14.3.2", "Figure 14.2.2", "Listing 16.2.7.1"):
        assert any(number in line for line in contents)
    codes = [code.text.strip() for code in file.element.iter(qn("w:instrText"))]
    assert sum(code.startswith("TOC ") for code in codes) == 1


def test_every_link_leads_to_a_place(file):
    places = {mark.get(qn("w:name")) for mark in file.element.iter(qn("w:bookmarkStart"))}
    links = {link.get(qn("w:anchor")) for link in file.element.iter(qn("w:hyperlink"))}
    assert links
    assert links <= places


def test_a_cell_that_points_somewhere_gives_the_page():
    pointing = Row("r", (Cell("see there", target="table-1-1"),))
    prose = Paragraph("Of 45, see there.", (("x", Cell("see there", target="table-1-1")),))
    file = render(prose, one_table(pointing, Row("s", (Cell("nowhere", target="no such"),))))
    codes = [code.text.strip() for code in file.element.iter(qn("w:instrText"))]
    assert sum("PAGEREF k_table_1_1" in code for code in codes) == 3  # with the contents
    assert texts_of(file.tables[0])[2] == ["s", "nowhere"]


def test_hostile_text_is_text(file):
    assert any(HOSTILE in plain(p.text) for p in file.paragraphs)
    assert file.core_properties.title.endswith(HOSTILE)


@pytest.mark.parametrize("odd", ["\x00", "\x0b", "\x1b", "\ud800", "\ufffe", "\x85"])
def test_what_xml_forbids_is_seen_as_a_code(odd):
    file = render(one_table(Row(f"a{odd}b", word_cells(f"c{odd}d"))), Paragraph(f"e{odd}f"))
    code = f"<U+{ord(odd):04X}>"
    assert texts_of(file.tables[0])[1] == [f"a{code}b", f"c{code}d"]
    assert any(p.text == f"e{code}f" for p in file.paragraphs)


def test_chinese_has_a_font_and_chinese_words():
    file = read(render_word(sample_document("zh")))
    assert any(CHINESE in plain(p.text) for p in file.paragraphs)
    assert any(p.text.startswith("表 14.2.1") for p in file.paragraphs)
    assert file.core_properties.language == "zh-CN"
    fonts = file.styles.element.find(".//" + qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == "SimSun"


def test_a_report_of_nothing_is_still_a_file():
    document = replace(sample_document(), sections=())
    assert read(render_word(document)).paragraphs
