"""Laws of the beta posterior and of predictive probabilities, for any prior and any counts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.stats.beta_binomial import BetaRate
from trialwright.stats.predictive_probability import predictive_probability

SHAPES = st.floats(0.05, 40)
RATES = st.builds(BetaRate, SHAPES, SHAPES)
PEAKED = st.builds(BetaRate, st.floats(1.05, 40), st.floats(1.05, 40))
LEVELS = st.floats(0.5, 0.995)


def above_of(rate: BetaRate, limit: float) -> float:
    return float(limit <= 0) if not 0 < limit < 1 else rate.probability_above(float(limit))


@st.composite
def running_trials(draw) -> tuple[int, int, int]:
    n_final = draw(st.integers(1, 60))
    n = draw(st.integers(0, n_final))
    return draw(st.integers(0, n)), n, n_final


@given(RATES, LEVELS)
def test_an_equal_tailed_interval_leaves_out_as_much_on_either_side(rate, level) -> None:
    """Each tail lies between those of the numbers next to the limit: near 1 they are coarse."""
    found = rate.credible_interval(level=level)
    for limit, above in ((found.low, (1 + level) / 2), (found.high, (1 - level) / 2)):
        most, least = (above_of(rate, np.nextafter(limit, end)) for end in (0, 1))
        assert least - 1e-11 <= above <= most + 1e-11


@given(PEAKED, LEVELS)
def test_the_highest_density_interval_holds_its_level_and_is_no_wider(rate, level) -> None:
    tails, dense = (
        rate.credible_interval(level=level, method=method)
        for method in ("equal-tailed", "highest density")
    )
    inside = above_of(rate, dense.low) - above_of(rate, dense.high)
    assert inside == pytest.approx(level, abs=1e-9)
    assert dense.high - dense.low <= tails.high - tails.low + 1e-12


@given(RATES, LEVELS, st.sampled_from(["equal-tailed", "highest density"]))
def test_intervals_mirror_with_the_outcome(rate, level, method) -> None:
    if method == "highest density" and max(rate.a, rate.b) < 1:
        return
    found = rate.credible_interval(level=level, method=method)
    mirrored = BetaRate(rate.b, rate.a).credible_interval(level=level, method=method)
    assert (found.low, found.high) == pytest.approx((1 - mirrored.high, 1 - mirrored.low), abs=1e-9)


@given(RATES, st.integers(0, 200))
def test_responders_to_come_sum_to_one_and_have_the_mean_of_the_rate(rate, patients) -> None:
    to_come = rate.responders_to_come(patients)
    assert to_come.sum() == pytest.approx(1, abs=1e-12)
    mean = sum(i * p for i, p in enumerate(to_come))
    assert mean == pytest.approx(patients * rate.mean, rel=1e-10, abs=1e-12)


@given(running_trials(), RATES, st.floats(0.02, 0.98), st.floats(0.5, 0.99))
def test_the_next_patient_does_not_move_it_on_average(trial, prior, null_rate, threshold) -> None:
    """Martingale: the value is the mean of what it will be after one more patient."""
    k, n, n_final = trial
    if n == n_final:
        return

    def value(successes: int, patients: int) -> float:
        return predictive_probability(
            successes, patients, n_final, null_rate=null_rate, threshold=threshold, prior=prior
        ).value

    responds = prior.update(k, n).mean
    later = responds * value(k + 1, n + 1) + (1 - responds) * value(k, n + 1)
    assert value(k, n) == pytest.approx(later, abs=1e-10)


@given(running_trials(), RATES, st.floats(0.02, 0.98), st.floats(0.5, 0.99))
def test_it_is_a_probability_that_rises_with_each_responder(
    trial, prior, null_rate, threshold
) -> None:
    _, n, n_final = trial
    found = [
        predictive_probability(
            k, n, n_final, null_rate=null_rate, threshold=threshold, prior=prior
        ).value
        for k in range(n + 1)
    ]
    assert all(0 <= value <= 1 for value in found)
    assert all(less <= more + 1e-12 for less, more in pairwise(found))
