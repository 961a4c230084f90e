"""Checks of local treatments: prior ones, and planned ones that came too early."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import baseline_frame
from trialwright.dataset.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding


def find_prior_ablations(dataset: Dataset) -> Iterator[Finding]:
    """Find lesions that were treated locally before the baseline visit.

    Source: RECIST 1.1 (Eisenhauer 2009), section 3.1.3: a lesion in an area of earlier
    loco-regional therapy is measurable only if it has progressed since.
    """
    mend = "keep the lesion as a target only if it has grown since (RECIST 1.1, section 3.1.3)"
    rule = Rule("ablation.before_baseline", "ablations", "ablation_date", mend)
    baselines = baseline_frame(dataset).select("patient_id", "first_day")
    prior = dataset.ablations.join(
        baselines, on="patient_id", how="inner", maintain_order="left"
    ).filter(pl.col("ablation_date") < pl.col("first_day"))
    yield from rule.findings(
        prior,
        lambda row: (
            f"lesion {row['lesion_id']}: {row['modality']} on {row['ablation_date']} is before "
            f"the baseline, {row['first_day']}: a prior treatment, which the analysis leaves out"
        ),
    )


def find_early_planned_ablations(dataset: Dataset) -> Iterator[Finding]:
    """Find planned ablations, which are study treatment, before the enrolment."""
    mend = "correct the date that is wrong, or set planned to N if it was a prior treatment"
    rule = Rule("ablation.before_enrolment", "ablations", "ablation_date", mend)
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
