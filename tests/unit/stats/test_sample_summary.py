"""The figures of a sample against R 4.2.2 (``mean``, ``sd``, ``quantile(type = 7)``), and laws."""

from __future__ import annotations

from math import isnan, nan

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.stats.sample_summary import quantile, summarise_sample

# values, mean, sd, then the quantiles 25, 50, 75, 10 and 90 % as R prints them
BY_R = [
    ([61, 48, 70, 55], 58.5, 9.32737905308882, 53.25, 58.0, 63.25, 50.1, 67.3),
    ([3.5], 3.5, nan, 3.5, 3.5, 3.5, 3.5, 3.5),
    ([2, 2, 2, 9], 3.75, 3.5, 2.0, 2.0, 3.75, 2.0, 6.9),
    ([0.1, 0.25, 0.3, 0.7, 1.9, 2.2, 2.2, 8.4, 10.05, 11, 12.5],
     4.50909090909091, 4.88982710235332, 0.5, 2.2, 9.225, 0.25, 11.0),
    ([-4, 0, 7.25], 1.08333333333333, 5.70270403697521, -2.0, 0.0, 3.625, -3.2, 5.8),
]  # fmt: skip
SAMPLES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


@pytest.mark.parametrize("case", BY_R)
def test_r_says_the_same(case) -> None:
    values, mean, deviation, q1, median, q3, tenth, ninetieth = case
    found = summarise_sample(values)
    shown = (found.mean, found.standard_deviation, found.q1, found.median, found.q3)
    assert shown == pytest.approx((mean, deviation, q1, median, q3), rel=1e-13, nan_ok=True)
    ends = [quantile(sorted(values), share) for share in (0.1, 0.9)]
    assert ends == pytest.approx([tenth, ninetieth], rel=1e-13)
    assert (found.n, found.least, found.largest) == (len(values), min(values), max(values))


@given(SAMPLES, st.floats(0, 1))
def test_the_quantile_is_that_of_polars(values, share) -> None:
    """The exposure tables take theirs from Polars; one report has one definition."""
    theirs = pl.Series(values, dtype=pl.Float64).quantile(share, "linear")
    assert quantile(sorted(values), share) == pytest.approx(theirs, rel=1e-9, abs=1e-9)


@given(SAMPLES)
def test_the_figures_are_in_order(values) -> None:
    found = summarise_sample(values)
    assert found.least <= found.q1 <= found.median <= found.q3 <= found.largest
    assert found.least - 1e-6 <= found.mean <= found.largest + 1e-6
    assert summarise_sample(reversed(values)).mean == found.mean


def test_nothing_has_no_figures() -> None:
    found = summarise_sample([])
    assert found.n == 0
    assert isnan(found.mean)
    assert isnan(quantile([], 0.5))


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="values must be a finite number"):
        summarise_sample([1.0, nan])
    with pytest.raises(ValueError, match="share must lie from 0 to 1"):
        quantile([1.0], 1.5)
