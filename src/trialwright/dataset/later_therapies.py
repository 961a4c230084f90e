"""Anticancer treatments outside the study, each told apart by when it began.

Source: the rule of ``safety.course`` and ``response.patient``: what begins on the day of the first
study treatment or later is subsequent, what begins before it is prior.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import first_treatment_frame

if TYPE_CHECKING:
    from trialwright.dataset.dataset import Dataset

SUBSEQUENT, PRIOR, UNDATED, NEVER_TREATED = (
    "subsequent", "prior", "date not known", "never treated",
)  # fmt: skip


def place_therapies(dataset: Dataset) -> pl.DataFrame:
    """Return every row of ``therapies`` with its place in time.

    Parameters
    ----------
    dataset : Dataset
        What was observed, its partial dates completed (``dataset.complete_dates``).

    Returns
    -------
    polars.DataFrame
        The rows in their order, with ``first_treatment``, ``days_after`` (from the first treatment
        to the start, in days; null where either is not known) and ``period``: ``subsequent``,
        ``prior``, ``date not known`` or ``never treated``. None is left out.
    """
    start, first = pl.col("start_date"), pl.col("first_treatment")
    period = (
        pl.when(first.is_null())
        .then(pl.lit(NEVER_TREATED))
        .when(start.is_null())
        .then(pl.lit(UNDATED))
        .when(start >= first)
        .then(pl.lit(SUBSEQUENT))
        .otherwise(pl.lit(PRIOR))
    )
    return dataset.therapies.join(
        first_treatment_frame(dataset), on="patient_id", how="left", maintain_order="left"
    ).with_columns(period=period, days_after=(start - first).dt.total_days())
