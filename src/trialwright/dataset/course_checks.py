"""Checks of medication and of screening that need no knowledge of what was given or measured.

What a vital sign or a parameter of the ECG is, is known in ``safety``, whose ``check_vitals`` and
``check_ecgs`` tell of the rest; characteristics are checked against the study file, by
``check_characteristics``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import first_treatment_frame
from trialwright.dataset.date_columns import earliest_day, latest_day
from trialwright.dataset.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row


def find_medications_that_end_first(dataset: Dataset) -> Iterator[Finding]:
    """Find medications that end before they start, whichever days their dates may be."""
    rows = dataset.table("medications")
    rule = Rule(
        "medication.end_before_start", "medications", "end_date", "correct the date that is wrong"
    )
    wrong = latest_day(rows, "end_date") < earliest_day(rows, "start_date")
    yield from rule.findings(
        rows.filter(wrong),
        lambda row: (
            f"{row['medication']}: the end, {row['end_date']}, is before the start, "
            f"{row['start_date']}"
        ),
    )


def find_screening_ends_of_enrolled(dataset: Dataset) -> Iterator[Finding]:
    """Find ends of screening of patients who were enrolled or treated all the same."""
    mend = "remove the row if the patient was enrolled, else the date of enrolment"
    rule = Rule("disposition.screened_enrolled", "dispositions", "scope", mend)
    entered = (
        dataset.patients.unique("patient_id", keep="none")
        .select("patient_id", "enrolment_date")
        .join(first_treatment_frame(dataset), on="patient_id", how="full", coalesce=True)
        .filter(pl.any_horizontal(pl.col("enrolment_date", "first_treatment").is_not_null()))
    )
    ends = dataset.dispositions.filter(scope="screening")
    yield from rule.findings(
        ends.join(entered, on="patient_id", maintain_order="left"), _say_entered
    )


def _say_entered(row: Row) -> str:
    entered = (
        f"enrolled on {row['enrolment_date']}"
        if row["enrolment_date"] is not None
        else f"treated from {row['first_treatment']} on"
    )
    return f"screening ended without enrolment ({row['reason']}), and the patient was {entered}"
