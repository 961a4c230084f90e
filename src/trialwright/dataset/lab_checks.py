"""Checks of laboratory results that need no knowledge of what a test measures.

What a test and its unit are is known in ``safety``, whose ``check_laboratory`` tells of the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.rules import Rule
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

_FROM_SOURCE = "correct it from the report of the laboratory"
_SERIES = ("patient_id", "test", "unit", "laboratory")
_LIMITS = ("lower_limit", "upper_limit")


def find_negative_results(dataset: Dataset) -> Iterator[Finding]:
    """Find results below 0, which no concentration, count or time can be."""
    rows = dataset.table("labs").filter(pl.col("value") < 0)
    yield from Rule("lab.negative", "labs", "value", _FROM_SOURCE).findings(rows, _negative)


def find_exchanged_limits(dataset: Dataset) -> Iterator[Finding]:
    """Find limits of normal of which the lower lies above the upper."""
    rows = dataset.table("labs").filter(pl.col("lower_limit") > pl.col("upper_limit"))
    mend = f"exchange the two, or {_FROM_SOURCE}"
    yield from Rule("lab.limits_exchanged", "labs", "lower_limit", mend).findings(rows, _exchanged)


def find_changed_ranges(dataset: Dataset) -> Iterator[Finding]:
    """Find tests of a patient whose limits changed although the laboratory did not.

    A range does change with the method, or on a birthday; more often a row holds the limits of
    another laboratory, or of another unit. One finding a patient and test, at the first change.
    """
    mend = (
        "if another laboratory measured it, name it in the column laboratory; else " + _FROM_SOURCE
    )
    stated = (
        dataset.table("labs")
        .drop_nulls(("patient_id", "test"))
        .filter(pl.any_horizontal(pl.col(_LIMITS).is_not_null()))
        .sort("sample_date", SOURCE_ROW, nulls_last=True, maintain_order=True)
    )
    before = {name: pl.col(name).shift(1).over(_SERIES).alias(f"old_{name}") for name in _LIMITS}
    changed = (
        stated.with_columns(*before.values(), place=pl.int_range(pl.len()).over(_SERIES))
        .filter(
            (pl.col("place") > 0)
            & pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"old_{name}")) for name in _LIMITS)
        )
        .with_columns(times=pl.len().over(_SERIES))
        .unique(_SERIES, keep="first", maintain_order=True)
    )
    rule = Rule("lab.range_changed", "labs", "upper_limit", mend)
    yield from rule.findings(changed, _changed)


def _negative(row: Row) -> str:
    return f"{row['test']} {_number(row['value'])} {row['unit'] or ''}".rstrip() + " is below 0"


def _exchanged(row: Row) -> str:
    low, high = row["lower_limit"], row["upper_limit"]
    return f"the lower limit of {row['test']}, {low:g}, is above its upper limit, {high:g}"


def _changed(row: Row) -> str:
    where = row["laboratory"]
    same = "and no laboratory is named" if where is None else f"and the laboratory is still {where}"
    again = f"; they change {row['times']} times" if row["times"] > 1 else ""
    old = _range(row["old_lower_limit"], row["old_upper_limit"])
    new = _range(row["lower_limit"], row["upper_limit"])
    on = "" if row["sample_date"] is None else f" on {row['sample_date']}"
    return f"the limits of {row['test']} are {new}{on} and were {old} before, {same}{again}"


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"up to {high:g}" if high is not None else f"from {low:g}"
    return f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")
