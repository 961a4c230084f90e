"""The fixed words that writers add around what a document says, in its language.

The words stand in ``labels.toml``; what a display says itself (titles, notes) is none of them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwright.report.model import Figure, Table
    from trialwright.report.model.document import Language


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language.

    Most say what they are named after. ``colon``, ``comma``, ``opening`` and ``closing`` are the
    punctuation of the language with its spaces; ``page``, ``of`` and ``page_end`` stand around
    the number of the page and of the pages: "Page 3 of 20", "第 3 页，共 20 页". ``left_out`` has
    places for the rows of a listing, the most that are set, and the sheet of the workbook.
    """

    table: str
    listing: str
    figure: str
    contents: str
    tables: str
    figures: str
    listings: str
    population: str
    page: str
    of: str
    page_end: str
    on_page: str
    on_page_end: str
    section: str
    continued: str
    no_rows_because: str
    nothing_to_draw: str
    method: str
    notes: str
    report: str
    registration_number: str
    condition: str
    source: str
    patients: str
    provenance: str
    data_cut: str
    data_digest: str
    study_digest: str
    versions: str
    simulated: str
    decision_support: str
    description: str
    data: str
    value: str
    colon: str
    comma: str
    opening: str
    closing: str
    left_out: str

    def number_of(self, display: Table | Figure) -> str:
        """Return what a display is cited by: ``Table 14.2.1``, ``Figure 14.2.1``, ``表 14.2.1``."""
        kind = getattr(display, "kind", "figure")
        word = {"table": self.table, "listing": self.listing, "figure": self.figure}[kind]
        return f"{word} {display.number}" if display.number else word

    def say_population(self, words: str) -> str:
        """Return the line under a title: ``Population: 29 treated patients``."""
        return f"{self.population}{self.colon}{words}"

    def say_empty(self, why: str) -> str:
        """Return what stands where a table has no row: ``No rows: no serious event``."""
        return f"{self.no_rows_because}{why}"

    def say_left_out(self, rows: int, most: int, sheet: str) -> str:
        """Return what stands on paper in place of a listing that is too long for it.

        Parameters
        ----------
        rows : int
            Of the listing.
        most : int
            That a listing on paper may have.
        sheet : str
            Of the workbook that holds the rows.
        """
        return self.left_out.format(rows=f"{rows:,}", most=f"{most:,}", sheet=sheet)

    def say_continued(self, title: str) -> str:
        """Return the title of the second and later parts: ``Adverse events (continued)``."""
        return f"{title}{self.opening}{self.continued}{self.closing}"


@cache
def labels_of(language: Language) -> Labels:
    """Return the words of a language.

    Parameters
    ----------
    language : {"en", "zh"}
        English or Simplified Chinese.

    Raises
    ------
    ValueError
        If there are no words for it.
    """
    content = tomllib.loads(
        files("trialwright.report.writers").joinpath("labels.toml").read_text(encoding="utf-8")
    )
    if language not in content:
        msg = f"the report is written in {' or '.join(content)}, not in {language!r}"
        raise ValueError(msg)
    return Labels(**content[language])
