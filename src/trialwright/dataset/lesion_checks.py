"""Checks of the choice of target lesions, and of lymph nodes.

All lymph nodes are one organ (EORTC RECIST clarifications); the limits stand in ``limits``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.limits import MOST_TARGETS, MOST_TARGETS_AN_ORGAN
from trialwright.dataset.rules import Rule, listed
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

_SEVERAL_ORGANS = ("other", "not recorded")  # may stand for different organs
_LESION = ("patient_id", "lesion_id")
_IS_TARGET = pl.col("role") == "target"


def find_too_many_targets(dataset: Dataset) -> Iterator[Finding]:
    """Find patients with more target lesions than RECIST takes, in all or in one organ."""
    mend = "make the smaller ones non-target, unless the protocol allows more"
    rule = Rule("target.too_many", "lesions", "role", mend)
    in_organ = Rule("target.too_many_in_organ", "lesions", "role", mend)
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
    rule = Rule("lesion.node_not_marked", "lesions", "lymph_node", mend)
    rows = dataset.lesions.filter(pl.col("organ") == "lymph node", ~pl.col("lymph_node"))
    yield from rule.findings(
        rows, lambda row: f"lesion {row['lesion_id']} lies in a lymph node and is marked as none"
    )
