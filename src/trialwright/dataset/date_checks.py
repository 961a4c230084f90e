"""Checks of the order of dates: birth, consent, dose, scan, death."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.rules import Rule, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding, Severity
    from trialwright.dataset.rules import Row

_MEND = "correct the date that is wrong"


@dataclass(frozen=True, slots=True)
class _Order:
    """Two dates of a patient, and what it means if the first column comes before the second."""

    rule: str
    severity: Severity
    table: str
    early: str
    late: str
    say: Callable[[Row], str]


_ORDERS = (
    _Order(
        "measurement.before_birth", "error", "measurements", "scan_date", "birth_date",
        lambda row: f"{scan(row)}: the scan is before the birth, {row['birth_date']}",
    ),
    _Order(
        "measurement.after_death", "warning", "measurements", "death_date", "scan_date",
        lambda row: f"{scan(row)}: the scan is after the death, {row['death_date']}",
    ),
    _Order(
        "dose.before_consent", "warning", "doses", "start_date", "consent_date",
        lambda row: f"{row['drug']} from {row['start_date']} is before the consent, "
        f"{row['consent_date']}",
    ),
    _Order(
        "dose.after_death", "warning", "doses", "death_date", "start_date",
        lambda row: f"{row['drug']} from {row['start_date']} is after the death, "
        f"{row['death_date']}",
    ),
    _Order(
        "dose.end_before_start", "error", "doses", "end_date", "start_date",
        lambda row: f"{row['drug']}: the end, {row['end_date']}, is before the start, "
        f"{row['start_date']}",
    ),
    _Order(
        "death.before_last_alive", "warning", "patients", "death_date", "last_alive_date",
        lambda row: f"known to be alive on {row['last_alive_date']}, after the death, "
        f"{row['death_date']}",
    ),
)  # fmt: skip


def find_exchanged_dates(dataset: Dataset) -> Iterator[Finding]:
    """Find dates that stand in an order that cannot be."""
    context = _patient_dates(dataset)
    for order in _ORDERS:
        rows = dataset.table(order.table)
        rows = rows.join(
            context.drop(set(rows.columns) - {"patient_id"}, strict=False),
            on="patient_id",
            how="left",
        )
        rule = Rule(order.rule, order.severity, order.table, _own_field(dataset, order), _MEND)
        yield from rule.findings(
            rows.filter(_earliest(rows, order.early) < _earliest(rows, order.late)), order.say
        )


def _own_field(dataset: Dataset, order: _Order) -> str:
    own = dataset.table(order.table).columns
    return order.late if order.late in own else order.early


def _earliest(rows: pl.DataFrame, name: str) -> pl.Expr:
    """Return a date column; a partial date as its first possible day, so a finding is certain."""
    column = pl.col(name)
    if rows.schema[name] != pl.String:
        return column
    whole = column + pl.lit("-01-01").str.slice(column.str.len_chars() - 4)
    return whole.str.to_date("%Y-%m-%d", strict=False)


def _patient_dates(dataset: Dataset) -> pl.DataFrame:
    deaths = dataset.deaths.group_by("patient_id").agg(pl.col("death_date").max())
    return (
        dataset.patients.drop_nulls("patient_id")
        .unique("patient_id", keep="none")
        .select("patient_id", "birth_date", "consent_date", "last_alive_date")
        .join(deaths, on="patient_id", how="full", coalesce=True)
    )
