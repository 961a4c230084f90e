"""With one thing at work at a time, the endpoints of many trials are those of closed forms.

A share is compared within 4 standard errors (by chance one in 16,000 lies outside); a whole
distribution by the bound of Dvoretzky, Kiefer, Wolfowitz and Massart at an error of 1e-6.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import exp, inf, log, pi, sqrt
from statistics import NormalDist

import numpy as np
import pytest

from calm_trials import (
    BARE_PLAN,
    SIZE_MM,
    machine_of,
    on_the_day,
    run_patients,
    worked_reading,
    worked_study,
)
from trialwright.endpoints.endings import Status
from trialwright.simulate import simulate_records
from trialwright.study.vary import vary_study

N = 20_000
WEEKS = 8 * np.arange(1, 14)
KOLMOGOROV = sqrt(log(2 / 1e-6) / (2 * N))
phi = NormalDist().cdf
STILL = {"kg_median_per_week": 0.0, "ks_median_per_week": 0.0}


def is_share(found, p, count=N):
    return abs(found - p) <= 4 * sqrt(p * (1 - p) / count)


def event_days(patients, field):
    """Return the days of the events; infinite where the time is censored."""
    return np.where(patients[f"{field}_status"] == Status.EVENT, patients[field], inf)


# --- Progression: the first scan at which the sum has grown by 20 % and 5 mm


@pytest.mark.parametrize(("size_mm", "ratio"), [(SIZE_MM, 1.2), (10.0, 1.25)])
def test_progression_is_the_first_scan_that_shows_enough_growth(size_mm, ratio):
    # two lesions of 10 mm need 5 mm, a quarter of their sum
    scenario = on_the_day(
        growth={**STILL, "kg_median_per_week": 0.01, "kg_patient_log_sd": 0.6},
        lesions={"diameter_log_mean": log(size_mm)},
    )
    days = event_days(run_patients(machine_of(scenario), N), "progression_free")
    assert set(days[days < inf]) == set(7.0 * WEEKS)
    for week in WEEKS:
        expected = 1 - phi(log(log(ratio) / week / 0.01) / 0.6)
        assert is_share((days <= 7 * week).mean(), expected)


def sum_ratios(kg, ks):
    """Return the sum at each scan as a share of the baseline sum, shape (13, ...)."""
    week = WEEKS[:, None]
    return np.exp(-ks * week) + np.exp(kg * week) - 1


def first_progression(ratios):
    """Return the position of the first scan with progression; 13: there is none."""
    before = np.minimum.accumulate(np.vstack([np.ones_like(ratios[:1]), ratios[:-1]]))
    grown = (ratios >= 1.2 * before) & ((ratios - before) * 2 * SIZE_MM >= 5)
    return np.where(grown.any(axis=0), grown.argmax(axis=0), 13)


MEDIANS, SPREADS = (0.006, 0.03), (0.6, 0.8)


@pytest.fixture(scope="module")
def everybody():
    """Return (sum ratios, first progression) over a grid of patients of equal probability."""
    share = (np.arange(500) + 0.5) / 500
    z = np.array([NormalDist().inv_cdf(u) for u in share])
    kg, ks = (m * np.exp(s * z) for m, s in zip(MEDIANS, SPREADS, strict=True))
    ratios = sum_ratios(np.repeat(kg, 500)[None], np.tile(ks, 500)[None])
    return ratios, first_progression(ratios)


SHRINKS = on_the_day(
    growth={
        "kg_median_per_week": MEDIANS[0],
        "ks_median_per_week": MEDIANS[1],
        "kg_patient_log_sd": SPREADS[0],
        "ks_patient_log_sd": SPREADS[1],
    },
    lesions={"vanished_below_mm": 0.0},
)


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("persistent", [True, False])
def test_responses_are_the_share_of_patients_whose_sum_falls_by_30_percent(
    everybody, confirmed, persistent
):
    choices = {
        "response.confirmation_required": confirmed,
        "response.persistent_partial_response": persistent,
    }
    study = vary_study(worked_study(), choices, basis="x")
    patients = run_patients(machine_of(SHRINKS, study=study), N)
    ratios, progression = everybody
    counts = np.arange(13)[:, None] < progression
    low = (ratios <= 0.7) & counts
    # a curve with one valley: two scans below 70 % have none above it between them
    confirming = counts if persistent else low
    twice = (low[:-1] & confirming[1:]).any(axis=0)
    expected = (twice if confirmed else low.any(axis=0)).mean()
    assert 0.2 < expected < 0.8
    # the grid itself is right to about 1 in 500
    assert abs(patients["responded"].mean() - expected) < 4 * sqrt(0.25 / N) + 0.001


def test_progression_of_lesions_that_shrink_and_grow(everybody):
    days = event_days(run_patients(machine_of(SHRINKS), N), "progression_free")
    _, progression = everybody
    for place, week in enumerate(WEEKS):
        expected = (progression <= place).mean()
        assert abs((days <= 7 * week).mean() - expected) < 4 * sqrt(0.25 / N) + 0.001


def test_the_deepest_change_is_that_of_the_valley(everybody):
    patients = run_patients(machine_of(SHRINKS), N)
    ratios, progression = everybody
    reached = np.where(np.arange(13)[:, None] <= progression, ratios, inf).min(axis=0)
    for change in (-0.6, -0.3, -0.1):
        expected = (reached - 1 <= change).mean()
        found = (patients["change"] <= change).mean()
        assert abs(found - expected) < 4 * sqrt(0.25 / N) + 0.001


# --- New lesions


def exponential_by(week, hazard):
    return 1 - exp(-hazard * week)


@pytest.mark.parametrize("frailty", [0.0, 1.3])
def test_new_lesions_are_found_at_the_first_scan_after_an_exponential_time(frailty):
    scenario = on_the_day(
        growth=STILL, new_lesions={"hazard_per_week": 0.03, "frailty_log_sd": frailty}
    )
    days = event_days(run_patients(machine_of(scenario), N), "progression_free")
    # the mean over a normal frailty, by Gauss and Hermite
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    for week in WEEKS:
        by_frailty = [exponential_by(week, 0.03 * exp(frailty * z)) for z in nodes]
        expected = float(np.dot(weights, by_frailty) / sqrt(2 * pi))
        assert is_share((days <= 7 * week).mean(), expected)


# --- Survival


@pytest.mark.parametrize("effect", [0.0, 0.3])
def test_survival_is_log_normal(effect):
    survival = {"os_median_weeks": 40.0, "log_sd": 0.65, "growth_effect": effect}
    patients = run_patients(machine_of(on_the_day(growth=STILL, survival=survival)), N)
    days = np.sort(event_days(patients, "survival"))
    assert patients["survival"].max() <= 730
    spread = sqrt(0.65**2 + effect**2)
    whole = np.arange(1, 730)
    found = np.searchsorted(days, whole, side="right") / N
    expected = [phi(log(day / 7 / 40) / spread) for day in whole]
    assert np.abs(found - expected).max() < KOLMOGOROV


def test_whoever_lives_is_censored_at_the_end_of_follow_up():
    patients = run_patients(machine_of(on_the_day(growth=STILL)), 1000)
    assert set(patients["survival"]) == {730.0}
    assert set(patients["survival_status"]) == {Status.CENSORED}
    assert set(patients["progression_free"]) == {728.0}  # the last scan
    assert not patients["responded"].any()


# --- Toxicity and readers


@pytest.mark.parametrize("share", [0.0, 0.15, 1.0])
def test_the_share_with_unacceptable_toxicity(share):
    scenario = on_the_day(growth=STILL, toxicity={"unacceptable_probability": share})
    outcomes = machine_of(scenario).run(1, 0, N // 32)
    assert is_share(outcomes["toxicities"].sum() / N, share)


@cache
def read_twice(change_probability):
    """Return the log errors of two lesions at baseline and on the scans after it."""
    scans = {
        "read_log_sd": 0.06,
        "reader_log_sd": 0.05,
        "reader_change_probability": change_probability,
    }
    plan = replace(BARE_PLAN, patients=100)
    reading = worked_reading(stops=False)
    rows = [
        [row.diameter_mm for row in record.measurements if row.lesion_id == lesion_id]
        for record in simulate_records(on_the_day(growth=STILL, scans=scans), plan, reading, seed=4)
        for lesion_id in ("T1", "T2")
    ]
    errors = np.log(np.array(rows) / SIZE_MM).reshape(100, 2, 14)
    return errors[:, :, 0].ravel(), errors[:, :, 1:]


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_another_reader_adds_his_own_variance(share):
    first, later = read_twice(share)
    own, other = 0.06**2, 0.06**2 + 0.05**2
    assert abs(first.var() - own) < 4 * own * sqrt(2 / first.size)
    expected = share * other + (1 - share) * own
    # the fourth moment of the mixture gives the error of its variance
    fourth = 3 * (share * other**2 + (1 - share) * own**2)
    error = sqrt((fourth - expected**2) / later.size)
    assert abs((later**2).mean() - expected) < 4 * error
    assert abs(later.mean()) < 4 * sqrt(expected / later.size)


def test_the_bias_of_a_reader_is_another_for_each_lesion():
    _, later = read_twice(1.0)
    a, b = later[:, 0].ravel(), later[:, 1].ravel()
    assert abs(np.corrcoef(a, b)[0, 1]) < 4 / sqrt(a.size)


# --- Visits and leaving


def test_scans_are_jittered_by_a_rounded_normal_number_within_the_window():
    growth = {"kg_median_per_week": 0.025, "ks_median_per_week": 0.0}  # 20 % after 7.3 weeks
    scenario = on_the_day(growth=growth, scans={"jitter_sd_days": 3.0})
    days = event_days(run_patients(machine_of(scenario), N), "progression_free")
    for day in range(-7, 8):
        share = phi((day + 0.5) / 3) - phi((day - 0.5) / 3)
        if abs(day) == 7:  # those further away are on the last day of the window
            share = phi(-6.5 / 3)
        grown = exp(0.025 * (56 + day) / 7) >= 1.2
        assert is_share((days == 56 + day).mean(), share if grown else 0.0)
    assert (days < inf).all()


def test_a_missed_scan_leaves_the_progression_to_the_next_one():
    growth = {"kg_median_per_week": 0.025, "ks_median_per_week": 0.0}
    scenario = on_the_day(growth=growth, scans={"missed_probability": 0.3})
    # every progression counts, however many assessments were missed before it
    study = vary_study(worked_study(), {"times.missed_before_progression": -1}, basis="x")
    days = event_days(run_patients(machine_of(scenario, study=study), N), "progression_free")
    for place, week in enumerate(WEEKS[:6]):
        assert is_share((days == 7 * week).mean(), 0.7 * 0.3**place)


def test_withdrawal_ends_follow_up_after_an_exponential_time():
    leaving = {"withdrawal_hazard_per_month": 0.05}
    patients = run_patients(machine_of(on_the_day(growth=STILL, leaving=leaving)), N)
    assert set(patients["survival_status"]) == {Status.CENSORED}
    days = np.sort(patients["survival"])
    whole = np.arange(1, 730)
    found = np.searchsorted(days, whole, side="right") / N
    # the day of the withdrawal is whole, and no longer followed: contact ends on it
    expected = 1 - np.exp(-0.05 * whole / 30.4375)
    assert np.abs(found - expected).max() < KOLMOGOROV
