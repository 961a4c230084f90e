"""Laws of the redesign: it is the optimum of every design with the attained first stage."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from trialwright.design import TwoStageDesign, find_simon_designs
from trialwright.design.attained.redesign import AttainedStageDesign, redesign_after_first_stage
from trialwright.design.attained.sizes import judge_attained_sizes
from trialwright.design.single_stage.search import find_single_stage_designs
from trialwright.errors import DesignError

SLACK = 1e-12


@st.composite
def asked(draw: st.DrawFn, least: float = 0.25) -> tuple[float, float, float, float]:
    p0 = draw(st.floats(0.02, 0.6))
    p1 = draw(st.floats(p0 + least, min(p0 + least + 0.2, 0.98)))
    return p0, p1, draw(st.floats(0.03, 0.2)), 1 - draw(st.floats(0.05, 0.3))


def brute_force(n1: int, ask: tuple[float, float, float, float], most: int) -> float | None:
    """Return the smallest EN(p0) of all r1, r and n, by `Boundaries`; None if there is none."""
    p0, p1, alpha, power = ask
    expected = []
    for n in range(n1 + 1, most + 1):
        for r1 in (None, *range(n1)):
            for r in range(r1 or 0, n):
                both = AttainedStageDesign(n1, r1, n, r).boundaries.characteristics([p0, p1])
                kept = both.probability_high[0] <= alpha + SLACK
                if kept and both.probability_high[1] >= power - SLACK:
                    expected.append(float(both.expected_patients[0]))
    return min(expected, default=None)


@given(st.integers(1, 8), asked(least=0.35))
@example(5, (0.1, 0.5, 0.1, 0.8))
@example(3, (0.05, 0.5, 0.05, 0.9))
@example(7, (0.3, 0.7, 0.1, 0.8))
@settings(max_examples=8, deadline=None)
def test_no_design_with_this_first_stage_is_better(n1: int, ask) -> None:
    p0, p1, alpha, power = ask
    most = 14
    best = brute_force(n1, ask, most)
    if best is None:
        with pytest.raises(DesignError, match="the best is"):
            redesign_after_first_stage(n1, p0, p1, alpha=alpha, power=power, most_patients=most)
        return
    found = redesign_after_first_stage(n1, p0, p1, alpha=alpha, power=power, most_patients=most)
    expected = found.design.boundaries.characteristics(p0).expected_patients[0]
    assert expected == pytest.approx(best, abs=SLACK)


@given(st.integers(1, 40), asked(least=0.15))
@settings(max_examples=30, deadline=None)
def test_both_limits_are_kept_and_the_bound_is_the_least(n1: int, ask) -> None:
    p0, p1, alpha, power = ask
    found = redesign_after_first_stage(n1, p0, p1, alpha=alpha, power=power).design
    both = found.boundaries.characteristics([p0, p1])
    assert both.probability_high[0] <= alpha * (1 + SLACK)
    assert both.probability_high[1] >= power * (1 - SLACK)
    if found.total_bound > (found.first_stage_bound or 0):
        one_less = AttainedStageDesign(
            n1, found.first_stage_bound, found.total, found.total_bound - 1
        )
        assert one_less.boundaries.characteristics(p0).probability_high[0] > alpha


@given(st.integers(1, 30), asked(least=0.15))
@settings(max_examples=30, deadline=None)
def test_it_is_never_worse_than_one_stage_that_goes_on(n1: int, ask) -> None:
    p0, p1, alpha, power = ask
    found = redesign_after_first_stage(n1, p0, p1, alpha=alpha, power=power)
    single = find_single_stage_designs(p0, p1, alpha=alpha, power=power)
    assume(n1 < single.first.total)
    expected = found.design.boundaries.characteristics(p0).expected_patients[0]
    assert expected <= single.first.total + 1e-9
    assert found.enough_already is None
    if found.design.first_stage_bound is None:
        assert (found.design.total, found.design.total_bound) == (
            single.first.total,
            single.first.total_bound,
        )


@given(asked(least=0.2))
@settings(max_examples=6, deadline=None)
def test_the_best_first_stage_is_that_of_simons_optimal_design(ask) -> None:
    p0, p1, alpha, power = ask
    simon = find_simon_designs(p0, p1, alpha=alpha, power=power)
    optimal = next(one for one in simon.admissible if "optimal" in one.kind)
    assume(optimal.design.total <= 60)
    best = min(
        redesign_after_first_stage(n1, p0, p1, alpha=alpha, power=power)
        .design.boundaries.characteristics(p0)
        .expected_patients[0]
        for n1 in range(1, optimal.design.total)
    )
    # A first stage without a bound is allowed as well: it is a single stage, looked at on the way.
    single = find_single_stage_designs(p0, p1, alpha=alpha, power=power).first.total
    assert best == pytest.approx(min(optimal.null.expected_patients, single), abs=1e-9)


@given(st.integers(2, 12), st.integers(1, 20), st.integers(1, 20), st.data())
@settings(max_examples=40, deadline=None)
def test_the_bound_of_the_analysis_keeps_the_planned_error(n1, n2, change, data) -> None:
    r1 = data.draw(st.integers(0, n1 - 1))
    r = data.draw(st.integers(r1, n1 + n2 - 1))
    plan = TwoStageDesign(n1, r1, n1 + n2, r)
    first, total = r1 + change, max(r1 + change, r) + data.draw(st.integers(1, 20))
    found = judge_attained_sizes(plan, 0.2, 0.4, first_stage=first, total=total)
    errors = {name: one.probability_high[0] for name, one in found.characteristics().items()}
    assert errors["tested"] <= errors["planned"] + SLACK
    if found.tested_bound > r1:
        looser = TwoStageDesign(first, r1, total, found.tested_bound - 1)
        loose = looser.operating_characteristics(0.2).probability_declare_active
        assert loose > errors["planned"] - SLACK
