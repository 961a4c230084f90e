"""Bryant and Day's designs: one by hand, every refusal, the words and the verb."""

from __future__ import annotations

import json
from math import inf

import pytest
from verb_call import call_of, unframed

from trialwright.cli.design.bryant_day import bryant_day
from trialwright.design.bryant_day.search import BryantDayDesign, find_bryant_day
from trialwright.errors import DesignError
from trialwright.report.design.words_bryant_day import word_bryant_day

RESPONSE, TOXICITY = (0.10, 0.30), (0.40, 0.20)


@pytest.fixture(scope="module")
def found():
    return find_bryant_day(RESPONSE, TOXICITY, alpha=0.10, power=0.90)


# --- the design -------------------------------------------------------------------------------


def test_a_design_by_hand() -> None:
    # Two patients, one a stage: stop unless the first responds without toxicity; recommend if
    # both respond and neither has toxicity.
    design = BryantDayDesign(n1=1, n=2, r1=0, r=1, t1=1, t=1)
    one = design.characteristics(0.5, 0.2)
    assert one.probability_success == pytest.approx((0.5 * 0.8) ** 2)
    assert one.probability_early_stop == pytest.approx(0.6)
    assert one.expected_patients == pytest.approx(1.4)
    together = design.characteristics(0.5, 0.2, odds_ratio=inf)  # toxicity in responders only
    assert together.probability_success == pytest.approx(0.3**2)
    assert (design.safe1, design.safe) == (0, 1)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"n1": 46, "n": 21},
            "stage 1 must be smaller than both stages, not n1 = 46 against n = 2",
        ),
        ({"n1": 46}, "not n1 = 46 against n = 46"),
        ({"r1": 21}, "r1 of n1 = 21 patients must be from 0 to 20, not 21"),
        ({"r1": -1}, "r1 of n1 = 21 patients must be from 0 to 20, not -1"),
        ({"r": 50}, "r of n = 46 patients must be from 0 to 45, not 50"),
        ({"t1": 0}, "t1 of n1 = 21 patients must be from 1 to 21, not 0"),
        ({"t": 47}, "t of n = 46 patients must be from 1 to 46, not 47"),
        ({"t": 1.5}, "t of n = 46 patients must be a whole number, not 1.5"),
        ({"n1": 0}, "n1 must be from 1"),
    ],
)
def test_what_is_no_design_is_refused(changed, words) -> None:
    values = {"n1": 21, "n": 46, "r1": 2, "r": 7, "t1": 8, "t": 15, **changed}
    with pytest.raises(DesignError, match=words):
        BryantDayDesign(**values)


# --- the search -------------------------------------------------------------------------------


def test_the_frontier(found) -> None:
    assert found.proven
    assert found.minimax == found.frontier[0] == found.admissible[0]
    assert found.optimal == found.admissible[-1]
    assert [design.n for design in found.admissible] == [40, 41, 46]
    assert [found.names(design) for design in found.admissible] == [
        "minimax",
        "admissible",
        "optimal",
    ]
    sizes = [design.n for design in found.frontier]
    assert sizes == sorted(set(sizes))


def test_the_table(found) -> None:
    table = found.to_frame()
    best = table.filter(table["name"] == "optimal").row(0, named=True)
    assert {key: best[key] for key in ("n1", "n", "r1", "r", "t1", "t", "safe1", "safe")} == {
        "n1": 21, "n": 46, "r1": 2, "r": 7, "t1": 8, "t": 15, "safe1": 13, "safe": 31,
    }  # fmt: skip
    assert best["expected_patients"] == max(best["expected_response"], best["expected_toxicity"])
    assert tuple(table["expected_patients"]) == pytest.approx(found.expected_patients)


def test_one_design_can_be_all_three() -> None:
    # With an association of 10 the smallest size is the one with the smallest expected number.
    found = find_bryant_day((0.3, 0.5), TOXICITY, alpha=0.10, power=0.90, odds_ratio=10)
    assert found.admissible == (found.optimal,)
    assert found.names(found.optimal) == "optimal, minimax"


def test_the_worst_association_asks_for_more() -> None:
    one, every = (
        find_bryant_day((0.2, 0.4), (0.3, 0.1), alpha=(0.05, 0.1), power=0.8, odds_ratio=ratio)
        for ratio in (1, (0, inf))
    )
    # Independence: 15/42, 23.97 expected. Whatever the association: 16/37 and 25.28.
    assert (one.optimal.n1, one.optimal.n) == (15, 42)
    assert (every.optimal.n1, every.optimal.n) == (16, 37)
    assert min(every.expected_patients) > min(one.expected_patients)
    # What independence found loses the power if toxicity befalls the responders.
    assert one.optimal.characteristics(0.4, 0.1, odds_ratio=inf).probability_success < 0.8


def test_a_limit_below_the_settled_size_says_so() -> None:
    found = find_bryant_day(RESPONSE, TOXICITY, alpha=0.10, power=0.90, most_patients=42)
    assert not found.proven
    assert found.optimal.n == 41


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"response": (0.3, 0.1)}, "p1 must be above p0, not 0.1 against 0.3"),
        ({"response": (0.0, 0.1)}, "p0 must be strictly between 0 and 1"),
        ({"response": 0.1}, "response must be two numbers, not 0.1"),
        ({"toxicity": (0.2, 0.4)}, "the acceptable toxicity rate must be below the unacceptable"),
        ({"toxicity": (40, 20)}, "unacceptable toxicity must be .*, not 40.0; for 40 % write 0.4"),
        ({"toxicity": (0.4,)}, "toxicity must be two numbers"),
        ({"alpha": 0.0}, "alpha of response must be strictly between 0 and 1"),
        ({"alpha": (0.1, 1.0)}, "alpha of toxicity must be strictly between 0 and 1"),
        ({"alpha": (0.95, 0.1)}, r"alpha \+ beta must be below 1"),
        ({"power": 1.0}, "power must be strictly between 0 and 1"),
        ({"power": 90}, "for 90 % write 0.9"),
        ({"odds_ratio": -1}, "odds_ratio must be 0 or more"),
        ({"odds_ratio": (2, 1)}, "two such numbers that ascend"),
        ({"odds_ratio": float("nan")}, "odds_ratio must be 0 or more"),
        ({"most_patients": 1}, "most_patients must be from 2 to 200, not 1"),
        ({"most_patients": 500}, "most_patients must be from 2 to 200, not 500"),
    ],
)  # fmt: skip
def test_what_makes_no_trial_is_refused(changed, words) -> None:
    asked = {"response": RESPONSE, "toxicity": TOXICITY, "alpha": 0.1, "power": 0.9, **changed}
    with pytest.raises(DesignError, match=words):
        find_bryant_day(asked.pop("response"), asked.pop("toxicity"), **asked)


@pytest.mark.parametrize(
    ("most", "reached"), [(39, "0.8986 at 39 patients"), (30, "0.8075 at 30 patients")]
)
def test_no_design_says_how_near_the_best_one_came(most, reached) -> None:
    words = f"no design up to {most} patients .* the nearest has a power of {reached}. Allow a lar"
    with pytest.raises(DesignError, match=words):
        find_bryant_day(RESPONSE, TOXICITY, alpha=0.10, power=0.90, most_patients=most)


# --- words, pictures, the verb ----------------------------------------------------------------


def test_the_protocol_has_every_number(found) -> None:
    words = word_bryant_day(found)
    for number in ("10 %", "30 %", "40 %", "20 %", "21 patients", "46 in all", "at most 2 of them",
                   "at least 8 have toxicity", "more than 7 of the 46", "fewer than 15",
                   "0.0675", "0.0962", "0.9037", "0.6635", "0.6599", "29.4", "29.5"):  # fmt: skip
        assert number in words.protocol
    assert "independent" in words.protocol
    assert words.grant.count(". ") <= 2
    assert any("Biometrics 1995;51:1372" in text for text in words.references)


@pytest.mark.parametrize(
    ("odds_ratio", "said"),
    [(2, "taken as 2"), ((0.5, 2), "from 0.5 to 2"), ((0, inf), "whatever the odds ratio")],
)
def test_the_protocol_says_the_association(odds_ratio, said) -> None:
    found = find_bryant_day(RESPONSE, TOXICITY, alpha=0.1, power=0.8, odds_ratio=odds_ratio)
    assert said in word_bryant_day(found).protocol


def test_an_admissible_design_is_called_so(found) -> None:
    words = word_bryant_day(found, found.admissible[1])
    assert "the admissible two-stage design" in words.protocol
    assert len(words.references) == 3


ASKED = ("--p0", ".1", "--p1", ".3", "--unacceptable", ".4", "--acceptable", ".2", "--power", ".9")


run = call_of(bryant_day, *ASKED)


def test_the_verb_prints_a_table() -> None:
    printed = run()
    assert printed.exit_code == 0
    for part in ("optimal", "minimax", ">= 15", "0.9037", "29.50", "No larger trial"):
        assert part in printed.stdout


def test_the_verb_prints_json() -> None:
    content = json.loads(run("--json", "--odds-ratio", "any", "--protocol-text").stdout)
    assert content["odds_ratio"] == [0.0, "inf"]
    assert content["designs"][0]["name"] == "minimax"
    assert "whatever the odds ratio" in content["protocol_text"]


def test_the_verb_prints_words_of_the_chosen_design() -> None:
    printed = run("--protocol-text", "--choose", "minimax", "--odds-ratio", "0.5,2")
    assert "the minimax two-stage design" in printed.stdout
    assert "from 0.5 to 2" in printed.stdout


def test_the_verb_draws(tmp_path) -> None:
    assert run("--plot", str(tmp_path / "design.svg")).exit_code == 0
    assert "stop: too much toxicity" in (tmp_path / "design.svg").read_text(encoding="utf-8")


def test_a_low_limit_is_named() -> None:
    assert "A trial of more than 42 patients may expect" in run("--most-patients", "42").stdout


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (("--odds-ratio", "x"), "--odds-ratio must be a number, two with a comma"),
        (("--odds-ratio", "1,2,3"), "--odds-ratio must be a number, two with a comma"),
        (("--choose", "best"), "--choose must be optimal or minimax"),
    ],
)
def test_the_verb_refuses(bad, words) -> None:
    done = run(*bad)
    assert done.exit_code == 2
    assert words in unframed(done.stderr)
