"""Checks that hold for every table: required values, limits, lists, keys, references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.findings import Finding
from trialwright.dataset.rules import Rule, listed, rows_named, scan, size
from trialwright.dataset.schema import SOURCE_ROW, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.rules import Row
    from trialwright.dataset.schema import Column, Table

_REFERENCES = (  # table that identifies, columns that refer to it
    ("reference.patient", "patients", ("patient_id",)),
    ("reference.lesion", "lesions", ("patient_id", "lesion_id")),
    ("reference.visit", "visits", ("patient_id", "visit")),
)


def find_missing_tables(dataset: Dataset) -> Iterator[Finding]:
    """Find tables that are absent though others refer to them."""
    needed = {"patients": True, "lesions": dataset.collected("measurements")}
    for name, is_needed in needed.items():
        if is_needed and not dataset.collected(name):
            message = f"the table {name} is missing, which holds {TABLES[name].meaning} a row"
            yield Finding("table.missing", "error", message, f"add the table {name}", table=name)


def find_missing_values(dataset: Dataset) -> Iterator[Finding]:
    """Find rows that lack a required value, and required columns that hold none at all."""
    for table, column, frame in _columns(dataset):
        missing = frame.filter(pl.col(column.name).is_null())
        if not column.required or missing.is_empty():
            continue
        if missing.height == frame.height and frame.height > 1:
            message = f"{column.name} ({column.meaning}) is blank in all {frame.height} rows"
            yield Rule("column.empty", table.name, column.name, "fill the column").finding(
                {}, message
            )
            continue
        rule = Rule("value.missing", table.name, column.name, "complete the row")
        blank = f"{column.name} ({column.meaning}) is blank"
        yield from rule.findings(missing, lambda _, blank=blank: blank)  # type: ignore[misc]


def within_limits(column: Column) -> pl.Expr:
    """Return where a column lies inside its limits; true where it has none."""
    inside = pl.lit(value=True)
    if column.minimum is not None:
        inside = inside & (pl.col(column.name) >= column.minimum)
    if column.maximum is not None:
        inside = inside & (pl.col(column.name) <= column.maximum)
    return inside


def find_impossible_numbers(dataset: Dataset) -> Iterator[Finding]:
    """Find numbers below the minimum or above the maximum of their column."""
    for table, column, frame in _columns(dataset):
        outside = frame.filter(~within_limits(column))
        if column.name == "diameter_mm":
            mend = "measure again, or enter the state that was seen"
            rule = Rule("measurement.negative", table.name, column.name, mend)
            yield from rule.findings(outside, _negative)
        else:
            mend = "correct the value from the source document"
            rule = Rule("value.impossible", table.name, column.name, mend)
            yield from rule.findings(outside, _Limits(column))


class _Limits:
    """Word a number outside the limits of its column."""

    def __init__(self, column: Column) -> None:
        self.column = column

    def __call__(self, row: Row) -> str:
        column = self.column
        value = f"{row[column.name]:g} {column.unit}".strip().replace("-", "−")
        high = "or more" if column.maximum is None else f"to {column.maximum:g}"
        return f"{column.name} {value}; {column.meaning} is {column.minimum:g} {high}"


def _negative(row: Row) -> str:
    return f"{scan(row)}: {size(row['diameter_mm'])}; a diameter is 0 mm or more"


def find_unlisted_words(dataset: Dataset) -> Iterator[Finding]:
    """Find words outside the list of their column (a reader never lets one through)."""
    for table, column, frame in _columns(dataset):
        if column.allowed:
            odd = frame.filter(~pl.col(column.name).is_in(column.allowed))
            mend = f"use one of {', '.join(column.allowed)}"
            rule = Rule("value.not_listed", table.name, column.name, mend)
            for row in odd.iter_rows(named=True):
                yield rule.finding(row, f"{column.name} {row[column.name]!r} is not in its list")


def find_duplicate_rows(dataset: Dataset) -> Iterator[Finding]:
    """Find rows of one key; measurements have their own check, which compares sizes."""
    for table in TABLES.values():
        if table.name == "measurements" or not dataset.collected(table.name):
            continue
        mend = "keep one row, or correct what tells them apart"
        rule = Rule("table.duplicate", table.name, None, mend)
        for group in duplicate_groups(dataset.table(table.name), table):
            key = ", ".join(
                f"{name} {group[name]}" for name in table.key if group[name] is not None
            )
            yield rule.finding(group, f"{rows_named(group['rows'])} are all {key}")


def find_similar_patients(dataset: Dataset) -> Iterator[Finding]:
    """Find patients whose ids differ only in case or in the blanks around them."""
    mend = "if it is one patient, write one id everywhere; if not, tell the ids apart"
    rule = Rule("patient.similar_id", "patients", "patient_id", mend)
    ids = pl.col("patient_id")
    groups = (
        dataset.patients.drop_nulls("patient_id")
        .sort("patient_id", SOURCE_ROW)
        .group_by(ids.str.strip_chars().str.to_lowercase().alias("plain"), maintain_order=True)
        .agg(ids.first(), ids.unique().sort().alias("ids"), pl.col(SOURCE_ROW).first())
        .filter(pl.col("ids").list.len() > 1)
    )
    yield from rule.findings(
        groups,
        lambda row: (
            f"the ids {listed([repr(one) for one in row['ids']])} differ only in case or in "
            "the blanks around them, and count as several patients"
        ),
    )


def duplicate_groups(frame: pl.DataFrame, table: Table) -> list[Row]:
    """Return one row a repeated key.

    It holds the key, the ``source_row`` of the first row, and of all: their numbers
    (``rows``) and the rows themselves (``members``).
    """
    complete = [name for name in table.key if table.column(name).required]
    groups = (
        frame.drop_nulls(complete)
        .sort(SOURCE_ROW, maintain_order=True)
        .group_by(table.key, maintain_order=True)
        .agg(
            pl.col(SOURCE_ROW).first(),
            pl.col(SOURCE_ROW).alias("rows"),
            pl.struct(pl.exclude(table.key)).alias("members"),
        )
        .filter(pl.col("rows").list.len() > 1)
    )
    return groups.to_dicts()


def find_unknown_references(dataset: Dataset) -> Iterator[Finding]:
    """Find rows about a patient, a lesion or a visit that is in no table."""
    for rule_name, target, key in _REFERENCES:
        if not dataset.collected(target):
            continue
        known = dataset.table(target).select(key)
        for name, frame in dataset.frames.items():
            if name == target or not set(key) <= set(frame.columns):
                continue
            rule = Rule(rule_name, name, key[-1], f"add it to {target}, or correct it")
            odd = frame.drop_nulls(key).join(known, on=key, how="anti")
            for row in odd.iter_rows(named=True):
                yield rule.finding(row, f"{key[-1]} {row[key[-1]]!r} is not in the table {target}")


def _columns(dataset: Dataset) -> Iterator[tuple[Table, Column, pl.DataFrame]]:
    for name, frame in dataset.frames.items():
        for column in TABLES[name].columns:
            yield TABLES[name], column, frame
