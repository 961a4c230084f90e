"""Simulated endpoints against the results of the fit, within Monte Carlo error.

The fit held 6,000 patients and read other details of RECIST, so its own error counts too.
"""

from __future__ import annotations

from math import erf, log, sqrt

import pytest
from simulate_scorer import fitted_plan, fitted_setting, run_scores

from trialwright.simulate import DrugPlan, list_scenarios, read_scenario

N, N_OF_FIT = 1500, 6000
MONTH = 30.4375
PLAN = fitted_plan(N, (DrugPlan("regorafenib", 80.0, 28, 21),))


@pytest.fixture(scope="module", params=list_scenarios())
def scored(request):
    return request.param, run_scores(fitted_setting(request.param), PLAN, 2024)


def is_near(share, published):
    """Compare with a published share, within 4 standard errors of both simulations."""
    return abs(share - published) < 4 * sqrt(published * (1 - published) * (1 / N + 1 / N_OF_FIT))


def share_of(scores, holds):
    return sum(map(holds, scores)) / len(scores)


def test_survival_at_12_months(scored):
    name, scores = scored
    achieved = read_scenario(name).achieved
    assert is_near(share_of(scores, lambda s: s.os_days > 12 * MONTH), achieved.os_12_months)


def test_survival_at_12_months_in_closed_form(scored):
    # ln OS is normal: variance 0.65 squared plus (0.3 per standard deviation of growth) squared
    name, scores = scored
    z = log(read_scenario(name).survival.os_median_weeks * 7 / (12 * MONTH)) / sqrt(0.5125)
    expected = (1 + erf(z / sqrt(2))) / 2
    found = share_of(scores, lambda s: s.os_days > 12 * MONTH)
    assert abs(found - expected) < 4 * sqrt(expected * (1 - expected) / N)


def test_response_control_and_progression(scored):
    name, scores = scored
    achieved = read_scenario(name).achieved
    assert is_near(share_of(scores, lambda s: s.confirmed), achieved.orr)
    assert is_near(share_of(scores, lambda s: s.controlled), achieved.dcr)
    assert is_near(share_of(scores, lambda s: s.pfs_days > 6 * MONTH), achieved.pfs_6_months)


def test_scenarios_are_told_apart():
    # The bounds above would be worth nothing if one scenario passed for another.
    assert not is_near(read_scenario("alternative_25").achieved.orr, 0.087)
    assert not is_near(read_scenario("concur_like").achieved.dcr, 0.372)
