"""Vital signs and ECG parameters as they were read: in one unit, against which baseline.

One row a row of the table, in its order; none is dropped. A name, a unit or a value that cannot be
used leaves the row without a standard value, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from trialwright.safety.course import gather_courses
from trialwright.safety.measures import find_measure
from trialwright.safety.windows import is_on_treatment, open_treatment_windows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.rules import Row
    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.measures import Measure, SignTable
    from trialwright.study.model import Study

_COLUMNS: dict[SignTable, tuple[str, str]] = {  # of the name and of the date
    "vitals": ("test", "measured_date"),
    "ecgs": ("parameter", "ecg_date"),
}
_SCHEMA: dict[str, type[pl.DataType]] = {
    "patient_id": pl.String,
    "written": pl.String,
    "measure": pl.String,
    "date": pl.Date,
    "day": pl.Int64,
    "value": pl.Float64,
    "unit": pl.String,
    "standard_value": pl.Float64,
    "standard_unit": pl.String,
    "not_used": pl.String,
    "on_treatment": pl.Boolean,
    "before_treatment": pl.Boolean,
    "source_row": pl.Int64,
}


def read_signs(
    dataset: Dataset,
    study: Study,
    table: SignTable,
    courses: Mapping[str, TreatmentCourse] | None = None,
) -> pl.DataFrame:
    """Read vital signs or ECG parameters.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Says how long a value counts as on treatment (``safety.emergent_days``).
    table : {"vitals", "ecgs"}
        Which.
    courses : mapping of str to TreatmentCourse, optional
        From `gather_courses`; gathered here if not given.

    Returns
    -------
    polars.DataFrame
        One row a row of the table, in its order: ``patient_id``, ``written`` (the name as
        written), ``measure`` (our name; null: unknown), ``date``, ``day`` (the first treatment is
        day 1), ``value``, ``unit``, ``standard_value``, ``standard_unit``, ``not_used`` (why there
        is no standard value), ``on_treatment``, ``before_treatment`` (on or before the day of the
        first treatment), ``is_baseline`` (the last usable value before treatment), ``baseline`` (in
        the standard unit), ``change`` from it, and ``source_row``.
    """
    courses = gather_courses(dataset, study) if courses is None else courses
    windows = open_treatment_windows(dataset, study, courses)
    name, day = _COLUMNS[table]
    rows = []
    for row in dataset.table(table).iter_rows(named=True):
        patient = row["patient_id"] or ""
        found = _read(row, table, name)
        course = courses.get(patient)
        rows.append(
            {
                **found,
                "patient_id": row["patient_id"],
                "date": row[day],
                "day": None if course is None else course.study_day(row[day]),
                "on_treatment": is_on_treatment(row[day], windows.get(patient)),
                "before_treatment": _is_before(row[day], course),
                "source_row": row["source_row"],
            }
        )
    return with_baseline(pl.DataFrame(rows, schema=_SCHEMA), ("patient_id", "measure"))


def with_baseline(rows: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """Add the baseline: the last value before treatment; of one day, that of the later row.

    Parameters
    ----------
    rows : polars.DataFrame
        With ``date``, ``before_treatment`` and ``standard_value``.
    keys : tuple of str
        What has a baseline of its own.

    Returns
    -------
    polars.DataFrame
        The rows in their order, with ``is_baseline``, ``baseline`` and ``change``.
    """
    numbered = rows.with_row_index("at")
    chosen = (
        numbered.drop_nulls((*keys, "standard_value", "date"))
        .filter("before_treatment")
        .sort("date", "at")
        .unique(keys, keep="last", maintain_order=True)
    )
    baselines = chosen.select(*keys, baseline="standard_value")
    return (
        numbered.with_columns(is_baseline=pl.col("at").is_in(chosen["at"].implode()))
        .join(baselines, on=keys, how="left", maintain_order="left")
        .with_columns(change=pl.col("standard_value") - pl.col("baseline"))
        .drop("at")
    )


def _read(row: Row, table: SignTable, name: str) -> dict[str, Any]:
    measure = find_measure(table, row[name])
    unit = None if measure is None else measure.what.unit(row["unit"])
    known = {
        "written": row[name],
        "measure": None if measure is None else measure.name,
        "value": row["value"],
        "unit": row["unit"],
    }
    why = _why_not(row, name, measure)
    if why is not None or unit is None or measure is None:
        return {**known, "not_used": why}
    return {
        **known,
        "standard_value": row["value"] * unit.factor,
        "standard_unit": measure.what.standard_unit,
    }


def _why_not(row: Row, name: str, measure: Measure | None) -> str | None:
    """Say why a value cannot be used; none if it can."""
    if measure is None:
        return f"unknown: {row[name]!r}"
    unit = measure.what.unit(row["unit"])
    if unit is None:
        written = "no unit" if row["unit"] is None else f"unknown unit {row['unit']!r}"
        return f"{written} of {measure.name}"
    if row["value"] is None:
        return "no value"
    if not measure.least <= row["value"] * unit.factor <= measure.most:
        return (
            f"impossible: {row['value']:g} {row['unit']} is not between {measure.least:g} and "
            f"{measure.most:g} {measure.what.standard_unit}"
        )
    return None


def _is_before(day: date | None, course: TreatmentCourse | None) -> bool:
    """Tell whether a day lies before treatment; the day of the first treatment counts as before."""
    first = None if course is None else course.first_treatment
    return day is not None and first is not None and day <= first
