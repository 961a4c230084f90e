"""A first stage of another size: by hand, every refusal, words and the verb."""

from __future__ import annotations

import json

import pytest
from verb_call import call_of

from trialwright.cli.design.attained import attained
from trialwright.design import TwoStageDesign
from trialwright.design.attained.redesign import AttainedStageDesign, redesign_after_first_stage
from trialwright.design.attained.sizes import judge_attained_sizes
from trialwright.errors import DesignError
from trialwright.report.design.words_attained_stage import word_attained_stage
from trialwright.stats.two_stage import Attained, TwoStagePlan, infer_after_two_stages

say = call_of(attained)
PLAN = TwoStageDesign(10, 1, 29, 5)
ASK = ["--p0", "0.1", "--p1", "0.3"]


# --- a new design -------------------------------------------------------------------------


def test_the_planned_first_stage_gives_the_plan_back() -> None:
    found = redesign_after_first_stage(10, 0.1, 0.3)
    assert f"{found.design}" == f"{PLAN}"
    assert found.enough_already is None


def test_without_a_bound_it_is_the_single_stage_design() -> None:
    found = redesign_after_first_stage(4, 0.1, 0.3)
    assert f"{found.design}" == "-/4 5/25"
    row = found.to_frame().row(0, named=True)
    assert (row["first_stage_bound"], row["expected_patients_p0"]) == (None, 25)
    assert row["early_stop_p0"] == 0
    assert row["type_1_error"] == pytest.approx(0.0334, abs=5e-5)


def test_a_first_stage_that_is_enough_says_so() -> None:
    found = redesign_after_first_stage(30, 0.1, 0.3)
    assert f"{found.enough_already}" == "6/30"
    assert f"{found.design}" == "6/30 6/31"  # whoever passed stage 1 has declared activity
    assert redesign_after_first_stage(24, 0.1, 0.3).enough_already is None


def test_a_first_stage_too_small_for_any_bound_has_no_design_of_its_own() -> None:
    found = redesign_after_first_stage(1, 0.1, 0.3, alpha=0.1, power=0.5)
    assert found.design.first_stage_bound is None
    assert found.enough_already is None


@pytest.mark.parametrize(
    ("first_stage", "asked", "words"),
    [
        (0, {}, "first_stage must be from 1 to 999"),
        (10.5, {}, "first_stage must be a whole number"),
        (30, {"most_patients": 30}, "first_stage must be from 1 to 29"),
        (10, {"power": 1}, "power must be strictly"),
        (10, {"alpha": 0.9}, r"alpha \+ beta must be below 1"),
        (10, {"most_patients": 24}, "best is 24 patients with power .*; raise most_patients"),
        (10, {"most_patients": 1}, "most_patients must be from 2"),
    ],
)
def test_what_makes_no_redesign_is_said(first_stage, asked, words) -> None:
    with pytest.raises(DesignError, match=words):
        redesign_after_first_stage(first_stage, 0.1, 0.3, **asked)


def test_rates_too_near_say_how_near_the_best_came() -> None:
    with pytest.raises(DesignError, match="p1 must be above p0"):
        redesign_after_first_stage(10, 0.3, 0.1)
    with pytest.raises(DesignError, match=r"up to 300 in all .* the best is \d+ patients with"):
        redesign_after_first_stage(10, 0.5, 0.55, most_patients=300)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((0, None, 5, 1), "first_stage"),
        ((10, 10, 29, 11), "first_stage_bound"),
        ((10, 1, 10, 5), "total"),
        ((10, 3, 29, 2), "total_bound"),
        ((10, None, 29, 29), "total_bound"),
    ],
)
def test_no_design(numbers, words) -> None:
    with pytest.raises(DesignError, match=words):
        AttainedStageDesign(*numbers)


# --- the plan on the attained sizes -------------------------------------------------------


def test_the_planned_sizes_change_nothing() -> None:
    found = judge_attained_sizes(PLAN, 0.1, 0.3)
    assert found.planned == found.attained == found.tested == PLAN.boundaries


def test_three_rows_with_exact_errors() -> None:
    found = judge_attained_sizes(PLAN, 0.1, 0.3, first_stage=13, total=30)
    shown = found.to_frame()
    assert shown["bounds"].to_list() == ["planned", "attained", "tested"]
    assert shown["first_stage"].to_list() == [10, 13, 13]
    assert shown["total"].to_list() == [29, 30, 30]
    for row, design in zip(
        shown.iter_rows(named=True),
        (PLAN, TwoStageDesign(13, 1, 30, 5), TwoStageDesign(13, 1, 30, found.tested_bound)),
        strict=True,
    ):
        null = design.operating_characteristics(0.1)
        power = design.operating_characteristics(0.3).probability_declare_active
        assert row["type_1_error"] == pytest.approx(null.probability_declare_active, rel=1e-12)
        assert row["expected_patients_p0"] == pytest.approx(null.expected_patients, rel=1e-12)
        assert row["power"] == pytest.approx(power, rel=1e-12)


@pytest.mark.parametrize(("first_stage", "total"), [(10, 27), (12, 29), (8, 31), (13, 30)])
def test_the_bound_is_that_of_the_inference_after_the_trial(first_stage: int, total: int) -> None:
    found = judge_attained_sizes(PLAN, 0.1, 0.3, first_stage=first_stage, total=total)
    inferred = infer_after_two_stages(
        6, TwoStagePlan(10, 1, 29, 5, p0=0.1), attained=Attained(first_stage, 2, total)
    )
    assert found.tested_bound == inferred.total_bound
    plan, tested = (found.characteristics()[name] for name in ("planned", "tested"))
    assert tested.probability_high[0] <= plan.probability_high[0] + 1e-12


def test_some_count_is_always_enough() -> None:
    # r + 1 responders in a row would declare activity by the plan, and all n of n are not likelier.
    plan = TwoStageDesign(2, 0, 40, 39)
    assert judge_attained_sizes(plan, 0.5, 0.9, first_stage=1).tested_bound == 39


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"first_stage": 1}, "bound 1 leaves no way to pass a first stage of 1"),
        ({"first_stage": 29}, "29 patients with 29 in stage 1 has no second stage"),
        ({"first_stage": 3, "total": 5}, "more than the planned 5 responders"),
        ({"first_stage": 0}, "first_stage must be from 1"),
        ({"total": 2000}, "total must be from 1 to 1000"),
    ],
)
def test_sizes_on_which_the_bounds_mean_nothing(asked, words) -> None:
    with pytest.raises(DesignError, match=words):
        judge_attained_sizes(PLAN, 0.1, 0.3, **asked)


def test_rates_are_checked() -> None:
    with pytest.raises(DesignError, match="p1 must be above p0"):
        judge_attained_sizes(PLAN, 0.3, 0.1)
    with pytest.raises(DesignError, match="p0 must be strictly"):
        judge_attained_sizes(PLAN, 0.0, 0.1)


# --- words and verb -----------------------------------------------------------------------


def test_every_number_is_in_the_protocol() -> None:
    sizes = judge_attained_sizes(PLAN, 0.1, 0.3, first_stage=13)
    words = word_attained_stage(redesign_after_first_stage(13, 0.1, 0.3), sizes=sizes)
    for number in ("1/10 5/29", "0.0471", "0.8051", "13 patients", "0.0566", "0.8738", "0.0203",
                   "0.7920", "13 more patients are enrolled, 26 in all", "6 or more of the 26",
                   "0.0373", "0.8172", "0.6213", "17.9", "is replaced"):  # fmt: skip
        assert number in words.protocol
    assert words.grant.count(". ") <= 2
    assert len(words.references) == 3


def test_words_without_a_bound_and_without_need() -> None:
    free = word_attained_stage(redesign_after_first_stage(4, 0.1, 0.3)).protocol
    assert "whatever they show" in free
    assert "otherwise" not in free
    enough = word_attained_stage(redesign_after_first_stage(30, 0.1, 0.3)).protocol
    assert "1 more patient is enrolled, 31 in all" in enough
    assert "no second stage is needed" in enough


def test_the_verb_prints_a_table() -> None:
    found = say("1/10 5/29", "--first-stage", "13", *ASK)
    assert found.exit_code == 0
    for words in ("as planned", "0.0566", "1/13 6/29", "1/13 5/26", "17.92"):
        assert words in found.stdout


def test_the_verb_prints_json_with_words_and_draws(tmp_path) -> None:
    picture = tmp_path / "attained.pdf"
    found = say(
        "1/10 5/29", "--first-stage", "4", "--total", "28", *ASK, "--json", "--protocol-text",
        "--plot", str(picture),
    )  # fmt: skip
    content = json.loads(found.stdout)
    assert content["redesign"]["first_stage_bound"] is None
    assert [one["total"] for one in content["sizes"]] == [29, 28, 28]
    assert (content["plan"], content["not_judged"]) == ("1/10 5/29", None)
    assert "1/10 5/29" in content["protocol_text"]
    assert picture.read_bytes().startswith(b"%PDF")


def test_a_first_stage_beyond_the_plan_still_has_a_new_design() -> None:
    found = say("1/10 5/29", "--first-stage", "30", *ASK)
    assert found.exit_code == 0
    assert "not judged: a trial of 29 patients with 30 in stage 1" in found.stdout
    assert "No second stage is needed: 6/30" in found.stdout


def test_the_verb_says_what_it_cannot_do() -> None:
    found = say("1-10", "--first-stage", "13", *ASK)
    assert isinstance(found.exception, DesignError)
    assert "is not r1/n1 r/n" in str(found.exception)
    error = say("1/10 5/9", "--first-stage", "8", *ASK).exception
    assert isinstance(error, DesignError)
    assert "total (n) must be from 11" in str(error)
