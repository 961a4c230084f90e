"""The liver tests of the patients whom a physician has to look at: severe ones and candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.safety.event_counts import SEVERE
from trialwright.safety.liver.samples import LIVER_TESTS

if TYPE_CHECKING:
    from collections.abc import Collection


def list_liver_tests(graded: pl.DataFrame, candidates: Collection[str]) -> pl.DataFrame:
    """Return every liver test of the patients with a severe one, and of the candidates.

    Parameters
    ----------
    graded : polars.DataFrame
        From ``grade_laboratory``.
    candidates : collection of str
        Patients who are candidates of Hy's law.

    Returns
    -------
    polars.DataFrame
        Rows of ``graded`` of ALT, AST, bilirubin and alkaline phosphatase, by patient and day, and
        ``set``: of several values of one test on one day, the number of each, from 0.
    """
    tests = graded.filter(pl.col("analyte").is_in(LIVER_TESTS)).drop_nulls("patient_id")
    severe = tests.filter(pl.col("grade") >= SEVERE)["patient_id"].to_list()
    listed = tests.filter(pl.col("patient_id").is_in([*severe, *candidates]))
    number = pl.int_range(pl.len()).over("patient_id", "sample_date", "analyte").alias("set")
    return listed.with_columns(number).sort(
        "patient_id", "sample_date", "set", nulls_last=True, maintain_order=True
    )
