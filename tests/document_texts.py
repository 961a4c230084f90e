"""Walks over a document for tests: its cells with their places, and every text that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.report.model import Figure, Flow, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.report.model import Cell, Document


class Placed(NamedTuple):
    """A cell and where it stands; ``table`` is none within a sentence."""

    where: str
    cell: Cell
    table: Table | None


def walk_cells(document: Document) -> Iterator[Placed]:
    """Yield every cell of tables and sentences."""
    for block in document.walk():
        if isinstance(block, Table):
            for row in block.rows:
                for column, cell in zip(block.columns[1:], row.cells, strict=False):
                    yield Placed(f"{block.number} | {row.label} | {column.head}", cell, block)
        elif isinstance(block, Paragraph):
            for name, cell in block.values:
                yield Placed(f"words | {name}", cell, None)


def walk_texts(document: Document) -> Iterator[tuple[str, str]]:
    """Yield every text that is read, or heard, with where it stands."""
    for block in document.walk():
        if isinstance(block, Section):
            yield f"section {block.key}", block.title
        elif isinstance(block, Paragraph):
            yield "paragraph", block.text
        elif isinstance(block, Table):
            yield from _texts_of_table(block)
        elif isinstance(block, Flow):
            yield from _texts_of_flow(block)
    for figure in document.figures:
        for text in (figure.title, figure.caption, figure.description):
            yield f"figure {figure.key}", text
    for placed in walk_cells(document):
        yield placed.where, placed.cell.text
        yield placed.where, placed.cell.method
        yield from ((placed.where, note) for note in placed.cell.notes)
        if placed.cell.inputs:
            yield from (
                (f"inputs of {placed.where}", gives) for _, gives in placed.cell.inputs.rows
            )


def _texts_of_flow(flow: Flow) -> Iterator[tuple[str, str]]:
    for step in flow.steps:
        yield "flow", step.title
        yield from (("flow", words) for words, _ in (*step.parts, *step.left))


def _texts_of_table(table: Table) -> Iterator[tuple[str, str]]:
    place = f"table {table.number}"
    for text in (table.title, table.empty, table.method, table.population.words, *table.notes):
        yield place, text
    for column in table.columns:
        yield place, column.head
        yield place, column.span
    for row in table.rows:
        yield place, row.label


def keys_of(document: Document) -> list[str]:
    """Return every key that a link may lead to, as often as it is given."""
    found = [block.key for block in document.walk() if isinstance(block, Section | Table | Figure)]
    flows = [block.figure.key for block in document.walk() if isinstance(block, Flow)]
    return found + flows
