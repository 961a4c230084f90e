"""Response and disease control rates, also as they would be under other choices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from trialwright.analysis.result import NotComputable, PolicyResult, ProportionResult
from trialwright.endpoints import (
    called_of,
    disease_control,
    find_pending,
    objective_response,
    without_ablation,
)
from trialwright.response import POLICIES, assess_patient
from trialwright.stats import INTERVALS
from trialwright.study.calendar import horizon_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.dataset.dataset import Dataset
    from trialwright.endpoints import AnalysisSets, Outcome, Patient
    from trialwright.endpoints.called import Criteria
    from trialwright.response import PatientResponse, PatientScans, ResponseRules
    from trialwright.stats import Proportion
    from trialwright.study.model import Study


def derive_rates(
    sets: AnalysisSets,
    responses: Mapping[str, PatientResponse],
    study: Study,
    pending: frozenset[str],
    failed: Mapping[str, str],
) -> tuple[tuple[ProportionResult, ...], tuple[NotComputable, ...]]:
    """Return the response rate, its other readings, and the control rates.

    Parameters
    ----------
    sets : AnalysisSets
        Who is counted.
    responses : mapping of str to PatientResponse
        The calls by patient.
    study : Study
        The choices.
    pending : frozenset of str
        Patients who may still respond.
    failed : mapping of str to str
        Patients who count as not having responded whatever the scans show, and why.
    """
    wanted = tuple(_wanted_rates(sets, responses, study, pending, failed))
    done = tuple(
        ProportionResult(key, title, outcomes, estimate_rate(outcomes, study), sensitivity)
        for key, title, sensitivity, outcomes in wanted
        if outcomes
    )
    return done, tuple(
        NotComputable(key, title, _why_nobody(key, sets))
        for key, title, _, outcomes in wanted
        if not outcomes
    )


def _why_nobody(key: str, sets: AnalysisSets) -> str:
    """Say why a rate has nobody to count: its set is empty, or cannot be told."""
    if not sets.efficacy:
        return f"no patient in the efficacy set ({sets.efficacy_set})"
    name = next(name for name, its_key in _OTHER_SETS.items() if its_key == key)
    return sets.named(name).not_derived or "nobody is in the set"


_OTHER_SETS = {
    "response_evaluable": "ORR response evaluable",
    "per_protocol": "ORR per protocol",
}


def _wanted_rates(
    sets: AnalysisSets,
    responses: Mapping[str, PatientResponse],
    study: Study,
    pending: frozenset[str],
    failed: Mapping[str, str],
) -> Iterator[tuple[str, str, bool, tuple[Outcome, ...]]]:
    confirmed = study.response.confirmation_required.require()
    criteria = study.endpoints.criteria.require()
    word, other = ("confirmed", "unconfirmed") if confirmed else ("unconfirmed", "confirmed")
    title = "Objective response rate"
    yield "ORR", f"{title}, {word}", False, objective_response(
        sets, responses, pending, criteria=criteria, failed=failed
    )  # fmt: skip
    flipped = {name: _flipped(one, confirmed) for name, one in responses.items()}
    yield f"ORR {other}", f"{title}, {other} (sensitivity)", True, objective_response(
        sets, flipped, criteria=criteria, failed=failed
    )  # fmt: skip
    for name, key in _OTHER_SETS.items():
        members = [one for one in sets.efficacy if one.patient_id in sets.named(name)]
        words = name.replace("_", " ")
        yield key, f"{title}, {words} set (sensitivity)", True, objective_response(
            sets, responses, criteria=criteria, failed=failed, members=members
        )  # fmt: skip
    first = study.endpoints.disease_control_minimum_days.require()
    for days in dict.fromkeys((first, *study.endpoints.other_disease_control_days.require())):
        key, title = ("DCR", "Disease control rate")
        if days != first:
            key, title = f"DCR day {days}", f"Disease control rate, at least {days} days"
        yield key, title, days != first, disease_control(
            sets, responses, days, criteria=criteria, failed=failed
        )  # fmt: skip


def _flipped(response: PatientResponse, confirmed: bool) -> PatientResponse:
    """Return the reading with its best response by the other choice about confirmation."""
    immune = response.immune
    if immune is not None:
        immune = replace(immune, best=immune.unconfirmed if confirmed else immune.confirmed)
    best = response.unconfirmed if confirmed else response.confirmed
    return replace(response, best=best, immune=immune)


def failed_patients(
    patients: Sequence[Patient], dataset: Dataset, study: Study
) -> Mapping[str, str]:
    """Return the patients who count as failures because their planned ablation was not done."""
    strategy = study.rates.ablation_not_performed.require()
    if study.ablation is None or strategy != "composite":
        return {}
    ablated = dataset.ablations.filter("planned")
    return without_ablation(patients, set(ablated["patient_id"]))


def estimate_rate(outcomes: Sequence[Outcome], study: Study) -> Proportion:
    """Estimate a rate with the interval and level of the study."""
    interval = INTERVALS[study.statistics.proportion_interval.require()]
    level = study.statistics.confidence_level.require()
    return interval(sum(outcome.met for outcome in outcomes), len(outcomes), level=level)


def pending_patients(patients: Sequence[Patient], dataset: Dataset, study: Study) -> frozenset[str]:
    """Return the patients who may still respond, by the end of study and the horizon.

    Where what happens after the horizon counts (``times.after_horizon``), it settles nothing. An
    unplanned local treatment settles what a new therapy does, where the reading ends at it.
    """
    if study.response.unplanned_local_therapy.require() == "censor":
        patients = [
            replace(one, new_therapy=one.new_therapy or one.local_therapy) for one in patients
        ]
    ends = study.times.after_horizon.require() == "censor"
    ended = dataset.dispositions
    left = set(ended.filter(ended["scope"] == "study")["patient_id"])
    return find_pending(
        patients,
        left,
        timedelta(days=horizon_days(study)) if ends else None,
        criteria=study.endpoints.criteria.require(),
        after_new_therapy=study.rates.new_anticancer_therapy.require() == "treatment_policy",
        while_on_treatment=study.rates.treatment_discontinuation.require() == "while_on_treatment",
    )


def compare_policies(
    scans: Sequence[PatientScans],
    sets: AnalysisSets,
    rules: ResponseRules,
    primary: Mapping[str, PatientResponse],
    study: Study,
    failed: Mapping[str, str],
) -> tuple[tuple[PolicyResult, ...], tuple[NotComputable, ...]]:
    """Repeat the response rate under every policy for planned ablations, where there are any.

    By the criteria that the study counts, and with the same patients as failures. A policy that
    needs a size which nobody measured is not computed, and named.
    """
    ablated = [one for one in scans if any(t.planned for t in one.local_treatments)]
    if not sets.efficacy or not ablated:
        return (), ()
    criteria = study.endpoints.criteria.require()
    immune = rules.immune_criteria if criteria == "iRECIST" else "none"
    results, left_out = [], []
    for policy, meaning in POLICIES.items():
        same = policy == rules.planned_ablation
        if policy == "viable" and not same and not _any_viable_diameter(ablated):
            title = f"Objective response rate, ablated lesions: {meaning}"
            why = "no viable diameter of a lesion was measured"
            left_out.append(NotComputable("ORR viable", title, why))
            continue
        read = dict(primary)
        if not same:
            other = replace(rules, planned_ablation=policy, immune_criteria=immune)
            read |= {one.patient_id: assess_patient(one, other) for one in ablated}
        outcomes = objective_response(sets, read, criteria=criteria, failed=failed)
        estimate = estimate_rate(outcomes, study)
        changed = tuple(_changes(primary, read, sets, criteria))
        results.append(PolicyResult(policy, meaning, same, estimate, changed))
    return tuple(results), tuple(left_out)


def _any_viable_diameter(scans: Sequence[PatientScans]) -> bool:
    return any(one.viable_mm is not None for each in scans for one in each.readings)


def _changes(
    before: Mapping[str, PatientResponse],
    after: Mapping[str, PatientResponse],
    sets: AnalysisSets,
    criteria: Criteria,
) -> Iterator[tuple[str, str, str]]:
    for member in sets.efficacy:
        if after[member.patient_id] is before[member.patient_id]:
            continue  # not read again
        old = called_of(before[member.patient_id], criteria).best
        new = called_of(after[member.patient_id], criteria).best
        if old != new:
            yield member.patient_id, old, new
