"""Laws of the difference of two proportions: symmetry, exact coverage, tests fit intervals."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from trialwright.stats.two_proportion_score import score_statistic
from trialwright.stats.two_proportion_tests import barnard_test, boschloo_test, fisher_test
from trialwright.stats.two_proportions import (
    _as_extreme_within,
    exact_difference,
    miettinen_nurminen,
    newcombe_difference,
)
from trialwright.stats.unconditional_tail import largest_probability

INTERVALS = [newcombe_difference, miettinen_nurminen, exact_difference]
LEVELS = st.floats(0.05, 0.999)


@st.composite
def two_groups(draw, most=8):
    n, m = draw(st.integers(1, most)), draw(st.integers(1, most))
    return draw(st.integers(0, n)), n, draw(st.integers(0, m)), m


@settings(max_examples=25, deadline=None)
@given(two_groups(), LEVELS)
def test_the_interval_holds_the_estimate_and_turns_with_the_question(counts, level) -> None:
    """Swapped groups change the sign; so does counting failures, which is a separate path."""
    x, n, y, m = counts
    for interval in INTERVALS:
        found = interval(*counts, level=level)
        assert -1 <= found.low <= found.value <= found.high <= 1
        for other in (interval(y, m, x, n, level=level), interval(n - x, n, m - y, m, level=level)):
            assert (found.low, found.high) == pytest.approx((-other.high, -other.low), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(two_groups(), LEVELS, LEVELS)
def test_a_higher_level_is_wider(counts, one, other) -> None:
    low, high = sorted((one, other))
    for interval in INTERVALS:
        narrow, wide = (interval(*counts, level=level) for level in (low, high))
        assert wide.low <= narrow.low + 1e-9
        assert narrow.high <= wide.high + 1e-9


def least_coverage(interval, n, m) -> float:
    """Return the least over all pairs of rates, near enough.

    For a fixed difference it changes only where a limit lies, so both sides of each are tried.
    """
    found = [interval(x, n, y, m) for x in range(n + 1) for y in range(m + 1)]
    low, high = (np.array([getattr(one, name) for one in found]) for name in ("low", "high"))
    edges = np.unique(np.concatenate([low, high])[:, None] + np.array([-2e-10, 2e-10]))
    least = 1.0
    for difference in edges[np.abs(edges) < 1]:
        covered = ((low <= difference) & (difference <= high)).reshape(n + 1, m + 1)
        rate = np.linspace(max(0, -difference), min(1, 1 - difference), 201)
        first = binom.pmf(np.arange(n + 1), n, np.clip(rate + difference, 0, 1)[:, None])
        second = binom.pmf(np.arange(m + 1), m, rate[:, None])
        least = min(least, float(np.sum((first @ covered) * second, axis=1).min()))
    return least


@pytest.mark.parametrize("order", ["score", "difference"])
@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 4), (3, 3), (5, 4), (6, 9)])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_exact_interval_covers_its_level_at_every_pair_of_rates(n, m, level, order) -> None:
    least = least_coverage(partial(exact_difference, level=level, order=order), n, m)
    assert level - 1e-8 <= least < 1


@pytest.mark.parametrize("interval", [newcombe_difference, miettinen_nurminen])
def test_the_approximate_intervals_do_not(interval) -> None:
    """So the law above can fail."""
    assert least_coverage(interval, 5, 4) < 0.95


@settings(max_examples=25, deadline=None)
@given(two_groups(most=15), st.floats(-0.99, 0.98), st.floats(0.0, 0.5))
def test_what_the_exact_limits_rest_on(counts, difference, further) -> None:
    """The statistic falls with the difference and rises from table to table in both directions.

    So the bound over a range of differences holds: a set of extreme tables has, with every table,
    those of more successes and of fewer reference successes.
    """
    _, n, _, m = counts
    rows, columns = np.arange(n + 1)[:, None], np.arange(m + 1)[None, :]
    here = score_statistic(rows, n, columns, m, difference)
    there = score_statistic(rows, n, columns, m, min(difference + further, 0.99))
    slack = 1e-6 * (1 + np.abs(here))
    assert np.all(there <= here + slack)
    assert np.all(np.diff(here, axis=0) >= -slack[1:])
    assert np.all(np.diff(here, axis=1) <= slack[:, 1:])


@settings(max_examples=25, deadline=None)
@given(
    two_groups(), st.integers(-99, 98), st.integers(1, 50), st.sampled_from(["score", "difference"])
)
def test_what_is_extreme_in_a_range_holds_what_is_at_any_difference_in_it(
    counts, low, points, order
) -> None:
    high = min(low + points, 99)
    somewhere = _as_extreme_within(counts, order, low / 100, high / 100)
    for difference in np.linspace(low / 100, high / 100, 21):
        assert somewhere[_as_extreme_within(counts, order, difference, difference)].all()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 15), st.integers(1, 15), st.integers(-95, 95), st.randoms())
def test_no_rate_beats_the_largest_probability(n, m, points, random) -> None:
    """Any set of tables, ragged ones too, against 1001 rates."""
    difference = points / 100
    tables = np.array([[random.random() < 0.3 for _ in range(m + 1)] for _ in range(n + 1)])
    rate = np.linspace(max(0, -difference), min(1, 1 - difference), 1001)
    first = binom.pmf(np.arange(n + 1), n, np.clip(rate + difference, 0, 1)[:, None])
    second = binom.pmf(np.arange(m + 1), m, rate[:, None])
    seen = float(np.sum((first @ tables) * second, axis=1).max())
    found = largest_probability(tables, difference)
    assert seen <= found * (1 + 1e-9) + 1e-12
    assert found <= seen * (1 + 1e-2) + 1e-9


@settings(max_examples=25, deadline=None)
@given(two_groups(), st.floats(0.01, 0.4))
def test_barnard_and_the_exact_interval_never_contradict(counts, alpha) -> None:
    """A one-sided p-value at or below alpha wherever the interval of 1 - 2 alpha excludes 0."""
    found = exact_difference(*counts, level=1 - 2 * alpha)
    for alternative, distance in (("greater", found.low), ("less", -found.high)):
        p = barnard_test(*counts, alternative=alternative).p_value
        if distance > 0:
            assert p <= alpha + 1e-9


@settings(max_examples=25, deadline=None)
@given(two_groups())
def test_tests_turn_with_the_groups_and_boschloo_never_exceeds_fisher(counts) -> None:
    x, n, y, m = counts
    for test in (fisher_test, barnard_test, boschloo_test):
        greater = test(*counts, alternative="greater").p_value
        assert 0 < greater <= 1
        assert greater == pytest.approx(test(y, m, x, n, alternative="less").p_value, rel=1e-9)
        failures = test(n - x, n, m - y, m, alternative="less").p_value
        assert greater == pytest.approx(failures, rel=1e-9)
    for alternative in ("greater", "less"):
        p = boschloo_test(*counts, alternative=alternative).p_value
        assert p <= fisher_test(*counts, alternative=alternative).p_value + 1e-9


@pytest.mark.parametrize(("n", "m"), [(3, 5), (8, 8), (12, 7)])
@pytest.mark.parametrize("test", [fisher_test, barnard_test, boschloo_test])
@pytest.mark.parametrize("alternative", ["greater", "two-sided"])
def test_the_exact_tests_keep_their_level(n, m, test, alternative) -> None:
    """At every rate that both groups share, by enumeration."""
    p = np.array(
        [
            [test(x, n, y, m, alternative=alternative).p_value for y in range(m + 1)]
            for x in range(n + 1)
        ]
    )
    rate = np.linspace(0, 1, 201)[:, None]
    first, second = binom.pmf(np.arange(n + 1), n, rate), binom.pmf(np.arange(m + 1), m, rate)
    for alpha in (0.025, 0.05, 0.1, 0.2):
        size = np.sum((first @ (p <= alpha)) * second, axis=1).max()
        assert size <= alpha + 1e-9
