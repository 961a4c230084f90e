"""One call from data and study to every estimate: responses, endpoints, intervals.

No rule stands here: responses come from ``response``, endpoints from ``endpoints``, estimates
from ``stats`` and the decision from ``design``. What is here puts them together and checks
that every patient is accounted for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trialwright.analysis.ablation import ablated_lesions
from trialwright.analysis.accounting import check_accounting
from trialwright.analysis.protocol_findings import (
    find_design_differences,
    find_early_baselines,
    find_uncollected,
    find_unplanned_drugs,
    report_pending,
)
from trialwright.analysis.rates import (
    compare_policies,
    derive_rates,
    failed_patients,
    pending_patients,
)
from trialwright.analysis.readings import (
    choose_from,
    compare_readings,
    mark_refusals,
    rate_readers,
    read_all_readers,
    refuse_errors,
    report_undecided,
)
from trialwright.analysis.result import Analysis, CompetingResult, SurvivalResult
from trialwright.analysis.stages import judge_stages
from trialwright.analysis.times import (
    derive_times,
    median_follow_up,
    report_contradictions,
    report_open_treatments,
    report_unknown_stops,
)
from trialwright.dataset import check_characteristics, complete_dates
from trialwright.endpoints import (
    TIME_ENDPOINTS,
    TimeRules,
    derive_analysis_sets,
    gather_patients,
    last_contacts,
)
from trialwright.errors import StudyError
from trialwright.response import Response, ResponseRules
from trialwright.study.counting import OF_THE_STUDY
from trialwright.study.settled import require_settled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trialwright.analysis.result import ReaderAgreement
    from trialwright.analysis.times import Results
    from trialwright.dataset import Dataset, Finding
    from trialwright.endpoints import AnalysisSets, Patient
    from trialwright.response.compare.collected_calls import CallComparison
    from trialwright.response.compare.readers import ReaderCalls
    from trialwright.study.model import Study

_NEEDED = (
    "response.",
    "endpoints.",
    "times.",
    "rates.",
    "dates.",
    "analysis_sets.",
    "statistics.",
    "data.",
    "design.kind",
    "schedule.assessment_interval_weeks",
    "schedule.assessment_window_days",
    "schedule.later_assessments",
)
_NOT_NEEDED = ("analysis_sets.per_protocol_dose_percent",)
_NEEDED_FOR_DECISION = (
    "design.null_response_rate",
    "design.alternative_response_rate",
    "design.first_stage",
    "design.planned_patients",
    "design.final_bound",
)


def analyse(
    dataset: Dataset,
    study: Study,
    *,
    counting: str = OF_THE_STUDY,
    reader: str | None = None,
    compared: bool = True,
    gathered: Sequence[ReaderCalls] = (),
) -> Analysis:
    """Analyse a trial as its study file says.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        What was planned. Fields that the analysis needs must be settled.
    counting : str
        Another way of counting times than the study's own: ``fda_a``, ``fda_b``, ``fda_c``,
        ``ema``, ``record``, ``admiral``, or one that the study file declares.
    reader : str, optional
        Another reader than the one that counts by the study.
    compared : bool
        Whether policies for ablated lesions, readers and collected calls are compared as well. An
        analysis that is itself only looked at beside another does without; the rest is the same.
    gathered : sequence of ReaderCalls
        ``Analysis.calls_by_reader`` of another analysis of the same data, whose scans are at hand.

    Returns
    -------
    Analysis
        Responses, endpoints and estimates, each traceable to patients and reasons.

    Raises
    ------
    StudyError
        If a field that the analysis needs is still a gap; all of them are listed.
    DataError
        If the data hold errors that the study does not accept; all of them are listed.
    """
    _require_settled(study)
    dataset = complete_dates(dataset, study)
    uncollected = tuple(find_uncollected(dataset, study, counting))
    characteristics = check_characteristics(dataset, study)
    refuse_errors((*dataset.findings, *uncollected, *characteristics), dataset.source, study)
    rules, time_rules = ResponseRules.of(study), TimeRules.of(study, counting)
    readings = read_all_readers(dataset, study, gathered)
    chosen = choose_from(readings, dataset, study, reader=reader)
    scans = tuple(one.scans for one in chosen)
    responses = {one.patient_id: one.response for one in chosen}
    sets = derive_analysis_sets(dataset, study, responses)
    patients = gather_patients(sets, scans, responses, last_contacts(dataset), dataset)
    lesions = ablated_lesions(chosen, study)
    pending = pending_patients(patients, dataset, study)
    failed = failed_patients(patients, dataset, study)
    patients = tuple(replace(one, failed=failed.get(one.member.patient_id)) for one in patients)
    proportions, missing = derive_rates(sets, responses, study, pending, failed)
    results, uncomputed = derive_times(dataset, study, patients, lesions, time_rules)
    check_accounting(sets, proportions, results, lesions, len(scans))
    stage = judge_stages(proportions, study)
    ordered = tuple(responses[member.patient_id] for member in sets.members)
    agreement, calls = (
        _compare(readings, sets, dataset, study, failed) if compared else (None, None)
    )
    # A patient who is refused stays so under every policy.
    evaluable = [one for one in scans if responses[one.patient_id].not_evaluable is None]
    policies, unmeasured = (
        compare_policies(evaluable, sets, rules, responses, study, failed) if compared else ((), ())
    )
    deviations = (
        *uncollected,
        *characteristics,
        *find_unplanned_drugs(dataset, study),
        *find_early_baselines(ordered, study),
        *find_design_differences(stage, study),
        *report_pending(pending, dataset),
        *report_undecided(chosen),
        *_findings_of_times(results, patients, time_rules),
        *(report_open_treatments(patients, study) if dataset.collected("dispositions") else ()),
    )
    return Analysis(
        study=study,
        dataset=dataset,
        sets=sets,
        responses=ordered,
        proportions=proportions,
        survival=tuple(one for one in results if isinstance(one, SurvivalResult)),
        follow_up=median_follow_up(results, study),
        not_computable=missing + uncomputed + unmeasured,
        policies=policies,
        stage=stage,
        findings=(*mark_refusals(dataset.findings, study, chosen), *deviations),
        readings=chosen,
        calls_by_reader=readings,
        agreement=agreement,
        calls=calls,
        competing=tuple(one for one in results if isinstance(one, CompetingResult)),
        patients=patients,
        ablated=lesions,
        counting=counting,
    )


def recount(analysis: Analysis, counting: str) -> Analysis:
    """Return the same analysis with its times counted in another way.

    Parameters
    ----------
    analysis : Analysis
        From :func:`analyse`; the scans are not read again.
    counting : str
        As in :func:`analyse`.
    """
    study, patients = analysis.study, analysis.patients
    rules = TimeRules.of(study, counting)
    results, uncomputed = derive_times(analysis.dataset, study, patients, analysis.ablated, rules)
    patients_of_data = len(analysis.sets.members)
    check_accounting(
        analysis.sets, analysis.proportions, results, analysis.ablated, patients_of_data
    )
    others = tuple(one for one in analysis.not_computable if one.key not in _TIME_KEYS)
    kept = (one for one in analysis.findings if not one.rule.startswith(_OF_ONE_WAY))
    findings = (
        *kept,
        *find_uncollected(analysis.dataset, study, counting),
        *_findings_of_times(results, patients, rules),
    )
    return replace(
        analysis,
        survival=tuple(one for one in results if isinstance(one, SurvivalResult)),
        competing=tuple(one for one in results if isinstance(one, CompetingResult)),
        follow_up=median_follow_up(results, study),
        not_computable=others + uncomputed,
        findings=findings,
        counting=counting,
    )


def _findings_of_times(
    results: Results, patients: Sequence[Patient], rules: TimeRules
) -> tuple[Finding, ...]:
    return (*report_contradictions(results), *report_unknown_stops(patients, rules))


# Checks whose findings depend on the way of counting times.
_OF_ONE_WAY = ("table.not_collected.", "endpoint.contradiction", "disposition.category_missing")
_TIME_KEYS = {one.key for one in TIME_ENDPOINTS}


def _require_settled(study: Study) -> None:
    two_stage = study.design.kind.value == "two_stage"
    needed = _NEEDED + (_NEEDED_FOR_DECISION if two_stage else ())
    require_settled(study, "an analysis", needed, but_not=_NOT_NEEDED)
    immune = study.response.immune_criteria.require()
    if study.endpoints.criteria.require() == "iRECIST" and immune != "iRECIST":
        msg = (
            "endpoints.criteria counts the calls by iRECIST, and response.immune_criteria is "
            f"{immune}; set it to iRECIST too"
        )
        raise StudyError(msg)


def _compare(
    readings: Sequence[ReaderCalls],
    sets: AnalysisSets,
    dataset: Dataset,
    study: Study,
    failed: Mapping[str, str],
) -> tuple[ReaderAgreement | None, CallComparison | None]:
    agreement, calls = compare_readings(readings, dataset, study)
    if agreement is not None:
        agreement = replace(agreement, rates=rate_readers(readings, sets, study, failed))
    return agreement, calls


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
