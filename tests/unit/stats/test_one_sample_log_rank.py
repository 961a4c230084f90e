"""One-sample log-rank test: small examples by hand, degenerate arms, refusals."""

from __future__ import annotations

import math

import pytest

from trialwright.stats.historical import Digitised, Exponential, Weibull
from trialwright.stats.one_sample_log_rank import METHODS, one_sample_log_rank_test

HISTORY = Exponential(0.1)
TIME, EVENT = [5.0, 10.0, 20.0, 30.0, 35.0], [1, 0, 1, 0, 1]  # E = 0.1 * 100 = 10, O = 3


def arm(time=TIME, event=EVENT, history=HISTORY, alternative="less", **how):
    return one_sample_log_rank_test(time, event, history, alternative=alternative, **how)


def test_events_are_counted_and_expected() -> None:
    found = arm()
    assert (found.n, found.observed) == (5, 3)
    assert found.expected == pytest.approx(10, rel=1e-14)
    assert found.history == "exponential, median 6.93147"


def test_the_statistic_is_positive_for_fewer_events_than_expected() -> None:
    assert arm(method="Woolson").statistic == pytest.approx(7 / math.sqrt(10), rel=1e-14)
    assert arm(method="Wu").statistic == pytest.approx(7 / math.sqrt(6.5), rel=1e-14)
    more = arm([5.0, 5.0, 10.0], [1, 1, 1], method="Woolson")  # E = 2
    assert more.statistic == pytest.approx(-1 / math.sqrt(2), rel=1e-14)


def test_fewer_events_than_expected_speak_for_less() -> None:
    for method in METHODS:
        less, greater = (arm(method=method, alternative=a).p_value for a in ("less", "greater"))
        assert less < 0.02
        assert greater > 0.98


def test_normal_tails_by_hand() -> None:
    tail = math.erfc(7 / math.sqrt(20)) / 2
    assert arm(method="Woolson").p_value == pytest.approx(tail, rel=1e-12)
    assert arm(method="Woolson", alternative="greater").p_value == pytest.approx(1 - tail)
    two = arm(method="Woolson", alternative="two-sided").p_value
    assert two == pytest.approx(2 * tail, rel=1e-12)


def test_poisson_tails_by_hand() -> None:
    terms = [math.exp(-10) * 10**k / math.factorial(k) for k in range(4)]
    at_most, fewer = math.fsum(terms), math.fsum(terms[:3])
    assert arm(method="exact Poisson").p_value == pytest.approx(at_most, rel=1e-12)
    greater = arm(method="exact Poisson", alternative="greater")
    assert greater.p_value == pytest.approx(1 - fewer, rel=1e-12)
    middle = (at_most + fewer) / 2
    assert arm(method="mid-P Poisson").p_value == pytest.approx(middle, rel=1e-12)
    greater = arm(method="mid-P Poisson", alternative="greater")
    assert greater.p_value == pytest.approx(1 - middle, rel=1e-12)
    two = arm(method="exact Poisson", alternative="two-sided")
    assert two.p_value == pytest.approx(2 * at_most, rel=1e-12)


def test_two_sides_never_exceed_one() -> None:
    # O = 2, E = 2: both Poisson tails are above a half.
    found = arm([10.0, 10.0], [1, 1], method="exact Poisson", alternative="two-sided")
    assert found.p_value == 1.0


def test_the_hazard_before_entry_is_not_expected() -> None:
    late = arm([5.0, 12.0], [1, 0], entry=[0.0, 8.0])
    assert late.expected == pytest.approx(0.1 * (5 + 4), rel=1e-14)
    rising = Weibull(2.0, 10.0)
    late = arm([5.0, 12.0], [1, 0], rising, entry=[0.0, 8.0])
    assert late.expected == pytest.approx(0.25 + 1.44 - 0.64, rel=1e-14)


def test_a_digitised_history() -> None:
    history = Digitised.of([10.0, 20.0], [0.5, 0.25])
    found = arm([5.0, 10.0, 15.0], [1, 0, 1], history)
    assert found.expected == pytest.approx(3 * math.log(2), rel=1e-14)


def test_the_ratio_has_an_exact_poisson_interval() -> None:
    # R 4.2.2: poisson.test(3, 10)$conf.int
    limits = (0.0618672122895602, 0.8767273069742323)
    ratio = arm().ratio()
    assert ratio.value == pytest.approx(0.3, rel=1e-14)
    assert (ratio.low, ratio.high) == pytest.approx(limits, rel=1e-12)
    assert (ratio.level, ratio.method, ratio.quantity) == (0.95, "exact Poisson", "ratio")
    assert str(ratio) == "0.30 (95 % CI 0.06 to 0.88)"


@pytest.mark.parametrize("method", METHODS)
def test_without_an_event_there_is_still_a_test(method) -> None:
    found = arm([10.0, 20.0], [0, 0], method=method)  # E = 3
    z = {"Wu": 3 / math.sqrt(1.5)}.get(method, math.sqrt(3))
    assert found.statistic == pytest.approx(z, rel=1e-14)
    p = {
        "exact Poisson": math.exp(-3),
        "mid-P Poisson": math.exp(-3) / 2,
    }.get(method, math.erfc(z / math.sqrt(2)) / 2)
    assert found.p_value == pytest.approx(p, rel=1e-12)
    more = arm([10.0, 20.0], [0, 0], method=method, alternative="greater")
    at_least = 1.0 if method == "exact Poisson" else 1 - p
    assert more.p_value == pytest.approx(at_least, rel=1e-12)
    ratio = found.ratio()
    assert (ratio.value, ratio.low) == (0.0, 0.0)
    assert ratio.high == pytest.approx(-math.log(0.025) / 3, rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_no_event_expected_is_not_estimable(method) -> None:
    for time, event, history in (
        ([0.0, 0.0], [0, 0], HISTORY),
        ([0.0], [1], HISTORY),
        ([3.0], [1], Digitised.of([5.0], [1.0])),
    ):
        found = arm(time, event, history, method=method)
        assert found.expected == 0.0
        assert math.isnan(found.statistic)
        assert math.isnan(found.p_value)
        assert found.state == "not estimable"
        assert str(found).endswith("0.0 expected: not estimable")
        ratio = found.ratio()
        assert ratio.state == "not estimable"
        assert math.isnan(ratio.value)


def test_one_patient() -> None:
    died, alive = arm([10.0], [1]), arm([10.0], [0])  # E = 1
    assert died.statistic == 0.0
    assert died.p_value == 0.5
    assert str(died) == "1 event, 1.0 expected: p = 0.5000 (Wu, one-sided, less)"
    assert alive.statistic == pytest.approx(math.sqrt(2), rel=1e-14)


def test_ties_everywhere() -> None:
    found = arm([10.0] * 4, [1, 0, 1, 1])
    assert (found.observed, found.expected) == (3, pytest.approx(4.0))


def test_everyone_with_the_event_at_once_is_a_small_p_for_greater() -> None:
    found = arm([0.001] * 10, [1] * 10, alternative="greater", method="exact Poisson")
    assert 0 < found.p_value < 1e-20  # (0.001)^10 / 10!, no underflow to 0
    assert found.p_value == pytest.approx(1e-30 / math.factorial(10), rel=1e-2)


def test_a_report_cell_and_a_row() -> None:
    assert str(arm()) == "3 events, 10.0 expected: p = 0.0030 (Wu, one-sided, less)"
    assert str(arm(alternative="two-sided")).endswith("p = 0.0060 (Wu, two-sided)")
    row = arm().to_frame().to_dicts()[0]
    assert row["observed"] == 3
    assert row["method"] == "Wu"
    assert row["history"] == "exponential, median 6.93147"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"time": [], "event": []}, "time is empty"),
        ({"time": [1.0, -2.0], "event": [1, 0]}, r"time\[1\] is -2.0"),
        ({"time": [1.0, math.nan], "event": [1, 0]}, r"time\[1\] is nan"),
        ({"time": [1.0, math.inf], "event": [1, 0]}, r"time\[1\] is inf"),
        ({"time": [1.0, 2.0], "event": [1, 2]}, r"event\[1\] is 2"),
        ({"time": [1.0, 2.0], "event": [1]}, "of one length"),
        ({"entry": [0, 0, 0, 31, 0]}, r"entry\[3\] is 31.0"),
        ({"entry": [0, -1, 0, 0, 0]}, r"entry\[1\] is -1.0"),
        ({"alternative": "better"}, r"alternative must be one of \['greater', 'less', 'two-s"),
        ({"method": "wu"}, r"method must be one of \['Woolson', 'Wu', 'exact Poisson', 'mid-P"),
        (
            {"history": Digitised.of([10.0, 20.0], [0.5, 0.25])},
            r"time\[3\] is 30.0; every one must be at most 20: .*extrapolate='last hazard'",
        ),
    ],
)
def test_what_cannot_be_tested_is_named(change, message) -> None:
    with pytest.raises(ValueError, match=message):
        arm(**change)


def test_a_wrong_level_is_named() -> None:
    with pytest.raises(ValueError, match="level must lie strictly between 0 and 1"):
        arm().ratio(level=95)


def test_more_expected_events_than_a_float_holds_are_refused() -> None:
    with pytest.raises(ValueError, match=r"time\[1\] is 1000000.0; .*a finite cumulative hazard"):
        arm([1.0, 1e6], [1, 0], Weibull(60.0, 1.0))
