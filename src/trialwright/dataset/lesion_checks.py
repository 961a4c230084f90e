"""Checks of the choice of target lesions and of the baseline.

A scan is a baseline scan if the table ``visits`` calls its visit so; where no visits were
collected, if it was made up to the day of the first treatment.

Source: RECIST 1.1 (Eisenhauer 2009, sections 3.1 and 4.1): at most five targets, two an
organ; measurable from 10 mm, a lymph node from 15 mm short axis. All lymph nodes are one
organ (EORTC RECIST clarifications).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.rules import Rule, listed, scan, size
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

MOST_TARGETS, MOST_TARGETS_AN_ORGAN = 5, 2
SMALLEST_TARGET_MM, SMALLEST_NODE_MM = 10.0, 15.0
_SEVERAL_ORGANS = ("other", "not recorded")  # may stand for different organs
_LESION = ("patient_id", "lesion_id")
_IS_TARGET = pl.col("role") == "target"


def find_too_many_targets(dataset: Dataset) -> Iterator[Finding]:
    """Find patients with more target lesions than RECIST takes, in all or in one organ."""
    mend = "make the smaller ones non-target, unless the protocol allows more"
    rule = Rule("target.too_many", "warning", "lesions", "role", mend)
    in_organ = Rule("target.too_many_in_organ", "warning", "lesions", "role", mend)
    is_node = pl.col("lymph_node").fill_null(value=False)
    targets = (
        dataset.lesions.filter(_IS_TARGET)
        .with_columns(pl.when(is_node).then(pl.lit("lymph node")).otherwise("organ").alias("organ"))
        .sort(*_LESION, SOURCE_ROW)
    )
    for row in _groups(targets, ["patient_id"], MOST_TARGETS):
        yield rule.finding(row, f"{_targets(row)}; at most {MOST_TARGETS} are followed")
    one_organ = targets.filter(~pl.col("organ").is_in(_SEVERAL_ORGANS))
    for row in _groups(one_organ, ["patient_id", "organ"], MOST_TARGETS_AN_ORGAN):
        most = f"at most {MOST_TARGETS_AN_ORGAN} an organ are followed"
        yield in_organ.finding(row, f"{_targets(row)} in {row['organ']}; {most}")


def _groups(targets: pl.DataFrame, key: list[str], most: int) -> list[Row]:
    return (
        targets.group_by(key, maintain_order=True)
        .agg(pl.col("lesion_id").unique().sort(), pl.col(SOURCE_ROW).min())
        .filter(pl.col("lesion_id").list.len() > most)
        .to_dicts()
    )


def _targets(row: Row) -> str:
    return f"{len(row['lesion_id'])} target lesions ({listed(row['lesion_id'])})"


def find_unflagged_nodes(dataset: Dataset) -> Iterator[Finding]:
    """Find lesions in lymph nodes that are not marked as nodes."""
    mend = "set lymph_node to Y; a node is measured by its short axis"
    rule = Rule("lesion.node_not_marked", "warning", "lesions", "lymph_node", mend)
    rows = dataset.lesions.filter(pl.col("organ") == "lymph node", ~pl.col("lymph_node"))
    yield from rule.findings(
        rows, lambda row: f"lesion {row['lesion_id']} lies in a lymph node and is marked as none"
    )


def find_missing_baselines(dataset: Dataset) -> Iterator[Finding]:
    """Find measured patients without a baseline, and targets without a size in it."""
    patients = Rule(
        "baseline.missing", "warning", "measurements", "scan_date", "add the baseline scan"
    )
    lesions = Rule(
        "baseline.target_not_measured",
        "warning",
        "measurements",
        "diameter_mm",
        "add the size at baseline, or make the lesion non-target",
    )
    scans = _scans(dataset).filter(pl.col("is_baseline").is_not_null())
    seen = ~pl.col("state").fill_null("").is_in(("not_evaluable", "not_recorded"))
    sized = pl.col("diameter_mm").is_not_null() | (pl.col("state").is_not_null() & seen)
    baseline = scans.filter("is_baseline", sized)
    lacking = scans.join(baseline, on="patient_id", how="anti")
    yield from patients.findings(
        _first(lacking, ["patient_id"]),
        lambda row: f"no lesion was measured at baseline; the first scan is of {row['scan_date']}",
    )
    targets = scans.filter(_IS_TARGET).join(lacking, on="patient_id", how="anti")
    yield from lesions.findings(
        _first(targets.join(baseline, on=_LESION, how="anti"), list(_LESION)),
        lambda row: f"the target lesion {row['lesion_id']} has no size at baseline",
    )


def find_several_baselines(dataset: Dataset) -> Iterator[Finding]:
    """Find target lesions with baseline sizes of more than one date."""
    mend = "check the visits; the study says which scan is the baseline"
    rule = Rule("baseline.several", "warning", "measurements", "scan_date", mend)
    several = (
        _baseline_targets(dataset)
        .group_by(_LESION, maintain_order=True)
        .agg(pl.col("scan_date").unique().sort(), pl.col(SOURCE_ROW).first())
        .filter(pl.col("scan_date").list.len() > 1)
    )
    yield from rule.findings(
        several,
        lambda row: f"lesion {row['lesion_id']} has baseline sizes of {listed(row['scan_date'])}",
    )


def find_unmeasurable_targets(dataset: Dataset) -> Iterator[Finding]:
    """Find target lesions whose last baseline size is below the measurable one."""
    mend = "make it non-target, unless the protocol measures smaller lesions"
    rule = Rule("target.not_measurable", "warning", "measurements", "diameter_mm", mend)
    is_node = pl.col("lymph_node").fill_null(value=False)
    least = pl.when(is_node).then(SMALLEST_NODE_MM).otherwise(SMALLEST_TARGET_MM)
    small = (
        _baseline_targets(dataset)
        .group_by(_LESION, maintain_order=True)
        .last()
        .with_columns(least.alias("least"))
        .filter(pl.col("diameter_mm") < pl.col("least"))
    )
    yield from rule.findings(small, _too_small)


def _too_small(row: Row) -> str:
    what = "a node is measurable from a short axis of" if row["lymph_node"] else "measurable from"
    found = f"{scan(row)}: {size(row['diameter_mm'])} at baseline"
    return f"{found}; {what} {size(row['least'])}"


def _baseline_targets(dataset: Dataset) -> pl.DataFrame:
    return _scans(dataset).filter(_IS_TARGET, pl.col("is_baseline"), pl.col("diameter_mm") >= 0)


def _scans(dataset: Dataset) -> pl.DataFrame:
    """Return the measurements by date, with role, node, and whether the scan is a baseline."""
    lesions = dataset.lesions.select(*_LESION, "role", "lymph_node").unique(_LESION, keep="none")
    scans = dataset.measurements.drop_nulls((*_LESION, "scan_date")).join(
        lesions, on=_LESION, how="left"
    )
    if dataset.collected("visits"):
        is_baseline = (pl.col("visit_type") == "baseline").any().alias("is_baseline")
        visits = dataset.visits.group_by("patient_id", "visit").agg(is_baseline)
        scans = scans.join(visits, on=["patient_id", "visit"], how="left").with_columns(
            pl.col("is_baseline").fill_null(value=False)
        )
    else:
        before = pl.col("scan_date") <= pl.col("first_treatment")
        scans = scans.join(_first_treatments(dataset), on="patient_id", how="left").with_columns(
            before.alias("is_baseline")
        )
    return scans.sort(*_LESION, "scan_date", "diameter_mm", SOURCE_ROW)


def _first_treatments(dataset: Dataset) -> pl.DataFrame:
    stated = dataset.patients.select("patient_id", date="first_treatment_date")
    given = dataset.doses.filter(pl.col("dose_mg") > 0).select("patient_id", date="start_date")
    return (
        pl.concat([stated, given])
        .drop_nulls()
        .group_by("patient_id")
        .agg(pl.col("date").min().alias("first_treatment"))
    )


def _first(scans: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    return scans.sort("scan_date", SOURCE_ROW).unique(key, keep="first", maintain_order=True)
