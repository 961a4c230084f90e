"""Checks of lesions that split: what a fragment is a fragment of, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.baseline_checks import seen_by_baseline
from trialwright.dataset.lesion_rows import LESION, declared_lesions
from trialwright.dataset.rules import Rule, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row


def find_unknown_parents(dataset: Dataset) -> Iterator[Finding]:
    """Find fragments of a lesion that nobody declared, of themselves, or of a fragment.

    Source: RECIST 1.1 (Eisenhauer 2009), section 4.3.2: the diameters of the fragments add up
    to that of the lesion they come from.
    """
    mend = "name in split_from the lesion that was declared at baseline"
    rule = Rule("split.unknown_parent", "lesions", "split_from", mend)
    parents = declared_lesions(dataset).select(
        "patient_id", "reader", split_from="lesion_id", above="split_from", known=pl.lit(value=True)
    )
    key = ("patient_id", "reader", "split_from")
    fragments = dataset.lesions.drop_nulls((*LESION[::2], "split_from")).join(
        parents, on=key, how="left", nulls_equal=True, maintain_order="left"
    )
    is_whole = pl.col("known").fill_null(value=False) & pl.col("above").is_null()
    yield from rule.findings(fragments.filter(~is_whole), _unknown_parent)


def _unknown_parent(row: Row) -> str:
    head = f"lesion {row['lesion_id']} is a fragment of {row['split_from']}"
    if row["split_from"] == row["lesion_id"]:
        return f"{head}, which is itself"
    if row["above"] is not None:
        return f"{head}, which is a fragment of {row['above']}"
    return f"{head}, which is not in the table lesions"


def find_fragments_at_baseline(dataset: Dataset) -> Iterator[Finding]:
    """Find fragments that were seen by the last day of the baseline visit.

    What lies apart at baseline is a lesion of its own.
    """
    mend = "leave split_from blank and give it its own part, or correct the date of the scan"
    rule = Rule("lesion.split_at_baseline", "measurements", "scan_date", mend)
    fragments = seen_by_baseline(dataset).filter(pl.col("split_from").is_not_null())
    yield from rule.findings(
        fragments,
        lambda row: (
            f"{scan(row)}: a fragment of {row['split_from']} is seen by the baseline, "
            f"{row['last_day']}; what lies apart at baseline is a lesion of its own"
        ),
    )
