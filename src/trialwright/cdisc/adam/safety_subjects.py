"""Patients of the safety tables beside those of ADSL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.rules import adam_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset import Finding


def find_strangers(rows: pl.DataFrame, adsl: pl.DataFrame) -> Iterator[Finding]:
    """Find patients whom ADSL holds twice, and rows of patients whom it does not hold.

    Parameters
    ----------
    rows : polars.DataFrame
        A table of the room ``safety``, with ``patient_id``.
    adsl : polars.DataFrame
        From ``adsl``.
    """
    for subject in adsl.filter(pl.col("USUBJID").is_duplicated())["USUBJID"].unique():
        row = {"USUBJID": subject}
        message, mend = "ADSL holds the patient twice", "keep one row a patient"
        yield adam_finding("adam.subject_repeated", message, mend, "ADSL", row)
    if rows["patient_id"].null_count():
        message, mend = "a row names no patient", "write the patient"
        yield adam_finding("adam.subject_blank", message, mend, "ADSL")
    named = rows["patient_id"].drop_nulls().unique()
    for subject in named.filter(~named.is_in(adsl["USUBJID"].implode())).sort():
        message, mend = "the patient is not in ADSL", "derive ADSL from the same data"
        yield adam_finding("adam.subject_unknown", message, mend, "ADSL", {"USUBJID": subject})
