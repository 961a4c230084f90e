"""A small document that holds what makes a writer stumble, for the tests of the writers.

Nobody in it exists. It has a wide table, a long one, a listing in Chinese, spans, footnotes, an
empty table, a figure with nothing to draw, and names that are markup in one format or another.
"""

from __future__ import annotations

import polars as pl

from trialwright.report.cells import count_cell
from trialwright.report.model import (
    Cell,
    Column,
    Document,
    Figure,
    Flow,
    Front,
    Number,
    Paragraph,
    Population,
    Provenance,
    Row,
    Section,
    Table,
    word_cells,
)

HOSTILE = r'<script>alert("x")</script> & {\rtf1} \input{x} $x_1$ #let 50 % ~^ [a](b) *b* _c_ @d'
LONG_SITE = "Hospital of a name of three hundred letters " * 7
CHINESE = "广州某医院：肝转移灶射频消融术后发热，体温 38.5 ℃"
PATIENTS = tuple(f"S-{number:03d}" for number in range(1, 46))
TREATED = Population("safety", "45 treated patients", PATIENTS)


def sample_document(language="en") -> Document:
    """Return the document."""
    return Document(
        front=Front(
            f"A phase II study of {HOSTILE}", "NCT-UNKNOWN", "结直肠癌肝转移", "made up", True, 45
        ),
        provenance=Provenance(
            "2026-01-31", "0123456789abcdef", "fedcba9876543210", (("trialwright", "0.0"),)
        ),
        sections=(
            Section("words", "1", "Results", (_paragraph(), _item(), _small())),
            Section(
                "tables",
                "2",
                "Tables",
                (
                    counts_table(),
                    wide_table(),
                    Section("more", "2.1", "More of them", (empty_table(),)),
                ),
            ),
            Section("figures", "3", "Figures", (bar_figure(), empty_figure())),
            Section("listings", "16.2", "Listings", (listing(),), folded=True),
        ),
        language=language,
    )


def _paragraph() -> Paragraph:
    cell = count_cell(PATIENTS[:5], 45)
    return Paragraph(f"Of 45 patients {cell.text} responded; {HOSTILE}.", (("responders", cell),))


def _item() -> Paragraph:
    return Paragraph(CHINESE, style="item")


def _small() -> Paragraph:
    return Paragraph(LONG_SITE, style="small")


def counts_table() -> Table:
    """Return a table of counts with headings, spans, footnotes and tones."""
    noted = Cell(
        "3 (6.7 %)", (Number("patients", 3), Number("percent", 100 * 3 / 45)),
        notes=("Two of them wait for confirmation.",), tone="PR",
    )  # fmt: skip
    rows = (
        Row("Best overall response"),
        Row("Complete response", (count_cell(PATIENTS[:2], 45, tone="CR"), noted), depth=1),
        Row("Progressive disease", (count_cell(PATIENTS[5:], 45, tone="PD"), noted), depth=1),
        Row(HOSTILE, (Cell("NE", (Number("median", None, "not estimable"),)), noted), mark="alert"),
    )
    columns = (
        Column("Response"),
        Column("n (%)", "number", "All disease"),
        Column("n (%)", "number", "Not ablated"),
    )
    note = f"Confirmed after 28 days. {HOSTILE}"
    return Table("14.2.1", "Objective response", TREATED, columns, rows, (note,))


def wide_table() -> Table:
    """Return a table of fourteen columns."""
    columns = (Column("Term"), *(Column(f"Grade {n}, n (%)", "number") for n in range(13)))
    rows = tuple(
        Row(f"Term number {row}", tuple(count_cell(PATIENTS[:row], 45) for _ in range(13)))
        for row in range(60)
    )
    return Table("14.3.2", "Adverse events by term and grade", TREATED, columns, rows)


def empty_table() -> Table:
    """Return a table without a row."""
    columns = (Column("Patient"), Column("Event"))
    return Table("14.3.4", "Serious events", TREATED, columns, (), empty="no serious event")


def listing() -> Table:
    """Return a listing of ninety rows with long and with Chinese words."""
    columns = (Column("Patient"), Column("Site"), Column("Onset", "date"), Column("What"))
    rows = tuple(
        Row(
            name,
            word_cells(LONG_SITE if not n % 40 else "广州", "2025-03-04", CHINESE),
            patient=name,
        )
        for n, name in enumerate(PATIENTS * 2)
    )
    return Table("16.2.7.1", "Adverse events", TREATED, columns, rows, kind="listing")


def bar_figure() -> Figure:
    """Return a figure of three bars."""

    def paint(canvas):
        axes = canvas.add_axes((0.1, 0.15, 0.85, 0.75))
        axes.bar([0, 1, 2], [3, 1, 2])
        axes.set_ylabel(CHINESE)

    data = pl.DataFrame({"patient": ["S-001", "S-002", "S-003"], "change": [3.0, 1.0, 2.0]})
    return Figure(
        "bars",
        "14.2.1",
        f"Bars {HOSTILE}",
        "n = 3.",
        "Three bars.",
        (6.0, 3.0),
        paint,
        data,
        TREATED,
    )


def empty_figure() -> Figure:
    """Return a figure with nothing to draw."""
    return Figure("nothing", "14.2.2", "Duration of response", "Nobody responded.", "Nothing.")


def flow() -> Flow:
    """Return a flow without steps."""
    return Flow((), bar_figure())
