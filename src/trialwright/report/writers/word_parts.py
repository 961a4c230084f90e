"""Small parts of Word's XML: runs of text, fields, links, bookmarks.

Parts are made with lxml, since python-docx reaches a cell in a time that grows with the table.
"""

from __future__ import annotations

import re
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any

from trialwright.report.writers.characters import show_controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trialwright.report.writers.bookmarks import Bookmarks

_BREAKS = re.compile(r"(\n|\t)")
_KEEP = "{http://www.w3.org/XML/1998/namespace}space"


def part(tag: str, values: Mapping[str, str | int] | None = None, *children: Any) -> Any:
    """Make an element such as ``w:p`` with attributes (of the same namespace) and children."""
    element, names = _maker()
    made = element(_qualified(tag), nsmap=names)
    if values:
        for name, value in values.items():
            made.set(_qualified(f"w:{name}"), str(value))
    if children:
        made.extend(children)
    return made


@cache
def _maker() -> tuple[Any, dict[str, str]]:
    """Return what makes elements, plain and so five times as fast as python-docx's own."""
    from docx.oxml.ns import nsmap
    from lxml.etree import Element  # type: ignore[import-untyped]

    return Element, {"w": nsmap["w"]}


@cache
def _qualified(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(name)


@cache
def _plain_run() -> Any:
    """Make the run that most texts are, to be copied."""
    return part("w:r", None, part("w:t"))


def run(text: str, *looks: Any) -> Any:
    """Make a run of text; a line feed within is a new line, what XML forbids is seen as a code.

    Parameters
    ----------
    text : str
        Any text.
    *looks : element
        Children of its properties, in the order of the schema: `part` of ``w:b``, ``w:vertAlign``.
    """
    if not looks and text.isprintable() and text.isascii() and text == text.strip() != "":
        made = copy(_plain_run())
        made[0].text = text
        return made
    made = part("w:r")
    if looks:
        made.append(part("w:rPr", None, *looks))
    for piece in _BREAKS.split(show_controls(text)):
        if piece == "\n":
            made.append(part("w:br"))
        elif piece == "\t":
            made.append(part("w:tab"))
        elif piece:
            words = part("w:t")
            words.text = piece
            if piece != piece.strip():
                words.set(_KEEP, "preserve")
            made.append(words)
    return made


def raised(text: str) -> Any:
    """Make a run of superscript letters."""
    return run(text, part("w:vertAlign", {"val": "superscript"}))


def field(code: str, shown: str, *looks: Any) -> list[Any]:
    """Make the runs of a field that Word works out: ``PAGE``, ``PAGEREF name``.

    Parameters
    ----------
    code : str
        The instruction.
    shown : str
        What stands there until it is worked out.
    *looks : element
        Properties of the runs.
    """
    words = part("w:instrText")
    words.text = f" {code} "
    words.set(_KEEP, "preserve")
    return [
        part("w:r", None, part("w:fldChar", {"fldCharType": "begin"})),
        part("w:r", None, words),
        part("w:r", None, part("w:fldChar", {"fldCharType": "separate"})),
        run(shown, *looks),
        part("w:r", None, part("w:fldChar", {"fldCharType": "end"})),
    ]


def link(name: str, *runs: Any) -> Any:
    """Make a link to a bookmark of the document."""
    return part("w:hyperlink", {"anchor": name, "history": 1}, *runs)


def paragraph(style: str, *children: Any, looks: Iterable[Any] = ()) -> Any:
    """Make a paragraph in a style; ``looks`` are further properties in the schema's order."""
    return part(
        "w:p", None, part("w:pPr", None, part("w:pStyle", {"val": style}), *looks), *children
    )


def mark_place(bookmarks: Bookmarks, key: str, *runs: Any) -> list[Any]:
    """Put a bookmark around runs; the first place of a key has it."""
    name = bookmarks.take(key)
    if name is None:
        return list(runs)
    number = name.rpartition("_")[2]
    start = part("w:bookmarkStart", {"id": number, "name": name})
    return [start, *runs, part("w:bookmarkEnd", {"id": number})]
