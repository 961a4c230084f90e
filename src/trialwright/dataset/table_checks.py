"""Checks that hold for every table: required values, limits, lists, keys, references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.findings import Finding
from trialwright.dataset.lesion_rows import PLACE
from trialwright.dataset.rules import Rule, listed, rows_named, scan, size
from trialwright.dataset.schema import SOURCE_ROW, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.columns import Column, Table
    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.rules import Row


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
    """Find rows of one key; repeated measurements and changed organs have checks of their own."""
    for table in TABLES.values():
        if table.name == "measurements" or not dataset.collected(table.name):
            continue
        mend = "keep one row, or correct what tells them apart"
        rule = Rule("table.duplicate", table.name, None, mend)
        for group in duplicate_groups(dataset.table(table.name), table):
            if table.name == "lesions" and _is_organ_change(group):
                continue
            key = ", ".join(
                f"{name} {group[name]}" for name in table.key if group[name] is not None
            )
            yield rule.finding(group, f"{rows_named(group['rows'])} are all {key}{_differ(group)}")


def _differ(group: Row) -> str:
    """Say in which columns the rows of one key differ."""
    members = [{name: row[name] for name in row if name != SOURCE_ROW} for row in group["members"]]
    names = [name for name in members[0] if len({str(row[name]) for row in members}) > 1]
    return f", and differ in {listed(names)}" if names else ", and equal"


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


def organ_changes(dataset: Dataset) -> list[Row]:
    """Return the ``duplicate_groups`` of lesions whose rows differ in nothing but the place."""
    groups = duplicate_groups(dataset.lesions, TABLES["lesions"])
    return [group for group in groups if _is_organ_change(group)]


def _is_organ_change(group: Row) -> bool:
    places = {tuple(row[name] for name in PLACE) for row in group["members"]}
    parts = {
        tuple(value for name, value in row.items() if name not in (*PLACE, SOURCE_ROW))
        for row in group["members"]
    }
    return len(places) > 1 and len(parts) == 1


def _columns(dataset: Dataset) -> Iterator[tuple[Table, Column, pl.DataFrame]]:
    for name, frame in dataset.frames.items():
        for column in TABLES[name].columns:
            yield TABLES[name], column, frame
