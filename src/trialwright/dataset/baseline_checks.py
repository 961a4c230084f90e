"""Checks of the baseline: which visit it is, and what was read on it.

The baseline is the one that the response rules use (``anchors.baseline_visits``). A patient
who was not treated has none, and needs none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import (
    baseline_frame,
    first_treatment_frame,
    visits_before_treatment,
    was_read,
)
from trialwright.dataset.limits import SMALLEST_NODE_MM, SMALLEST_TARGET_MM
from trialwright.dataset.measurement_checks import stated_size
from trialwright.dataset.rules import Rule, listed, scan, size
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

_LESION = ("patient_id", "lesion_id")
_VISIT = ("patient_id", "visit")
_IS_TARGET = pl.col("role") == "target"
_MAKE_NON_TARGET = "make it non-target, unless the protocol measures smaller lesions"
MOST_PATIENTS_APART = 10  # more of them share one finding


def find_missing_baselines(dataset: Dataset) -> Iterator[Finding]:
    """Find scanned and treated patients of whom no lesion was read at baseline."""
    rule = Rule("baseline.missing", "measurements", "scan_date", "add the baseline scan")
    scans = dataset.measurements.drop_nulls((*_LESION, "scan_date"))
    first = (
        scans.join(first_treatment_frame(dataset), on="patient_id", how="semi")
        .join(_read_baselines(dataset), on="patient_id", how="anti")
        .sort("patient_id", "scan_date", SOURCE_ROW)
        .unique("patient_id", keep="first", maintain_order=True)
    )
    yield from rule.findings(
        first,
        lambda row: f"no lesion was measured at baseline; the first scan is of {row['scan_date']}",
    )


def find_unmeasured_targets(dataset: Dataset) -> Iterator[Finding]:
    """Find target lesions that were not read at baseline, where others of the patient were."""
    mend = "add the size at baseline, or make the lesion non-target"
    rule = Rule("baseline.target_not_measured", "lesions", "role", mend)
    read = _baseline_scans(dataset).filter(was_read())
    targets = dataset.lesions.filter(_IS_TARGET).drop_nulls(_LESION)
    yield from rule.findings(
        targets.join(_read_baselines(dataset), on="patient_id", how="semi").join(
            read, on=_LESION, how="anti"
        ),
        lambda row: f"the target lesion {row['lesion_id']} has no size at baseline",
    )


def find_several_baselines(dataset: Dataset) -> Iterator[Finding]:
    """Find patients with more than one visit before treatment, and say which is used."""
    mend = "if it is another, mark that one as baseline in the table visits"
    rule = Rule("baseline.several", "measurements", "visit", mend)
    before = visits_before_treatment(dataset)
    names = before.group_by("patient_id", maintain_order=True).agg(pl.col("visit").alias("names"))
    used = baseline_frame(dataset).join(names, on="patient_id", maintain_order="left")
    yield from rule.findings(used.filter(pl.col("names").list.len() > 1), _several)


def _several(row: Row) -> str:
    return (
        f"the visits {listed(row['names'])} lie on or before the first treatment, "
        f"{row['first_treatment']}; {row['visit']}, of {row['last_day']}, is the baseline"
    )


def find_absent_targets(dataset: Dataset) -> Iterator[Finding]:
    """Find target lesions that are absent, or 0 mm, at baseline."""
    mend = "correct the size, or make the lesion new or non-target"
    rule = Rule("baseline.target_absent", "measurements", "diameter_mm", mend)
    targets = (
        _with_roles(_baseline_scans(dataset), dataset)
        .filter(_IS_TARGET)
        .with_columns(stated_size().alias("size"))
        .drop_nulls("size")
        .sort(*_LESION, "size", "scan_date", SOURCE_ROW)
        .unique(_LESION, keep="last", maintain_order=True)
    )
    yield from rule.findings(
        targets.filter(pl.col("size") == 0),
        lambda row: f"{scan(row)}: absent at baseline; a lesion that is not there is no target",
    )


def find_unmeasurable_targets(dataset: Dataset) -> Iterator[Finding]:
    """Find target lesions whose size at baseline is below the measurable one.

    Where more than ten patients have one, a single finding names them.
    """
    rule = Rule("target.not_measurable", "measurements", "diameter_mm", _MAKE_NON_TARGET)
    small = baseline_targets(dataset).filter(pl.col("diameter_mm") < pl.col("least"))
    patients = small["patient_id"].unique().sort().to_list()
    if len(patients) <= MOST_PATIENTS_APART:
        yield from rule.findings(small, _too_small)
        return
    together = replace(rule, mend=f"check the unit; if it is right, {_MAKE_NON_TARGET}")
    named = ", ".join(patients[:MOST_PATIENTS_APART])
    yield together.finding(
        {},
        f"{small.height} target lesions of {len(patients)} patients are below the measurable "
        f"size at baseline ({size(SMALLEST_TARGET_MM)}; {size(SMALLEST_NODE_MM)} for a node): "
        f"patients {named} and {len(patients) - MOST_PATIENTS_APART} more",
    )


def baseline_targets(dataset: Dataset) -> pl.DataFrame:
    """Return the measured size of each target lesion at baseline, and the least measurable one.

    Returns
    -------
    polars.DataFrame
        Rows of the table ``measurements`` with a diameter above 0 mm, one a lesion, with its
        ``lymph_node`` and ``least``, in mm.
    """
    is_node = pl.col("lymph_node").fill_null(value=False)
    least = pl.when(is_node).then(SMALLEST_NODE_MM).otherwise(SMALLEST_TARGET_MM)
    return (
        _with_roles(_baseline_scans(dataset), dataset)
        .filter(_IS_TARGET, pl.col("diameter_mm") > 0)
        .sort(*_LESION, "scan_date", "diameter_mm", SOURCE_ROW)
        .unique(_LESION, keep="last", maintain_order=True)
        .with_columns(least.alias("least"))
    )


def _too_small(row: Row) -> str:
    what = "a node is measurable from a short axis of" if row["lymph_node"] else "measurable from"
    found = f"{scan(row)}: {size(row['diameter_mm'])} at baseline"
    return f"{found}; {what} {size(row['least'])}"


def find_new_lesions_at_baseline(dataset: Dataset) -> Iterator[Finding]:
    """Find lesions that count as new and were seen by the last day of the baseline visit."""
    mend = "make it a target or non-target lesion, or correct the date of the scan"
    rule = Rule("lesion.new_at_baseline", "measurements", "scan_date", mend)
    is_seen = was_read() & (pl.col("state") != "absent").fill_null(pl.col("diameter_mm") > 0)
    seen = (
        _with_roles(dataset.measurements.drop_nulls((*_LESION, "scan_date")), dataset)
        .filter(pl.col("role") == "new", is_seen)
        .join(baseline_frame(dataset).select("patient_id", "last_day"), on="patient_id")
        .filter(pl.col("scan_date") <= pl.col("last_day"))
        .sort(*_LESION, "scan_date", SOURCE_ROW)
        .unique(_LESION, keep="first", maintain_order=True)
    )
    yield from rule.findings(
        seen, lambda row: f"{scan(row)}: a new lesion is seen by the baseline, {row['last_day']}"
    )


def _read_baselines(dataset: Dataset) -> pl.DataFrame:
    return baseline_frame(dataset).filter("is_read")


def _baseline_scans(dataset: Dataset) -> pl.DataFrame:
    scans = dataset.measurements.drop_nulls((*_LESION, "scan_date"))
    return scans.join(baseline_frame(dataset), on=_VISIT, how="semi")


def _with_roles(scans: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    lesions = dataset.lesions.select(*_LESION, "role", "lymph_node").unique(_LESION, keep="none")
    return scans.join(lesions, on=_LESION, how="left")
