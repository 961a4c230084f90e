"""One row a number of the report: what it is, among whom, how it was made, from whom.

In the manner of the CDISC Analysis Results Standard (analysis, population, method, grouping,
result), so that another program can check each number without reading a document.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trialwright.report.model import Flow, Paragraph, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from trialwright.report.model import Cell, Column, Document, Inputs, Population, Row

_WORDS = "words"  # the display of a number that stands in a sentence
_SHARE = "percent"  # the number of a cell that has a denominator


@dataclass(frozen=True, slots=True)
class Result:
    """One number of the report.

    Parameters
    ----------
    key : str
        Names the number, the same in two reports of one study: display, group, column and
        statistic.
    display : str
        Number of the table; ``words`` and the name of the section for a number in a sentence.
    title : str
        Title of the table or section.
    population : str
        Name of the population among whom it was counted (``Results.populations``).
    group : str
        Labels of the row and of the rows above it that it belongs to.
    column : str
        Heads of the column.
    statistic : str
        What the number is: ``patients``, ``percent``, ``median``.
    value : float or None
        In full digits; none where ``state`` says that there is none.
    state : str
        ``estimated``, ``not reached`` or ``not estimable``.
    text : str
        The cell as it is read, which may hold further numbers.
    method : str
        How it was made.
    inputs : str
        Fingerprint of what each patient gives to it (``Results.inputs``); blank if the display
        names no patient.
    among : str
        Fingerprint of who makes up the denominator of a share (``Results.inputs``), where that is
        not the population; else blank.
    """

    key: str
    display: str
    title: str
    population: str
    group: str
    column: str
    statistic: str
    value: float | None
    state: str
    text: str
    method: str
    inputs: str
    among: str = ""

    @property
    def in_words(self) -> bool:
        """Whether the number stands in a sentence, which repeats a table."""
        return self.display.startswith(f"{_WORDS} ")


@dataclass(frozen=True)
class Results:
    """Every number of a report, the populations, and who gives what to the numbers.

    Parameters
    ----------
    about : mapping of str to str
        What the report says of itself: title, data cut, digests, versions.
    results : tuple of Result
        In the order of the report.
    populations : mapping of str to tuple of str
        Members of each population by its name.
    inputs : mapping of str to tuple of (str, str)
        Patients and what they give, by fingerprint.
    """

    about: Mapping[str, str]
    results: tuple[Result, ...]
    populations: Mapping[str, tuple[str, ...]]
    inputs: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def to_frame(self) -> pl.DataFrame:
        """Return one row a number."""
        import polars as pl

        return pl.DataFrame(
            [{name: getattr(one, name) for name in _COLUMNS} for one in self.results],
            schema={name: pl.Float64 if name == "value" else pl.String for name in _COLUMNS},
        )

    def inputs_frame(self) -> pl.DataFrame:
        """Return one row a patient and fingerprint: what the patient gives."""
        import polars as pl

        rows = [(digest, *row) for digest, given in self.inputs.items() for row in given]
        names = ("inputs", "patient_id", "gives")
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


_COLUMNS = tuple(Result.__dataclass_fields__)


def list_results(document: Document) -> Results:
    """List every number of a report.

    Parameters
    ----------
    document : Document
        The report, in any language; labels are those of the document.

    Returns
    -------
    Results
        Numbers of tables and of sentences in the order of the report. A listing repeats the data
        row by row: its values are no results.
    """
    lister = _Lister()
    for section in document.sections:
        for block in (section, *section.walk()):
            if isinstance(block, Table):
                lister.add_population(block.population)
                if block.kind == "table":
                    lister.add_table(block)
            elif isinstance(block, Paragraph):
                lister.add_paragraph(block, section.key, section.title)
            elif isinstance(block, Flow) and block.figure.population is not None:
                lister.add_population(block.figure.population)
    return Results(about_document(document), tuple(lister.rows), lister.populations, lister.inputs)


def about_document(document: Document) -> dict[str, str]:
    """Return what a report says of itself, for files that carry its numbers."""
    front, made = document.front, document.provenance
    return {
        "title": front.title,
        "registration_number": front.registration_number,
        "source": front.source,
        "data_cut": made.data_cut,
        "data_digest": made.data_digest,
        "study_digest": made.study_digest,
        **dict(made.versions),
    }


class _Lister:
    """Gathers the rows; a key that comes twice is numbered, so that each names one number."""

    def __init__(self) -> None:
        self.rows: list[Result] = []
        self.populations: dict[str, tuple[str, ...]] = {}
        self.inputs: dict[str, tuple[tuple[str, str], ...]] = {}
        self._seen: Counter[str] = Counter()

    def add_population(self, population: Population) -> None:
        self.populations.setdefault(population.name, population.patients)

    def add_table(self, table: Table) -> None:
        heads = [_name_column(column) for column in table.columns]
        for group, row in grouped_rows(table.rows):
            for head, cell in zip(heads[1:], row.cells, strict=False):
                place = (table.number, table.title, table.population.name, group, head)
                self._add(cell, place, table.method)

    def add_paragraph(self, paragraph: Paragraph, key: str, title: str) -> None:
        for name, cell in paragraph.values:
            self._add(cell, (f"{_WORDS} {key}", title, "", name, ""), "")

    def _add(self, cell: Cell, place: tuple[str, str, str, str, str], method: str) -> None:
        display, title, population, group, column = place
        digest, among = self._keep(cell.inputs), self._keep(cell.among)
        for number in cell.numbers:
            key = " | ".join(part for part in (display, group, column, number.statistic) if part)
            self._seen[key] += 1
            if self._seen[key] > 1:
                key = f"{key} #{self._seen[key]}"
            self.rows.append(
                Result(
                    key,
                    display,
                    title,
                    population,
                    group,
                    column,
                    number.statistic,
                    None if number.value is None else float(number.value),
                    number.state,
                    cell.text,
                    cell.method or method,
                    digest,
                    among if number.statistic == _SHARE else "",
                )
            )

    def _keep(self, inputs: Inputs | None) -> str:
        if inputs is None:
            return ""
        digest = inputs.digest
        self.inputs.setdefault(digest, tuple(sorted(inputs.rows)))
        return digest


def _name_column(column: Column) -> str:
    """Return the heads of a column without the size of its group, which a later cut changes."""
    heads = (_SIZE.sub("", head) for head in (column.span, column.head))
    return ": ".join(head for head in heads if head)


_SIZE = re.compile(r"\s*\(N\s*=\s*\d+\)")


def grouped_rows(rows: tuple[Row, ...]) -> Iterator[tuple[str, Row]]:
    """Yield each row with its own label after those of the rows that it is indented under."""
    above: list[tuple[int, str]] = []
    for row in rows:
        while above and above[-1][0] >= row.depth:
            above.pop()
        yield " > ".join([*(label for _, label in above), row.label]), row
        above.append((row.depth, row.label))
