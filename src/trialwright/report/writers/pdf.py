"""Write the report as PDF with typst: tagged for those who listen to it (PDF/UA-1), no clock."""

from __future__ import annotations

import json
from html import unescape
from importlib.resources import files
from typing import TYPE_CHECKING

from trialwright.errors import ExportError, MissingExtra
from trialwright.report.writers.fonts import fonts_for
from trialwright.report.writers.placing import WHOLE_PAPER, PaperOptions
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
    try:
        import typst
    except ImportError as error:
        msg = "a PDF needs typst: pip install 'trialwright[documents]'"
        raise MissingExtra(msg) from error

    content = typst_data(document, paper)
    choice = fonts_for(unescape(content))  # pictures are SVG within the content
    try:
        return typst.compile(
            files("trialwright.report.writers").joinpath("report.typ").read_bytes(),
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=choice.fonts,
            sys_inputs={"document": content, "fonts": json.dumps(choice.families)},
        )
    except typst.TypstError as error:
        msg = f"the report cannot be set as PDF: {error.message}"
        raise ExportError(msg) from error
