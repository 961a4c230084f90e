"""Bryant and Day's search against brute force, and the law that its worst cases rest on."""

from __future__ import annotations

from itertools import product
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.design.bryant_day.search import BryantDayDesign, find_bryant_day
from trialwright.errors import DesignError

TIGHT = 1e-12


def every_design(n: int):
    """Yield each design of n patients."""
    for n1 in range(1, n):
        bounds = (range(n1), range(n), range(1, n1 + 1), range(1, n + 1))
        for r1, r, t1, t in product(*bounds):
            yield BryantDayDesign(n1=n1, n=n, r1=r1, r=r, t1=t1, t=t)


def expected_if_kept(design, response, toxicity, limits, ratios) -> float | None:
    """Return the larger expected number, worst over the odds ratios, if all errors are kept."""
    (p0, p1), (q0, q1), (alpha, power) = response, toxicity, limits
    if any(
        design.characteristics(p1, q1, odds_ratio=x).probability_success < power - TIGHT
        for x in ratios
    ):
        return None
    bad = [
        design.characteristics(*rates, odds_ratio=x)
        for rates in ((p0, q1), (p1, q0))
        for x in ratios
    ]
    if any(one.probability_success > alpha + TIGHT for one in bad):
        return None
    return max(one.expected_patients for one in bad)


def check_against_brute_force(response, toxicity, limits, odds_ratio, ratios, most) -> None:
    best = {}
    for n in range(2, most + 1):
        kept = [
            expected
            for design in every_design(n)
            if (expected := expected_if_kept(design, response, toxicity, limits, ratios))
            is not None
        ]
        if kept:
            best[n] = min(kept)
    asked = {"alpha": limits[0], "power": limits[1], "odds_ratio": odds_ratio}
    if not best:
        with pytest.raises(DesignError, match="no design up to"):
            find_bryant_day(response, toxicity, most_patients=most, **asked)
        return
    found = find_bryant_day(response, toxicity, most_patients=most, **asked)
    sizes = [design.n for design in found.frontier]
    assert sizes == [n for n in best if n <= sizes[-1]]
    assert list(found.expected_patients) == pytest.approx([best[n] for n in sizes], abs=TIGHT)
    # Sizes that the search left out have nothing better.
    assert min(found.expected_patients) == pytest.approx(min(best.values()), abs=TIGHT)


@pytest.mark.parametrize(
    ("odds_ratio", "ratios"),
    [
        (1, (1,)),
        (3, (3,)),
        (0.3, (0.3,)),
        ((0.3, 3), (0.3, 1, 3)),  # the ends are the worst: what lies between finds nothing else
        ((0, inf), (0, 0.1, 1, 10, inf)),
        ((1, inf), (1, 4, inf)),
        (0, (0,)),
        (inf, (inf,)),
    ],
)
def test_the_optimum_is_the_true_one(odds_ratio, ratios) -> None:
    check_against_brute_force((0.1, 0.6), (0.7, 0.2), (0.25, 0.6), odds_ratio, ratios, 6)


@settings(max_examples=8, deadline=None)
@given(
    st.tuples(st.integers(1, 6), st.integers(7, 9)),
    st.tuples(st.integers(4, 9), st.integers(1, 3)),
    st.sampled_from([(0.2, 0.5), (0.3, 0.6), (0.1, 0.4)]),
    st.sampled_from([0.5, 1, 1, 2]),
)
def test_the_optimum_is_the_true_one_for_any_hypotheses(response, toxicity, limits, ratio) -> None:
    rates = [tuple(x / 10 for x in pair) for pair in (response, toxicity)]
    check_against_brute_force(*rates, limits, ratio, (ratio,), 5)


@pytest.mark.parametrize(
    ("response", "toxicity", "odds_ratio"),
    [
        ((0.1, 0.3), (0.4, 0.2), 1),
        ((0.2, 0.4), (0.3, 0.1), 0.5),
        ((0.05, 0.25), (0.4, 0.2), (0.2, 5)),
        ((0.1, 0.3), (0.3, 0.1), (0, inf)),
    ],
)
def test_the_search_counts_what_the_rule_does(response, toxicity, odds_ratio) -> None:
    found = find_bryant_day(response, toxicity, alpha=0.1, power=0.8, odds_ratio=odds_ratio)
    for design, expected in zip(found.frontier, found.expected_patients, strict=True):
        attained = found.attained(design)
        assert attained.expected_patients == pytest.approx(expected, abs=TIGHT * 100)
        assert attained.type1_response <= 0.1 + TIGHT
        assert attained.type1_toxicity <= 0.1 + TIGHT
        assert attained.power >= 0.8 - TIGHT


@pytest.fixture(scope="module")
def ranged():
    return find_bryant_day((0.2, 0.4), (0.3, 0.1), alpha=0.1, power=0.8, odds_ratio=(0.4, 2.5))


@settings(max_examples=50, deadline=None)
@given(st.data(), st.floats(0.4, 2.5))
def test_no_association_within_the_range_is_worse(ranged, data, ratio) -> None:
    found = ranged
    design = data.draw(st.sampled_from(found.frontier))
    attained = found.attained(design)
    poor, toxic, good = (
        design.characteristics(*rates, odds_ratio=ratio)
        for rates in ((0.2, 0.1), (0.4, 0.3), (0.4, 0.1))
    )
    assert poor.probability_success <= attained.type1_response + TIGHT
    assert toxic.probability_success <= attained.type1_toxicity + TIGHT
    assert good.probability_success >= attained.power - TIGHT
    assert poor.expected_patients <= attained.expected_response + 1e-10
    assert toxic.expected_patients <= attained.expected_toxicity + 1e-10


def test_a_type_1_error_never_exceeds_that_of_its_outcome_alone() -> None:
    """Whatever the toxicity rate and the association: the margin bounds the error of response."""
    design = BryantDayDesign(n1=21, n=46, r1=2, r=7, t1=8, t=15)
    alone = design.response.characteristics(0.1)
    margin = 1 - alone.probability_low[0]
    for toxicity, ratio in product((0.0, 0.05, 0.2, 0.4), (0, 0.5, 1, 3, inf)):
        found = design.characteristics(0.1, toxicity, odds_ratio=ratio)
        assert found.probability_success <= margin + TIGHT
    none = design.characteristics(0.1, 0.0)
    assert none.probability_success == pytest.approx(margin, abs=TIGHT)
