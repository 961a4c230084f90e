"""The dose before an event and the dose on its day, read from the intervals of EX.

Source: ADaM Implementation Guide 1.3, occurrence data (LDOSEDTM, DOSEON); SDTM Implementation
Guide, EX: one row is an interval of constant dosing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.dates import datetime_of, whole_day
from trialwright.cdisc.adam.rules import adam_finding
from trialwright.cdisc.codes import PLACEBO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset import Finding

# EXDOSFRQ: doses on every day of the interval. Source: CDISC controlled terminology, FREQ.
DAILY = {"QD": 1, "QAM": 1, "QPM": 1, "QHS": 1, "BID": 2, "TID": 3, "QID": 4, "Q12H": 2, "Q8H": 3,
         "Q6H": 4, "Q4H": 6}  # fmt: skip


def read_intervals(exposures: pl.DataFrame) -> pl.DataFrame:
    """Return the intervals in which a drug or placebo was given.

    Parameters
    ----------
    exposures : polars.DataFrame
        EX as text.

    Returns
    -------
    polars.DataFrame
        ``USUBJID``, ``EXTRT``, ``dose``, ``EXDOSU``, ``from`` (date and time), ``until`` (day),
        ``daily``: whether a dose was given on each day between them. A dose of 0 of anything but
        placebo is none, and an interval without a whole start has no place.
    """
    dose = pl.col("EXDOSE").cast(pl.Float64, strict=False)
    placebo = (dose == 0) & pl.col("EXTRT").str.contains(PLACEBO, literal=True)
    start, end = datetime_of("EXSTDTC", missing="first"), whole_day("EXENDTC")
    one_day = (end == start.dt.date()).fill_null(value=False)
    often = doses_a_day().is_not_null()
    return exposures.filter((dose > 0) | placebo, start.is_not_null()).select(
        "USUBJID", "EXTRT", "EXDOSU", dose.alias("dose"), start.alias("from"),
        end.alias("until"), (one_day | often).alias("daily"),
    )  # fmt: skip


def add_doses(events: pl.DataFrame, intervals: pl.DataFrame) -> pl.DataFrame:
    """Add LDOSEDTM, DOSEON and DOSEU.

    Parameters
    ----------
    events : polars.DataFrame
        With ``USUBJID`` and ``ASTDTM``.
    intervals : polars.DataFrame
        From ``read_intervals``.

    Returns
    -------
    polars.DataFrame
        The rows in their order. LDOSEDTM is the last dose up to the start of the event; blank
        where the latest interval before it has no end, or does not tell on which of its days a
        dose was given. DOSEON is the dose of the interval in which the event began; an interval
        without an end goes on. Blank where two treatments were given on that day: a dose of
        both is none.
    """
    at = events.with_row_index("at")
    begun = at.select("at", "USUBJID", "ASTDTM").join(intervals, on="USUBJID").filter(
        pl.col("from") <= pl.col("ASTDTM")
    )  # fmt: skip
    day = pl.col("ASTDTM").dt.date()
    on = (day <= pl.col("until")).fill_null(value=True)
    held = (
        begun.with_columns(_last_dose().alias("last"), on.alias("on"))
        .sort("at", "from", maintain_order=True)
        .group_by("at", maintain_order=True)
        .agg(
            pl.col("last").max().alias("latest"),
            pl.col("last").is_null().any().alias("unknown"),
            pl.col("dose").filter("on").last().alias("DOSEON"),
            pl.col("EXDOSU").filter("on").last().alias("DOSEU"),
            pl.col("EXTRT").filter("on").n_unique().alias("treatments"),
        )
    )
    single = pl.col("treatments") == 1
    return (
        at.join(held, on="at", how="left", maintain_order="left")
        .with_columns(
            pl.when(~pl.col("unknown")).then("latest").alias("LDOSEDTM"),
            pl.when(single).then("DOSEON").alias("DOSEON"),
            pl.when(single).then("DOSEU").alias("DOSEU"),
        )
        .drop("at", "latest", "unknown", "treatments")
    )


def doses_a_day() -> pl.Expr:
    """Return how often EXDOSFRQ says that a dose is given each day; blank if not each day."""
    frequency = pl.col("EXDOSFRQ").str.to_uppercase()
    return frequency.replace_strict(DAILY, default=None, return_dtype=pl.Int64)


def _last_dose() -> pl.Expr:
    """Return the last dose of an interval up to the event; blank where it cannot be told.

    The doses of an interval stand a day apart, at the time of the first.
    """
    gone = (pl.col("ASTDTM") - pl.col("from")).dt.total_days()
    length = (pl.col("until") - pl.col("from").dt.date()).dt.total_days()
    days = pl.min_horizontal(gone, length)
    return pl.when(pl.col("until").is_not_null() & pl.col("daily")).then(
        pl.col("from") + pl.duration(days=days)
    )


def open_ended(exposures: pl.DataFrame) -> pl.Series:
    """Return the subjects with a treatment that has no end."""
    given = read_intervals(exposures)
    return given.filter(pl.col("until").is_null())["USUBJID"].unique()


def check_intervals(exposures: pl.DataFrame) -> Iterator[Finding]:
    """Find intervals that do not tell on which of their days a dose was given."""
    named = exposures.with_row_index("place")
    start, end = whole_day("EXSTDTC"), whole_day("EXENDTC")
    often = doses_a_day().is_not_null()
    for row in named.filter((end > start) & ~often).iter_rows(named=True):
        message = (
            f"{row['EXTRT']} from {row['EXSTDTC']} to {row['EXENDTC']}: EXDOSFRQ "
            f"{row['EXDOSFRQ'] or '(blank)'} does not say that a dose was given every day, so "
            "its doses are not known"
        )
        mend = "write one row for each dose, or EXDOSFRQ"
        yield adam_finding("adam.dose_days_unknown", message, mend, "EX", row)
