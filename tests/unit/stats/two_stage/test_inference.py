"""The record of a trial: its cell, its degenerate cases, attained sizes, refusals."""

from __future__ import annotations

import dataclasses
import math
import subprocess
import sys

import numpy as np
import pytest

from trialwright.stats.two_stage import (
    Attained,
    ConditionalTest,
    SampleSpace,
    TwoStagePlan,
    infer_after_two_stages,
    infer_all,
)
from trialwright.stats.two_stage.attained import attained_bound

PLAN = TwoStagePlan(10, 1, 29, 5, p0=0.10)


def test_a_report_cell() -> None:
    found = infer_after_two_stages(6, PLAN)
    assert str(found) == "6/29; UMVUE 26.1 % (stage-wise 90 % CI 10.2 to 41.3), p = 0.0471"
    assert found.verdict == "activity declared"
    assert found.p_value == found.attained_alpha
    assert found.decision_low == pytest.approx(0.10, abs=1e-15)
    assert (found.state, found.reason, found.method) == ("estimated", "", "stage-wise")


def test_where_the_interval_reads_against_the_decision_the_cell_says_so() -> None:
    # One-sided size 4.7 % against a two-sided 95 % interval: its lower limit is below p0.
    found = infer_after_two_stages(6, PLAN, level=0.95)
    assert not found.interval_reads_as_the_decision
    assert str(found) == (
        "6/29; UMVUE 26.1 % (stage-wise 95 % CI 8.6 to 45.5), p = 0.0471; "
        "activity declared at one-sided size 0.0471"
    )
    # The other way: a bound above the least one leaves 4 of 20 undeclared at p = 0.017.
    strict = infer_after_two_stages(4, TwoStagePlan(10, 0, 20, 4, p0=0.05))
    assert strict.p_value < 0.05
    assert strict.low > 0.05
    assert str(strict).endswith("; activity not declared at one-sided size 0.0025")


def test_no_response_has_limits() -> None:
    found = infer_after_two_stages(0, PLAN)
    assert (found.stage, found.evaluated, found.verdict) == (1, 10, "stop for futility")
    assert (found.estimate, found.low, found.p_value) == (0, 0, 1)
    assert found.high == pytest.approx(1 - 0.05**0.1, abs=1e-15)
    assert (found.median_unbiased, found.bias_adjusted) == (0, 0)
    assert math.isnan(found.koyama_chen_high)  # as clinfun's NA, and only there


def test_all_respond() -> None:
    found = infer_after_two_stages(29, PLAN)
    assert (found.estimate, found.high, found.bias_adjusted) == (1, 1, 1)
    assert found.low == pytest.approx(0.05 ** (1 / 29), abs=1e-15)
    assert str(found).endswith("p < 0.0001")


def test_the_least_trial_there_is() -> None:
    found = [infer_after_two_stages(x, TwoStagePlan(1, 0, 2, 1, p0=0.5)) for x in range(3)]
    assert [f.verdict for f in found] == [
        "stop for futility",
        "activity not declared",
        "activity declared",
    ]
    assert [f.p_value for f in found] == pytest.approx([1, 0.5, 0.25])
    assert [f.estimate for f in found] == [0, 1, 1]  # stage 1 is always 1 of 1 when passed


def test_one_stage_quantities_are_clopper_pearson_and_the_binomial_test() -> None:
    # R: binom.test(6, 29, 0.1, conf.level = 0.9); binom.test(6, 29, 0.1, "greater").
    from trialwright.stats import clopper_pearson

    found = infer_after_two_stages(6, PLAN)
    single = clopper_pearson(6, 29, level=0.90)
    limits = (found.one_stage_low, found.one_stage_high)
    assert limits == pytest.approx((single.low, single.high), abs=1e-13)
    expected = sum(math.comb(29, k) * 0.1**k * 0.9 ** (29 - k) for k in range(6, 30))
    assert found.one_stage_p_value == pytest.approx(expected, abs=1e-14)


def test_the_record_is_a_row_and_the_table_has_one_row_an_outcome() -> None:
    frame = infer_after_two_stages(6, PLAN).to_frame()
    assert frame.height == 1
    assert frame["verdict"].item() == "activity declared"
    table = infer_all(PLAN)
    rows = table.to_frame()
    assert rows.height == 30
    assert rows["verdict"].to_list()[:3] == ["stop for futility"] * 2 + ["activity not declared"]
    assert rows["p_value"][6] == rows["attained_alpha"][6]
    assert str(table.outcome(6)) == str(infer_after_two_stages(6, PLAN))
    with pytest.raises(ValueError, match="row must be from 0 to 29, not 30"):
        table.outcome(30)
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.level = 0.5


# --- attained sizes -----------------------------------------------------------------------


def test_the_planned_sizes_stated_change_nothing() -> None:
    for way in ("stage-wise", "conditional"):
        stated = infer_after_two_stages(6, PLAN, attained=Attained(10, 2, 29), size_change=way)
        assert stated == infer_after_two_stages(6, PLAN)
    stopped = infer_after_two_stages(1, PLAN, attained=Attained(10, 1, 10))
    assert stopped == infer_after_two_stages(1, PLAN)


def test_27_instead_of_29_patients() -> None:
    found = infer_after_two_stages(6, PLAN, attained=Attained(10, 2, 27))
    assert str(found) == "6/27; UMVUE 26.9 % (stage-wise 90 % CI 10.8 to 42.4), p = 0.0369"
    assert (found.total_bound, found.verdict) == (5, "activity declared")
    assert found.attained_alpha == found.p_value < 0.0471
    assert found.method == "stage-wise on the attained sizes"
    assert found.reason == (
        "27 patients in all, planned 29; sizes taken as not chosen by the responses"
    )


def test_31_instead_of_29_patients_need_a_response_more() -> None:
    found = infer_after_two_stages(6, PLAN, attained=Attained(10, 3, 31))
    assert (found.total_bound, found.verdict) == (6, "activity not declared")
    assert found.p_value > 0.0471 > found.attained_alpha


def test_the_attained_bound_spends_the_whole_size_and_no_more() -> None:
    space = SampleSpace(10, 1, 29)
    size = float(space.at_least(0.1)[6])
    assert attained_bound(space, 0.1, size) == 5  # the planned sizes give the planned bound
    assert attained_bound(space, 0.1, np.nextafter(size, 0)) == 6
    assert attained_bound(space, 0.1, 0.0) == 29  # no number of responses is enough


def test_conditional_on_stage_1() -> None:
    # Stage 1 at 2 of 10: the plan needed 4 of 19, at probability 0.115; so do 4 of 17 (0.083).
    test = ConditionalTest(PLAN, 2, 17)
    tail = [sum(math.comb(n, k) * 0.1**k * 0.9 ** (n - k) for k in range(c, n + 1))
            for n, c in ((19, 4), (17, 4), (17, 3))]  # fmt: skip
    assert test.allowed_error == pytest.approx(tail[0], abs=1e-15)
    assert tail[1] <= tail[0] < tail[2]
    assert test.total_bound == 5
    found = infer_after_two_stages(6, PLAN, attained=Attained(10, 2, 27), size_change="conditional")
    assert found.verdict == "activity declared"
    assert found.estimator == "median-unbiased"
    assert found.estimate == found.median_unbiased
    assert str(found) == (
        "6/27; median-unbiased 22.5 % (conditional 90 % CI 10.8 to 42.3), p = 0.0367"
    )
    assert found.koyama_chen_high < found.high


def test_conditional_where_stage_1_had_decided() -> None:
    # 6 of 10 in stage 1: declared, whatever stage 2 does; and 0 of 2 patients left cannot help.
    test = ConditionalTest(PLAN, 6, 17)
    assert (test.allowed_error, test.total_bound) == (1, 5)
    lost = ConditionalTest(TwoStagePlan(10, 1, 12, 5, 0.10), 2, 3)
    assert (lost.allowed_error, lost.total_bound) == (0, 5)  # all 5 there can be: never
    hopeless = infer_after_two_stages(
        5,
        TwoStagePlan(10, 1, 12, 5, 0.10),
        attained=Attained(10, 2, 13),
        size_change="conditional",
    )
    assert hopeless.verdict == "activity not declared"
    assert hopeless.p_value > hopeless.attained_alpha


def test_another_first_stage_is_always_on_the_attained_sizes() -> None:
    for way in ("stage-wise", "conditional"):
        found = infer_after_two_stages(6, PLAN, attained=Attained(9, 2, 29), size_change=way)
        assert found.method == "stage-wise on the attained sizes"
        assert found.reason.startswith("stage 1 was 1/9, planned 1/10; sizes")
    stopped = infer_after_two_stages(1, PLAN, attained=Attained(9, 1, 9))
    assert (stopped.verdict, stopped.stage) == ("stop for futility", 1)
    # Stopped with 1 of 9: P(1 or more of 9) at 0.1.
    assert stopped.p_value == pytest.approx(1 - 0.9**9, abs=1e-14)
    late = infer_after_two_stages(2, PLAN, attained=Attained(30, 2, 30, first_stage_bound=2))
    assert late.verdict == "stop for futility"


def test_a_bound_that_was_changed() -> None:
    found = infer_after_two_stages(6, PLAN, attained=Attained(10, 3, 29, first_stage_bound=2))
    assert found.reason.startswith("stage 1 was 2/10, planned 1/10")
    assert found.p_value < infer_after_two_stages(6, PLAN).p_value


@pytest.mark.parametrize(
    ("x", "attained", "verdict", "reason"),
    [
        (3, Attained(10, 3, 10), "no decision",
         "stopped after stage 1 although 3 of 10 is more than 1"),
        (6, Attained(10, 6, 10), "activity declared",
         "stopped after stage 1 although 6 of 10 is more than 1"),
        (6, Attained(10, 1, 29), "stop for futility",
         "went on to stage 2 although 1 of 10 is not more than 1"),
    ],
)  # fmt: skip
def test_a_rule_that_was_not_followed_gets_no_stage_wise_numbers(
    x, attained, verdict, reason
) -> None:
    found = infer_after_two_stages(x, PLAN, attained=attained)
    assert (found.state, found.verdict, found.reason) == ("not estimable", verdict, reason)
    for name in ("estimate", "low", "high", "p_value", "attained_alpha", "median_unbiased"):
        assert math.isnan(getattr(found, name)), name
    assert 0 < found.one_stage_low < found.one_stage_high < 1
    assert 0 < found.one_stage_p_value < 1
    assert reason in str(found)
    assert "UMVUE" not in str(found)
    assert found.to_frame().height == 1


def test_the_one_stage_p_value_is_above_the_stage_wise_one() -> None:
    # So it stays valid whatever the monitoring committee did with the futility rule.
    table = infer_all(PLAN)
    assert (table.one_stage_p_value[2:] >= table.p_value[2:]).all()


# --- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((0, 0, 29, 5, 0.1), r"first_stage \(n1\) must be from 1 to 999, not 0"),
        ((10, 10, 29, 10, 0.1), r"first_stage_bound \(r1\) must be from 0 to 9, not 10"),
        ((10, -1, 29, 5, 0.1), r"first_stage_bound \(r1\) must be from 0 to 9, not -1"),
        ((10, 1, 10, 5, 0.1), r"total \(n\) must be from 11 to 1000, not 10"),
        ((10, 1, 1001, 5, 0.1), r"total \(n\) must be from 11 to 1000, not 1001"),
        ((10, 1, 29, 0, 0.1), r"total_bound \(r\) must be from 1 to 28, not 0"),
        ((10, 1, 29, 29, 0.1), r"total_bound \(r\) must be from 1 to 28, not 29"),
        ((10, 1, 29, 5, 0.0), "p0 must lie strictly between 0 and 1, not 0"),
        ((10, 1, 29, 5, 1.0), "p0 must lie strictly between 0 and 1, not 1"),
        ((10, 1, 29, 5, math.nan), "p0 must lie strictly between 0 and 1, not nan"),
        ((10.0, 1, 29, 5, 0.1), r"first_stage must be a whole number, not 10\.0"),
        ((10, True, 29, 5, 0.1), "first_stage_bound must be a whole number, not True"),
    ],
)
def test_plans_that_no_trial_could_follow(numbers, message) -> None:
    with pytest.raises(ValueError, match=message):
        TwoStagePlan(*numbers)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ((0, 0, 10), "first_stage must be 1 or more, not 0"),
        ((10, 11, 20), "first_stage_responses must be from 0 to first_stage = 10, not 11"),
        ((10, 2, 9), "total must be from 10 to 1000, not 9"),
        ((10, 2, 1001), "total must be from 10 to 1000, not 1001"),
        ((10, 2, 29, 10), "first_stage_bound must be from 0 to 9, not 10"),
        ((10, 2, 29.0), r"total must be a whole number, not 29\.0"),
    ],
)
def test_sizes_that_do_not_fit(counts, message) -> None:
    with pytest.raises(ValueError, match=message):
        Attained(*counts)


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        (-1, {}, r"responses must be from 0 to total \(n\) = 29, not -1"),
        (30, {}, r"responses must be from 0 to total \(n\) = 29, not 30"),
        (6.5, {}, r"responses must be a whole number, not 6\.5"),
        (6, {"level": 1.0}, r"level must lie strictly between 0 and 1, such as 0\.95, not 1"),
        (6, {"level": math.nan}, "level must lie strictly between 0 and 1"),
        (6, {"size_change": "exact"}, "size_change must be one of .*, not 'exact'"),
        (1, {"attained": Attained(10, 2, 27)}, "responses must be from 2 to 19, not 1"),
        (3, {"attained": Attained(10, 2, 10)}, "responses must be from 2 to 2, not 3"),
        (1, {"attained": Attained(1, 1, 20)}, "state first_stage_bound, the one that was"),
    ],
)
def test_refusals(x, options, message) -> None:
    with pytest.raises(ValueError, match=message):
        infer_after_two_stages(x, PLAN, **options)


def test_the_planned_call_needs_no_scipy() -> None:
    code = (
        "import sys\n"
        "from trialwright.stats.two_stage import TwoStagePlan, infer_all\n"
        "infer_all(TwoStagePlan(10, 1, 29, 5, 0.1))\n"
        "assert not {'scipy', 'polars', 'numba'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("kind", [np.uint8, np.uint64, np.int8, np.int64])
def test_integers_of_numpy_are_kept_as_plain_ones(kind) -> None:
    """An unsigned integer would wrap below 0 and turn the decision round."""
    plan = TwoStagePlan(*(kind(number) for number in (10, 1, 29, 5)), 0.1)
    sizes = Attained(kind(10), kind(9), kind(27), first_stage_bound=kind(1))
    assert {type(getattr(plan, name)) for name in ("first_stage", "total_bound")} == {int}
    found = infer_after_two_stages(kind(12), plan, attained=sizes, size_change="conditional")
    plain = TwoStagePlan(10, 1, 29, 5, 0.1)
    assert found == infer_after_two_stages(
        12, plain, attained=Attained(10, 9, 27), size_change="conditional"
    )


def test_an_estimate_outside_its_interval_is_not_printed_alone() -> None:
    """Where stage 1 asks every patient to respond, the UMVUE of stage 2 is 1."""
    found = infer_after_two_stages(5, TwoStagePlan(5, 4, 100, 8, 0.05), level=0.9)
    assert str(found).startswith("5/100; UMVUE 100.0 %, median-unbiased ")
    assert found.low <= found.median_unbiased <= found.high


def test_the_table_of_a_design_cannot_be_edited() -> None:
    table = infer_all(PLAN)
    with pytest.raises(ValueError, match="read-only"):
        table.p_value[0] = 1
