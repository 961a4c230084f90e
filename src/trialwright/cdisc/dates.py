"""Dates of SDTM: ISO 8601 texts, often partial; no day is made up without being asked.

Source: SDTM Implementation Guide, section 4.4 (dates, and study days without a day 0).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import polars as pl

from trialwright.dataset.partial_dates import read_partial_date

if TYPE_CHECKING:
    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

PartialDates = Literal["first_day", "last_day"]
_YEARS = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"  # there is no year 0
_FULL = rf"^({_YEARS}-[0-9]{{2}}-[0-9]{{2}})($|[T ])"
_MONTH = r"^[0-9]{4}-[0-9]{2}$"
_YEAR = r"^[0-9]{4}$"


@dataclass(frozen=True, slots=True)
class Dating:
    """How the dates of a domain are read.

    Parameters
    ----------
    starts : polars.DataFrame
        ``USUBJID`` and ``start``: the reference start, study day 1 (DM.RFSTDTC).
    partial : {"first_day", "last_day"} or None
        How a month or a year without a day is completed; none: it is not.
    """

    starts: pl.DataFrame
    partial: PartialDates | None


def full_date(name: str) -> pl.Expr:
    """Return a date column of the texts that hold a whole day; the time of day is left out."""
    return pl.col(name).str.extract(_FULL, 1).str.to_date("%Y-%m-%d", strict=False)


def partial_date(name: str) -> pl.Expr:
    """Return the texts that are a whole or a partial ISO date, without the time of day."""
    text = pl.col(name)
    whole = pl.col(name).str.extract(_FULL, 1)
    return pl.coalesce(whole, pl.when(text.str.contains(f"{_MONTH}|{_YEAR}")).then(text))


def known_part(rows: pl.DataFrame, name: str) -> pl.Series:
    """Return what the texts know of a date, in ISO 8601; blank of a whole date, or of none."""
    read = {text: read_partial_date(text) for text in rows[name].drop_nulls().unique()}
    parts = {text: str(known) for text, known in read.items() if known and known.whole is None}
    return pl.Series(name, [parts.get(text) or None for text in rows[name]], pl.String)


def date_rows(domain: Domain, ledger: Ledger, dating: Dating, date: str, day: str) -> Domain:
    """Add the column ``date``; say of each visit whose date was completed how.

    A partial date is completed from the study day (``--DY``) where this agrees with what the
    text holds; else as ``dating.partial`` says; else it stays blank, for the caller to report.

    Parameters
    ----------
    domain : Domain
        The rows.
    ledger : Ledger
        Takes the findings.
    dating : Dating
        The study days and the choice of the user.
    date, day : str
        Names of the columns, such as ``TRDTC`` and ``TRDY``.
    """
    frame = domain.frame.join(dating.starts, on="USUBJID", how="left", maintain_order="left")
    whole, counted, asked = full_date(date), _from_study_day(date, day), _completed(date, dating)
    frame = frame.with_columns(
        pl.coalesce(whole, counted, asked).alias("date"),
        (whole.is_null() & counted.is_not_null()).alias("counted"),
        (whole.is_null() & counted.is_null() & asked.is_not_null()).alias("asked"),
    )
    _say_completed(domain, ledger, frame.filter("counted"), "sdtm.date_from_day")
    _say_completed(domain, ledger, frame.filter("asked"), "sdtm.date_assumed")
    return replace(domain, frame=frame.drop("start", "counted", "asked"))


def _from_study_day(date: str, day: str) -> pl.Expr:
    """Return the date of the study day (1 is the start, -1 the day before), if the text agrees."""
    number = pl.col(day).cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    offset = pl.when(number > 0).then(number - 1).when(number < 0).then(number)
    counted = pl.col("start") + pl.duration(days=offset)
    agrees = counted.cast(pl.String).str.starts_with(pl.col(date))
    return pl.when(agrees & pl.col(date).str.contains(f"{_MONTH}|{_YEAR}")).then(counted)


def _completed(date: str, dating: Dating) -> pl.Expr:
    """Complete a month or a year as the user asked; blank if nobody asked."""
    text = pl.col(date)
    if dating.partial is None:
        return pl.lit(None, pl.Date)
    last = dating.partial == "last_day"
    month = pl.when(text.str.contains(_MONTH)).then(text + "-01")
    year = pl.when(text.str.contains(_YEAR)).then(text + ("-12-01" if last else "-01-01"))
    first = pl.coalesce(month, year).str.to_date("%Y-%m-%d", strict=False)
    return first.dt.month_end() if last else first


def _say_completed(domain: Domain, ledger: Ledger, rows: pl.DataFrame, rule: str) -> None:
    date = f"{domain.code}DTC" if f"{domain.code}DTC" in rows.columns else f"{domain.code}STDTC"
    how = "from its study day" if rule == "sdtm.date_from_day" else "as was asked"
    for (text, day), group in rows.group_by(date, "date", maintain_order=True):
        for _, one in group.group_by("USUBJID", maintain_order=True):
            why = f"{date} {text} is part of a date; it is completed {how} to {day}"
            ledger.say(domain, one, rule, why, "write the full date, if the source document has it")
