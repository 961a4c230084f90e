"""Which designs of a frontier are worth choosing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.design.admissible import find_admissible


def test_one_design_is_both() -> None:
    (only,) = find_admissible([(20, 12.0)])
    assert only == (0, "optimal and minimax", 0.0, 1.0)


def test_no_design_is_none() -> None:
    assert find_admissible([]) == ()


def test_a_larger_design_that_expects_no_fewer_is_left_out() -> None:
    found = find_admissible([(20, 12.0), (21, 12.0), (22, 13.0)])
    assert [one.place for one in found] == [0]


def test_a_design_on_the_line_is_as_good_for_one_weight() -> None:
    found = find_admissible([(74, 55.5), (76, 54.5), (78, 53.5)])
    assert [one.kind for one in found] == ["minimax", "admissible", "optimal"]
    assert found[1].least_weight == found[1].most_weight == pytest.approx(1 / 3)


@given(
    st.lists(st.floats(1, 100), min_size=1, max_size=12),
    st.floats(0, 1),
)
def test_for_every_weight_an_admissible_design_is_the_best(expected, weight) -> None:
    sizes = list(enumerate(expected, 20))
    cost = [weight * n + (1 - weight) * en for n, en in sizes]
    found = find_admissible(sizes)
    best = [one for one in found if one.least_weight <= weight <= one.most_weight]
    assert best
    assert all(cost[one.place] <= min(cost) + 1e-6 for one in best)
