"""What the report is made of before any writer writes it: cells, tables, figures, sections.

A display is built once, as data. Every cell keeps the numbers behind its text and the patients
behind the numbers; the writers (`report.writers`) only lay out, and `report.results` lists them.
"""

from __future__ import annotations

from trialwright.report.model.cell import Cell, Number, Tone, word_cell, word_cells
from trialwright.report.model.document import (
    Block,
    Document,
    Flow,
    Front,
    Paragraph,
    Provenance,
    Section,
)
from trialwright.report.model.figure import Figure
from trialwright.report.model.inputs import Inputs, Population
from trialwright.report.model.table import Column, ColumnKind, Row, Table

__all__ = [
    "Block",
    "Cell",
    "Column",
    "ColumnKind",
    "Document",
    "Figure",
    "Flow",
    "Front",
    "Inputs",
    "Number",
    "Paragraph",
    "Population",
    "Provenance",
    "Row",
    "Section",
    "Table",
    "Tone",
    "word_cell",
    "word_cells",
]
