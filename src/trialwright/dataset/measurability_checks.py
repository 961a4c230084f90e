"""Checks of how targets are measured: large enough at baseline, and by one method throughout."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import was_read
from trialwright.dataset.baseline_checks import baseline_scans
from trialwright.dataset.lesion_rows import LESION, NAMED, target_lesions
from trialwright.dataset.limits import (
    SLICES_ACROSS,
    SMALLEST_NODE_MM,
    SMALLEST_ON_RADIOGRAPH_MM,
    SMALLEST_TARGET_MM,
    THICKEST_SLICE_MM,
)
from trialwright.dataset.rules import Rule, scan, size
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

MOST_PATIENTS_APART = 10  # more of them share one finding
_MAKE_NON_TARGET = "make it non-target, unless the protocol measures smaller lesions"
_RADIOGRAPH = "x.?ray|radiograph"
_SLICE = pl.col("slice_mm")


def find_unmeasurable_targets(dataset: Dataset) -> Iterator[Finding]:
    """Find target lesions whose size at baseline is below the measurable one.

    Where more than ten patients of a reader have one, a single finding names them.
    """
    rule = Rule("target.not_measurable", "measurements", "diameter_mm", _MAKE_NON_TARGET)
    small = baseline_targets(dataset).filter(pl.col("diameter_mm") < pl.col("least"))
    for of_reader in small.partition_by("reader", maintain_order=True):
        patients = of_reader["patient_id"].unique().sort().to_list()
        if len(patients) <= MOST_PATIENTS_APART:
            yield from rule.findings(of_reader, _too_small)
        else:
            yield _small_together(rule, of_reader, patients)


def _small_together(rule: Rule, small: pl.DataFrame, patients: list[str]) -> Finding:
    together = replace(rule, mend=f"check the unit; if it is right, {_MAKE_NON_TARGET}")
    named = ", ".join(patients[:MOST_PATIENTS_APART])
    return together.finding(
        {"reader": small["reader"][0], "patients": patients},
        f"{small.height} target lesions of {len(patients)} patients are below the measurable "
        f"size at baseline ({size(SMALLEST_TARGET_MM)}; {size(SMALLEST_NODE_MM)} for a node): "
        f"patients {named} and {len(patients) - MOST_PATIENTS_APART} more",
    )


def baseline_targets(dataset: Dataset) -> pl.DataFrame:
    """Return the measured size of each target lesion at baseline, and the least measurable one.

    Returns
    -------
    polars.DataFrame
        Rows of the table ``measurements`` with a diameter above 0 mm, one a lesion and reader,
        with its ``lymph_node`` and ``least``, in mm.
    """
    nodes = target_lesions(dataset).select(*LESION, "lymph_node")
    return (
        baseline_scans(dataset)
        .join(nodes, on=LESION, nulls_equal=True)
        .filter(pl.col("diameter_mm") > 0)
        .sort(*LESION, "scan_date", "diameter_mm", SOURCE_ROW)
        .unique(LESION, keep="last", maintain_order=True)
        .with_columns(_least().alias("least"))
    )


def _least() -> pl.Expr:
    """Return the least measurable size in mm of a lesion at baseline.

    Source: RECIST 1.1 (Eisenhauer 2009), section 3.1.1 and appendix II.
    """
    by_slice = pl.when(_SLICE > THICKEST_SLICE_MM).then(SLICES_ACROSS * _SLICE)
    return (
        pl.when(pl.col("lymph_node").fill_null(value=False))
        .then(SMALLEST_NODE_MM)
        .when(_is_radiograph())
        .then(SMALLEST_ON_RADIOGRAPH_MM)
        .otherwise(by_slice.otherwise(SMALLEST_TARGET_MM))
    )


def _is_radiograph() -> pl.Expr:
    method = pl.col("method").str.to_lowercase()
    return method.str.contains(_RADIOGRAPH).fill_null(value=False)


def _too_small(row: Row) -> str:
    what = "a node is measurable from a short axis of" if row["lymph_node"] else "measurable from"
    found = f"{scan(row)}: {size(row['diameter_mm'])} at baseline; {what} {size(row['least'])}"
    if row["lymph_node"] or row["least"] == SMALLEST_TARGET_MM:
        return found
    if row["slice_mm"] is None or row["least"] != SLICES_ACROSS * row["slice_mm"]:
        return f"{found} by {row['method']}"
    return f"{found} on slices of {size(row['slice_mm'])}"


def find_changed_methods(dataset: Dataset) -> Iterator[Finding]:
    """Find target lesions that are later measured by another method than at baseline.

    Source: RECIST 1.1 (Eisenhauer 2009), section 3.2: one method throughout.
    """
    mend = "measure by the method of the baseline, or correct the method"
    rule = Rule("measurement.method_changed", "measurements", "method", mend)
    changed = (
        dataset.measurements.drop_nulls((*NAMED, "scan_date", "method"))
        .filter(was_read())
        .join(_baseline_methods(dataset), on=LESION, nulls_equal=True)
        .filter(pl.col("scan_date") > pl.col("baseline_day"))
        .filter(_plain("method") != _plain("baseline_method"))
        .sort(*LESION, "scan_date", "method", SOURCE_ROW)
        .with_columns((pl.len().over(LESION) - 1).alias("later"))
        .unique(LESION, keep="first", maintain_order=True)
    )
    yield from rule.findings(changed, _changed)


def _baseline_methods(dataset: Dataset) -> pl.DataFrame:
    return (
        baseline_scans(dataset)
        .filter(was_read(), pl.col("method").is_not_null())
        .join(target_lesions(dataset), on=LESION, how="semi", nulls_equal=True)
        .sort(*LESION, "scan_date", "method")
        .unique(LESION, keep="last", maintain_order=True)
        .select(*LESION, baseline_day="scan_date", baseline_method="method")
    )


def _plain(name: str) -> pl.Expr:
    return pl.col(name).str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()


def _changed(row: Row) -> str:
    later = f" and on {row['later']} later scans" if row["later"] else ""
    return (
        f"{scan(row)}: measured by {row['method']}{later}, and by {row['baseline_method']} at "
        "baseline"
    )
