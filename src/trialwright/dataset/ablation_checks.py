"""Checks of local treatments: prior ones, and planned ones that came too early."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import baseline_frame
from trialwright.dataset.lesion_rows import READING, ablated_lesions
from trialwright.dataset.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

_CORRECT = "nothing to do if it was a prior treatment; otherwise correct the date"
_SET_PRIOR = "correct the date that is wrong, or set planned to N if it was a prior treatment"
_TREATMENT = ("patient_id", "lesion_id", "ablation_date", "modality")


def find_prior_ablations(dataset: Dataset) -> Iterator[Finding]:
    """Find lesions that were treated locally before the baseline visit; targets apart.

    Source: RECIST 1.1 (Eisenhauer 2009), section 3.1.3: a lesion in an area of earlier
    loco-regional therapy is measurable only if it has progressed since.
    """
    mend = "keep the lesion as a target only if it has grown since (RECIST 1.1, section 3.1.3)"
    of_target = Rule("target.locally_treated_before", "ablations", "lesion_id", mend)
    other = Rule("ablation.before_baseline", "ablations", "ablation_date", _CORRECT)
    prior = _prior_ablations(dataset)
    targets = prior.filter(pl.col("role") == "target")
    yield from of_target.findings(
        targets, lambda row: f"{_before(row)}; a target has to have grown since"
    )
    rest = prior.join(targets, on=_TREATMENT, how="anti")
    # It is no target of anybody, so it is one finding, about no reader.
    once = rest.unique(_TREATMENT, keep="first", maintain_order=True).drop("reader")
    yield from other.findings(once, _before)


def _prior_ablations(dataset: Dataset) -> pl.DataFrame:
    baselines = baseline_frame(dataset).select(*READING, "first_day")
    return (
        ablated_lesions(dataset)
        .join(baselines, on=READING, nulls_equal=True, maintain_order="left")
        .filter(pl.col("ablation_date") < pl.col("first_day"))
    )


def _before(row: Row) -> str:
    return (
        f"lesion {row['lesion_id']}: {row['modality']} on {row['ablation_date']} is before "
        f"the baseline, {row['first_day']}: a prior treatment, which the analysis leaves out"
    )


def find_early_planned_ablations(dataset: Dataset) -> Iterator[Finding]:
    """Find planned ablations, which are study treatment, before the enrolment."""
    rule = Rule("ablation.before_enrolment", "ablations", "ablation_date", _SET_PRIOR)
    enrolled = dataset.patients.select("patient_id", "enrolment_date").unique(
        "patient_id", keep="none"
    )
    early = (
        dataset.ablations.filter("planned")
        .join(enrolled, on="patient_id", how="inner", maintain_order="left")
        .filter(pl.col("ablation_date") < pl.col("enrolment_date"))
    )
    yield from rule.findings(
        early,
        lambda row: (
            f"lesion {row['lesion_id']}: the planned {row['modality']} on "
            f"{row['ablation_date']} is before the enrolment, {row['enrolment_date']}; "
            "a planned ablation is study treatment"
        ),
    )
