"""Three stages: a design by hand, refusals, both speeds, words and verb."""

from __future__ import annotations

import json

import numpy as np
import pytest
from verb_call import call_of, unframed

from trialwright.cli.design.three_stage import three_stages
from trialwright.design.checks import check_hypotheses
from trialwright.design.staged import three_stage
from trialwright.design.staged.staged_design import write_bounds
from trialwright.design.staged.three_stage import find_three_stage_designs
from trialwright.errors import DesignError
from trialwright.report.design.words_three_stage import word_three_stage

say = call_of(three_stages, "--p0", "0.1", "--p1", "0.5", "--alpha", "0.1", "--most-patients", "16")


def test_a_small_design_by_hand() -> None:
    """0/3 0/4 1/6: 10 % against 50 %; B(3, p), B(1, p) and B(2, p)."""
    one = find_three_stage_designs(0.10, 0.50, alpha=0.10, most_patients=16).optimal
    assert write_bounds(one.boundaries) == "0/3 0/4 1/6"
    # Somebody of 3 responds; of 6 at least 2 do. The second stage stops nobody: r2 = r1 = 0.
    power = 1 - 1 / 64 - 6 / 64 - 1 / 8 + 1 / 64 + 3 / 64
    assert one.power == pytest.approx(power)
    none = 0.9**3
    assert one.early_stop[0] == pytest.approx(none)
    assert one.expected_patients[0] == pytest.approx(3 * none + 6 * (1 - none))


def test_the_search_keeps_its_inputs_and_names_its_designs() -> None:
    found = find_three_stage_designs(0.10, 0.30, most_patients=44)
    assert found.hypotheses == pytest.approx((0.10, 0.30, 0.05, 0.20))
    assert found.proven
    assert str(found.optimal) == "optimal 0/6 2/17 5/29"
    assert str(found.minimax) == "minimax 0/11 2/19 5/25"
    assert [one.kind for one in found.admissible] == [
        "minimax", "admissible", "admissible", "optimal",
    ]  # fmt: skip
    frame = found.to_frame()
    assert frame["patients_3"].to_list() == [one.total for one in found.frontier.designs]
    assert frame["stop_at_least_1"].null_count() == frame.height


def test_a_limit_below_the_optimum_is_not_called_proven() -> None:
    near = find_three_stage_designs(0.10, 0.30, most_patients=27)
    assert not near.proven
    assert near.optimal.expected_patients[0] > 13.5


@pytest.mark.parametrize("most", [12, 30])
def test_both_speeds_give_the_same_bits(monkeypatch, most) -> None:
    asked = check_hypotheses(0.10, 0.35, 0.05, 0.20)
    found = []
    for compiled_from in (1000, 1):
        monkeypatch.setattr(three_stage, "COMPILED_FROM", compiled_from)
        found.append(three_stage._search(most, asked))
    plain, compiled = found
    for one, other in zip(plain, compiled, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"p1": 0.1}, "p1 must be above p0"),
        ({"p0": 0.4}, "p1 must be above p0"),
        ({"alpha": 1.2}, "alpha must be strictly between 0 and 1"),
        ({"power": 0}, "power must be strictly between 0 and 1"),
        ({"most_patients": 2}, "most_patients must be from 3 to 300, not 2"),
        ({"most_patients": 301}, "most_patients must be from 3 to 300, not 301"),
        ({"most_patients": 12}, "has type I error 0.0"),
        ({"most_patients": 3, "alpha": 1e-9}, "nor any smaller power; raise most_patients"),
    ],
)
def test_what_makes_no_design_is_refused_with_the_mend(change, words) -> None:
    asked = {"p0": 0.1, "p1": 0.3, "alpha": 0.05, "power": 0.80, "most_patients": 15} | change
    with pytest.raises(DesignError, match=words):
        find_three_stage_designs(asked.pop("p0"), asked.pop("p1"), **asked)


def test_the_paragraph_carries_every_number() -> None:
    found = find_three_stage_designs(0.10, 0.30, most_patients=40)
    words = word_three_stage(found.optimal, found.hypotheses)
    for number in ("10 %", "30 %", "6 patients are", "If none of them", "11 more",
                   "at most 2 of these 17", "12 more", "29 in all", "more than 5 of the 29",
                   "0.0469", "0.8016", "0.8094",
                   "13.4", "0.1582", "25.8", "0.5314", "0.2780"):  # fmt: skip
        assert number in words.protocol, number
    assert words.grant.count(". ") <= 2
    assert "1997;16:2701" in words.references[0]
    assert "every weight q" in word_three_stage(found.admissible[1], found.hypotheses).protocol


def test_the_verb_prints_table_json_words_and_picture(tmp_path) -> None:
    assert "0/3 0/4 1/6" in say().stdout
    found = json.loads(say("--json").stdout)
    assert found["chosen"] == "0/3 0/4 1/6"
    assert found["designs"][0]["patients_3"] == 6
    path = tmp_path / "design.png"
    words = say("--protocol-text", "--choose", "0/3,0/4,1/6", "--plot", path)
    assert "6 in all" in words.stdout
    assert path.stat().st_size > 1000


def test_another_name_is_refused_with_those_there_are() -> None:
    found = say("--choose", "best")
    assert found.exit_code == 2
    assert "none of optimal and minimax" in unframed(found.output)
