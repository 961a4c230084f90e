"""Trials of a few patients whom several readers read, written as small tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from following import READ
from trialwright.dataset import Dataset
from trialwright.response.compare.readers import choose_readings, read_as

START = date(2024, 1, 8)
DAYS = (-7, 56, 112, 168, 224, 280)
VISITS = ("baseline", "week 8", "week 16", "week 24", "week 32", "week 40")
STRICT = replace(READ, persistent=False)

# target sums in mm, from baseline on
RESPONDED = (50, 30, 30)  # PR at week 8, confirmed at week 16
STABLE = (50, 48, 47)
GREW_EARLY = (50, 65)
GREW_LATE = (50, 48, 65)


def make_trial(courses, *, accepted=None, calls=()):
    """Make a data set: {patient: {reader: sizes of one target lesion, visit by visit}}."""
    rows = [
        (patient, reader, "T1", VISITS[visit], START + timedelta(DAYS[visit]), size)
        for patient, readers in courses.items()
        for reader, sizes in readers.items()
        for visit, size in enumerate(sizes)
        if size is not None
    ]
    columns = ["patient_id", "reader", "lesion_id", "visit", "scan_date", "size"]
    measured = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    word = pl.col("size").cast(pl.String)
    lesions = measured.select("patient_id", "reader", "lesion_id").unique(maintain_order=True)
    frames = {
        "patients": pl.DataFrame(
            {"patient_id": list(courses), "first_treatment_date": [START] * len(courses)},
            schema={"patient_id": pl.String, "first_treatment_date": pl.Date},
        ),
        "lesions": lesions.with_columns(
            role=pl.lit("target"), organ=pl.lit("liver"), lymph_node=pl.lit(value=False)
        ),
        "measurements": measured.select(
            pl.exclude("size"),
            diameter_mm=word.cast(pl.Float64, strict=False),
            state=pl.when(word.cast(pl.Float64, strict=False).is_null()).then(word),
        ),
    }
    if accepted is not None:
        frames["adjudications"] = pl.DataFrame(
            {"patient_id": list(accepted), "accepted_reader": list(accepted.values())}
        )
    if calls:
        frames["calls"] = pl.DataFrame(list(calls))
    return Dataset.create(frames, source="made in a test")


def read_each(dataset, rules=STRICT):
    from trialwright.response import readers_of

    return [read_as(dataset, rules, reader) for reader in readers_of(dataset)]


def choose(dataset, *, reader="central", adjudication="best_response_and_progression"):
    """Choose the readings of a trial, by patient."""
    accepted = dict(dataset.table("adjudications")["patient_id", "accepted_reader"].iter_rows())
    chosen = choose_readings(read_each(dataset), accepted, reader=reader, adjudication=adjudication)
    return {one.patient_id: one for one in chosen}
