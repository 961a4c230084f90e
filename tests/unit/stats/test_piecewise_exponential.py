"""Piecewise exponential curves: by hand, against the other curves, in a test, and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from trialwright.stats.bulk.one_sample import one_sample_log_rank_many
from trialwright.stats.bulk.survival import ManyTimes
from trialwright.stats.historical import Digitised, Exponential
from trialwright.stats.one_sample_log_rank import one_sample_log_rank_test
from trialwright.stats.piecewise_exponential import PiecewiseExponential


def test_the_hazards_add_up() -> None:
    curve = PiecewiseExponential.of([2, 5], [0.1, 0.3, 0.05])
    hazards = {0: 0.0, 1: 0.1, 2: 0.2, 4: 0.8, 5: 1.1, 25: 2.1}
    for time, hazard in hazards.items():
        assert curve.cumulative_hazard(time) == pytest.approx(hazard, rel=1e-14)
        assert curve.survival(time) == pytest.approx(math.exp(-hazard), rel=1e-14)
    assert curve.end == math.inf


def test_the_median_lies_in_the_piece_that_crosses_one_half() -> None:
    log_2 = math.log(2)
    assert PiecewiseExponential.of([2], [log_2, 0.1]).median == pytest.approx(1.0)
    assert PiecewiseExponential.of([2], [0.1, 0.2]).median == pytest.approx(2 + (log_2 - 0.2) / 0.2)
    assert PiecewiseExponential.of([1, 4], [0.1, 0.0, 1.0]).median == pytest.approx(4 + log_2 - 0.1)
    # reached at a cut, after which nothing happens for a while: where it is first reached
    assert PiecewiseExponential.of([1, 4], [log_2, 0.0, 1.0]).median == pytest.approx(1.0)


def test_a_median_that_is_not_reached_is_missing() -> None:
    curve = PiecewiseExponential.of([6], [0.05, 0.0])
    assert math.isnan(curve.median)
    assert curve.survival(1e9) == pytest.approx(math.exp(-0.3))
    assert str(curve) == "piecewise exponential, 2 hazards, median not reached"
    assert math.isnan(PiecewiseExponential.of([6], [0.0, 0.0]).median)


def test_equal_hazards_are_an_exponential_curve() -> None:
    plain, pieces = Exponential(0.07), PiecewiseExponential.of([1, 3, 8], [0.07] * 4)
    assert pieces.median == pytest.approx(plain.median, rel=1e-14)
    for time in (0.0, 0.5, 3.0, 7.9, 100.0):
        assert pieces.cumulative_hazard(time) == pytest.approx(0.07 * time, rel=1e-14)


def test_a_digitised_curve_is_one_by_its_points() -> None:
    drawn = Digitised.of([2, 5], [math.exp(-0.2), math.exp(-1.1)], extrapolate="last hazard")
    pieces = PiecewiseExponential.of([2, 5], [0.1, 0.3, 0.3])
    assert pieces.median == pytest.approx(drawn.median, rel=1e-14)
    for time in (1.0, 2.0, 3.3, 5.0, 40.0):
        assert pieces.survival(time) == pytest.approx(drawn.survival(time), rel=1e-14)


@pytest.mark.parametrize("compiled", [False, True])
def test_an_arm_is_tested_against_it_alone_and_among_many(compiled) -> None:
    time, event = np.array([1.0, 2.0, 4.0, 25.0]), np.array([True, False, True, True])
    curve = PiecewiseExponential.of([2, 5], [0.1, 0.3, 0.05])
    alone = one_sample_log_rank_test(time, event, curve, alternative="less")
    assert alone.expected == pytest.approx(0.1 + 0.2 + 0.8 + 2.1, rel=1e-14)
    assert alone.history == str(curve)
    many = ManyTimes.of([time, time], [event, event])
    found = one_sample_log_rank_many(many, curve, alternative="less", compiled=compiled)
    assert found.expected.tolist() == [alone.expected] * 2
    assert found.p_value.tolist() == [alone.p_value] * 2


@pytest.mark.parametrize(
    ("cuts", "rates", "message"),
    [
        ([], [0.1], r"rates \(1,\) must be one more than cuts \(0,\), at least one cut"),
        ([2], [0.1], r"rates \(1,\) must be one more than cuts \(1,\)"),
        ([2, 5], [0.1, 0.2, 0.3, 0.4], "must be one more"),
        ([0, 5], [0.1, 0.2, 0.3], r"cuts\[0\] is 0.0; every one must be a finite number above 0"),
        ([5, 5], [0.1, 0.2, 0.3], r"cuts\[1\] is 5.0; every one must be later than"),
        ([2, math.nan], [0.1, 0.2, 0.3], r"cuts\[1\] is nan"),
        ([2, math.inf], [0.1, 0.2, 0.3], r"cuts\[1\] is inf"),
        ([2, 5], [0.1, -0.2, 0.3], r"rates\[1\] is -0.2; every one must be a finite number >= 0"),
        ([2, 5], [0.1, 0.2, math.inf], r"rates\[2\] is inf"),
    ],
)
def test_pieces_that_make_no_curve_are_refused(cuts, rates, message) -> None:
    with pytest.raises(ValueError, match=message):
        PiecewiseExponential.of(cuts, rates)
    with pytest.raises(ValueError, match=message):
        PiecewiseExponential(tuple(cuts), tuple(rates))


def test_lists_are_kept_as_tuples_so_that_a_curve_is_a_frozen_value() -> None:
    given = [6]
    curve = PiecewiseExponential(given, [0.05, 0.10])
    given.append(9)
    assert curve == PiecewiseExponential.of([6], [0.05, 0.10])
    assert hash(curve) == hash(PiecewiseExponential((6.0,), (0.05, 0.10)))
