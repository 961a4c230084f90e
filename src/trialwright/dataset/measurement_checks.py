"""Checks of single measurements: size and state, repeats, plausibility."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.rules import Rule, listed, rows_named, scan, size
from trialwright.dataset.schema import TABLES
from trialwright.dataset.table_checks import duplicate_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

LARGEST_MM = 400.0  # no lesion is larger than a trunk is wide
_UNSIZED = ("present", "increased", "unequivocal_progression", "equivocal")
_DIAMETER, _STATE = pl.col("diameter_mm"), pl.col("state")


def find_repeated_measurements(dataset: Dataset) -> Iterator[Finding]:
    """Find lesions measured more than once on one date: repeats, and contradictions."""
    differ = Rule(
        "measurement.duplicate",
        "error",
        "measurements",
        "diameter_mm",
        "find out which is right and keep one row",
    )
    agree = Rule(
        "measurement.repeated", "warning", "measurements", None, "keep one of the equal rows"
    )
    for group in duplicate_groups(dataset.measurements, TABLES["measurements"]):
        values = sorted(_value(row) for row in group["members"])
        where = f"{scan(group)}: {rows_named(group['rows'])}"
        if len(set(values)) > 1:
            yield differ.finding(group, f"{where} hold {listed(values)}")
        else:
            yield agree.finding(group, f"{where} hold the same, {values[0]}")


def _value(row: Row) -> str:
    diameter, state = row["diameter_mm"], row["state"]
    if diameter is None:
        return state or "nothing"
    return size(diameter) if state is None else f"{size(diameter)} ({state})"


def find_blank_measurements(dataset: Dataset) -> Iterator[Finding]:
    """Find measurements that say nothing: a recorded blank, or neither size nor state."""
    mend = "read the scan, or enter not_evaluable"
    blank = Rule("measurement.blank", "error", "measurements", "diameter_mm", mend)
    rows = dataset.measurements.filter((_STATE == "not_recorded") & _DIAMETER.is_null())
    yield from blank.findings(rows, lambda row: f"{scan(row)}: the size is blank in the source")
    neither = Rule("measurement.neither", "error", "measurements", "diameter_mm", mend)
    rows = dataset.measurements.filter(_DIAMETER.is_null() & _STATE.is_null())
    yield from neither.findings(rows, lambda row: f"{scan(row)}: neither a diameter nor a state")


def find_double_statements(dataset: Dataset) -> Iterator[Finding]:
    """Find measurements with a diameter and a state; equal ones are noted only.

    ``absent`` says 0 mm and ``too_small`` says 5 mm (RECIST 1.1, section 4.3.2).
    """
    agrees = ((_STATE == "absent") & (_DIAMETER == 0)) | (
        (_STATE == "too_small") & (_DIAMETER == 5)  # noqa: PLR2004 - the RECIST default
    )
    both = dataset.measurements.filter(_DIAMETER.is_not_null() & _STATE.is_not_null())
    mend = "keep the diameter or the state"
    rule = Rule("measurement.both", "error", "measurements", "state", mend)
    restated = Rule("measurement.restated", "note", "measurements", "state", mend)

    def say(row: Row) -> str:
        return f"{scan(row)}: both {size(row['diameter_mm'])} and the state {row['state']}"

    yield from rule.findings(both.filter(~agrees), say)
    yield from restated.findings(both.filter(agrees), lambda row: f"{say(row)}, which agree")


def find_huge_diameters(dataset: Dataset) -> Iterator[Finding]:
    """Find diameters that no body holds."""
    mend = "check the unit and the decimal point"
    rule = Rule("measurement.huge", "warning", "measurements", "diameter_mm", mend)
    rows = dataset.measurements.filter(_DIAMETER > LARGEST_MM)
    yield from rule.findings(
        rows,
        lambda row: f"{scan(row)}: {size(row['diameter_mm'])} is more than {size(LARGEST_MM)}",
    )


def find_targets_without_size(dataset: Dataset) -> Iterator[Finding]:
    """Find target lesions with a word where the sum needs a size."""
    rule = Rule(
        "measurement.target_without_size",
        "error",
        "measurements",
        "state",
        "measure it, or enter absent, too_small or not_evaluable",
    )
    targets = dataset.lesions.filter(pl.col("role") == "target")
    rows = dataset.measurements.filter(_STATE.is_in(_UNSIZED) & _DIAMETER.is_null()).join(
        targets, on=TABLES["lesions"].key, how="semi"
    )
    yield from rule.findings(
        rows, lambda row: f"{scan(row)}: a target lesion is {row['state']}, without a size"
    )
