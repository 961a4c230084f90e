"""Set pages with typst: a layout of ours, and data that hold every word."""

from __future__ import annotations

import json
from html import unescape
from importlib.resources import files
from typing import TYPE_CHECKING

from trialwright.errors import ExportError, MissingExtra
from trialwright.report.writers.fonts import fonts_for

if TYPE_CHECKING:
    from collections.abc import Callable


def set_pages(what: str, layout: tuple[str, str], make_data: Callable[[], str]) -> bytes:
    """Return pages as a PDF tagged for those who listen to it (PDF/UA-1); no clock.

    Parameters
    ----------
    what : str
        What is set, for messages: ``report``.
    layout : (str, str)
        Package and name of the typst file that lays the data out.
    make_data : callable
        Makes the data as JSON, once it is known that they can be set.

    Raises
    ------
    ExportError
        If no font of this machine has a letter of the data; says which and what to install.
    MissingExtra
        If typst is not installed.
    """
    try:
        import typst
    except ImportError as error:
        msg = f"a {what} as PDF needs typst: pip install 'trialwright[documents]'"
        raise MissingExtra(msg) from error

    content, (package, name) = make_data(), layout
    choice = fonts_for(unescape(content))  # pictures are SVG within the content
    try:
        return typst.compile(
            files(package).joinpath(name).read_bytes(),
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=choice.fonts,
            sys_inputs={"data": content, "fonts": json.dumps(choice.families)},
        )
    except typst.TypstError as error:
        msg = f"the {what} cannot be set as PDF: {error.message}"
        raise ExportError(msg) from error
