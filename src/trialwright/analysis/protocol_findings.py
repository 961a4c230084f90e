"""What the data or the design do that the study file did not plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.dataset.anchors import is_dose_given
from trialwright.dataset.findings import Finding, Severity
from trialwright.study.counting import OF_THE_STUDY, choose_counting

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


def find_uncollected(
    dataset: Dataset, study: Study, counting: str = OF_THE_STUDY
) -> Iterator[Finding]:
    """Report tables that the study's choices read and the source never collected.

    Parameters
    ----------
    dataset : Dataset
        Says which tables were collected.
    study : Study
        The choices.
    counting : str
        The way of counting times that is used.
    """
    if study.treatments and not dataset.collected("doses"):
        stated = dataset.patients["first_treatment_date"].is_not_null()
        if not stated.all():
            yield _uncollected("error", "doses", "the day of the first treatment is not known")
    if not dataset.collected("measurements"):
        yield _uncollected("error", "measurements", "no scan can be read, so nobody can respond")
    if study.ablation is not None and not dataset.collected("ablations"):
        composite = study.rates.ablation_not_performed.value == "composite"
        if composite:  # nobody knows who was not ablated
            yield _uncollected("error", "ablations", "nobody knows who failed for want of one")
        else:
            yield _uncollected("warning", "ablations", "no lesion is read as ablated")
    for table, consequences in (
        ("therapies", _read_of_therapies(study, counting)),
        ("dispositions", _read_of_dispositions(study, counting)),
    ):
        if consequences and not dataset.collected(table):
            yield _uncollected("warning", table, " and ".join(consequences))


def find_unplanned_drugs(dataset: Dataset, study: Study) -> Iterator[Finding]:
    """Report drugs that were given and that the study names otherwise or does not plan."""
    stated = [drug.name.value for drug in study.treatments]
    names = sorted(name for name in stated if name is not None)
    if not names or None in stated:
        return
    planned = {name.casefold() for name in names}
    given = dataset.doses.filter(is_dose_given())["drug"].unique(maintain_order=True)
    for drug in given.drop_nulls():
        if drug.casefold() not in planned:
            yield Finding(
                rule="dose.unplanned_drug",
                severity="warning",
                message=f"{drug} was given, and the study plans {' and '.join(names)}: "
                "it counts as treatment, and for the planned dose of no drug",
                mend="write the drug as the study file names it, if it is one of these",
                table="doses",
                field="drug",
            )


def _read_of_therapies(study: Study, counting: str) -> list[str]:
    """Return what is left undone where later therapies were not collected."""
    strategy = choose_counting(study, counting).new_anticancer_therapy
    undone = [] if strategy == _POLICY else [f"no time {_ENDS[strategy]} new therapy"]
    if study.rates.new_anticancer_therapy.value != _POLICY:
        undone.append("no response is left out for coming after one")
    return undone


def _read_of_dispositions(study: Study, counting: str) -> list[str]:
    """Return what is left undone where ends of treatment were not collected."""
    way = choose_counting(study, counting)
    undone = [
        f"no time {_ENDS[strategy]} {what}"
        for strategy, what in (
            (way.treatment_discontinuation, "the end of treatment"),
            (way.clinical_progression, "an undocumented progression"),
        )
        if strategy != _POLICY
    ]
    if study.rates.treatment_discontinuation.value == "while_on_treatment":
        undone.append("no response is left out for coming after the end of treatment")
    return undone


_POLICY = "treatment_policy"
_ENDS = {"hypothetical": "is censored at", "composite": "ends with"}


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
