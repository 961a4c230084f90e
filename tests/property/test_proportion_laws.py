"""Laws of the intervals of a proportion and of the test of a rate, by enumeration."""

from __future__ import annotations

from math import comb, fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.stats.proportion import INTERVALS, clopper_pearson, mid_p
from trialwright.stats.rate_test import exact_rate_test

METHODS = st.sampled_from(sorted(INTERVALS))
LEVELS = st.floats(0.5, 0.999)
SIZES = st.integers(1, 60)


@st.composite
def counts(draw) -> tuple[int, int]:
    n = draw(SIZES)
    return draw(st.integers(0, n)), n


@given(METHODS, counts(), LEVELS)
def test_every_interval_is_inside_0_to_1_holds_its_rate_and_mirrors(name, count, level) -> None:
    k, n = count
    found, mirrored = (INTERVALS[name](x, n, level=level) for x in (k, n - k))
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert (1 - found.high, 1 - found.low) == pytest.approx((mirrored.low, mirrored.high))
    assert (found.low == 0) == (k == 0) or name in ("wilson_corrected", "agresti_coull")


@given(METHODS, counts(), LEVELS)
def test_one_more_success_moves_both_limits_up(name, count, level) -> None:
    k, n = count
    if k < n:
        less, more = (INTERVALS[name](x, n, level=level) for x in (k, k + 1))
        assert less.low <= more.low
        assert less.high <= more.high


@given(METHODS, counts(), LEVELS, LEVELS)
def test_a_higher_level_is_wider(name, count, one, other) -> None:
    low, high = sorted((one, other))
    narrow, wide = (INTERVALS[name](*count, level=level) for level in (low, high))
    assert wide.low <= narrow.low + 1e-15
    assert narrow.high <= wide.high + 1e-15


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
@pytest.mark.parametrize("n", [1, 2, 5, 10, 29, 45, 60])
def test_the_exact_interval_covers_its_level_at_every_rate(n, level) -> None:
    """Coverage falls only at a limit, so its least value lies beside one of them."""
    found = [clopper_pearson(k, n, level=level) for k in range(n + 1)]
    edges = [
        limit + step for one in found for limit in (one.low, one.high) for step in (-1e-9, 1e-9)
    ]
    for rate in (edge for edge in edges if 0 < edge < 1):
        covered = fsum(
            comb(n, one.successes) * rate**one.successes * (1 - rate) ** (n - one.successes)
            for one in found
            if one.low <= rate <= one.high
        )
        assert covered >= level - 1e-8


@given(counts(), LEVELS)
def test_mid_p_lies_inside_the_exact_interval(count, level) -> None:
    exact, half = (interval(*count, level=level) for interval in (clopper_pearson, mid_p))
    assert exact.low <= half.low + 1e-15
    assert half.high <= exact.high + 1e-15


@given(counts(), st.floats(0.01, 0.99), st.floats(0.005, 0.4), st.booleans())
def test_the_test_never_contradicts_the_interval(count, p0, alpha, half) -> None:
    found = (mid_p if half else clopper_pearson)(*count, level=1 - 2 * alpha)
    for alternative, distance in (("greater", found.low - p0), ("less", p0 - found.high)):
        p = exact_rate_test(*count, p0, alternative=alternative, mid_p=half).p_value
        if abs(distance) > 1e-9:
            assert (p < alpha) == (distance > 0)


@given(counts(), st.floats(0.01, 0.99))
def test_both_tails_count_the_observed_number(count, p0) -> None:
    tails = [
        exact_rate_test(*count, p0, alternative=side, mid_p=half).p_value
        for half in (False, True)
        for side in ("greater", "less")
    ]
    k, n = count
    observed = comb(n, k) * p0**k * (1 - p0) ** (n - k)
    assert tails[0] + tails[1] == pytest.approx(1 + observed, abs=1e-12)
    assert tails[2] + tails[3] == pytest.approx(1, abs=1e-12)
