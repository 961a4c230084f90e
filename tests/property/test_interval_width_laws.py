"""Laws of the width of an interval, for every method."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.design.single_stage.interval_width import size_for_interval
from trialwright.stats import INTERVALS
from trialwright.stats.proportion_limits import METHODS, lower_limits

NAMES = st.sampled_from(list(INTERVALS))
RATES = st.floats(0.02, 0.98)
LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@given(NAMES, RATES, LEVELS, st.floats(0.2, 0.8))
@settings(max_examples=40, deadline=None)
def test_response_and_its_absence_need_the_same_size(name, rate, level, width) -> None:
    one = size_for_interval(rate, width=width, level=level, method=name)
    other = size_for_interval(1 - rate, width=width, level=level, method=name)
    assert (one.first, one.stable) == (other.first, other.stable)


@given(NAMES, RATES, LEVELS, st.booleans())
@settings(max_examples=40, deadline=None)
def test_no_count_is_wider_than_the_widest(name, rate, level, average) -> None:
    ask = {"width": 0.4, "level": level, "method": name}
    at_rate = size_for_interval(rate, average=average, **ask)
    widest = size_for_interval(**ask)
    assert at_rate.first <= widest.first
    k = min(at_rate.looked_to, widest.looked_to)
    assert np.all(at_rate.widths[:k] <= widest.widths[:k] + 1e-9)


@given(NAMES, RATES, LEVELS)
@settings(max_examples=25, deadline=None)
def test_the_width_is_that_of_the_interval_shown(name, rate, level) -> None:
    found = size_for_interval(rate, width=0.35, level=level, method=name)
    for n in (1, 2, found.first, found.stable, found.looked_to):
        one = found.interval_at(n)
        assert one.high - one.low == pytest.approx(found.width_at(n), abs=1e-12)
        assert abs(one.successes - n * rate) <= 0.5 + 1e-9


@given(NAMES, RATES, st.integers(1, 40))
@settings(max_examples=25, deadline=None)
def test_the_average_is_the_sum_over_every_count(name, rate, n) -> None:
    found = size_for_interval(rate, width=0.3, method=name, average=True)
    from scipy.stats import binom

    every = [INTERVALS[name](k, n) for k in range(n + 1)]
    widths = np.array([one.high - one.low for one in every])
    mean = binom.pmf(np.arange(n + 1), n, rate) @ widths
    assert found.width_at(n) == pytest.approx(mean, rel=1e-10)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.999])
def test_half_of_the_patients_have_the_widest_interval(method, level) -> None:
    most = 50 if method == "mid-P" else 150
    sizes = np.arange(1, most + 1)
    counts = np.concatenate([np.arange(n + 1) for n in sizes])
    lower = lower_limits(counts, np.repeat(sizes, sizes + 1), level, method)
    for n, end in zip(sizes, np.cumsum(sizes + 1), strict=True):
        below = lower[end - n - 1 : end]
        widths = 1 - below - below[::-1]
        assert widths.max() <= widths[n // 2] + 1e-9
