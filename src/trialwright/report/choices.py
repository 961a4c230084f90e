"""The study's choices: every field of the study file with its value and where it came from."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from trialwright.report.formats import show_value, show_words
from trialwright.study.stated import EVIDENCE, Origin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwright.study.model import Study
    from trialwright.study.stated import Stated

ORIGINS: tuple[Origin, ...] = get_args(Origin)
_NUMBERED = re.compile(r"treatments\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One field: its place in the study file, meaning, value, origin and evidence."""

    path: str
    meaning: str
    value: str
    origin: Origin
    evidence_kind: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ChoiceSection:
    """One table of the study file, with the number of fields of each origin."""

    title: str
    rows: tuple[ChoiceRow, ...]
    counts: tuple[tuple[Origin, int], ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """Every field once: open ones, assumed ones, then the rest by section; counts over all."""

    gaps: tuple[ChoiceRow, ...]
    assumptions: tuple[ChoiceRow, ...]
    sections: tuple[ChoiceSection, ...]
    counts: tuple[tuple[Origin, int], ...]


def build_choices(study: Study) -> Choices:
    """Lay out every stated field of the study."""
    rows = [
        _row(path, stated, _drug_words(path, study) + meaning)
        for path, stated, meaning in study.stated_fields()
    ]
    settled: dict[str, list[ChoiceRow]] = {}
    for row in rows:
        if row.origin in {"record", "default"}:
            settled.setdefault(row.path.partition(".")[0], []).append(row)
    return Choices(
        tuple(row for row in rows if row.origin == "gap"),
        tuple(row for row in rows if row.origin == "assumption"),
        tuple(
            ChoiceSection(_section_title(name, study), tuple(members), _count(members))
            for name, members in settled.items()
        ),
        _count(rows),
    )


def _row(path: str, stated: Stated[Any], meaning: str) -> ChoiceRow:
    value = show_value(stated.value)
    kind = EVIDENCE[stated.origin]
    return ChoiceRow(path, meaning, value, stated.origin, kind, stated.evidence)


def _drug_words(path: str, study: Study) -> str:
    """Return the drug before the meaning of its fields, whose paths only number it."""
    numbered = _NUMBERED.match(path)
    drug = study.treatments[int(numbered[1])].name.value if numbered else None
    return f"{drug}: " if drug else ""


def _count(rows: Iterable[ChoiceRow]) -> tuple[tuple[Origin, int], ...]:
    counted = Counter(row.origin for row in rows)
    return tuple((origin, counted[origin]) for origin in ORIGINS if counted[origin])


def _section_title(name: str, study: Study) -> str:
    numbered = _NUMBERED.fullmatch(name)
    if numbered is None:
        return show_words(name).capitalize()
    number = int(numbered[1])
    drug = study.treatments[number].name.value
    return f"Treatment {number + 1}: {drug}" if drug else f"Treatment {number + 1}"
