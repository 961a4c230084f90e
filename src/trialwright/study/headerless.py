"""Read a registry record without a header: one field a line, classified by its pattern.

Such files come from copying one row of a CSV download, one cell a line. Nothing names the
fields, so every line is taken for what its pattern says, and the guess is shown in
``line_guesses`` for a person to confirm.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trialwright.study.ctgov_csv import INTERVENTION_TYPES, as_code, record_from_row, split_design
from trialwright.study.outcomes import is_plain_time_frame, split_outcomes
from trialwright.study.record import LineGuess, RegistryRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["read_headerless"]

_LONGEST_NAME = 300  # a title, a list of conditions or the measure of an outcome; beyond: prose
_SENTENCE_END = re.compile(r"[.!?。](?:\s|$)")
_NCT = re.compile(r"NCT\d{8}")
_URL = re.compile(r"https?://\S+")
_STATUSES = frozenset(
    {
        "RECRUITING",
        "NOT_YET_RECRUITING",
        "ACTIVE_NOT_RECRUITING",
        "COMPLETED",
        "ENROLLING_BY_INVITATION",
        "SUSPENDED",
        "TERMINATED",
        "WITHDRAWN",
        "UNKNOWN",
    }
)
_STUDY_TYPES = frozenset({"INTERVENTIONAL", "OBSERVATIONAL", "EXPANDED_ACCESS"})
_PHASES = frozenset({"EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4"})
_SEXES = frozenset({"ALL", "FEMALE", "MALE"})
_AGE_GROUPS = frozenset({"CHILD", "ADULT", "OLDER_ADULT"})
_HEADERS = {  # field guessed -> column of the CSV layout, whose cells have the same inner format
    "nct_id": "NCT Number",
    "title": "Study Title",
    "brief_summary": "Brief Summary",
    "detailed_description": "Detailed Description",
    "conditions": "Conditions",
    "interventions": "Interventions",
    "primary_outcomes": "Primary Outcome Measures",
    "secondary_outcomes": "Secondary Outcome Measures",
    "other_outcomes": "Other Outcome Measures",
    "status": "Study Status",
    "study_type": "Study Type",
    "phases": "Phases",
    "sex": "Sex",
    "age_groups": "Age",
    "allocation": "Study Design",
}
_OUTCOME_FIELDS = ("primary_outcomes", "secondary_outcomes", "other_outcomes")
_TEXT_FIELDS = ("brief_summary", "detailed_description")


def read_headerless(text: str, source: str) -> RegistryRecord:
    """Read one record, one field a line.

    Parameters
    ----------
    text : str
        The file, decoded.
    source : str
        Its name.

    Returns
    -------
    RegistryRecord
        With ``line_guesses``: one per line that is not blank.
    """
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    guesses = _settle([(number, *_pattern(line), line) for number, line in lines])
    row: dict[str, str] = {}
    for guess in guesses:
        header = _HEADERS.get(guess.field)
        if header:
            row[header] = f"{row[header]}\n{guess.text}" if header in row else guess.text
    record = record_from_row(row, source)
    parts = {name: getattr(record, name) for name in RegistryRecord.__slots__}
    found = {"source_format": "headerless", "line_guesses": tuple(guesses)}
    return RegistryRecord(**(parts | found))


def _pattern(line: str) -> tuple[str, str]:
    """Return what a line looks like by itself, and the pattern that says so."""
    coded = _coded_field(line)
    if coded:
        return coded
    if _has_outcomes(line):
        return "outcomes", "parts end in a time frame"
    if len(line) > _LONGEST_NAME or len(_SENTENCE_END.findall(line)) > 1 or line.endswith("."):
        return "prose", "sentences"
    if line[0].isdigit() and not re.search(r"[^\W\d_]{3}", line):
        return "unknown", "a bare number or date: it could be more than one field"
    return "name", "a short line without sentences"


def _coded_field(line: str) -> tuple[str, str] | None:
    if _NCT.fullmatch(line) or (_URL.fullmatch(line) and _NCT.search(line)):
        return "nct_id", "holds an NCT number"
    kind, colon, _ = line.partition(":")
    if colon and as_code(kind) in INTERVENTION_TYPES:
        return "interventions", f"begins with the intervention type {kind.strip()}"
    if split_design(line):
        return "allocation", "names parts of the study design"
    codes = {as_code(part) or "" for part in re.split(r"[|,]", line)}
    for field, known in (
        ("phases", _PHASES),
        ("sex", _SEXES),
        ("age_groups", _AGE_GROUPS),
        ("study_type", _STUDY_TYPES),
    ):
        if codes <= known:
            return field, "is a code of that field"
    return ("status", "is a status code") if as_code(line) in _STATUSES else None


def _has_outcomes(line: str) -> bool:
    """Say whether at least half of the parts between ``|`` are a short measure and a time frame."""
    outcomes = split_outcomes(line)
    sound = [
        outcome
        for outcome in outcomes
        if outcome.time_frame is not None
        and len(outcome.measure) <= _LONGEST_NAME
        and not _SENTENCE_END.search(outcome.measure)
        and (is_plain_time_frame(outcome.time_frame) or outcome.confidence != "low")
    ]
    return len(sound) * 2 >= len(outcomes) > 0


def _settle(patterns: Sequence[tuple[int, str, str, str]]) -> list[LineGuess]:
    """Decide by order what the pattern alone leaves open.

    Of the short lines the first is the title and the last before the interventions (or, without
    them, before the outcomes) the conditions; of the texts the first is the brief summary; of
    the outcome lines the first is primary.
    """
    kinds = [kind for _, kind, _, _ in patterns]
    names = [index for index, kind in enumerate(kinds) if kind == "name"]
    anchor = next((kinds.index(kind) for kind in ("interventions", "outcomes") if kind in kinds), 0)
    before = [index for index in names[1:] if index < anchor]
    conditions = before[-1] if before else None
    texts, outcomes = list(_TEXT_FIELDS), list(_OUTCOME_FIELDS)
    guesses: list[LineGuess] = []
    for index, (number, kind, reason, line) in enumerate(patterns):
        field, why = kind, reason
        if kind == "outcomes":
            field, why = _next(outcomes, reason)
        elif kind == "prose":
            follows = index > 0 and kinds[index - 1] == "prose"
            field, why = (guesses[-1].field, "goes on") if follows else _next(texts, reason)
        elif kind == "name":
            field, why = _name_field(index, names[0], conditions)
        guesses.append(LineGuess(number, field, why, line))
    return guesses


def _next(fields: list[str], reason: str) -> tuple[str, str]:
    if not fields:
        return "unknown", f"{reason}; every such field is taken"
    field = fields.pop(0)
    return field, f"{reason}; the next such line in the order of the registry"


def _name_field(index: int, title: int, conditions: int | None) -> tuple[str, str]:
    if index == title:
        return "title", "the first short line"
    if index == conditions:
        return "conditions", "the last short line before the interventions or outcomes"
    return "unknown", "a short line whose place names no field"
