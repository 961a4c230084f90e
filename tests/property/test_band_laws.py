"""Laws of simultaneous bands that hold for any curve."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.stats import KaplanMeier
from trialwright.stats.band_critical_values import (
    equal_precision_critical_value,
    hall_wellner_critical_value,
)
from trialwright.stats.simultaneous_band import (
    equal_precision_band,
    hall_wellner_band,
)

SCALES = st.sampled_from(["log-log", "log", "plain", "logit", "arcsin"])
LEVELS = st.floats(0.2, 0.999)
DRAW = st.sampled_from([hall_wellner_band, equal_precision_band])
CRITICAL = st.sampled_from([hall_wellner_critical_value, equal_precision_critical_value])
INSIDE = st.floats(0.001, 0.999)
# Times on a coarse grid, so that ties and flats are common.
PATIENTS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=25)
NEAR = 1e-7


def fit(patients: list[tuple[int, bool]], unit: float = 1.0) -> KaplanMeier:
    return KaplanMeier.fit([t * unit for t, _ in patients], [e for _, e in patients])


@settings(deadline=None)
@given(PATIENTS, DRAW, SCALES, LEVELS)
def test_a_band_contains_the_curve_and_the_pointwise_limits(patients, draw, scale, level) -> None:
    curve = fit(patients)
    band = draw(curve, scale=scale, level=level)
    inside = np.isfinite(band.low)
    low, high = curve.limits(level=level, band=scale)
    assert np.all(band.low[inside] <= curve.survival[inside])
    assert np.all(band.high[inside] >= curve.survival[inside])
    assert np.all(band.low[inside] <= low[inside] + NEAR)
    assert np.all(band.high[inside] >= high[inside] - NEAR)
    assert np.all((band.low[inside] >= 0) & (band.high[inside] <= 1))


@settings(deadline=None)
@given(PATIENTS, DRAW)
def test_there_is_a_band_where_an_event_leaves_the_curve_above_zero(patients, draw) -> None:
    curve = fit(patients)
    band = draw(curve)
    partial = (curve.n_event > 0) & (curve.survival > 0)
    assert (band.state == "estimated") == bool(partial.any())
    shown = np.isfinite(band.low)
    assert np.array_equal(shown & (curve.n_event > 0), partial)
    assert np.array_equal(shown, np.isfinite(band.high))


@settings(deadline=None)
@given(PATIENTS, DRAW, SCALES, LEVELS, LEVELS)
def test_a_higher_level_is_wider(patients, draw, scale, one, other) -> None:
    curve = fit(patients)
    narrow, wide = (draw(curve, scale=scale, level=level) for level in sorted((one, other)))
    inside = np.isfinite(narrow.low)
    assert np.all(wide.low[inside] <= narrow.low[inside] + NEAR)
    assert np.all(wide.high[inside] >= narrow.high[inside] - NEAR)


@settings(deadline=None)
@given(PATIENTS, DRAW, st.sampled_from([0.25, 2.0, 32.0]))
def test_another_unit_of_time_changes_the_times_alone(patients, draw, unit: float) -> None:
    one, other = draw(fit(patients)), draw(fit(patients, unit))
    np.testing.assert_array_equal(one.time * unit, other.time)
    np.testing.assert_array_equal(
        [one.t_low * unit, one.t_high * unit], [other.t_low, other.t_high]
    )
    np.testing.assert_array_equal(one.low, other.low)
    np.testing.assert_array_equal(one.high, other.high)


@settings(deadline=None)
@given(PATIENTS, DRAW, st.integers(0, 12), st.integers(0, 12))
def test_a_longer_interval_costs_width(patients, draw, one: int, other: int) -> None:
    curve, (t_low, t_high) = fit(patients), sorted((one, other))
    whole, part = draw(curve, t_high=12), draw(curve, t_low=t_low, t_high=t_high)
    shown = np.isfinite(part.low)
    assert np.all(np.isfinite(whole.low[shown]))
    assert np.all(whole.low[shown] <= part.low[shown] + NEAR)
    assert np.all(whole.high[shown] >= part.high[shown] - NEAR)


@settings(deadline=None)
@given(CRITICAL, INSIDE, INSIDE, LEVELS)
def test_a_critical_value_lies_between_its_bounds(critical_value, one, other, level) -> None:
    """At least the single time that matters most; at most what the whole bridge would need."""
    low, high = sorted((one, other))
    found = critical_value(low, high, level=level)
    outer = critical_value(low / 2, (1 + high) / 2, level=level)
    middle = min(max(low, 0.5), high)
    assert critical_value(middle, middle, level=level) - NEAR <= found <= outer + NEAR


@settings(deadline=None)
@given(CRITICAL, INSIDE, INSIDE, LEVELS)
def test_a_bridge_runs_either_way(critical_value, one, other, level) -> None:
    low, high = sorted((one, other))
    there, back = (
        critical_value(*ends, level=level) for ends in ((low, high), (1 - high, 1 - low))
    )
    assert abs(there - back) < NEAR
