"""Laws of historical curves, one-sample log-rank and landmark tests that hold for any data."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trialwright.stats.historical import Digitised, Exponential, Weibull
from trialwright.stats.kaplan_meier import KaplanMeier
from trialwright.stats.landmark import exact_landmark_test, landmark_test
from trialwright.stats.one_sample_log_rank import METHODS, one_sample_log_rank_test
from trialwright.stats.proportion import clopper_pearson

PATIENTS = st.lists(st.tuples(st.integers(1, 24), st.booleans()), min_size=1, max_size=30)
RATES = st.floats(0.02, 0.98)
ALPHAS = st.floats(0.001, 0.3)
SCALES = st.sampled_from(["log-log", "log", "plain", "logit", "arcsin"])
ANY_METHOD = st.sampled_from(METHODS)


@st.composite
def digitised(draw):
    """Draw a figure of one to six points that goes on with its last hazard."""
    times = sorted(draw(st.sets(st.integers(1, 40), min_size=1, max_size=6)))
    survivals = sorted((draw(st.floats(0.05, 1.0)) for _ in times), reverse=True)
    return Digitised.of(times, survivals, extrapolate="last hazard")


CURVES = st.one_of(
    st.builds(Exponential.from_median, st.floats(0.5, 50)),
    st.builds(Weibull.from_median, st.floats(0.3, 3), st.floats(0.5, 50)),
    digitised(),
)


def split(patients):
    return [t for t, _ in patients], [e for _, e in patients]


@given(CURVES, st.lists(st.floats(0, 100), min_size=2, max_size=8))
def test_survival_starts_at_one_and_never_rises(curve, times) -> None:
    assert curve.survival(0.0) == 1.0
    found = [curve.cumulative_hazard(t) for t in sorted(times)]
    # A knot is met from both sides with rounding of its own.
    assert all(b >= a - 1e-12 * max(1, a) for a, b in pairwise(found))


@given(CURVES)
def test_the_median_is_where_survival_is_a_half(curve) -> None:
    if not math.isnan(curve.median):
        assert curve.survival(curve.median) == pytest.approx(0.5, rel=1e-9)


@given(digitised(), st.integers(0, 5), st.integers(0, 5), st.floats(0, 1))
def test_a_digitised_curve_lies_between_its_points(curve, left, right, share) -> None:
    points = [(0.0, 1.0), *zip(curve.times, curve.survivals, strict=True)]
    (t0, s0), (t1, s1) = sorted(points[i % len(points)] for i in (left, right))
    found = curve.survival(t0 + share * (t1 - t0))
    assert s1 * (1 - 1e-12) <= found <= s0 * (1 + 1e-12)


@given(digitised(), st.floats(0.01, 0.99))
def test_one_more_point_on_the_curve_changes_nothing(curve, share) -> None:
    extra = share * curve.times[0]
    assume(0 < extra < curve.times[0])
    points = ((extra, *curve.times), (min(1.0, curve.survival(extra)), *curve.survivals))
    assume(points[1][0] >= curve.survivals[0])
    denser = Digitised.of(*points, extrapolate="last hazard")
    for time in (extra / 2, (extra + curve.times[0]) / 2, curve.times[-1] * 0.9):
        assert denser.survival(time) == pytest.approx(curve.survival(time), rel=1e-9)


@given(PATIENTS, st.floats(0.5, 30))
def test_of_an_exponential_only_the_total_time_counts(patients, median) -> None:
    time, event = split(patients)
    found = one_sample_log_rank_test(
        time, event, Exponential.from_median(median), alternative="less"
    )
    assert found.expected == pytest.approx(math.log(2) / median * sum(time), rel=1e-12)


@given(PATIENTS, CURVES, ANY_METHOD)
def test_tails_are_of_one_distribution(patients, curve, method) -> None:
    assume(curve.cumulative_hazard(max(split(patients)[0])) > 0)
    less, greater, both = (
        one_sample_log_rank_test(*split(patients), curve, alternative=a, method=method)
        for a in ("less", "greater", "two-sided")
    )
    assert both.p_value == pytest.approx(min(1, 2 * min(less.p_value, greater.p_value)))
    overlap = 0.0
    if method == "exact Poisson":
        o, x = less.observed, less.expected
        overlap = math.exp(o * math.log(x) - x - math.lgamma(o + 1))
    assert less.p_value + greater.p_value == pytest.approx(1 + overlap, abs=1e-9)


@given(PATIENTS, CURVES, ANY_METHOD, st.data())
def test_one_more_event_is_less_in_favour(patients, curve, method, data) -> None:
    time, event = split(patients)
    assume(not all(event) and curve.cumulative_hazard(max(time)) > 0)
    i = data.draw(st.sampled_from([i for i, had in enumerate(event) if not had]))
    more = [had or j == i for j, had in enumerate(event)]
    before, after = (
        one_sample_log_rank_test(time, e, curve, alternative="less", method=method)
        for e in (event, more)
    )
    assert after.statistic < before.statistic
    assert after.p_value >= before.p_value


@given(PATIENTS, st.floats(0.3, 3), st.floats(0.5, 50), st.floats(0.1, 10))
def test_the_unit_of_time_does_not_matter(patients, shape, median, factor) -> None:
    time, event = split(patients)
    curve = Weibull.from_median(shape, median)
    scaled = Weibull.from_median(shape, median * factor)
    one = one_sample_log_rank_test(time, event, curve, alternative="less")
    other = one_sample_log_rank_test([t * factor for t in time], event, scaled, alternative="less")
    assert other.statistic == pytest.approx(one.statistic, rel=1e-9, abs=1e-9)


@given(PATIENTS, CURVES, st.data())
def test_watching_in_two_pieces_expects_as_much_as_in_one(patients, curve, data) -> None:
    time, event = split(patients)
    cuts = [data.draw(st.floats(0.01, 0.99)) * t for t in time]
    whole = one_sample_log_rank_test(time, event, curve, alternative="less")
    pieces = one_sample_log_rank_test(
        cuts + time,
        [0] * len(time) + event,
        curve,
        alternative="less",
        entry=[0.0] * len(time) + cuts,
    )
    assert pieces.observed == whole.observed
    assert pieces.expected == pytest.approx(whole.expected, rel=1e-9, abs=1e-12)


@given(PATIENTS, CURVES, ALPHAS)
def test_the_exact_p_and_the_ratio_interval_never_contradict(patients, curve, alpha) -> None:
    assume(curve.cumulative_hazard(max(split(patients)[0])) > 0)
    ratio = None
    for alternative in ("less", "greater"):
        found = one_sample_log_rank_test(
            *split(patients), curve, alternative=alternative, method="exact Poisson"
        )
        ratio = found.ratio(level=1 - 2 * alpha)
        assume(abs(found.p_value - alpha) > 1e-9)
        excluded = ratio.high < 1 if alternative == "less" else ratio.low > 1
        assert (found.p_value <= alpha) == excluded
    assert ratio.low <= ratio.value <= ratio.high


@given(PATIENTS, st.integers(1, 26), RATES, SCALES, ALPHAS)
def test_a_landmark_p_and_its_interval_never_contradict(
    patients, landmark, rate, scale, alpha
) -> None:
    curve = KaplanMeier.fit(*split(patients))
    for alternative, level in (
        ("greater", 1 - 2 * alpha),
        ("less", 1 - 2 * alpha),
        ("two-sided", 1 - alpha),
    ):
        found = landmark_test(curve, landmark, rate, alternative=alternative, band=scale)
        limits = curve.at(landmark, level=level, band=scale)
        if found.state == "not estimable":
            assert math.isnan(limits.low)
            assert math.isnan(limits.high)
            continue
        assume(abs(found.p_value - alpha) > 1e-9)
        above, below = limits.low > rate, limits.high < rate
        excluded = {"greater": above, "less": below, "two-sided": above or below}[alternative]
        assert (found.p_value <= alpha) == excluded


@given(PATIENTS, st.integers(1, 24), RATES, ALPHAS)
def test_an_exact_landmark_p_and_clopper_pearson_never_contradict(
    patients, landmark, rate, alpha
) -> None:
    time = [t for t, _ in patients]
    event = [True] * len(time)
    found = exact_landmark_test(time, event, landmark, rate, alternative="greater")
    assert found.value == pytest.approx(np.mean([t > landmark for t in time]), rel=1e-14)
    assume(abs(found.p_value - alpha) > 1e-9)
    limits = clopper_pearson(found.successes, found.n, level=1 - 2 * alpha)
    assert (found.p_value <= alpha) == (limits.low > rate)


@given(PATIENTS, st.integers(1, 24), RATES)
def test_without_censoring_both_tests_see_the_same_rate(patients, landmark, rate) -> None:
    time, event = [t for t, _ in patients], [True] * len(patients)
    exact = exact_landmark_test(time, event, landmark, rate, alternative="greater")
    curve = landmark_test(KaplanMeier.fit(time, event), landmark, rate, alternative="greater")
    assert curve.value == pytest.approx(exact.value, abs=1e-12)
