"""Laws of the single-stage search: the brute force finds the same designs."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from trialwright.design.boundaries import Boundaries
from trialwright.design.single_stage.search import find_single_stage_designs
from trialwright.errors import DesignError

ERRORS = st.floats(0.01, 0.4)
MOST = 50
SLACK = 1e-12  # a limit that is met counts, though the sum of a float may be a digit over


@st.composite
def asked(draw: st.DrawFn) -> tuple[float, float, float, float]:
    p0 = draw(st.floats(0.01, 0.8))
    p1 = draw(st.floats(p0 + 0.1, 0.99))
    return p0, p1, draw(ERRORS), 1 - draw(ERRORS)


def every_design(p0: float, p1: float, alpha: float, power: float) -> list[tuple[int, int]]:
    found = []
    for n in range(1, MOST + 1):
        for r in range(n):
            error, reached = Boundaries((n,), (r,), (r + 1,)).characteristics(
                [p0, p1]
            ).probability_high  # fmt: skip
            if error <= alpha + SLACK and reached >= power - SLACK:
                found.append((n, r))
    return found


@given(asked())
@example((0.125, 0.75, 0.125, 0.75))  # both limits are met exactly, by one patient
@settings(max_examples=12, deadline=None)
def test_the_search_misses_no_design_and_invents_none(ask) -> None:
    p0, p1, alpha, power = ask
    wanted = every_design(p0, p1, alpha, power)
    try:
        found = find_single_stage_designs(p0, p1, alpha=alpha, power=power, most_patients=MOST)
    except DesignError:
        assert not wanted
        return
    assert [(one.total, one.total_bound) for one in found.designs()] == wanted
    assert (found.first.total, found.first.total_bound) == wanted[0]
    works = {n for n, _ in wanted}
    stable = next((n for n in range(1, MOST + 1) if set(range(n, MOST + 1)) <= works), None)
    # What follows the sizes looked at is known only where Chernoff's bound proves it.
    wanted_stable = stable if found.is_stable_for_good else None
    assert (found.stable.total if found.stable else None) == wanted_stable


@given(asked())
@settings(max_examples=40, deadline=None)
def test_from_chernoffs_size_on_every_size_works(ask) -> None:
    p0, p1, alpha, power = ask
    found = find_single_stage_designs(p0, p1, alpha=alpha, power=power)
    assert found.is_stable_for_good
    assert found.stable.total <= found.works_from
    works = found.lowest_bound <= found.highest_bound
    assert works[found.works_from - 1 :].all()


@given(asked(), st.floats(1, 2), st.floats(0.5, 1))
@settings(max_examples=30, deadline=None)
def test_who_asks_for_less_needs_no_more(ask, more: float, less: float) -> None:
    p0, p1, alpha, power = ask
    strict = find_single_stage_designs(p0, p1, alpha=alpha, power=power)
    easier = find_single_stage_designs(
        p0, p1, alpha=min(alpha * more, 0.45), power=max(power * less, 0.56)
    )
    assert easier.first.total <= strict.first.total
    assert easier.stable.total <= strict.stable.total


@given(asked())
@settings(max_examples=30, deadline=None)
def test_the_mirror_image_has_the_same_sizes(ask) -> None:
    p0, p1, alpha, power = ask
    # One patient attains p0 and p1 themselves: equal to what is asked here, and a rounding apart
    # in the mirror.
    assume(alpha != p0)
    assume(power != p1)
    one = find_single_stage_designs(p0, p1, alpha=alpha, power=power)
    other = find_single_stage_designs(1 - p1, 1 - p0, alpha=1 - power, power=1 - alpha)
    assert one.first.total == other.first.total
    assert one.stable.total == other.stable.total


def test_the_verdict_does_not_hang_on_the_last_digit() -> None:
    design = find_single_stage_designs(0.1, 0.3).first
    error = design.probability_declare_active(0.1)
    again = find_single_stage_designs(0.1, 0.3, alpha=error)
    assert again.first.total_bound == design.total_bound
    assert again.first.total == 25
    with pytest.raises(DesignError, match="25 patients"):
        find_single_stage_designs(0.1, 0.3, alpha=error * (1 - 1e-9), most_patients=25)
