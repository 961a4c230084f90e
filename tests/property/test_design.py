"""Laws of the two-stage design that hold for any n1, r1, n, r and any true rate."""

from __future__ import annotations

from itertools import product
from math import fsum

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trialwright.design import TwoStageDesign

RATES = st.floats(0, 1)


@st.composite
def designs(draw: st.DrawFn, most: int = 60) -> TwoStageDesign:
    n = draw(st.integers(2, most))
    n1 = draw(st.integers(1, n - 1))
    r1 = draw(st.integers(0, n1 - 1))
    return TwoStageDesign(n1, r1, n, draw(st.integers(r1, n - 1)))


@given(designs(), RATES)
def test_probabilities_are_probabilities(design: TwoStageDesign, rate: float) -> None:
    found = design.operating_characteristics(rate)
    assert 0 <= found.probability_declare_active <= 1
    assert 0 <= found.probability_early_stop <= 1
    both = found.probability_declare_active + found.probability_early_stop
    assert both <= 1 + 1e-12  # a trial that stopped declared nothing
    assert design.first_stage <= found.expected_patients <= design.total


@given(designs(), RATES, RATES)
def test_a_better_drug_is_stopped_less_and_declared_more(design, one: float, other: float) -> None:
    worse, better = (design.operating_characteristics(p) for p in sorted((one, other)))
    slack = 1e-12
    assert worse.probability_declare_active <= better.probability_declare_active + slack
    assert worse.probability_early_stop >= better.probability_early_stop - slack
    assert worse.expected_patients <= better.expected_patients + slack * design.total


@given(designs(), RATES)
def test_a_higher_bound_declares_less(design: TwoStageDesign, rate: float) -> None:
    assume(design.total_bound + 1 < design.total)
    stricter = TwoStageDesign(
        design.first_stage, design.first_stage_bound, design.total, design.total_bound + 1
    )
    lenient, strict = (d.operating_characteristics(rate) for d in (design, stricter))
    slack = 1e-12  # the two are sums of other terms
    assert strict.probability_declare_active <= lenient.probability_declare_active + slack
    assert strict.probability_early_stop == lenient.probability_early_stop


@settings(max_examples=40, deadline=None)
@given(designs(most=9), RATES)
def test_the_decision_and_the_probabilities_are_one_rule(design, rate: float) -> None:
    # Every possible trial, decided by decide(), weighted by its probability.
    weight: dict[str, list[float]] = {}
    for calls in product((False, True), repeat=design.total):
        x = sum(calls)
        probability = rate**x * (1 - rate) ** (design.total - x)
        weight.setdefault(design.decide(calls).verdict, []).append(probability)
    total = {verdict: fsum(parts) for verdict, parts in weight.items()}
    found = design.operating_characteristics(rate)
    assert set(total) <= {"stop for futility", "activity declared", "activity not declared"}
    assert fsum(total.values()) == pytest.approx(1, abs=1e-12)
    stop, declared = total["stop for futility"], total.get("activity declared", 0.0)
    assert found.probability_early_stop == pytest.approx(stop, abs=1e-12)
    assert found.probability_declare_active == pytest.approx(declared, abs=1e-12)
    going_on = 1 - found.probability_early_stop
    goes_on = total.get("activity declared", 0.0) + total.get("activity not declared", 0.0)
    assert going_on == pytest.approx(goes_on, abs=1e-12)  # PET and continuation sum to 1
    expected = design.first_stage + goes_on * (design.total - design.first_stage)
    assert found.expected_patients == pytest.approx(expected, abs=1e-10)


@given(designs(), st.data())
def test_patients_after_the_plan_never_change_a_verdict(design: TwoStageDesign, data) -> None:
    n = design.total
    calls = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    more = data.draw(st.lists(st.booleans(), min_size=1, max_size=10))
    planned, attained = design.decide(calls), design.decide(calls + more)
    assert attained.verdict == planned.verdict
    assert (attained.responders, attained.evaluated) == (planned.responders, planned.evaluated)
    assert attained.left_out == planned.left_out + len(more)
    assert f"{n + len(more)} patients were evaluated" in attained.sentence


@given(designs(), st.data())
def test_a_stop_for_futility_is_final(design: TwoStageDesign, data) -> None:
    calls = data.draw(st.lists(st.booleans(), max_size=design.total + 5))
    verdicts = [design.decide(calls[:i]).verdict for i in range(len(calls) + 1)]
    if "stop for futility" in verdicts:
        first = verdicts.index("stop for futility")
        assert first == design.first_stage
        assert set(verdicts[first:]) == {"stop for futility"}
    counted = design.decide(calls)
    assert counted.evaluated + counted.left_out == len(calls)
    assert counted.responders == sum(calls[: counted.evaluated])
