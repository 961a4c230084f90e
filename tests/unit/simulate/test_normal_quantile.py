"""The normal quantile against the same algorithm in the standard library, bit for bit."""

from __future__ import annotations

from math import inf, nextafter
from statistics import NormalDist

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trialwright.machine_code import compile_rules
from trialwright.simulate.normal_quantile import normal_quantile

MODULE = "trialwright.simulate.normal_quantile"
inv_cdf = NormalDist().inv_cdf
OPEN = st.floats(0, 1, exclude_min=True, exclude_max=True)
TAILS = st.floats(-1074, -1).map(lambda power: 2.0**power)
FINE = st.integers(1, 2**53 - 1).map(lambda k: k * 2.0**-53)  # what a uniform draw can be


@pytest.fixture(scope="module")
def compiled():
    numba = pytest.importorskip("numba")
    return compile_rules(numba.njit, [MODULE])[normal_quantile]


@given(OPEN | TAILS | FINE)
@example(0.5)
@example(5e-324)
@example(1 - 2.0**-53)
@example(2.0**-54)
@example(0.075)  # where the centre meets the tails
@example(0.925)
@example(nextafter(0.075, 0))
@example(nextafter(0.925, 1))
@example(1.3887943864964021e-11)  # exp(-25), where the near tail meets the far one
def test_it_is_the_standard_library_bit_for_bit(p):
    assert normal_quantile(p) == inv_cdf(p)


@given(OPEN | TAILS | FINE)
def test_machine_code_is_python_bit_for_bit(compiled, p):
    assert compiled(p) == normal_quantile(p)


@given(OPEN, OPEN)
def test_it_rises_up_to_rounding(a, b):
    low, high = sorted((a, b))
    assert normal_quantile(low) <= normal_quantile(high) + 1e-14


def test_it_is_finite_up_to_the_last_uniform_number():
    assert -38.5 < normal_quantile(5e-324) < 0 < normal_quantile(nextafter(1, 0)) < inf
