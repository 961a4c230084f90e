"""Translate a finished document: its fixed texts, and nothing that counts or that users wrote."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from trialwright.report.model import Figure, Flow, Paragraph, Section, Table
from trialwright.report.translation.catalogue import choose_catalogue
from trialwright.report.translation.painting import paint_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.report.flow import Step
    from trialwright.report.model import Block, Cell, Column, Document, Population, Row
    from trialwright.report.model.document import Language
    from trialwright.report.translation.catalogue import Catalogue

_ENGLISH = re.compile(r"[a-z]{3}")  # RFA, QTcF and iCR stay as they are
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def translate_document(document: Document, language: Language) -> Document:
    """Translate the fixed texts of a document.

    Parameters
    ----------
    document : Document
        Built in English.
    language : {"en", "zh"}
        The language; ``en`` gives the document back.

    Returns
    -------
    Document
        The same numbers, inputs, keys and order; what the catalogue does not know stays English
        (`untranslated` lists it).
    """
    if language == "en":
        return document
    words = choose_catalogue(language)
    cut = words.translate(document.provenance.data_cut)
    return replace(
        document,
        front=replace(document.front, source=words.translate(document.front.source)),
        provenance=replace(document.provenance, data_cut=cut),
        sections=tuple(_section(one, words) for one in document.sections),
        language=language,
    )


def translate_block(block: Block, language: Language) -> Block:
    """Translate one table, figure, paragraph, flow or section."""
    return block if language == "en" else _block(block, choose_catalogue(language))


def translate_figure(figure: Figure, language: Language) -> Figure:
    """Translate one figure: its words, and the texts that are drawn."""
    return figure if language == "en" else _figure(figure, choose_catalogue(language))


def _block(block: Block, words: Catalogue) -> Block:
    if isinstance(block, Table):
        return _table(block, words)
    if isinstance(block, Figure):
        return _figure(block, words)
    if isinstance(block, Paragraph):
        return replace(block, text=words.translate(block.text))
    if isinstance(block, Flow):
        steps = tuple(_step(step, words) for step in block.steps)
        return Flow(steps, _figure(block.figure, words))
    return _section(block, words)


def _section(section: Section, words: Catalogue) -> Section:
    blocks = tuple(_block(block, words) for block in section.blocks)
    return replace(section, title=words.translate(section.title), blocks=blocks)


def _population(population: Population, words: Catalogue) -> Population:
    return replace(population, words=words.translate(population.words))


def _table(table: Table, words: Catalogue) -> Table:
    users = [_holds_users_words(table, column, words) for column in table.columns]
    return replace(
        table,
        title=words.translate(table.title),
        population=_population(table.population, words),
        columns=tuple(_column(one, words) for one in table.columns),
        rows=tuple(_row(row, users, words) for row in table.rows),
        notes=tuple(words.translate(note) for note in table.notes),
        empty=words.translate(table.empty),
        method=words.translate(table.method),
    )


def _holds_users_words(table: Table, column: Column, words: Catalogue) -> bool:
    """Tell by the head, or by it and the number of the table: ``16.2.1/Reason``."""
    head = column.head
    return head in words.user_heads or f"{table.number}/{head}" in words.user_heads


def _column(column: Column, words: Catalogue) -> Column:
    return replace(column, head=words.translate(column.head), span=words.translate(column.span))


def _row(row: Row, users: list[bool], words: Catalogue) -> Row:
    label, cells = row.label, row.cells
    if row.patient is None or label != row.patient:  # an identifier is no phrase
        label = _text(label, words, of_user=users[0])
    told = tuple(_cell(c, words, of_user=u) for c, u in zip(cells, users[1:], strict=False))
    if label == row.label and all(new is old for new, old in zip(told, cells, strict=True)):
        return row
    return replace(row, label=label, cells=told)


def _cell(cell: Cell, words: Catalogue, *, of_user: bool) -> Cell:
    text = _text(cell.text, words, of_user=of_user)
    if text == cell.text and not (cell.method or cell.notes):
        return cell
    return replace(
        cell,
        text=text,
        method=words.translate(cell.method),
        notes=tuple(words.translate(note) for note in cell.notes),
    )


def _text(text: str, words: Catalogue, *, of_user: bool) -> str:
    if of_user and text not in words.fixed_in_user:
        return text
    return words.translate(text)


def _figure(figure: Figure, words: Catalogue) -> Figure:
    return replace(
        figure,
        title=words.translate(figure.title),
        caption=words.translate(figure.caption),
        description=words.translate(figure.description),
        paint=None
        if figure.paint is None
        else paint_in(figure.paint, words, _terms_of(figure, words)),
        population=None if figure.population is None else _population(figure.population, words),
    )


def _terms_of(figure: Figure, words: Catalogue) -> tuple[str, ...]:
    """Return what users wrote of what is drawn: the columns of the data that hold it."""
    if figure.data is None:
        return ()
    return tuple(
        str(term)
        for name in figure.data.columns
        if name in words.user_data
        for term in figure.data[name].unique(maintain_order=True)
        if term is not None
    )


def _step(step: Step, words: Catalogue) -> Step:
    return replace(
        step,
        title=words.translate(step.title),
        parts=tuple((words.translate(part), count) for part, count in step.parts),
        left=tuple((words.translate(why), patients) for why, patients in step.left),
    )


# --- What stays English


def untranslated(document: Document, language: Language) -> tuple[str, ...]:
    """List the texts of a document that stay English, each once, in their order.

    Parameters
    ----------
    document : Document
        Built in English, or translated already.
    language : {"en", "zh"}
        The language asked for.

    Notes
    -----
    What stands in columns of users' words is left out; free text elsewhere (an extent, a basis)
    cannot be told from ours and is listed.
    """
    if language == "en":
        return ()
    words = choose_catalogue(language)
    texts = dict.fromkeys(
        text for block in document.walk() for text in _texts_of(block, words) if text
    )
    return tuple(text for text in texts if _stays_english(text, words))


def _stays_english(text: str, words: Catalogue) -> bool:
    if not _ENGLISH.search(text) or _CHINESE.search(text):
        return False
    return words.find(text) is None


def _texts_of(block: Block, words: Catalogue) -> Iterator[str]:
    if isinstance(block, (Section, Figure, Table)):
        yield block.title
    if isinstance(block, Paragraph):
        yield block.text
    elif isinstance(block, Flow):
        yield from _texts_of(block.figure, words)
        for step in block.steps:
            yield step.title
            yield from (part for part, _ in (*step.parts, *step.left))
    elif isinstance(block, Figure):
        yield from (block.caption, block.description)
    elif isinstance(block, Table):
        yield from _texts_of_table(block, words)


def _texts_of_table(table: Table, words: Catalogue) -> Iterator[str]:
    yield from (table.population.words, table.empty, table.method, *table.notes)
    users = [_holds_users_words(table, column, words) for column in table.columns]
    for column in table.columns:
        yield from (column.head, column.span)
    for row in table.rows:
        if not users[0] and row.label != row.patient:
            yield row.label
        for cell, of_user in zip(row.cells, users[1:], strict=False):
            yield from (cell.method, *cell.notes)
            if not of_user:
                yield cell.text
