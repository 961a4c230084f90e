"""Two stages with both stops: search, Fleming's approximation, words and verb."""

from __future__ import annotations

import json
from math import comb

import pytest
from verb_call import call_of, unframed

from trialwright.cli.design.fleming import fleming
from trialwright.design.boundaries import Boundaries
from trialwright.design.simon import FirstStage
from trialwright.design.staged.fleming import find_fleming_designs
from trialwright.design.staged.fleming_normal import find_fleming_boundaries
from trialwright.design.staged.staged_design import write_bounds
from trialwright.errors import DesignError
from trialwright.report.design.words_fleming import word_fleming, word_fleming_boundaries

say = call_of(fleming, "--p0", "0.1", "--p1", "0.3")


def test_a_small_design_by_hand() -> None:
    """Stop at 0 or at 2 of 2; else 4 in all, active at 2 or more: p = 1/2 and 1/4 by fractions."""
    found = find_fleming_designs(0.25, 0.75, alpha=0.30, power=0.70, most_patients=4)
    one = next(design for design in found.by("p0").designs if design.total == 3)
    assert write_bounds(one.boundaries) == "0-2/2 1/3"
    # At 1/4: 2 of 2 (1/16), or 1 of 2 (6/16) and the third responds (1/4).
    assert one.type_one_error == pytest.approx(1 / 16 + 6 / 64)
    assert one.power == pytest.approx(9 / 16 + 6 / 16 * 3 / 4)
    assert one.expected_patients == pytest.approx((2 + 6 / 16, 2 + 6 / 16))


def test_the_search_keeps_its_inputs_and_names_its_designs() -> None:
    found = find_fleming_designs(0.10, 0.30, most_patients=40)
    assert found.hypotheses == pytest.approx((0.10, 0.30, 0.05, 0.20))
    assert found.most_patients == 40
    assert str(found.minimax) == "minimax 2-5/19 5/24"
    assert str(found.optimal) == "optimal 1-5/10 5/29"
    assert [one.total for one in found.admissible] == [24, 26, 27, 29]
    frame = found.to_frame()
    assert frame.height == len(found.by("p0").designs)
    assert frame.filter(frame["kind"] == "optimal")["stop_at_least_1"].to_list() == [5]


def test_each_expected_size_has_its_own_optimum() -> None:
    found = find_fleming_designs(0.10, 0.30, most_patients=60)
    least = {by: found.by(by).optimal for by in ("p0", "p1", "maximum", "mean")}
    for by, best in least.items():
        for other in least.values():
            assert best.expected(by) <= other.expected(by) + 1e-12
    assert len({write_bounds(one.boundaries) for one in least.values()}) > 1


def test_bounds_of_the_first_stage_are_kept() -> None:
    first = FirstStage(least=15, least_share=0.5, most_share=0.6)
    found = find_fleming_designs(0.10, 0.30, most_patients=40, first_stage=first)
    for one in found.by("mean").designs:
        n1, n = one.boundaries.looks
        assert n1 >= 15
        assert 0.5 <= n1 / n <= 0.6
    assert found.optimal.expected("p0") > find_fleming_designs(0.10, 0.30).optimal.expected("p0")


def test_exactly_the_limits_is_allowed() -> None:
    loose = find_fleming_designs(0.10, 0.30, most_patients=30)
    alpha, power = loose.minimax.type_one_error, loose.minimax.power
    tight = find_fleming_designs(0.10, 0.30, alpha=alpha, power=power, most_patients=30)
    assert tight.minimax.boundaries == loose.minimax.boundaries


def test_a_limit_too_near_is_not_called_proven() -> None:
    near = find_fleming_designs(0.30, 0.50, power=0.90, most_patients=50)
    far = find_fleming_designs(0.30, 0.50, power=0.90, most_patients=80)
    assert not near.is_proven()
    assert far.is_proven()
    assert far.optimal.expected("p0") < near.optimal.expected("p0")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"p1": 0.1}, "p1 must be above p0"),
        ({"p0": 0.4}, "p1 must be above p0"),
        ({"p0": 10}, "for 10 % write 0.1"),
        ({"alpha": 0}, "alpha must be strictly between 0 and 1"),
        ({"power": 1.0}, "power must be strictly between 0 and 1"),
        ({"alpha": 0.5, "power": 0.4}, "alpha \\+ beta must be below 1"),
        ({"most_patients": 2}, "most_patients must be from 3 to 1000, not 2"),
        ({"most_patients": 30.5}, "most_patients must be a whole number"),
        ({"most_patients": 20}, "the nearest, 0-4/11 4/20, has type I error 0.0490 and power 0.76"),
        ({"most_patients": 5, "alpha": 1e-6}, "nor any smaller power; raise most_patients"),
    ],
)
def test_what_makes_no_design_is_refused_with_the_mend(change, words) -> None:
    asked = {"p0": 0.1, "p1": 0.3, "alpha": 0.05, "power": 0.80, "most_patients": 30} | change
    with pytest.raises(DesignError, match=words):
        find_fleming_designs(asked.pop("p0"), asked.pop("p1"), **asked)


def test_a_name_that_is_no_expected_size_is_refused() -> None:
    with pytest.raises(DesignError, match="p0, p1, maximum, mean"):
        find_fleming_designs(0.1, 0.3, most_patients=30).by("median")


def test_flemings_bounds_of_one_stage_are_the_normal_test() -> None:
    found = find_fleming_boundaries(0.20, [25])
    # 25 x 0.2 + 1.645 x 2 = 8.29: nearest 8, active at 9.
    assert found.boundaries == Boundaries((25,), (8,), (9,))
    assert found.raw_high == pytest.approx((5 + 1.6448536269514722 * 2,))


def test_a_stop_that_no_count_reaches_is_none() -> None:
    found = find_fleming_boundaries(0.05, (5, 5, 5)).boundaries
    assert found == Boundaries((5, 10, 15), (None, 0, 2), (3, 3, 3))
    # 3.43 rounds to 3: all 4 of 4 must respond, which can happen.
    assert find_fleming_boundaries(0.20, (4, 12)).boundaries.stop_at_least == (4, 7)
    assert find_fleming_boundaries(0.5, (1, 19)).boundaries.stop_at_least[0] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0, (15, 10), 0.05), "p0 must be strictly between 0 and 1"),
        ((0.2, (), 0.05), "patients of all stages must be from 1"),
        ((0.2, (15, 0), 0.05), "patients of a stage must be from 1"),
        ((0.2, (900, 200), 0.05), "patients of all stages must be from 1 to 1000, not 1100"),
        ((0.2, (15, 10), 0.5), "alpha must be below 0.5"),
        ((0.5, (1, 2), 0.05), "3 patients can never declare activity against 0.5 at alpha 0.05"),
    ],
)
def test_stages_that_make_no_procedure_are_refused(arguments, words) -> None:
    p0, stages, alpha = arguments
    with pytest.raises(DesignError, match=words):
        find_fleming_boundaries(p0, stages, alpha=alpha)


def test_the_paragraph_carries_every_number() -> None:
    found = find_fleming_designs(0.10, 0.30, most_patients=40)
    words = word_fleming(found.optimal, found.hypotheses)
    for number in ("10 %", "30 %", "at most 1 of", "at least 5", "19 more", "29 in all",
                   "more than 5 of the 29", "0.0473", "0.05 ", "0.8052", "at least 0.8",
                   "0.7377", "15.0", "0.2996", "23.3"):  # fmt: skip
        assert number in words.protocol, number
    assert words.grant.count(". ") <= 2
    assert "Mander" in words.references[1]
    admissible = word_fleming(found.admissible[1], found.hypotheses, "p1")
    assert "every weight q" in admissible.protocol
    assert "the expected size at 30 %" in admissible.protocol
    assert "Jung" in admissible.references[2]


def test_the_paragraph_of_the_approximation_says_what_it_attains() -> None:
    words = word_fleming_boundaries(find_fleming_boundaries(0.20, (15, 10)), 0.40)
    attained = sum(comb(15, x) * 0.2**x * 0.8 ** (15 - x) for x in range(7, 16))
    attained += sum(
        comb(15, x) * 0.2**x * 0.8 ** (15 - x)
        * sum(comb(10, y) * 0.2**y * 0.8 ** (10 - y) for y in range(9 - x, 11))
        for x in (4, 5, 6)
    )  # fmt: skip
    assert f"exact type I error is {attained:.4f}" in words.protocol
    assert "at most 3 respond" in words.protocol
    assert "at least 7 respond" in words.protocol


def test_the_verb_prints_table_json_words_and_picture(tmp_path) -> None:
    table = say("--most-patients", "40")
    assert "2-5/19 5/24" in table.stdout
    assert "no larger one has a smaller expected size" in table.stdout
    found = json.loads(say("--json", "--most-patients", "40").stdout)
    assert found["chosen"] == "1-5/10 5/29"
    assert found["proven"] is True
    optimal = next(one for one in found["designs"] if one["kind"] == "optimal")
    assert optimal["expected_patients_p0"] == pytest.approx(14.98, abs=5e-3)
    path = tmp_path / "design.svg"
    words = say("--most-patients", "40", "--choose", "minimax", "--protocol-text", "--plot", path)
    assert "24 in all" in words.stdout
    assert path.stat().st_size > 1000


def test_the_verb_minimises_what_it_is_told_and_bounds_the_first_stage() -> None:
    found = json.loads(say("--json", "--minimise", "maximum", "--most-patients", "40").stdout)
    assert (found["minimise"], found["chosen"]) == ("maximum", "1-4/12 5/26")
    bounded = json.loads(say("--json", "--first-stage", "15", "20", "--share", "0.5", "0.6").stdout)
    assert all(15 <= one["patients_1"] <= 20 for one in bounded["designs"])


def test_the_verb_shows_flemings_boundaries(tmp_path) -> None:
    path = tmp_path / "fleming.png"
    table = say("--p0", "0.2", "--p1", "0.4", "--stages", "15,10", "--plot", path)
    assert "3-7/15 8/25" in table.stdout
    assert path.is_file()
    found = json.loads(say("--stages", "15+10", "--json").stdout)
    assert found["design"]["patients_2"] == 25
    assert "normal approximation" in say("--stages", "15,10", "--protocol-text").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--most-patients", "30", "--choose", "best"],
            "--choose 'best': none of minimax 2-5/19 5/24",
        ),
        (["--stages", "15;10"], "--stages must be numbers of patients with commas between"),
        (["--stages", "15"], "two stages or more, such as 15,10"),
    ],
)
def test_what_the_verb_cannot_show_is_said(arguments, words) -> None:
    found = say(*arguments)
    assert found.exit_code == 2
    assert words in unframed(found.output)


def test_an_unknown_expected_size_reaches_the_user() -> None:
    error = say("--minimise", "median").exception
    assert isinstance(error, DesignError)
    assert "minimise must be one of p0, p1, maximum, mean" in str(error)


def test_an_option_that_fixed_stages_leave_unread_is_refused() -> None:
    answer = call_of(fleming)
    rates = ("--p0", "0.2", "--p1", "0.4", "--stages", "15,10")
    assert answer(*rates).exit_code == 0
    found = answer(*rates, "--choose", "minimax", "--first-stage", "5", "9")
    assert found.exit_code == 2
    assert "--stages does not go with --choose and --first-stage" in unframed(found.output)
