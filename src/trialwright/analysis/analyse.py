"""One call from data and study to every estimate: responses, endpoints, intervals.

No rule stands here: responses come from ``response``, endpoints from ``endpoints``, estimates
from ``stats`` and the decision from ``design``. What is here puts them together and checks
that every patient is accounted for.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from trialwright.analysis.protocol_findings import (
    find_design_differences,
    find_early_baselines,
    find_uncollected,
    report_pending,
)
from trialwright.analysis.rates import compare_policies, derive_rates, pending_patients
from trialwright.analysis.result import Analysis, StageResult
from trialwright.analysis.times import derive_times, median_follow_up
from trialwright.dataset import ACCEPTABLE
from trialwright.design import TwoStageDesign
from trialwright.endpoints import derive_analysis_sets, gather_patients, last_contacts
from trialwright.errors import DataError, StudyError
from trialwright.response import (
    Response,
    ResponseRules,
    assess_patient,
    end_at_unplanned_treatment,
    gather_scans,
)
from trialwright.study.settled import require_settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.analysis.result import ProportionResult, SurvivalResult
    from trialwright.dataset import Dataset, Finding
    from trialwright.endpoints import AnalysisSets
    from trialwright.response import PatientResponse
    from trialwright.study.model import Study

_NEEDED = (
    "response.",
    "endpoints.",
    "analysis_sets.",
    "statistics.",
    "data.",
    "design.kind",
    "schedule.assessment_interval_weeks",
    "schedule.assessment_window_days",
)
_NEEDED_FOR_DECISION = (
    "design.null_response_rate",
    "design.alternative_response_rate",
    "design.first_stage",
    "design.planned_patients",
    "design.final_bound",
)


def analyse(dataset: Dataset, study: Study) -> Analysis:
    """Analyse a trial as its study file says.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        What was planned. Fields that the analysis needs must be settled.

    Returns
    -------
    Analysis
        Responses, endpoints and estimates, each traceable to patients and reasons.

    Raises
    ------
    StudyError
        If a field that the analysis needs is still a gap; all of them are listed.
    DataError
        If the data hold errors that the study does not accept, or dates that contradict
        each other; all of them are listed.
    """
    two_stage = study.design.kind.value == "two_stage"
    needed = _NEEDED + (_NEEDED_FOR_DECISION if two_stage else ())
    require_settled(study, "an analysis", needed)
    uncollected = tuple(find_uncollected(dataset, study))
    _refuse_errors((*dataset.findings, *uncollected), dataset.source, study)
    rules = ResponseRules.of(study)
    scans = tuple(end_at_unplanned_treatment(one, rules) for one in gather_scans(dataset))
    sets = derive_analysis_sets(dataset, study)
    responses = {one.patient_id: assess_patient(one, rules) for one in scans}
    patients = gather_patients(sets, scans, responses, last_contacts(dataset))
    pending = pending_patients(patients, dataset, study)
    proportions, missing = derive_rates(sets, responses, study, pending)
    survival, uncomputed = derive_times(dataset, study, patients)
    _check_accounting(sets, proportions, survival, len(scans))
    stage = _stage(proportions, study)
    ordered = tuple(responses[member.patient_id] for member in sets.members)
    deviations = (
        *uncollected,
        *find_early_baselines(ordered, study),
        *find_design_differences(stage, study),
        *report_pending(pending, dataset),
    )
    return Analysis(
        study=study,
        dataset=dataset,
        sets=sets,
        responses=ordered,
        proportions=proportions,
        survival=survival,
        follow_up=median_follow_up(survival, study),
        not_computable=missing + uncomputed,
        policies=compare_policies(scans, sets, rules, responses, study),
        stage=stage,
        findings=dataset.findings + deviations,
    )


def read_responses(dataset: Dataset, study: Study) -> tuple[PatientResponse, ...]:
    """Read every patient's scans by the rules of the study, without deriving endpoints.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Only how scans are read must be settled (``response`` and ``data``).

    Returns
    -------
    tuple of PatientResponse
        One a patient, in the order of the patients table.

    Raises
    ------
    StudyError
        If a field that reading scans needs is still a gap; all of them are listed.
    DataError
        If the data hold errors that the study does not accept; all of them are listed.
    """
    require_settled(study, "reading scans", ("response.", "data."))
    _refuse_errors(dataset.findings, dataset.source, study)
    rules = ResponseRules.of(study)
    return tuple(assess_patient(one, rules) for one in gather_scans(dataset))


def _refuse_errors(findings: Sequence[Finding], source: str, study: Study) -> None:
    accepted = set(study.data.accepted_findings.require())
    unknown = sorted(accepted - ACCEPTABLE)
    if unknown:
        close = get_close_matches(unknown[0], ACCEPTABLE, n=1)
        hint = f"did you mean {close[0]}?" if close else f"choose from {sorted(ACCEPTABLE)}"
        msg = (
            f"data.accepted_findings: {', '.join(unknown)} is no check whose errors can be "
            f"accepted (only those about a single value can); {hint}"
        )
        raise StudyError(msg)
    errors = [finding for finding in findings if finding.severity == "error"]
    refused = [finding for finding in errors if finding.rule not in accepted]
    if refused:
        msg = (
            f"{source}: {len(refused)} error(s) in the data; correct them, or accept a check on "
            "single values in the study file (data.accepted_findings)"
        )
        raise DataError(msg, refused)


def _stage(proportions: Sequence[ProportionResult], study: Study) -> StageResult | None:
    design = study.design
    orr = next((result for result in proportions if result.key == "ORR"), None)
    if design.kind.require() != "two_stage" or orr is None:
        return None
    rule = TwoStageDesign(
        design.first_stage_patients.require(),
        design.first_stage_bound.require(),
        design.planned_patients.require(),
        design.final_bound.require(),
    )
    responded = [None if outcome.pending else outcome.met for outcome in orr.outcomes]
    return StageResult(
        str(rule),
        rule.operating_characteristics(design.null_response_rate.require()),
        rule.operating_characteristics(design.alternative_response_rate.require()),
        rule.decide(responded[: rule.first_stage]),
        rule.decide(responded),
    )


def _check_accounting(
    sets: AnalysisSets,
    proportions: Sequence[ProportionResult],
    survival: Sequence[SurvivalResult],
    patients: int,
) -> None:
    """Stop if a patient is neither counted nor excluded with a reason."""
    if len(sets.efficacy) + len(sets.excluded) != patients:
        msg = f"{patients} patients in the data, but {len(sets.members)} in the analysis sets"
        raise DataError(msg)
    for result in proportions:
        if len(result.outcomes) != len(sets.efficacy):
            msg = f"{result.key}: {len(result.outcomes)} of {len(sets.efficacy)} patients counted"
            raise DataError(msg)
    for timed in survival:
        # Duration of response counts responders alone; every other curve counts everybody.
        if timed.key != "DOR" and len(timed.times) != len(sets.efficacy):
            msg = f"{timed.key}: {len(timed.times)} of {len(sets.efficacy)} patients counted"
            raise DataError(msg)


def best_response_counts(analysis: Analysis) -> dict[Response, int]:
    """Count the efficacy set by best overall response."""
    counts = dict.fromkeys(
        (
            Response.CR,
            Response.PR,
            Response.SD,
            Response.NON_CR_NON_PD,
            Response.PD,
            Response.NE,
        ),
        0,
    )
    calls = analysis.by_patient
    for member in analysis.sets.efficacy:
        counts[calls[member.patient_id].best.response] += 1
    return counts
