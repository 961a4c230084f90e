"""Small made trials for the tests of adverse events: a patient treated from day 1 on."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from trialwright.dataset import Dataset

START = date(2026, 1, 5)  # the first dose: study day 1
LAST = 60  # study day of the last dose


def day(number):
    """Return the date of a study day; there is no day 0."""
    return START + timedelta(number - 1 if number > 0 else number)


def iso(number):
    return day(number).isoformat()


def event(number=10, *, patient="P1", term="Fatigue", grade=2, **columns):
    """Return an event that begins on a study day."""
    start = {"start_date": iso(number)} if isinstance(number, int) else {"start_date": number}
    return {"patient_id": patient, "term": term, "grade": grade, **start, **columns}


def dose(drug="Regorafenib", first=1, last=LAST, mg=80.0, patient="P1"):
    return {"patient_id": patient, "drug": drug, "start_date": day(first), "end_date": day(last),
            "dose_mg": mg}  # fmt: skip


def ablation(number=15, *, planned=True, patient="P1"):
    return {"patient_id": patient, "lesion_id": "T1", "ablation_date": day(number),
            "modality": "RFA", "planned": planned}  # fmt: skip


def end_of_treatment(number=LAST, *, patient="P1", **columns):
    return {"patient_id": patient, "scope": "treatment", "end_date": day(number),
            "reason": "progression", "reason_category": "progression", **columns}  # fmt: skip


def death(number, category=None, patient="P1"):
    return {"patient_id": patient, "death_date": day(number), "cause_category": category}


def trial(*events, doses=None, ablations=(), ends=None, deaths=(), therapies=(), alive=200):
    """Return a trial of P1 (or of those named), who took both drugs and has ended treatment."""
    patients = sorted({one["patient_id"] for one in events} | {"P1"})
    if doses is None:
        doses = [
            dose(drug, patient=name) for name in patients for drug in ("Regorafenib", "Toripalimab")
        ]
    if ends is None:
        ends = [end_of_treatment(patient=name) for name in patients]
    tables = {
        "patients": [{"patient_id": one, "last_alive_date": day(alive)} for one in patients],
        "adverse_events": list(events),
        "doses": doses,
        "ablations": list(ablations),
        "dispositions": ends,
        "deaths": list(deaths),
        "therapies": [
            {"patient_id": "P1", "therapy": "other", "start_date": day(one)} for one in therapies
        ],
    }
    frames = {
        name: pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame()
        for name, rows in tables.items()
        if rows is not False
    }
    return Dataset.create(frames, source="made in code")
