"""BOP2: what it refuses, small designs by hand, the verb and its words."""

from __future__ import annotations

import json

import pytest
from verb_call import answer_of, call_of, unframed

from trialwright.cli.design.bop2 import bop2
from trialwright.design.bop2.binary import Bop2Design, find_bop2
from trialwright.design.bop2.optimum import Bop2Grid
from trialwright.design.bop2.outcomes import TwoOutcomes
from trialwright.design.bop2.pair import Bop2PairDesign, find_bop2_pair
from trialwright.design.joint.rule import JointRate
from trialwright.errors import DesignError
from trialwright.report.design.words_bop2 import word_bop2, word_bop2_pair
from trialwright.stats.beta_binomial import BetaRate

LOOKS = (10, 20, 29)
NESTED = TwoOutcomes.nested(inner=(0.15, 0.25), outer=(0.30, 0.50))
TOXICITY = TwoOutcomes.efficacy_toxicity(efficacy=(0.45, 0.60), toxicity=(0.30, 0.20))


# --- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p0", "p1", "looks", "options", "message"),
    [
        (0.3, 0.3, LOOKS, {}, r"p1 must be above p0, not 0\.3 against 0\.3"),
        (0.3, 0.2, LOOKS, {}, r"p1 must be above p0"),
        (0, 0.2, LOOKS, {}, r"p0 must be strictly between 0 and 1"),
        (0.1, 30, LOOKS, {}, r"for 30 % write 0\.3"),
        (0.1, 0.3, LOOKS, {"alpha": 0}, r"alpha must be strictly between 0 and 1"),
        (0.1, 0.3, LOOKS, {"alpha": 1}, r"alpha must be strictly between 0 and 1"),
        (0.1, 0.3, (20, 10), {}, r"looks must be one or more and ascend, not \[20, 10\]"),
        (0.1, 0.3, (), {}, r"looks must be one or more"),
        (0.1, 0.3, (0, 10), {}, r"looks must be from 1 to 1000, not 0"),
        (0.1, 0.3, (10.5,), {}, r"looks must be a whole number"),
    ],
)
def test_what_makes_no_search_is_refused(p0, p1, looks, options, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        find_bop2(p0, p1, looks, **{"alpha": 0.05, **options})


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ((0, 1), "lambda must be strictly between 0 and 1"),
        ((1, 1), "lambda must be strictly between 0 and 1"),
        ((0.9, -0.1), "gamma must be 0 or more, not -0.1"),
        ((0.9, float("nan")), "gamma must be 0 or more"),
        ((0.9, float("inf")), "gamma must be 0 or more"),
    ],
)
def test_pairs_that_are_none_are_refused(pair, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        Bop2Design(0.1, 0.3, LOOKS, *pair)
    with pytest.raises(DesignError, match=message):
        Bop2PairDesign(NESTED, LOOKS, *pair)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"lambdas": []}, "lambdas of the grid must be between 0 and 1 and ascend"),
        ({"lambdas": [0.9, 0.8]}, "ascend"),
        ({"lambdas": [0.0, 0.8]}, "between 0 and 1"),
        ({"lambdas": [0.8, 1.0]}, "between 0 and 1"),
        ({"gammas": [-0.5, 1]}, "gammas of the grid must be 0 or more"),
    ],
)
def test_grids_that_are_none_are_refused(parts, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        Bop2Grid(**parts)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: TwoOutcomes.nested((0.25, 0.15), (0.3, 0.5)),
            r"the first outcome must be more frequent under the alternative .* 0\.15 against 0\.25",
        ),
        (lambda: TwoOutcomes.nested((0.4, 0.45), (0.3, 0.5)), "part of the outer"),
        (lambda: TwoOutcomes.nested((0.1,), (0.3, 0.5)), "inner must be two rates"),
        (lambda: TwoOutcomes.co_primary((0.1, 0.3), (0.4, 0.2)), "the second outcome must be more"),
        (lambda: TwoOutcomes.co_primary((0.1, 1.0), (0.2, 0.4)), "first must be strictly between"),
        (
            lambda: TwoOutcomes.co_primary((0.1, 0.3), (0.2, 0.4), odds_ratio=-1),
            "odds_ratio must be 0 or more",
        ),
        (
            lambda: TwoOutcomes.efficacy_toxicity((0.3, 0.5), (0.2, 0.3)),
            r"toxicity under the alternative must lie below .* give \(unacceptable, acceptable\)",
        ),
        (
            lambda: TwoOutcomes("paired", NESTED.null, NESTED.alternative),
            "kind must be one of",
        ),
        (
            lambda: TwoOutcomes("nested", JointRate.of(0.1, 0.3), JointRate.of(0.2, 0.5)),
            "use TwoOutcomes.nested",
        ),
        (
            lambda: TwoOutcomes.nested(
                (0.1, 0.2), (0.3, 0.5), prior=(BetaRate(1, 1), BetaRate(1, 2))
            ),
            r"weigh as many patients, not Beta\(1, 1\) \(2 patients\) and Beta\(1, 2\) \(3",
        ),
    ],
)
def test_outcomes_in_the_wrong_order_are_refused(make, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        make()


def test_an_unknown_control_is_refused() -> None:
    with pytest.raises(DesignError, match="control must be one of"):
        find_bop2_pair(NESTED, LOOKS, alpha=0.1, control="both")


def test_an_error_out_of_reach_says_how_near_it_came() -> None:
    # Two patients, and both must respond: the null does it with 0.2 squared.
    with pytest.raises(DesignError, match=r"of 2 patients the strictest .* reaches 0\.04; allow"):
        find_bop2(0.2, 0.4, (1, 2), alpha=0.001)
    with pytest.raises(DesignError, match=r"keeps the type I error within 1e-06 with any power"):
        find_bop2_pair(NESTED, (2, 4), alpha=1e-6)


# --- designs -------------------------------------------------------------------------------


def test_one_look_is_a_single_stage_test() -> None:
    found = find_bop2(0.1, 0.3, (25,), alpha=0.05)
    assert found.best.boundaries.stop_at_most == (5,)  # A'Hern: 6 of 25, 0.0334 and 0.8065
    assert found.best.type_one_error == pytest.approx(0.0334, abs=5e-5)
    assert found.best.power == pytest.approx(0.8065, abs=5e-5)


def test_the_error_limit_is_inclusive() -> None:
    # Four of four at 1/2: a sixteenth, which a sum of floats misses by a digit.
    found = find_bop2(0.5, 0.7, (4,), alpha=0.0625)
    assert found.best.boundaries.stop_at_most == (3,)
    assert found.on_grid is not None


def test_cuts_grow_to_lambda() -> None:
    design = Bop2Design(0.2, 0.4, (10, 40), lambda_=0.8, gamma=0.5)
    assert design.cuts == pytest.approx((0.4, 0.8))
    assert Bop2PairDesign(NESTED, (10, 40), 0.8, 0.5).cuts == design.cuts


def test_an_optimistic_prior_stops_less() -> None:
    plain = Bop2Design(0.2, 0.4, LOOKS, 0.9, 0.5)
    hopeful = Bop2Design(0.2, 0.4, LOOKS, 0.9, 0.5, BetaRate(4, 6))
    pairs = zip(plain.boundaries.stop_at_most, hopeful.boundaries.stop_at_most, strict=True)
    assert all(low is None or low <= most for most, low in pairs)
    assert hopeful.type_one_error > plain.type_one_error


def test_a_lambda_near_nothing_never_stops() -> None:
    design = Bop2Design(0.2, 0.4, LOOKS, 1e-9, 0.0)
    assert design.boundaries.stop_at_most == (None, None, None)
    assert design.power == pytest.approx(1.0)


def test_the_found_pairs_are_written_in_few_decimals() -> None:
    best = find_bop2(0.1, 0.3, LOOKS, alpha=0.05).best
    assert best.lambda_ == round(best.lambda_, 3)
    assert best.gamma == round(best.gamma, 3)


def test_a_grid_too_coarse_finds_nothing_where_every_pair_does() -> None:
    found = find_bop2(0.1, 0.3, LOOKS, alpha=0.05, grid=Bop2Grid([0.1], [0.0]))
    assert found.on_grid is None
    assert found.to_frame()["sought"].to_list() == ["every pair"]


def test_gamma_stays_within_its_limit() -> None:
    found = find_bop2(0.2, 0.4, (13, 43), alpha=0.05, grid=Bop2Grid(gammas=[0.0, 0.5]))
    assert found.best.gamma <= 0.5
    assert found.best.power < find_bop2(0.2, 0.4, (13, 43), alpha=0.05).best.power


def test_keeping_every_null_costs_power() -> None:
    plain = find_bop2_pair(TOXICITY, (20, 40), alpha=0.10)
    strict = find_bop2_pair(TOXICITY, (20, 40), alpha=0.10, control="every null")
    names = ("effective but toxic", "safe but not effective")
    lenient = [plain.best.scenarios()[name].probability_success for name in names]
    kept = [strict.best.scenarios()[name].probability_success for name in names]
    assert max(kept) <= 0.10 < max(lenient)
    assert strict.best.power < plain.best.power


def test_a_table_has_a_row_a_design() -> None:
    frame = find_bop2_pair(TOXICITY, (20, 40), alpha=0.10).to_frame()
    assert frame["sought"].to_list() == ["every pair", "grid"]
    assert frame["second_stop_at_least"][0].to_list() == [8, 11]


# --- words ---------------------------------------------------------------------------------


def test_the_paragraph_has_every_number() -> None:
    found = find_bop2(0.1, 0.3, LOOKS, alpha=0.05)
    text = word_bop2(found.best, search=found)
    for part in (
        "10 %", "30 %", "after 10, 20, 29 patients", "Beta(0.1, 0.9)", "type I error of 0.05",
        f"{found.best.lambda_:g} (n / 29)^{found.best.gamma:g}", "1 of 10, 2 of 20, 5 of 29",
        "6 or more responders of 29", "0.0465", "0.8033", "0.8036", "14.4",
    ):  # fmt: skip
        assert part in text.protocol, part
    assert text.grant.count(". ") <= 2
    assert "chosen" not in word_bop2(found.best).protocol


def test_the_paragraph_of_two_outcomes() -> None:
    found = find_bop2_pair(TOXICITY, (20, 40), alpha=0.10, control="every null")
    text = word_bop2_pair(found.best, search=found, names=("response", "grade 3 toxicity"))
    for part in ("45 %", "30 %", "60 %", "20 %", "both are needed", "also kept", "or grade 3"):
        assert part in text.protocol, part
    assert f"{found.best.power:.4f}" in text.protocol
    assert len(text.references) == 2
    either = word_bop2_pair(Bop2PairDesign(NESTED, (10, 20), 0.9, 0.5))
    assert "either is enough" in either.protocol
    assert "at the same look" in either.protocol
    assert either.grant.count(". ") <= 2


# --- the verb ------------------------------------------------------------------------------


call, say = call_of(bop2), answer_of(bop2)
ONE = ("--p0", "0.1", "--p1", "0.3", "--looks", "10,20,29", "--alpha", "0.05")


def test_the_verb_prints_a_table() -> None:
    said = say(*ONE)
    assert "every pair" in said
    assert "0.8033" in said
    assert "0.00 percentage points of power" in said


def test_the_verb_writes_json_with_words() -> None:
    content = json.loads(say(*ONE, "--json", "--protocol-text"))
    assert content["designs"][0]["stop_at_most"] == [1, 2, 5]
    assert content["alpha"] == 0.05
    assert content["protocol_text"].startswith("The trial follows")
    assert content["references"][0].startswith("Zhou H")


def test_the_verb_judges_a_given_pair_and_draws_it(tmp_path) -> None:
    picture = tmp_path / "bop2.svg"
    said = say(*ONE, "--lambda", "0.9", "--gamma", "1", "--plot", str(picture))
    assert "given" in said
    assert picture.read_text(encoding="utf-8").startswith("<?xml")
    words = say(*ONE, "--lambda", "0.9", "--gamma", "1", "--protocol-text")
    assert "0.9 (n / 29)^1" in words


@pytest.mark.parametrize(
    ("kind", "second"), [("nested", "0.3,0.5"), ("co-primary", "0.2,0.4"), ("toxicity", "0.3,0.2")]
)
def test_the_verb_takes_two_outcomes(kind, second, tmp_path) -> None:
    picture = tmp_path / "pair.png"
    words = (*ONE, "--kind", kind, "--second", second)
    said = say(*words, "--plot", str(picture))
    assert "alternative: success" in said
    assert picture.stat().st_size > 10_000
    content = json.loads(say(*words, "--json"))
    assert content["null"]["first"] == pytest.approx(0.1)
    assert content["designs"][0]["type_one_error"] <= 0.05


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--lambda", "0.9"), "--lambda and --gamma together"),
        (("--second", "0.3,0.5"), "add --kind"),
        (("--every-null",), "add --kind"),
        (("--kind", "nested"), "needs --second"),
        (("--kind", "nested", "--second", "0.3"), "needs --second"),
        (("--kind", "nested", "--second", "0.3;0.5"), "--second must be rates with commas"),
        (("--kind", "nested", "--second", "0.3,0.5", "--prior", "1,1"), "--prior is of one"),
        (("--kind", "other", "--second", "0.3,0.5"), "co-primary"),
        (("--prior", "1"), "two numbers"),
        (("--prior", "0,1"), "a must be above 0"),
        (("--looks", "inf"), "--looks must be numbers of patients"),
        (("--lambda", "2", "--gamma", "1"), "--lambda must be strictly between 0 and 1"),
        (("--looks", "10,a"), "--looks must be numbers of patients with commas"),
        (("--looks", "10,20.5"), "whole numbers"),
    ],
)
def test_the_verb_refuses(words, message: str) -> None:
    done = call(*ONE, *words)
    assert done.exit_code == 2
    assert message in unframed(done.output)
