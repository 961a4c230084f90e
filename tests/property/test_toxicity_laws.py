"""Laws of toxicity monitoring: nested boundaries, kept limits, nothing better left out."""

from __future__ import annotations

from math import erfc, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from possible_design import possible

from trialwright.design.boundaries import Boundaries
from trialwright.design.toxicity.looks import looks_every, stop_chance
from trialwright.design.toxicity.posterior import PosteriorToxicityRule, find_toxicity_cut
from trialwright.design.toxicity.repeated_significance import (
    RepeatedSignificance,
    find_repeated_significance,
)
from trialwright.stats.beta_binomial import BetaRate
from trialwright.stats.binomial import binomial

NORMAL = NormalDist()
RATES = st.floats(0.05, 0.9)
ALPHAS = st.floats(0.01, 0.4)
SHAPES = st.sampled_from([0.0, 0.1, 0.25, 0.5])
PRIORS = st.builds(BetaRate, st.floats(0.1, 5), st.floats(0.1, 5))


@st.composite
def looks(draw: st.DrawFn, most: int = 30) -> tuple[int, ...]:
    return tuple(sorted(draw(st.sets(st.integers(1, most), min_size=1, max_size=8))))


@st.composite
def rate_pairs(draw: st.DrawFn) -> tuple[float, float]:
    low = draw(st.floats(0.02, 0.6))
    return low, draw(st.floats(low + 0.05, 0.95))


def counts(plan: Boundaries) -> list[float]:
    return [np.inf if bound is None else bound for bound in plan.stop_at_least]


def upper_tail(n: int, rate: float) -> np.ndarray:
    """Return P(X >= 0), P(X >= 1), ... from the probabilities, summed from the small end."""
    return np.cumsum(binomial(n, rate)[::-1])[::-1]


def by_level(level: float, plan: tuple[int, ...], rate: float, shape: float) -> list[float]:
    """Return the counts of a nominal level by the definition, look by look."""
    found = []
    for look in plan:
        z = NORMAL.inv_cdf(level) / (look / plan[-1]) ** shape
        at_look = erfc(-z / sqrt(2)) / 2  # NORMAL.cdf keeps no digit below 1e-16
        small = np.flatnonzero(upper_tail(look, rate)[1:] <= at_look * (1 + 1e-9))
        found.append(float(small[0] + 1) if small.size else np.inf)
    return found


def repeated(
    pair: tuple[float, float], plan: tuple[int, ...], alpha: float, shape: float
) -> RepeatedSignificance:
    """Return the tests; drop them where not even the mildest boundary keeps so small an alpha."""
    search = find_repeated_significance
    return possible(search, *pair, looks=plan, alpha=alpha, power=0.8, shape=shape)


@given(st.integers(1, 40), st.data())
def test_looks_are_step_apart_and_end_with_the_total(total: int, data: st.DataObject) -> None:
    step = data.draw(st.integers(1, total))
    found = looks_every(step, total)
    gaps = np.diff([0, *found])
    assert found[-1] == total
    assert np.all(gaps[:-1] == step)
    assert 1 <= gaps[-1] <= step


@given(RATES, st.floats(0.3, 0.99), looks(), PRIORS)
def test_a_bound_is_the_first_count_whose_posterior_exceeds_the_cut(
    limit: float, cut: float, plan: tuple[int, ...], prior: BetaRate
) -> None:
    rule = possible(PosteriorToxicityRule, limit, cut, plan, prior)
    for look, _, bound in rule.boundaries.steps():
        posterior = [rule.probability_too_toxic(x, look) for x in range(look + 1)]
        expected = [x for x, value in enumerate(posterior) if value > cut + 1e-12]
        assert bound == (expected[0] if expected else None)
        if bound is None:
            assert posterior[-1] <= cut + 1e-11


@given(RATES, st.floats(0.5, 0.98), st.floats(0.5, 0.98), looks(), RATES)
def test_a_lower_cut_stops_wherever_a_higher_one_does(
    limit: float, one: float, other: float, plan: tuple[int, ...], rate: float
) -> None:
    low, high = (
        possible(PosteriorToxicityRule, limit, cut, plan).boundaries for cut in sorted((one, other))
    )
    assert all(a <= b for a, b in zip(counts(low), counts(high), strict=True))
    assert stop_chance(low, rate) >= stop_chance(high, rate) - 1e-12


@given(RATES, st.floats(0.5, 0.98), looks(), st.lists(RATES, min_size=2, max_size=6))
def test_higher_rates_stop_more_and_sooner(
    limit: float, cut: float, plan: tuple[int, ...], rates: list[float]
) -> None:
    rule = possible(PosteriorToxicityRule, limit, cut, plan)
    found = rule.boundaries.characteristics(sorted(rates))
    assert np.all(np.diff(found.probability_high) >= -1e-12)
    assert np.all(np.diff(found.expected_patients) <= 1e-10)


@settings(max_examples=60)
@given(RATES, looks(20), rate_pairs(), ALPHAS, PRIORS)
def test_the_best_cut_keeps_the_limit_and_the_next_lower_one_does_not(
    limit: float, plan: tuple[int, ...], pair: tuple[float, float], alpha: float, prior: BetaRate
) -> None:
    low, high = pair
    rates = {"acceptable_rate": low, "excessive_rate": high}
    found = possible(find_toxicity_cut, limit, plan, **rates, alpha=alpha, prior=prior)
    frame = found.to_frame()
    stops, protects = (frame[f"stop_{at}"].to_numpy() for at in ("acceptable", "excessive"))
    chosen = int(frame["chosen"].arg_true()[0])
    assert found.stop_acceptable == stop_chance(found.boundaries, low) <= alpha
    assert found.stop_excessive == pytest.approx(protects[stops <= alpha].max(), abs=1e-12)
    assert np.all(stops[:chosen] > alpha - 1e-12)
    assert np.all(stops[chosen:] <= alpha + 1e-12)
    assert found.cut_from <= found.rule.cut < found.cut_below
    assert list(found.boundaries.stop_at_least) == frame["stop_at_least"].to_list()[chosen]


@settings(max_examples=60)
@given(rate_pairs(), looks(), ALPHAS, SHAPES)
def test_repeated_tests_keep_both_limits_and_their_neighbours_do_not(
    pair: tuple[float, float], plan: tuple[int, ...], alpha: float, shape: float
) -> None:
    found = repeated(pair, plan, alpha, shape)
    assert found.keeps_alpha.stop_acceptable <= alpha
    assert found.misses_power.stop_excessive < 0.8
    if found.exceeds_alpha is not None:
        assert found.exceeds_alpha.stop_acceptable > alpha
        assert found.exceeds_alpha.level_from == found.keeps_alpha.level_below
    if found.keeps_power is not None:
        assert found.keeps_power.stop_excessive >= 0.8
        assert found.keeps_power.level_from == found.misses_power.level_below
    assert found.keeps_both == (found.keeps_alpha.stop_excessive >= 0.8)


@settings(max_examples=60)
@given(rate_pairs(), looks(), ALPHAS, SHAPES)
@example((0.021484375, 0.375), (1, 2, 3, 4, 11, 26), 0.25, 0.5)  # 11 of 11 is a chance of 5e-19
def test_repeated_tests_are_what_their_level_makes_by_definition(
    pair: tuple[float, float], plan: tuple[int, ...], alpha: float, shape: float
) -> None:
    found = repeated(pair, plan, alpha, shape)
    for one in (found.keeps_alpha, found.exceeds_alpha, found.keeps_power, found.misses_power):
        if one is None or not 1e-12 < one.level_from < one.level_below < 1 - 1e-9:
            continue
        if one.level_below / one.level_from < 1 + 1e-7:  # no room for a level between
            continue
        inside = float(np.sqrt(one.level_from * one.level_below))
        assert by_level(inside, plan, pair[0], shape) == counts(one.boundaries)


@settings(max_examples=30)
@given(rate_pairs(), looks(15), ALPHAS, SHAPES)
def test_no_level_of_a_fine_grid_protects_better(
    pair: tuple[float, float], plan: tuple[int, ...], alpha: float, shape: float
) -> None:
    low, high = pair
    found = repeated(pair, plan, alpha, shape)
    for level in np.geomspace(1e-6, 0.99, 60):
        bounds = by_level(float(level), plan, low, shape)
        stops = tuple(None if bound == np.inf else int(bound) for bound in bounds)
        other = Boundaries(plan, (None,) * len(plan), stops)
        if stop_chance(other, low) <= alpha:
            assert stop_chance(other, high) <= found.keeps_alpha.stop_excessive + 1e-12
        else:
            assert level >= found.keeps_alpha.level_below * (1 - 1e-9)


@pytest.mark.parametrize("total", [1000])
def test_the_largest_trial_is_still_searched(total: int) -> None:
    looked = looks_every(100, total)
    found = find_repeated_significance(0.2, 0.25, looks=looked)
    best = find_toxicity_cut(0.2, looked, acceptable_rate=0.2, excessive_rate=0.25)
    assert found.keeps_alpha.stop_acceptable <= 0.10
    assert best.stop_acceptable <= 0.10
