"""Roots of rising functions of a rate, many at once."""

from __future__ import annotations

import numpy as np
import pytest

from trialwright.stats.proportion_limits import lower_limits
from trialwright.stats.roots import roots_in_0_to_1
from trialwright.stats.tails import binomial_upper_tail


def test_roots_by_hand() -> None:
    power, target = np.array([1.0, 2.0, 3.0, 40.0]), np.array([0.3, 1e-12, 0.5, 0.9])

    def error_and_slope(places, rate):
        p = power[places]
        return rate**p - target[places], p * rate ** (p - 1)

    found = roots_in_0_to_1(error_and_slope, np.full(4, 0.5))
    assert found == pytest.approx(target ** (1 / power), rel=1e-15)


def test_a_function_without_a_slope_to_follow_is_halved() -> None:
    def step(_places, rate):
        return np.where(rate < 0.7, -1.0, 1.0), np.zeros(rate.shape)

    assert roots_in_0_to_1(step, np.array([0.5])) == pytest.approx(0.7, abs=1e-15)


@pytest.mark.parametrize("level", [1e-6, 0.5, 0.95, 1 - 1e-9])
def test_a_mid_p_limit_has_the_tail(level) -> None:
    n = np.repeat([1, 2, 29, 1000, 100_000], 4)
    k = np.maximum(1, (n * np.tile([0, 0.1, 0.6, 1], 5)).astype(int))
    found = lower_limits(k, n, level, "mid-P")
    tail = binomial_upper_tail(k, n, found, mid_p=True)
    assert tail == pytest.approx((1 - level) / 2, rel=1e-9)
    everybody = k == n
    assert found[everybody] == pytest.approx((1 - level) ** (1 / n[everybody]), abs=1e-15)
