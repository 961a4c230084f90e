"""Laws of a response design with a toxicity rule: every course counted, and what each takes."""

from __future__ import annotations

from itertools import pairwise, product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.design.boundaries import Boundaries
from trialwright.design.joint.rule import JointRate
from trialwright.design.joint.together import judge_together


@st.composite
def two_rules(draw, most: int) -> tuple[Boundaries, Boundaries]:
    n = draw(st.integers(2, most))
    n1 = draw(st.integers(1, n - 1))
    low = (draw(st.integers(0, n1)), draw(st.integers(0, n - 1)))
    response = Boundaries((n1, n), low, (None, low[1] + 1))
    looks = tuple(sorted(draw(st.sets(st.integers(1, n + 2), min_size=1, max_size=4))))
    if looks[0] > n:
        looks = (n, *looks)
    high = tuple(draw(st.integers(1, look)) for look in looks)
    return response, Boundaries(looks, (None,) * len(looks), high)


RATES = st.floats(0.0, 1.0)
RATIOS = st.sampled_from([0.0, 0.3, 1.0, 4.0, float("inf")])


def follow(course, response: Boundaries, toxicity: Boundaries) -> tuple[int, bool, bool]:
    """Follow one course: where it ends, and whether response and toxicity end it."""
    for look in range(1, response.most_patients + 1):
        responders, toxic = (sum(patient[i] for patient in course[:look]) for i in (0, 1))
        low = look in response.looks and (
            responders <= response.stop_at_most[response.looks.index(look)]
        )
        high = look in toxicity.looks and (
            toxic >= toxicity.stop_at_least[toxicity.looks.index(look)]
        )
        if low or high:
            return look, low, high
    return response.most_patients, False, False


@settings(max_examples=40, deadline=None)
@given(two_rules(6), RATES, RATES, RATIOS)
def test_every_course_of_a_small_trial(rules, p, q, ratio) -> None:
    response, toxicity = rules
    cells = JointRate.of(p, q, odds_ratio=ratio)
    chance = {(1, 1): cells.both, (1, 0): cells.first_only, (0, 1): cells.second_only}
    chance[0, 0] = cells.neither
    found = judge_together(
        response, toxicity, response_rates=p, toxicity_rates=q, odds_ratios=[ratio]
    )
    counted: dict[tuple[bool, bool], float] = {}
    expected = 0.0
    for course in product(chance, repeat=response.most_patients):
        end, low, high = follow(course, response, toxicity)
        likely = prod(chance[patient] for patient in course)
        counted[low, high] = counted.get((low, high), 0.0) + likely
        expected += likely * end
    (row,) = found.rows
    assert row.declares_activity == pytest.approx(counted.get((False, False), 0), abs=1e-12)
    assert row.stops_for_response == pytest.approx(counted.get((True, False), 0), abs=1e-12)
    assert row.stops_for_toxicity == pytest.approx(counted.get((False, True), 0), abs=1e-12)
    assert row.stops_for_both == pytest.approx(counted.get((True, True), 0), abs=1e-12)
    assert row.expected_patients == pytest.approx(expected, abs=1e-11)


@settings(deadline=None)
@given(two_rules(30), RATES, RATES, RATIOS)
def test_a_toxicity_rule_only_takes_away(rules, p, q, ratio) -> None:
    (row,) = judge_together(*rules, response_rates=p, toxicity_rates=q, odds_ratios=[ratio]).rows
    assert -1e-12 <= row.taken_by_toxicity <= row.toxicity_alone + 1e-12
    assert row.expected_patients <= row.expected_alone + 1e-10
    # What the margins alone say of the chance that neither stops the trial.
    least = row.response_alone - row.toxicity_alone
    assert row.declares_activity >= least - 1e-12


@settings(deadline=None)
@given(two_rules(30), RATES, RATES)
def test_responders_with_more_toxicity_declare_less(rules, p, q) -> None:
    rows = judge_together(
        *rules, response_rates=p, toxicity_rates=q, odds_ratios=[0, 0.3, 1, 4, float("inf")]
    ).rows
    declared = [row.declares_activity for row in rows]
    assert all(after <= before + 1e-12 for before, after in pairwise(declared))
