"""When toxicity is looked at, which rates are shown, and the boundaries of one threshold."""

from __future__ import annotations

import numpy as np
import pytest

from trialwright.design.toxicity.looks import NestedBoundaries, looks_every, rates_around
from trialwright.errors import DesignError


@pytest.mark.parametrize(
    ("step", "total", "looks"),
    [
        (5, 29, (5, 10, 15, 20, 25, 29)),
        (5, 30, (5, 10, 15, 20, 25, 30)),
        (1, 4, (1, 2, 3, 4)),
        (7, 7, (7,)),
        (4, 5, (4, 5)),
        (1, 1, (1,)),
    ],
)
def test_looks_are_the_multiples_below_the_total_and_the_total(step, total, looks) -> None:
    assert looks_every(step, total) == looks


@pytest.mark.parametrize(
    ("step", "total", "message"),
    [
        (0, 29, "step between looks must be from 1 to 29, not 0"),
        (30, 29, "step between looks must be from 1 to 29, not 30"),
        (5, 0, "total must be from 1 to 1000, not 0"),
        (5, 1001, "total must be from 1 to 1000, not 1001"),
        (2.5, 29, "step between looks must be a whole number, not 2.5"),
    ],
)
def test_looks_that_cannot_be_are_refused(step, total, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        looks_every(step, total)


def test_rates_around_a_limit_are_probabilities() -> None:
    assert rates_around(0.3) == (0.15, 0.3, 0.45, 0.6)
    assert rates_around(0.6) == (0.3, 0.6, 0.9)


def test_weights_that_rounding_split_are_one_threshold() -> None:
    split = np.array([0.1, 0.3]), np.array([0.1, 0.3 + 4e-13, 0.6])
    nested = NestedBoundaries((1, 2), split)
    assert nested.thresholds().tolist() == [0.1, 0.3 + 4e-13, 0.6]
    assert nested.at(0.3).stop_at_least == (None, 2)
    assert nested.at(0.1).stop_at_least == (1, 1)
    assert nested.find_first([0.1, 0.3, 0.6], lambda plan: plan.stop_at_least[0] is None) == 1
    assert nested.find_first([0.1, 0.3, 0.6], lambda _: False) == 3
