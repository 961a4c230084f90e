"""Dates of SDTM as analysis dates: completed where the rule of a variable says so, and flagged.

Expressions over a column of ISO 8601 texts (``2014-02-03T10:15``, ``2014-02``). What cannot be
read stays blank here; ``source_checks`` reports it.

Source: ADaM Implementation Guide 1.3, section 3.1.3: date imputation flags ``D`` (the day),
``M`` (month and day), ``Y`` (all); time imputation flags ``H`` (all of the time), ``M`` (minutes
and seconds), ``S`` (seconds, and only where seconds were collected at all). SDTM
Implementation Guide, section 4.4.4: study days have no day 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl

from trialwright.cdisc.dates import full_date
from trialwright.dataset.partial_dates import complete_date, read_partial_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.partial_dates import CompletedDate, Part

_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([0-9]{2})(?::([0-9]{2})(?::([0-9]{2}))?)?"
_UNITS = (("hour", 1, "23"), ("minute", 2, "59"), ("second", 3, "59"))


def whole_day(name: str) -> pl.Expr:
    """Return the texts of a column that hold a whole day; there is no year 0."""
    day = full_date(name)
    return pl.when(day.dt.year() > 0).then(day)


def study_day(day: str, reference: str) -> pl.Expr:
    """Return the study day of a date: 1 on the reference day, -1 the day before.

    Parameters
    ----------
    day, reference : str
        Names of two columns of dates.
    """
    days = days_since(day, reference)
    return days + (days >= 0).cast(pl.Int64)


def days_since(day: str, reference: str) -> pl.Expr:
    """Return the days that went by from the reference day to a date; 0 on the day itself."""
    return (pl.col(day) - pl.col(reference)).dt.total_days()


def first_day(name: str, highest: Part = "month") -> pl.Expr:
    """Return the texts of a column as dates; what is unknown is the first that it can be.

    Parameters
    ----------
    name : str
        The column.
    highest : {"none", "day", "month", "year"}
        The highest part that is completed; where more is unknown the date is blank.
    """

    def complete(texts: pl.Series) -> pl.Series:
        completed = {text: one.day for text, one in _complete_partial(texts, highest)}
        return texts.replace_strict(completed, default=None, return_dtype=pl.Date)

    return pl.coalesce(whole_day(name), pl.col(name).map_batches(complete, return_dtype=pl.Date))


def date_flag(name: str, highest: Part = "month") -> pl.Expr:
    """Return the highest part of a date that ``first_day`` completed; blank if none, or no date."""

    def flag(texts: pl.Series) -> pl.Series:
        flags = {text: one.imputed for text, one in _complete_partial(texts, highest)}
        return texts.replace_strict(flags, default=None, return_dtype=pl.String)

    return pl.when(whole_day(name).is_null()).then(
        pl.col(name).map_batches(flag, return_dtype=pl.String)
    )


def _complete_partial(texts: pl.Series, highest: Part) -> Iterator[tuple[str, CompletedDate]]:
    """Yield each partial date of a column once, completed by the rule of ``dataset``.

    Whole dates are most of a column and are read as a column; a text that is no date is for
    ``source_checks`` to report.
    """
    held = texts.drop_nulls().unique()
    whole = pl.DataFrame({"text": held}).select(whole_day("text")).to_series()
    for text in held.filter(whole.is_null()):
        if read_partial_date(text) is not None:
            day = complete_date(text, "first", highest=highest, keep_known=False)
            if day is not None:
                yield text, day


def datetime_of(name: str, *, missing: Literal["first", "last"]) -> pl.Expr:
    """Return the texts of a column as datetimes; the day has to be whole.

    Parameters
    ----------
    name : str
        The column.
    missing : {"first", "last"}
        Whether hours, minutes and seconds that were not written are the first (00:00:00) or the
        last (23:59:59) that they can be.
    """
    parts = [
        pl.col(name).str.extract(_TIME, group).fill_null("00" if missing == "first" else last)
        for _, group, last in _UNITS
    ]
    time = pl.concat_str(parts, separator=":")
    whole = pl.concat_str([whole_day(name).cast(pl.String), time], separator=" ")
    return whole.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)


def time_flag(name: str) -> pl.Expr:
    """Return which part of the time of a datetime was completed; blank if none, or no date."""
    hour, minute, second = (pl.col(name).str.extract(_TIME, group) for _, group, _ in _UNITS)
    return (
        pl.when(whole_day(name).is_null())
        .then(None)
        .when(hour.is_null())
        .then(pl.lit("H"))
        .when(minute.is_null())
        .then(pl.lit("M"))
        .when(second.is_null() & second.is_not_null().any())
        .then(pl.lit("S"))
    )
