"""Laws of one-sample log-rank designs, whatever the trial."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from possible_design import possible

from trialwright.design.log_rank import (
    LogRankTrial,
    LogRankTwoStage,
    find_log_rank,
    find_log_rank_two_stage,
)
from trialwright.design.log_rank.bivariate_normal import both_above
from trialwright.design.log_rank.exposure import Exposure
from trialwright.stats.historical import Weibull

shapes = st.floats(0.4, 3.0)
ratios = st.floats(0.3, 0.75)
bounds = st.floats(-4, 4)


@st.composite
def trials(draw):
    history = Weibull.from_median(draw(shapes), draw(st.floats(2, 20)))
    return LogRankTrial(
        history,
        draw(ratios),
        draw(st.floats(1, 12)),
        rate=draw(st.floats(1, 10)),
        restricted=draw(st.booleans()),
    )


@given(bounds, bounds, st.floats(-0.999, 0.999))
def test_four_quadrants_sum_to_one(first, second, correlation) -> None:
    quadrants = [
        both_above(a * first, b * second, a * b * correlation) for a in (1, -1) for b in (1, -1)
    ]
    assert sum(quadrants) == pytest.approx(1, abs=1e-12)
    assert min(quadrants) > -1e-12


@given(trials(), st.floats(0.2, 2.0))
def test_more_time_means_more_events(trial, ratio) -> None:
    times = np.linspace(0.1, 40, 30)
    found = trial.exposure(ratio).contribution(times, np.full(30, 10.0))
    assert np.all(np.diff(found.events) > -1e-12)
    assert np.all((found.events >= 0) & (found.events <= 1 + 1e-12))
    assert found.expected * ratio == pytest.approx(found.events)
    assert np.all(found.variance > 0)


@given(trials())
def test_under_the_null_hypothesis_the_variance_is_the_events(trial) -> None:
    found = trial.exposure(1.0).contribution(np.array([3.0, 9.0]), np.array([6.0, 6.0]))
    assert found.difference == pytest.approx([0, 0], abs=1e-12)
    assert found.variance == pytest.approx(found.events, rel=1e-9)


@given(shapes, st.floats(0.2, 3.0), st.floats(0.1, 10))
def test_the_unit_of_time_does_not_matter(shape, ratio, scale) -> None:
    one = Exposure(Weibull(shape, 5.0).hazard, ratio, math.inf)
    other = Exposure(Weibull(shape, 5.0 * scale).hazard, ratio, math.inf)
    times, accrual = np.array([4.0, 12.0]), np.array([8.0, 8.0])
    for left, right in zip(
        one.contribution(times, accrual),
        other.contribution(times * scale, accrual * scale),
        strict=True,
    ):
        assert left == pytest.approx(right, rel=1e-9, abs=1e-12)


@settings(max_examples=25)
@given(trials())
def test_a_one_stage_design_is_the_smallest(trial) -> None:
    design = possible(find_log_rank, trial)
    power = design.characteristics(trial.hazard_ratio).probability_declare_active
    assert power >= 0.80 - 1e-12
    assert design.characteristics(1.0).probability_declare_active == pytest.approx(0.05)
    harder = find_log_rank(trial, power=0.85) if design.patients < 700 else design
    assert harder.patients >= design.patients


@settings(max_examples=12, deadline=None)
@given(trials())
def test_a_two_stage_search_keeps_both_errors(trial) -> None:
    found = possible(find_log_rank_two_stage, trial, most_patients=400)
    for design, expected in zip(found.frontier, found.expected_patients, strict=True):
        null, wanted = (design.characteristics(h) for h in (1.0, trial.hazard_ratio))
        assert null.probability_declare_active == pytest.approx(0.05, abs=1e-8)
        assert wanted.probability_declare_active >= 0.80 - 1e-8
        assert null.expected_patients == pytest.approx(expected)
        assert design.interim_time < design.accrual
        assert design.expected_events(1.0)[0] >= 2 - 1e-9
    assert found.optimal.patients >= found.minimax.patients
    assert found.minimax.patients >= found.one_stage.patients - 3
    assert min(found.expected_patients) < found.one_stage.patients


@given(st.floats(0.2, 1.5), st.floats(0.2, 1.5), bounds)
def test_a_worse_treatment_stops_more_often_and_succeeds_less(one, other, bound) -> None:
    trial = LogRankTrial(Weibull(1.2, 8.0), 0.5, 4, rate=3)
    design = LogRankTwoStage(trial, "Wu", 5.0, min(bound, 1.0), 30, 1.5)
    better, worse = (design.characteristics(h) for h in sorted((one, other)))
    assert better.probability_declare_active >= worse.probability_declare_active - 1e-12
    if design.interim_bound > -1:  # far below, a larger spread can outrun the shift
        assert better.probability_early_stop <= worse.probability_early_stop + 1e-12
