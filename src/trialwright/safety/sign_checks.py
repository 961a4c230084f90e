"""Findings about vital signs and ECGs that need to know what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.checks import as_told
from trialwright.dataset.findings import Finding
from trialwright.dataset.schema import SOURCE_ROW
from trialwright.safety.blood_pressure import pair_pressures
from trialwright.safety.measures import DIASTOLIC, SYSTOLIC, find_measure, near_measures
from trialwright.safety.signs import read_signs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.rules import Row
    from trialwright.safety.measures import SignTable
    from trialwright.study.model import Study

_NAMES: dict[SignTable, tuple[str, str]] = {  # first part of a rule, and the column of the name
    "vitals": ("vital", "test"),
    "ecgs": ("ecg", "parameter"),
}


def check_vitals(
    dataset: Dataset, study: Study, signs: pl.DataFrame | None = None
) -> tuple[Finding, ...]:
    """Find vital signs that cannot be used; the data stay as they are.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        As for ``read_signs``.
    signs : polars.DataFrame, optional
        As ``read_signs`` returns it, where it is at hand.

    Returns
    -------
    tuple of Finding
        One a test that is unknown (``vital.unknown_test``, a warning), one a test and unit that do
        not go together (``vital.unknown_unit``, an error), one a value that no living patient has
        (``vital.impossible``, an error), and one a day on which the diastolic pressure is not below
        the systolic (``vital.pressures_exchanged``, an error).

    Examples
    --------
    >>> from datetime import date
    >>> from trialwright.dataset import Dataset
    >>> from trialwright.study import read_study
    >>> day = date(2026, 3, 2)
    >>> vitals = pl.DataFrame({"patient_id": ["014"], "test": ["SYSBP"], "value": [1200.0],
    ...     "measured_date": [day], "unit": ["mmHg"]})
    >>> data = Dataset.create({"vitals": vitals}, source="made in code")
    >>> print(check_vitals(data, read_study("examples/crclm/study.toml"))[0].rule)
    vital.impossible
    """
    signs = read_signs(dataset, study, "vitals") if signs is None else signs
    found = (*_check(signs, "vitals"), *_find_exchanged(signs))
    return tuple(as_told(finding, dataset) for finding in found)


def check_ecgs(
    dataset: Dataset, study: Study, signs: pl.DataFrame | None = None
) -> tuple[Finding, ...]:
    """Find ECG parameters that cannot be used: ``ecg.unknown_parameter``, as of vital signs."""
    signs = read_signs(dataset, study, "ecgs") if signs is None else signs
    return tuple(as_told(finding, dataset) for finding in _check(signs, "ecgs"))


def _check(signs: pl.DataFrame, table: SignTable) -> Iterator[Finding]:
    yield from _find_unknown(signs, table)
    yield from _find_units(signs, table)
    yield from _find_impossible(signs, table)


def _find_unknown(signs: pl.DataFrame, table: SignTable) -> Iterator[Finding]:
    rule, column = _NAMES[table]
    unknown = signs.filter(pl.col("measure").is_null()).drop_nulls("written")
    for row in _groups(unknown, ["written"]):
        near = near_measures(table, row["written"])
        mend = f"write {' or '.join(near)}, if that is meant; else nothing to do"
        if not near:
            mend = "nothing to do, unless a table should count it"
        message = (
            f"the {column} {row['written']!r} is unknown; its {_rows(row)} are kept and not used"
        )
        place = _place(row, table, column)
        yield Finding(f"{rule}.unknown_{column}", "warning", message, mend, **place)


def _find_units(signs: pl.DataFrame, table: SignTable) -> Iterator[Finding]:
    rule, _ = _NAMES[table]
    known = signs.drop_nulls("measure")
    for row in _groups(known, ["written", "unit"]):
        measure = find_measure(table, row["written"])
        if measure is None or measure.what.unit(row["unit"]) is not None:
            continue
        unit = "no unit" if row["unit"] is None else f"the unit {row['unit']!r}"
        message = f"{row['written']} has {unit}, which is unknown for it: {_rows(row)} not used"
        units = ", ".join(measure.what.unit_names)
        mend = f"write the unit; known of {measure.name}: {units}"
        place = _place(row, table, "unit")
        yield Finding(f"{rule}.unknown_unit", "error", message, mend, **place)


def _find_impossible(signs: pl.DataFrame, table: SignTable) -> Iterator[Finding]:
    rule, _ = _NAMES[table]
    odd = signs.filter(pl.col("not_used").str.starts_with("impossible"))
    for row in odd.sort(SOURCE_ROW, maintain_order=True).iter_rows(named=True):
        on = "" if row["date"] is None else f" on {row['date']}"
        message = f"{row['written']}{on} is {row['not_used']}, so it is not used"
        mend = "correct the value or its unit from the source document"
        yield Finding(
            f"{rule}.impossible",
            "error",
            message,
            mend,
            table=table,
            row=row[SOURCE_ROW],
            patient=row["patient_id"],
            field="value",
        )


def _find_exchanged(signs: pl.DataFrame) -> Iterator[Finding]:
    """Report days on which the two pressures were probably exchanged, at the diastolic one."""
    pairs = pair_pressures(signs).filter(pl.col("diastolic") >= pl.col("systolic"))
    rows = (
        signs.filter(measure=DIASTOLIC)
        .group_by("patient_id", "date")
        .agg(pl.col(SOURCE_ROW).min())
        .join(pairs, on=("patient_id", "date"))
        .sort(SOURCE_ROW, "patient_id", "date")
    )
    for row in rows.iter_rows(named=True):
        message = (
            f"on {row['date']} the {DIASTOLIC}, {row['diastolic']:g} mmHg, is not below the "
            f"{SYSTOLIC}, {row['systolic']:g} mmHg, so neither is used for a band"
        )
        yield Finding(
            "vital.pressures_exchanged",
            "error",
            message,
            "exchange the two, or correct them from the source document",
            table="vitals",
            row=row[SOURCE_ROW],
            patient=row["patient_id"],
            field="value",
        )


def _groups(rows: pl.DataFrame, columns: Sequence[str]) -> Iterator[Row]:
    """Yield the first row of each group, its number of rows and its patients."""
    patients = pl.col("patient_id")
    groups = (
        rows.sort(SOURCE_ROW, maintain_order=True)
        .group_by(columns, maintain_order=True)
        .agg(
            patients.first(),
            patients.drop_nulls().unique(maintain_order=True).alias("patients"),
            pl.col(SOURCE_ROW).first(),
            pl.len().alias("rows"),
        )
    )
    yield from groups.iter_rows(named=True)


def _place(row: Row, table: SignTable, field: str) -> dict[str, Any]:
    return {
        "table": table,
        "row": row[SOURCE_ROW],
        "patient": row["patient_id"],
        "field": field,
        "patients": tuple(row["patients"]),
    }


def _rows(row: Row) -> str:
    rows, patients = row["rows"], len(row["patients"])
    many = "1 row" if rows == 1 else f"{rows} rows"
    return many if patients == 1 else f"{many} of {patients} patients"
