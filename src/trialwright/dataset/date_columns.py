"""Columns of dates: the first and the last day that each row may be, from what is known of it.

A date that was completed is not known: its companion column is, or else the part that its flag
leaves.
"""

from __future__ import annotations

import polars as pl

from trialwright.dataset.schema import completed_part_of, known_part_of

_YEAR_FIRST = r"^([0-9]{4})(?:-([0-9]{2}|-))?(?:-([0-9]{2}))?$"
_LEFT_BY_FLAG = {"D": "%Y-%m", "M": "%Y"}  # what is known where the day, the month was completed


def earliest_day(rows: pl.DataFrame, name: str) -> pl.Expr:
    """Return the first day that each date of a column may be.

    A date without its year may be any day, so it is missing.
    """
    return _day(rows, name, "01")


def latest_day(rows: pl.DataFrame, name: str) -> pl.Expr:
    """Return the last day that each date of a column may be."""
    return _day(rows, name, "12")


def known_text(rows: pl.DataFrame, name: str) -> pl.Expr:
    """Return what is known of each date of a column, as an ISO text."""
    date = pl.col(name)
    if known_part_of(name) not in rows.columns:
        return date.cast(pl.String)
    flag = pl.col(completed_part_of(name))
    whole = pl.when(flag.is_null()).then(date.cast(pl.String))
    left = [
        pl.when(flag == word).then(date.dt.strftime(form)) for word, form in _LEFT_BY_FLAG.items()
    ]
    return pl.coalesce(whole, known_part_of(name), *left)


def _day(rows: pl.DataFrame, name: str, month: str) -> pl.Expr:
    if rows.schema[name] != pl.String and known_part_of(name) not in rows.columns:
        return pl.col(name)
    known = known_text(rows, name)
    parts = [known.str.extract(_YEAR_FIRST, group) for group in (1, 2, 3)]
    first = pl.concat_str(
        parts[0],
        pl.when(parts[1] != "-").then(parts[1]).otherwise(pl.lit(month)),
        parts[2].fill_null("01"),
        separator="-",
    ).str.to_date("%Y-%m-%d", strict=False)
    if month == "01":
        return first
    return pl.when(parts[2].is_null()).then(first.dt.month_end()).otherwise(first)
