"""Write the report: one HTML file that needs nothing beside it."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.report.formats import is_date
from trialwright.report.page import build_page
from trialwright.report.palette import SHADES, UNCONFIRMED, UNCONFIRMED_CLASS, css_class
from trialwright.whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.analysis import Analysis
    from trialwright.report.findings import RecordFinding

_HERE = Path(__file__).parent


def write_report(
    analysis: Analysis, path: str | Path, *, lint: Sequence[RecordFinding] = ()
) -> None:
    """Write the report of an analysis as one self-contained HTML file.

    Parameters
    ----------
    analysis : Analysis
        What ``analyse`` returns.
    path : str or Path
        The file; it is replaced as a whole or not at all. Its folder must exist.
    lint : sequence of RecordFinding
        What the registry record leaves open (`trialwright.study.lint_record`).

    Raises
    ------
    ExportError
        If the file cannot be written.

    Notes
    -----
    The same input gives the same bytes: there is no clock in the file.
    """
    write_whole(Path(path), render_report(analysis, lint=lint).encode())


def render_report(analysis: Analysis, *, lint: Sequence[RecordFinding] = ()) -> str:
    """Return the report as the text of an HTML page.

    Parameters
    ----------
    analysis : Analysis
        What ``analyse`` returns.
    lint : sequence of RecordFinding
        What the registry record leaves open.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_keep_percent_signs,
    )
    environment.tests["date"] = is_date
    script = _HERE.joinpath("report.js").read_text(encoding="utf-8")
    return environment.get_template("report.html").render(
        page=build_page(analysis, lint),
        shades={css_class(response): shade for response, shade in SHADES.items()}
        | {UNCONFIRMED_CLASS: UNCONFIRMED},
        # Our own style and script; nothing that was read from a file of the user.
        style=Markup(_HERE.joinpath("style.css").read_text(encoding="utf-8")),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_hash=_content_hash(f"\n{script}"),
    )


def _keep_percent_signs(value: object) -> object:
    """Tie a per cent sign to its number, so that no line begins with it."""
    return value.replace(" %", "\u00a0%") if type(value) is str else value


def _content_hash(script: str) -> str:
    """Return the hash under which the content security policy admits the script."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
