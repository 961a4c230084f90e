"""Tails and p-values that several tests share, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from trialwright.stats.result import ALTERNATIVES, show_sides
from trialwright.stats.tails import binomial_upper_tail, by_alternative, normal_tails


def test_a_p_value_by_its_alternative() -> None:
    greater, less = [0.02, 0.6, 0.9], [0.99, 0.6, 0.2]
    assert by_alternative(greater, less, "greater").tolist() == greater
    assert by_alternative(greater, less, "less").tolist() == less
    assert by_alternative(greater, less, "two-sided").tolist() == [0.04, 1.0, 0.4]
    assert np.isnan(by_alternative(math.nan, math.nan, "two-sided"))


def test_normal_tails() -> None:
    above, below = normal_tails(1.0)
    assert above == pytest.approx(math.erfc(math.sqrt(0.5)) / 2, rel=1e-14)
    assert above + below == pytest.approx(1, rel=1e-15)


def test_binomial_tails_of_many_at_once() -> None:
    # Of 2 at 1/2: 1/4, 1/2, 1/4.
    k = np.array([0, 1, 2])
    assert binomial_upper_tail(k, 2, 0.5, mid_p=False) == pytest.approx([1, 3 / 4, 1 / 4])
    assert binomial_upper_tail(k, 2, 0.5, mid_p=True) == pytest.approx([7 / 8, 1 / 2, 1 / 8])


def test_sides_in_words() -> None:
    assert set(ALTERNATIVES) == {"greater", "less", "two-sided"}
    assert [show_sides(a) for a in ("less", "two-sided")] == ["one-sided, less", "two-sided"]
