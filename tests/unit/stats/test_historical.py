"""Historical curves: the three ways to state one, what they answer, and what they refuse."""

from __future__ import annotations

import math

import pytest

from trialwright.stats.historical import Digitised, Exponential, HistoricalCurve, Weibull

FIGURE = ([3.0, 6.0, 12.0], [0.8, 0.5, 0.2])


@pytest.mark.parametrize(
    "curve",
    [
        Exponential.from_median(5.0),
        Exponential(math.log(2) / 5),
        Exponential.from_survival(0.25, at=10.0),
        Weibull.from_median(1.0, 5.0),
        Weibull.from_survival(1.0, 0.5, at=5.0),
        Weibull(1.0, 5 / math.log(2)),
        Digitised.of([5.0], [0.5], extrapolate="last hazard"),
    ],
)
def test_one_curve_has_many_names(curve) -> None:
    assert curve.median == pytest.approx(5.0, rel=1e-14)
    for time, survival in ((0.0, 1.0), (5.0, 0.5), (10.0, 0.25), (2.5, math.sqrt(0.5))):
        assert curve.survival(time) == pytest.approx(survival, rel=1e-14)
        assert curve.cumulative_hazard(time) == pytest.approx(-math.log(survival), abs=1e-14)


# R 4.2.2: pweibull(c(1, 5, 20), shape, scale, lower.tail = FALSE, log.p = TRUE), sign turned.
@pytest.mark.parametrize(
    ("shape", "scale", "hazards"),
    [
        (0.5, 7.0, (0.377964473009227, 0.845154254728517, 1.690308509457033)),
        (1.3, 7.0, (0.0796842607576066, 0.6457041142470066, 3.9148176921124427)),
        (2.0, 7.0, (0.0204081632653061, 0.5102040816326531, 8.1632653061224492)),
    ],
)
def test_weibull_is_the_one_of_r(shape, scale, hazards) -> None:
    curve = Weibull(shape, scale)
    found = [curve.cumulative_hazard(t) for t in (1, 5, 20)]
    assert found == pytest.approx(hazards, rel=1e-14)
    assert curve.survival(curve.median) == pytest.approx(0.5, rel=1e-14)


def test_a_digitised_curve_is_met_at_its_points() -> None:
    curve = Digitised.of(*FIGURE)
    assert [curve.survival(t) for t in (0.0, *FIGURE[0])] == pytest.approx([1.0, *FIGURE[1]])
    assert curve.median == 6.0


def test_between_points_log_survival_is_a_straight_line() -> None:
    curve = Digitised.of(*FIGURE)
    assert curve.survival(1.5) == pytest.approx(math.sqrt(0.8), rel=1e-14)
    assert curve.survival(9.0) == pytest.approx(math.sqrt(0.5 * 0.2), rel=1e-14)
    assert curve.survival(8.0) == pytest.approx(0.5 ** (2 / 3) * 0.2 ** (1 / 3), rel=1e-14)


def test_the_last_hazard_goes_on_only_when_stated() -> None:
    curve = Digitised.of(*FIGURE, extrapolate="last hazard")
    assert curve.survival(18.0) == pytest.approx(0.2 * 0.4, rel=1e-14)
    assert curve.end == math.inf
    silent = Digitised.of(*FIGURE)
    assert silent.end == 12.0
    with pytest.raises(ValueError, match=r"time is 12.1; the historical curve ends at 12: cut"):
        silent.survival(12.1)


def test_a_median_between_and_beyond_the_points() -> None:
    between = Digitised.of([4.0, 8.0], [0.8, 0.4])
    assert between.survival(between.median) == pytest.approx(0.5, rel=1e-14)
    assert 4 < between.median < 8
    assert math.isnan(Digitised.of([4.0, 8.0], [0.8, 0.7]).median)
    beyond = Digitised.of([4.0, 8.0], [0.9, 0.7], extrapolate="last hazard")
    assert beyond.survival(beyond.median) == pytest.approx(0.5, rel=1e-14)
    assert math.isnan(Digitised.of([4, 8], [0.7, 0.7], extrapolate="last hazard").median)


def test_a_flat_at_one_half_has_its_median_where_it_begins() -> None:
    assert Digitised.of([2.0, 4.0, 6.0], [0.5, 0.5, 0.3]).median == 2.0


def test_the_origin_may_be_given() -> None:
    assert Digitised.of([0, *FIGURE[0]], [1, *FIGURE[1]]) == Digitised.of(*FIGURE)


def test_a_hazard_too_large_for_a_float_is_infinite() -> None:
    steep = Weibull(50.0, 1e-6)
    assert steep.cumulative_hazard(1e6) == math.inf
    assert steep.survival(1e6) == 0.0
    assert steep.survival(0.0) == 1.0


def test_curves_name_themselves() -> None:
    assert str(Exponential.from_median(5.4)) == "exponential, median 5.4"
    assert str(Weibull.from_median(1.3, 5)) == "Weibull, shape 1.3, median 5"
    assert str(Digitised.of([4], [0.5])) == "digitised, 1 point to 4, not beyond"
    more = Digitised.of(*FIGURE, extrapolate="last hazard")
    assert str(more) == "digitised, 3 points to 12, then the last hazard"


def test_a_curve_goes_into_a_table() -> None:
    frame = Digitised.of(*FIGURE).to_frame([0, 6, 12])
    assert frame.columns == ["time", "survival", "cumulative_hazard", "curve"]
    assert frame["survival"].to_list() == pytest.approx([1.0, 0.5, 0.2])
    assert frame["curve"].n_unique() == 1


@pytest.mark.parametrize("time", [-1.0, math.nan, math.inf])
def test_a_time_that_is_none_is_refused(time) -> None:
    with pytest.raises(ValueError, match="time must be a finite number >= 0"):
        Exponential(0.1).cumulative_hazard(time)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Exponential(0.0), "rate must lie strictly between 0 and inf, not 0"),
        (lambda: Exponential(math.nan), "rate must lie"),
        (lambda: Exponential(math.inf), "rate must lie"),
        (lambda: Exponential.from_median(-5), "median must lie .* not -5"),
        (lambda: Exponential.from_survival(1.0, at=5), "survival must lie .* 0 and 1, not 1.0"),
        (lambda: Exponential.from_survival(0.5, at=0), "at must lie"),
        (lambda: Weibull(0.0, 5), "shape must lie"),
        (lambda: Weibull(1.0, -5), "scale must lie"),
        (lambda: Weibull.from_median(-1, 5), "shape must lie"),
        (lambda: Weibull.from_median(1, 0), "median must lie"),
        (lambda: Weibull.from_survival(1, 0, at=5), "survival must lie"),
        (lambda: Weibull.from_survival(1, 0.5, at=math.nan), "at must lie"),
    ],
)
def test_a_number_that_makes_no_curve_is_named(make, message) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("times", "survivals", "message"),
    [
        ([], [], "times must hold a point after time 0"),
        ([0], [1], "times must hold a point after time 0"),
        ([3, 6], [0.8], "must be 1-d and of one length"),
        ([3, 3], [0.8, 0.7], r"times\[1\] is 3.0; every one must be later than the one before"),
        ([-3, 3], [0.8, 0.7], r"times\[0\] is -3.0; every one must be a finite number >= 0"),
        ([3, math.inf], [0.8, 0.7], r"times\[1\] is inf"),
        ([0, 3, 6], [1, 0.7, 0.8], r"survivals\[2\] is 0.8; every one must be no higher"),
        ([3, 6], [0.8, 0.0], r"survivals\[1\] is 0.0; every one must be above 0 and at most 1"),
        ([3, 6], [1.2, 0.5], r"survivals\[0\] is 1.2"),
        ([3, 6], [0.8, math.nan], r"survivals\[1\] is nan"),
        ([0, 6], [0.9, 0.5], r"survivals\[0\] is 0.9; every one must be 1 at time 0"),
    ],
)
def test_a_point_that_no_curve_goes_through_is_named(times, survivals, message) -> None:
    with pytest.raises(ValueError, match=message):
        Digitised.of(times, survivals)


def test_an_unknown_word_is_named_with_the_allowed_ones() -> None:
    with pytest.raises(ValueError, match=r"extrapolate must be one of .*'last hazard', 'refuse'"):
        Digitised.of(*FIGURE, extrapolate="flat")


def test_points_are_checked_however_the_curve_is_made() -> None:
    with pytest.raises(ValueError, match=r"survivals\[1\] is 0.9"):
        Digitised((3.0, 6.0), (0.8, 0.9))


def test_lists_are_kept_as_tuples_so_that_a_curve_is_a_frozen_value() -> None:
    given = [3, 6, 12]
    curve = Digitised(given, [0.80, 0.50, 0.20])
    given.append(24)
    assert curve == Digitised.of([3, 6, 12], [0.80, 0.50, 0.20])
    assert hash(curve) == hash(Digitised((3.0, 6.0, 12.0), (0.80, 0.50, 0.20)))


def test_a_shape_that_fits_no_float_is_named() -> None:
    with pytest.raises(ValueError, match="shape 1e-300 is too small"):
        Weibull.from_median(1e-300, 1)


def test_a_curve_that_does_not_say_its_hazard_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="abstract"):
        HistoricalCurve()
