"""Put a date that is known in part beside the column of whole dates.

A person types ``2024-03`` into the column of the date of death. It is kept, in the companion
column of what is known, and a note says so; the study says later how it is completed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trialwright.dataset.cells import parse_cell
from trialwright.dataset.characters import find_control
from trialwright.dataset.findings import Finding
from trialwright.dataset.partial_dates import read_partial_date
from trialwright.dataset.schema import DATES_IN_PART, TABLES, known_part_of

if TYPE_CHECKING:
    from trialwright.dataset.raw_tables import RawTable


def move_known_parts(raw: RawTable) -> tuple[RawTable, list[Finding]]:
    """Move partial dates to the column beside that of the whole date.

    A cell is moved only where the other is blank, or says the same. What is no date at all stays
    where it is, to be reported.

    Parameters
    ----------
    raw : RawTable
        A table of text, before its cells are read.

    Returns
    -------
    tuple of (RawTable, list of Finding)
        The table, and a note for each date that was moved.
    """
    name = DATES_IN_PART.get(raw.table)
    if name is None or name not in raw.columns:
        return raw, []
    beside = known_part_of(name)
    dates = list(raw.columns[name])
    parts = list(raw.columns.get(beside) or [None] * len(dates))
    notes = []
    for at, (text, part) in enumerate(zip(dates, parts, strict=True)):
        known = _known_part(raw.table, name, text)
        if known is not None and (part is None or known == _known_part(raw.table, name, part)):
            dates[at], parts[at] = None, text
            notes.append(
                _note(raw, at, f"{name} {text!r} is part of a date; it is kept as {beside}")
            )
    return replace(raw, columns=raw.columns | {name: dates, beside: parts}), notes


def _known_part(table: str, name: str, text: str | None) -> str | None:
    """Return what a text knows of a date, in ISO 8601; none of a whole date, or of no date."""
    if text is None:
        return None
    value, _ = parse_cell(TABLES[table].column(known_part_of(name)), text)
    known = read_partial_date(value) if isinstance(value, str) else None
    return None if known is None or known.whole is not None else str(known)


def _note(raw: RawTable, at: int, message: str) -> Finding:
    patients = raw.columns.get("patient_id")
    patient = patients[at] if patients else None
    return Finding(
        "cell.date_moved",
        "note",
        message,
        "nothing to do; if the source document holds the whole date, write it",
        source=raw.source,
        table=raw.table,
        row=raw.row_numbers[at],
        patient=None if patient is None or find_control(patient) else patient,
        field=DATES_IN_PART[raw.table],
    )
