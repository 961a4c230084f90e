"""Checks of the baseline: which visit it is, and what was read on it.

The baseline is the one that the response rules use (``anchors.baseline_visits``), for each
reader. A patient who was not treated has none, and needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import (
    baseline_frame,
    first_treatment_frame,
    visits_before_treatment,
    was_read,
)
from trialwright.dataset.lesion_rows import LESION, NAMED, READING, target_lesions, with_lesion
from trialwright.dataset.measurement_checks import stated_size
from trialwright.dataset.rules import Rule, listed, scan
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

_READ_VISIT = (*READING, "visit")


def find_missing_baselines(dataset: Dataset) -> Iterator[Finding]:
    """Find scanned and treated patients of whom no lesion was read at baseline."""
    rule = Rule("baseline.missing", "measurements", "scan_date", "add the baseline scan")
    scans = dataset.measurements.drop_nulls((*NAMED, "scan_date"))
    first = (
        scans.join(first_treatment_frame(dataset), on="patient_id", how="semi")
        .join(_read_baselines(dataset), on=READING, how="anti", nulls_equal=True)
        .sort(*READING, "scan_date", SOURCE_ROW)
        .unique(READING, keep="first", maintain_order=True)
    )
    yield from rule.findings(
        first,
        lambda row: f"no lesion was measured at baseline; the first scan is of {row['scan_date']}",
    )


def find_unmeasured_targets(dataset: Dataset) -> Iterator[Finding]:
    """Find target lesions that were not read at baseline, where others of the patient were."""
    mend = "add the size at baseline, or make the lesion non-target"
    rule = Rule("baseline.target_not_measured", "lesions", "role", mend)
    unmeasured = (
        target_lesions(dataset)
        .join(_read_baselines(dataset), on=READING, how="semi", nulls_equal=True)
        .join(baseline_scans(dataset).filter(was_read()), on=LESION, how="anti", nulls_equal=True)
    )
    yield from rule.findings(
        unmeasured,
        lambda row: (
            f"the target lesion {row['lesion_id']} has no size at baseline, so no sum that it is a "
            "part of can be compared with baseline"
        ),
    )


def find_several_baselines(dataset: Dataset) -> Iterator[Finding]:
    """Find patients with more than one visit before treatment, and say which is used."""
    mend = "if it is another, mark that one as baseline in the table visits"
    rule = Rule("baseline.several", "measurements", "visit", mend)
    before = visits_before_treatment(dataset)
    names = before.group_by(READING, maintain_order=True).agg(pl.col("visit").alias("names"))
    used = baseline_frame(dataset).join(names, on=READING, nulls_equal=True, maintain_order="left")
    yield from rule.findings(used.filter(pl.col("names").list.len() > 1), _several)


def _several(row: Row) -> str:
    return (
        f"the visits {listed(row['names'])} lie on or before the first treatment, "
        f"{row['first_treatment']}; {row['visit']}, of {row['last_day']}, is the baseline"
    )


def find_absent_targets(dataset: Dataset) -> Iterator[Finding]:
    """Find target lesions that are absent, 0 mm, or merged with another at baseline."""
    mend = "correct the size, or make the lesion new or non-target"
    rule = Rule("baseline.target_absent", "measurements", "diameter_mm", mend)
    targets = (
        baseline_scans(dataset)
        .join(target_lesions(dataset), on=LESION, how="semi", nulls_equal=True)
        .with_columns(stated_size().alias("size"))
        .drop_nulls("size")
        .sort(*LESION, "size", "scan_date", SOURCE_ROW)
        .unique(LESION, keep="last", maintain_order=True)
    )
    yield from rule.findings(targets.filter(pl.col("size") == 0), _absent)


def _absent(row: Row) -> str:
    if row["state"] == "merged":
        return (
            f"{scan(row)}: merged with another lesion at baseline; the other one holds the joint "
            "size, so this one is no target"
        )
    return f"{scan(row)}: absent at baseline; a lesion that is not there is no target"


def find_new_lesions_at_baseline(dataset: Dataset) -> Iterator[Finding]:
    """Find lesions that count as new and were seen by the last day of the baseline visit."""
    mend = "make it a target or non-target lesion, or correct the date of the scan"
    rule = Rule("lesion.new_at_baseline", "measurements", "scan_date", mend)
    new = seen_by_baseline(dataset).filter(pl.col("role") == "new")
    yield from rule.findings(
        new, lambda row: f"{scan(row)}: a new lesion is seen by the baseline, {row['last_day']}"
    )


def seen_by_baseline(dataset: Dataset) -> pl.DataFrame:
    """Return the first scan, up to the last day of the baseline visit, that shows a lesion.

    Returns
    -------
    polars.DataFrame
        Rows of the table ``measurements``, one a lesion and reader, with what was declared of
        the lesion and the ``last_day`` of the baseline.
    """
    is_seen = was_read() & (pl.col("state") != "absent").fill_null(pl.col("diameter_mm") > 0)
    last_days = baseline_frame(dataset).select(*READING, "last_day")
    return (
        with_lesion(dataset.measurements.drop_nulls((*NAMED, "scan_date")), dataset)
        .filter(is_seen)
        .join(last_days, on=READING, nulls_equal=True)
        .filter(pl.col("scan_date") <= pl.col("last_day"))
        .sort(*LESION, "scan_date", SOURCE_ROW)
        .unique(LESION, keep="first", maintain_order=True)
    )


def baseline_scans(dataset: Dataset) -> pl.DataFrame:
    """Return the rows of the table ``measurements`` that belong to their reader's baseline."""
    scans = dataset.measurements.drop_nulls((*NAMED, "scan_date"))
    return scans.join(baseline_frame(dataset), on=_READ_VISIT, how="semi", nulls_equal=True)


def _read_baselines(dataset: Dataset) -> pl.DataFrame:
    return baseline_frame(dataset).filter("is_read")
