"""Checks of measurements: size and state, repeats, plausibility."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.lesion_rows import LESION, NAMED, declared_lesions, with_lesion
from trialwright.dataset.rules import Rule, listed, rows_named, scan, size
from trialwright.dataset.schema import SIZE_OF_STATE, SOURCE_ROW, TABLES
from trialwright.dataset.table_checks import duplicate_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

LARGEST_MM = 400.0  # no lesion is larger than a trunk is wide
_GROWN = ("increased", "unequivocal_progression")
_NO_TARGET = ("non_target", "new")
_UNSIZED = ("present", *_GROWN, "equivocal")
_DIAMETER, _STATE = pl.col("diameter_mm"), pl.col("state")


def stated_size() -> pl.Expr:
    """Return the size in mm that a measurement states, by its diameter or its state; or null."""
    return (
        pl.when(_DIAMETER >= 0)
        .then(_DIAMETER)
        .when(_DIAMETER.is_null())
        .then(_size_of_state())
        .otherwise(None)
    )


def _size_of_state() -> pl.Expr:
    return _STATE.replace_strict(SIZE_OF_STATE, default=None, return_dtype=pl.Float64)


def find_repeated_measurements(dataset: Dataset) -> Iterator[Finding]:
    """Find lesions measured more than once on one date: repeats, and contradictions."""
    differ = Rule(
        "measurement.duplicate",
        "measurements",
        "diameter_mm",
        "find out which is right and keep one row",
    )
    agree = Rule("measurement.repeated", "measurements", None, "keep one of the equal rows")
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


def find_several_sizes(dataset: Dataset) -> Iterator[Finding]:
    """Find lesions with different sizes on different dates of one visit."""
    mend = "keep the right one, or give the later scan its own visit name"
    rule = Rule("measurement.several_sizes", "measurements", "diameter_mm", mend)
    by_date = pl.struct("scan_date", "size").unique().sort().alias("sizes")
    groups = (
        dataset.measurements.drop_nulls((*NAMED, "visit", "scan_date"))
        .with_columns(stated_size().alias("size"))
        .drop_nulls("size")
        .sort(*LESION, "scan_date", SOURCE_ROW)
        .group_by(*LESION, "visit", maintain_order=True)
        .agg(
            by_date,
            pl.col(SOURCE_ROW).first(),
            pl.col("scan_date").n_unique().alias("dates"),
            pl.col("size").n_unique().alias("different"),
        )
        .filter(pl.col("dates") > 1, pl.col("different") > 1)
    )
    yield from rule.findings(groups, _several_sizes)


def _several_sizes(row: Row) -> str:
    sizes = [f"{size(one['size'])} on {one['scan_date']}" for one in row["sizes"]]
    return f"lesion {row['lesion_id']}, visit {row['visit']}: {listed(sizes)}"


def find_blank_measurements(dataset: Dataset) -> Iterator[Finding]:
    """Find measurements that say nothing: a recorded blank, or neither size nor state."""
    mend = "read the scan, or enter not_evaluable"
    blank = Rule("measurement.blank", "measurements", "diameter_mm", mend)
    rows = dataset.measurements.filter((_STATE == "not_recorded") & _DIAMETER.is_null())
    yield from blank.findings(rows, lambda row: f"{scan(row)}: the size is blank in the source")
    neither = Rule("measurement.neither", "measurements", "diameter_mm", mend)
    rows = dataset.measurements.filter(_DIAMETER.is_null() & _STATE.is_null())
    yield from neither.findings(rows, lambda row: f"{scan(row)}: neither a diameter nor a state")


def find_double_statements(dataset: Dataset) -> Iterator[Finding]:
    """Find measurements with a diameter and a state; equal ones are noted only.

    What a state says in mm stands in ``schema.SIZE_OF_STATE``. A lesion that is no target may
    have a size and the word that it has grown.

    Source: iRECIST (Seymour, Lancet Oncol 2017;18:e143): new lesions are measured, and assessed.
    """
    agrees = (_size_of_state() == _DIAMETER).fill_null(value=False)
    rows = dataset.measurements.filter(_DIAMETER.is_not_null() & _STATE.is_not_null())
    both = with_lesion(rows, dataset).filter(~_is_grown_with_size())
    mend = "keep the diameter or the state"
    rule = Rule("measurement.both", "measurements", "state", mend)
    restated = Rule("measurement.restated", "measurements", "state", mend)

    def say(row: Row) -> str:
        return f"{scan(row)}: both {size(row['diameter_mm'])} and the state {row['state']}"

    yield from rule.findings(both.filter(~agrees), say)
    yield from restated.findings(both.filter(agrees), lambda row: f"{say(row)}, which agree")


def _is_grown_with_size() -> pl.Expr:
    """Tell whether a lesion that is no target is called grown beside its size."""
    grown = _STATE.is_in(_GROWN) & pl.col("role").is_in(_NO_TARGET) & (_DIAMETER > 0)
    return grown.fill_null(value=False)


def find_equivocal_known_lesions(dataset: Dataset) -> Iterator[Finding]:
    """Find lesions of baseline with the word for a new finding that may be no lesion."""
    mend = "write present, increased or unequivocal_progression; equivocal is of new lesions"
    rule = Rule("measurement.equivocal_known", "measurements", "state", mend)
    rows = with_lesion(dataset.measurements.filter(_STATE == "equivocal"), dataset)
    known = rows.filter(pl.col("role") == "non_target")
    yield from rule.findings(
        known, lambda row: f"{scan(row)}: a non-target lesion is equivocal; it counts as present"
    )


def find_huge_diameters(dataset: Dataset) -> Iterator[Finding]:
    """Find diameters that no body holds."""
    mend = "check the unit and the decimal point"
    rule = Rule("measurement.huge", "measurements", "diameter_mm", mend)
    rows = dataset.measurements.filter(_DIAMETER > LARGEST_MM)
    yield from rule.findings(
        rows,
        lambda row: f"{scan(row)}: {size(row['diameter_mm'])} is more than {size(LARGEST_MM)}",
    )


def find_targets_without_size(dataset: Dataset) -> Iterator[Finding]:
    """Find target lesions with a word where the sum needs a size."""
    rule = Rule(
        "measurement.target_without_size",
        "measurements",
        "state",
        "measure it, or enter absent, too_small or not_evaluable",
    )
    targets = declared_lesions(dataset).filter(pl.col("role") == "target")
    rows = dataset.measurements.filter(_STATE.is_in(_UNSIZED) & _DIAMETER.is_null()).join(
        targets, on=LESION, how="semi", nulls_equal=True
    )
    yield from rule.findings(
        rows, lambda row: f"{scan(row)}: a target lesion is {row['state']}, without a size"
    )
