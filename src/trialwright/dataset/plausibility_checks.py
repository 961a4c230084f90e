"""Find dates that no trial of today holds, and dates far from the rest of their patient.

The date of birth is left out of both. A data set that counts study days has no calendar
dates, so only the distance from the patient's anchor is checked there.

Source: ours; no trial with RECIST has a date before 1950, and 15 years hold any course from
a prior treatment to the end of follow-up.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import first_treatment_frame
from trialwright.dataset.date_columns import earliest_day
from trialwright.dataset.rules import Rule
from trialwright.dataset.schema import DATES_IN_PART, SOURCE_ROW, TABLES, known_part_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.columns import Column
    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

EARLIEST, LATEST = date(1950, 1, 1), date(2150, 1, 1)
LONGEST_COURSE_YEARS = 15
_DAYS_A_YEAR = 365.25
_MEND = "correct the date from the source document"
_DAY = pl.col("day")


def find_implausible_dates(dataset: Dataset) -> Iterator[Finding]:
    """Find dates before 1950 or after 2149."""
    if dataset.day_zero is not None:
        return
    for table, column, days in _date_columns(dataset):
        rule = Rule("date.implausible", table, column.name, _MEND)
        for row in days.filter(~_is_plausible()).iter_rows(named=True):
            held = f"{column.name} {row['day']} ({column.meaning})"
            message = f"{held} is not between {EARLIEST.year} and {LATEST.year}"
            yield rule.finding(row, message)


def find_far_dates(dataset: Dataset) -> Iterator[Finding]:
    """Find patients with dates more than 15 years from enrolment, treatment or first scan."""
    anchors = _anchors(dataset)
    far = [
        days.join(anchors, on="patient_id", maintain_order="left")
        .with_columns(
            ((_DAY - pl.col("anchor")).dt.total_days() / _DAYS_A_YEAR).alias("years"),
            pl.lit(table).alias("table"),
            pl.lit(column.name).alias("field"),
        )
        .filter(pl.col("years").abs() > LONGEST_COURSE_YEARS)
        .sort(SOURCE_ROW, "day")
        for table, column, days in _plausible_columns(dataset)
    ]
    if not far:
        return
    patients = (
        pl.concat(far)
        .group_by("patient_id", maintain_order=True)
        .agg(pl.all().first(), pl.len().alias("n"))
        .sort("patient_id")
    )
    for row in patients.iter_rows(named=True):
        yield Rule("date.far", row["table"], row["field"], _MEND).finding(row, _far(row))


def _far(row: Row) -> str:
    side = "before" if row["years"] < 0 else "after"
    others = f"; {row['n'] - 1} more dates of the patient lie as far" if row["n"] > 1 else ""
    return (
        f"{row['field']} {row['day']} is {abs(row['years']):.0f} years {side} the "
        f"{row['what']}, {row['anchor']}{others}"
    )


def _anchors(dataset: Dataset) -> pl.DataFrame:
    """Return each patient's first plausible date of enrolment, else treatment, else scan."""
    kinds = {
        "enrolment": dataset.patients.select("patient_id", day="enrolment_date"),
        "first treatment": first_treatment_frame(dataset).rename({"first_treatment": "day"}),
        "first scan": dataset.measurements.select("patient_id", day="scan_date"),
    }
    dated = [
        _plausible(days.drop_nulls(), dataset)
        .group_by("patient_id")
        .agg(_DAY.min().alias("anchor"))
        .with_columns(pl.lit(what).alias("what"))
        for what, days in kinds.items()
    ]
    return pl.concat(dated).unique("patient_id", keep="first", maintain_order=True)


def _date_columns(dataset: Dataset) -> Iterator[tuple[str, Column, pl.DataFrame]]:
    """Return the dates of every column but the birth: patient, source row and day.

    What is known of a date in part counts as that date, so it is not told of twice.
    """
    for name, frame in dataset.frames.items():
        passed = {"birth_date", known_part_of(DATES_IN_PART.get(name, ""))}
        for column in TABLES[name].columns:
            if column.kind in ("date", "partial date") and column.name not in passed:
                day = earliest_day(frame, column.name).alias("day")
                yield name, column, frame.select("patient_id", SOURCE_ROW, day).drop_nulls("day")


def _plausible_columns(dataset: Dataset) -> Iterator[tuple[str, Column, pl.DataFrame]]:
    for name, column, days in _date_columns(dataset):
        yield name, column, _plausible(days, dataset)


def _plausible(days: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    return days.filter(_is_plausible()) if dataset.day_zero is None else days


def _is_plausible() -> pl.Expr:
    return _DAY.is_between(EARLIEST, LATEST)
