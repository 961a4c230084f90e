"""A small trial whose ablated lesions end in every way, made in code."""

from __future__ import annotations

import datetime as dt

import polars as pl

from trialwright.dataset import Dataset

START = dt.date(2025, 3, 3)
# patient: {lesion: sizes at baseline and weeks 8, 16, 24}
SIZES = {
    "OK-1": {"T1": [30, 45, 40, 36], "T2": [30, 20, 18, 18]},
    "ZONE-2": {"T1": [30, 48, 52], "T2": [30, 27, 27]},
    "LTP-3": {"T1": [20, 32, 30, 34], "T2": [40, 39, 41, 40]},
    "LEFT-4": {"T1": [25, 36, 30], "T2": [25, 24, 25]},
    "TWO-5": {"T1": [18, 30, 28], "T2": [22, 31, 30], "T3": [40, 41, 60]},
    "QUIET-6": {"T1": [28, 33]},
    "NONE-7": {"T1": [30, 20, 19, 19]},
}
# patient and lesion: day, success, margin, planned
ABLATIONS = [
    ("OK-1", "T1", 14, True, 6.0, True),
    ("ZONE-2", "T1", 10, True, 4.0, True),
    ("LTP-3", "T1", 14, True, 0.0, True),
    ("LEFT-4", "T1", 14, False, None, True),
    ("LEFT-4", "T1", 70, True, 8.0, False),
    ("TWO-5", "T1", 14, True, 12.0, True),
    ("TWO-5", "T2", 14, None, 5.0, True),
    ("QUIET-6", "T1", 14, True, 3.0, True),
]
FINDINGS = {
    "OK-1": {"T1": ["complete", "benign_rim", "complete"]},
    "ZONE-2": {"T1": ["complete", "benign_rim"]},
    "LTP-3": {"T1": ["complete", "complete", "local_progression"]},
    "LEFT-4": {"T1": ["residual", "complete"]},
    "TWO-5": {"T1": ["complete", "complete"], "T2": [None, None]},
}
DEATHS = {"ZONE-2": 300, "QUIET-6": 80}


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def make_ablated(**frames: pl.DataFrame) -> Dataset:
    """Make the data; ``frames`` replace tables."""
    tables = {
        "patients": [
            {"patient_id": name, "sex": "female", "enrolment_date": day(-5),
             "last_alive_date": day(DEATHS.get(name, 260) - 1)}
            for name in SIZES
        ],
        "lesions": [
            {"patient_id": name, "lesion_id": lesion, "role": "target", "organ": "liver",
             "lymph_node": False}
            for name, lesions in SIZES.items()
            for lesion in lesions
        ],
        "measurements": [
            {"patient_id": name, "lesion_id": lesion,
             "visit": f"week {8 * visit}" if visit else "baseline",
             "scan_date": day(56 * visit if visit else -7), "diameter_mm": float(size),
             "ablation_finding": _finding(name, lesion, visit)}
            for name, lesions in SIZES.items()
            for lesion, sizes in lesions.items()
            for visit, size in enumerate(sizes)
        ],
        "ablations": [
            {"patient_id": name, "lesion_id": lesion, "ablation_date": day(when),
             "modality": "RFA", "planned": planned, "technical_success": success,
             "margin_mm": margin}
            for name, lesion, when, success, margin, planned in ABLATIONS
        ],
        "doses": [
            {"patient_id": name, "drug": "drug", "start_date": day(0), "end_date": day(90),
             "dose_mg": 120.0}
            for name in SIZES
        ],
        "deaths": [{"patient_id": name, "death_date": day(when)} for name, when in DEATHS.items()],
    }  # fmt: skip
    made = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items()}
    empty = {"therapies": pl.DataFrame({"patient_id": [], "therapy": [], "start_date": []})}
    return Dataset.create({**made, **empty, **frames}, source="simulated: seven patients")


def _finding(patient: str, lesion: str, visit: int) -> str | None:
    if visit == 0:
        return None
    return FINDINGS.get(patient, {}).get(lesion, [None] * 9)[visit - 1]
