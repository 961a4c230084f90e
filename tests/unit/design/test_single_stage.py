"""The exact single-stage design: by hand, every refusal, words and the verb."""

from __future__ import annotations

import json

import numpy as np
import pytest
from verb_call import call_of

from trialwright.cli.design.single import single
from trialwright.design.single_stage.bounds import least_bounds
from trialwright.design.single_stage.gehan import find_gehan_first_stage
from trialwright.design.single_stage.search import SingleStageDesign, find_single_stage_designs
from trialwright.errors import DesignError
from trialwright.report.design.words_single_stage import word_single_stage
from trialwright.stats.tails import binomial_upper_tails

say = call_of(single)
ASK = ["--p0", "0.1", "--p1", "0.3"]


# --- the search ---------------------------------------------------------------------------


def test_two_patients_by_hand() -> None:
    # One of one: errors .1 and .1. Two: more than 0 has type I error .19, more than 1 .01; the
    # power of more than 1 is .81.
    found = find_single_stage_designs(0.1, 0.9, alpha=0.1, power=0.8, most_patients=2)
    assert found.lowest_bound.tolist() == [0, 1]
    assert found.highest_bound.tolist() == [0, 1]
    assert [str(design) for design in found.designs()] == ["0/1", "1/2"]
    assert found.first == SingleStageDesign(1, 0)
    assert found.stable is None  # 2 patients prove nothing of larger sizes


def test_limits_are_inclusive_though_a_float_may_be_a_digit_over() -> None:
    power = 0.95**5  # 5 of 5 respond; at 0.5 with chance 1/32
    found = find_single_stage_designs(0.5, 0.95, alpha=1 / 32, power=power)
    assert str(found.first) == "4/5"
    found = find_single_stage_designs(0.05, 0.6, alpha=0.0025, power=0.36)
    assert 0.05 * 0.05 > 0.0025  # as floats
    assert str(found.first) == "1/2"


def test_the_smallest_bound_has_the_most_power_of_its_size() -> None:
    found = find_single_stage_designs(0.1, 0.5, alpha=0.1, power=0.8)
    same = [design for design in found.designs() if design.total == found.stable.total + 20]
    assert len(same) > 1
    powers = [design.probability_declare_active(0.5) for design in same]
    assert powers == sorted(powers, reverse=True)


@pytest.mark.parametrize(("rate", "error"), [(0.05, 0.05), (0.3, 0.1), (0.5, 1e-6), (0.97, 0.2)])
def test_the_carried_tail_is_the_incomplete_beta_function(rate: float, error: float) -> None:
    n = np.arange(1, 1001)
    bounds = least_bounds(rate, error, 1000)
    assert set(np.diff(bounds)) <= {0, 1}
    assert np.all(binomial_upper_tails(bounds, n, rate)[1] <= error)
    some = bounds > 0
    assert np.all(binomial_upper_tails(bounds[some] - 1, n[some], rate)[1] > error)


def test_an_error_too_small_for_a_float_sum_is_no_endless_search() -> None:
    assert least_bounds(0.3, 1e-30, 100)[:50].tolist() == list(range(1, 51))


def test_stable_says_how_far_it_holds() -> None:
    near = find_single_stage_designs(0.1, 0.3)
    assert (near.is_stable_for_good, near.works_from) == (True, 66)
    far = find_single_stage_designs(0.5, 0.56)
    assert not far.is_stable_for_good
    cut = find_single_stage_designs(0.1, 0.3, most_patients=28)  # 28 fails, 29 would not
    assert (cut.first.total, cut.stable) == (25, None)


def test_the_table_goes_from_the_first_to_the_stable_design() -> None:
    found = find_single_stage_designs(0.1, 0.3).to_frame()
    assert found["patients"].to_list() == [25, 26, 27, 29]
    assert found["total_bound"].to_list() == [5, 5, 5, 6]
    assert found["is_first"].to_list() == [True, False, False, False]
    assert found["is_stable"].to_list() == [False, False, False, True]
    assert found["power"][0] == pytest.approx(0.8065, abs=5e-5)


def test_the_arrays_cannot_be_edited() -> None:
    with pytest.raises(ValueError, match="read-only"):
        find_single_stage_designs(0.1, 0.3).lowest_bound[0] = 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"p0": 0.3, "p1": 0.3}, "p1 must be above p0"),
        ({"p0": 10, "p1": 30}, "for 10 % write 0.1"),
        ({"p0": 0.1, "p1": 1.0}, "p1 must be strictly between 0 and 1"),
        ({"p0": 0.1, "p1": 0.3, "alpha": 0}, "alpha must be strictly between 0 and 1"),
        ({"p0": 0.1, "p1": 0.3, "power": 80}, "power must be .* for 80 % write 0.8"),
        ({"p0": 0.1, "p1": 0.3, "power": 0.04}, r"alpha \+ beta must be below 1"),
        ({"p0": 0.1, "p1": 0.3, "most_patients": 0}, "most_patients must be from 1 to 1000"),
        ({"p0": 0.1, "p1": 0.3, "most_patients": 2.5}, "most_patients must be a whole number"),
    ],
)
def test_what_makes_no_search_is_said(asked, words) -> None:
    p0, p1 = asked.pop("p0"), asked.pop("p1")
    with pytest.raises(DesignError, match=words):
        find_single_stage_designs(p0, p1, **asked)


@pytest.mark.parametrize("most", [8, 17, 22, 24])
def test_how_near_the_best_came(most: int) -> None:
    with pytest.raises(DesignError) as caught:
        find_single_stage_designs(0.1, 0.3, most_patients=most)
    bounds = enumerate(least_bounds(0.1, 0.05, most).tolist(), 1)
    powers = {
        n: SingleStageDesign(n, r).probability_declare_active(0.3) for n, r in bounds if r < n
    }
    best = max(powers, key=powers.__getitem__)
    assert f"the best is {best} patients with power {powers[best]:.4f}" in f"{caught.value}"
    assert f"raise most_patients above {most}" in f"{caught.value}"


def test_no_mend_where_no_size_of_the_package_is_enough() -> None:
    with pytest.raises(DesignError, match="no design of this package is larger"):
        find_single_stage_designs(0.5, 0.51)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [((0, 0), "total"), ((10, 10), "total_bound"), ((10, -1), "total_bound"), ((1001, 3), "total")],
)
def test_no_design(numbers, words) -> None:
    with pytest.raises(DesignError, match=words):
        SingleStageDesign(*numbers)


def test_count_of_successive_designs_is_checked() -> None:
    found = find_single_stage_designs(0.1, 0.3)
    assert [str(design) for design in found.successive(4)] == ["5/25", "5/26", "5/27", "6/29"]
    with pytest.raises(DesignError, match="count"):
        found.successive(0)


# --- Gehan --------------------------------------------------------------------------------


@pytest.mark.parametrize(("p1", "beta", "n"), [(0.2, 0.05, 14), (0.5, 0.25, 2), (0.3, 0.05, 9)])
def test_gehan(p1: float, beta: float, n: int) -> None:
    found = find_gehan_first_stage(p1, beta=beta)
    assert found.patients == n
    assert found.chance_of_none <= beta < (1 - p1) ** (n - 1)
    stop = found.boundaries.characteristics(p1).probability_low[0]
    assert stop == pytest.approx(found.chance_of_none, rel=1e-12)


def test_gehan_refuses() -> None:
    with pytest.raises(DesignError, match="p1 must be strictly"):
        find_gehan_first_stage(0.0)
    with pytest.raises(DesignError, match="2995 patients are needed"):
        find_gehan_first_stage(0.001)


# --- words and verb -----------------------------------------------------------------------


def test_every_number_is_in_the_protocol() -> None:
    words = word_single_stage(find_single_stage_designs(0.1, 0.3))
    for number in ("10 %", "30 %", "25 patients", "6 or more", "5 or fewer", "0.0334", "0.8065",
                   "0.05", "0.8)", "from 29 on"):  # fmt: skip
        assert number in words.protocol
    assert words.grant.count(". ") <= 2
    assert "A'Hern" in words.references[0]
    far = word_single_stage(find_single_stage_designs(0.5, 0.56))
    assert "every number up to 1000" in far.protocol
    cut = word_single_stage(find_single_stage_designs(0.1, 0.3, most_patients=28))
    assert "no number from which all larger" in cut.protocol


def test_the_stable_design_can_be_worded() -> None:
    found = find_single_stage_designs(0.1, 0.3)
    words = word_single_stage(found, design=found.stable)
    assert "29 patients" in words.protocol
    assert "the smallest is 25" in words.protocol
    one = word_single_stage(find_single_stage_designs(0.1, 0.9, alpha=0.1, power=0.8))
    assert "the smallest" not in one.protocol


def test_the_verb_prints_table_and_notes() -> None:
    found = say(*ASK, "--no-responder", "0.05")
    assert found.exit_code == 0
    for words in ("smallest", "0.0334", "0.8065", "stable", "19.3 patients", "9 patients show no"):
        assert words in found.stdout


def test_the_verb_prints_json_with_words_and_draws(tmp_path) -> None:
    picture = tmp_path / "single.svg"
    found = say(*ASK, "--json", "--protocol-text", "--stable", "--plot", str(picture))
    content = json.loads(found.stdout)
    assert (content["first"], content["stable"], content["chosen"]) == ("5/25", "6/29", "6/29")
    assert content["stable_for_good"] is True
    assert "29 patients" in content["protocol_text"]
    assert picture.read_text().startswith("<?xml")


def test_the_verb_says_what_it_cannot_do() -> None:
    found = say(*ASK, "--stable", "--most-patients", "28")
    assert found.exit_code == 2
    assert "up to 28 patients it does not show" in found.stderr
    error = say("--p0", "0.3", "--p1", "0.1").exception
    assert isinstance(error, DesignError)
    assert "p1 must be above p0" in str(error)
