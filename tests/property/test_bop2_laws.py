"""Laws of BOP2: no pair does better than the best, and two outcomes as listed course by course."""

from __future__ import annotations

from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trialwright.design.bop2.binary import Bop2Design, _OneOutcome, find_bop2
from trialwright.design.bop2.judging import Judge
from trialwright.design.bop2.ladders import Ladders, cut_points
from trialwright.design.bop2.optimum import Bop2Grid
from trialwright.design.bop2.outcomes import TwoOutcomes
from trialwright.design.bop2.pair import Bop2PairDesign, find_bop2_pair
from trialwright.design.bop2.two_counts import TwoCounts
from trialwright.design.posterior import (
    PosteriorCut,
    declare_otherwise,
    posterior_above,
    posterior_boundaries,
)
from trialwright.errors import DesignError
from trialwright.stats.beta_binomial import BetaRate

if TYPE_CHECKING:
    from trialwright.design.joint.rule import JointRate

LOOKS = st.lists(st.integers(1, 18), min_size=1, max_size=4, unique=True).map(sorted).map(tuple)
RATES = st.lists(st.integers(2, 18), min_size=2, max_size=2, unique=True).map(
    lambda parts: tuple(part / 20 for part in sorted(parts))
)
ALPHA = st.sampled_from([0.01, 0.05, 0.10, 0.20])
SMALL = Bop2Grid([0.5, 0.6, 0.7, 0.8, 0.9, 0.95], [0.0, 0.25, 0.5, 1.0])


def _ladders(p0: float, looks: tuple[int, ...]) -> Ladders:
    prior = BetaRate(p0, 1 - p0)
    return Ladders.of(looks, [posterior_above(prior, n, p0) for n in looks])


def _all_bounds(ladders: Ladders) -> set[tuple[int, ...]]:
    """List the levels of every pair: between all crossings of lines, between all lines there."""
    lines = [
        (float(np.log(rung)), slope)
        for slope, part in zip(ladders.slopes, ladders.rungs, strict=True)
        for rung in part
    ]
    crossings = {0.0, 1.0}
    for (c, d), (e, f) in combinations(lines, 2):
        if d != f and 0 < (c - e) / (f - d) < 1:
            crossings.add((c - e) / (f - d))
    found = set()
    for low, high in pairwise(sorted(crossings)):
        gamma = (low + high) / 2
        heights = np.unique([c + gamma * d for c, d in lines])
        middles = np.append((heights[1:] + heights[:-1]) / 2, heights[0] - 1)
        for height in middles[middles < 0]:
            found.add(ladders.levels(float(np.exp(height)), gamma))
    return found


@settings(deadline=None, max_examples=25)
@given(rates=RATES, looks=LOOKS, alpha=ALPHA)
def test_no_pair_beats_the_best(rates, looks, alpha: float) -> None:
    assume(sum(looks) <= 40)
    p0, p1 = rates
    ladders = _ladders(p0, looks)
    kept = [(0.0, 0.0)]
    for levels in _all_bounds(ladders):
        most = tuple(level - 1 if level else None for level in levels)
        seen = declare_otherwise(looks, most).characteristics([p0, p1])
        if seen.probability_high[0] <= alpha + 1e-12:
            kept.append((seen.probability_high[1], -seen.expected_patients[0]))
    power, spared = max(kept, key=lambda each: (round(each[0], 11), each[1]))
    if power <= 1e-12:
        with pytest.raises(DesignError, match="no pair"):
            find_bop2(p0, p1, looks, alpha=alpha)
        return
    best = find_bop2(p0, p1, looks, alpha=alpha).best
    assert best.type_one_error <= alpha + 1e-12
    assert best.power >= power - 1e-11
    if best.power <= power + 1e-11:
        expected = best.boundaries.characteristics(p0).expected_patients[0]
        assert expected <= -spared + 1e-9


@settings(deadline=None, max_examples=25)
@given(rates=RATES, looks=LOOKS, alpha=ALPHA)
def test_the_best_of_the_grid_is_that_of_all_its_points(rates, looks, alpha: float) -> None:
    p0, p1 = rates
    points = []
    for lambda_, gamma in product(SMALL.lambdas, SMALL.gammas):
        design = Bop2Design(p0, p1, looks, lambda_, gamma)
        seen = design.boundaries.characteristics([p0, p1])
        if seen.probability_high[0] <= alpha + 1e-12:
            figures = round(-seen.probability_high[1], 11), round(seen.expected_patients[0], 9)
            points.append((*figures, lambda_, gamma))
    try:
        found = find_bop2(p0, p1, looks, alpha=alpha, grid=SMALL)
    except DesignError:
        assert all(point[0] == 0 for point in points)
        return
    if not points:
        assert found.on_grid is None
        return
    assert found.on_grid is not None
    assert (found.on_grid.lambda_, found.on_grid.gamma) == min(points)[2:]
    assert found.best.power >= found.on_grid.power - 1e-12


@settings(deadline=None, max_examples=40)
@given(rates=RATES, looks=LOOKS, data=st.data())
def test_the_judge_says_what_the_boundaries_say(rates, looks, data) -> None:
    p0, p1 = rates
    ladders = _ladders(p0, looks)
    judge = Judge(_OneOutcome(ladders, np.array([p1, p0])))
    for _ in range(4):  # one after the other: what is kept from the last must not leak
        levels = tuple(data.draw(st.integers(0, look + 1)) for look in looks)
        assume(all(level <= part.size for level, part in zip(levels, ladders.rungs, strict=True)))
        most = tuple(level - 1 if level else None for level in levels)
        seen = declare_otherwise(looks, most).characteristics([p0, p1])
        judged = judge(levels)
        assert judged.type_one_error == pytest.approx(seen.probability_high[0], abs=1e-12)
        assert judged.power == pytest.approx(seen.probability_high[1], abs=1e-12)
        assert judged.expected == pytest.approx(seen.expected_patients[0], abs=1e-11)


@settings(deadline=None, max_examples=60)
@given(
    p0=st.floats(0.05, 0.95),
    looks=LOOKS,
    lambda_=st.floats(0.01, 0.98),
    more=st.floats(0.001, 0.01),
    gamma=st.floats(0, 2),
)
def test_a_larger_lambda_or_a_smaller_gamma_stops_more(p0, looks, lambda_, more, gamma) -> None:
    ladders = _ladders(p0, looks)
    levels = ladders.levels(lambda_, gamma)
    for harder in (ladders.levels(lambda_ + more, gamma), ladders.levels(lambda_, gamma / 2)):
        assert all(a <= b for a, b in zip(levels, harder, strict=True))


@settings(deadline=None, max_examples=40)
@given(
    looks=LOOKS,
    rate=st.floats(0.05, 0.95),
    cuts=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    shapes=st.tuples(st.floats(0.1, 5), st.floats(0.1, 5)),
)
def test_posterior_bounds_are_the_counts_beyond_the_cut(looks, rate, cuts, shapes) -> None:
    prior, low, high = BetaRate(*shapes), min(cuts), max(cuts)
    found = posterior_boundaries(
        looks, prior, low=PosteriorCut(rate, low), high=PosteriorCut(rate, high)
    )
    for look, most, least in found.steps():
        for x in range(look + 1):
            above = prior.update(x, look).probability_above(rate)
            assert (most is not None and x <= most) == (above < low)
            assert (least is not None and x >= least) == (above > high)


KINDS = [
    TwoOutcomes.nested(inner=(0.15, 0.35), outer=(0.35, 0.65)),
    TwoOutcomes.co_primary(first=(0.2, 0.5), second=(0.3, 0.6), odds_ratio=3.0),
    TwoOutcomes.co_primary(first=(0.2, 0.5), second=(0.2, 0.5)),  # both ladders are one
    TwoOutcomes.efficacy_toxicity(efficacy=(0.3, 0.6), toxicity=(0.4, 0.2), odds_ratio=0.5),
    TwoOutcomes.efficacy_toxicity(
        efficacy=(0.3, 0.6), toxicity=(0.4, 0.2), prior=(BetaRate(1, 2), BetaRate(1.5, 1.5))
    ),
]


def _success_course_by_course(design: Bop2PairDesign, rate: JointRate) -> float:
    """Return the chance of success, from every order of patients, by the rule as it is written."""
    outcomes, n = design.outcomes, design.looks[-1]
    chances = (rate.both, rate.first_only, rate.second_only, rate.neither)
    total = 0.0
    for course in product(range(4), repeat=n):
        stopped = False
        for look, cut in zip(design.looks, cut_points(design.looks, *_pair(design)), strict=True):
            first = sum(cell in (0, 1) for cell in course[:look])
            second = sum(cell in (0, 2) for cell in course[:look])
            prior, other = outcomes.belief
            bad = prior.update(first, look).probability_above(outcomes.null.first) < cut
            above = other.update(second, look).probability_above(outcomes.null.second)
            if outcomes.kind == "efficacy and toxicity":
                stopped |= bad or 1 - above < cut
            else:
                stopped |= bad and above < cut
        if not stopped:
            total += float(np.prod([chances[cell] for cell in course]))
    return total


def _pair(design: Bop2PairDesign) -> tuple[float, float]:
    return design.lambda_, design.gamma


@pytest.mark.parametrize("outcomes", KINDS)
@pytest.mark.parametrize("pair", [(0.8, 0.5), (0.55, 1.0)])
def test_two_outcomes_are_those_of_every_course(outcomes: TwoOutcomes, pair) -> None:
    design = Bop2PairDesign(outcomes, (2, 3, 5), *pair)
    for name, seen in design.scenarios().items():
        wanted = _success_course_by_course(design, seen.rate)
        assert seen.probability_success == pytest.approx(wanted, abs=1e-12), name


@pytest.mark.parametrize("outcomes", KINDS)
@pytest.mark.parametrize("control", ["the null", "every null"])
def test_no_pair_of_a_fine_grid_beats_the_best_of_two_outcomes(outcomes, control) -> None:
    looks, alpha = (4, 7, 12), 0.15
    found = find_bop2_pair(outcomes, looks, alpha=alpha, control=control)
    judge = Judge(trial := TwoCounts(outcomes, looks, every_null=control == "every null"))
    fine = [
        judge(trial.ladders.levels(lambda_, gamma))
        for lambda_ in np.linspace(0.005, 0.995, 199)
        for gamma in np.linspace(0, 1, 41)
    ]
    power = max(each.power for each in fine if each.type_one_error <= alpha)
    assert found.best.power >= power - 1e-12
    errors = [
        seen.probability_success
        for name, seen in found.best.scenarios().items()
        if name == "null" or (control == "every null" and name != "alternative")
    ]
    assert max(errors) <= alpha + 1e-12


@pytest.mark.parametrize("outcomes", KINDS)
def test_the_judge_says_what_the_joint_rule_says(outcomes: TwoOutcomes) -> None:
    looks = (4, 7, 12)
    judge = Judge(trial := TwoCounts(outcomes, looks, every_null=True))
    for lambda_, gamma in product([0.3, 0.6, 0.8, 0.95], [0.0, 0.4, 1.0]):
        design = Bop2PairDesign(outcomes, looks, lambda_, gamma)
        judged = judge(trial.ladders.levels(lambda_, gamma))
        seen = design.scenarios()
        errors = [each.probability_success for name, each in seen.items() if name != "alternative"]
        assert judged.type_one_error == pytest.approx(max(errors), abs=1e-12)
        assert judged.power == pytest.approx(design.power, abs=1e-12)
        assert judged.expected == pytest.approx(seen["null"].expected_patients, abs=1e-11)
