"""Laws of three-outcome designs: brute force on small trials, and what any keeps."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from possible_design import possible

from trialwright.design.boundaries import Boundaries
from trialwright.design.staged.staged_design import StagedDesign
from trialwright.design.staged.three_outcome import (
    ThreeOutcomeLimits,
    find_three_outcome_designs,
    outcome_chances,
)

LIMITS = st.builds(
    ThreeOutcomeLimits,
    st.sampled_from([0.05, 0.10]),
    st.sampled_from([0.05, 0.10, 0.15]),
    st.sampled_from([0.6, 0.7, 0.8]),
    st.sampled_from([0.6, 0.7, 0.8]),
    st.sampled_from([0.0, 0.005, 0.02]),
)


def keeps(chances: dict[str, float], limits: ThreeOutcomeLimits) -> bool:
    slack = limits.tolerance + 1e-12
    return (
        chances["alpha"] <= limits.alpha + slack
        and chances["beta"] <= limits.beta + slack
        and chances["eta"] >= limits.eta - slack
        and chances["pi"] >= limits.pi - slack
    )


def tried_one_by_one(p0, p1, limits, n) -> float:
    """Return the least expected size at p0 of n patients, over every pair of bounds."""
    least = inf
    for n1 in range(1, n):
        for r1 in range(n1):
            for r in range(r1, n - 1):
                for s in range(r + 2, n + 1):
                    one = StagedDesign.judge(Boundaries((n1, n), (r1, r), (None, s)), p0, p1)
                    if one.expected_patients[0] < least and keeps(outcome_chances(one), limits):
                        least = one.expected_patients[0]
    return least


@pytest.mark.parametrize(
    ("p0", "p1", "limits", "most"),
    [
        (0.1, 0.6, ThreeOutcomeLimits(0.10, 0.10, 0.7, 0.7), 9),
        (0.2, 0.6, ThreeOutcomeLimits(0.10, 0.10, 0.7, 0.7, 0.02), 11),
        (0.5, 0.9, ThreeOutcomeLimits(0.10, 0.10, 0.6, 0.6), 9),
        (0.2, 0.6, ThreeOutcomeLimits(0.10, 0.20, 0.7, 0.8), 12),  # beta + pi = 1
        (0.3, 0.7, ThreeOutcomeLimits(0.20, 0.15, 0.8, 0.85), 12),  # and alpha + eta
    ],
)
def test_the_optimum_of_every_size_is_the_true_one(p0, p1, limits, most) -> None:
    found = find_three_outcome_designs(p0, p1, limits, most_patients=most)
    mine = {one.total: one.expected_patients[0] for one in found.frontier.designs}
    for n in range(3, most + 1):
        least = tried_one_by_one(p0, p1, limits, n)
        assert mine.get(n, inf) == pytest.approx(least, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([0.05, 0.1, 0.2, 0.4]), st.sampled_from([0.25, 0.3, 0.4]), LIMITS)
def test_every_design_keeps_its_limits_and_leaves_a_count_undecided(p0, step, limits) -> None:
    found = possible(find_three_outcome_designs, p0, p0 + step, limits, most_patients=40)
    for one in found.frontier.designs:
        (n1, r1, _), (n, r, s) = one.boundaries.steps()
        assert 0 <= r1 < n1 < n
        assert r1 <= r <= s - 2 <= n - 2
        chances = outcome_chances(one)
        assert keeps(chances, limits)
        assert chances["alpha"] + chances["eta"] + chances["lambda"] == pytest.approx(1.0)
        assert chances["beta"] + chances["pi"] + chances["delta"] == pytest.approx(1.0)
    assert found.optimal.expected_patients[0] == min(
        one.expected_patients[0] for one in found.frontier.designs
    )


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([0.1, 0.2, 0.4]), LIMITS)
def test_a_wider_tolerance_never_costs_patients(p0, limits) -> None:
    def sizes(tolerance: float) -> tuple[float, float]:
        wider = ThreeOutcomeLimits(limits.alpha, limits.beta, limits.eta, limits.pi, tolerance)
        found = find_three_outcome_designs(p0, p0 + 0.3, wider, most_patients=40)
        return found.minimax.total, found.optimal.expected_patients[0]

    tight = possible(sizes, 0.0)
    loose = sizes(0.01)
    assert loose[0] <= tight[0]
    assert loose[1] <= tight[1] + 1e-12
