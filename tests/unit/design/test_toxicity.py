"""Toxicity monitoring by hand: bounds, ties, refusals, the words, the verb, the study file."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from trialwright.cli.design.toxicity import toxicity
from trialwright.design.boundaries import Boundaries
from trialwright.design.toxicity.looks import (
    NestedBoundaries,
    looks_every,
    rates_around,
    stop_chance,
)
from trialwright.design.toxicity.of_study import toxicity_rule_of
from trialwright.design.toxicity.posterior import (
    UNIFORM,
    PosteriorToxicityRule,
    find_toxicity_cut,
)
from trialwright.design.toxicity.repeated_significance import find_repeated_significance
from trialwright.errors import DesignError, StudyError
from trialwright.report.design.words_toxicity import percent, word_toxicity, write_bounds
from trialwright.stats.beta_binomial import BetaRate

RUN = CliRunner()
APP = typer.Typer()
APP.command()(toxicity)
RULE = PosteriorToxicityRule(0.30, 0.90, looks_every(5, 29))
SEARCH = {"acceptable_rate": 0.2, "excessive_rate": 0.45}


def say(*arguments: str):
    return RUN.invoke(APP, [*arguments], env={"COLUMNS": "200"})


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


# --- looks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "total", "looks"),
    [
        (5, 29, (5, 10, 15, 20, 25, 29)),
        (5, 30, (5, 10, 15, 20, 25, 30)),
        (1, 4, (1, 2, 3, 4)),
        (7, 7, (7,)),
        (4, 5, (4, 5)),
        (1, 1, (1,)),
    ],
)
def test_looks_are_the_multiples_below_the_total_and_the_total(step, total, looks) -> None:
    assert looks_every(step, total) == looks


@pytest.mark.parametrize(
    ("step", "total", "message"),
    [
        (0, 29, "step between looks must be from 1 to 29, not 0"),
        (30, 29, "step between looks must be from 1 to 29, not 30"),
        (5, 0, "total must be from 1 to 1000, not 0"),
        (5, 1001, "total must be from 1 to 1000, not 1001"),
        (2.5, 29, "step between looks must be a whole number, not 2.5"),
    ],
)
def test_looks_that_cannot_be_are_refused(step, total, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        looks_every(step, total)


def test_rates_around_a_limit_are_probabilities() -> None:
    assert rates_around(0.3) == (0.15, 0.3, 0.45, 0.6)
    assert rates_around(0.6) == (0.3, 0.6, 0.9)


def test_weights_that_rounding_split_are_one_threshold() -> None:
    split = np.array([0.1, 0.3]), np.array([0.1, 0.3 + 4e-13, 0.6])
    nested = NestedBoundaries((1, 2), split)
    assert nested.thresholds().tolist() == [0.1, 0.3 + 4e-13, 0.6]
    assert nested.at(0.3).stop_at_least == (None, 2)
    assert nested.at(0.1).stop_at_least == (1, 1)
    assert nested.find_first([0.1, 0.3, 0.6], lambda plan: plan.stop_at_least[0] is None) == 1
    assert nested.find_first([0.1, 0.3, 0.6], lambda _: False) == 3


# --- posterior probability -------------------------------------------------------------------


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


def test_the_error_limit_of_repeated_tests_is_inclusive() -> None:
    asked = find_repeated_significance(0.2, 0.4, looks=(10, 20))
    kept = find_repeated_significance(
        0.2, 0.4, looks=(10, 20), alpha=asked.keeps_alpha.stop_acceptable
    )
    assert kept.boundaries == asked.boundaries
    assert asked.keeps_power is not None
    power = asked.keeps_power.stop_excessive
    again = find_repeated_significance(0.2, 0.4, looks=(10, 20), power=power)
    assert again.keeps_power == asked.keeps_power
    assert again.keeps_both == (asked.keeps_alpha.stop_excessive >= power)
    exactly = find_repeated_significance(
        0.2, 0.4, looks=(10, 20), power=asked.keeps_alpha.stop_excessive
    )
    assert exactly.keeps_both


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


# --- repeated significance ------------------------------------------------------------------------


def test_one_look_is_the_exact_test() -> None:
    # P(X >= 5 | 10, 0.2) = 0.0328, P(X >= 4) = 0.1209.
    found = find_repeated_significance(0.2, 0.5, looks=(10,), alpha=0.10, power=0.8)
    assert found.boundaries.stop_at_least == (5,)
    assert found.exceeds_alpha is not None
    assert found.exceeds_alpha.boundaries.stop_at_least == (4,)
    assert found.keeps_alpha.level_from == pytest.approx(found.keeps_alpha.stop_acceptable)
    assert found.keeps_alpha.level_below == pytest.approx(0.1209, abs=5e-5)
    assert found.keeps_power is not None
    assert found.keeps_power.boundaries.stop_at_least == (4,)
    assert found.misses_power.boundaries.stop_at_least == (5,)
    assert not found.keeps_both


def test_a_power_that_nothing_reaches_is_none_and_all_may_keep_alpha() -> None:
    found = find_repeated_significance(0.01, 0.02, looks=(5, 10), alpha=0.5, power=0.9)
    assert found.boundaries.stop_at_least == (1, 1)  # 1 - 0.99**10 = 0.096: even this keeps it
    assert found.exceeds_alpha is None
    assert found.keeps_power is None
    assert found.misses_power.boundaries.stop_at_least == (1, 1)
    assert found.to_frame()["boundary"].to_list() == ["keeps alpha", "misses power"]
    with pytest.raises(ValueError, match=r"no boundary of shape 0 reaches power 0\.9"):
        word_toxicity(found, for_power=True)


def test_a_steeper_shape_stops_later_at_first() -> None:
    pocock, brien = (
        find_repeated_significance(0.2, 0.4, looks=(10, 20, 30, 40), shape=s) for s in (0.0, 0.5)
    )
    assert pocock.boundaries.stop_at_least[0] < brien.boundaries.stop_at_least[0]
    assert pocock.boundaries.stop_at_least[-1] > brien.boundaries.stop_at_least[-1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shape": 0.6}, r"shape must be from 0 \(Pocock\) to 0.5 .*not 0.6"),
        ({"shape": -0.1}, "shape must be from 0"),
        ({"shape": float("nan")}, "shape must be from 0"),
        ({"power": 0.05}, "power must be above alpha, not 0.05 against 0.1"),
        ({"power": 0.1}, "power must be above alpha, not 0.1 against 0.1"),
        ({"power": 1.0}, "power must be strictly between 0 and 1"),
        ({"alpha": 0.0}, "alpha must be strictly between 0 and 1"),
        ({"looks": (10, 10)}, "looks must be one or more and ascend"),
        ({"excessive_rate": 0.2}, "excessive_rate must be above acceptable_rate"),
    ],
)
def test_tests_that_cannot_be_are_refused(options, message: str) -> None:
    asked = {"acceptable_rate": 0.2, "excessive_rate": 0.4, "looks": (10, 20), **options}
    low, high = asked.pop("acceptable_rate"), asked.pop("excessive_rate")
    with pytest.raises(DesignError, match=message):
        find_repeated_significance(low, high, **asked)


# --- the study file --------------------------------------------------------------------------


def test_the_rule_of_the_worked_study(crclm_study) -> None:
    rule = toxicity_rule_of(crclm_study)
    assert (rule.limit, rule.cut, rule.prior) == (0.3, 0.9, BetaRate(1, 1))
    assert rule.looks == (5, 10, 15, 20, 25, 29)
    assert rule.boundaries.stop_at_least == (3, 5, 7, 9, 11, 12)
    assert rule == RULE


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("safety", "highest_toxicity_rate"),
        ("safety", "toxicity_stop_probability"),
        ("safety", "toxicity_look_every"),
        ("design", "planned_patients"),
    ],
)
def test_a_gap_of_the_study_is_named(crclm_study, section: str, name: str) -> None:
    from trialwright.study import Study

    content = crclm_study.model_dump(exclude_none=True)
    content[section][name] = {"origin": "gap", "needed": "ask the team"}
    open_study = Study.model_validate(content)
    with pytest.raises(StudyError, match=rf"{section}\.{name} is still open in the study file"):
        toxicity_rule_of(open_study)


def test_a_study_that_looks_after_more_patients_than_it_plans_is_refused(
    crclm_study, settle
) -> None:
    changed = settle(crclm_study, safety__toxicity_look_every=40)
    with pytest.raises(DesignError, match="step between looks must be from 1 to 29, not 40"):
        toxicity_rule_of(changed)


# --- words ------------------------------------------------------------------------------------


def test_bounds_are_written_in_runs() -> None:
    assert write_bounds(RULE.boundaries) == (
        "at least 3 of 5, 5 of 10, 7 of 15, 9 of 20, 11 of 25 or 12 of 29"
    )
    bounds = (None, None, 3, 3, 4, 4, 4, 5, 5)
    every = Boundaries(looks_every(1, 9), (None,) * 9, bounds)
    assert write_bounds(every) == "at least 3 of 3 to 4, 4 of 5 to 7 or 5 of 8 to 9"
    apart = Boundaries((5, 10), (None, None), (3, 3))
    assert write_bounds(apart) == "at least 3 of 5 or 3 of 10"  # 7 is no look
    assert write_bounds(Boundaries((5,), (None,), (None,))) == "no number of"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.00049, "< 0.1 %"), (0.0005, "0.1 %"), (0.9995, "> 99.9 %"),
     (0.123456, "12.3 %")],
)  # fmt: skip
def test_a_share_is_never_rounded_to_certainty(share: float, text: str) -> None:
    assert percent(share) == text


def test_the_protocol_carries_every_number_of_the_rule() -> None:
    words = word_toxicity(RULE)
    for part in (
        "Thall, Simon and Estey 1995",
        "Beta(1, 1) (uniform)",
        "the rate exceeds 30 % is above 0.9",
        "after 5, 10, 15, 20, 25 and 29 patients",
        "at least 3 of 5, 5 of 10, 7 of 15, 9 of 20, 11 of 25 or 12 of 29 patients",
        "3.3 % at a true rate of 15 %",
        "82.1 % at a true rate of 45 %",
        "28.3 at 15 %, 23.2 at 30 %, 14.1 at 45 % and 7.8 at 60 %",
    ):
        assert part in words.protocol
    assert "Stat Med 1995;14:357" in words.references[0]
    assert words.grant.count(". ") <= 2
    assert "at most 29 patients" in words.grant


def test_the_words_of_a_searched_cut_say_what_was_asked_and_attained() -> None:
    found = find_toxicity_cut(0.30, RULE.looks, **SEARCH)
    text = word_toxicity(found).protocol
    asked = "an acceptable rate of 20 % at or below 10 % (attained 9.7 %)"
    assert asked in text
    assert "an excessive rate of 45 % as large as it can be (88.8 %)" in text
    assert "any cut from 0.8247 to below 0.8407" in text


def test_the_words_of_repeated_tests_say_what_was_not_reached() -> None:
    found = find_repeated_significance(0.2, 0.4, looks=looks_every(1, 20), alpha=0.05)
    words = word_toxicity(found)
    assert "after every patient; each look is a one-sided exact test at the nominal level" in (
        words.protocol
    )
    assert "4.8 % at the acceptable rate of 20 % (at most 5 % was asked)" in words.protocol
    assert "(at least 90 % was asked, which these patients do not reach)" in words.protocol
    assert len(words.references) == 2
    other = find_repeated_significance(0.2, 0.4, looks=(10, 20, 30), shape=0.25)
    other_words = word_toxicity(other, for_power=True, rates=[0.3])
    assert "which this boundary exceeds" in other_words.protocol
    assert "shape 0.25 of Wang and Tsiatis" in other_words.protocol
    assert "at a true rate of 30 %" in other_words.protocol
    assert len(other_words.references) == 3


def test_continuous_looks_that_begin_later_say_from_when() -> None:
    found = find_repeated_significance(0.1, 0.3, looks=tuple(range(2, 31)))
    assert "after every patient, from 2 patients on" in word_toxicity(found).protocol


# --- the verb ----------------------------------------------------------------------------------

RULE_OPTIONS = ["--limit", "0.3", "--cut", "0.9", "--every", "5", "--total", "29"]
TEST_OPTIONS = ["--repeated", "--acceptable", "0.2", "--excessive", "0.4", "--looks", "15,30,45"]


def test_the_table_shows_bounds_chances_and_expected_patients() -> None:
    told = say(*RULE_OPTIONS, "--rates", "0.1,0.5")
    assert told.exit_code == 0
    expected = RULE.boundaries.characteristics([0.1, 0.5])
    for part in ("3 or more", "12 or more", "stopped by then at 0.5", "expected patients"):
        assert part in told.stdout
    for value in expected.probability_high:
        assert f"{value:.4f}" in told.stdout
    for value in expected.expected_patients:
        assert f"{value:.2f}" in told.stdout


def test_the_json_of_a_rule_is_the_rule() -> None:
    told = say(*RULE_OPTIONS, "--json", "--rates", "0.1,0.5", "--protocol-text")
    found = json.loads(told.stdout)
    assert (found["limit"], found["cut"], found["prior"]) == (0.3, 0.9, [1.0, 1.0])
    assert found["looks"] == [5, 10, 15, 20, 25, 29]
    assert found["stop_at_least"] == [3, 5, 7, 9, 11, 12]
    expected = RULE.boundaries.characteristics([0.1, 0.5])
    for i, row in enumerate(found["operating_characteristics"]):
        assert row["probability_stop"] == expected.probability_high[i]
        assert row["expected_patients"] == expected.expected_patients[i]
    assert found["protocol_text"] == word_toxicity(RULE, rates=(0.1, 0.5)).protocol


def test_a_cut_left_out_is_searched() -> None:
    options = ["--limit", "0.3", "--every", "5", "--total", "29", "--prior", "0.6,1.4"]
    told = say(*options, "--acceptable", "0.2", "--excessive", "0.45", "--json")
    found = json.loads(told.stdout)
    best = find_toxicity_cut(0.3, RULE.looks, **SEARCH, prior=BetaRate(0.6, 1.4))
    assert (found["cut"], found["stop_excessive"]) == (best.rule.cut, best.stop_excessive)
    assert found["stop_at_least"] == list(best.boundaries.stop_at_least)
    assert len(found["all_boundaries"]) == best.to_frame().height
    table = say(*options, "--acceptable", "0.2", "--excessive", "0.45").stdout
    assert "Any cut from" in table


def test_repeated_tests_show_the_boundary_that_is_to_be_kept() -> None:
    found = find_repeated_significance(0.2, 0.4, looks=(15, 30, 45))
    for keep, one in (("alpha", found.keeps_alpha), ("power", found.keeps_power)):
        told = json.loads(say(*TEST_OPTIONS, "--keep", keep, "--json").stdout)
        assert one is not None
        assert told["stop_at_least"] == list(one.boundaries.stop_at_least)
        assert len(told["boundaries"]) == 4
    short = say("--repeated", "--acceptable", "0.2", "--excessive", "0.4", "--every", "5",
                "--total", "15")  # fmt: skip
    assert "No boundary of this shape keeps both" in short.stdout
    none = say("--repeated", "--acceptable", "0.01", "--excessive", "0.02", "--looks", "5,10",
               "--keep", "power")  # fmt: skip
    assert none.exit_code == 2
    assert "no boundary of shape 0" in none.stderr


@pytest.mark.parametrize("options", [RULE_OPTIONS, TEST_OPTIONS])
def test_words_and_picture(tmp_path, options) -> None:
    picture = tmp_path / "rule.svg"
    told = say(*options, "--protocol-text", "--plot", str(picture))
    assert told.exit_code == 0
    assert told.stdout.startswith("For the protocol\n\nUnacceptable toxicity")
    assert "References" in told.stdout
    assert picture.read_text(encoding="utf-8").lstrip().startswith("<?xml")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--limit", "0.3", "--cut", "0.9"], "--every is missing"),
        (["--limit", "0.3", "--cut", "0.9", "--every", "5"], "--total is missing"),
        (["--cut", "0.9", "--looks", "5,10"], "--limit is missing"),
        (["--limit", "0.3", "--looks", "5,10"], "--acceptable is missing"),
        (["--limit", "0.3", "--looks", "5,10", "--acceptable", "0.2"], "--excessive is missing"),
        ([*RULE_OPTIONS, "--looks", "5,10"], "--looks does not go with --every and --total"),
        ([*RULE_OPTIONS, "--acceptable", "0.2"], "--cut does not go with --acceptable"),
        ([*TEST_OPTIONS, "--limit", "0.3"], "--repeated does not go with --limit"),
        ([*RULE_OPTIONS, "--prior", "1"], "--prior must be two numbers"),
        ([*RULE_OPTIONS, "--prior", "1,-1"], "--prior must be two numbers"),
        ([*RULE_OPTIONS, "--prior", "1;1"], "--prior must be numbers with commas"),
        ([*RULE_OPTIONS, "--rates", "0.1,2"], "--rates are true rates from 0 to 1"),
        (["--limit", "0.3", "--cut", "0.9", "--looks", "2.5,5"], "--looks are numbers of patients"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options, message: str) -> None:
    told = say(*options)
    assert told.exit_code == 2
    assert message in " ".join(told.stderr.split()).replace("│ │ ", "")
