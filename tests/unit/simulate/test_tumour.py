from __future__ import annotations

from math import exp, inf, isclose, log
from statistics import NormalDist

import pytest

from trialwright.simulate.tumour import (
    diameter_at,
    local_progression_hazard,
    truncated_log_normal,
    zone_diameter,
)


def test_stein_fojo_by_hand():
    # week 10: 40 (exp(-0.5) + exp(0.1) - 1) = 28.468...
    value = diameter_at(70, diameter_mm=40.0, kg_per_week=0.01, ks_per_week=0.05)
    assert isclose(value, 40 * (0.6065306597126334 + 1.1051709180756477 - 1), rel_tol=1e-14)


def test_before_the_first_dose_only_growth():
    value = diameter_at(-14, diameter_mm=40.0, kg_per_week=0.02, ks_per_week=0.5)
    assert value == 40.0 * exp(-0.04)


def test_nadir_is_where_the_two_rates_balance():
    kg, ks = 0.01, 0.05
    nadir = (log(ks) - log(kg)) / (ks + kg) * 7  # time to growth, Stein 2008
    around = [
        diameter_at(nadir + d, diameter_mm=30.0, kg_per_week=kg, ks_per_week=ks) for d in (-7, 0, 7)
    ]
    assert around[1] < min(around[0], around[2])


def test_growth_beyond_a_double_stays_finite():
    assert diameter_at(1e6, diameter_mm=30.0, kg_per_week=5.0, ks_per_week=0.0) < inf


@pytest.mark.parametrize("u", [1e-12, 0.25, 0.5, 0.9, 1 - 1e-12])
def test_truncated_log_normal_inverts_its_distribution(u):
    kwargs = {"log_mean": 3.53, "log_sd": 0.61}
    value = truncated_log_normal(u, **kwargs, least=10.0, most=30.0)
    assert 10.0 <= value <= 30.0
    cdf = [NormalDist(3.53, 0.61).cdf(log(x)) for x in (10.0, value, 30.0)]
    assert isclose((cdf[1] - cdf[0]) / (cdf[2] - cdf[0]), u, abs_tol=1e-9)


def test_untruncated_median():
    value = truncated_log_normal(0.5, log_mean=3.53, log_sd=0.61, least=1e-9)
    assert isclose(value, exp(3.53))


def test_truncated_log_normal_without_spread():
    assert truncated_log_normal(0.1, log_mean=log(30), log_sd=0.0, least=10.0) == exp(log(30))
    assert truncated_log_normal(0.1, log_mean=log(30), log_sd=0.0, least=35.0) == 35.0


def test_zone_shrinks_from_index_and_excess():
    assert zone_diameter(0, index_mm=20, excess_mm=15, involution_per_week=0.03) == 35.0
    value = zone_diameter(70, index_mm=20, excess_mm=15, involution_per_week=0.03)
    assert isclose(value, 35 * exp(-0.3))


@pytest.mark.parametrize(
    ("margin", "hazard"), [(0, 0.0561), (0.5, 0.0324), (5, 0.0324), (6, 0.0125), (12, 0.0093)]
)
def test_margin_bands_include_their_upper_limit(margin, hazard):
    limits, hazards = (0.0, 5.0, 10.0), (0.0561, 0.0324, 0.0125, 0.0093)
    assert local_progression_hazard(margin, limits, hazards) == hazard
