"""The study's choices as tables: what is open, what was assumed, and every settled field."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from trialwright.report.formats import show_value, show_words
from trialwright.report.model import Cell, Column, Paragraph, Population, Row, Section, Table
from trialwright.report.words.values import number_of
from trialwright.study.stated import EVIDENCE, Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.study.model import Study
    from trialwright.study.stated import Stated

_NUMBERED = re.compile(r"treatments\[(\d+)\]")
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


@dataclass(frozen=True, slots=True)
class _Field:
    """One field: its place in the study file, its value, and what it means."""

    path: str
    stated: Stated[Any]
    meaning: str


@dataclass(frozen=True, slots=True)
class _Part:
    """Fields that stand in one section, and what to say where there are none."""

    key: str
    title: str
    fields: Sequence[_Field]
    empty: str = "none"


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
    fields = [
        _Field(path, stated, _name_drug(path, study) + meaning)
        for path, stated, meaning in study.stated_fields()
    ]
    return tuple(
        Section(
            part.key,
            "",
            part.title,
            (*((_count_origins(fields),) if number == 1 else ()), _table(f"A.{number}", part)),
            folded=number > 2,  # noqa: PLR2004 - gaps and assumptions are read first
        )
        for number, part in enumerate(_divide(fields, study), 1)
    )


def _name_drug(path: str, study: Study) -> str:
    """Return the drug before the meaning of its fields, whose paths only number it."""
    numbered = _NUMBERED.match(path)
    drug = study.treatments[int(numbered[1])].name.value if numbered else None
    return f"{drug}: " if drug else ""


def _divide(fields: Sequence[_Field], study: Study) -> tuple[_Part, ...]:
    """Put each field in one part: open, assumed, or settled in a section of the study file."""
    by_origin: dict[str, list[_Field]] = {"gap": [], "assumption": []}
    settled: dict[str, list[_Field]] = {}
    for one in fields:
        if one.stated.origin in by_origin:
            by_origin[one.stated.origin].append(one)
        else:
            settled.setdefault(one.path.partition(".")[0], []).append(one)
    return (
        _Part(
            "choices-gaps",
            "What the registry record leaves open",
            by_origin["gap"],
            "Every field of the study file is settled.",
        ),
        _Part(
            "choices-assumptions",
            "What people assumed",
            by_origin["assumption"],
            "Nothing in the study file is an assumption.",
        ),
        *(
            _Part(f"choices-{_as_key(name)}", _title_of(name, study), members)
            for name, members in settled.items()
        ),
    )


def _as_key(section: str) -> str:
    """Return a section of the study file as it stands in a link: ``treatments-0``."""
    return section.replace("[", "-").replace("]", "")


def _title_of(section: str, study: Study) -> str:
    numbered = _NUMBERED.fullmatch(section)
    if numbered is None:
        return show_words(section).capitalize()
    number = int(numbered[1])
    drug = study.treatments[number].name.value
    return f"Treatment {number + 1}: {drug}" if drug else f"Treatment {number + 1}"


def _count_origins(fields: Sequence[_Field]) -> Paragraph:
    """Count the fields by origin, above the first table."""
    found = Counter(one.stated.origin for one in fields)
    values = tuple(
        (origin, number_of(found[origin], f"fields, {origin}")) for origin in get_args(Origin)
    )
    words = ", ".join(f"{cell.text} {origin}" for origin, cell in values)
    return Paragraph(f"Fields of the study file by origin: {words}.", values, "lead")


def _table(number: str, part: _Part) -> Table:
    return Table(
        number,
        part.title,
        _NOBODY,
        _COLUMNS,
        tuple(_row(one) for one in part.fields),
        notes=(_ORIGINS,) if part.fields else (),
        kind="listing",
        empty=part.empty,
        method="as stated in the study file",
    )


def _row(one: _Field) -> Row:
    origin = one.stated.origin
    is_open = origin == "gap"
    cells = (
        Cell(one.meaning),
        Cell(show_value(one.stated.value)),
        Cell(origin, tone="alert" if is_open else ""),
        Cell(f"{EVIDENCE[origin]}: {one.stated.evidence}"),
    )
    return Row(one.path, cells, mark="alert" if is_open else "")
