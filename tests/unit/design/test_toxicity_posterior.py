"""Toxicity by posterior probability: bounds by hand, ties, the best cut, refusals."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from trialwright.design.boundaries import Boundaries
from trialwright.design.toxicity.looks import looks_every, stop_chance
from trialwright.design.toxicity.posterior import (
    UNIFORM,
    PosteriorToxicityRule,
    find_toxicity_cut,
)
from trialwright.design.toxicity.repeated_significance import find_repeated_significance
from trialwright.errors import DesignError
from trialwright.stats.beta_binomial import BetaRate

RULE = PosteriorToxicityRule(0.30, 0.90, looks_every(5, 29))
SEARCH = {"acceptable_rate": 0.2, "excessive_rate": 0.45}


def stop_by_paths(plan: Boundaries, rate: Fraction) -> tuple[Fraction, Fraction]:
    """Return chance to stop and expected patients, over every sequence of patients."""
    stopped, patients = Fraction(0), Fraction(0)
    for path in product((0, 1), repeat=plan.most_patients):
        chance = rate ** sum(path) * (1 - rate) ** (len(path) - sum(path))
        ends = [
            look
            for look, _, bound in plan.steps()
            if bound is not None and sum(path[:look]) >= bound
        ]
        stopped += chance if ends else 0
        patients += chance * (ends[0] if ends else plan.most_patients)
    return stopped, patients


# --- the rule ----------------------------------------------------------------------------------


def test_the_uniform_posterior_by_hand() -> None:
    # With a uniform prior P(p > 0.5 | x of n) is P(Bin(n + 1, 0.5) <= x): 15/16 at 3 of 3,
    # 26/32 at 3 of 4, 31/32 at 4 of 4.
    rule = PosteriorToxicityRule(0.5, 0.90, (3, 4))
    assert rule.probability_too_toxic(3, 3) == pytest.approx(15 / 16, abs=1e-15)
    assert rule.probability_too_toxic(3, 4) == pytest.approx(26 / 32, abs=1e-15)
    assert rule.boundaries == Boundaries((3, 4), (None, None), (3, 4))


def test_stops_and_expected_patients_over_every_path() -> None:
    rule = PosteriorToxicityRule(0.30, 0.80, (2, 3, 5, 7, 9))
    for share in (Fraction(1, 4), Fraction(1, 2)):
        stopped, patients = stop_by_paths(rule.boundaries, share)
        found = rule.boundaries.characteristics(float(share))
        assert found.probability_high[0] == pytest.approx(float(stopped), rel=1e-13)
        assert found.expected_patients[0] == pytest.approx(float(patients), rel=1e-13)
        assert stop_chance(rule.boundaries, float(share)) == found.probability_high[0]


def test_a_posterior_equal_to_the_cut_goes_on_though_rounding_lifts_it() -> None:
    # P(p > 0.35 | 1 of 1) = 1 - 0.35**2 = 0.8775 exactly; in floats it comes out above 0.8775.
    assert UNIFORM.update(1, 1).probability_above(0.35) > 0.8775
    assert PosteriorToxicityRule(0.35, 0.8775, (1, 3)).boundaries.stop_at_least == (None, 3)
    assert PosteriorToxicityRule(0.35, 0.8774, (1, 3)).boundaries.stop_at_least == (1, 3)


def test_a_look_where_nothing_can_stop_is_no_stop() -> None:
    rule = PosteriorToxicityRule(0.30, 0.95, (1, 2, 3))
    assert rule.boundaries.stop_at_least == (None, 2, 3)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((0.0, 0.9, (5,)), "limit must be strictly between 0 and 1, not 0.0"),
        ((30, 0.9, (5,)), "limit must be .*not 30; for 30 % write 0.3"),
        ((0.3, 1.0, (5,)), "cut must be strictly between 0 and 1, not 1.0"),
        ((0.3, 0.9, ()), "looks must be one or more and ascend"),
        ((0.3, 0.9, (5, 5)), r"looks must be one or more and ascend, not \[5, 5\]"),
        ((0.3, 0.9, (10, 5)), r"looks must be one or more and ascend, not \[10, 5\]"),
        ((0.3, 0.9, (2.5,)), "looks must be a whole number, not 2.5"),
        ((0.3, 0.9, (0, 5)), "looks must be from 1 to 1000, not 0"),
        ((0.3, 0.95, (1,)), r"no number of toxicities stops the trial at looks \[1\]: lower the"),
        ((0.05, 0.5, (3, 6)), "stops after 3 patients even without toxicity, .*raise the cut"),
    ],
)
def test_rules_that_cannot_be_are_refused(numbers, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        PosteriorToxicityRule(*numbers)


def test_more_toxicities_than_patients_are_refused() -> None:
    with pytest.raises(ValueError, match="successes"):
        RULE.probability_too_toxic(6, 5)


# --- the best cut ------------------------------------------------------------------------------


@pytest.mark.parametrize("prior", [UNIFORM, BetaRate(0.6, 1.4)])
@pytest.mark.parametrize("alpha", [0.05, 0.10, 0.25])
def test_the_best_cut_is_the_best_of_a_fine_grid(alpha: float, prior: BetaRate) -> None:
    looks = (3, 6, 9, 12)
    found = find_toxicity_cut(0.30, looks, **SEARCH, alpha=alpha, prior=prior)
    best = 0.0
    for cut in np.arange(0.5, 1, 0.0005):
        try:
            plan = PosteriorToxicityRule(0.30, float(cut), looks, prior).boundaries
        except DesignError:  # nothing stops, or everything does
            continue
        if stop_chance(plan, 0.2) <= alpha:
            best = max(best, stop_chance(plan, 0.45))
    assert found.stop_excessive == best
    assert found.stop_acceptable <= alpha


def test_the_range_of_a_cut_is_where_the_boundary_stays() -> None:
    found = find_toxicity_cut(0.30, (5, 10, 15, 20), **SEARCH)
    for cut in (found.cut_from, found.rule.cut, found.cut_below - 1e-9):
        assert PosteriorToxicityRule(0.30, cut, (5, 10, 15, 20)).boundaries == found.boundaries
    for cut in (found.cut_from - 1e-9, found.cut_below):
        assert PosteriorToxicityRule(0.30, cut, (5, 10, 15, 20)).boundaries != found.boundaries


def test_a_cut_near_zero_is_the_rule_that_it_says_it_is() -> None:
    # So high a limit is exceeded with chances near 1e-12; the cut stays where digits are sure.
    found = find_toxicity_cut(
        0.9, (18,), acceptable_rate=0.125, excessive_rate=0.5, alpha=0.25, prior=BetaRate(0.5, 1)
    )
    assert found.rule.cut >= 1e-9
    frame = found.to_frame()
    assert frame.filter(frame["chosen"])["stop_excessive"][0] == pytest.approx(found.stop_excessive)


def test_the_error_limit_is_inclusive() -> None:
    asked = find_toxicity_cut(0.30, (5, 10, 15, 20), **SEARCH, alpha=0.10)
    again = find_toxicity_cut(0.30, (5, 10, 15, 20), **SEARCH, alpha=asked.stop_acceptable)
    assert again.boundaries == asked.boundaries


def test_the_frame_holds_every_boundary_once() -> None:
    found = find_toxicity_cut(0.30, (3, 6), **SEARCH, alpha=0.10)
    frame = found.to_frame()
    bounds = [tuple(row) for row in frame["stop_at_least"].to_list()]
    assert len(set(bounds)) == len(bounds)
    assert frame["chosen"].sum() == 1
    assert bounds[frame["chosen"].arg_true()[0]] == found.boundaries.stop_at_least
    assert bounds[0] == (0, 0)
    assert bounds[-1] == (None, None)
    kept = frame.filter(frame["stop_acceptable"] <= 0.10)
    assert kept["stop_excessive"].max() == found.stop_excessive
    assert frame["cut_below"].to_list()[:-1] == frame["cut_from"].to_list()[1:]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"acceptable_rate": 0.4}, "excessive_rate must be above acceptable_rate, not 0.4 against"),
        ({"excessive_rate": 0.1}, "excessive_rate must be above acceptable_rate"),
        ({"acceptable_rate": 0.0}, "acceptable_rate must be strictly between 0 and 1"),
        ({"excessive_rate": 45}, "for 45 % write 0.45"),
        ({"alpha": 1.0}, "alpha must be strictly between 0 and 1"),
        ({"limit": 0.0}, "limit must be strictly between 0 and 1"),
        ({"looks": (6, 3)}, "looks must be one or more and ascend"),
    ],
)
def test_searches_that_cannot_be_are_refused(options, message: str) -> None:
    asked = {
        "limit": 0.3,
        "looks": (3, 6),
        "acceptable_rate": 0.2,
        "excessive_rate": 0.4,
        **options,
    }
    with pytest.raises(DesignError, match=message):
        find_toxicity_cut(asked.pop("limit"), asked.pop("looks"), **asked)


def test_an_error_limit_out_of_reach_says_how_near_one_comes() -> None:
    # The mildest rule of 3 patients stops at 3 of 3: 0.2**3 = 0.008.
    with pytest.raises(DesignError, match=r"does so with chance 0\.008 at looks \[3\]; raise"):
        find_toxicity_cut(0.30, (3,), **SEARCH, alpha=0.005)
    with pytest.raises(DesignError, match=r"does so with chance 0\.008 at looks \[3\]; raise"):
        find_repeated_significance(0.2, 0.45, looks=(3,), alpha=0.005)
    assert find_toxicity_cut(0.30, (3,), **SEARCH, alpha=0.2**3 + 1e-15).boundaries == (
        Boundaries((3,), (None,), (3,))
    )
