"""Laws of a trial under way: martingale, start and end, and the rooms that know the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.design.boundaries import Boundaries
from trialwright.design.outlook import look_ahead
from trialwright.design.two_stage import TwoStageDesign
from trialwright.stats.beta_binomial import BetaRate
from trialwright.stats.predictive_probability import predictive_probability

RATES = st.floats(0.02, 0.98)
OUTCOMES = st.lists(st.sampled_from([True, False, None]), max_size=22)
PRIORS = st.builds(BetaRate, st.floats(0.1, 4), st.floats(0.1, 4))


@st.composite
def plans(draw: st.DrawFn) -> Boundaries:
    """Return one to four looks with any bounds that fit."""
    looks = sorted(draw(st.sets(st.integers(1, 20), min_size=1, max_size=4)))
    low, high = [], []
    for look in looks:
        most = draw(st.none() | st.integers(0, look - 1))
        low.append(most)
        high.append(draw(st.none() | st.integers(0 if most is None else most + 1, look)))
    return Boundaries(tuple(looks), tuple(low), tuple(high))


@given(plans(), OUTCOMES, RATES, PRIORS, st.sampled_from(["low", "high"]))
def test_today_is_the_average_of_tomorrow(plan, outcomes, rate, prior, bad_side):
    found = look_ahead(plan, outcomes, rates={"p": rate}, prior=prior, bad_side=bad_side)
    for patient in found.patients:
        for now, yes, no in zip(found.chances, patient.if_responds, patient.if_not, strict=True):
            p = now.next_response
            assert p * yes.success + (1 - p) * no.success == pytest.approx(now.success, abs=1e-12)
            for stops in ("low", "high"):
                for i, chance in enumerate(getattr(now, stops)):
                    mean = p * getattr(yes, stops)[i] + (1 - p) * getattr(no, stops)[i]
                    assert mean == pytest.approx(chance, abs=1e-12)


@given(plans(), OUTCOMES, RATES, st.floats(0, 1))
def test_pending_patients_with_their_own_chance_average_too(plan, outcomes, rate, apart):
    found = look_ahead(plan, outcomes, rates={"p": rate}, pending_rate=apart)
    for patient in found.patients:
        now, yes, no = found.chances[0], patient.if_responds[0], patient.if_not[0]
        p = apart if patient.pending else rate
        assert p * yes.success + (1 - p) * no.success == pytest.approx(now.success, abs=1e-12)


@given(plans(), OUTCOMES, RATES)
def test_pending_patients_are_like_new_ones_where_their_chance_is_the_same(plan, outcomes, rate):
    apart = look_ahead(plan, outcomes, rates={"p": rate}, pending_rate=rate).chances[0]
    alike = look_ahead(plan, outcomes, rates={"p": rate}).chances[0]
    assert (*apart.low, *apart.high) == pytest.approx((*alike.low, *alike.high), abs=1e-12)


@given(plans(), RATES)
def test_at_the_start_it_is_the_design(plan, rate):
    now = look_ahead(plan, [], rates={"p": rate}).chances[0]
    design = plan.characteristics(rate)
    assert now.low == pytest.approx(tuple(design.low[0]), abs=1e-12)
    assert now.high == pytest.approx(tuple(design.high[0]), abs=1e-12)


@given(plans(), st.lists(st.booleans(), min_size=20, max_size=25), PRIORS)
def test_at_the_end_it_is_0_or_1(plan, outcomes, prior):
    found = look_ahead(plan, outcomes, rates={"p": 0.3}, prior=prior)
    assert found.standing != "under way"
    assert {one.success for one in found.chances} == {float(bool(found.succeeded))}
    assert found.patients == ()


@given(st.integers(1, 40), st.data(), PRIORS, st.floats(0.05, 0.9), st.floats(0.05, 0.95))
def test_one_look_is_the_predictive_probability(n, data, prior, p0, threshold):
    seen = data.draw(st.lists(st.booleans(), max_size=n))
    asked = predictive_probability(
        sum(seen), len(seen), n, null_rate=p0, threshold=threshold, prior=prior
    )
    needed = asked.needed
    plan = Boundaries((n,), (n if needed is None else needed - 1 if needed else None,), (needed,))
    found = look_ahead(plan, seen, prior=prior)
    assert found.chances[-1].success == pytest.approx(asked.value, abs=1e-10)


@given(st.data(), OUTCOMES)
def test_the_verdict_is_that_of_the_two_stage_design(data, outcomes):
    n1 = data.draw(st.integers(1, 10))
    r1 = data.draw(st.integers(0, n1 - 1))
    n = data.draw(st.integers(n1 + 1, 20))
    r = data.draw(st.integers(r1, n - 1))
    decided = TwoStageDesign(n1, r1, n, r).decide(outcomes)
    found = look_ahead(Boundaries((n1, n), (r1, r), (None, r + 1)), outcomes)
    words = {
        ("stopped low", n1): "stop for futility",
        ("stopped low", n): "activity not declared",
        ("stopped high", n): "activity declared",
    }
    verdict = words.get((found.standing, found.decided_at or 0), "under way")
    if decided.verdict in {"too early", "continue to stage 2"}:
        assert verdict == "under way"
    else:
        assert decided.verdict == verdict
        assert decided.left_out == found.left_out
