"""Response and disease control rates, also as they would be under other choices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from trialwright.analysis.result import NotComputable, PolicyResult, ProportionResult
from trialwright.endpoints import disease_control, find_pending, objective_response
from trialwright.response import POLICIES, assess_patient
from trialwright.stats import INTERVALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.dataset.dataset import Dataset
    from trialwright.endpoints import AnalysisSets, Outcome, Patient
    from trialwright.response import PatientResponse, PatientScans, ResponseRules
    from trialwright.stats import Proportion
    from trialwright.study.model import Study


def derive_rates(
    sets: AnalysisSets,
    responses: Mapping[str, PatientResponse],
    study: Study,
    pending: frozenset[str],
) -> tuple[tuple[ProportionResult, ...], tuple[NotComputable, ...]]:
    """Return the response rate, its other reading by confirmation, and the control rate."""
    confirmed = study.response.confirmation_required.require()
    word, other = ("confirmed", "unconfirmed") if confirmed else ("unconfirmed", "confirmed")
    flipped = {
        name: replace(one, best=one.unconfirmed if confirmed else one.confirmed)
        for name, one in responses.items()
    }
    wanted: tuple[tuple[str, str, bool, tuple[Outcome, ...]], ...] = (
        (
            "ORR",
            f"Objective response rate, {word}",
            False,
            objective_response(sets, responses, pending),
        ),
        (
            f"ORR {other}",
            f"Objective response rate, {other} (sensitivity)",
            True,
            objective_response(sets, flipped),
        ),
        ("DCR", "Disease control rate", False, disease_control(sets, responses, study)),
    )
    if not sets.efficacy:
        why = f"no patient in the efficacy set ({sets.efficacy_set})"
        return (), tuple(NotComputable(key, title, why) for key, title, _, _ in wanted)
    return tuple(
        ProportionResult(key, title, outcomes, estimate_rate(outcomes, study), sensitivity)
        for key, title, sensitivity, outcomes in wanted
    ), ()


def estimate_rate(outcomes: Sequence[Outcome], study: Study) -> Proportion:
    """Estimate a rate with the interval and level of the study."""
    interval = INTERVALS[study.statistics.proportion_interval.require()]
    level = study.statistics.confidence_level.require()
    return interval(sum(outcome.met for outcome in outcomes), len(outcomes), level=level)


def pending_patients(patients: Sequence[Patient], dataset: Dataset, study: Study) -> frozenset[str]:
    """Return the patients who may still respond, by the end of study and the horizon."""
    months = study.schedule.horizon_months.value
    days = study.endpoints.days_per_month.require()
    horizon = None if months is None else timedelta(days=months * days)
    ended = dataset.dispositions
    left = set(ended.filter(ended["scope"] == "study")["patient_id"])
    return find_pending(patients, left, horizon)


def compare_policies(
    scans: Sequence[PatientScans],
    sets: AnalysisSets,
    rules: ResponseRules,
    primary: Mapping[str, PatientResponse],
    study: Study,
) -> tuple[tuple[PolicyResult, ...], tuple[NotComputable, ...]]:
    """Repeat the response rate under every policy for planned ablations, where there are any.

    A policy that needs a size which nobody measured is not computed, and named.
    """
    ablated = [one for one in scans if any(t.planned for t in one.local_treatments)]
    if not sets.efficacy or not ablated:
        return (), ()
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
            other = replace(rules, planned_ablation=policy, immune_criteria="none")
            read |= {one.patient_id: assess_patient(one, other) for one in ablated}
        estimate = estimate_rate(objective_response(sets, read), study)
        changed = tuple(_changes(primary, read, sets))
        results.append(PolicyResult(policy, meaning, same, estimate, changed))
    return tuple(results), tuple(left_out)


def _any_viable_diameter(scans: Sequence[PatientScans]) -> bool:
    return any(one.viable_mm is not None for each in scans for one in each.readings)


def _changes(
    before: Mapping[str, PatientResponse], after: Mapping[str, PatientResponse], sets: AnalysisSets
) -> Iterator[tuple[str, str, str]]:
    for member in sets.efficacy:
        old = before[member.patient_id].best.response
        new = after[member.patient_id].best.response
        if old != new:
            yield member.patient_id, old.label, new.label
