"""Laws of two outcomes together: chances add up, margins hold, every course enumerated."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.design.boundaries import Boundaries
from trialwright.design.joint.rule import JointRate, JointRule, Watched

RATES = st.floats(0.0, 1.0)
INSIDE = st.floats(0.01, 0.99)
RATIOS = st.one_of(st.floats(0.0, 1.0), st.floats(1.0, 1e6), st.just(float("inf")))


@st.composite
def watched(draw, most: int, bad: str) -> Watched:
    looks = sorted({*draw(st.lists(st.integers(1, most), max_size=3)), most})
    bounds = tuple(draw(st.one_of(st.none(), st.integers(0, look))) for look in looks)
    none = (None,) * len(looks)
    low, high = (bounds, none) if bad == "low" else (none, bounds)
    return Watched(Boundaries(tuple(looks), low, high), bad)


@st.composite
def rules(draw, most: int) -> JointRule:
    n = draw(st.integers(1, most))
    sides = st.sampled_from(["low", "high"])
    first, second = draw(watched(n, draw(sides))), draw(watched(n, draw(sides)))
    return JointRule(first, second, draw(st.sampled_from(["either", "both"])))


@st.composite
def cells(draw) -> JointRate:
    parts = np.array(draw(st.tuples(*[st.integers(0, 20)] * 4).filter(any)), float)
    return JointRate(*(parts / parts.sum()).tolist())


def is_bad(watch: Watched, look: int, count: int) -> bool:
    """Say whether a count stops, from the bounds as they are written."""
    if look not in watch.boundaries.looks:
        return False
    at = watch.boundaries.looks.index(look)
    if watch.bad == "low":
        most = watch.boundaries.stop_at_most[at]
        return most is not None and count <= most
    least = watch.boundaries.stop_at_least[at]
    return least is not None and count >= least


def enumerate_courses(rule: JointRule, rate: JointRate) -> tuple[dict, float]:
    """Follow every sequence of patients; return the chance of each (look, reason), and success."""
    chance = {
        (1, 1): rate.both,
        (1, 0): rate.first_only,
        (0, 1): rate.second_only,
        (0, 0): rate.neither,
    }
    ends: dict = {}
    success = 0.0
    for course in product(chance, repeat=rule.looks[-1]):
        likely = prod(chance[patient] for patient in course)
        for look in rule.looks:
            counts = [sum(patient[i] for patient in course[:look]) for i in (0, 1)]
            bad = (is_bad(rule.first, look, counts[0]), is_bad(rule.second, look, counts[1]))
            if all(bad) if rule.stop_when == "both" else any(bad):
                ends[look, bad] = ends.get((look, bad), 0.0) + likely
                break
        else:
            success += likely
    return ends, success


@settings(max_examples=60, deadline=None)
@given(rules(6), cells())
def test_every_course_of_a_small_trial(rule, rate) -> None:
    found = rule.characteristics(rate)
    ends, success = enumerate_courses(rule, rate)
    assert found.probability_success == pytest.approx(success, abs=1e-12)
    for number, look in enumerate(rule.looks):
        for reason, values in (
            ((True, False), found.by_first),
            ((False, True), found.by_second),
            ((True, True), found.by_both),
        ):
            assert values[number] == pytest.approx(ends.get((look, reason), 0.0), abs=1e-12)


@settings(deadline=None)
@given(rules(40), cells())
def test_chances_add_up_to_one(rule, rate) -> None:
    found = rule.characteristics(rate)
    parts = np.concatenate([found.by_first, found.by_second, found.by_both])
    assert (parts >= 0).all()
    assert parts.sum() + found.probability_success == pytest.approx(1, abs=1e-12)
    assert found.patients.sum() == pytest.approx(1, abs=1e-12)
    assert found.looks[0] <= found.expected_patients <= found.looks[-1] * (1 + 1e-12)


@settings(deadline=None)
@given(RATES, RATES, RATIOS)
def test_margins_are_kept(first, second, odds_ratio) -> None:
    rate = JointRate.of(first, second, odds_ratio=odds_ratio)
    assert rate.first == pytest.approx(first, abs=1e-15)
    assert rate.second == pytest.approx(second, abs=1e-15)
    assert max(0.0, first + second - 1) - 1e-15 <= rate.both <= min(first, second)


@given(INSIDE, INSIDE, st.floats(1e-4, 1e4))
def test_the_odds_ratio_is_kept(first, second, odds_ratio) -> None:
    rate = JointRate.of(first, second, odds_ratio=odds_ratio)
    assert rate.both * rate.neither == pytest.approx(
        odds_ratio * rate.first_only * rate.second_only, rel=1e-8, abs=1e-15
    )


@given(RATES, RATES, st.floats(1e-6, 1e6))
def test_turning_an_outcome_over_inverts_the_odds_ratio(first, second, odds_ratio) -> None:
    rate = JointRate.of(first, second, odds_ratio=odds_ratio)
    turned = JointRate.of(first, 1 - second, odds_ratio=1 / odds_ratio)
    assert turned.both == pytest.approx(rate.first_only, abs=1e-12)
    assert turned.second_only == pytest.approx(rate.neither, abs=1e-12)


@given(RATES, RATES, st.floats(0, 100), st.floats(1, 100))
def test_a_larger_odds_ratio_brings_them_together(first, second, odds_ratio, more) -> None:
    less = JointRate.of(first, second, odds_ratio=odds_ratio).both
    assert JointRate.of(first, second, odds_ratio=odds_ratio * more).both >= less - 1e-15


@given(RATES, RATES)
def test_nested_rates(a, b) -> None:
    inner, outer = sorted((a, b))
    rate = JointRate.nested(inner, outer)
    assert (rate.first, rate.first_only) == (inner, 0.0)
    assert rate.second == pytest.approx(outer, abs=1e-15)
    # The largest association that the margins allow is the same thing.
    assert rate.both == JointRate.of(inner, outer, odds_ratio=float("inf")).both


@settings(deadline=None)
@given(st.data(), st.integers(1, 40), RATES, RATES)
def test_independent_outcomes_pass_by_the_product_of_their_margins(data, n, first, second) -> None:
    one, other = data.draw(watched(n, "low")), data.draw(watched(n, "high"))
    found = JointRule(one, other).characteristics(JointRate.of(first, second))
    passes = [
        1 - one.boundaries.characteristics(first).probability_low[0],
        1 - other.boundaries.characteristics(second).probability_high[0],
    ]
    assert found.probability_success == pytest.approx(passes[0] * passes[1], abs=1e-12)


@settings(deadline=None)
@given(st.data(), st.integers(1, 40), cells())
def test_one_harmless_outcome_leaves_the_other_alone(data, n, rate) -> None:
    harmless = Watched(Boundaries((n,), (None,), (None,)), "high")
    one = data.draw(watched(n, "low"))
    found = JointRule(one, harmless).characteristics(rate)
    alone = one.boundaries.characteristics(min(rate.first, 1.0))
    assert found.by_first == pytest.approx(alone.low[0], abs=1e-12)
    assert not found.by_second.any()
    assert not found.by_both.any()
    assert found.expected_patients == pytest.approx(alone.expected_patients[0], abs=1e-10)


@settings(deadline=None)
@given(st.data(), st.integers(1, 30), INSIDE, INSIDE)
def test_success_grows_with_the_association_of_the_good_sides(data, n, first, second) -> None:
    """Responses and toxicity apart make success likelier, whatever the bounds: the law on which
    the worst case of Bryant and Day's search rests."""
    rule = JointRule(data.draw(watched(n, "low")), data.draw(watched(n, "high")))
    chances = [
        rule.characteristics(JointRate.of(first, second, odds_ratio=ratio))
        for ratio in (0, 0.2, 1, 5, float("inf"))
    ]
    success = [one.probability_success for one in chances]
    expected = [one.expected_patients for one in chances]
    assert np.all(np.diff(success) <= 1e-12)
    assert np.all(np.diff(expected) <= 1e-9)
