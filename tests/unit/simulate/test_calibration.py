"""Simulated endpoints against the results of the fit, within Monte Carlo error.

The fit held 6,000 patients and read other details of RECIST, so its own error counts too. A
patient is judged by the rules of the program, and a part of them by the scorer of these tests.
"""

from __future__ import annotations

from functools import cache
from math import erf, inf, log, sqrt

import pytest
from simulate_scorer import FITTED_PLAN, fitted_setting, score

from calm_trials import machine_of, run_patients, worked_reading, worked_study
from trialwright.endpoints.endings import Status
from trialwright.simulate import read_scenario, simulate_records
from trialwright.study.vary import vary_study

N, N_OF_FIT = 20_000, 6000
MONTH = 30.4375
FITTED = ("alternative_25", "concur_like", "low_liver_no_response", "regotori_liver_like")
SCENARIOS = pytest.mark.parametrize("name", FITTED)


@cache
def study_as_fitted():
    """Return the worked study with two responses in a row as a confirmed one."""
    choices = {
        "response.persistent_partial_response": False,
        "response.intervening_stable_disease": 0,
    }
    return vary_study(worked_study(), choices, basis="as the fit read them")


@cache
def patients_of(name):
    return run_patients(machine_of(fitted_setting(name), FITTED_PLAN, study_as_fitted()), N)


def times_of(patients, field):
    """Return the days of an endpoint, and whether each is longer than any follow-up."""
    days, status = patients[field].copy(), patients[f"{field}_status"]
    days[status != Status.EVENT] = inf
    return days


def is_near(share, published, count=N):
    """Compare with a published share, within 4 standard errors of both simulations."""
    error = sqrt(published * (1 - published) * (1 / count + 1 / N_OF_FIT))
    return abs(share - published) < 4 * error


@SCENARIOS
def test_the_rules_judge_as_the_scorer_of_these_tests(name):
    plan = FITTED_PLAN.resized(120)
    machine = machine_of(fitted_setting(name), plan, study_as_fitted(), patients=120)
    (outcome,) = machine.run_plainly(2024, 0, 1)
    records = simulate_records(fitted_setting(name), plan, worked_reading(), seed=2024)
    for place, record in enumerate(records):
        found = score(record, plan.horizon_days)
        assert outcome.responded[place] == found.confirmed
        for field, days in (("progression_free", found.pfs_days), ("survival", found.os_days)):
            event = getattr(outcome, f"{field}_status")[place] == Status.EVENT
            assert event == (days < inf)
            assert not event or getattr(outcome, field)[place] == days
    assert outcome.controlled == sum(score(r, plan.horizon_days).controlled for r in records)


@SCENARIOS
def test_survival_at_12_months(name):
    achieved = read_scenario(name).achieved
    days = times_of(patients_of(name), "survival")
    assert is_near((days > 12 * MONTH).mean(), achieved.os_12_months)


@SCENARIOS
def test_survival_at_12_months_in_closed_form(name):
    # ln OS is normal: variance 0.65 squared plus (0.3 per standard deviation of growth) squared
    z = log(read_scenario(name).survival.os_median_weeks * 7 / (12 * MONTH)) / sqrt(0.5125)
    expected = (1 + erf(z / sqrt(2))) / 2
    found = (times_of(patients_of(name), "survival") > 12 * MONTH).mean()
    assert abs(found - expected) < 4 * sqrt(expected * (1 - expected) / N)


@SCENARIOS
def test_medians(name):
    achieved = read_scenario(name).achieved
    patients = patients_of(name)
    survival, progression = (
        times_of(patients, field) / MONTH for field in ("survival", "progression_free")
    )
    # published to 0.1 month; a scan may be a few days early or late
    for days, median, near in (
        (survival, achieved.os_median_months, 0.05),
        (progression, achieved.pfs_median_months, 0.25),
    ):
        assert (days > median - near).mean() > 0.5 - 4 * sqrt(0.25 * (1 / N + 1 / N_OF_FIT))
        assert (days > median + near).mean() < 0.5 + 4 * sqrt(0.25 * (1 / N + 1 / N_OF_FIT))


@SCENARIOS
def test_response_and_progression(name):
    achieved = read_scenario(name).achieved
    patients = patients_of(name)
    assert is_near(patients["responded"].mean(), achieved.orr)
    pfs = times_of(patients, "progression_free")
    assert is_near((pfs > 6 * MONTH).mean(), achieved.pfs_6_months)


@SCENARIOS
def test_disease_control(name):
    machine = machine_of(fitted_setting(name), FITTED_PLAN, study_as_fitted())
    controlled = machine.run(1, 0, N // machine.conduct.patients)["controlled"].sum()
    assert is_near(controlled / N, read_scenario(name).achieved.dcr)


def test_scenarios_are_told_apart():
    # The bounds above would be worth nothing if one scenario passed for another.
    achieved = {name: read_scenario(name).achieved for name in FITTED}
    for name, mine in achieved.items():
        for other, theirs in achieved.items():
            same = is_near(mine.orr, theirs.orr) and is_near(mine.dcr, theirs.dcr)
            assert same == (name == other)


def test_another_way_of_reading_is_told_apart():
    """The fitted response rate of 25 % is that of two responses in a row, not of a lasting one."""
    lasting = machine_of(fitted_setting("alternative_25"), FITTED_PLAN)
    unconfirmed = vary_study(worked_study(), {"response.confirmation_required": False}, basis="x")
    loose = machine_of(fitted_setting("alternative_25"), FITTED_PLAN, unconfirmed)
    strict = patients_of("alternative_25")["responded"].mean()
    assert strict <= run_patients(lasting, N)["responded"].mean()
    assert not is_near(run_patients(loose, N)["responded"].mean(), 0.25)
