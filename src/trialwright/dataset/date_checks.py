"""Checks of the order of dates: birth, consent, enrolment, treatment, scan, death.

A date that is known in part is compared by what is known of it: a finding holds for every day
that it may be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import (
    baseline_frame,
    first_treatment_frame,
    is_dose_given,
    was_read,
)
from trialwright.dataset.date_columns import earliest_day, known_text, latest_day
from trialwright.dataset.rules import Rule, scan
from trialwright.dataset.schema import DATES_IN_PART

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


def _evaluated_calls(dataset: Dataset) -> pl.DataFrame:
    return dataset.calls.filter(pl.col("overall").fill_null("NE") != "NE")


def _other_ends(dataset: Dataset) -> pl.DataFrame:
    """Return the ends that are not said to be for death, which may be written down later."""
    said = pl.col("reason").fill_null("").str.contains(r"(?i)\bdeath\b|\bdied\b|\bdead\b")
    category = pl.col("reason_category")
    return dataset.dispositions.filter(~pl.coalesce(category == "death", said))


_ORDERS = (
    _Order(
        "measurement.before_birth", "measurements", "scan_date", "birth_date",
        lambda row: f"{scan(row)}: the scan is before the birth, {row['birth_date']}",
    ),
    _Order(
        "measurement.after_death", "measurements", "death_date", "scan_date",
        lambda row: f"{scan(row)}: the scan is after the death, {row['death']}",
    ),
    _Order(
        "visit.after_death", "visits", "death_date", "visit_date",
        lambda row: f"the visit {row['visit']}, {row['visit_date']}, was read and is after the "
        f"death, {row['death']}",
        rows=_read_visits,
    ),
    _Order(
        "call.after_death", "calls", "death_date", "call_date",
        lambda row: f"{row['overall']} at {row['visit']} is dated {row['call_date']}, after the "
        f"death, {row['death']}",
        rows=_evaluated_calls,
    ),
    _Order(
        "call.before_baseline", "calls", "call_date", "baseline",
        lambda row: f"{row['overall']} at {row['visit']} is dated {row['call_date']}, before the "
        f"baseline scan, {row['baseline']}",
        rows=_evaluated_calls,
    ),
    _Order(
        "ablation.after_death", "ablations", "death_date", "ablation_date",
        lambda row: f"the {row['modality']} on {row['ablation_date']} is after the death, "
        f"{row['death']}",
    ),
    _Order(
        "dose.before_consent", "doses", "start_date", "consent_date",
        lambda row: f"{row['drug']} from {row['start_date']} is before the consent, "
        f"{row['consent_date']}",
        rows=_given_doses,
    ),
    _Order(
        "dose.after_death", "doses", "death_date", "start_date",
        lambda row: f"{row['drug']} from {row['start_date']} is after the death, {row['death']}",
        rows=_given_doses,
    ),
    _Order(
        "dose.end_after_death", "doses", "death_date", "end_date",
        lambda row: f"{row['drug']} ends on {row['end_date']}, after the death, {row['death']}",
        rows=_given_doses,
    ),
    _Order(
        "dose.end_before_start", "doses", "end_date", "start_date",
        lambda row: f"{row['drug']}: the end, {row['end_date']}, is before the start, "
        f"{row['start_date']}",
    ),
    _Order(
        "event.after_death", "adverse_events", "death_date", "start_date",
        lambda row: f"{row['term']} from {row['start_date']} is after the death, {row['death']}",
    ),
    _Order(
        "event.end_after_death", "adverse_events", "death_date", "end_date",
        lambda row: f"{row['term']} ends on {row['end_date']}, after the death, {row['death']}",
    ),
    _Order(
        "lab.after_death", "labs", "death_date", "sample_date",
        lambda row: f"{row['test']}: the sample of {row['sample_date']} is after the death, "
        f"{row['death']}",
    ),
    _Order(
        "vital.after_death", "vitals", "death_date", "measured_date",
        lambda row: f"{row['test']}: measured on {row['measured_date']}, after the death, "
        f"{row['death']}",
    ),
    _Order(
        "ecg.after_death", "ecgs", "death_date", "ecg_date",
        lambda row: f"{row['parameter']}: the ECG of {row['ecg_date']} is after the death, "
        f"{row['death']}",
    ),
    _Order(
        "medication.after_death", "medications", "death_date", "start_date",
        lambda row: f"{row['medication']} from {row['start_date']} is after the death, "
        f"{row['death']}",
    ),
    _Order(
        "death.before_last_alive", "patients", "death_date", "last_alive_date",
        lambda row: f"known to be alive on {row['last_alive_date']}, after the death, "
        f"{row['death']}",
    ),
    _Order(
        "death.before_enrolment", "deaths", "death_date", "enrolment_date",
        lambda row: f"the death, {row['known']}, is before the enrolment, "
        f"{row['enrolment_date']}",
    ),
    _Order(
        "death.before_treatment", "deaths", "death_date", "first_treatment",
        lambda row: f"the death, {row['known']}, is before the first treatment, "
        f"{row['first_treatment']}",
    ),
    _Order(
        "therapy.before_treatment", "therapies", "start_date", "first_treatment",
        lambda row: f"{row['therapy']} from {row['known']} is before the first study "
        f"treatment, {row['first_treatment']}; the table holds later therapies only",
    ),
    _Order(
        "therapy.after_death", "therapies", "death_date", "start_date",
        lambda row: f"{row['therapy']} from {row['known']} is after the death, {row['death']}",
    ),
    _Order(
        "disposition.after_death", "dispositions", "death_date", "end_date",
        lambda row: f"the end of {row['drug'] or row['scope']} on {row['known']} "
        f"({row['reason']}) is after the death, {row['death']}",
        rows=_other_ends,
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
        if order.table in DATES_IN_PART:
            name = DATES_IN_PART[order.table]
            rows = rows.with_columns(known_text(rows, name).alias("known"))
        rows = rows.join(
            context.drop(set(rows.columns) - {"patient_id"}, strict=False),
            on="patient_id",
            how="left",
        )
        rule = Rule(order.rule, order.table, _own_field(dataset, order), _MEND)
        yield from rule.findings(rows.filter(_is_exchanged(rows, order)), order.say)


def _is_exchanged(rows: pl.DataFrame, order: _Order) -> pl.Expr:
    """Return where the first date is before the second, whichever days they may be."""
    return latest_day(rows, order.early) < earliest_day(rows, order.late)


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


def find_never_treated(dataset: Dataset) -> Iterator[Finding]:
    """Find enrolled patients without any study treatment, where others were treated."""
    treated = first_treatment_frame(dataset)
    if treated.is_empty():
        return
    mend = "nothing to do if that is so; the analysis set of the treated leaves the patient out"
    rule = Rule("patient.never_treated", "patients", None, mend)
    enrolled = dataset.patients.filter(pl.col("enrolment_date").is_not_null())
    yield from rule.findings(
        enrolled.join(treated, on="patient_id", how="anti", maintain_order="left"),
        lambda row: f"enrolled on {row['enrolment_date']} and never treated",
    )


def _own_field(dataset: Dataset, order: _Order) -> str:
    own = dataset.table(order.table).columns
    return order.late if order.late in own else order.early


def _patient_dates(dataset: Dataset) -> pl.DataFrame:
    deaths = dataset.deaths
    died = deaths.with_columns(
        latest_day(deaths, "death_date").alias("death_date"),
        known_text(deaths, "death_date").alias("death"),
    ).sort("death_date", "death", nulls_last=False)
    baseline = baseline_frame(dataset).group_by("patient_id")
    return (
        dataset.patients.drop_nulls("patient_id")
        .unique("patient_id", keep="none")
        .select("patient_id", "birth_date", "consent_date", "enrolment_date", "last_alive_date")
        .join(
            died.group_by("patient_id").agg(pl.col("death_date", "death").last()),
            on="patient_id",
            how="full",
            coalesce=True,
        )
        .join(first_treatment_frame(dataset), on="patient_id", how="full", coalesce=True)
        .join(
            baseline.agg(pl.col("first_day").min().alias("baseline")),
            on="patient_id",
            how="full",
            coalesce=True,
        )
    )
