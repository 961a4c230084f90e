"""Start and end of events and treatments as analysis dates, completed within bounds and flagged.

Source: ADaM Implementation Guide 1.3, section 3.1.3 (imputation flags); the day that is chosen is
that of ``dataset.partial_dates``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl

from trialwright.cdisc.adam.dates import datetime_of, time_flag, whole_day
from trialwright.dataset.partial_dates import complete_date, read_partial_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

Rule = Literal["first", "last"]
_CLOCK = {"first": "00:00:00", "last": "23:59:59"}


def add_moment(
    rows: pl.DataFrame,
    text: str,
    prefix: str,
    *,
    rule: Rule,
    time: Rule,
    bounds: Sequence[str] = (),
) -> pl.DataFrame:
    """Add the analysis date of a text of SDTM: ``--DT``, ``--DTM``, ``--DTF`` and ``--TMF``.

    Parameters
    ----------
    rows : polars.DataFrame
        Holds the text, and the dates that bound it.
    text : str
        The column of ISO 8601 texts, such as ``AESTDTC``.
    prefix : str
        What the new variables begin with: ``AST`` makes ASTDT, ASTDTM, ASTDTF, ASTTMF.
    rule : {"first", "last"}
        Which possible day an unknown day, or day and month, becomes. A year is never completed.
    time : {"first", "last"}
        Which time an unknown time becomes.
    bounds : sequence of str
        Columns of dates that a completed day does not go past, where what is known of it allows:
        the first possible day is not before them, the last not after them.

    Returns
    -------
    polars.DataFrame
        The rows with the four variables; blank where the text is blank or no date.
    """
    completed = _complete(rows, text, rule, bounds)
    whole = whole_day(text)
    day = pl.coalesce(whole, pl.col("completed_day"))
    clock = pl.concat_str(day.cast(pl.String), pl.lit(_CLOCK[time]), separator=" ")
    return (
        rows.with_columns(completed)
        .with_columns(
            day.alias(f"{prefix}DT"),
            pl.coalesce(
                datetime_of(text, missing=time),
                clock.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False),
            ).alias(f"{prefix}DTM"),
            pl.when(whole.is_null()).then("completed_flag").alias(f"{prefix}DTF"),
            pl.coalesce(
                time_flag(text), pl.when(whole.is_null() & day.is_not_null()).then(pl.lit("H"))
            ).alias(f"{prefix}TMF"),
        )
        .drop("completed_day", "completed_flag")
    )


def _complete(rows: pl.DataFrame, text: str, rule: Rule, bounds: Sequence[str]) -> list[pl.Series]:
    """Return the completed day and its flag; most dates are whole and are not looked at."""
    days: list[date | None] = [None] * rows.height
    flags: list[str | None] = [None] * rows.height
    partial = rows.with_row_index("at").filter(
        pl.col(text).is_not_null(), whole_day(text).is_null()
    )
    for row in partial.iter_rows(named=True):
        if read_partial_date(row[text]) is None:
            continue  # a finding of ``source_checks``
        near = [row[name] for name in bounds]
        one = complete_date(
            row[text],
            rule,
            highest="month",
            not_before=near if rule == "first" else (),
            not_after=near if rule == "last" else (),
            keep_known=False,
        )
        if one is not None:
            days[row["at"]], flags[row["at"]] = one.day, one.imputed
    return [
        pl.Series("completed_day", days, pl.Date),
        pl.Series("completed_flag", flags, pl.String),
    ]
