"""Checks of what scans say of ablation zones and of viable tumour.

Source: Ahmed, Radiology 2014;273:241 (terms of image-guided ablation): residual tumour is seen on
the first control; local progression follows a control that showed a complete zone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.lesion_rows import LESION, NAMED, READING, ablated_lesions, with_lesion
from trialwright.dataset.measurement_checks import stated_size
from trialwright.dataset.rules import Rule, scan, size
from trialwright.dataset.schema import SOURCE_ROW, UNREAD_STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

_WITHOUT_TUMOUR = ("complete", "benign_rim")
_CORRECT = "correct the one that is wrong"
_ZONE = (*READING, "whole")
_FINDING, _VIABLE, _STATE = pl.col("ablation_finding"), pl.col("viable_mm"), pl.col("state")


def find_zones_without_treatment(dataset: Dataset) -> Iterator[Finding]:
    """Find scans that say what an ablation zone shows before any treatment of the lesion."""
    mend = "add the treatment to ablations, or write the finding to the lesion that was ablated"
    rule = Rule("zone.not_treated", "measurements", "ablation_finding", mend)
    untreated = _zones(dataset).filter(pl.col("treated").is_null())
    yield from rule.findings(
        untreated,
        lambda row: (
            f"{scan(row)}: the finding at the zone is {row['ablation_finding']}, and no local "
            "treatment of the lesion by that day is on record, so the finding is not used"
        ),
    )


def find_zones_out_of_order(dataset: Dataset) -> Iterator[Finding]:
    """Find residual tumour after a complete zone, and local progression without one."""
    mend = "residual is seen on the first control, local_progression after a complete zone"
    rule = Rule("zone.order", "measurements", "ablation_finding", mend)
    course = (*_ZONE, "treated")
    zones = (
        _zones(dataset)
        .drop_nulls("treated")
        .sort(*_ZONE, "scan_date", SOURCE_ROW)
        .with_columns(_FINDING.is_in(_WITHOUT_TUMOUR).alias("complete"))
        .with_columns(
            pl.col("complete").cum_max().shift(1, fill_value=False).over(course).alias("before")
        )
    )
    late = (_FINDING == "residual") & pl.col("before")
    early = (_FINDING == "local_progression") & ~pl.col("before")
    yield from rule.findings(zones.filter(late | early), _order)


def _order(row: Row) -> str:
    after = "after a control that" if row["before"] else "and no control since the treatment"
    return f"{scan(row)}: {row['ablation_finding']}, {after} showed a complete zone"


def find_zone_contradictions(dataset: Dataset) -> Iterator[Finding]:
    """Find findings at a zone that the size, the state or the viable part contradicts."""
    rule = Rule("zone.contradiction", "measurements", "ablation_finding", _CORRECT)
    no_tumour = _FINDING.is_in(_WITHOUT_TUMOUR)
    is_viable = (_FINDING == "complete") & (_VIABLE > 0)
    has_grown = no_tumour & (_STATE == "unequivocal_progression")
    is_gone = ~no_tumour & ((stated_size() == 0) | (_VIABLE == 0))
    odd = dataset.measurements.drop_nulls((*NAMED, "ablation_finding")).filter(
        pl.any_horizontal(is_viable, has_grown, is_gone)
    )
    yield from rule.findings(odd, _contradiction)


def _contradiction(row: Row) -> str:
    if row["viable_mm"] is not None:
        beside = f"a viable part of {size(row['viable_mm'])}"
    elif row["state"] is not None:
        beside = f"the state {row['state']}"
    else:
        beside = size(row["diameter_mm"])
    return f"{scan(row)}: the finding at the zone is {row['ablation_finding']}, beside {beside}"


def find_large_viable_parts(dataset: Dataset) -> Iterator[Finding]:
    """Find viable parts that are larger than their lesion, or of a lesion that was not read."""
    rule = Rule("measurement.viable_larger", "measurements", "viable_mm", _CORRECT)
    rows = dataset.measurements.with_columns(stated_size().alias("size"))
    is_unread = _STATE.is_in(UNREAD_STATES) & (_VIABLE > 0)
    odd = rows.filter(pl.any_horizontal(pl.col("size") < _VIABLE, is_unread))
    yield from rule.findings(odd, _larger)


def _larger(row: Row) -> str:
    whole = row["state"] if row["size"] is None else size(row["size"])
    return f"{scan(row)}: a viable part of {size(row['viable_mm'])}, of a lesion that is {whole}"


def _zones(dataset: Dataset) -> pl.DataFrame:
    """Return the scans with a finding at a zone, and the last treatment by that day.

    A fragment is a part of its lesion: treatment of either is treatment of both.
    """
    zones = _with_whole(dataset.measurements.drop_nulls(("scan_date", "ablation_finding")), dataset)
    treated = _with_whole(ablated_lesions(dataset).drop("role"), dataset).select(
        *_ZONE, treated="ablation_date"
    )
    last = (
        zones.select(*_ZONE, "scan_date")
        .unique()
        .join(treated.drop_nulls("treated"), on=_ZONE, nulls_equal=True)
        .filter(pl.col("treated") <= pl.col("scan_date"))
        .group_by(*_ZONE, "scan_date")
        .agg(pl.col("treated").max())
    )
    return zones.join(
        last, on=(*_ZONE, "scan_date"), how="left", nulls_equal=True, maintain_order="left"
    )


def _with_whole(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    named = with_lesion(rows.drop_nulls(NAMED), dataset)
    return named.with_columns(pl.coalesce("split_from", LESION[-1]).alias("whole"))
