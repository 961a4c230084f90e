"""Laws of three-stage designs: what each keeps, and how they stand beside two stages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from possible_design import possible

from trialwright.design.simon import find_simon_designs
from trialwright.design.staged import three_stage
from trialwright.design.staged.three_stage import find_three_stage_designs

ASKED = st.tuples(
    st.sampled_from([0.05, 0.1, 0.2, 0.4, 0.6]),
    st.sampled_from([0.2, 0.25, 0.3]),
    st.sampled_from([0.05, 0.1, 0.2]),
    st.sampled_from([0.7, 0.8, 0.9]),
)


def search(asked, most: int = 70):
    p0, step, alpha, power = asked
    return find_three_stage_designs(p0, p0 + step, alpha=alpha, power=power, most_patients=most)


@settings(max_examples=25, deadline=None)
@given(ASKED)
def test_every_design_keeps_both_errors_and_beats_the_smaller_ones(asked) -> None:
    found = possible(search, asked)
    before = float("inf")
    for one in found.frontier.designs:
        (m1, r1, _), (m2, r2, _), (n, r, _) = one.boundaries.steps()
        assert m1 < m2 < n
        assert 0 <= r1 <= r2 <= r
        assert one.type_one_error <= asked[2] + 1e-12
        assert one.power >= asked[3] - 1e-12
        assert one.expected_patients[0] < before
        before = one.expected_patients[0]
    assert found.optimal is found.frontier.designs[-1]


@settings(max_examples=25, deadline=None)
@given(ASKED)
def test_a_third_stage_never_costs_patients_at_p0(asked) -> None:
    """Two stages with room for a look between them, where nobody stops, are one design of three."""
    p0, step, alpha, power = asked
    two = possible(find_simon_designs, p0, p0 + step, alpha=alpha, power=power, most_patients=70)
    for one in (two.optimal, two.minimax):
        if one.design.total - one.design.first_stage < 2:
            continue
        three = search(asked)
        assert three.minimax.total <= one.design.total
        assert three.optimal.expected_patients[0] <= one.null.expected_patients + 1e-9


@settings(max_examples=8, deadline=None)
@given(ASKED)
def test_what_is_proven_stays_when_more_patients_are_looked_at(asked) -> None:
    found = possible(search, asked)
    if found.proven:
        assert search(asked, 110).optimal.boundaries == found.optimal.boundaries


@pytest.mark.parametrize("most", [60, 80])
def test_the_kernel_says_the_same_as_the_boundaries(most) -> None:
    """Its expected size and its bounds come from another sum than `Boundaries` takes."""
    found = search((0.3, 0.2, 0.05, 0.8), most)
    kernel = three_stage._search(most, found.hypotheses)
    for one in found.frontier.designs:
        assert kernel.expected[one.total] == pytest.approx(one.expected_patients[0], rel=1e-12)
