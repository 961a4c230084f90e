"""Binomial probabilities against exact fractions, and at the ends."""

from __future__ import annotations

from fractions import Fraction
from math import comb, log

import numpy as np
import pytest

from trialwright.stats.binomial import binomial, log_coefficients


@pytest.mark.parametrize("n", [0, 1, 2, 29, 300, 1000])
@pytest.mark.parametrize("rate", [Fraction(1, 2), Fraction(3, 64), Fraction(63, 64)])
def test_no_digits_are_lost(n, rate) -> None:
    exact = [float(comb(n, y) * rate**y * (1 - rate) ** (n - y)) for y in range(n + 1)]
    assert binomial(n, float(rate)) == pytest.approx(exact, rel=1e-12, abs=1e-300)


def test_at_the_ends_one_count_is_certain() -> None:
    found = binomial(3, [[0.0, 1.0]])
    assert found.tolist() == [[[1, 0, 0, 0], [0, 0, 0, 1]]]
    assert binomial(3, 0.0).tolist() == [1, 0, 0, 0]


def test_coefficients_are_those_of_the_whole_numbers() -> None:
    for n in (0, 1, 7, 1000):
        assert log_coefficients(n).tolist() == [log(comb(n, y)) for y in range(n + 1)]
    with pytest.raises(ValueError, match="read-only"):
        log_coefficients(7)[0] = 1.0
    assert np.exp(log_coefficients(4)) == pytest.approx([1, 4, 6, 4, 1], rel=1e-14)
