"""Laws of two-stage designs with both stops: brute force on small trials, and what any keeps."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from possible_design import possible

from trialwright.design.boundaries import Boundaries
from trialwright.design.simon import find_simon_designs
from trialwright.design.staged.fleming import find_fleming_designs
from trialwright.design.staged.fleming_normal import find_fleming_boundaries
from trialwright.design.staged.staged_design import MINIMISE, combine
from trialwright.errors import DesignError

HYPOTHESES = st.tuples(
    st.sampled_from([0.05, 0.1, 0.2, 0.3, 0.5]),
    st.sampled_from([0.25, 0.3, 0.4]),
    st.sampled_from([0.05, 0.1, 0.2]),
    st.sampled_from([0.7, 0.8, 0.9]),
)


def tried_one_by_one(p0, p1, alpha, power, n) -> dict[str, float]:
    """Return the least expected size of n patients by each name, over every pair of bounds."""
    least = dict.fromkeys(MINIMISE, inf)
    for n1 in range(1, n):
        for r1 in range(n1):
            for a1 in range(r1 + 2, n1 + 1):
                for r in range(r1 + 1, n):
                    plan = Boundaries((n1, n), (r1, r), (a1, r + 1))
                    found = plan.characteristics([p0, p1])
                    error, reached = found.probability_high
                    if error <= alpha and reached >= power:
                        for name in MINIMISE:
                            size = combine(*found.expected_patients.tolist(), name)
                            least[name] = min(least[name], size)
    return least


@pytest.mark.parametrize(
    ("p0", "p1", "alpha", "power", "most"),
    [(0.1, 0.5, 0.10, 0.80, 11), (0.3, 0.7, 0.10, 0.80, 13), (0.5, 0.9, 0.10, 0.85, 11)],
)
def test_the_optimum_of_every_size_is_the_true_one(p0, p1, alpha, power, most) -> None:
    found = find_fleming_designs(p0, p1, alpha=alpha, power=power, most_patients=most)
    for n in range(3, most + 1):
        least = tried_one_by_one(p0, p1, alpha, power, n)
        for name in MINIMISE:
            mine = {one.total: one.expected(name) for one in found.by(name).designs}
            assert mine.get(n, inf) == pytest.approx(least[name], abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(HYPOTHESES)
def test_every_design_keeps_both_errors_and_orders_its_bounds(asked) -> None:
    p0, step, alpha, power = asked
    found = possible(
        find_fleming_designs, p0, p0 + step, alpha=alpha, power=power, most_patients=25
    )
    for name in MINIMISE:
        frontier = found.by(name)
        for one in frontier.designs:
            (n1, r1, a1), (n, r, _) = one.boundaries.steps()
            assert 0 <= r1 < a1 - 1 <= r
            assert r - (n - n1) <= r1
            assert one.type_one_error <= alpha + 1e-12
            assert one.power >= power - 1e-12
            if a1 - 1 < r + 1 < n and r + 1 - (n - n1) <= r1:  # the largest r was taken
                higher = Boundaries((n1, n), (r1, r + 1), (a1, r + 2)).characteristics(p0 + step)
                assert higher.probability_high[0] < power
        sizes = [one.expected(name) for one in frontier.designs]
        assert frontier.optimal.expected(name) == min(sizes)
        assert frontier.minimax.total == min(one.total for one in frontier.designs)
        for one in frontier.admissible:
            q = sum(one.weights) / 2
            cost = [q * d.total + (1 - q) * d.expected(name) for d in frontier.designs]
            assert q * one.total + (1 - q) * one.expected(name) <= min(cost) + 1e-9


@settings(max_examples=15, deadline=None)
@given(HYPOTHESES)
def test_a_stop_for_activity_saves_patients_where_simon_leaves_room_for_it(asked) -> None:
    """Simon's design that ends once r + 1 have responded keeps both errors and spares patients."""
    p0, step, alpha, power = asked
    simon = possible(find_simon_designs, p0, p0 + step, alpha=alpha, power=power, most_patients=60)
    design = simon.optimal.design
    n1, r1, n, r = (design.first_stage, design.first_stage_bound, design.total, design.total_bound)
    if r + 1 <= n1 and max(r1 + 1, r - (n - n1) + 1) <= r:
        found = find_fleming_designs(p0, p0 + step, alpha=alpha, power=power, most_patients=n)
        assert found.optimal.expected("p0") <= simon.optimal.null.expected_patients + 1e-9
        assert found.by("p1").optimal.expected("p1") < simon.optimal.alternative.expected_patients


@given(
    st.floats(0.02, 0.9), st.lists(st.integers(1, 40), min_size=1, max_size=4), st.floats(0.01, 0.2)
)
def test_flemings_bounds_rise_and_lie_apart(p0, stages, alpha) -> None:
    try:
        found = find_fleming_boundaries(p0, stages, alpha=alpha)
    except DesignError as error:
        assert "enlarge the stages" in str(error)  # noqa: PT017 - only this one is allowed
        return
    assert list(found.boundaries.looks) == np.cumsum(stages).tolist()
    assert list(found.raw_low) == sorted(found.raw_low)
    assert list(found.raw_high) == sorted(found.raw_high)
    assert all(a <= b + 1e-9 for a, b in zip(found.raw_low, found.raw_high, strict=True))
    assert found.raw_low[-1] == pytest.approx(found.raw_high[-1], abs=1e-9)
    assert found.alternative > p0
