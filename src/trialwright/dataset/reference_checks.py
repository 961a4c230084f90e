"""Checks of references: patients, lesions, visits and readings that other rows speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.lesion_rows import LESION, NAMED
from trialwright.dataset.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

_REFERENCES = (  # table that identifies, columns that refer to it
    ("reference.patient", "patients", ("patient_id",)),
    ("reference.visit", "visits", ("patient_id", "visit")),
)
_ADD_LESION = "add it to lesions, or correct the name"


def find_unknown_references(dataset: Dataset) -> Iterator[Finding]:
    """Find rows about a patient or a visit that is in no table."""
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


def find_scans_of_unknown_lesions(dataset: Dataset) -> Iterator[Finding]:
    """Find measurements of a lesion that their reader never declared."""
    if not dataset.collected("lesions"):
        return
    rule = Rule("measurement.unknown_lesion", "measurements", "lesion_id", _ADD_LESION)
    odd = dataset.measurements.drop_nulls(NAMED).join(
        dataset.lesions.select(LESION), on=LESION, how="anti", nulls_equal=True
    )
    yield from rule.findings(
        odd, lambda row: f"{_unknown(row)}; its part is unknown, so the measurement counts nowhere"
    )


def find_ablations_of_unknown_lesions(dataset: Dataset) -> Iterator[Finding]:
    """Find local treatments of a lesion that nobody declared, or not the reader they name."""
    if not dataset.collected("lesions"):
        return
    rule = Rule("ablation.unknown_lesion", "ablations", "lesion_id", _ADD_LESION)
    treated = dataset.ablations.drop_nulls(NAMED)
    is_of_all = pl.col("reader").is_null()
    odd = (
        treated.filter(is_of_all).join(dataset.lesions.select(NAMED), on=NAMED, how="anti"),
        treated.filter(~is_of_all).join(dataset.lesions.select(LESION), on=LESION, how="anti"),
    )
    yield from rule.findings(
        pl.concat(odd),
        lambda row: (
            f"{_unknown(row)}, so the {row['modality']} of {row['ablation_date']} changes the "
            "reading of no lesion"
        ),
    )


def _unknown(row: Row) -> str:
    of_reader = f" as one of {row['reader']}" if row["reader"] is not None else ""
    return f"lesion_id {row['lesion_id']!r} is not in the table lesions{of_reader}"


def find_mixed_readers(dataset: Dataset) -> Iterator[Finding]:
    """Find tables in which some rows name a reader and others do not.

    The lesions and their measurements are one reading, so they are looked at together.
    """
    mend = "name the reader in every row, or in none"
    for tables in (("lesions", "measurements"), ("calls",)):
        blank = {name: dataset.table(name).filter(pl.col("reader").is_null()) for name in tables}
        rows = sum(dataset.table(name).height for name in tables)
        if sum(frame.height for frame in blank.values()) == rows:
            continue
        for name, frame in blank.items():
            if not frame.is_empty():
                message = (
                    f"{frame.height} of {dataset.table(name).height} rows name no reader, where "
                    f"other rows of {' and '.join(tables)} do"
                )
                first = frame.sort("source_row", "patient_id").row(0, named=True)
                message += f"; the first is of patient {first['patient_id']}"
                first = {"source_row": first["source_row"]}
                yield Rule("reader.mixed", name, "reader", mend).finding(first, message)


def find_unread_adjudications(dataset: Dataset) -> Iterator[Finding]:
    """Find adjudications that accept a reader who neither read nor called the patient.

    A patient who is in no table at all is told of once, by ``find_unknown_references``.
    """
    mend = "correct the accepted reader, or add the reading"
    rule = Rule("reference.reader", "adjudications", "accepted_reader", mend)
    readings = pl.concat(
        dataset.table(name).select("patient_id", accepted_reader="reader")
        for name in ("measurements", "calls")
    )
    odd = (
        dataset.adjudications.drop_nulls(("patient_id", "accepted_reader"))
        .join(readings, on=("patient_id", "accepted_reader"), how="anti")
        .join(dataset.patients, on="patient_id", how="semi")
    )
    yield from rule.findings(
        odd,
        lambda row: f"no scan of the patient was read by {row['accepted_reader']}, who is accepted",
    )
