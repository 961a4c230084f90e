"""Laws of boundaries: against every path of a small trial, and what holds for any of them."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.design.boundaries import Boundaries

RATES = st.floats(0.0, 1.0)


@st.composite
def bounds(draw, most: int = 60) -> Boundaries:
    """Draw any boundaries: stops on either side, both or none, in any order over the looks."""
    looks = sorted(draw(st.sets(st.integers(1, most), min_size=1, max_size=5)))
    low, high = [], []
    for look in looks:
        below = draw(st.none() | st.integers(0, look))
        least = 0 if below is None else below + 1
        above = draw(st.none() | st.integers(least, look)) if least <= look else None
        low.append(below)
        high.append(above)
    return Boundaries(tuple(looks), tuple(low), tuple(high))


def by_paths(plan: Boundaries, rate: float) -> tuple[list[float], list[float]]:
    """Return the chances by following every possible trial, patient by patient, in fractions."""
    yes = Fraction(rate)
    chances = [
        yes**x * (1 - yes) ** (plan.most_patients - x) for x in range(plan.most_patients + 1)
    ]
    low, high = ([Fraction(0)] * len(plan.looks) for _ in range(2))
    for path in product((0, 1), repeat=plan.most_patients):
        for number, (look, most, least) in enumerate(plan.steps()):
            count = sum(path[:look])
            if most is not None and count <= most:
                low[number] += chances[sum(path)]
                break
            if least is not None and count >= least:
                high[number] += chances[sum(path)]
                break
    return [float(chance) for chance in low], [float(chance) for chance in high]


@settings(max_examples=40, deadline=None)
@given(bounds(most=9), RATES)
def test_the_recursion_is_every_path_of_the_trial(plan, rate) -> None:
    found = plan.characteristics(rate)
    low, high = by_paths(plan, rate)
    assert found.low[0] == pytest.approx(low, abs=1e-14)
    assert found.high[0] == pytest.approx(high, abs=1e-14)


@given(bounds(), RATES)
def test_chances_are_chances_and_sum_to_1(plan, rate) -> None:
    found = plan.characteristics(rate)
    for part in (found.low, found.high, found.patients):
        assert np.all((part >= 0) & (part <= 1 + 1e-12))
    assert found.patients.sum() == pytest.approx(1.0, abs=1e-12)
    assert found.probability_low[0] + found.probability_high[0] <= 1 + 1e-12
    assert plan.looks[0] - 1e-9 <= found.expected_patients[0] <= plan.most_patients + 1e-9


@given(bounds(), RATES)
def test_a_last_look_that_decides_leaves_nothing_open(plan, rate) -> None:
    *early, _ = plan.stop_at_most
    *early_high, _ = plan.stop_at_least
    last = plan.most_patients // 2
    decides = Boundaries(plan.looks, (*early, last), (*early_high, last + 1))
    found = decides.characteristics(rate)
    assert found.probability_low[0] + found.probability_high[0] == pytest.approx(1.0, abs=1e-12)


@given(bounds(), RATES, RATES)
def test_declaring_rises_with_the_rate_and_giving_up_falls(plan, one, other) -> None:
    """More responders never lower a count, so every path to the upper side stays one."""
    found = plan.characteristics(sorted((one, other)))
    down, up = found.probability_low, found.probability_high
    closed = all(b is None for b in plan.stop_at_least) or all(b is None for b in plan.stop_at_most)
    last_decides = plan.stop_at_most[-1] is not None and (
        plan.stop_at_least[-1] == plan.stop_at_most[-1] + 1
    )
    if closed or last_decides:  # nothing is lost between the two sides
        assert down[1] <= down[0] + 1e-12
        assert up[1] >= up[0] - 1e-12


@given(bounds(), RATES)
def test_counting_the_patients_without_the_outcome_mirrors_the_trial(plan, rate) -> None:
    """At most x with the outcome is at least n - x without it."""

    def mirror(values):
        return tuple(
            None if value is None else look - value
            for look, value in zip(plan.looks, values, strict=True)
        )

    mirrored = Boundaries(plan.looks, mirror(plan.stop_at_least), mirror(plan.stop_at_most))
    found, other = plan.characteristics(rate), mirrored.characteristics(1 - rate)
    assert found.low == pytest.approx(other.high, abs=1e-11)
    assert found.high == pytest.approx(other.low, abs=1e-11)


@given(bounds(), RATES, st.integers(1, 40))
def test_a_look_that_stops_nobody_changes_nothing(plan, rate, at) -> None:
    if at in plan.looks or at > plan.most_patients:
        return
    place = sum(look < at for look in plan.looks)
    looks, low, high = (
        (*part[:place], new, *part[place:])
        for part, new in ((plan.looks, at), (plan.stop_at_most, None), (plan.stop_at_least, None))
    )
    found, more = plan.characteristics(rate), Boundaries(looks, low, high).characteristics(rate)
    assert np.delete(more.low, place, axis=1) == pytest.approx(found.low, abs=1e-12)
    assert more.expected_patients == pytest.approx(found.expected_patients, abs=1e-9)


@given(bounds(), st.lists(RATES, min_size=1, max_size=4))
def test_many_rates_at_once_are_each_alone(plan, rates) -> None:
    together = plan.characteristics(rates)
    for i, rate in enumerate(rates):
        alone = plan.characteristics(rate)
        assert together.low[i] == pytest.approx(alone.low[0], abs=1e-15)
        assert together.high[i] == pytest.approx(alone.high[0], abs=1e-15)
