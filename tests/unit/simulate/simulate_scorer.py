"""A tiny reading of RECIST for these tests alone; the rule of the program lives in `response`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from trialwright.simulate import TrialPlan, read_scenario, simulate_records

_STATE_MM = {"absent": 0.0, "too_small": 5.0}


@dataclass(frozen=True)
class Score:
    confirmed: bool
    controlled: bool
    pfs_days: float
    os_days: float


def read_sums(lesions, measurements, ablations):
    """Return per scan (date, sum of untreated targets or None, other sign of progression)."""
    new_ids = {x.lesion_id for x in lesions if x.role == "new"}
    ablated = {row.lesion_id for row in ablations}
    targets = {x.lesion_id for x in lesions if x.role == "target"} - ablated
    scans = []
    for day in sorted({row.scan_date for row in measurements}):
        rows = [row for row in measurements if row.scan_date == day]
        sizes = [
            _STATE_MM.get(row.state, row.diameter_mm) for row in rows if row.lesion_id in targets
        ]
        total = None if None in sizes else sum(sizes)
        other = any(
            (row.lesion_id in new_ids and row.state == "present")
            or row.state == "unequivocal_progression"
            for row in rows
        )
        scans.append((day, total, other))
    return scans


def shows_progression(lesions, measurements, ablations):
    *before, (_, total, other) = read_sums(lesions, measurements, ablations)
    nadir = min(earlier for _, earlier, _ in before if earlier is not None)
    grown = total is not None and total - nadir >= 5 and total - nadir >= 0.2 * nadir
    return grown or other


def score(record, horizon_days):
    first_dose = record.doses[0].start_date
    scans = read_sums(record.lesions, record.measurements, record.ablations)
    stopped = any(
        row.scope == "treatment" and row.reason == "progressive disease"
        for row in record.dispositions
    )
    baseline = scans[0][1]
    responses = [
        total is not None and total <= 0.7 * baseline
        for _, total, _ in (scans[1:-1] if stopped else scans[1:])
    ]
    end = {row.scope: (row.end_date - first_dose).days for row in record.dispositions}
    death = (record.deaths[0].death_date - first_dose).days if record.deaths else float("inf")
    assert end["study"] <= horizon_days
    progressed = (scans[-1][0] - first_dose).days if stopped else float("inf")
    confirmed = any(a and b for a, b in pairwise(responses))
    return Score(confirmed, bool(responses), min(progressed, death), death)


def fitted_setting(name):
    """Return a scenario as it was fitted: 3 untreated lesions, nobody leaves or misses a scan."""
    scenario = read_scenario(name)
    return replace(
        scenario,
        lesions=replace(
            scenario.lesions,
            extrahepatic_target_shares=(0.0, 1.0, 0.0),
            node_share=0.0,
            non_target_shares=(1.0, 0.0, 0.0),
        ),
        scans=replace(
            scenario.scans,
            not_evaluable_probability=0.0,
            missed_probability=0.0,
            baseline_latest_days=0,
            baseline_earliest_days=0,
        ),
        leaving=replace(
            scenario.leaving,
            discontinuation_hazard_per_month=0.0,
            withdrawal_hazard_per_month=0.0,
        ),
    )


def fitted_plan(patients, drugs):
    return TrialPlan(
        patients=patients,
        accrual_months=18.0,
        assessment_interval_weeks=8.0,
        window_days=7,
        horizon_months=24.0,
        first_patient_date=date(2024, 1, 8),
        data_cut=None,
        drugs=drugs,
        ablation=None,
    )


def run_scores(scenario, plan, seed):
    records = simulate_records(scenario, plan, seed=seed, is_progression=shows_progression)
    return [score(record, plan.horizon_days) for record in records]
