"""Doses of one patient written by day, and studies that plan a drug otherwise."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from trialwright.dataset import Dataset
from trialwright.safety.exposure import derive_exposure
from trialwright.study import Study

START = date(2026, 1, 5)


def day(number):
    return START + timedelta(number)


def plan(study, drug="Regorafenib", dose_mg=80.0, cycle_days=28, days_given=21):
    """Return a study that gives one drug by another schedule."""
    content = study.model_dump(exclude_none=True)
    (first, *_) = content["treatments"]
    stated = {"name": drug, "dose_mg": dose_mg, "cycle_days": cycle_days, "days_given": days_given}
    changed = {
        name: {"value": value, "origin": "assumption", "basis": "a test"}
        for name, value in stated.items()
    }
    content["treatments"] = [first | changed]
    return Study.model_validate(content)


def dosed(*rows, patient="P1", drug="Regorafenib", **tables):
    """Return data with rows ``(first day, last day, mg)`` or with a reason as fourth."""
    doses = [
        {
            "patient_id": patient, "drug": drug, "start_date": day(first),
            "end_date": None if last is None else day(last), "dose_mg": float(mg),
            "reason": reason[0] if reason else None,
        }
        for first, last, mg, *reason in rows
    ]  # fmt: skip
    columns = {"patient_id": pl.String, "drug": pl.String, "start_date": pl.Date,
               "end_date": pl.Date, "dose_mg": pl.Float64, "reason": pl.String}  # fmt: skip
    frames = {"patients": pl.DataFrame({"patient_id": [patient], "last_alive_date": [day(100)]})}
    frames["doses"] = pl.DataFrame(doses, schema=columns)
    return Dataset.create(frames | tables, source="made in a test")


def exposure_of(data, study, drug="Regorafenib"):
    (row,) = derive_exposure(data, study).filter(drug=drug).iter_rows(named=True)
    return row
