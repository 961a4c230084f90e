"""Toxicity by repeated significance tests: one look by hand, limits, shapes, refusals."""

from __future__ import annotations

import pytest

from trialwright.design.toxicity.repeated_significance import find_repeated_significance
from trialwright.errors import DesignError
from trialwright.report.design.words_toxicity import word_toxicity


def test_one_look_is_the_exact_test() -> None:
    # P(X >= 5 | 10, 0.2) = 0.0328, P(X >= 4) = 0.1209.
    found = find_repeated_significance(0.2, 0.5, looks=(10,), alpha=0.10, power=0.8)
    assert found.boundaries.stop_at_least == (5,)
    assert found.exceeds_alpha is not None
    assert found.exceeds_alpha.boundaries.stop_at_least == (4,)
    assert found.keeps_alpha.level_from == pytest.approx(found.keeps_alpha.stop_acceptable)
    assert found.keeps_alpha.level_below == pytest.approx(0.1209, abs=5e-5)
    assert found.keeps_power is not None
    assert found.keeps_power.boundaries.stop_at_least == (4,)
    assert found.misses_power.boundaries.stop_at_least == (5,)
    assert not found.keeps_both


def test_a_power_that_nothing_reaches_is_none_and_all_may_keep_alpha() -> None:
    found = find_repeated_significance(0.01, 0.02, looks=(5, 10), alpha=0.5, power=0.9)
    assert found.boundaries.stop_at_least == (1, 1)  # 1 - 0.99**10 = 0.096: even this keeps it
    assert found.exceeds_alpha is None
    assert found.keeps_power is None
    assert found.misses_power.boundaries.stop_at_least == (1, 1)
    assert found.to_frame()["boundary"].to_list() == ["keeps alpha", "misses power"]
    with pytest.raises(ValueError, match=r"no boundary of shape 0 reaches power 0\.9"):
        word_toxicity(found, for_power=True)


def test_a_steeper_shape_stops_later_at_first() -> None:
    pocock, brien = (
        find_repeated_significance(0.2, 0.4, looks=(10, 20, 30, 40), shape=s) for s in (0.0, 0.5)
    )
    assert pocock.boundaries.stop_at_least[0] < brien.boundaries.stop_at_least[0]
    assert pocock.boundaries.stop_at_least[-1] > brien.boundaries.stop_at_least[-1]


def test_the_error_limit_of_repeated_tests_is_inclusive() -> None:
    asked = find_repeated_significance(0.2, 0.4, looks=(10, 20))
    kept = find_repeated_significance(
        0.2, 0.4, looks=(10, 20), alpha=asked.keeps_alpha.stop_acceptable
    )
    assert kept.boundaries == asked.boundaries
    assert asked.keeps_power is not None
    power = asked.keeps_power.stop_excessive
    again = find_repeated_significance(0.2, 0.4, looks=(10, 20), power=power)
    assert again.keeps_power == asked.keeps_power
    assert again.keeps_both == (asked.keeps_alpha.stop_excessive >= power)
    exactly = find_repeated_significance(
        0.2, 0.4, looks=(10, 20), power=asked.keeps_alpha.stop_excessive
    )
    assert exactly.keeps_both


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shape": 0.6}, r"shape must be from 0 \(Pocock\) to 0.5 .*not 0.6"),
        ({"shape": -0.1}, "shape must be from 0"),
        ({"shape": float("nan")}, "shape must be from 0"),
        ({"power": 0.05}, "power must be above alpha, not 0.05 against 0.1"),
        ({"power": 0.1}, "power must be above alpha, not 0.1 against 0.1"),
        ({"power": 1.0}, "power must be strictly between 0 and 1"),
        ({"alpha": 0.0}, "alpha must be strictly between 0 and 1"),
        ({"looks": (10, 10)}, "looks must be one or more and ascend"),
        ({"excessive_rate": 0.2}, "excessive_rate must be above acceptable_rate"),
    ],
)
def test_tests_that_cannot_be_are_refused(options, message: str) -> None:
    asked = {"acceptable_rate": 0.2, "excessive_rate": 0.4, "looks": (10, 20), **options}
    low, high = asked.pop("acceptable_rate"), asked.pop("excessive_rate")
    with pytest.raises(DesignError, match=message):
        find_repeated_significance(low, high, **asked)
