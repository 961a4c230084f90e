"""How long patients were treated, and how long after treatment they died.

Both kinds of ADSL take these variables from here, so the rules exist once.

Source: ADaM Implementation Guide 1.3, table 3.2.6 (TRTDURD counts the first and the last day,
LDDTHELD counts the days that went by), and the groups of 30 days of admiral's template
``ad_adsl`` (Apache-2.0). Oracle: ``tests/oracle/cdisc/test_adsl.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.dates import days_since, study_day
from trialwright.cdisc.adam.variables import yes

if TYPE_CHECKING:
    from collections.abc import Iterable

_DAYS = 30
_WITHIN, _AFTER = f"<= {_DAYS}", f"> {_DAYS}"


def add_durations(frame: pl.DataFrame) -> pl.DataFrame:
    """Add TRTDURD, DTHADY, LDDTHELD, and the groups and flags of death around treatment.

    Parameters
    ----------
    frame : polars.DataFrame
        Holds the dates ``TRTSDT``, ``TRTEDT`` and ``DTHDT``. Where one of the two dates that a
        variable needs is blank, so is the variable.
    """
    elapsed = pl.col("LDDTHELD")
    first = pl.col("TRTSDT") + pl.duration(days=_DAYS)
    return (
        frame.with_columns(
            study_day("TRTEDT", "TRTSDT").alias("TRTDURD"),
            study_day("DTHDT", "TRTSDT").alias("DTHADY"),
            days_since("DTHDT", "TRTEDT").alias("LDDTHELD"),
        )
        .with_columns(
            pl.when(elapsed <= _DAYS)
            .then(pl.lit(_WITHIN))
            .when(elapsed > _DAYS)
            .then(pl.lit(_AFTER))
            .alias("LDDTHGR1")
        )
        .with_columns(
            yes(pl.col("LDDTHGR1") == _WITHIN).alias("DTH30FL"),
            yes(pl.col("LDDTHGR1") == _AFTER).alias("DTHA30FL"),
            yes(pl.col("DTHDT") <= first).alias("DTHB30FL"),
        )
    )


def latest_day(days: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return the latest day of each subject, over several sources.

    Parameters
    ----------
    days : iterable of polars.DataFrame
        Each with ``USUBJID`` and ``day``; blank days say nothing.

    Returns
    -------
    polars.DataFrame
        ``USUBJID`` and ``LSTALVDT``; a subject without any day is not in it.
    """
    held = pl.concat([frame.select("USUBJID", "day") for frame in days]).drop_nulls()
    return held.group_by("USUBJID", maintain_order=True).agg(pl.col("day").max().alias("LSTALVDT"))
