"""Laws of curves and intervals that hold for any data."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from math import comb, fsum
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trialwright.stats import KaplanMeier, clopper_pearson, follow_up, wilson

BANDS = st.sampled_from(["log-log", "log", "plain", "logit", "arcsin"])
LEVELS = st.floats(0.5, 0.999)
# Times on a coarse grid, so that ties and flats are common.
PATIENTS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=30)


def split(patients: list[tuple[int, bool]]) -> tuple[list[int], list[bool]]:
    return [t for t, _ in patients], [e for _, e in patients]


def redistribute_to_the_right(patients: list[tuple[int, bool]]) -> dict[int, Fraction]:
    """Return S after each time by Efron's 1967 construction, in exact arithmetic."""
    ordered = sorted(patients, key=lambda p: (p[0], not p[1]))
    mass = [Fraction(1, len(ordered))] * len(ordered)
    left, curve = Fraction(1), {}
    for i, (t, event) in enumerate(ordered):
        if event:
            left -= mass[i]
        elif i + 1 < len(ordered):
            share = mass[i] / (len(ordered) - i - 1)
            mass[i + 1 :] = [m + share for m in mass[i + 1 :]]
        curve[t] = left
    return curve


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_without_censoring_the_curve_is_the_empirical_survival_function(times: list[int]) -> None:
    curve = KaplanMeier.fit(times, [True] * len(times))
    for t in range(14):
        surviving = sum(x > t for x in times) / len(times)
        assert curve.at(t).value == pytest.approx(surviving, abs=1e-12)


@given(PATIENTS)
def test_the_curve_is_mass_redistributed_to_the_right(patients) -> None:
    curve = KaplanMeier.fit(*split(patients))
    expected = redistribute_to_the_right(patients)
    found = dict(zip(curve.time, curve.survival, strict=True))
    assert found == pytest.approx({float(t): float(s) for t, s in expected.items()}, abs=1e-12)


@given(PATIENTS, BANDS, LEVELS)
def test_the_curve_falls_inside_ordered_limits(patients, band: str, level: float) -> None:
    curve = KaplanMeier.fit(*split(patients))
    low, high = curve.limits(level=level, band=band)
    assert np.all(np.diff(curve.survival, prepend=1.0) <= 0)
    between = (curve.survival > 0) & (curve.survival < 1)
    assert np.array_equal(np.isfinite(low), between)
    assert np.array_equal(np.isfinite(high), between)
    inside = np.stack([np.zeros_like(low), low, curve.survival, high, np.ones_like(low)])
    assert np.all(np.diff(inside[:, between], axis=0) >= -1e-12)


@given(PATIENTS, BANDS)
def test_a_higher_level_gives_a_wider_interval(patients, band: str) -> None:
    curve = KaplanMeier.fit(*split(patients))
    low_90, high_90 = curve.limits(level=0.90, band=band)
    low_99, high_99 = curve.limits(level=0.99, band=band)
    between = np.isfinite(low_90)
    assert np.all(low_99[between] <= low_90[between])
    assert np.all(high_99[between] >= high_90[between])


@given(PATIENTS, st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9]))
def test_a_quantile_is_where_the_curve_comes_down(patients, p: float) -> None:
    exact = redistribute_to_the_right(patients)
    height = 1 - Fraction(p).limit_denominator(100)
    reached = [t for t in sorted(exact) if exact[t] <= height]
    found = KaplanMeier.fit(*split(patients)).quantile(p)
    if not reached:
        assert math.isnan(found.value)
        return
    first = reached[0]
    if exact[first] < height:
        assert found.value == first
    else:
        below = [t for t in sorted(exact) if exact[t] < height]
        assert found.value == (first + (below[0] if below else max(exact))) / 2


@given(PATIENTS, BANDS)
def test_the_median_lies_inside_its_interval(patients, band: str) -> None:
    median = KaplanMeier.fit(*split(patients)).quantile(band=band)
    if not math.isnan(median.low):
        assert math.isnan(median.value) or median.low <= median.value
    if not math.isnan(median.high):
        assert median.value <= median.high


@given(PATIENTS, st.randoms())
def test_the_order_of_patients_does_not_matter(patients, shuffler) -> None:
    shuffled = list(patients)
    shuffler.shuffle(shuffled)
    first, second = (KaplanMeier.fit(*split(p)) for p in (patients, shuffled))
    assert np.array_equal(first.survival, second.survival)
    assert np.array_equal(first.n_censor, second.n_censor)


@given(PATIENTS)
def test_each_patient_is_counted_once(patients) -> None:
    curve = KaplanMeier.fit(*split(patients))
    gone = np.cumsum(curve.n_event + curve.n_censor)
    assert gone[-1] == len(patients)
    assert np.array_equal(curve.n_risk, len(patients) - np.r_[0, gone[:-1]])
    ticks = np.arange(0, 14, 0.5)
    expected = [sum(t >= tick for t, _ in patients) for tick in ticks]
    assert curve.at_risk(ticks).tolist() == expected


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30, unique=True), st.data())
def test_without_ties_the_two_curves_multiply_to_the_empirical_one(times, data) -> None:
    # S(t) G(t) = #(T > t) / n: events and follow-up share the risk sets (no ties).
    event = data.draw(st.lists(st.booleans(), min_size=len(times), max_size=len(times)))
    product = KaplanMeier.fit(times, event).survival * follow_up(times, event).survival
    expected = 1 - np.arange(1, len(times) + 1) / len(times)
    assert product == pytest.approx(expected, abs=1e-12)


@given(PATIENTS, st.floats(0, 12))
def test_the_restricted_mean_is_the_area_under_the_curve(patients, tau: float) -> None:
    curve = KaplanMeier.fit(*split(patients))
    assume(tau <= curve.time[-1])
    edges = sorted({0.0, tau, *(float(t) for t, _ in patients if t < tau)})
    pieces = ((b - a) * curve.at(a).value for a, b in pairwise(edges))
    assert curve.rmst(tau).value == pytest.approx(fsum(pieces), abs=1e-12)


COUNTS = st.integers(1, 120).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, LEVELS)
def test_an_interval_contains_its_proportion(counts: tuple[int, int], level: float) -> None:
    for interval in (clopper_pearson, wilson):
        found = interval(*counts, level=level)
        assert 0 <= found.low <= found.value <= found.high <= 1


@given(COUNTS, LEVELS)
def test_intervals_are_mirror_images(counts: tuple[int, int], level: float) -> None:
    k, n = counts
    for interval in (clopper_pearson, wilson):
        found, mirrored = interval(k, n, level=level), interval(n - k, n, level=level)
        assert found.low == pytest.approx(1 - mirrored.high, abs=1e-14)
        assert found.high == pytest.approx(1 - mirrored.low, abs=1e-14)


@given(COUNTS, LEVELS)
def test_limits_rise_with_the_successes(counts: tuple[int, int], level: float) -> None:
    k, n = counts
    assume(k < n)
    for interval in (clopper_pearson, wilson):
        fewer, more = interval(k, n, level=level), interval(k + 1, n, level=level)
        assert fewer.low < more.low
        assert fewer.high < more.high


def tail(n: int, counts: range, p: float) -> float:
    return fsum(comb(n, x) * p**x * (1 - p) ** (n - x) for x in counts)


@given(COUNTS, LEVELS)
def test_clopper_pearson_limits_invert_the_binomial_tails(counts, level: float) -> None:
    # The definition, by sums of binomial terms: a second route that needs no beta quantile.
    k, n = counts
    found = clopper_pearson(k, n, level=level)
    if k > 0:
        assert tail(n, range(k, n + 1), found.low) == pytest.approx((1 - level) / 2, rel=1e-9)
    if k < n:
        assert tail(n, range(k + 1), found.high) == pytest.approx((1 - level) / 2, rel=1e-9)


@given(COUNTS, LEVELS)
def test_wilson_limits_solve_the_score_equation(counts, level: float) -> None:
    k, n = counts
    z = NormalDist().inv_cdf(0.5 + level / 2)
    found = wilson(k, n, level=level)
    for p in (found.low, found.high):
        assert n * (found.value - p) ** 2 == pytest.approx(z * z * p * (1 - p), abs=1e-12)
