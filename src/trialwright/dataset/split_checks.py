"""Checks of lesions that split or merge: what with, since when, and what carries the size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.baseline_checks import seen_by_baseline
from trialwright.dataset.lesion_rows import LESION, NAMED, READING, declared_lesions, with_lesion
from trialwright.dataset.measurement_checks import stated_size
from trialwright.dataset.rules import Rule, listed, scan, size
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

_PART = ("role", "organ", "lymph_node")
_SEEN = ("present", "increased", "unequivocal_progression")
_ALONE = "it is followed as a lesion of its own, without a size at baseline"


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
        return f"{head}, which is itself; {_ALONE}"
    if row["above"] is not None:
        return f"{head}, which is a fragment of {row['above']}"
    return f"{head}, which is not in the table lesions; {_ALONE}"


def find_differing_fragments(dataset: Dataset) -> Iterator[Finding]:
    """Find fragments whose part or place is not that of the lesion they come from."""
    mend = "give the fragment the part and the place of its lesion, or leave split_from blank"
    rule = Rule("split.differs", "lesions", "role", mend)
    lesions = declared_lesions(dataset)
    whole = lesions.select(*READING, split_from="lesion_id", **{f"of_{one}": one for one in _PART})
    fragments = lesions.drop_nulls("split_from").join(
        whole, on=(*READING, "split_from"), nulls_equal=True, maintain_order="left"
    )
    differs = [pl.col(one) != pl.col(f"of_{one}") for one in _PART]
    yield from rule.findings(fragments.filter(pl.any_horizontal(differs)), _differing)


def _differing(row: Row) -> str:
    own, other = (
        f"{row[f'{of}role']} in {row[f'{of}organ']}{', a node' if row[f'{of}lymph_node'] else ''}"
        for of in ("", "of_")
    )
    return (
        f"lesion {row['lesion_id']} ({own}) is a fragment of {row['split_from']} ({other}); it "
        "counts as a part of that"
    )


def find_measured_parents(dataset: Dataset) -> Iterator[Finding]:
    """Find lesions with a size beside those of their fragments: it may be the whole again."""
    mend = "if it is the whole lesion, leave its row out from the split on"
    rule = Rule("split.parent_measured", "measurements", "diameter_mm", mend)
    sized = (
        with_lesion(dataset.measurements.drop_nulls((*NAMED, "visit")), dataset)
        .with_columns(stated_size().alias("size"))
        .filter(pl.col("size") > 0)
    )
    at = (*READING, "visit", "lesion_id")
    fragments = (
        sized.drop_nulls("split_from")
        .join(seen_by_baseline(dataset), on=LESION, how="anti", nulls_equal=True)
        .sort("lesion_id")
        .group_by(*READING, "visit", lesion_id="split_from")
        .agg(pl.struct(name="lesion_id", size="size").alias("fragments"))
    )
    both = sized.join(fragments, on=at, nulls_equal=True)
    first = both.sort("scan_date", SOURCE_ROW).unique(LESION, keep="first", maintain_order=True)
    yield from rule.findings(first, _measured_parent)


def _measured_parent(row: Row) -> str:
    parts = listed([f"{one['name']} ({size(one['size'])})" for one in row["fragments"]])
    fragments = "fragment" if len(row["fragments"]) == 1 else "fragments"
    return (
        f"{scan(row)}: {size(row['size'])}, beside its {fragments} {parts}; all of these are added "
        "up, as parts of one lesion"
    )


def find_unclear_mergers(dataset: Dataset) -> Iterator[Finding]:
    """Find merged lesions whose joint size no lesion carries, and new ones never seen apart.

    Source: RECIST 1.1 (Eisenhauer 2009), section 4.3.2: of lesions that merge, one keeps the
    longest diameter of all.
    """
    mend = "measure one of the lesions that merged, or enter the state that was seen"
    rule = Rule("measurement.merged_unclear", "measurements", "state", mend)
    scans = with_lesion(dataset.measurements.drop_nulls((*NAMED, "visit")), dataset).with_columns(
        pl.when("lymph_node").then(pl.lit("lymph node")).otherwise("organ").alias("place")
    )
    merged = scans.filter(pl.col("state") == "merged")
    at = (*READING, "visit", "place")
    sized = scans.filter(pl.col("diameter_mm") > 0).select(at).unique()
    seen = scans.filter((pl.col("diameter_mm") > 0) | pl.col("state").is_in(_SEEN))
    is_target = pl.col("role") == "target"
    adrift = (
        merged.filter(is_target).join(sized, on=at, how="anti", nulls_equal=True),
        merged.filter(~is_target).join(seen.select(at), on=at, how="anti", nulls_equal=True),
    )
    yield from rule.findings(pl.concat(adrift), _adrift)
    new = merged.filter(pl.col("role") == "new")
    apart = new.join(seen.select(LESION), on=LESION, how="anti", nulls_equal=True)
    yield from rule.findings(
        apart.join(pl.concat(adrift).select(SOURCE_ROW), on=SOURCE_ROW, how="anti"),
        lambda row: (
            f"{scan(row)}: a new lesion has merged, and no scan shows it; it is not counted"
        ),
    )


def _adrift(row: Row) -> str:
    return (
        f"{scan(row)}: merged, and no other lesion in {row['place']} has a size on the visit "
        f"{row['visit']} that could be the joint one"
    )


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
