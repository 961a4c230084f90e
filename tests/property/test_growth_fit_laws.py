"""Laws of the growth models and of the likelihood: units, order, derivatives, limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.simulate.growth_fit import GROWTH_MODELS, LesionSeries, fit_growth, growth_model
from trialwright.simulate.growth_fit.likelihood import Likelihood
from trialwright.simulate.growth_fit.mixed_effects import _group, _sort_out
from trialwright.simulate.growth_fit.population import Levels, Population
from trialwright.simulate.tumour import MODELS, GrowthLaw, diameter_at

models = st.sampled_from(GROWTH_MODELS)
rates = st.floats(-8, 0)  # logarithms
weeks = st.floats(-8, 150)


@given(models, st.lists(rates, min_size=4, max_size=4), weeks, st.floats(1, 200))
def test_slopes_are_derivatives(name, points, week, baseline):
    model = growth_model(name)
    p = [float(np.log(baseline)), *points][: len(model.parameters)]
    _, slopes = model.log_size([np.array(x) for x in p], np.array(week))
    for place, slope in enumerate(slopes()):
        ends = []
        for by in (1e-5, -1e-5):
            moved = [np.array(x + by * (k == place)) for k, x in enumerate(p)]
            ends.append(float(model.log_size(moved, np.array(week))[0]))
        assert float(slope) == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-4, abs=1e-6)


@given(models, st.lists(rates, min_size=3, max_size=3), weeks, st.floats(1, 200))
def test_every_curve_is_the_one_that_the_simulator_grows(name, points, week, baseline):
    first, second, third = points
    p = [float(np.log(baseline)), first, second, third]
    p = p[: len(growth_model(name).parameters)]
    log_size, _ = growth_model(name).log_size([np.array(x) for x in p], np.array(week))
    growth, shrinkage = (second, first) if name == "wang" else (first, second)
    share, fading = 1 / (1 + np.exp(-third)), np.exp(third)
    law = GrowthLaw(MODELS.index(name), float(share), float(fading))
    true = diameter_at(
        7 * week, baseline, float(np.exp(growth)), float(np.exp(shrinkage)), 0.0, law
    )
    assert float(log_size) == pytest.approx(np.log(true), rel=1e-7, abs=1e-7)


@given(models, st.lists(rates, min_size=4, max_size=4), st.floats(1, 200))
def test_every_model_starts_at_its_baseline(name, points, baseline):
    model = growth_model(name)
    p = [float(np.log(baseline)), *points][: len(model.parameters)]
    log_size, _ = model.log_size([np.array(x) for x in p], np.array(0.0))
    assert float(np.exp(log_size)) == pytest.approx(baseline, rel=1e-12)


def columns(seed, patients=14):
    rng = np.random.default_rng(seed)
    who = [f"p{i}" for i in range(patients) for _ in range(5)]
    week = np.tile([-1.0, 6, 12, 20, 30], patients)
    middle = np.repeat(rng.normal(np.log(40), 0.4, patients), 5)
    rate = np.repeat(rng.normal(0, 0.015, patients), 5)
    return who, week, np.exp(middle + rate * week + rng.normal(0, 0.1, week.size))


def value_of(series, *, shift=0.0, smallest=5.0):
    lesions, _ = _sort_out(series, 1)
    groups, _ = _group(lesions, smallest)
    one = Likelihood(growth_model("stein_fojo"), groups, Levels(3, 0, True, False), 5)
    at = Population.start(growth_model("stein_fojo"), one.levels, 40.0)
    vector = at.vector.copy()
    vector[0] += shift
    at = replace(at, vector=vector)
    one.place_nodes(at)
    return float(one.evaluate(at).log_likelihood.sum())


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(seed, random):
    who, week, size = columns(seed)
    order = list(range(len(who)))
    random.shuffle(order)
    shuffled = LesionSeries.create([who[i] for i in order], week[order], size[order])
    assert value_of(shuffled) == pytest.approx(value_of(LesionSeries.create(who, week, size)))


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.floats(0.1, 10))
def test_another_unit_of_length_shifts_the_baseline_alone(seed, factor):
    who, week, size = columns(seed)
    kind = ["too_small" if one < 30 else "measured" for one in size]
    here = LesionSeries.create(who, week, size, kind=kind)
    there = LesionSeries.create(who, week, factor * size, kind=kind)
    moved = value_of(there, shift=float(np.log(factor)), smallest=30 * factor)
    assert moved == pytest.approx(value_of(here, smallest=30), abs=1e-5)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_a_size_below_no_limit_says_nothing(seed):
    who, week, size = columns(seed)
    more = LesionSeries.create(
        [*who, "p0"], [*week, 25.0], [*size, np.nan], kind=["measured"] * len(who) + ["too_small"]
    )
    plain = value_of(LesionSeries.create(who, week, size))
    assert value_of(more, smallest=1e9) == pytest.approx(plain, abs=1e-6)
    assert value_of(more, smallest=1.0) < plain


@settings(max_examples=3)
@given(st.integers(0, 10**6))
def test_the_fit_is_a_stationary_point_and_counts_every_row(seed):
    who, week, size = columns(seed, patients=30)
    fit = fit_growth(LesionSeries.create(who, week, size), covariance="diagonal", nodes=3)
    counts = fit.counts
    used = counts.measured + counts.too_small + counts.absent
    assert counts.rows == used + counts.missing + counts.repeated + counts.in_short_series
    assert set(fit.own) == {(one, "T1") for one in who}
    assert all(one.value > 0 for one in fit.estimates() if "correlation" not in one.name)
