"""Findings about laboratory results that need to know what a test measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.checks import as_told
from trialwright.dataset.findings import Finding
from trialwright.dataset.schema import SOURCE_ROW
from trialwright.safety.ctcae.criteria import read_criteria
from trialwright.safety.units import find_analyte, near_analytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.rules import Row
    from trialwright.safety.ctcae.criteria import Criteria
    from trialwright.safety.units import Analyte
    from trialwright.study.model import Study

_FAR = 5.0  # times off the median: between laboratories that differ and units that do
_LIMITS = {"lower_limit": "lower limit", "upper_limit": "upper limit"}


def check_laboratory(dataset: Dataset, study: Study) -> tuple[Finding, ...]:
    """Find laboratory results that cannot be graded, or not fully; the data stay as they are.

    Parameters
    ----------
    dataset : Dataset
        What was observed; checks that need not know what a test is are in ``check_dataset``.
    study : Study
        Says by which version of CTCAE values are graded.

    Returns
    -------
    tuple of Finding
        One a test that is unknown (``lab.unknown_test``, a warning), one a test and unit that do
        not go together (``lab.unknown_unit``, an error), one a test with an upper limit that is
        not above 0 (``lab.limit_impossible``, an error), one a test and unit with upper limits far
        from the others (``lab.limit_implausible``, a warning), and one a test and limit of normal
        that CTCAE grades from and that rows lack (``lab.limit_missing``, a warning). Each names
        the first row with its patient, all patients, and what may have been meant.

    Examples
    --------
    >>> from trialwright.dataset import Dataset
    >>> from trialwright.study import read_study
    >>> labs = pl.DataFrame({"patient_id": ["014"], "test": ["ALTT"], "value": [31.0]})
    >>> data = Dataset.create({"labs": labs}, source="made in code")
    >>> finding = check_laboratory(data, read_study("examples/crclm/study.toml"))[0]
    >>> finding.rule, finding.patient
    ('lab.unknown_test', '014')
    """
    criteria = read_criteria(study.safety.ctcae_version.require())
    labs = dataset.table("labs").drop_nulls("test").sort(SOURCE_ROW, maintain_order=True)
    found = [
        *_unknown_tests(labs),
        *_unknown_units(labs),
        *_impossible_limits(labs),
        *_implausible_limits(labs),
        *_missing_limits(labs, criteria),
    ]
    return tuple(as_told(finding, dataset) for finding in found)


def _unknown_tests(labs: pl.DataFrame) -> Iterator[Finding]:
    for row in _groups(labs, ["test"]):
        test = row["test"]
        if find_analyte(test) is not None:
            continue
        near = near_analytes(test)
        mend = "if CTCAE grades it, write its usual name or its CDISC code; else nothing to do"
        if near:
            mend = f"write {' or '.join(near)}, if that is meant; else nothing to do"
        message = f"the test {test!r} is unknown; its {_rows(row)} are listed and not graded"
        yield Finding("lab.unknown_test", "warning", message, mend, **_place(row, "test"))


def _unknown_units(labs: pl.DataFrame) -> Iterator[Finding]:
    for row in _groups(labs, ["test", "unit"]):
        analyte = find_analyte(row["test"])
        if analyte is None or analyte.unit(row["unit"]) is not None:
            continue
        unit = "no unit" if row["unit"] is None else f"the unit {row['unit']!r}"
        message = f"{row['test']} has {unit}, which is unknown for it: {_rows(row)} not graded"
        mend = f"write the unit; known of {analyte.name}: {', '.join(analyte.unit_names)}"
        yield Finding("lab.unknown_unit", "error", message, mend, **_place(row, "unit"))


def _impossible_limits(labs: pl.DataFrame) -> Iterator[Finding]:
    """Report upper limits that no value could lie below, often a blank exported as 0."""
    for row in _groups(labs.filter(pl.col("upper_limit") <= 0), ["test"]):
        if find_analyte(row["test"]) is None:
            continue
        message = f"{row['test']} has an upper limit of 0 or below: {_rows(row)} not graded"
        mend = "enter the limit of the laboratory, or leave the cell empty"
        yield Finding("lab.limit_impossible", "error", message, mend, **_place(row, "upper_limit"))


def _implausible_limits(labs: pl.DataFrame) -> Iterator[Finding]:
    """Report upper limits far from those of the others, often in another unit than the value.

    They are compared in the standard unit of the analyte, over all its tests and units.
    """
    limits = _standard_limits(labs)
    usual = limits.group_by("analyte").agg(pl.col("standard").median().alias("usual"))
    times = pl.col("standard") / pl.col("usual")
    far = limits.join(usual, on="analyte").filter((times > _FAR) | (times < 1 / _FAR))
    for row in _groups(far, ["test", "unit"]):
        message = (
            f"{row['test']}: the upper limit of {_rows(row)} in {row['unit']} is more than "
            f"{_FAR:g} times off the usual one of the data"
        )
        mend = "look whether limit and value are in the same unit; the grade rests on both"
        place = _place(row, "upper_limit")
        yield Finding("lab.limit_implausible", "warning", message, mend, **place)


def _standard_limits(labs: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose upper limit can be told in the standard unit of their analyte."""
    known = labs.filter(pl.col("upper_limit") > 0)
    sizes = [
        (test, unit, analyte.name, size.factor)
        for test, unit in known.select("test", "unit").unique(maintain_order=True).iter_rows()
        if (analyte := find_analyte(test)) is not None and (size := analyte.unit(unit)) is not None
    ]
    schema = {"test": pl.String, "unit": pl.String, "analyte": pl.String, "factor": pl.Float64}
    told = pl.DataFrame(sizes, schema=schema, orient="row")
    placed = known.join(
        told, on=("test", "unit"), how="inner", nulls_equal=True, maintain_order="left"
    )
    return placed.with_columns(standard=pl.col("upper_limit") * pl.col("factor")).drop("factor")


def _missing_limits(labs: pl.DataFrame, criteria: Criteria) -> Iterator[Finding]:
    for column, limit in _LIMITS.items():
        for row in _groups(labs.filter(pl.col(column).is_null()), ["test"]):
            analyte = find_analyte(row["test"])
            if analyte is None or not _graded_from(analyte, limit, criteria):
                continue
            message = (
                f"{row['test']} has no {limit} of normal in {_rows(row)}; CTCAE "
                f"{criteria.version} grades from it, so a value may stay without a grade"
            )
            mend = "enter the limits of the laboratory that measured it"
            yield Finding("lab.limit_missing", "warning", message, mend, **_place(row, column))


def _graded_from(analyte: Analyte, limit: str, criteria: Criteria) -> bool:
    return any(
        limit in rung.of
        for term in criteria.terms
        if term.analyte == analyte.name
        for rung in term.rungs
    )


def _groups(labs: pl.DataFrame, columns: Sequence[str]) -> Iterator[Row]:
    """Return the first row of each test (and unit), its number of rows and its patients."""
    patients = pl.col("patient_id")
    groups = labs.group_by(columns, maintain_order=True).agg(
        patients.first(),
        patients.drop_nulls().unique(maintain_order=True).alias("patients"),
        pl.col(SOURCE_ROW).first(),
        pl.len().alias("rows"),
    )
    yield from groups.iter_rows(named=True)


def _place(row: Row, field: str) -> Row:
    return {
        "table": "labs",
        "row": row[SOURCE_ROW],
        "patient": row["patient_id"],
        "field": field,
        "patients": tuple(row["patients"]),
    }


def _rows(row: Row) -> str:
    rows, patients = row["rows"], len(row["patients"])
    many = "1 row" if rows == 1 else f"{rows} rows"
    return many if patients == 1 else f"{many} of {patients} patients"
