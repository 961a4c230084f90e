"""What the data or the design do that the study file did not plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.dataset.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from trialwright.analysis.result import StageResult
    from trialwright.dataset.dataset import Dataset
    from trialwright.response import PatientResponse
    from trialwright.study.model import Study


def find_early_baselines(responses: Iterable[PatientResponse], study: Study) -> Iterator[Finding]:
    """Report baseline scans that lie further before the first treatment than planned.

    Source: RECIST 1.1 section 3.2.1 (never more than 4 weeks before), as the study states it.
    """
    window = study.schedule.baseline_window_days.value
    if window is None:
        return
    for response in responses:
        baseline = response.baseline
        if baseline is not None and baseline.day < -window:
            yield Finding(
                rule="baseline.too_early",
                severity="warning",
                message=f"the baseline scan lies {-baseline.day} days before the first treatment; "
                f"the study allows {window}",
                mend="look for a later scan before treatment, or record a protocol deviation",
                table="measurements",
                patient=response.patient_id,
                field="scan_date",
            )


def find_design_differences(stage: StageResult | None, study: Study) -> Iterator[Finding]:
    """Report a design whose exact error rates are not those that the study states."""
    if stage is None:
        return
    alpha, power = study.design.type_one_error.value, study.design.power.value
    if alpha is not None and stage.null.probability_declare_active > alpha:
        yield _design_finding(
            f"design {stage.design} declares activity with probability "
            f"{stage.null.probability_declare_active:.4f} at the null rate, above the stated "
            f"type I error {alpha:g}"
        )
    if power is not None and stage.alternative.probability_declare_active < power:
        yield _design_finding(
            f"design {stage.design} has power {stage.alternative.probability_declare_active:.4f} "
            f"at the alternative rate, below the stated {power:g}"
        )


def find_uncollected(dataset: Dataset, study: Study) -> Iterator[Finding]:
    """Report tables that the study's choices read and the source never collected."""
    if study.treatments and not dataset.collected("doses"):
        stated = dataset.patients["first_treatment_date"].is_not_null()
        if not stated.all():
            yield _uncollected("error", "doses", "the day of the first treatment is not known")
    if study.ablation is not None and not dataset.collected("ablations"):
        yield _uncollected("warning", "ablations", "no lesion is read as ablated")
    if study.times.new_anticancer_therapy.value == "hypothetical" and not dataset.collected(
        "therapies"
    ):
        yield _uncollected("warning", "therapies", "no time is censored at new therapy")


def _uncollected(severity: Severity, table: str, consequence: str) -> Finding:
    return Finding(
        rule=f"table.not_collected.{table}",
        severity=severity,
        message=f"the study plans for {table}, and the data hold no such table: {consequence}",
        mend=f"add {table}; a table with its header alone says that there were none",
        table=table,
    )


def report_pending(pending: Collection[str], dataset: Dataset) -> Iterator[Finding]:
    """Report patients who may still respond, where the data record the end of the study."""
    if pending and dataset.collected("dispositions"):
        yield Finding(
            rule="response.pending",
            severity="note",
            message=f"{len(pending)} patient(s) may still respond and count as non-responders so "
            f"far: {', '.join(sorted(pending))}",
            mend="analyse again once each has progressed, died, left the study or reached the "
            "horizon",
            table="dispositions",
        )


def _design_finding(message: str) -> Finding:
    return Finding(
        rule="design.error_rates",
        severity="warning",
        message=message,
        mend="change the numbers of the design or the error rates in the study file",
        source="study file",
        table="design",
    )
