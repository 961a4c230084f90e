"""The LaTeX file: escaped text reads back as it was, nothing of the data is left as code."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample_document import CHINESE, HOSTILE, TREATED, sample_document
from trialwright.report.model import (
    Cell,
    Column,
    Document,
    Front,
    Paragraph,
    Provenance,
    Row,
    Section,
    Table,
)
from trialwright.report.writers.characters import show_controls
from trialwright.report.writers.figure_files import write_figure_files
from trialwright.report.writers.latex import render_latex
from trialwright.report.writers.layout import keep_together
from trialwright.report.writers.tex import escape, escape_line

MARKUP = st.text(alphabet=r"\{}$&#%_^~[]*<>|`'\"-ab1 " + "\n\t汉é", max_size=60)
_WORDS = {
    "\\textbackslash{}": "\\",
    "\\textasciicircum{}": "^",
    "\\textasciitilde{}": "~",
    "\\allowbreak{}": "",
    "\\mbox{}\\newline{}": "\n",
    "\\-": "",
    "~": "\u00a0",
    "{[}": "[",
    "{]}": "]",
    "{*}": "*",
}
_RAISED = str.maketrans("0123456789−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
_READ = re.compile("|".join(map(re.escape, _WORDS)) + r"|\\([{}$&#%_])")


def read_back(tex: str) -> str:
    """Return what TeX would set."""
    tex = re.sub(r"\\textsuperscript\{([0-9+−]+)\}", lambda found: found[1].translate(_RAISED), tex)
    tex = re.sub(r"\{\\otherletters ([^}]*)\}", r"\1", tex)
    return _READ.sub(lambda found: found[1] or _WORDS[found[0]], tex)


def report(*blocks, title="A study") -> Document:
    return Document(
        Front(title, "none", "colorectal cancer", "made up", False, 45),
        Provenance("2026-01-31", "0", "1", (("trialwright", "0.0"),)),
        (Section("s", "1", "Results", blocks),),
    )


@given(MARKUP)
def test_escaped_text_reads_back(text):
    assert read_back(escape(text)) == keep_together(text).replace("\t", " ")


@given(MARKUP | st.text(max_size=40))
def test_no_character_of_tex_is_left_bare(text):
    rest = _READ.sub("", re.sub(r"\\(textsuperscript|otherletters)", "", escape(text)))
    rest = re.sub(r"\{([^{}]*)\}", r"\1", rest)  # the braces of these two
    assert not set(rest) & set("\\{}$&#%_^~[]*\n\t")
    assert "\n" not in escape_line(text)


def test_title_is_one_line():
    assert escape_line(" a\nb  c ") == "a b c"
    assert escape_line(" \n") == ""


def test_every_text_is_in_the_file():
    tex = render_latex(sample_document())
    read = read_back(tex)
    for table in sample_document().tables:
        for row in table.rows:
            for text in (row.label, *(cell.text for cell in row.cells)):
                assert keep_together(show_controls(text)).strip() in read
        for words in (*table.notes, *(note for _, note in table.footnotes)):
            assert keep_together(words) in read
    assert "No rows: no serious event" in read
    assert "Nothing to draw: Nobody responded." in read
    assert keep_together(CHINESE) in read
    assert r"\input{x}" not in tex
    assert r"\input{x}" in read
    assert render_latex(sample_document()) == tex


def test_groups_and_environments_are_closed():
    tex = render_latex(sample_document())
    opened = re.findall(r"\\begin\{(\w+)\}", tex)
    assert opened.count("landscape") == 1
    assert sorted(opened) == sorted(re.findall(r"\\end\{(\w+)\}", tex))
    body = re.sub(r"\\[{}\\]|(?<!\\)%.*", "", tex)
    assert body.count("{") == body.count("}")


def test_chinese_is_asked_for_only_where_there_is_some():
    assert "xeCJK" in render_latex(sample_document())
    assert "xeCJK" not in render_latex(report(Paragraph("Latin, naïve, ≥ 2 mm")))


def test_heads_are_repeated_and_say_that_the_table_goes_on():
    tex = render_latex(sample_document())
    assert tex.count(r"\endhead") == tex.count(r"\endfirsthead") == 3
    assert "Listing 16.2.7.1 Adverse events (continued)" in tex
    assert r"\cmidrule(lr){2-2}\cmidrule(lr){3-3}" in tex


def test_figures_are_files_beside_it():
    assert r"{figures/bars.pdf}" in render_latex(sample_document())
    assert r"{figures/nothing.pdf}" not in render_latex(sample_document())


def test_pointing_cell_says_the_page():
    table = Table(
        "14.3.1", "Deaths", TREATED, (Column("Patient"), Column("Where")),
        (Row("S-001", (Cell("above", target="s"),)), Row("S-002", (Cell("x", target="no such"),))),
    )  # fmt: skip
    tex = render_latex(report(table))
    assert r"above\hyperref[place-0]{ (p.~\pageref*{place-0})}" in tex.replace("p. ", "p.~")
    assert r"\label{place-0}" in tex
    assert "no such" not in tex


def test_text_longer_than_a_page_goes_on_in_more_rows():
    story = " ".join(f"word{n}" for n in range(1_000))
    table = Table("16.2.7.2", "Narratives", TREATED, (Column("P"), Column("What")),
        (Row("S-001", (Cell(story, notes=("seen",)),)),))  # fmt: skip
    tex = render_latex(report(table))
    lines = [line for line in tex.splitlines() if "word" in line]
    assert len(lines) > 5
    assert max(map(len, lines)) < 1_000
    assert " ".join(re.findall(r"word\d+", tex)) == story
    assert tex.count(r"\textsuperscript{a}") == 2


@pytest.mark.skipif(not shutil.which("xelatex"), reason="xelatex is not here")
def test_xelatex_sets_it(tmp_path):
    document = sample_document()
    columns = (Column("[a]"), Column("*", span="&"))
    texts = (("[b", "*"), ("*", "a\n\nb"), ("\n", "^^41 --"))
    rows = tuple(Row(label, (Cell(text),)) for label, text in texts)
    hostile = Table(HOSTILE, "x" * 300, TREATED, columns, rows)
    more = Section("more-hostile", "9", "More", (hostile, Paragraph("\n")))
    document = Document(document.front, document.provenance, (*document.sections, more))
    (tmp_path / "report.tex").write_text(render_latex(document), encoding="utf-8")
    write_figure_files(document, tmp_path / "figures")
    command = ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "-no-pdf", "report.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-3_000:]
