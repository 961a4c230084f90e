"""A tiny reading of RECIST for these tests alone; the rule of the program lives in `response`.

Two responses in a row are a confirmed one. Nothing is missed in the trials it reads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from calm_trials import BARE_PLAN, change
from trialwright.simulate import read_scenario

_STATE_MM = {"absent": 0.0, "too_small": 5.0}
FITTED_PLAN = replace(BARE_PLAN, drugs=BARE_PLAN.drugs[:1])


@dataclass(frozen=True)
class Score:
    confirmed: bool
    controlled: bool
    pfs_days: float
    os_days: float


def read_sums(record):
    """Return per scan (date, sum of the targets or None, other sign of progression)."""
    new_ids = {x.lesion_id for x in record.lesions if x.role == "new"}
    targets = {x.lesion_id for x in record.lesions if x.role == "target"}
    scans = []
    for day in sorted({row.scan_date for row in record.measurements}):
        rows = [row for row in record.measurements if row.scan_date == day]
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


def shows_progression(scans, at):
    """Tell whether a scan shows progression: growth over the smallest sum before, or a new sign."""
    _, total, other = scans[at]
    nadir = min(earlier for _, earlier, _ in scans[:at] if earlier is not None)
    grown = total is not None and total - nadir >= 5 and total - nadir >= 0.2 * nadir
    return grown or other


def score(record, horizon_days):
    first_dose = record.doses[0].start_date
    scans = read_sums(record)
    later = range(1, len(scans))
    at = next((scan for scan in later if shows_progression(scans, scan)), None)
    baseline = scans[0][1]
    responses = [
        total is not None and total <= 0.7 * baseline for _, total, _ in scans[1 : at or len(scans)]
    ]
    (study,) = [row.end_date for row in record.dispositions if row.scope == "study"]
    assert (study - first_dose).days <= horizon_days
    death = (record.deaths[0].death_date - first_dose).days if record.deaths else float("inf")
    progressed = (scans[at][0] - first_dose).days if at else float("inf")
    confirmed = any(a and b for a, b in pairwise(responses))
    return Score(confirmed, bool(responses), min(progressed, death), death)


def fitted_setting(name):
    """Return a scenario as it was fitted: 3 untreated lesions, nobody leaves or misses a scan."""
    return change(
        read_scenario(name),
        lesions={
            "extrahepatic_target_shares": (0.0, 1.0, 0.0),
            "node_share": 0.0,
            "non_target_shares": (1.0, 0.0, 0.0),
        },
        scans={
            "not_evaluable_probability": 0.0,
            "missed_probability": 0.0,
            "baseline_latest_days": 0,
            "baseline_earliest_days": 0,
        },
        leaving={"discontinuation_hazard_per_month": 0.0, "withdrawal_hazard_per_month": 0.0},
    )
