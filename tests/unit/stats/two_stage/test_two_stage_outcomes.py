"""The outcomes of a small design by hand, the roots, and the precision of large ones."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from trialwright.stats.two_stage import (
    SampleSpace,
    bias,
    bias_adjusted,
    maximum_likelihood,
    median_unbiased,
    unbiased,
)
from trialwright.stats.two_stage.interval import (
    koyama_chen_upper_limits,
    lower_limits,
    upper_limits,
)

# Two patients, stop if neither responds; then one more: outcomes 0, 1/3, 2/3, 3/3.
SMALL = SampleSpace(2, 0, 3)
HALF = 0.5


def test_probabilities_by_hand() -> None:
    # 0: 1/4. 1: one of two and then none. 2: one and one, or two and none. 3: all.
    assert SMALL.probabilities(HALF) == pytest.approx([1 / 4, 1 / 4, 3 / 8, 1 / 8], abs=1e-15)
    assert SMALL.at_least(HALF) == pytest.approx([1, 3 / 4, 1 / 2, 1 / 8], abs=1e-15)
    assert SMALL.at_most(HALF) == pytest.approx([1 / 4, 1 / 2, 7 / 8, 1], abs=1e-15)
    assert list(SMALL.evaluated) == [2, 3, 3, 3]


def test_the_tails_at_the_ends() -> None:
    assert SMALL.at_least([0.0, 1.0]).tolist() == [[1, 0, 0, 0], [1, 1, 1, 1]]
    assert SMALL.at_most([0.0, 1.0]).tolist() == [[1, 1, 1, 1], [0, 0, 0, 1]]


def test_estimates_by_hand() -> None:
    # Given 1 of 3 and stage 1 passed, the responder is in stage 1: 1 of 2. Given 2 of 3: both in
    # stage 1 (1 way) or one of them (2 ways), so (2 + 1 + 1) / 3 responders of 2.
    assert unbiased(SMALL) == pytest.approx([0, 1 / 2, 2 / 3, 1], abs=1e-15)
    assert maximum_likelihood(SMALL) == pytest.approx([0, 1 / 3, 2 / 3, 1], abs=1e-15)
    # E[X/N] at 1/2: 1/3 * 1/4 + 2/3 * 3/8 + 1/8 = 11/24.
    assert bias(SMALL, HALF) == pytest.approx(11 / 24 - 1 / 2, abs=1e-15)
    assert bias(SMALL, [0.0, 1.0]).tolist() == [0, 0]


def test_limits_solve_their_equations() -> None:
    x = np.arange(4)
    low, high = lower_limits(SMALL, x, 0.05), upper_limits(SMALL, x, 0.05)
    assert (low[0], high[-1]) == (0, 1)
    for k in (1, 2, 3):
        assert SMALL.at_least(low[k])[k] == pytest.approx(0.05, abs=1e-15)
    for k in (0, 1, 2):
        assert SMALL.at_most(high[k])[k] == pytest.approx(0.05, abs=1e-15)
    # Closed forms: nothing of 2, p^3, and (1 - p)^2.
    assert low[3] == pytest.approx(0.05 ** (1 / 3), abs=1e-15)
    assert high[0] == pytest.approx(1 - 0.05**0.5, abs=1e-15)


def test_the_koyama_chen_limit_is_the_exact_one_of_the_outcome_below() -> None:
    x = np.arange(4)
    theirs, exact = koyama_chen_upper_limits(SMALL, x, 0.05), upper_limits(SMALL, x, 0.05)
    assert np.isnan(theirs[0])
    assert theirs[1:] == pytest.approx(exact[:-1], abs=1e-15)


def test_median_unbiased_conventions() -> None:
    x = np.arange(4)
    up = median_unbiased(SMALL, x)
    both = median_unbiased(SMALL, x, convention="both tails")
    assert up[0] == 0
    assert both[0] == pytest.approx((1 - 0.5**0.5) / 2, abs=1e-15)
    assert up[3] == pytest.approx(0.5 ** (1 / 3), abs=1e-15)
    assert both[3] == pytest.approx((1 + 0.5 ** (1 / 3)) / 2, abs=1e-15)
    with pytest.raises(ValueError, match=r"convention must be one of .*'middle'"):
        median_unbiased(SMALL, x, convention="middle")


def test_bias_adjusted_solves_its_equation() -> None:
    space = SampleSpace(10, 1, 29)
    x = np.arange(30)
    found, estimate = bias_adjusted(space, x), maximum_likelihood(space)
    assert (found[0], found[-1]) == (0, 1)
    assert found[1:-1] + bias(space, found[1:-1]) == pytest.approx(estimate[1:-1], abs=1e-14)


def test_roots_are_found_across_a_bend() -> None:
    # P(21 or more) bends at this first stage of one patient; plain Newton steps cycle there.
    for design in ((1, 0, 33), (2, 1, 200), (150, 149, 200)):
        space = SampleSpace(*design)
        x = np.arange(1, space.total + 1)
        for tail in (0.001, 0.025, 0.5, 0.975):
            found = space.at_least(lower_limits(space, x, tail))[x - 1, x]
            assert found == pytest.approx(tail, abs=1e-12)
            found = space.at_most(upper_limits(space, x - 1, tail))[x - 1, x - 1]
            assert found == pytest.approx(tail, abs=1e-12)


@pytest.mark.parametrize("design", [(1, 0, 2), (1, 0, 9), (5, 4, 6), (10, 1, 29), (12, 3, 14)])
def test_the_expected_naive_estimate_rises_so_the_adjustment_is_one(design) -> None:
    space = SampleSpace(*design)
    rates = np.linspace(0, 1, 2001)
    assert (np.diff(rates + bias(space, rates)) > 0).all()


def test_a_thousand_patients_lose_no_digits() -> None:
    n1, r1, n, p = 400, 100, 1000, Fraction(3, 10)
    space = SampleSpace(n1, r1, n)
    found = space.probabilities(0.3)
    weight = [comb(n1, k) * p**k * (1 - p) ** (n1 - k) for k in range(n1 + 1)]
    for x in (0, 60, 100):
        assert found[x] == pytest.approx(float(weight[x]), rel=1e-12)
    for x in (101, 250, 300, 420, 700):
        ways = sum(
            comb(n1, k) * comb(n - n1, x - k)
            for k in range(max(r1 + 1, x - (n - n1)), min(n1, x) + 1)
        )
        exact = ways * p**x * (1 - p) ** (n - x)
        assert found[x] == pytest.approx(float(exact), rel=1e-12)
        counted = sum(
            comb(n1 - 1, k - 1) * comb(n - n1, x - k)
            for k in range(max(r1 + 1, x - (n - n1)), min(n1, x) + 1)
        )
        assert unbiased(space)[x] == pytest.approx(float(Fraction(counted, ways)), rel=1e-13)


def test_a_probability_smaller_than_a_power_of_the_rate() -> None:
    # 0.1**400 is below the smallest float, the probability of 400 of 1000 is not.
    p, n1, r1, n, x = Fraction(1, 10), 400, 10, 1000, 400
    ways = sum(comb(n1, k) * comb(n - n1, x - k) for k in range(r1 + 1, n1 + 1))
    exact = float(ways * p**x * (1 - p) ** (n - x))
    assert 0 < exact < 1e-100
    assert SampleSpace(n1, r1, n).probabilities(0.1)[x] == pytest.approx(exact, rel=1e-11)
