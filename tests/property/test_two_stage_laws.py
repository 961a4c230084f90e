"""Laws of inference after two stages: coverage, order, and never against the decision."""

from __future__ import annotations

import csv
import dataclasses
import random
from functools import cache
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trialwright.design import TwoStageDesign
from trialwright.stats.two_stage import (
    Attained,
    ConditionalTest,
    SampleSpace,
    TwoStagePlan,
    TwoStageTable,
    bias,
    infer_after_two_stages,
    infer_all,
    unbiased,
)

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "tests" / "fixtures" / "stats" / "simon_designs.csv"
SHARED = ROOT.parent / "shared" / "refs" / "simon_designs_open.csv"
RATES = st.floats(0.01, 0.99)
ROUNDING = 1e-11  # sums of up to a few hundred terms of 1 or below
ASIDE = 1e-9


@st.composite
def plans(draw: st.DrawFn, most: int = 40) -> TwoStagePlan:
    n = draw(st.integers(2, most))
    n1 = draw(st.integers(1, n - 1))
    r1 = draw(st.integers(0, n1 - 1))
    return TwoStagePlan(n1, r1, n, draw(st.integers(r1, n - 1)), draw(RATES))


def space_of(plan: TwoStagePlan) -> SampleSpace:
    return SampleSpace(plan.first_stage, plan.first_stage_bound, plan.total)


def read_designs(path: Path) -> list[TwoStagePlan]:
    with path.open(newline="", encoding="utf-8") as lines:
        found = {
            TwoStagePlan(*(int(row[c]) for c in ("n1", "r1", "n", "r")), float(row["p0"]))
            for row in csv.DictReader(lines)
        }
    return sorted(found, key=str)


def shared_designs() -> list[TwoStagePlan]:
    if not SHARED.is_file():
        pytest.skip(f"{SHARED} is not here")
    designs = [plan for plan in read_designs(SHARED) if plan.total <= 100]
    assert len(designs) > 200
    return designs


def drawn_designs(count: int, most: int) -> list[TwoStagePlan]:
    draw, found = random.Random(5), []  # noqa: S311 - designs, not secrets
    while len(found) < count:
        n = draw.randint(2, most)
        n1 = draw.randint(1, n - 1)
        r1 = draw.randint(0, n1 - 1)
        found.append(TwoStagePlan(n1, r1, n, draw.randint(r1, n - 1), draw.uniform(0.02, 0.95)))
    return found


def rates_around(*limits: np.ndarray) -> np.ndarray:
    """Return a grid and, beside every limit, the rates just left and right of it."""
    ends = np.concatenate(limits)
    every = np.concatenate([np.linspace(0.001, 0.999, 400), ends - ASIDE, ends, ends + ASIDE])
    return np.unique(every[(every > 0) & (every < 1)])


def least_coverage(plan: TwoStagePlan, table: TwoStageTable) -> tuple[float, float, float]:
    """Return the least coverage over the rates, and the most missed below and above."""
    rates = rates_around(table.low, table.high)
    weight = space_of(plan).probabilities(rates)
    too_high = (weight * (table.low > rates[:, None])).sum(axis=1)
    too_low = (weight * (table.high < rates[:, None])).sum(axis=1)
    return float((1 - too_high - too_low).min()), float(too_high.max()), float(too_low.max())


def check_coverage(plan: TwoStagePlan, level: float) -> None:
    covered, too_high, too_low = least_coverage(plan, infer_all(plan, level=level))
    assert covered >= level - ROUNDING, (plan, level)
    # Each limit misses by its own tail at most; beside a limit it comes close to it.
    tail = (1 - level) / 2
    assert max(too_high, too_low) <= tail + ROUNDING, (plan, level)


@pytest.mark.parametrize("level", [0.80, 0.90, 0.95])
def test_the_interval_covers_at_every_rate_for_simon_designs(level: float) -> None:
    for plan in read_designs(FIXTURE):
        check_coverage(plan, level)


@pytest.mark.shared
def test_the_interval_covers_at_every_rate_for_every_shared_simon_design() -> None:
    for plan in shared_designs():
        check_coverage(plan, 0.90)


def test_the_interval_covers_at_every_rate_for_odd_designs() -> None:
    for plan in drawn_designs(150, 30):
        check_coverage(plan, 0.90)


def test_the_least_coverage_stands_beside_a_limit_and_a_coarse_grid_misses_it() -> None:
    plan = TwoStagePlan(10, 1, 29, 5, 0.10)
    table = infer_all(plan)
    coarse = np.arange(1, 50) * 0.02
    weight = space_of(plan).probabilities(coarse)
    inside = (table.low <= coarse[:, None]) & (coarse[:, None] <= table.high)
    assert least_coverage(plan, table)[0] < (weight * inside).sum(axis=1).min() - 1e-4
    _, too_high, too_low = least_coverage(plan, table)
    assert too_high == pytest.approx(0.05, abs=1e-7)  # the lower limit's guarantee is sharp
    assert too_low == pytest.approx(0.05, abs=1e-7)


def test_koyama_and_chens_upper_limit_does_not_cover() -> None:
    plan = TwoStagePlan(10, 1, 29, 5, 0.10)
    table = infer_all(plan)
    high = np.where(np.isnan(table.koyama_chen_high), 1.0, table.koyama_chen_high)
    rates = rates_around(table.low, high)
    weight = space_of(plan).probabilities(rates)
    inside = (table.low <= rates[:, None]) & (rates[:, None] <= high)
    assert (weight * inside).sum(axis=1).min() < 0.81  # of a nominal 0.90


@given(plans(), RATES)
def test_the_outcomes_have_probabilities_that_sum_to_one(plan, rate: float) -> None:
    found = space_of(plan).probabilities([0.0, rate, 1.0])
    assert found.sum(axis=1) == pytest.approx(1, abs=1e-12)
    assert found[0, 0] == 1
    assert found[2, -1] == 1


@given(plans(20))
def test_the_probabilities_are_those_of_the_two_binomials(plan: TwoStagePlan) -> None:
    n1, r1, n, p = plan.first_stage, plan.first_stage_bound, plan.total, plan.p0
    expected = np.zeros(n + 1)
    for x1 in range(n1 + 1):
        first = comb(n1, x1) * p**x1 * (1 - p) ** (n1 - x1)
        if x1 <= r1:
            expected[x1] += first
            continue
        for x2 in range(n - n1 + 1):
            rest = comb(n - n1, x2) * p**x2 * (1 - p) ** (n - n1 - x2)
            expected[x1 + x2] += first * rest
    assert space_of(plan).probabilities(p) == pytest.approx(expected, rel=1e-11, abs=1e-300)


@given(plans(), RATES)
def test_the_umvue_is_unbiased_and_the_naive_estimate_is_biased_downwards(plan, rate) -> None:
    space = space_of(plan)
    assert space.probabilities(rate) @ unbiased(space) == pytest.approx(rate, abs=1e-12)
    assert bias(space, rate) <= 1e-14
    assert (bias(space, [0.0, 1.0]) == 0).all()


@given(plans())
def test_every_quantity_rises_along_the_stage_wise_order(plan: TwoStagePlan) -> None:
    table = infer_all(plan)
    names = ["estimate", "low", "high", "median_unbiased"]
    names += ["decision_low"] if table.attained_alpha < 0.99 else []  # 1 - alpha keeps no digits
    for name in names:
        assert (np.diff(getattr(table, name)) >= -1e-12).all(), name
    assert (np.diff(table.p_value) <= 0).all()


@given(plans(), st.floats(0.8, 0.99))
def test_the_estimates_lie_inside_the_interval(plan: TwoStagePlan, level: float) -> None:
    # Where stage 1 is passed only if all of it respond, the UMVUE of every later outcome is 1.
    assume(plan.first_stage > plan.first_stage_bound + 1)
    table = infer_all(plan, level=level)
    for value in (table.estimate, table.median_unbiased):
        assert (table.low - 1e-12 <= value).all()
        assert (value <= table.high + 1e-12).all()


@settings(max_examples=300, deadline=None)
@given(plans(60))
def test_nothing_contradicts_the_decision(plan: TwoStagePlan) -> None:
    check_decision(plan)


def test_nothing_contradicts_the_decision_in_simon_designs() -> None:
    for plan in read_designs(FIXTURE):
        check_decision(plan)


@pytest.mark.shared
def test_nothing_contradicts_the_decision_in_every_shared_simon_design() -> None:
    for plan in shared_designs():
        check_decision(plan)


def check_decision(plan: TwoStagePlan) -> None:
    design = TwoStageDesign(plan.first_stage, plan.first_stage_bound, plan.total, plan.total_bound)
    table = infer_all(plan)
    alpha = table.attained_alpha
    exact = design.operating_characteristics(plan.p0).probability_declare_active
    assert alpha == pytest.approx(exact, rel=1e-9, abs=1e-14)
    x = table.responses
    declared = x > plan.total_bound
    assert (table.declared == declared).all()
    assert (table.declared == (table.decision_low >= plan.p0)).all()
    assert (table.p_value[declared] <= alpha).all()
    # Beyond this the outcomes below have no probability that a float could add to alpha.
    if alpha < 1 - 1e-12:
        undecided = ~declared & (space_of(plan).probabilities(plan.p0) > 1e-14 * alpha)
        assert (table.p_value[undecided] > alpha).all()
    if alpha <= 0.5:
        assert (table.estimate[declared] > plan.p0).all()
        assert (table.median_unbiased[declared] >= plan.p0 - 1e-15).all()


@settings(max_examples=30)
@given(plans(30), st.floats(0.5, 0.99), st.data())
def test_the_table_and_the_single_call_are_one(plan: TwoStagePlan, level: float, data) -> None:
    x = data.draw(st.integers(0, plan.total))
    single = infer_after_two_stages(x, plan, level=level)
    row = infer_all(plan, level=level).outcome(x)
    assert single.verdict == row.verdict
    for field in dataclasses.fields(single):
        one, other = getattr(single, field.name), getattr(row, field.name)
        if isinstance(one, float):
            assert one == pytest.approx(other, abs=1e-12, nan_ok=True), field.name
        else:
            assert one == other, field.name


@settings(max_examples=60, deadline=None)
@given(plans(30), st.data())
def test_attained_sizes_keep_the_size_of_the_planned_test(plan: TwoStagePlan, data) -> None:
    m1 = data.draw(st.integers(plan.first_stage_bound + 1, plan.first_stage + 3))
    x1 = data.draw(st.integers(0, m1))
    stopped = x1 <= plan.first_stage_bound
    m2 = 0 if stopped else data.draw(st.integers(1, 20))
    x = x1 + data.draw(st.integers(0, m2))
    attained = Attained(m1, x1, m1 + m2)
    planned = float(space_of(plan).at_least(plan.p0)[plan.total_bound + 1])
    for way in ("stage-wise", "conditional"):
        found = infer_after_two_stages(x, plan, attained=attained, size_change=way)
        assert found.attained_alpha <= planned
        assert found.declared == (found.p_value <= found.attained_alpha) or planned > 1 - 1e-9
        assert found.declared == (found.decision_low >= plan.p0)
        assert found.declared == (x > found.total_bound)
        if m1 > plan.first_stage_bound + 1:  # see the law of the estimates
            assert found.low - 1e-12 <= found.estimate <= found.high + 1e-12
        assert (found.verdict == "stop for futility") == stopped


# How many patients stage 2 had, as a function of what stage 1 showed: the worst that a look at
# the responses could do to the size.
CHOICES = {
    "two fewer": lambda _x1, n2: max(1, n2 - 2),
    "fewer after a good start": lambda x1, n2: max(1, n2 - 2 * x1),
    "more after a poor start": lambda x1, n2: n2 + 12 - min(x1, 12),
    "one patient": lambda _x1, _n2: 1,
    "up and down": lambda x1, n2: max(1, n2 + 5 * (-1) ** x1),
}
CONDITIONAL = [
    TwoStagePlan(10, 1, 29, 5, 0.10),
    TwoStagePlan(6, 1, 13, 5, 0.25),
    TwoStagePlan(9, 2, 17, 3, 0.20),
    TwoStagePlan(4, 0, 9, 6, 0.30),
]


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("plan", CONDITIONAL, ids=str)
def test_the_conditional_interval_covers_whatever_chose_the_size(plan, choice: str) -> None:
    outcomes = list(conditional_outcomes(plan, choice))
    low, high = (np.array([o[k] for o in outcomes]) for k in (2, 3))
    stops = infer_all(plan)
    for rate in rates_around(low, high)[::2]:
        first = [comb(plan.first_stage, k) * rate**k * (1 - rate) ** (plan.first_stage - k)
                 for k in range(plan.first_stage + 1)]  # fmt: skip
        weight = np.array(
            [
                first[x1] * comb(m2, x2) * rate**x2 * (1 - rate) ** (m2 - x2)
                for (x1, x2, _, _, m2) in outcomes
            ]
        )
        early = range(plan.first_stage_bound + 1)
        missed_above = weight[low > rate].sum() + sum(
            first[x] for x in early if stops.low[x] > rate
        )
        missed_below = weight[high < rate].sum() + sum(
            first[x] for x in early if stops.high[x] < rate
        )
        assert missed_above <= 0.05 + ROUNDING, (rate, plan)
        assert missed_below <= 0.05 + ROUNDING, (rate, plan)


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("plan", CONDITIONAL, ids=str)
def test_the_conditional_test_keeps_its_size_whatever_chose_it(plan, choice: str) -> None:
    p0, n1 = plan.p0, plan.first_stage
    error = 0.0
    for x1, x2, _, _, m2 in conditional_outcomes(plan, choice):
        if x1 + x2 > ConditionalTest(plan, x1, m2).total_bound:
            error += (
                comb(n1, x1)
                * p0**x1
                * (1 - p0) ** (n1 - x1)
                * (comb(m2, x2) * p0**x2 * (1 - p0) ** (m2 - x2))
            )
    assert error <= infer_all(plan).attained_alpha + 1e-12


@cache
def conditional_outcomes(plan: TwoStagePlan, choice: str):
    n1, n2, found = plan.first_stage, plan.total - plan.first_stage, []
    for x1 in range(plan.first_stage_bound + 1, n1 + 1):
        m2 = CHOICES[choice](x1, n2)
        test = ConditionalTest(plan, x1, m2)
        found += [
            (x1, x2, test.rate_where(x2, 0.05), test.rate_where(x2 + 1, 0.95), m2)
            for x2 in range(m2 + 1)
        ]
    return found
