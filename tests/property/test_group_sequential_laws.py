"""Laws of group-sequential critical values, whatever the looks."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.design.group_sequential.critical_values import find_group_sequential
from trialwright.design.group_sequential.crossing import crossing

names = st.sampled_from(
    ["Pocock", "O'Brien-Fleming", "Wang-Tsiatis", "Pocock spending", "O'Brien-Fleming spending"]
)
looks = st.lists(st.integers(1, 99), max_size=4, unique=True).map(
    lambda times: [t / 100 for t in sorted(times)] + [1.0]
)
alphas = st.floats(0.005, 0.2)


@settings(max_examples=40, deadline=None)
@given(names, looks, alphas)
def test_the_error_is_kept_over_all_looks(name, information, alpha) -> None:
    found = find_group_sequential(name, information=information, alpha=alpha)
    assert found.spent[-1] == pytest.approx(alpha, abs=1e-9)
    assert all(b >= a - 1e-15 for a, b in zip(found.spent, found.spent[1:], strict=False))
    assert found.inflation(0.9) >= 1 - 1e-9
    null, wanted = found.chances(0.0), found.chances(3.0)
    assert sum(null.ends) == pytest.approx(1)
    assert wanted.expected_information <= null.expected_information + 1e-12
    assert wanted.probability_declare_active > null.probability_declare_active


@settings(max_examples=30, deadline=None)
@given(looks, st.floats(-1, 3), st.data())
def test_all_ways_out_sum_to_one(information, drift, data) -> None:
    size = len(information)
    lower = data.draw(st.lists(st.floats(-3, 0.5), min_size=size - 1, max_size=size - 1))
    upper = data.draw(st.lists(st.floats(0.6, 4), min_size=size - 1, max_size=size - 1))
    last = data.draw(st.floats(-1, 3))
    mean = [drift * math.sqrt(t) for t in information]
    found = crossing([*lower, last], [*upper, last], information, mean)
    assert math.fsum(found.low) + math.fsum(found.high) == pytest.approx(1, abs=1e-10)
    assert min(*found.low, *found.high) >= 0
