"""Bands of small curves, worked by hand, and the smallest curves that have none."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from trialwright.stats import KaplanMeier
from trialwright.stats.band_critical_values import (
    _stays_within,
    equal_precision_critical_value,
    hall_wellner_critical_value,
)
from trialwright.stats.simultaneous_band import (
    SimultaneousBand,
    equal_precision_band,
    hall_wellner_band,
)

DRAW = pytest.mark.parametrize("draw", [hall_wellner_band, equal_precision_band])
CRITICAL = pytest.mark.parametrize(
    "critical_value", [hall_wellner_critical_value, equal_precision_critical_value]
)
SCALES = ["log-log", "log", "plain", "logit", "arcsin"]


@pytest.fixture
def curve() -> KaplanMeier:
    """Six patients: S is 5/6, 4/6, 4/6, 4/9, 2/9, 2/9 from times 1 to 6."""
    return KaplanMeier.fit([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1, 1, 0, 1, 1, 0])


# --- critical values ------------------------------------------------------------------------


def test_the_whole_bridge_has_kolmogorovs_quantiles() -> None:
    # Smirnov 1948: 1.2238, 1.3581, 1.6276
    found = [hall_wellner_critical_value(0, 1, level=level) for level in (0.90, 0.95, 0.99)]
    assert found == pytest.approx([1.22385, 1.35810, 1.62762], abs=5e-6)


@CRITICAL
def test_a_single_time_has_the_normal_quantile(critical_value) -> None:
    found = critical_value(0.5, 0.5)
    half = 0.5 if critical_value is hall_wellner_critical_value else 1
    assert found == pytest.approx(1.959963984540054 * half)
    assert critical_value(0.5, 0.5 + 1e-9) == pytest.approx(found, abs=1e-3)


@pytest.mark.parametrize(("x", "rate"), [(1.0, 2.0), (math.sqrt(3 - math.sqrt(6)), 4.0)])
def test_the_process_leaves_at_the_rate_of_hermites_roots(x: float, rate: float) -> None:
    """He2 = y^2 - 1 and He4 = y^4 - 6 y^2 + 3 vanish at the walls: rates 2 and 4, exactly."""
    assert _stays_within(x, 4.0) / _stays_within(x, 3.0) == pytest.approx(math.exp(-rate), rel=1e-9)


def test_time_may_run_backwards() -> None:
    assert hall_wellner_critical_value(0.1, 0.7) == pytest.approx(
        hall_wellner_critical_value(0.3, 0.9), abs=1e-9
    )
    assert equal_precision_critical_value(0.1, 0.7) == pytest.approx(
        equal_precision_critical_value(0.3, 0.9), abs=1e-9
    )


def test_equal_precision_widens_without_bound_towards_the_ends() -> None:
    found = [equal_precision_critical_value(10.0**-k, 0.5) for k in range(1, 8)]
    assert np.all(np.diff(found) > 0)
    assert found[-1] > 3.3


def test_the_printed_table_can_be_asked_for() -> None:
    # the cell of R km.ci's critical.value.nair.95 for a_low 0.1, a_high 0.6
    table = {"solution": "Miller-Siegmund"}
    assert equal_precision_critical_value(0.1, 0.6, **table) == pytest.approx(2.8826, abs=5e-5)
    assert equal_precision_critical_value(0.5, 0.5, **table) == pytest.approx(1.95996, abs=5e-6)
    assert equal_precision_critical_value(0.5, 0.5 + 1e-9, **table) > 2.2  # it is no good there
    with pytest.raises(ValueError, match=r"level must be a number >= 0\.8, not 0\.7"):
        equal_precision_critical_value(0.1, 0.6, level=0.7, **table)
    with pytest.raises(ValueError, match=r"solution must be one of .*'tabulated'"):
        equal_precision_critical_value(0.1, 0.6, solution="tabulated")


@CRITICAL
@pytest.mark.parametrize(
    ("a_low", "a_high"), [(0.6, 0.5), (-0.1, 0.5), (0.5, 1.1), (1.0, 1.0), (0.0, 0.0)]
)
def test_times_of_the_bridge_are_checked(critical_value, a_low: float, a_high: float) -> None:
    with pytest.raises(ValueError, match=r"a_low|a_high"):
        critical_value(a_low, a_high)


@CRITICAL
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_missing_times_of_the_bridge_are_refused(critical_value, bad: float) -> None:
    with pytest.raises(ValueError, match="a_low"):
        critical_value(bad, 0.5)
    with pytest.raises(ValueError, match="a_high"):
        critical_value(0.5, bad)


@CRITICAL
@pytest.mark.parametrize("level", [0.0, 1.0, 0.0009, 0.9999999, -1.0, 95.0, math.nan])
def test_levels_are_checked(critical_value, level: float) -> None:
    with pytest.raises(ValueError, match=f"level must lie strictly between.*{level}"):
        critical_value(0.2, 0.8, level=level)


@CRITICAL
@pytest.mark.parametrize("level", [0.0011, 0.01, 0.5, 0.9999, 0.9999989])
def test_extreme_levels_have_a_value(critical_value, level: float) -> None:
    assert 0 < critical_value(1e-6, 1 - 1e-6, level=level) < 8


# --- bands ----------------------------------------------------------------------------------


def test_hall_wellner_by_hand(curve: KaplanMeier) -> None:
    """At time 2, n v = 6 (1/30 + 1/20) = 1/2; at 1, 1/5; at 5, 6 (1/12 + 1/6 + 1/2) = 9/2."""
    band = hall_wellner_band(curve, scale="plain", level=0.8)
    assert (band.a_low, band.a_high) == pytest.approx((1 / 6, 9 / 11))
    h = hall_wellner_critical_value(1 / 6, 9 / 11, level=0.8)
    assert band.critical_value == pytest.approx(h, abs=1e-9)
    half = h * (1 + 0.5) / math.sqrt(6) * 4 / 6
    assert band.low[1] == pytest.approx(4 / 6 - half)
    assert band.high[1] == 1.0  # 4/6 + half is more
    assert half > 2 / 6


def test_equal_precision_is_the_pointwise_formula_with_another_quantile(
    curve: KaplanMeier,
) -> None:
    band = equal_precision_band(curve, scale="log")
    c = equal_precision_critical_value(1 / 6, 9 / 11)
    assert band.critical_value == pytest.approx(c, abs=1e-9)
    assert band.low[3] == pytest.approx(4 / 9 * math.exp(-c * math.sqrt(1 / 12 + 1 / 6)))


def test_a_band_says_that_its_critical_value_is_approximate(curve: KaplanMeier) -> None:
    band = equal_precision_band(curve, solution="Miller-Siegmund")
    found = equal_precision_critical_value(band.a_low, band.a_high, solution="Miller-Siegmund")
    assert (band.method, band.critical_value) == ("equal precision, Miller-Siegmund", found)
    assert found != equal_precision_band(curve).critical_value
    with pytest.raises(ValueError, match="solution must be one of"):
        equal_precision_band(curve, solution="table")


@DRAW
@pytest.mark.parametrize("scale", SCALES)
def test_the_band_ends_with_the_last_event_above_zero(draw, scale, curve: KaplanMeier) -> None:
    band = draw(curve, scale=scale)
    assert (band.t_low, band.t_high, band.scale, band.state) == (1.0, 5.0, scale, "estimated")
    assert np.isnan(band.low).tolist() == np.isnan(band.high).tolist() == [False] * 5 + [True]
    assert np.all(band.low[:5] >= 0)
    assert np.all(band.high[:5] <= 1)


@DRAW
def test_the_interval_can_be_chosen(draw, curve: KaplanMeier) -> None:
    band = draw(curve, t_low=2.5, t_high=4.5)
    assert (band.t_low, band.t_high) == (2.5, 4.5)
    assert np.flatnonzero(np.isfinite(band.low)).tolist() == [1, 2, 3]  # the curve is 4/6 at 2.5
    assert band.critical_value < draw(curve).critical_value
    # no longer than the curve is known
    wide = draw(curve, t_low=0, t_high=math.inf)
    assert (wide.t_low, wide.t_high) == (1.0, 6.0)
    assert wide.critical_value == draw(curve).critical_value  # no event after 5


@DRAW
def test_over_a_single_event_the_band_is_the_pointwise_interval(draw) -> None:
    once = KaplanMeier.fit([1.0, 2.0, 3.0], [0, 1, 0])
    band = draw(once)
    assert (band.t_low, band.t_high) == (2.0, 2.0)
    low, high = once.limits()
    assert (band.low[1], band.high[1]) == pytest.approx((low[1], high[1]))


@DRAW
@pytest.mark.parametrize(
    ("time", "event"),
    [([3.0], [1]), ([3.0], [0]), ([0.0, 0.0], [1, 1]), ([1.0, 2.0], [0, 0]), ([1.0, 2.0], [0, 1])],
)
def test_without_an_event_that_leaves_the_curve_above_zero_there_is_no_band(
    draw, time, event
) -> None:
    band = draw(KaplanMeier.fit(time, event))
    assert band.state == "not estimable"
    assert str(band) == "not estimable"
    for array in (band.low, band.high):
        assert np.isnan(array).all()
    assert math.isnan(band.t_low)
    assert math.isnan(band.critical_value)
    assert band.to_frame().height == band.time.size


@DRAW
@pytest.mark.parametrize("ends", [(0, 0.5), (7, 9)])
def test_an_interval_without_the_curve_is_not_estimable(draw, ends, curve: KaplanMeier) -> None:
    assert draw(curve, t_low=ends[0], t_high=ends[1]).state == "not estimable"


@DRAW
def test_a_curve_that_falls_to_zero_loses_its_end(draw) -> None:
    band = draw(KaplanMeier.fit([1.0, 2.0, 2.0, 5.0], [1, 1, 1, 1]), t_high=9)
    assert band.t_high == 2.0
    assert np.isnan(band.low).tolist() == [False, False, True]


@DRAW
def test_late_entries_have_a_band(draw) -> None:
    curve = KaplanMeier.fit([3.0, 4.0, 5.0, 6.0], [1, 1, 0, 1], [0.0, 0.0, 2.0, 1.0])
    band = draw(curve)
    assert np.isfinite(band.low).tolist() == [True, True, False, False]


@DRAW
def test_arguments_are_checked(draw, curve: KaplanMeier) -> None:
    with pytest.raises(ValueError, match=r"scale must be one of.*'probit'"):
        draw(curve, scale="probit")
    with pytest.raises(ValueError, match=r"level must lie strictly between.*not 1\.5"):
        draw(curve, level=1.5)
    with pytest.raises(ValueError, match="t_low must be a number >= 0, not -1"):
        draw(curve, t_low=-1)
    with pytest.raises(ValueError, match="t_high must be a number >= 0, not nan"):
        draw(curve, t_high=math.nan)
    with pytest.raises(ValueError, match="t_low must not exceed t_high, but 5 > 4"):
        draw(curve, t_low=5, t_high=4)


def test_the_table_has_one_row_a_time(curve: KaplanMeier) -> None:
    frame = hall_wellner_band(curve, level=0.9).to_frame()
    assert isinstance(frame, pl.DataFrame)
    assert frame["time"].to_list() == [1, 2, 3, 4, 5, 6]
    assert set(frame.columns) >= {"survival", "low", "high", "t_low", "t_high", "critical_value"}
    assert frame["method"].unique().to_list() == ["Hall-Wellner"]
    assert frame["level"].unique().to_list() == [0.9]


def test_a_band_writes_its_caption_and_cannot_be_changed(curve: KaplanMeier) -> None:
    band = equal_precision_band(curve, level=0.9, scale="plain", t_high=4)
    assert isinstance(band, SimultaneousBand)
    assert str(band) == "90 % equal precision band, plain scale, from 1.0 to 4.0"
    with pytest.raises(AttributeError):
        band.level = 0.5
    with pytest.raises(ValueError, match="read-only"):
        band.low[0] = 0


def test_importing_the_module_loads_numpy_only() -> None:
    code = (
        "import sys, trialwright.stats.simultaneous_band;"
        "print([m for m in ('scipy', 'polars', 'numba') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
