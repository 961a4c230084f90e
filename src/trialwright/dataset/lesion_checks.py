"""Checks of the lesions: how many targets, where they lie, and lymph nodes.

All lymph nodes are one organ (EORTC RECIST clarifications); the limits stand in ``limits``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import baseline_frame
from trialwright.dataset.lesion_rows import (
    LESION,
    READING,
    declared_lesions,
    organs_named,
    target_lesions,
)
from trialwright.dataset.limits import MOST_TARGETS, MOST_TARGETS_AN_ORGAN
from trialwright.dataset.raw_tables import nearest
from trialwright.dataset.rules import Rule, listed, rows_named
from trialwright.dataset.schema import ORGANS, SOURCE_ROW
from trialwright.dataset.table_checks import organ_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

_SEVERAL_ORGANS = ("other", "not recorded")  # may stand for different organs


def find_too_many_targets(dataset: Dataset) -> Iterator[Finding]:
    """Find patients with more target lesions than RECIST takes, in all or in one organ.

    A paired organ is one word of the list of organs, and so one organ.
    """
    mend = "make the smaller ones non-target, unless the protocol allows more"
    rule = Rule("target.too_many", "lesions", "role", mend)
    in_organ = Rule("target.too_many_in_organ", "lesions", "role", mend)
    is_node = pl.col("lymph_node").fill_null(value=False)
    targets = (
        target_lesions(dataset)
        .with_columns(pl.when(is_node).then(pl.lit("lymph node")).otherwise("organ").alias("organ"))
        .sort(*LESION, SOURCE_ROW)
    )
    for row in _groups(targets, READING, MOST_TARGETS):
        yield rule.finding(row, f"{_targets(row)}; at most {MOST_TARGETS} are followed")
    one_organ = targets.filter(~pl.col("organ").is_in(_SEVERAL_ORGANS))
    for row in _groups(one_organ, (*READING, "organ"), MOST_TARGETS_AN_ORGAN):
        most = f"at most {MOST_TARGETS_AN_ORGAN} an organ are followed"
        yield in_organ.finding(row, f"{_targets(row)} in {row['organ']}; {most}")


def _groups(targets: pl.DataFrame, key: tuple[str, ...], most: int) -> list[Row]:
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
    rule = Rule("lesion.node_not_marked", "lesions", "lymph_node", mend)
    rows = dataset.lesions.filter(pl.col("organ") == "lymph node", ~pl.col("lymph_node"))
    yield from rule.findings(
        rows, lambda row: f"lesion {row['lesion_id']} lies in a lymph node and is marked as none"
    )


def find_changed_organs(dataset: Dataset) -> Iterator[Finding]:
    """Find lesions whose rows agree in everything but the place of the lesion."""
    mend = "keep the row that is right; two lesions need two names"
    rule = Rule("lesion.organ_changed", "lesions", "organ", mend)
    groups = organ_changes(dataset)
    if not groups:
        return
    used = {_lesion(row): _place(row) for row in declared_lesions(dataset).iter_rows(named=True)}
    for group in groups:
        places = listed(sorted({_place(row) for row in group["members"]}))
        rows = rows_named(group["rows"])
        message = (
            f"lesion {group['lesion_id']}: {rows} place it in {places}; {used[_lesion(group)]} "
            "is used"
        )
        yield rule.finding(group, message)


def _lesion(row: Row) -> tuple[str | None, ...]:
    return tuple(row[name] for name in LESION)


def _place(row: Row) -> str:
    return f"{row['organ']} ({row['location']})" if row["location"] else str(row["organ"])


def find_new_lesions_in_unimaged_organs(dataset: Dataset) -> Iterator[Finding]:
    """Find new lesions in an organ that the baseline did not image.

    Source: RECIST 1.1 (Eisenhauer 2009), section 4.3.5: such a lesion counts as new.
    """
    mend = "nothing to do, if no earlier image of the organ can be found"
    rule = Rule("lesion.new_in_unimaged_organ", "lesions", "organ", mend)
    visits = dataset.visits.unique(("patient_id", "visit"), keep="none").drop_nulls("not_imaged")
    baselines = baseline_frame(dataset).select(*READING, "visit")
    rows = (
        declared_lesions(dataset)
        .filter(pl.col("role") == "new")
        .join(baselines, on=READING, nulls_equal=True, maintain_order="left")
        .join(
            visits.select("patient_id", "visit", "not_imaged"),
            on=("patient_id", "visit"),
            maintain_order="left",
        )
    )
    for row in rows.iter_rows(named=True):
        if row["organ"] in organs_named(row["not_imaged"]):
            message = (
                f"the new lesion {row['lesion_id']} lies in {row['organ']}, which {row['visit']} "
                "did not image; it counts as new all the same (RECIST 1.1, section 4.3.5)"
            )
            yield rule.finding(row, message)


def find_unread_new_lesions(dataset: Dataset) -> Iterator[Finding]:
    """Find new lesions that no scan shows: declared alone, they are no progression."""
    mend = "add the scan that shows it, or take the lesion out"
    rule = Rule("lesion.new_never_read", "lesions", "lesion_id", mend)
    if not dataset.collected("measurements"):
        return
    unread = (
        declared_lesions(dataset)
        .filter(pl.col("role") == "new", pl.col("split_from").is_null())
        .join(dataset.measurements, on=LESION, how="anti", nulls_equal=True, maintain_order="left")
    )
    yield from rule.findings(
        unread,
        lambda row: f"the new lesion {row['lesion_id']} is on no scan, so it counts nowhere",
    )


def find_unknown_organs(dataset: Dataset) -> Iterator[Finding]:
    """Find words in ``visits.not_imaged`` that are no organ of the list, so match no lesion."""
    for row in dataset.visits.drop_nulls("not_imaged").iter_rows(named=True):
        for word in organs_named(row["not_imaged"]):
            if word not in ORGANS:
                meant = nearest(word, ORGANS)
                mend = f"write {meant}, if that is meant" if meant else f"use {', '.join(ORGANS)}"
                rule = Rule("value.not_listed", "visits", "not_imaged", mend)
                yield rule.finding(row, f"not_imaged {word!r} is not in the list of organs")
