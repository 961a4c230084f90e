"""One patient as the tests of dose rules need it: doses, events and laboratory values by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from trialwright.dataset import Dataset
from trialwright.study import Study

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST_DOSE = date(2026, 1, 5)
UPPER_LIMIT = 40.0  # of every analyte here, so that a value is its multiple times 40
_SAMPLE = {
    "unit": "U/L",
    "upper_limit": UPPER_LIMIT,
    "lower_limit": 5.0,
    "qualifier": None,
}


def day(number: int) -> date:
    """Return the date of a day; the first dose is on day 0."""
    return FIRST_DOSE + timedelta(days=number)


def event(term: str, grade: int, start: int, end: int | None = None, **others: Any) -> dict:
    """Return one adverse event from one day to another."""
    whole = {"start_date": str(day(start)), "end_date": None if end is None else str(day(end))}
    return {"term": term, "grade": grade, **whole, "related_to": "Regorafenib", **others}


def sample(test: str, at: int, times: float | None, **others: Any) -> dict:
    """Return one laboratory value as a multiple of its upper limit; none: no limit is known."""
    value = UPPER_LIMIT * (1.0 if times is None else times)
    row = {"test": test, "sample_date": day(at), "value": value, **_SAMPLE}
    if test == "bilirubin":
        row["unit"] = "umol/L"
    if times is None:
        row["upper_limit"] = None
    return row | others


def dose(start: int, end: int, mg: float, reason: str | None = None, drug: str = "Regorafenib"):
    """Return a drug at one dose from one day to another."""
    days = {"start_date": day(start), "end_date": day(end)}
    return {"drug": drug, **days, "dose_mg": mg, "reason": reason}


def liver_values(at: int, times: float = 0.5) -> list[dict]:
    """Return ALT, AST and bilirubin of one day, all normal unless said otherwise."""
    return [sample(test, at, times) for test in ("ALT", "AST", "bilirubin")]


def make_patient(
    *,
    doses: Iterable[dict],
    events: Iterable[dict] = (),
    labs: Iterable[dict] = (),
    liver: bool | None = True,
    ablated_on: int | None = None,
    others: dict[str, list[dict]] | None = None,
) -> Dataset:
    """Return a data set of the one patient "014"."""
    tables: dict[str, list[dict]] = {
        "patients": [{"patient_id": "014", "last_alive_date": day(400)}],
        "doses": list(doses),
        "adverse_events": list(events),
        "labs": list(labs),
        **(others or {}),
    }
    if liver is not None:
        organ = "liver" if liver else "lung"
        tables["lesions"] = [
            {"lesion_id": "L1", "role": "target", "organ": organ, "lymph_node": False}
        ]
    if ablated_on is not None:
        tables["ablations"] = [
            {
                "lesion_id": "L2",
                "ablation_date": day(ablated_on),
                "modality": "RFA",
                "planned": True,
            }
        ]
    frames = {name: _frame(rows) for name, rows in tables.items()}
    return Dataset.create(frames, source="made in a test")


def _frame(rows: list[dict]) -> pl.DataFrame:
    numbered = [
        {"patient_id": "014", "source_row": number, **row} for number, row in enumerate(rows, 2)
    ]
    return pl.DataFrame(numbered, infer_schema_length=None)


def change_drug(study: Study, drug: int = 0, **fields: Any) -> Study:
    """Return the study with other fields of one of its drugs."""
    content = study.model_dump(exclude_none=True)
    for name, value in fields.items():
        stated = {"value": value, "origin": "assumption", "basis": "a test"}
        content["treatments"][drug][name] = stated
    return Study.model_validate(content)


def add_rules(study: Study, *sets: dict) -> Study:
    """Return the study with dose rules of its own."""
    content = study.model_dump(exclude_none=True)
    return Study.model_validate(content | {"dose_rules": list(sets)})
