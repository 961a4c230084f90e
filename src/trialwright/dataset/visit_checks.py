"""Checks of visits: how far apart the scans of one lie, and from the date of the visit.

Source: ours; the scans of one assessment are made within two weeks, and two assessments lie
at least four weeks apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import was_read
from trialwright.dataset.lesion_rows import READING, organs_named, with_lesion
from trialwright.dataset.rules import Rule, scan
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

LONGEST_VISIT_DAYS = 14
SHORTEST_INTERVAL_DAYS = 28
_VISIT = ("patient_id", "visit")
_READ_VISIT = (*READING, "visit")
_SCAN_DATE, _DAYS = pl.col("scan_date"), pl.col("days")


def find_spread_visits(dataset: Dataset) -> Iterator[Finding]:
    """Find visits whose scans lie more than two weeks apart, or are two assessments."""
    mend = "give the later scan its own visit name"
    spread = Rule("visit.spread", "measurements", "visit", mend)
    reused = Rule("visit.reused", "measurements", "visit", mend)
    visits = (
        dataset.measurements.drop_nulls((*_VISIT, "scan_date"))
        .sort(*READING, "scan_date", SOURCE_ROW)
        .group_by(_READ_VISIT, maintain_order=True)
        .agg(
            _SCAN_DATE.min().alias("first"),
            _SCAN_DATE.max().alias("last"),
            pl.col(SOURCE_ROW).last(),
        )
        .with_columns((pl.col("last") - pl.col("first")).dt.total_days().alias("days"))
    )
    far = _DAYS > SHORTEST_INTERVAL_DAYS
    yield from spread.findings(visits.filter(_DAYS > LONGEST_VISIT_DAYS, ~far), _spread)
    yield from reused.findings(
        visits.filter(far), lambda row: f"{_spread(row)}; they are two assessments of one name"
    )


def _spread(row: Row) -> str:
    return (
        f"the scans of the visit {row['visit']} lie {row['days']} days apart, "
        f"{row['first']} to {row['last']}"
    )


def find_scans_off_their_visits(dataset: Dataset) -> Iterator[Finding]:
    """Find visits with a scan more than four weeks from the date of the visit."""
    mend = "correct the date that is wrong, or the name of the visit"
    rule = Rule("visit.date_differs", "measurements", "scan_date", mend)
    dates = dataset.visits.select(*_VISIT, "visit_date").unique(_VISIT, keep="none")
    scans = (
        dataset.measurements.drop_nulls((*_VISIT, "scan_date"))
        .join(dates.drop_nulls(), on=_VISIT)
        .with_columns((_SCAN_DATE - pl.col("visit_date")).dt.total_days().abs().alias("days"))
        .filter(_DAYS > SHORTEST_INTERVAL_DAYS)
        .sort(*_READ_VISIT, -_DAYS, "scan_date", SOURCE_ROW)
        .unique(_READ_VISIT, keep="first", maintain_order=True)
    )
    yield from rule.findings(scans, _off)


def find_lesions_read_where_not_imaged(dataset: Dataset) -> Iterator[Finding]:
    """Find visits that read a lesion in an organ that they did not image."""
    mend = "take the organ out of not_imaged, or enter not_evaluable"
    rule = Rule("visit.not_imaged_read", "measurements", "visit", mend)
    visits = dataset.visits.unique(_VISIT, keep="none").select(*_VISIT, "not_imaged")
    read = (
        with_lesion(dataset.measurements.filter(was_read()), dataset)
        .join(visits.drop_nulls(), on=_VISIT, maintain_order="left")
        .with_columns(
            pl.when("lymph_node").then(pl.lit("lymph node")).otherwise("organ").alias("place")
        )
        .unique((*_READ_VISIT, "place"), keep="first", maintain_order=True)
    )
    for row in read.iter_rows(named=True):
        if row["place"] in organs_named(row["not_imaged"]):
            message = (
                f"{scan(row)}: a lesion in {row['place']} was read, which the visit "
                f"{row['visit']} did not image"
            )
            yield rule.finding(row, message)


def _off(row: Row) -> str:
    side = "before" if row["scan_date"] < row["visit_date"] else "after"
    return (
        f"visit {row['visit']}: the scan of {row['scan_date']} lies {row['days']} days {side} "
        f"the date of the visit, {row['visit_date']}"
    )
