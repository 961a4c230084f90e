"""The small trial with what else is on file of its patients, whose tables are counted by hand.

CR-1 to LATE-7 were given the drug, PR-2 was ablated too, OUT-8 was enrolled and never treated,
SCR-9 was screened only.
"""

from __future__ import annotations

import datetime as dt

import polars as pl
from small_trial import THERAPIES, day, make_dataset, make_study

from trialwright.analysis import analyse
from trialwright.analysis.safety import analyse_safety
from trialwright.dataset import Dataset
from trialwright.study.characteristics_section import Characteristic

BASIS = "test"
DECLARED = (
    Characteristic(
        name="ras_status", title="RAS", basis=BASIS, kind="category", levels=("wild type", "mutant")
    ),
    Characteristic(name="cea", title="CEA", basis=BASIS, kind="number", unit="ng/mL"),
)
BIRTHS = {
    "CR-1": "1959-03-01",  # 65 on 23 February 2025
    "PR-2": "1960-12-31",  # 64
    "SD-3": "1949",  # 75 or 76
    "PD-4": "1940-01",  # 85 whatever the day
    "NEW-5": "1959",  # 65 or 66
    "NE-6": None,
    "LATE-7": "1985-07-15",  # 39
}
PEOPLE = {
    "CR-1": ("female", 0, "Alpha"),
    "PR-2": ("male", 1, "Alpha"),
    "SD-3": ("male", 1, "Beta"),
    "PD-4": ("unknown", 2, "Beta"),
    "NEW-5": (None, 1, None),
    "NE-6": ("female", None, "Alpha"),
    "LATE-7": ("female", 0, "Gamma"),
    "OUT-8": ("male", 0, "Alpha"),
    "SCR-9": ("male", 3, "Alpha"),
}
SCREENED = "<b>ECOG</b> above 1"
DEVIATIONS = (
    ("CR-1", "scan 9 days late", False),
    ("CR-1", "scan 9 days late", False),
    ("PR-2", "scan 9 days late", False),
    ("PR-2", "dose taken twice", True),
    ("OUT-8", "consent on an old form", None),
)
MEDICATIONS = (
    # patient, medication, class, start, end
    ("CR-1", "omeprazole", "proton pump inhibitors", "2024", "2025-01"),  # prior
    ("CR-1", "paracetamol", "analgesics", "2025-03-10", None),  # concomitant
    ("CR-1", "paracetamol", "analgesics", "2025-04-10", "2025-04-11"),  # again
    ("PR-2", "paracetamol", "analgesics", "2025-02", "2025-03"),  # cannot be told: concomitant
    ("SD-3", "thyme", None, None, None),  # no date: concomitant
    ("OUT-8", "omeprazole", "proton pump inhibitors", "2025-03-10", None),  # never treated
)


def peopled_dataset(*, arms: dict[str, str] | None = None, drop: tuple[str, ...] = ()) -> Dataset:
    """Make the data; ``drop`` names tables that were not collected."""
    frames = dict(make_dataset().frames)
    enrolled = {row["patient_id"]: row for row in frames["patients"].iter_rows(named=True)}
    frames["patients"] = pl.DataFrame(
        [
            {
                **enrolled.get(patient, {"patient_id": patient}),
                "sex": sex,
                "ecog": ecog,
                "site": site,
                "birth_date": BIRTHS.get(patient),
                "arm": (arms or {}).get(patient),
                "consent_date": dt.date(2025, 2, 23) if patient in BIRTHS else None,
            }
            for patient, (sex, ecog, site) in PEOPLE.items()
        ],
        infer_schema_length=None,
    )
    screening = {"patient_id": "SCR-9", "scope": "screening", "end_date": None, "reason": SCREENED}
    frames["dispositions"] = pl.concat(
        [frames["dispositions"], pl.DataFrame([screening])], how="diagonal_relaxed"
    )
    frames["therapies"] = pl.DataFrame(
        [
            *({"patient_id": one, "therapy": "FOLFIRI", "start_date": day(when)}
              for one, when in THERAPIES.items()),
            {"patient_id": "CR-1", "therapy": "FOLFOX", "start_date": dt.date(2023, 1, 1)},
            {"patient_id": "OUT-8", "therapy": "FOLFIRI", "start_date": day(60)},
        ]
    )  # fmt: skip
    frames["deviations"] = pl.DataFrame(
        [
            {"patient_id": one, "deviation": what, "major": major, "deviation_date": day(number)}
            for number, (one, what, major) in enumerate(DEVIATIONS)
        ]
    )
    frames["medications"] = pl.DataFrame(
        [
            dict(zip(("patient_id", "medication", "medication_class", "start_date", "end_date"),
                     row, strict=True), indication=f"reason {number}")
            for number, row in enumerate(MEDICATIONS)
        ],
        infer_schema_length=None,
    )  # fmt: skip
    frames["characteristics"] = pl.DataFrame(
        [
            {"patient_id": "CR-1", "characteristic": "ras_status", "value": "mutant"},
            {"patient_id": "PR-2", "characteristic": "ras_status", "value": "Wild type"},
            {"patient_id": "SD-3", "characteristic": "ras_status", "value": "mutant"},
            {"patient_id": "PD-4", "characteristic": "smoker", "value": "<script>", "unit": "$"},
            {"patient_id": "OUT-8", "characteristic": "ras_status", "value": "mutant"},
            {"patient_id": "CR-1", "characteristic": "cea", "value": "2.5"},
            {"patient_id": "PR-2", "characteristic": "cea", "value": "10"},
        ]
    )
    kept = {name: frame for name, frame in frames.items() if name not in drop}
    return Dataset.create(kept, source="made in code: nine patients")


def peopled_study():
    """Return the study of the small trial with two declared characteristics."""
    return make_study().model_copy(update={"characteristics": DECLARED})


def analyse_both(dataset: Dataset, study=None):
    """Return the analysis and that of safety."""
    study = study or peopled_study()
    return analyse(dataset, study), analyse_safety(dataset, study)


def cells_of(table) -> dict[str, list[str]]:
    """Return the texts of each row by its label under the headings above it."""
    path, found = [], {}
    for row in table.rows:
        path = [*path[: row.depth], row.label]
        found[" / ".join(path)] = [cell.text for cell in row.cells]
    return found
