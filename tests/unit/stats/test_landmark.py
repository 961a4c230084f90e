"""Event-free rate at a landmark against a historical rate."""

from __future__ import annotations

import math

import pytest

from trialwright.stats.kaplan_meier import KaplanMeier
from trialwright.stats.landmark import exact_landmark_test, landmark_test

# 6-MP arm of Freireich et al. 1963, weeks.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSE = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
CURVE = KaplanMeier.fit(WEEKS, RELAPSE)
# R 4.2.2, survival 3.5-3: summary(survfit(Surv(t, e) ~ 1), times = 12), then
# (g(S) - g(0.5)) / (std.err |g'(S)|) for each scale g, and pnorm of minus it.
R_AT_12 = {
    "plain": (2.625242215304068, 0.0043293673511090557),
    "log": (3.199163690754017, 0.0006891344430108928),
    "log-log": (1.980465352448712, 0.0238256314210478146),
    "logit": (2.151478590334891, 0.0157192219550643560),
    "arcsin": (2.374312062992618, 0.0087908420316860705),
}
FOLLOWED = ([3, 5, 8, 12, 12, 14, 20, 24], [1, 1, 1, 0, 0, 1, 0, 0])


@pytest.mark.parametrize("scale", R_AT_12)
def test_each_scale_is_what_r_gives(scale) -> None:
    z, p = R_AT_12[scale]
    found = landmark_test(CURVE, 12, 0.5, alternative="greater", band=scale)
    assert found.value == pytest.approx(0.7529411764705881, rel=1e-12)
    assert found.statistic == pytest.approx(z, rel=1e-12)
    assert found.p_value == pytest.approx(p, rel=1e-11)
    less = landmark_test(CURVE, 12, 0.5, alternative="less", band=scale)
    assert less.p_value == pytest.approx(1 - p, rel=1e-12)
    two = landmark_test(CURVE, 12, 0.5, alternative="two-sided", band=scale)
    assert two.p_value == pytest.approx(2 * p, rel=1e-11)


def test_a_rate_equal_to_the_historical_one_is_no_evidence() -> None:
    curve = KaplanMeier.fit([2, 4, 6, 8], [1, 1, 0, 0])
    for scale in R_AT_12:
        found = landmark_test(curve, 5, 0.5, alternative="greater", band=scale)
        assert found.statistic == pytest.approx(0, abs=1e-14)
        assert found.p_value == pytest.approx(0.5, abs=1e-14)


def test_at_an_event_the_variance_is_the_one_from_there_on() -> None:
    found = landmark_test(CURVE, 13, 0.5, alternative="greater", band="plain")
    survival, greenwood = 0.8571428571428571, 3 / (21 * 18)  # 6: 3 of 21
    for at_risk in (17, 15, 12):  # 7, 10 and 13: one each
        survival *= 1 - 1 / at_risk
        greenwood += 1 / (at_risk * (at_risk - 1))
    z = (survival - 0.5) / (survival * math.sqrt(greenwood))
    assert found.statistic == pytest.approx(z, rel=1e-12)


def test_the_landmark_counts_an_event_at_it_as_had() -> None:
    at, before = (
        landmark_test(CURVE, t, 0.5, alternative="greater").value for t in (13, 13 - 1e-6)
    )
    assert at == pytest.approx(0.6901960784313725)
    assert before == pytest.approx(0.7529411764705881)
    months, event = [5.0, 12.0, 13.0], [1, 1, 1]
    assert exact_landmark_test(months, event, 12.0, 0.4, alternative="greater").successes == 1


@pytest.mark.parametrize(
    ("time", "event", "landmark", "value"),
    [
        ([6, 7, 8], [0, 0, 0], 5, 1.0),  # nobody left yet
        ([6, 7, 8], [0, 0, 1], 7, 1.0),  # nobody with the event
        ([3, 4, 4], [1, 1, 1], 5, 0.0),  # everybody with it
        ([6], [0], 3, 1.0),  # one patient
        ([6], [1], 6, 0.0),
        ([3, 6], [1, 0], 7, math.nan),  # beyond the last follow-up
        ([3, 6], [0, 0], 7, math.nan),  # everyone censored before
    ],
)
def test_without_a_variance_it_is_not_estimable(time, event, landmark, value) -> None:
    curve = KaplanMeier.fit(time, event)
    for scale in R_AT_12:
        found = landmark_test(curve, landmark, 0.5, alternative="greater", band=scale)
        assert found.state == "not estimable"
        assert found.value == pytest.approx(value, nan_ok=True)
        assert math.isnan(found.statistic)
        assert math.isnan(found.p_value)


def test_report_cells() -> None:
    found = landmark_test(CURVE, 12, 0.5, alternative="greater")
    assert str(found) == "75.3 % at 12 against 50 %: p = 0.0238 (log-log, greater)"
    beyond = landmark_test(CURVE, 36, 0.5, alternative="greater")
    assert str(beyond) == "NE at 36 against 50 %: not estimable"
    assert found.to_frame().to_dicts()[0]["method"] == "log-log"


def test_with_everyone_followed_the_test_is_binomial() -> None:
    # R 4.2.2: binom.test(5, 8, 0.4, alternative = "greater")$p.value
    found = exact_landmark_test(*FOLLOWED, 12, 0.4, alternative="greater")
    assert (found.successes, found.n, found.value) == (5, 8, 0.625)
    assert found.p_value == pytest.approx(0.1736704, rel=1e-12)
    less = exact_landmark_test(*FOLLOWED, 12, 0.4, alternative="less")
    five = math.comb(8, 5) * 0.4**5 * 0.6**3
    assert less.p_value == pytest.approx(1 - 0.1736704 + five, rel=1e-12)
    middle = exact_landmark_test(*FOLLOWED, 12, 0.4, alternative="greater", mid_p=True)
    assert middle.p_value == pytest.approx(0.1736704 - five / 2, rel=1e-12)
    assert middle.method == "mid-P, one-sided, greater"


def test_all_or_none_event_free_is_tested_exactly() -> None:
    all_free = exact_landmark_test([13, 13, 14], [0, 1, 0], 12, 0.4, alternative="greater")
    assert all_free.p_value == pytest.approx(0.4**3, rel=1e-12)
    none = exact_landmark_test([3, 5, 8], [1, 1, 1], 12, 0.4, alternative="less")
    assert none.p_value == pytest.approx(0.6**3, rel=1e-12)
    alone = exact_landmark_test([12], [0], 12, 0.4, alternative="greater")
    assert alone.p_value == pytest.approx(0.4, rel=1e-12)


def test_a_patient_censored_before_the_landmark_is_named() -> None:
    with pytest.raises(
        ValueError, match=r"time\[2\] is 11.0; every one must be followed to 12 or have the event"
    ):
        exact_landmark_test([3, 12, 11, 10], [1, 0, 0, 0], 12, 0.4, alternative="greater")


@pytest.mark.parametrize(
    ("event_at", "landmark"), [(0.1 + 0.2, 0.3), (91.3125 + 1e-13, 91.3125), (0.3, 0.1 + 0.2)]
)
def test_an_event_at_the_landmark_but_for_rounding_counts_as_had(event_at, landmark) -> None:
    """Three months are 91.3125 days: the same day must not be missed by rounding."""
    time, event = [landmark / 2, event_at, 120.0], [1, 1, 0]
    exact = exact_landmark_test(time, event, landmark, 0.4, alternative="greater")
    assert exact.successes == 1
    curve = KaplanMeier.fit(time, event)
    tested = landmark_test(curve, landmark, 0.4, alternative="greater", band="plain")
    assert tested.value == pytest.approx(1 / 3)
    assert tested.statistic == pytest.approx((1 / 3 - 0.4) / math.sqrt(2 / 27))


def test_a_censoring_at_the_landmark_but_for_rounding_was_followed_to_it() -> None:
    found = exact_landmark_test([0.1 + 0.2, 0.3], [0, 0], 0.1 + 0.2, 0.4, alternative="less")
    assert found.successes == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"landmark": -1}, "landmark must be a number >= 0, not -1"),
        ({"landmark": math.nan}, "landmark must be"),
        ({"null_rate": 0}, "null_rate must lie strictly between 0 and 1, not 0"),
        ({"null_rate": 1.0}, "null_rate must lie"),
        ({"alternative": "better"}, r"alternative must be one of \['greater', 'less', 'two-sided'"),
        ({"band": "loglog"}, r"band must be one of \['arcsin', 'log', 'log-log', 'logit', 'pl"),
    ],
)
def test_a_wrong_wish_of_a_curve_is_named(change, message) -> None:
    how = {"landmark": 12, "null_rate": 0.5, "alternative": "greater"} | change
    with pytest.raises(ValueError, match=message):
        landmark_test(CURVE, **how)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"time": [], "event": []}, "time is empty"),
        ({"time": [1, -1], "event": [1, 1]}, r"time\[1\] is -1.0"),
        ({"time": [1, 2], "event": [1, 3]}, r"event\[1\] is 3"),
        ({"landmark": 0}, "landmark must lie strictly between 0 and inf, not 0"),
        ({"landmark": math.nan}, "landmark must lie"),
        ({"null_rate": 1.5}, "null_rate must lie strictly between 0 and 1, not 1.5"),
        ({"alternative": "more"}, "alternative must be one of"),
    ],
)
def test_a_wrong_wish_of_an_exact_test_is_named(change, message) -> None:
    time, event = FOLLOWED
    how = {"time": time, "event": event, "landmark": 12, "null_rate": 0.4}
    with pytest.raises(ValueError, match=message):
        exact_landmark_test(**how | {"alternative": "greater"} | change)
