"""Tables of data that count study days: no made-up calendar date is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import polars as pl


def hide_made_up_dates(frame: pl.DataFrame, day_zero: date | None) -> pl.DataFrame:
    """Blank the dates that only stand for study days, and say ``day 57`` in sentences.

    Parameters
    ----------
    frame : polars.DataFrame
        A table with its study days in columns of their own.
    day_zero : date or None
        The made-up date of day 0; none: the data hold calendar dates, and the table stays.
    """
    import polars as pl

    from trialwright.report.formats import Days

    if day_zero is None:
        return frame
    days = Days(day_zero)
    in_words = pl.col(pl.String).map_elements(days.in_words, return_dtype=pl.String)
    return frame.with_columns(
        pl.lit(None, pl.Date).alias(name) for name in _dates(frame)
    ).with_columns(in_words)


def _dates(frame: pl.DataFrame) -> list[str]:
    import polars as pl

    return [name for name, kind in frame.schema.items() if kind == pl.Date]
