"""The small trial read by two readers, who differ in one patient."""

from __future__ import annotations

import polars as pl
from small_trial import make_dataset

from trialwright.dataset import Dataset

READERS = ("investigator", "central_1")


def two_reader_dataset() -> Dataset:
    """Let a second reader see the targets of SD-3 twice as large after baseline."""
    dataset = make_dataset()
    grown = pl.when(pl.col("patient_id") == "SD-3", pl.col("visit") != "baseline")
    other = dataset.measurements.with_columns(
        grown.then(pl.col("diameter_mm") * 2).otherwise("diameter_mm").alias("diameter_mm")
    )
    lesions = [dataset.lesions.with_columns(reader=pl.lit(name)) for name in READERS]
    sizes = zip((dataset.measurements, other), READERS, strict=True)
    frames = {
        **dataset.frames,
        "lesions": pl.concat(lesions),
        "measurements": pl.concat([one.with_columns(reader=pl.lit(name)) for one, name in sizes]),
    }
    return Dataset.create(frames, source="simulated: two readers")
