from __future__ import annotations

from math import exp, inf, isclose, log
from statistics import NormalDist

import pytest
from scipy.integrate import solve_ivp

from trialwright.simulate.tumour import (
    MODELS,
    GrowthLaw,
    SizeLaw,
    band_of,
    diameter_at,
    size_of_share,
    zone_diameter,
)

SENSITIVE, RESISTANCE = 0.8, 0.042
STEIN_FOJO, GENERALISED, CLARET, WANG = (
    GrowthLaw(model, SENSITIVE, RESISTANCE) for model in range(4)
)
ALL = pytest.mark.parametrize("law", [STEIN_FOJO, GENERALISED, CLARET, WANG], ids=MODELS)


def test_stein_fojo_by_hand():
    # week 10: 40 (exp(-0.5) + exp(0.1) - 1) = 28.468...
    value = diameter_at(70, 40.0, 0.01, 0.05, 0.0, STEIN_FOJO)
    assert isclose(value, 40 * (0.6065306597126334 + 1.1051709180756477 - 1), rel_tol=1e-14)


def test_generalised_by_hand():
    value = diameter_at(70, 40.0, 0.01, 0.05, 0.0, GENERALISED)
    expected = 40 * (0.8 * 0.6065306597126334 + 0.2 * 1.1051709180756477)
    assert isclose(value, expected, rel_tol=1e-14)


def test_claret_solves_its_differential_equation():
    # dD/dt = kg D - ks exp(-c t) D (Claret 2009, equation 1 at constant exposure)
    def slope(week, size):
        return 0.015 * size - 0.06 * exp(-RESISTANCE * week) * size

    solved = solve_ivp(slope, (0, 60), [40.0], rtol=1e-11, atol=1e-11, dense_output=True)
    for week in (1, 8, 20, 60):
        value = diameter_at(7 * week, 40.0, 0.015, 0.06, 0.0, CLARET)
        assert isclose(value, solved.sol(week)[0], rel_tol=1e-8)


def test_wang_by_hand():
    value = diameter_at(70, 40.0, 0.2, 0.05, 0.0, WANG)
    assert isclose(value, 40 * 0.6065306597126334 + 0.2 * 10, rel_tol=1e-14)


@pytest.mark.parametrize("law", [STEIN_FOJO, GENERALISED, CLARET])
def test_before_the_first_dose_only_growth(law):
    assert diameter_at(-14, 40.0, 0.02, 0.5, 0.3, law) == 40.0 * exp(-0.04)


def test_before_the_first_dose_wang_grows_at_the_same_speed():
    # 0.4 mm a week on 40 mm are 1 % a week
    assert isclose(diameter_at(-14, 40.0, 0.4, 0.5, 0.3, WANG), 40.0 * exp(-0.02))


@ALL
def test_all_models_start_at_the_first_diameter(law):
    assert diameter_at(0, 40.0, 0.02, 0.5, 0.0, law) == 40.0


@ALL
def test_another_effect_multiplies_the_part_that_shrinks(law):
    plain = diameter_at(70, 40.0, 0.0, 0.05, 0.0, law)
    helped = diameter_at(70, 40.0, 0.0, 0.05, 0.7, law)
    stays = 40.0 * (1 - SENSITIVE) if law is GENERALISED else 0.0
    assert isclose(helped - stays, (plain - stays) * exp(-0.7))


def test_claret_without_resistance_worn_off_is_plain_exponential_at_first():
    slow = GrowthLaw(2, SENSITIVE, 1e-9)
    assert isclose(diameter_at(70, 40.0, 0.01, 0.05, 0.0, slow), 40 * exp(-0.4), rel_tol=1e-6)


def test_nadir_is_where_the_two_rates_balance():
    kg, ks = 0.01, 0.05
    nadir = (log(ks) - log(kg)) / (ks + kg) * 7  # time to growth, Stein 2008
    around = [diameter_at(nadir + d, 30.0, kg, ks, 0.0, STEIN_FOJO) for d in (-7, 0, 7)]
    assert around[1] < min(around[0], around[2])


@ALL
def test_growth_beyond_a_double_stays_finite(law):
    assert 0 < diameter_at(1e6, 30.0, 5.0, 0.0, 0.0, law) < inf


def size_law(least, most, log_mean=3.53, log_sd=0.61):
    cdf = NormalDist(log_mean, log_sd).cdf
    return SizeLaw(log_mean, log_sd, least, most, cdf(log(least)), cdf(log(most)))


@pytest.mark.parametrize("u", [1e-12, 0.25, 0.5, 0.9, 1 - 1e-12])
def test_a_bounded_log_normal_inverts_its_distribution(u):
    value = size_of_share(u, size_law(10.0, 30.0))
    assert 10.0 <= value <= 30.0
    cdf = [NormalDist(3.53, 0.61).cdf(log(x)) for x in (10.0, value, 30.0)]
    assert isclose((cdf[1] - cdf[0]) / (cdf[2] - cdf[0]), u, abs_tol=1e-9)


def test_unbounded_median():
    assert isclose(size_of_share(0.5, SizeLaw(3.53, 0.61, 1e-9, inf, 0.0, 1.0)), exp(3.53))


def test_a_bounded_log_normal_without_spread():
    for least, expected in ((10.0, exp(log(30))), (35.0, 35.0)):
        assert size_of_share(0.1, SizeLaw(log(30), 0.0, least, 99.0, 0.0, 1.0)) == expected


def test_zone_shrinks_from_index_and_excess():
    assert zone_diameter(0, 20, 15, 0.03) == 35.0
    assert isclose(zone_diameter(70, 20, 15, 0.03), 35 * exp(-0.3))


@pytest.mark.parametrize(
    ("margin", "hazard"), [(0, 0.0561), (0.5, 0.0324), (5, 0.0324), (6, 0.0125), (12, 0.0093)]
)
def test_margin_bands_include_their_upper_limit(margin, hazard):
    hazards = (0.0561, 0.0324, 0.0125, 0.0093)
    assert hazards[band_of(margin, (0.0, 5.0, 10.0))] == hazard
    assert hazards[band_of(margin, (0.0, 5.0, 10.0, inf, inf))] == hazard  # as padded


def test_models_have_fixed_places():
    assert MODELS == ("stein_fojo", "generalised", "claret", "wang")
