"""Write the report as one HTML file: everything in it, nothing beside it."""

from __future__ import annotations

import base64
import hashlib
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright import __version__
from trialwright.report.drawing import svg_of
from trialwright.report.formats import is_date
from trialwright.report.html.later import Shelf
from trialwright.report.html.numbers import PatientLists, json_in_script
from trialwright.report.html.page import build_page
from trialwright.report.html.tables import TableWriter, is_folded
from trialwright.report.model import Figure, Flow, Paragraph, Section, Table
from trialwright.report.palette import SHADES, UNCONFIRMED, UNCONFIRMED_CLASS, css_class
from trialwright.report.translation import translate_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jinja2 import Environment
    from markupsafe import Markup

    from trialwright.analysis import Analysis
    from trialwright.report.model import Block, Document
    from trialwright.report.model.document import Language

_HERE = Path(__file__).parent
_LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}
MOST_PATIENTS_LAID_OUT = 200
"""With more patients, their pages and long listings are laid out when a reader opens them."""


def render_html(document: Document, analysis: Analysis) -> bytes:
    """Return the report as an HTML page with its glance, its sections and a page a patient.

    Parameters
    ----------
    document : Document
        From ``build_document``.
    analysis : Analysis
        The analysis that it was built from, for the glance and the pages of patients.

    Returns
    -------
    bytes
        UTF-8. The same input gives the same bytes: there is no clock in the page.
    """
    from markupsafe import Markup

    environment = _environment()
    page, translate = build_page(analysis), _translator(document.language)
    lists = PatientLists(page.anchors, translate)
    shelf = Shelf(used=len(page.patients) > MOST_PATIENTS_LAID_OUT)
    script = _read("report.js")
    environment.globals.update(
        _=translate,
        group_blocks=lambda blocks: list(group_blocks(blocks)),
        is_folded=is_folded,
        later=shelf.put,
        svg_of=svg_of,
        write_table=TableWriter(page.anchors, lists).write,
    )
    template = environment.get_template("report.html")
    text = template.render(
        document=document,
        page=page,
        version=__version__,
        language_tag=_LANGUAGE_TAGS[document.language],
        shades={css_class(response): shade for response, shade in SHADES.items()}
        | {UNCONFIRMED_CLASS: UNCONFIRMED},
        groups=_groups(analysis, page.anchors, translate),
        # Our own style and script; nothing that was read from a file of the user.
        style=Markup(_read("style.css")),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_hash=_content_hash(f"\n{script}"),
        lists=lists,
        shelf=shelf,
        most_laid_out=MOST_PATIENTS_LAID_OUT,
    )
    return text.encode()


def _translator(language: Language) -> Callable[[str], str]:
    """Return what puts the page's own words into a language; in English they stay as they are."""
    if language == "en":
        return str
    return lambda text: translate_text(text, language)


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_keep_percent_signs,
    )
    environment.tests["date"] = is_date
    return environment


def _keep_percent_signs(value: object) -> object:
    """Tie a per cent sign to its number, so that no line begins with it."""
    return value.replace(" %", "\u00a0%") if type(value) is str else value


def _read(name: str) -> str:
    return _HERE.joinpath(name).read_text(encoding="utf-8")


def _content_hash(script: str) -> str:
    """Return the hash under which the content security policy admits the script."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def group_blocks(blocks: tuple[Block, ...]) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """Yield (kind, blocks): narrow figures side by side, items as one list, others alone."""
    for kind, members in groupby(blocks, key=_kind_of):
        found = tuple(members)
        if kind in {"figures", "items"}:
            yield kind, found
        else:
            yield from ((kind, (one,)) for one in found)


def _kind_of(block: Block) -> str:
    if isinstance(block, Figure):
        return "figure" if block.wide else "figures"
    if isinstance(block, Paragraph):
        return "items" if block.style == "item" else "paragraph"
    return {Table: "table", Flow: "flow", Section: "section"}[type(block)]


def _groups(
    analysis: Analysis, anchors: Mapping[str, str], translate: Callable[[str], str]
) -> Markup:
    """Return the subgroups that the reader may look at alone, as JSON for the script."""
    from trialwright.analysis.subgroups import subgroups_of

    content = [
        {
            "title": translate(group.title),
            "levels": [
                {
                    "label": translate(level.label),
                    "members": [anchors[one] for one in level.patients],
                }
                for level in group.levels
            ],
        }
        for group in subgroups_of(analysis)
    ]
    return json_in_script(content)
