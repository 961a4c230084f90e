"""Checks of dates that are not known, and of what stands beside them.

A death of unknown date is a death: the study says how it counts. A later therapy, or an end of
treatment, of which not even the year is known cannot be placed by any rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.date_columns import earliest_day
from trialwright.dataset.partial_dates import read_partial_date
from trialwright.dataset.rules import Rule
from trialwright.dataset.schema import DATES_IN_PART, known_part_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding


def find_undated_deaths(dataset: Dataset) -> Iterator[Finding]:
    """Find deaths of which not even the year is known."""
    mend = "find the date; the study says how such a death counts (its field unknown_death_date)"
    rule = Rule("death.undated", "deaths", "death_date", mend)
    yield from rule.findings(
        _undated(dataset, "deaths"),
        lambda row: f"died, and the date is not known{_what(row['death_date_partial'])}",
    )


def find_undated_rows(dataset: Dataset) -> Iterator[Finding]:
    """Find later therapies and ends of treatment of which not even the year is known."""
    mend = "write the date, or the year and month as far as they are known"
    therapy = Rule("therapy.undated", "therapies", "start_date", mend)
    yield from therapy.findings(
        _undated(dataset, "therapies"),
        lambda row: (
            f"{row['therapy']}: the first day is not known{_what(row['start_date_partial'])}"
        ),
    )
    end = Rule("disposition.undated", "dispositions", "end_date", mend)
    timed = _undated(dataset, "dispositions").filter(pl.col("scope").fill_null("") != "screening")
    yield from end.findings(
        timed,  # of screening the reason alone counts
        lambda row: (
            f"the day on which {row['drug'] or row['scope']} ended is not known"
            f"{_what(row['end_date_partial'])}"
        ),
    )


def find_differing_parts(dataset: Dataset) -> Iterator[Finding]:
    """Find dates that are not what the column beside them knows."""
    mend = "correct the one that is wrong"
    for table, name in DATES_IN_PART.items():
        beside = known_part_of(name)
        rule = Rule("date.part_differs", table, name, mend)
        both = dataset.table(table).drop_nulls((name, beside))
        for row in both.iter_rows(named=True):
            known = read_partial_date(row[beside])
            if known is not None and not known.agrees(row[name]):
                yield rule.finding(
                    row, f"{name} {row[name]} is not a day of {row[beside]}, as {beside} says"
                )


def _undated(dataset: Dataset, table: str) -> pl.DataFrame:
    """Return the rows with neither a date nor a known year."""
    rows, name = dataset.table(table), DATES_IN_PART[table]
    return rows.filter(pl.col(name).is_null() & earliest_day(rows, name).is_null())


def _what(known: str | None) -> str:
    return f" but for {known}" if known is not None else ""
