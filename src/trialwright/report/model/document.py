"""The report as data: its front, its sections and what they hold, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trialwright.report.model.figure import Figure
from trialwright.report.model.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.report.flow import Step
    from trialwright.report.model.cell import Cell

Language = Literal["en", "zh"]
Style = Literal["body", "lead", "small", "caveat", "item"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph whose every number is a live value.

    Parameters
    ----------
    text : str
        As it is read.
    values : tuple of (str, Cell)
        Name and cell of each value that the text holds, in its order.
    style : {"body", "lead", "small", "caveat", "item"}
        ``lead`` opens a section, ``small`` explains, ``caveat`` warns, ``item`` is one of a list.
    """

    text: str
    values: tuple[tuple[str, Cell], ...] = ()
    style: Style = "body"


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow of patients: as boxes that a page lays out, and as a figure for paper."""

    steps: tuple[Step, ...]
    figure: Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A section or subsection.

    ``number`` is empty for a part without one. ``folded``: a page shows the title alone until it
    is opened; paper shows everything.
    """

    key: str
    number: str
    title: str
    blocks: tuple[Block, ...]
    folded: bool = False

    def walk(self) -> Iterator[Block]:
        """Yield every block, those of the subsections in their place, with the subsections."""
        for block in self.blocks:
            yield block
            if isinstance(block, Section):
                yield from block.walk()


Block = Paragraph | Table | Figure | Flow | Section


@dataclass(frozen=True, slots=True)
class Front:
    """What the reader must know before the first number."""

    title: str
    registration_number: str
    condition: str
    source: str
    simulated: bool
    patients: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the report was made from and with; no clock, so that the same input gives the same.

    Parameters
    ----------
    data_cut : str
        The day as of which the data are read, in words.
    data_digest, study_digest : str
        Fingerprints of the data and of the study file.
    versions : tuple of (str, str)
        Name and version of the programs that make numbers or pictures.
    """

    data_cut: str
    data_digest: str
    study_digest: str
    versions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report in one language."""

    front: Front
    provenance: Provenance
    sections: tuple[Section, ...]
    language: Language = "en"

    def walk(self) -> Iterator[Block]:
        """Yield every section and block in order."""
        for section in self.sections:
            yield section
            yield from section.walk()

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table and listing in order."""
        return tuple(block for block in self.walk() if isinstance(block, Table))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure in order, that of the flow among them."""
        found = (block.figure if isinstance(block, Flow) else block for block in self.walk())
        return tuple(block for block in found if isinstance(block, Figure))

    def table(self, number: str) -> Table:
        """Return the table or listing with a number; raise ``KeyError`` if there is none."""
        for table in self.tables:
            if table.number == number:
                return table
        raise KeyError(number)
