"""Simon's search finds the true optimum: brute force over every design."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from possible_design import possible
from scipy.stats import binom

from trialwright.design import DesignError, FirstStage, find_simon_designs


def brute_force(p0: float, p1: float, alpha: float, power: float, most: int):
    """Return {n: (smallest EN, n1, r1, set of feasible r)} by looking at every design."""
    found = {}
    for n in range(2, most + 1):
        best = (np.inf, 0, 0)
        for n1 in range(1, n):
            x1 = np.arange(n1 + 1)
            errors = []
            for p in (p0, p1):
                # chance that X1 > r1 and X > r, for every r1 (rows) and r (columns)
                r = np.arange(n)
                terms = binom.pmf(x1, n1, p)[:, None] * binom.sf(
                    r[None, :] - x1[:, None], n - n1, p
                )
                errors.append(np.cumsum(terms[::-1], axis=0)[::-1][1:])
            r1, r = np.nonzero((errors[0] <= alpha) & (errors[1] >= power))
            keep = r >= r1
            if keep.any():
                top = r1[keep].max()
                expected = n1 + binom.sf(top, n1, p0) * (n - n1)
                best = min(best, (expected, n1, top))
        if best[1]:
            found[n] = best
    return found


def compare(p0: float, p1: float, alpha: float, power: float, most: int) -> None:
    truth = brute_force(p0, p1, alpha, power, most)
    if not truth:
        with pytest.raises(DesignError, match="no two-stage design"):
            find_simon_designs(p0, p1, alpha=alpha, power=power, most_patients=most)
        return
    found = find_simon_designs(p0, p1, alpha=alpha, power=power, most_patients=most)
    assert {point.total for point in found.frontier} == set(truth)
    for point in found.frontier:
        assert point.expected_patients == pytest.approx(truth[point.total][0], abs=1e-10)
        null, alternative = (point.design.operating_characteristics(p) for p in (p0, p1))
        assert null.probability_declare_active <= alpha + 1e-12
        assert alternative.probability_declare_active >= power - 1e-12
        assert null.expected_patients == pytest.approx(point.expected_patients, abs=1e-10)
    assert found.minimax.design.total == min(truth)
    assert found.optimal.null.expected_patients == pytest.approx(
        min(one[0] for one in truth.values()), abs=1e-10
    )


@pytest.mark.parametrize(
    ("p0", "p1", "alpha", "power"),
    [(0.1, 0.3, 0.05, 0.8), (0.05, 0.2, 0.1, 0.9), (0.3, 0.5, 0.05, 0.8), (0.5, 0.7, 0.1, 0.85)],
)
def test_brute_force_up_to_60_patients(p0, p1, alpha, power) -> None:
    compare(p0, p1, alpha, power, 60)


@settings(max_examples=25, deadline=None)
@given(
    p0=st.floats(0.02, 0.8),
    gain=st.floats(0.1, 0.6),
    alpha=st.floats(0.01, 0.3),
    power=st.floats(0.5, 0.95),
    most=st.integers(2, 22),
)
def test_brute_force_on_any_hypotheses(p0, gain, alpha, power, most) -> None:
    p1 = p0 + gain
    assume(p1 < 0.99)
    assume(alpha < power)
    compare(p0, p1, alpha, power, most)


@settings(max_examples=60, deadline=None)
@given(
    p0=st.floats(0.05, 0.6),
    gain=st.floats(0.1, 0.39),
    least=st.integers(1, 20),
    width=st.integers(0, 20),
    share=st.floats(0, 0.6),
)
def test_bounds_on_the_first_stage_are_kept(p0, gain, least, width, share) -> None:
    bounds = FirstStage(least, least + width, share, min(1.0, share + 0.3))
    found = possible(find_simon_designs, p0, p0 + gain, most_patients=60, first_stage=bounds)
    free = find_simon_designs(p0, p0 + gain, most_patients=60)
    best = {point.total: point.expected_patients for point in free.frontier}
    for point in found.frontier:
        assert point.first_stage in bounds.sizes(point.total)
        assert point.expected_patients >= best[point.total] - 1e-9


@settings(max_examples=30, deadline=None)
@given(p0=st.floats(0.05, 0.6), gain=st.floats(0.15, 0.35), power=st.floats(0.7, 0.9))
def test_a_larger_search_never_beats_a_proven_optimum(p0, gain, power) -> None:
    found = find_simon_designs(p0, p0 + gain, power=power)
    assert found.proven
    wide = find_simon_designs(p0, p0 + gain, power=power, most_patients=found.most_patients * 2)
    assert wide.optimal.design == found.optimal.design


@settings(max_examples=40, deadline=None)
@given(
    p0=st.floats(0.05, 0.6),
    gain=st.floats(0.15, 0.35),
    power=st.floats(0.7, 0.9),
    weight=st.floats(0, 1),
)
def test_an_admissible_design_is_the_best_for_every_weight_of_its_own(
    p0, gain, power, weight
) -> None:
    found = find_simon_designs(p0, p0 + gain, power=power)
    cost = {
        point.design: weight * point.total + (1 - weight) * point.expected_patients
        for point in found.frontier
    }
    for one in found.admissible:
        low, high = one.weights
        if low <= weight <= high:
            assert cost[one.design] <= min(cost.values()) + 1e-9
