"""The sums that the source collected (SUMDIAM), compared with the sums of the diameters.

A collected sum is never used: a sum is derived, and the lesions are what was measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.sizes import size_of_row
from trialwright.dataset import SIZE_OF_STATE

if TYPE_CHECKING:
    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

_READ = ("USUBJID", "reader", "visit")
_SAME_MM = 1e-6  # rounding of binary fractions, far below a tenth of a millimetre


def compare_sums(
    sums: Domain, lesions: pl.DataFrame, measurements: pl.DataFrame, ledger: Ledger
) -> None:
    """Report collected sums that differ from ours, and those of scans with an unread target.

    Parameters
    ----------
    sums : Domain
        Rows of TR that hold a sum, with ``reader`` and ``visit``.
    lesions, measurements : polars.DataFrame
        The tables of the data set.
    ledger : Ledger
        Takes the findings.
    """
    ours = _sum_targets(lesions, measurements)
    both = sums.frame.with_columns(size_of_row().alias("collected")).join(
        ours, on=list(_READ), how="left", nulls_equal=True, maintain_order="left"
    )
    complete = pl.col("unread") == 0
    differs = (pl.col("collected") - pl.col("sum")).abs() > _SAME_MM
    ledger.say_each(
        sums,
        both.filter(complete & differs).with_columns(pl.col("sum").round(6)),
        "sdtm.sum_differs",
        "visit {VISIT}, {TREVAL}: the collected sum is {collected} mm, the diameters add up to "
        "{sum} mm, which counts",
        "correct the diameter or the sum",
    )
    ledger.say(
        sums,
        both.filter((pl.col("unread") > 0) & pl.col("collected").is_not_null()),
        "sdtm.sum_incomplete",
        "a sum was collected though a target lesion has no size on that scan",
        "nothing to do; the visit is read as incomplete",
    )


def _sum_targets(lesions: pl.DataFrame, measurements: pl.DataFrame) -> pl.DataFrame:
    """Add up the targets of each reader and visit, and count those without a size."""
    key = ["patient_id", "reader", "lesion_id"]
    targets = lesions.filter(pl.col("role") == "target").select(key).unique()
    state = pl.col("state").replace_strict(SIZE_OF_STATE, default=None, return_dtype=pl.Float64)
    return (
        measurements.join(targets, on=key, how="semi", nulls_equal=True)
        .with_columns(pl.coalesce("diameter_mm", state).alias("mm"))
        .group_by("patient_id", "reader", "visit")
        .agg(pl.col("mm").sum().alias("sum"), pl.col("mm").is_null().sum().alias("unread"))
        .rename({"patient_id": "USUBJID"})
    )
