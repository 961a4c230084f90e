"""Bounds from a posterior probability: small cases by hand, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from trialwright.design.posterior import (
    PosteriorCut,
    declare_otherwise,
    distinct,
    posterior_above,
    posterior_boundaries,
)
from trialwright.errors import DesignError
from trialwright.stats.beta_binomial import BetaRate

FLAT = BetaRate(1, 1)


def test_a_flat_prior_after_two_patients_by_hand() -> None:
    # P(rate > 1/2) of Beta(1, 3), Beta(2, 2), Beta(3, 1): 1/8, 1/2, 7/8.
    assert posterior_above(FLAT, 2, 0.5) == pytest.approx([1 / 8, 1 / 2, 7 / 8])
    assert posterior_above(FLAT, 0, 0.3) == pytest.approx([0.7])


def test_cuts_are_strict_on_both_sides() -> None:
    half = PosteriorCut(0.5, 0.5)
    found = posterior_boundaries((2,), FLAT, low=half)
    assert found.stop_at_most == (0,)  # 1/2 is not below 1/2
    assert posterior_boundaries((2,), FLAT, high=half).stop_at_least == (2,)


def test_each_look_may_have_its_own_cut() -> None:
    found = posterior_boundaries((2, 4), FLAT, low=PosteriorCut(0.5, (0.0, 0.6)))
    assert found.stop_at_most == (None, 2)
    assert found.stop_at_least == (None, None)


def test_a_cut_that_no_count_passes_is_no_bound() -> None:
    found = posterior_boundaries((3,), FLAT, high=PosteriorCut(0.9, 0.99))
    assert found.stop_at_least == (None,)
    # ... and one that every count passes stops always.
    assert posterior_boundaries((3,), FLAT, low=PosteriorCut(0.5, 1.0)).stop_at_most == (3,)


def test_the_last_look_declares_what_it_does_not_stop() -> None:
    assert declare_otherwise((5, 9), (0, 3)).stop_at_least == (None, 4)
    assert declare_otherwise((5, 9), (0, 9)).stop_at_least == (None, None)
    assert declare_otherwise((5, 9), (0, None)).stop_at_least == (None, 0)


def test_probabilities_equal_up_to_rounding_are_one() -> None:
    assert distinct(np.array([0.3, 0.1 + 0.2, 0.2])).tolist() == [0.2, 0.1 + 0.2]
    assert distinct(np.zeros(3)).size == 1


@pytest.mark.parametrize(
    ("rate", "cuts", "message"),
    [
        (0.0, 0.5, "rate must be strictly between 0 and 1"),
        (30, 0.5, "for 30 % write 0.3"),
        (0.3, 1.2, "cuts must be from 0 to 1, one for all looks or one a look, not 1.2"),
        (0.3, (0.5, -0.1), "cuts must be from 0 to 1"),
        (0.3, float("nan"), "cuts must be from 0 to 1"),
        (0.3, ((0.5,), (0.6,)), "one for all looks or one a look"),
    ],
)
def test_cuts_that_are_none_are_refused(rate, cuts, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        PosteriorCut(rate, cuts)


@pytest.mark.parametrize(
    ("looks", "options", "message"),
    [
        ((10, 20), {"low": PosteriorCut(0.2, (0.1, 0.2, 0.3))}, "3 cuts for 2 looks"),
        ((20, 10), {"low": PosteriorCut(0.2, 0.1)}, "looks must be one or more and ascend"),
        ((), {}, "looks must be one or more and ascend"),
        ((10.5,), {}, "looks must be a whole number"),
        (
            (10,),
            {"low": PosteriorCut(0.2, 0.9), "high": PosteriorCut(0.2, 0.1)},
            "stop_at_most must lie below stop_at_least",
        ),
    ],
)
def test_bounds_that_are_none_are_refused(looks, options, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        posterior_boundaries(looks, FLAT, **options)
