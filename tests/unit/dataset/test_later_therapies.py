"""Anticancer treatments outside the study, by when they began."""

from __future__ import annotations

import datetime as dt

import polars as pl

from trialwright.dataset import Dataset
from trialwright.dataset.later_therapies import place_therapies

FIRST = dt.date(2025, 3, 10)


def test_each_is_placed_and_none_is_left_out() -> None:
    doses = pl.DataFrame(
        {"patient_id": ["1"], "drug": ["a"], "start_date": [FIRST], "dose_mg": [80.0]}
    )
    therapies = pl.DataFrame(
        {
            "patient_id": ["1", "1", "1", "2", "1"],
            "therapy": ["same day", "day before", "undated", "untreated", "later"],
            "start_date": [FIRST, FIRST - dt.timedelta(1), None, FIRST, dt.date(2025, 4, 10)],
        }
    )
    found = place_therapies(
        Dataset.create({"doses": doses, "therapies": therapies}, source="made in code")
    )
    assert found.select("therapy", "period", "days_after").rows() == [
        ("same day", "subsequent", 0),
        ("day before", "prior", -1),
        ("undated", "date not known", None),
        ("untreated", "never treated", None),
        ("later", "subsequent", 31),
    ]


def test_nothing_collected_is_an_empty_frame() -> None:
    found = place_therapies(Dataset.create({}, source="-"))
    assert found.is_empty()
    assert {"period", "days_after"} <= set(found.columns)
