"""One call from data and study to every estimate: responses, endpoints, intervals.

No rule stands here: responses come from ``response``, endpoints from ``endpoints``, estimates
from ``stats`` and the decision from ``design``. What is here puts them together and checks
that every patient is accounted for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trialwright.analysis.protocol_findings import find_design_differences, find_early_baselines
from trialwright.analysis.result import (
    Analysis,
    NotComputable,
    PolicyResult,
    ProportionResult,
    StageResult,
    SurvivalResult,
)
from trialwright.design import TwoStageDesign
from trialwright.endpoints import (
    TimeRules,
    derive_analysis_sets,
    disease_control,
    duration_of_response,
    gather_patients,
    last_contacts,
    objective_response,
    overall_survival,
    progression_free_survival,
    time_to_progression,
)
from trialwright.errors import DataError
from trialwright.response import POLICIES, Response, ResponseRules, assess_patient, gather_scans
from trialwright.stats import KaplanMeier, clopper_pearson, follow_up
from trialwright.study.settled import require_settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from trialwright.dataset.dataset import Dataset
    from trialwright.endpoints import AnalysisSets, Outcome, Patient, TimeToEvent
    from trialwright.response import PatientResponse, PatientScans
    from trialwright.stats import Estimate
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
    _refuse_errors(dataset, study)
    rules = ResponseRules.of(study)
    scans = gather_scans(dataset)
    sets = derive_analysis_sets(dataset, study)
    responses = {one.patient_id: assess_patient(one, rules) for one in scans}
    proportions, missing = _proportions(sets, responses, study)
    survival, uncomputed = _survival(dataset, study, sets, scans, responses)
    _check_accounting(sets, proportions, survival, len(scans))
    stage = _stage(proportions, study)
    ordered = tuple(responses[member.patient_id] for member in sets.members)
    deviations = (*find_early_baselines(ordered, study), *find_design_differences(stage, study))
    return Analysis(
        study=study,
        dataset=dataset,
        sets=sets,
        responses=ordered,
        proportions=proportions,
        survival=survival,
        follow_up=_median_follow_up(survival, study),
        not_computable=missing + uncomputed,
        policies=_policies(scans, sets, rules, responses, study),
        stage=stage,
        findings=dataset.findings + deviations,
    )


def _refuse_errors(dataset: Dataset, study: Study) -> None:
    accepted = set(study.data.accepted_findings.require())
    refused = [finding for finding in dataset.errors if finding.rule not in accepted]
    if refused:
        msg = (
            f"{dataset.source}: {len(refused)} error(s) in the data; correct them, or accept a "
            "check in the study file (data.accepted_findings)"
        )
        raise DataError(msg, refused)


def _proportions(
    sets: AnalysisSets, responses: Mapping[str, PatientResponse], study: Study
) -> tuple[tuple[ProportionResult, ...], tuple[NotComputable, ...]]:
    confirmed = study.response.confirmation_required.require()
    word = "confirmed" if confirmed else "unconfirmed"
    other = "unconfirmed" if confirmed else "confirmed"
    flipped = {
        name: replace(one, best=one.unconfirmed if confirmed else one.confirmed)
        for name, one in responses.items()
    }
    wanted: list[tuple[str, str, tuple[Outcome, ...]]] = [
        ("ORR", f"Objective response rate, {word}", objective_response(sets, responses)),
        (
            f"ORR {other}",
            f"Objective response rate, {other} (sensitivity)",
            objective_response(sets, flipped),
        ),
        ("DCR", "Disease control rate", disease_control(sets, responses, study)),
    ]
    if not sets.efficacy:
        why = f"no patient in the efficacy set ({sets.efficacy_set})"
        return (), tuple(NotComputable(key, title, why) for key, title, _ in wanted)
    level = study.statistics.confidence_level.require()
    return (
        tuple(
            ProportionResult(
                key,
                title,
                outcomes,
                clopper_pearson(sum(o.met for o in outcomes), len(outcomes), level=level),
            )
            for key, title, outcomes in wanted
        ),
        (),
    )


_TimeEndpoint = tuple[str, str, "Callable[[Iterable[Patient], TimeRules], tuple[TimeToEvent, ...]]"]
_TIME_ENDPOINTS: tuple[_TimeEndpoint, ...] = (
    ("PFS", "Progression-free survival", progression_free_survival),
    ("OS", "Overall survival", overall_survival),
    ("TTP", "Time to progression", time_to_progression),
    ("DOR", "Duration of response", duration_of_response),
)


def _survival(
    dataset: Dataset,
    study: Study,
    sets: AnalysisSets,
    scans: Sequence[PatientScans],
    responses: Mapping[str, PatientResponse],
) -> tuple[tuple[SurvivalResult, ...], tuple[NotComputable, ...]]:
    rules = TimeRules.of(study)
    patients = gather_patients(sets, scans, responses, last_contacts(dataset))
    done: list[SurvivalResult] = []
    missing: list[NotComputable] = []
    for key, title, derive in _TIME_ENDPOINTS:
        why = _why_not(key, dataset, rules)
        times = derive(patients, rules) if why is None else ()
        if not times:
            nobody = "nobody responded" if key == "DOR" else "no patient in the efficacy set"
            missing.append(NotComputable(key, title, why or nobody))
        else:
            done.append(_estimate(key, title, times, study))
    return tuple(done), tuple(missing)


def _why_not(key: str, dataset: Dataset, rules: TimeRules) -> str | None:
    needs_deaths = key in {"PFS", "OS"} or (key == "DOR" and rules.death_ends_response)
    if needs_deaths and not dataset.collected("deaths"):
        return "the data hold no deaths table, and this endpoint counts deaths"
    return None


def _estimate(key: str, title: str, times: tuple[TimeToEvent, ...], study: Study) -> SurvivalResult:
    chosen = study.statistics
    level, band = chosen.confidence_level.require(), chosen.survival_interval.require()
    curve = _curve(times, study)
    landmarks = (
        chosen.survival_landmarks_months if key == "OS" else chosen.progression_landmarks_months
    )
    return SurvivalResult(
        key,
        title,
        times,
        curve,
        curve.quantile(0.5, level=level, band=band),
        tuple((month, curve.at(month, level=level, band=band)) for month in landmarks.require()),
    )


def _curve(times: Sequence[TimeToEvent], study: Study) -> KaplanMeier:
    month = study.endpoints.days_per_month.require()
    return KaplanMeier.fit([time.days / month for time in times], [time.event for time in times])


def _median_follow_up(survival: Sequence[SurvivalResult], study: Study) -> Estimate | None:
    result = next((one for one in survival if one.key == "OS"), None)
    if result is None:
        return None
    month = study.endpoints.days_per_month.require()
    curve = follow_up(
        [time.days / month for time in result.times], [time.event for time in result.times]
    )
    chosen = study.statistics
    return curve.quantile(
        0.5, level=chosen.confidence_level.require(), band=chosen.survival_interval.require()
    )


def _policies(
    scans: Sequence[PatientScans],
    sets: AnalysisSets,
    rules: ResponseRules,
    primary: Mapping[str, PatientResponse],
    study: Study,
) -> tuple[PolicyResult, ...]:
    """Repeat the response rate under every policy for planned ablations, where there are any."""
    if not sets.efficacy or not any(t.planned for one in scans for t in one.local_treatments):
        return ()
    level = study.statistics.confidence_level.require()
    results = []
    for policy, meaning in POLICIES.items():
        other = replace(rules, planned_ablation=policy)
        read = {one.patient_id: assess_patient(one, other) for one in scans}
        outcomes = objective_response(sets, read)
        estimate = clopper_pearson(sum(o.met for o in outcomes), len(outcomes), level=level)
        changed = tuple(_changes(primary, read, sets))
        same = policy == rules.planned_ablation
        results.append(PolicyResult(policy, meaning, same, estimate, changed))
    return tuple(results)


def _changes(
    before: Mapping[str, PatientResponse], after: Mapping[str, PatientResponse], sets: AnalysisSets
) -> Iterable[tuple[str, str, str]]:
    for member in sets.efficacy:
        old = before[member.patient_id].best.response
        new = after[member.patient_id].best.response
        if old != new:
            yield member.patient_id, old.label, new.label


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
    responded = [outcome.met for outcome in orr.outcomes]
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
