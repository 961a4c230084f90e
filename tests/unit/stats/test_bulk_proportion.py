"""Many intervals at once: the same bits as one at a time, and refusals that name the entry."""

from __future__ import annotations

import numpy as np
import pytest

from trialwright.stats.bulk.proportion import intervals_many
from trialwright.stats.proportion import INTERVALS
from trialwright.stats.proportion_limits import METHODS

BY_METHOD = {interval(0, 1).method: interval for interval in INTERVALS.values()}


def test_every_method_has_a_name_in_the_study_file() -> None:
    assert set(BY_METHOD) == set(METHODS)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("repeats", [1, 400])
def test_each_is_what_it_would_be_alone(method, repeats) -> None:
    k, n = (np.array([0, 1, 5, 12, 12, 7]), np.array([1, 1, 29, 12, 60, 7]))
    found = intervals_many(np.tile(k, repeats), np.tile(n, repeats), method=method, level=0.9)
    alone = [BY_METHOD[method](a, b, level=0.9) for a, b in zip(k, n, strict=True)]
    assert found.low.tolist() == [one.low for one in alone] * repeats
    assert found.high.tolist() == [one.high for one in alone] * repeats
    assert found.value.tolist() == [one.value for one in alone] * repeats


def test_one_size_serves_all_trials() -> None:
    found = intervals_many([0, 5], 29)
    assert found.n.tolist() == [29, 29]
    assert found.to_frame()["method"].to_list() == ["Clopper-Pearson"] * 2
    assert intervals_many([], 29).low.size == 0


@pytest.mark.parametrize(
    ("successes", "n", "message"),
    [
        ([1, 30], 29, r"successes\[1\] is 30"),
        ([1, -1], 29, r"successes\[1\] is -1"),
        ([1, 1], [29, 0], r"n\[1\] is 0"),
        ([1.0, 1.5], 29, r"successes\[1\] is 1.5"),
        ([1.0, float("nan")], 29, r"successes\[1\] is nan"),
        ([True, False], 29, "must be whole numbers"),
        ([[1, 2]], 29, "of one dimension"),
    ],
)
def test_what_cannot_be_estimated_is_named(successes, n, message) -> None:
    with pytest.raises(ValueError, match=message):
        intervals_many(successes, n)


def test_wrong_options_are_named() -> None:
    with pytest.raises(ValueError, match="method must be one of"):
        intervals_many([1], 29, method="Wald")
    with pytest.raises(ValueError, match="level must lie"):
        intervals_many([1], 29, level=95)
