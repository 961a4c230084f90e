"""The study's choices as tables: what is open, what was assumed, and every settled field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.choices import ORIGINS, build_choices
from trialwright.report.model import Cell, Column, Paragraph, Population, Row, Section, Table
from trialwright.report.words.values import number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.report.choices import ChoiceRow
    from trialwright.study.model import Study
    from trialwright.study.stated import Origin

_NOBODY = Population("study_file", "The study file", ())
_COLUMNS = (
    Column("Field"),
    Column("Meaning"),
    Column("Value"),
    Column("Origin"),
    Column("It stands on"),
)
_ORIGINS = (
    "Origins of a value. record: the registry record says so; default: a convention with its "
    "source; assumption: a person chose it; gap: nobody has said yet."
)


def build_choice_sections(study: Study) -> tuple[Section, ...]:
    """Lay out every choice of the study file with its origin.

    Parameters
    ----------
    study : Study
        The study file.

    Returns
    -------
    tuple of Section
        The open fields, the assumptions, then each section of the file; each holds one table with
        field, meaning, value, origin and what the value stands on, numbered ``A.1``, ``A.2``, ...
    """
    choices = build_choices(study)
    parts: list[tuple[str, str, Sequence[ChoiceRow], str]] = [
        (
            "choices-gaps",
            "What the registry record leaves open",
            choices.gaps,
            "Every field of the study file is settled.",
        ),
        (
            "choices-assumptions",
            "What people assumed",
            choices.assumptions,
            "Nothing in the study file is an assumption.",
        ),
    ]
    parts += [
        (f"choices-{_key(part.rows)}", part.title, part.rows, "") for part in choices.sections
    ]
    return tuple(
        Section(
            key,
            "",
            title,
            (*_lead(choices.counts, number), _table(f"A.{number}", title, rows, empty)),
            folded=number > 2,  # noqa: PLR2004 - gaps and assumptions are read first
        )
        for number, (key, title, rows, empty) in enumerate(parts, 1)
    )


def _key(rows: Sequence[ChoiceRow]) -> str:
    """Return the place in the study file as it stands in a link: ``treatments-0``."""
    return rows[0].path.partition(".")[0].replace("[", "-").replace("]", "")


def _lead(counts: Sequence[tuple[Origin, int]], number: int) -> tuple[Paragraph, ...]:
    """Count the fields by origin, above the first table."""
    if number > 1:
        return ()
    found = dict(counts)
    values = tuple(
        (origin, number_of(found.get(origin, 0), f"fields, {origin}")) for origin in ORIGINS
    )
    words = ", ".join(f"{cell.text} {origin}" for origin, cell in values)
    return (Paragraph(f"Fields of the study file by origin: {words}.", values, "lead"),)


def _table(number: str, title: str, rows: Sequence[ChoiceRow], empty: str) -> Table:
    return Table(
        number,
        title,
        _NOBODY,
        _COLUMNS,
        tuple(_row(one) for one in rows),
        notes=(_ORIGINS,) if rows else (),
        kind="listing",
        empty=empty or "none",
        method="as stated in the study file",
    )


def _row(one: ChoiceRow) -> Row:
    is_open = one.origin == "gap"
    cells = (
        Cell(one.meaning),
        Cell(one.value),
        Cell(one.origin, tone="alert" if is_open else ""),
        Cell(f"{one.evidence_kind}: {one.evidence}"),
    )
    return Row(one.path, cells, mark="alert" if is_open else "")
