"""Checks of the order of dates: birth, consent, enrolment, treatment, scan, death."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import first_treatment_frame, is_dose_given, was_read
from trialwright.dataset.rules import Rule, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

_MEND = "correct the date that is wrong"


@dataclass(frozen=True, slots=True)
class _Order:
    """Two dates of a patient, and what it means if the first column comes before the second."""

    rule: str
    table: str
    early: str
    late: str
    say: Callable[[Row], str]
    rows: Callable[[Dataset], pl.DataFrame] | None = None  # those it is about; None: all


def _given_doses(dataset: Dataset) -> pl.DataFrame:
    return dataset.doses.filter(is_dose_given())


def _read_visits(dataset: Dataset) -> pl.DataFrame:
    read = dataset.measurements.filter(was_read())
    return dataset.visits.join(read, on=("patient_id", "visit"), how="semi")


_ORDERS = (
    _Order(
        "measurement.before_birth", "measurements", "scan_date", "birth_date",
        lambda row: f"{scan(row)}: the scan is before the birth, {row['birth_date']}",
    ),
    _Order(
        "measurement.after_death", "measurements", "death_date", "scan_date",
        lambda row: f"{scan(row)}: the scan is after the death, {row['death_date']}",
    ),
    _Order(
        "visit.after_death", "visits", "death_date", "visit_date",
        lambda row: f"the visit {row['visit']}, {row['visit_date']}, was read and is after the "
        f"death, {row['death_date']}",
        rows=_read_visits,
    ),
    _Order(
        "dose.before_consent", "doses", "start_date", "consent_date",
        lambda row: f"{row['drug']} from {row['start_date']} is before the consent, "
        f"{row['consent_date']}",
        rows=_given_doses,
    ),
    _Order(
        "dose.after_death", "doses", "death_date", "start_date",
        lambda row: f"{row['drug']} from {row['start_date']} is after the death, "
        f"{row['death_date']}",
        rows=_given_doses,
    ),
    _Order(
        "dose.end_before_start", "doses", "end_date", "start_date",
        lambda row: f"{row['drug']}: the end, {row['end_date']}, is before the start, "
        f"{row['start_date']}",
    ),
    _Order(
        "death.before_last_alive", "patients", "death_date", "last_alive_date",
        lambda row: f"known to be alive on {row['last_alive_date']}, after the death, "
        f"{row['death_date']}",
    ),
    _Order(
        "death.before_enrolment", "deaths", "death_date", "enrolment_date",
        lambda row: f"the death, {row['death_date']}, is before the enrolment, "
        f"{row['enrolment_date']}",
    ),
    _Order(
        "death.before_treatment", "deaths", "death_date", "first_treatment",
        lambda row: f"the death, {row['death_date']}, is before the first treatment, "
        f"{row['first_treatment']}",
    ),
    _Order(
        "therapy.before_treatment", "therapies", "start_date", "first_treatment",
        lambda row: f"{row['therapy']} from {row['start_date']} is before the first study "
        f"treatment, {row['first_treatment']}; the table holds later therapies only",
    ),
    _Order(
        "enrolment.after_treatment", "patients", "first_treatment", "enrolment_date",
        lambda row: f"the enrolment, {row['enrolment_date']}, is after the first treatment, "
        f"{row['first_treatment']}",
    ),
)  # fmt: skip


def find_exchanged_dates(dataset: Dataset) -> Iterator[Finding]:
    """Find dates that stand in an order that cannot be."""
    context = _patient_dates(dataset)
    for order in _ORDERS:
        rows = order.rows(dataset) if order.rows else dataset.table(order.table)
        rows = rows.join(
            context.drop(set(rows.columns) - {"patient_id"}, strict=False),
            on="patient_id",
            how="left",
        )
        rule = Rule(order.rule, order.table, _own_field(dataset, order), _MEND)
        yield from rule.findings(
            rows.filter(earliest_day(rows, order.early) < earliest_day(rows, order.late)),
            order.say,
        )


def find_treated_without_enrolment(dataset: Dataset) -> Iterator[Finding]:
    """Find treated patients without an enrolment date, where others have one."""
    mend = "add the date of enrolment"
    rule = Rule("treatment.without_enrolment", "patients", "enrolment_date", mend)
    if dataset.patients["enrolment_date"].is_null().all():
        return
    treated = dataset.patients.filter(pl.col("enrolment_date").is_null()).join(
        first_treatment_frame(dataset), on="patient_id", maintain_order="left"
    )
    yield from rule.findings(
        treated,
        lambda row: (
            f"treated from {row['first_treatment']} on, without a date of enrolment, "
            "which other patients have"
        ),
    )


def _own_field(dataset: Dataset, order: _Order) -> str:
    own = dataset.table(order.table).columns
    return order.late if order.late in own else order.early


def earliest_day(rows: pl.DataFrame, name: str) -> pl.Expr:
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
        .select("patient_id", "birth_date", "consent_date", "enrolment_date", "last_alive_date")
        .join(deaths, on="patient_id", how="full", coalesce=True)
        .join(first_treatment_frame(dataset), on="patient_id", how="full", coalesce=True)
    )
