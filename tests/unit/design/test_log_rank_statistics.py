"""What a log-rank design adds up: two correlated normals, and the moments of each patient."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from trialwright.design.log_rank.bivariate_normal import both_above, slope_of_both_above
from trialwright.design.log_rank.exposure import Exposure, hazard_at
from trialwright.stats.core.one_sample import cumulative_hazard
from trialwright.stats.historical import Digitised, Exponential, Weibull
from trialwright.stats.one_sample_log_rank_size import EvenAccrual, event_moments
from trialwright.stats.piecewise_exponential import PiecewiseExponential

HISTORY = Exponential.from_survival(0.62, at=2)
CURVES = [
    HISTORY,
    Weibull.from_median(0.3, 2.0),
    Weibull.from_median(2.5, 2.0),
    Digitised.of([1, 2, 5], [0.9, 0.5, 0.3], extrapolate="last hazard"),
    PiecewiseExponential.of([1.5], [0.1, 0.6]),
]


# --- two correlated normal statistics ----------------------------------------------------------


@pytest.mark.parametrize("correlation", [-0.95, -0.3, 0.0, 0.4, 0.8, 0.999])
@pytest.mark.parametrize("bounds", [(0.0, 0.0), (-1.3, 1.6), (0.0, 2.0), (2.0, 0.0), (-3.0, -2.0)])
def test_both_above(bounds, correlation) -> None:
    covariance = [[1, correlation], [correlation, 1]]
    expected = multivariate_normal.cdf([-bounds[0], -bounds[1]], cov=covariance)
    assert both_above(*bounds, correlation) == pytest.approx(expected, abs=1e-12)
    step = 1e-5
    slope = (
        both_above(bounds[0] + step, bounds[1], correlation)
        - both_above(bounds[0] - step, bounds[1], correlation)
    ) / (2 * step)
    assert slope_of_both_above(*bounds, correlation) == pytest.approx(slope, abs=1e-6)


# --- what a patient adds -----------------------------------------------------------------------


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_many_hazards_at_once(curve) -> None:
    times = np.array([0.0, 0.3, 1.0, 1.5, 2.0, 5.0, 9.5])
    expected = [cumulative_hazard(curve.hazard, time) for time in times.tolist()]
    assert hazard_at(curve.hazard, times) == pytest.approx(expected, rel=1e-14)


def test_beyond_a_curve_that_ends() -> None:
    curve = Digitised.of([1, 2], [0.9, 0.5])
    assert np.isnan(hazard_at(curve.hazard, np.array([2.1]))).all()


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.7])
def test_moments_of_even_accrual(curve, ratio) -> None:
    v1, v0, v01, v00 = event_moments(curve, EvenAccrual(4, 2.5), ratio)
    exposure = Exposure(curve.hazard, ratio, math.inf)
    found = exposure.contribution(np.array([6.5]), np.array([4.0]))
    assert found.events[0] == pytest.approx(v1, rel=1e-11)
    assert found.expected[0] == pytest.approx(v0, rel=1e-11)
    variance = v1 - 2 * v01 + v00 - (v1 - v0) ** 2
    assert found.variance[0] == pytest.approx(variance, rel=1e-9)


def test_moments_by_hand_during_accrual_and_with_fixed_follow_up() -> None:
    # Hazard 1; at time 1 of an accrual over 2, half of the patients have entered.
    history = Exponential(1.0)
    one, two = np.array([1.0]), np.array([2.0])
    early = Exposure(history.hazard, 1.0, math.inf).contribution(one, two)
    assert early.events[0] == pytest.approx((1 - (1 - math.exp(-1))) / 2)
    fixed = Exposure(history.hazard, 1.0, 0.5).contribution(np.array([2.5]), two)
    assert fixed.events[0] == pytest.approx(1 - math.exp(-0.5))
    assert fixed.variance[0] == pytest.approx(1 - math.exp(-0.5))  # null: variance = events


@pytest.mark.parametrize("longest", [math.inf, 1.2])
@pytest.mark.parametrize("curve", CURVES[:3], ids=str)
def test_covariance_of_two_analyses(curve, longest) -> None:
    ratio, early, late, accrual = 0.5, 2.0, 5.0, 3.0
    exposure = Exposure(curve.hazard, ratio, longest)
    draws = np.random.default_rng(5)
    entry, event_at = draws.uniform(0, accrual, 400_000), draws.exponential(1 / ratio, 400_000)
    parts = []
    for time in (early, late):
        limit = hazard_at(curve.hazard, np.clip(time - entry, 0, longest))
        parts.append(np.minimum(event_at, limit) - (event_at <= limit))
    expected = np.cov(*parts)[0, 1]
    found = exposure.covariance(np.array([early]), np.array([late]), np.array([accrual]))
    assert found[0] == pytest.approx(expected, abs=0.01)
    null = Exposure(curve.hazard, 1.0, longest)
    same = null.covariance(np.array([early]), np.array([late]), np.array([accrual]))
    events = null.contribution(np.array([early]), np.array([accrual])).events
    assert same == pytest.approx(events, rel=1e-9)  # a martingale: covariance is early variance
