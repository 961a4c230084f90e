"""The PDF: every text is found again, user text is never code, no letter is a silent box."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from sample_document import CHINESE, HOSTILE, PATIENTS, TREATED, sample_document
from trialwright.errors import ExportError
from trialwright.report.model import (
    Cell,
    Column,
    Document,
    Figure,
    Front,
    Paragraph,
    Population,
    Provenance,
    Row,
    Section,
    Table,
    word_cells,
)
from trialwright.report.writers import fonts
from trialwright.report.writers.labels import labels_of
from trialwright.report.writers.pdf import render_pdf
from trialwright.report.writers.typst_source import typst_data

typst = pytest.importorskip("typst")
needs_chinese = pytest.mark.skipif(
    not {*typst.Fonts().families()} & {*fonts.CHINESE_FAMILIES}, reason="no Chinese font here"
)
needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not here")


@pytest.fixture(scope="module")
def pdf():
    return render_pdf(sample_document())


def report(*blocks, title="A study", key="s") -> Document:
    return Document(
        Front(title, "none", "colorectal cancer", "made up", False, 45),
        Provenance("2026-01-31", "0", "1", (("trialwright", "0.0"),)),
        (Section(key, "1", "Results", blocks),),
    )


def read(pdf: bytes) -> list[str]:
    """Return the text of each page, in the order in which it was set."""
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode().split("\f")[:-1]


def squeeze(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad]", "", text)


def texts_of(table):
    for row in table.rows:
        yield row.label
        yield from (cell.text for cell in row.cells)


@needs_chinese
def test_same_report_same_bytes(pdf):
    assert render_pdf(sample_document()) == pdf
    assert pdf.startswith(b"%PDF")
    assert b"CreationDate" not in pdf


@needs_chinese
@needs_poppler
def test_every_text_is_found_again_in_order(pdf):
    text = squeeze("".join(read(pdf)))
    for table in sample_document().tables:
        place = 0
        for wanted in texts_of(table):
            place = text.find(squeeze(wanted), place)
            assert place >= 0, f"{table.number}: {wanted}"
            place += len(squeeze(wanted))
        for words in (*table.notes, *(note for _, note in table.footnotes), table.population.words):
            assert squeeze(words) in text
    assert squeeze("No rows: no serious event") in text
    assert squeeze("Nothing to draw: Nobody responded.") in text
    assert squeeze(CHINESE) in text
    assert squeeze(HOSTILE) in text


@needs_chinese
@needs_poppler
def test_each_page_has_its_number_and_says_that_patients_are_simulated(pdf):
    pages = read(pdf)
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert labels_of("en").simulated in page
        assert "Data cut: 2026-01-31" in page


@needs_chinese
@needs_poppler
def test_wide_tables_lie_on_their_side_and_repeat_their_heads(pdf, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdfinfo", "-l", "99", path], capture_output=True, text=True, check=True)
    sizes = re.findall(r"Page +(\d+) size: +([\d.]+) x ([\d.]+)", done.stdout)
    lying = [int(page) - 1 for page, width, height in sizes if float(width) > float(height)]
    pages = read(pdf)
    assert len(lying) > 1
    assert all("Grade 12" in pages[page] for page in lying)
    assert all("(continued)" in pages[page] for page in lying[1:])
    assert "(continued)" not in pages[lying[0]]


@needs_chinese
def test_pdf_is_tagged_for_listeners(pdf):
    assert b"pdfuaid:part" in pdf
    items = [
        item
        for sheet in json.loads(typst_data(sample_document()))["sheets"]
        for item in sheet["items"]
    ]
    assert [item["alt"] for item in items if item["kind"] == "figure"] == [
        "Three bars.",
        "Nothing.",
    ]


@needs_chinese
@needs_poppler
def test_chinese_report_has_chinese_words():
    text = "".join(read(render_pdf(sample_document("zh"))))
    assert "目录" in text
    assert "清单 16.2.7.1" in text


@needs_poppler
@pytest.mark.parametrize(
    "hostile",
    [
        '#panic("x")',
        '"+panic("x")+"',
        "]#panic[",
        "$x",
        "`raw`",
        "<s> @s",
        "\\u{41}",
        "//",
        "= a",
        "#",
    ],
)
def test_user_text_is_never_code(hostile):
    table = Table(
        hostile,
        hostile,
        Population(hostile, hostile, PATIENTS),
        (Column(hostile), Column(hostile, span=hostile)),
        (Row(hostile, (Cell(hostile, notes=(hostile,), target=hostile),)), Row(hostile)),
        (hostile,),
    )
    figure = Figure(hostile, hostile, hostile, hostile, hostile)
    blocks = (Paragraph(hostile), table, figure, Section(hostile, hostile, hostile, ()))
    text = squeeze("".join(read(render_pdf(report(*blocks, title=hostile, key=hostile)))))
    assert text.count(squeeze(hostile)) > 12


@needs_poppler
def test_pointing_cell_says_the_page():
    table = Table(
        "14.3.1", "Deaths", TREATED, (Column("Patient"), Column("Where")),
        (Row("S-001", (Cell("narrative", target="listing-16-2-7-2"),)),),
    )  # fmt: skip
    listing = Table(
        "16.2.7.2", "Narratives", TREATED, (Column("Patient"), Column("What")),
        (Row("S-001", word_cells("died")),), kind="listing",
    )  # fmt: skip
    filler = tuple(Paragraph(f"Paragraph {n}. " + "words " * 60) for n in range(30))
    pages = read(render_pdf(report(table, *filler, listing)))
    page = next(n for n, text in enumerate(pages, 1) if n > 2 and "Listing 16.2.7.2" in text)
    assert page > 3
    assert f"narrative (p. {page})" in pages[2]


@needs_poppler
def test_long_listing_and_long_text_are_whole():
    columns = tuple(Column(f"c{n}") for n in range(8))
    rows = [Row(f"S-{n}", word_cells(*(f"v{n}.{place}" for place in range(7)))) for n in range(400)]
    story = " ".join(f"word{n}" for n in range(2_500))
    rows.append(Row("S-400", word_cells(story, *[""] * 6)))
    listing = Table("16.2.1", "All", TREATED, columns, tuple(rows), kind="listing")
    text = squeeze("".join(read(render_pdf(report(listing)))))
    assert all(squeeze("".join(texts_of(listing.__class__(
        "", "", TREATED, columns, (row,))))) in text for row in rows[:400])  # fmt: skip
    assert all(f"word{n}" in text for n in range(2_500))


def test_missing_letter_is_an_error_that_says_what_to_install(monkeypatch):
    choose = fonts._choice
    monkeypatch.setattr(fonts, "_choice", lambda **_: choose(system=False))
    with pytest.raises(ExportError, match=r"广 \(U\+5E7F .*fonts-noto-cjk"):
        render_pdf(report(Paragraph("Hospital of 广州")))


def test_latin_report_takes_no_font_of_the_machine(monkeypatch):
    choose = fonts._choice

    def choose_bundled(*, system):
        assert not system
        return choose(system=False)

    monkeypatch.setattr(fonts, "_choice", choose_bundled)
    assert render_pdf(report(Paragraph("−30.0 % ≥ 2 mm², α = 0.05, naïve Ångström")))


def test_control_characters_are_seen():
    data = typst_data(report(Paragraph("a\x07b\u202ec")))
    assert "a<U+0007>b<U+202E>c" in data
