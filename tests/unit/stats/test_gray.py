"""Gray's test where it says nothing, and what it refuses; its numbers are the oracle's."""

from __future__ import annotations

import math

import pytest

from trialwright.stats.gray import gray_tests

CAUSES = ("relapse", "death")
TIME, EVENT = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 0, 1, 2, 2, 1]
GROUP = list("aabababb")


def test_anchor() -> None:
    # R cmprsk 2.2-12: cuminc(1:8, c(1,1,2,0,1,2,2,1), group)$Tests
    tests = gray_tests(TIME, EVENT, GROUP, causes=CAUSES)
    assert list(tests) == list(CAUSES)
    assert tests["relapse"].test.statistic == pytest.approx(1.05950920, abs=5e-9)
    assert tests["relapse"].test.p_value == pytest.approx(0.3033272, abs=5e-8)
    assert tests["death"].test.p_value == pytest.approx(0.8925804, abs=5e-8)
    assert tests["relapse"].observed == (2, 2)
    assert sum(tests["relapse"].expected) == pytest.approx(4)
    assert tests["relapse"].test.method == "Gray, rho = 0"


def test_without_competing_events_the_score_is_that_of_the_log_rank_test() -> None:
    from trialwright.stats.log_rank import log_rank_test

    event = [int(e == 1) for e in EVENT]
    gray = gray_tests(TIME, event, GROUP, causes=["relapse"])["relapse"]
    assert gray.expected == pytest.approx(log_rank_test(TIME, event, GROUP).expected)


@pytest.mark.parametrize(
    ("time", "event", "group"),
    [
        ([1, 2, 3, 4], [0, 0, 0, 0], list("abab")),
        ([1, 2, 3, 4], [2, 2, 0, 2], list("abab")),
        ([1, 2, 3, 4], [0, 0, 1, 1], list("aabb")),  # never both at risk at an event
    ],
)
def test_where_the_data_say_nothing(time, event, group) -> None:
    found = gray_tests(time, event, group, causes=CAUSES)["relapse"]
    assert found.test.state == "not estimable"
    assert math.isnan(found.test.p_value)


def test_one_patient_in_each_group_and_everyone_at_once_do_not_break_it() -> None:
    for time, event in (([1, 2], [1, 1]), ([1, 1], [1, 2]), ([3, 3], [1, 1])):
        for found in gray_tests(time, event, ["a", "b"], causes=CAUSES, rho=0.5).values():
            assert 0 <= found.test.p_value <= 1 or found.test.state == "not estimable"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"event": [1, 1, 2, 0, 1, 2, 2, 3]}, r"event\[7\] is 3"),
        ({"group": ["a"] * 8}, "two different labels"),
        ({"group": [*GROUP[:7], None]}, r"group\[7\]"),
        ({"time": [1, 2, 3, 4, 5, 6, 7, math.inf]}, r"time\[7\]"),
        ({"causes": ()}, "causes must"),
        ({"rho": -1}, "rho must"),
        ({"strata": [1]}, "one length"),
    ],
)
def test_bad_input(how, message) -> None:
    given = {"time": TIME, "event": EVENT, "group": GROUP, "causes": CAUSES} | how
    with pytest.raises(ValueError, match=message):
        gray_tests(given.pop("time"), given.pop("event"), given.pop("group"), **given)


def test_one_group_left_when_everybody_had_the_event_adds_nothing() -> None:
    """cmprsk 2.2-12: 2.8151, p = 0.0934; the last group alone has no variance to add."""
    found = gray_tests([1, 3, 4, 5], [1, 1, 1, 1], [0, 0, 1, 1], causes=["a"])["a"].test
    assert found.statistic == pytest.approx(2.8151, abs=5e-5)
    assert found.p_value == pytest.approx(0.0934, abs=5e-5)
