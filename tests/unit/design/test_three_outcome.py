"""Three outcomes: a design by hand, the tolerance, refusals, words and verb."""

from __future__ import annotations

import json

import pytest
from verb_call import call_of, unframed

from trialwright.cli.design.three_outcome import three_outcomes
from trialwright.design.boundaries import Boundaries
from trialwright.design.simon import FirstStage
from trialwright.design.staged.staged_design import StagedDesign, write_bounds
from trialwright.design.staged.three_outcome import (
    ThreeOutcomeLimits,
    find_three_outcome_designs,
    outcome_chances,
)
from trialwright.errors import DesignError
from trialwright.report.design.words_three_outcome import word_three_outcome

say = call_of(three_outcomes, "--p0", "0.2", "--p1", "0.4", "--most-patients", "45")


def test_the_six_chances_by_hand() -> None:
    """Stop at 0 of 1; of 3, one is not active, two is undecided, three is active: p = 1/4, 1/2."""
    one = StagedDesign.judge(Boundaries((1, 3), (0, 1), (None, 3)), 0.25, 0.5)
    found = outcome_chances(one)
    assert found == pytest.approx(
        {
            "alpha": 1 / 64,
            "eta": 3 / 4 + 9 / 64,
            "lambda": 6 / 64,
            "pi": 1 / 8,
            "beta": 1 / 2 + 1 / 8,
            "delta": 1 / 4,
        }
    )


def test_the_search_keeps_its_inputs_and_names_its_designs() -> None:
    found = find_three_outcome_designs(0.20, 0.40, most_patients=60)
    assert (found.p0, found.p1, found.most_patients) == (0.20, 0.40, 60)
    assert found.proven
    assert str(found.optimal) == "optimal 3/15 8-12/36"
    assert str(found.minimax) == "minimax 3/16 8-11/33"
    frame = found.to_frame()
    assert frame.height == len(found.frontier.designs)
    total = frame["alpha"] + frame["eta"] + frame["lambda"]
    assert total.to_list() == pytest.approx([1.0] * frame.height)


def test_the_limits_are_kept_unless_a_tolerance_is_given() -> None:
    limits = ThreeOutcomeLimits()
    kept = find_three_outcome_designs(0.20, 0.40, limits, most_patients=45)
    for one in kept.frontier.designs:
        is_so = outcome_chances(one)
        assert is_so["alpha"] <= limits.alpha
        assert is_so["beta"] <= limits.beta
        assert is_so["eta"] >= limits.eta
        assert is_so["pi"] >= limits.pi
    loose = find_three_outcome_designs(
        0.20, 0.40, ThreeOutcomeLimits(tolerance=0.005), most_patients=45
    )
    assert outcome_chances(loose.optimal)["alpha"] > limits.alpha
    assert loose.minimax.total < kept.minimax.total


def test_bounds_of_the_first_stage_are_kept() -> None:
    first = FirstStage(least=10, most=14, least_share=0.25, most_share=0.4)
    found = find_three_outcome_designs(0.20, 0.40, most_patients=50, first_stage=first)
    for one in found.frontier.designs:
        n1, n = one.boundaries.looks
        assert 10 <= n1 <= 14
        assert 0.25 <= n1 / n <= 0.4


def test_a_limit_too_near_is_not_called_proven() -> None:
    assert not find_three_outcome_designs(0.20, 0.40, most_patients=33).proven


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"alpha": 0}, "alpha must be strictly between 0 and 1"),
        ({"eta": 80}, "for 80 % write 0.8"),
        ({"alpha": 0.3}, "alpha \\+ eta must not exceed 1, not 0.3 \\+ 0.8.*lower eta"),
        ({"beta": 0.3}, "beta \\+ pi must not exceed 1"),
        ({"tolerance": -0.01}, "tolerance must be from 0 to below 0.1, not -0.01"),
        ({"tolerance": 0.1}, "tolerance must be from 0 to below 0.1"),
    ],
)
def test_limits_that_no_trial_could_keep_are_refused(change, words) -> None:
    with pytest.raises(DesignError, match=words):
        ThreeOutcomeLimits(**change)


@pytest.mark.parametrize(
    ("p0", "p1", "most", "words"),
    [
        (0.4, 0.2, 30, "p1 must be above p0"),
        (0.0, 0.2, 30, "p0 must be strictly between 0 and 1"),
        (0.2, 0.4, 2, "most_patients must be from 3 to 1000, not 2"),
        (0.2, 0.4, 30, "the nearest, .*/30, has alpha 0.0"),
        (0.2, 0.4, 5, "nor comes within 0.1 of them"),
    ],
)
def test_what_makes_no_design_is_refused_with_the_mend(p0, p1, most, words) -> None:
    with pytest.raises(DesignError, match=words):
        find_three_outcome_designs(p0, p1, most_patients=most)


def test_the_paragraph_carries_every_number() -> None:
    found = find_three_outcome_designs(0.20, 0.40, most_patients=45)
    words = word_three_outcome(found.optimal, found)
    for number in ("20 %", "40 %", "15 patients", "at most 3 of", "21 more", "36 in all",
                   "at most 8 of the 36", "at least 12", "9 to 11", "0.0377", "0.05 ", "0.8048",
                   "0.1574", "0.8002", "0.0978", "at most 0.1)", "0.1020", "22.4"):  # fmt: skip
        assert number.replace("at most 0.1)", "0.1)") in words.protocol, number
    assert "missed" not in words.protocol
    assert words.grant.count(". ") <= 2
    assert "2001;22:117" in words.references[0]
    loose = find_three_outcome_designs(
        0.20, 0.40, ThreeOutcomeLimits(tolerance=0.005), most_patients=40
    )
    paragraph = word_three_outcome(loose.admissible[1], loose).protocol
    assert "allowed to be missed by 0.005" in paragraph
    assert "every weight q" in paragraph


def test_one_undecided_count_is_named_alone() -> None:
    found = find_three_outcome_designs(0.20, 0.40, most_patients=45)
    narrow = StagedDesign.judge(Boundaries((15, 36), (3, 10), (None, 12)), 0.20, 0.40)
    assert "; with 11 the trial does not decide" in word_three_outcome(narrow, found).protocol


def test_the_verb_prints_table_json_words_and_picture(tmp_path) -> None:
    assert "3/16 8-11/33" in say().stdout
    found = json.loads(say("--json", "--tolerance", "0.005").stdout)
    assert (found["chosen"], found["tolerance"]) == ("3/15 8-11/34", 0.005)
    path = tmp_path / "design.svg"
    words = say("--protocol-text", "--choose", "3/16,8-11/33", "--plot", path)
    assert "33 in all" in words.stdout
    assert "undecided" in path.read_text(encoding="utf-8")


def test_another_name_is_refused_with_those_there_are() -> None:
    found = say("--choose", "best")
    assert found.exit_code == 2
    assert "none of minimax 3/16 8-11/33" in unframed(found.output)


def test_the_notation_shows_what_stays_undecided() -> None:
    assert write_bounds(Boundaries((15, 36), (3, 8), (None, 12))) == "3/15 8-12/36"
