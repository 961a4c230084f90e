"""The box of a sample, against matplotlib's own, and what no sample may break."""

from __future__ import annotations

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.cbook import boxplot_stats

from trialwright.stats.box_summary import summarise_box

NUMBERS = st.lists(
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3)), min_size=1
)


@given(NUMBERS)
def test_the_box_is_that_of_matplotlib(values):
    found, other = summarise_box(values), boxplot_stats(values)[0]
    ours = (found.low, found.q1, found.median, found.q3, found.high)
    theirs = [other[name] for name in ("whislo", "q1", "med", "q3", "whishi")]
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)


@given(NUMBERS)
def test_every_value_is_under_the_whiskers_or_outside(values):
    found = summarise_box(values)
    inside = [one for one in values if found.low <= one <= found.high]
    assert sorted([*inside, *found.outside]) == sorted(values)
    assert found.low <= found.q1 <= found.median <= found.q3 <= found.high


def test_nobody_has_no_box():
    found = summarise_box([])
    assert found.n == 0
    assert isnan(found.median)
    assert found.outside == ()


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="nan"):
        summarise_box([1.0, float("nan")])
