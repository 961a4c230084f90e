"""The verb of toxicity monitoring: table, JSON, words, picture, what does not go together."""

from __future__ import annotations

import json

import pytest
from verb_call import call_of, unframed

from trialwright.cli.design.toxicity import toxicity
from trialwright.design.toxicity.looks import looks_every
from trialwright.design.toxicity.posterior import PosteriorToxicityRule, find_toxicity_cut
from trialwright.design.toxicity.repeated_significance import find_repeated_significance
from trialwright.report.design.words_toxicity import word_toxicity
from trialwright.stats.beta_binomial import BetaRate

say = call_of(toxicity)
RULE = PosteriorToxicityRule(0.30, 0.90, looks_every(5, 29))
SEARCH = {"acceptable_rate": 0.2, "excessive_rate": 0.45}
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
        ([*RULE_OPTIONS, "--rates", "0.1,2"], "--rates must be from 0 to 1, not 2"),
        (["--limit", "0.3", "--cut", "0.9", "--looks", "2.5,5"], "--looks must be whole numbers"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options, message: str) -> None:
    told = say(*options)
    assert told.exit_code == 2
    assert message in unframed(told.stderr)
