"""Draft a study from a registry record: what it says, the conventions, and the gaps.

Nothing is invented: a field is taken from the record with its words, from the table of
conventions (``defaults.toml``) with its source, or left open as a gap.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from trialwright.study.gaps import find_gaps
from trialwright.study.lint import named_pattern, treatment_texts
from trialwright.study.model import Study
from trialwright.study.section import Section
from trialwright.study.sections import Ablation, Treatment

if TYPE_CHECKING:
    from pydantic import BaseModel

    from trialwright.study.record import Intervention, RegistryRecord

_MODALITIES = {
    "RFA": re.compile(r"radio-?frequency ablation|\bRFA\b", re.IGNORECASE),
    "MWA": re.compile(r"microwave ablation|\bMWA\b", re.IGNORECASE),
    "cryoablation": re.compile(r"cryo-?ablation", re.IGNORECASE),
    "HIFU": re.compile(r"high[- ]intensity focused ultrasound|\bHIFU\b", re.IGNORECASE),
}
_YEARS_OR_MONTHS = re.compile(r"(\d+(?:\.\d+)?|one|two|three|five)\s*(year|month)s?", re.IGNORECASE)
_NUMBER_WORDS = {"one": 1.0, "two": 2.0, "three": 3.0, "five": 5.0}
_MONTHS_PER_YEAR = 12.0


def draft_study(record: RegistryRecord) -> Study:
    """Draft the study that a registry record describes.

    Parameters
    ----------
    record : RegistryRecord
        As read by :func:`trialwright.study.read_record`.

    Returns
    -------
    Study
        Every field filled from the record, from a convention, or open as a gap.
    """
    needed = {gap.field: f"{gap.needed}: {gap.why}" for gap in find_gaps(record)}
    known = _from_defaults() | _from_record(record)
    ablation = _ablation_words(record)
    sections = {
        name: _fill(info.annotation, name, known, needed)
        for name, info in Study.model_fields.items()
        if isinstance(info.annotation, type) and issubclass(info.annotation, Section)
    }
    if ablation is None:
        sections["response"]["planned_ablation"] = _NO_ABLATION
    return Study.model_validate(
        {
            **sections,
            "treatments": _treatments(record, needed),
            "ablation": _ablation(ablation, known, needed) if ablation else None,
            "outcomes": _outcomes(record),
        }
    )


_NO_ABLATION = {
    "value": "not_evaluable",
    "origin": "default",
    "source": "the record names no ablation; a lesion treated locally leaves the assessment "
    "(RECIST working group, FAQ)",
}


def _fill(model: Any, section: str, known: dict[str, Any], needed: dict[str, str]) -> Any:
    return {
        name: known.get(f"{section}.{name}")
        or _gap(f"{section}.{name}", info.description or name, needed)
        for name, info in model.model_fields.items()
    }


def _gap(path: str, description: str, needed: dict[str, str]) -> dict[str, str]:
    what = needed.get(path, f"nobody has settled this yet: {description}")
    return {"origin": "gap", "needed": what}


def _from_defaults() -> dict[str, Any]:
    text = files("trialwright.study").joinpath("defaults.toml").read_text(encoding="utf-8")
    return {
        f"{section}.{name}": {**entry, "origin": "default"}
        for section, entries in tomllib.loads(text).items()
        for name, entry in entries.items()
    }


def _from_record(record: RegistryRecord) -> dict[str, Any]:
    known: dict[str, Any] = {}

    def say(path: str, value: object, words: str) -> None:
        known[path] = {"value": value, "origin": "record", "words": words}

    if record.nct_id:
        say("identity.registration_number", record.nct_id, record.nct_id)
    if record.title:
        say("identity.title", record.title, record.title)
    if record.conditions:
        say("identity.condition", "; ".join(record.conditions), "|".join(record.conditions))
    if record.enrolment:
        say("design.planned_patients", record.enrolment, f"enrolment {record.enrolment}")
    horizon = _horizon_months(record)
    if horizon is not None:
        say("schedule.horizon_months", *horizon)
    criteria = _quote(r"RECIST[^.;|]{0,20}1\.1", record)
    if criteria:
        say("response.criteria", "RECIST 1.1", criteria)
    known |= _says_death_ends_response(record)
    return known


def _quote(pattern: str, record: RegistryRecord) -> str | None:
    for _, text in record.texts():
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            return found.group(0)
    return None


def _horizon_months(record: RegistryRecord) -> tuple[float, str] | None:
    """Return the longest time frame of the outcomes in months, with its words."""
    frames = [o.time_frame for o in (*record.primary_outcomes, *record.secondary_outcomes)]
    found = [(_months(frame), frame) for frame in frames if frame]
    stated = [(months, frame) for months, frame in found if months is not None]
    return max(stated, default=None)


def _months(frame: str) -> float | None:
    found = _YEARS_OR_MONTHS.search(frame)
    if found is None:
        return None
    number = _NUMBER_WORDS.get(found.group(1).lower())
    amount = number if number is not None else float(found.group(1))
    return amount * (_MONTHS_PER_YEAR if found.group(2).lower() == "year" else 1.0)


def _says_death_ends_response(record: RegistryRecord) -> dict[str, Any]:
    for outcome in (*record.primary_outcomes, *record.secondary_outcomes):
        if re.search(r"duration of (objective )?response|\bDO?R\b", outcome.measure, re.IGNORECASE):
            death = re.search(r"\bdeath\b|any cause", outcome.raw, re.IGNORECASE)
            if death:
                entry = {"value": True, "origin": "record", "words": outcome.raw}
                return {"endpoints.duration_of_response_ends_at_death": entry}
    return {}


def _ablation_words(record: RegistryRecord) -> str | None:
    """Return the words that name ablation as treatment, by the pattern that the lint uses."""
    pattern = named_pattern("@ablation")
    return next((text for _, text in treatment_texts(record) if pattern.search(text)), None)


def _ablation(words: str, known: dict[str, Any], needed: dict[str, str]) -> Any:
    modality = next((name for name, form in _MODALITIES.items() if form.search(words)), None)
    filled = _fill(Ablation, "ablation", known, needed)
    if modality:
        filled["modality"] = {"value": modality, "origin": "record", "words": words}
    return filled


def _treatments(record: RegistryRecord, needed: dict[str, str]) -> list[Any]:
    drugs = [
        (name, intervention.raw)
        for intervention in record.interventions
        if intervention.kind.upper() in {"DRUG", "BIOLOGICAL"}
        for name in _drug_names(intervention)
    ]
    model: type[BaseModel] = Treatment
    return [
        {
            **_fill(model, "treatments", {}, {**needed, **_dose_gaps(name, needed)}),
            "name": {"value": name, "origin": "record", "words": raw},
        }
        for name, raw in drugs
    ]


def _dose_gaps(name: str, needed: dict[str, str]) -> dict[str, str]:
    why = needed.get("treatments", "a protocol states dose and schedule")
    return {
        f"treatments.{field}": f"{name}: {why}"
        for field in ("dose_mg", "cycle_days", "days_given", "dose_levels_mg", "dose_rules")
    }


def _drug_names(intervention: Intervention) -> list[str]:
    """Split ``A and B Combination`` into A and B; leave any other name as it is."""
    name = re.sub(r"\s*\bcombination\b\s*$", "", intervention.name, flags=re.IGNORECASE)
    parts = re.split(r"\s+(?:and|plus|\+)\s+|\s*\+\s*", name)
    return [part.strip() for part in parts if part.strip()] or [intervention.name]


def _outcomes(record: RegistryRecord) -> list[dict[str, str | None]]:
    groups = (
        ("primary", record.primary_outcomes),
        ("secondary", record.secondary_outcomes),
        ("other", record.other_outcomes),
    )
    return [
        {
            "role": role,
            "measure": outcome.measure,
            "description": outcome.description,
            "time_frame": outcome.time_frame,
            "raw": outcome.raw,
        }
        for role, outcomes in groups
        for outcome in outcomes
    ]
