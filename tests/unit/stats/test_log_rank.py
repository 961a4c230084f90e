"""The log-rank test by hand, and where it says nothing."""

from __future__ import annotations

import math

import pytest

from trialwright.stats.log_rank import log_rank_test

TIME, EVENT, GROUP = [1, 2, 2, 3], [1, 1, 0, 1], ["a", "b", "a", "b"]


def test_by_hand() -> None:
    # at 1: 2 and 2 at risk; at 2: 1 and 2; at 3: 0 and 1
    found = log_rank_test(TIME, EVENT, GROUP)
    assert (found.groups, found.n) == (("a", "b"), (2, 2))
    assert found.observed == (1, 2)
    assert found.expected == pytest.approx((1 / 2 + 1 / 3, 1 / 2 + 2 / 3 + 1))
    variance = 1 / 4 + 2 / 9
    assert found.test.statistic == pytest.approx((1 - 5 / 6) ** 2 / variance)
    assert found.test.degrees_of_freedom == 1
    assert found.test.method == "log-rank"


def test_ties_have_the_hypergeometric_variance() -> None:
    found = log_rank_test([1, 1, 1, 2], [1, 1, 0, 0], [0, 1, 0, 1])
    assert found.expected == pytest.approx((1, 1))
    assert found.test.statistic == 0
    assert found.test.p_value == 1
    # d = 2 of 4, three of them in one group: E = 1.5, variance 2 * 3/4 * 1/4 * 2/3 = 1/4
    assert log_rank_test([1, 1, 1, 2], [1, 1, 0, 0], [0, 0, 0, 1]).test.statistic == pytest.approx(
        1.0
    )


def test_a_group_without_events_takes_part() -> None:
    found = log_rank_test([1, 2, 3, 4], [1, 1, 0, 0], list("aabb"))
    assert found.observed == (2, 0)
    assert found.test.state == "estimated"


def test_a_group_never_at_risk_at_an_event_does_not_as_in_r() -> None:
    # R: survdiff(Surv(c(1, 2, 3, 4, 5), c(0, 1, 1, 1, 1)) ~ c(3, 1, 2, 1, 2)) has 1 degree
    found = log_rank_test([1, 2, 3, 4, 5], [0, 1, 1, 1, 1], [3, 1, 2, 1, 2])
    assert found.test.degrees_of_freedom == 1
    assert found.expected[2] == 0


@pytest.mark.parametrize(
    ("time", "event", "group"),
    [
        ([1, 2, 3], [0, 0, 0], list("aab")),  # no event
        ([1, 2, 3, 4], [0, 0, 1, 1], list("aabb")),  # no event with both at risk
        ([2, 2], [1, 1], list("ab")),  # all at once
    ],
)
def test_where_the_data_say_nothing(time, event, group) -> None:
    found = log_rank_test(time, event, group)
    assert found.test.state == "not estimable"
    assert math.isnan(found.test.p_value)
    assert str(found) == "not estimable"


def test_table() -> None:
    frame = log_rank_test(TIME, EVENT, GROUP, strata=[1, 1, 1, 1], rho=0.5).to_frame()
    assert frame.shape == (2, 10)
    assert frame["method"][0] == "stratified Harrington-Fleming, rho = 0.5"


def test_strata_are_compared_within() -> None:
    # two strata, in each of them one patient of each group at the only event
    found = log_rank_test([1, 2, 5, 6], [1, 0, 1, 0], list("abab"), strata=list("xxyy"))
    assert found.expected == pytest.approx((1.0, 1.0))
    assert found.test.statistic == pytest.approx(1 / 0.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: log_rank_test([1, 2], [1, 0], ["a", "a"]), "two different labels"),
        (lambda: log_rank_test([1, 2], [1, 0], ["a", None]), r"group\[1\] is None"),
        (lambda: log_rank_test([1, 2], [1, 0], [0.0, math.nan]), r"group\[1\] is nan"),
        (lambda: log_rank_test([1, 2], [1, 0], ["a"]), "one length"),
        (lambda: log_rank_test([1, -2], [1, 0], ["a", "b"]), r"time\[1\]"),
        (lambda: log_rank_test([1, 2], [1, 3], ["a", "b"]), r"event\[1\]"),
        (lambda: log_rank_test([], [], []), "empty"),
        (lambda: log_rank_test(TIME, EVENT, GROUP, rho=-1), "rho must"),
        (lambda: log_rank_test(TIME, EVENT, GROUP, strata=[1, 2, 3, ""]), r"strata\[3\]"),
    ],
)
def test_bad_input(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
