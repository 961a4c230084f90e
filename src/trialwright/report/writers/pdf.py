"""Write the report as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.writers.placing import WHOLE_PAPER, PaperOptions
from trialwright.report.writers.typeset import set_pages
from trialwright.report.writers.typst_source import typst_data

if TYPE_CHECKING:
    from trialwright.report.model import Document


def render_pdf(document: Document, paper: PaperOptions = WHOLE_PAPER) -> bytes:
    """Return the report as a PDF; the same report, the same bytes.

    Latin text is set in fonts that come along; other letters in fonts of this machine.

    Parameters
    ----------
    document : Document
        The report.
    paper : PaperOptions
        What is set on paper.

    Raises
    ------
    ExportError
        If no font of this machine has a letter of the report; says which and what to install.
    MissingExtra
        If typst is not installed.
    """
    layout = "trialwright.report.writers", "report.typ"
    return set_pages("report", layout, lambda: typst_data(document, paper))
