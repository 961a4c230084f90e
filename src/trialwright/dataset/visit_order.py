"""Check the order of visits: as planned, and as their scans are dated.

The plan is the planned day of the visits, or the number in their names: ``week 8`` comes before
``week 16``. Names are compared with names of the same words only (``week 8`` says nothing of
``cycle 3``). A visit that the table ``visits`` marks as baseline, and that has neither, comes
before all others.

Source: ours; a scan before the one that was planned before it is a wrong date or a wrong name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.lesion_rows import READING
from trialwright.dataset.rules import Rule
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding

_NUMBER = re.compile(r"(?:(?<=\s)-)?\d+(?:\.\d+)?")
_VISIT = ("patient_id", "visit")
_COURSE = (*READING, "scale")
_FIRST = float("-inf")
_SCHEDULE = "planned day"
_PLACES = {"visit": pl.String, "scale": pl.String, "place": pl.Float64}


def find_exchanged_visits(dataset: Dataset) -> Iterator[Finding]:
    """Find visits whose first scan lies before that of the visit planned before them."""
    mend = "correct the date that is wrong, or the name of the visit"
    rule = Rule("visit.out_of_order", "measurements", "scan_date", mend)
    visits = _visits_in_plan(dataset).sort(*_COURSE, "place", "day", "visit")
    before = {name: pl.col(name).shift(1).over(_COURSE) for name in ("day", "visit", "place")}
    exchanged = visits.with_columns(
        expression.alias(f"{name}_before") for name, expression in before.items()
    ).filter(pl.col("place_before") < pl.col("place"), pl.col("day") < pl.col("day_before"))
    yield from rule.findings(
        exchanged,
        lambda row: (
            f"the visit {row['visit']}, scanned on {row['day']}, is planned after "
            f"{row['visit_before']}, scanned on {row['day_before']}; scans are read in the order "
            "of their dates"
        ),
    )


def _visits_in_plan(dataset: Dataset) -> pl.DataFrame:
    """Return the scanned visits that have a place in a plan: its scale, place and first day."""
    visits = _scanned_visits(dataset)
    is_planned = pl.col("planned_day").is_not_null()
    planned = visits.filter(is_planned).with_columns(
        scale=pl.lit(_SCHEDULE), place=pl.col("planned_day").cast(pl.Float64)
    )
    numbered = visits.filter(~is_planned).join(
        _numbers_of(visits["visit"].unique().to_list()), on="visit"
    )
    columns = (*_COURSE, "visit", "place", "day", SOURCE_ROW)
    placed = pl.concat((planned.select(columns), numbered.select(columns)))
    baselines = (
        visits.filter("is_baseline")
        .join(placed.select(_COURSE).unique(), on=READING, nulls_equal=True)
        .join(placed, on=(*_COURSE, "visit"), how="anti", nulls_equal=True)
        .with_columns(place=pl.lit(_FIRST))
    )
    return pl.concat((placed, baselines.select(columns)))


def _scanned_visits(dataset: Dataset) -> pl.DataFrame:
    planned = dataset.visits.unique(_VISIT, keep="none").select(
        *_VISIT, "planned_day", is_baseline=pl.col("visit_type") == "baseline"
    )
    return (
        dataset.measurements.drop_nulls((*_VISIT, "scan_date"))
        .sort("scan_date", SOURCE_ROW)
        .group_by(*READING, "visit", maintain_order=True)
        .agg(pl.col("scan_date").first().alias("day"), pl.col(SOURCE_ROW).first())
        .join(planned, on=_VISIT, how="left")
        .with_columns(pl.col("is_baseline").fill_null(value=False))
    )


def _numbers_of(names: list[str]) -> pl.DataFrame:
    """Return the words of every name that holds a number, and its place among equal words."""
    parsed = {name: (_words(name), _numbers(name)) for name in names if _numbers(name)}
    places = {one: place for place, one in enumerate(sorted(set(parsed.values())))}
    rows = [(name, one[0], places[one]) for name, one in parsed.items()]
    return pl.DataFrame(rows, schema=_PLACES, orient="row")


def _words(name: str) -> str:
    return _NUMBER.sub("#", " ".join(name.casefold().split()))


def _numbers(name: str) -> tuple[float, ...]:
    return tuple(float(number) for number in _NUMBER.findall(name))
