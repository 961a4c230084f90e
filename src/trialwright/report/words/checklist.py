"""The reporting checklist: what a single-arm report should tell, and where ours tells it."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from trialwright.report.model import Cell, Column, Population, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwright.report.model.document import Language

_SECTION = "section-"
_LISTINGS = "16."
NUMBER = "C.1"


def build_checklist(language: Language = "en", present: Sequence[str] | None = None) -> Table:
    """Lay out the checklist.

    Parameters
    ----------
    language : {"en", "zh"}
        The language.
    present : sequence of str, optional
        Numbers of the tables and listings that the report has; places that it does not have are
        left out, and an item without any other says so. None: every place is named.

    Returns
    -------
    Table
        Item, topic, what to report, and where: the cell points to the first place that it names,
        the key of a table (``table-14-2-1``) or of a section (``methods``, ``choices``,
        ``limitations``). What the data cannot answer is left to the authors.

    Notes
    -----
    After the topics of CONSORT 2025 (30 items) and of its extensions on harms and outcomes (2022),
    in own words; no text of theirs.
    """
    data = _read()
    text = {name: words[language] for name, words in data["text"].items()}
    columns = tuple(Column(text[name]) for name in ("item", "topic", "report", "where"))
    rows = tuple(
        Row(
            one["item"],
            (
                Cell(one["topic"][language]),
                Cell(one["report"][language]),
                _where(one["where"], present, language),
            ),
        )
        for one in data["item"]
    )
    return Table(
        NUMBER,
        text["title"],
        Population("report", text["population"], ()),
        columns,
        rows,
        notes=(text["note_adapted"], text["note_where"]),
        kind="listing",
    )


def _where(places: Sequence[str], present: Sequence[str] | None, language: Language) -> Cell:
    text = _read()["text"]
    if not places:
        return Cell(text["authors"][language])
    found = tuple(places) if present is None else tuple(_found(places, present))
    if not found:
        return Cell(text["absent"][language])
    return Cell("; ".join(_name(place, language) for place in found), target=_key(found[0]))


def _found(places: Sequence[str], present: Sequence[str]) -> Iterable[str]:
    """Yield the places that the report has; one whose tables have numbers below it is these."""
    for place in places:
        if place.startswith(_SECTION) or place in present:
            yield place
        else:
            yield from (number for number in present if number.startswith(f"{place}."))


def _name(place: str, language: Language) -> str:
    data = _read()
    if place.startswith(_SECTION):
        return str(data["section"][place.removeprefix(_SECTION)][language])
    kind = "listing" if place.startswith(_LISTINGS) else "table"
    return f"{data['text'][kind][language]} {place}"


def _key(place: str) -> str:
    if place.startswith(_SECTION):
        return place.removeprefix(_SECTION)
    kind = "listing" if place.startswith(_LISTINGS) else "table"
    return f"{kind}-{place.replace('.', '-')}"


@functools.cache
def _read() -> dict[str, Any]:
    text = files("trialwright.report.words").joinpath("checklist.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
