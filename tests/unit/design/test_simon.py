"""Simon's search: what it refuses, what it finds within bounds, plain and compiled alike."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from verb_call import call_of

from trialwright.cli.design.simon import simon
from trialwright.design import DesignError, FirstStage, TwoStageDesign, find_simon_designs
from trialwright.design.simon import search as search_module
from trialwright.design.simon.frontier import Limits
from trialwright.report.design.words_simon import word_simon

# --- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p0", "p1", "options", "message"),
    [
        (0.3, 0.3, {}, r"p1 must be above p0, not 0\.3 against 0\.3"),
        (0.3, 0.1, {}, r"p1 must be above p0"),
        (0.0, 0.3, {}, r"p0 must be strictly between 0 and 1, not 0\.0"),
        (0.1, 1.0, {}, r"p1 must be strictly between 0 and 1, not 1\.0"),
        (10, 0.3, {}, r"p0 must be strictly between 0 and 1, not 10; for 10 % write 0\.1"),
        ("0.1x", 0.3, {}, r"p0 must be a number between 0 and 1, not '0\.1x'"),
        (float("nan"), 0.3, {}, r"p0 must be strictly between 0 and 1, not nan"),
        (0.1, 0.3, {"alpha": 0.0}, r"alpha must be strictly between 0 and 1"),
        (0.1, 0.3, {"alpha": 1.5}, r"alpha must be strictly between 0 and 1"),
        (0.1, 0.3, {"power": 0.0}, r"power must be strictly between 0 and 1"),
        (0.1, 0.3, {"power": 1.0}, r"power must be strictly between 0 and 1"),
        (0.1, 0.3, {"alpha": 0.5, "power": 0.4}, r"alpha \+ beta must be below 1"),
        (0.1, 0.3, {"most_patients": 1}, r"most_patients must be from 2 to 1000, not 1"),
        (0.1, 0.3, {"most_patients": 1001}, r"most_patients must be from 2 to 1000, not 1001"),
        (0.1, 0.3, {"most_patients": 30.0}, r"most_patients must be a whole number, not 30\.0"),
    ],
)
def test_what_makes_no_search_is_refused(p0, p1, options, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        find_simon_designs(p0, p1, **options)


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"least": 0}, "least patients of the first stage must be from 1 to 1000, not 0"),
        ({"least": 12, "most": 10}, "at least 12 and at most 10 patients: swap the two"),
        ({"least_share": 0.6, "most_share": 0.4}, r"from least to most, not from 0\.6 to 0\.4"),
        ({"most_share": 1.2}, r"most_share must be from 0 to 1, not 1\.2"),
    ],
)
def test_bounds_that_leave_nothing_are_refused(bounds, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        FirstStage(**bounds)


def test_no_design_below_the_limit_says_how_near_the_best_came() -> None:
    with pytest.raises(DesignError) as caught:
        find_simon_designs(0.1, 0.3, most_patients=20)
    assert str(caught.value) == (
        "no two-stage design of at most 20 patients keeps type I error 0.05 and power 0.8 for 0.1 "
        "against 0.3; the nearest, 0/19 4/20, has type I error 0.04317 and power 0.7625; raise "
        "most_patients or p1, lower the power, or widen the first stage"
    )
    # The nearest is what it says it is, and no design of 20 patients has more power.
    nearest = TwoStageDesign(19, 0, 20, 4)
    assert nearest.operating_characteristics(0.1).probability_declare_active < 0.05
    powers = []
    for n1 in range(1, 20):
        for r1 in range(n1):
            for r in range(r1, 20):
                one = TwoStageDesign(n1, r1, 20, r)
                if one.operating_characteristics(0.1).probability_declare_active <= 0.05:
                    powers.append(one.operating_characteristics(0.3).probability_declare_active)
    best = nearest.operating_characteristics(0.3).probability_declare_active
    assert max(powers) == pytest.approx(best, abs=1e-12)


def test_no_bound_at_all_within_the_type_one_error() -> None:
    with pytest.raises(DesignError, match="no bounds keep the type I error"):
        find_simon_designs(0.5, 0.9, alpha=0.01, power=0.5, most_patients=3)


# --- what is found -------------------------------------------------------------------------


def test_the_worked_study() -> None:
    found = find_simon_designs(0.10, 0.30)
    assert [str(one) for one in found.admissible] == [
        "minimax 1/15 5/25",
        "admissible 1/12 5/26",
        "admissible 1/11 5/27",
        "optimal 1/10 5/29",
    ]
    weights = [one.weights for one in found.admissible]
    assert weights[0][1] == 1
    assert weights[-1][0] == 0
    assert all(one[0] == two[1] for one, two in pairwise(weights))


def test_one_design_may_be_both() -> None:
    found = find_simon_designs(0.05, 0.95, alpha=0.05, power=0.80)
    assert found.optimal is found.minimax
    assert found.optimal.kind == "optimal and minimax"
    assert found.optimal.weights == (0.0, 1.0)


def test_bounds_on_the_first_stage_are_kept() -> None:
    free = find_simon_designs(0.1, 0.3)
    bound = find_simon_designs(0.1, 0.3, first_stage=FirstStage(least=13, most=16))
    assert all(13 <= point.first_stage <= 16 for point in bound.frontier)
    assert bound.optimal.null.expected_patients > free.optimal.null.expected_patients
    share = find_simon_designs(0.1, 0.3, first_stage=FirstStage(least_share=0.5, most_share=0.5))
    assert all(2 * point.first_stage == point.total for point in share.frontier)


def test_a_first_stage_that_one_patient_would_spare_is_kept() -> None:
    # One patient alone passes stage 1 with the power; the search must not begin with it.
    found = find_simon_designs(
        0.5, 0.9, alpha=0.1, power=0.8, first_stage=FirstStage(least=6, most=10)
    )
    assert all(6 <= point.first_stage <= 10 for point in found.frontier)


def test_a_first_stage_of_all_patients_is_none() -> None:
    with pytest.raises(DesignError, match="has a first stage of 1000 to 1000 patients"):
        find_simon_designs(0.1, 0.3, first_stage=FirstStage(1000, 1000))


def test_numbers_of_numpy_are_numbers() -> None:
    found = find_simon_designs(
        np.float64(0.1), np.float64(0.3), most_patients=np.uint8(60), first_stage=FirstStage()
    )
    assert str(found.optimal) == "optimal 1/10 5/29"


def test_a_limit_too_near_is_said() -> None:
    assert not find_simon_designs(0.1, 0.3, most_patients=29).proven
    assert find_simon_designs(0.1, 0.3, most_patients=36).proven


def test_plain_and_compiled_give_the_same_bits() -> None:
    for p0, p1, power, limits in (
        (0.1, 0.3, 0.8, (1, 1000, 0.0, 1.0)),
        (0.45, 0.55, 0.9, (5, 60, 0.25, 0.7)),
    ):
        asked = Limits(0.05, power, *limits)
        plain = search_module.search_plain(120, p0, p1, asked)
        compiled = search_module.compiled_search()(120, p0, p1, asked)
        for one, other in zip(plain, compiled, strict=True):
            assert np.array_equal(np.asarray(one), other)


def test_frames() -> None:
    found = find_simon_designs(0.1, 0.3)
    frame = found.to_frame()
    assert frame["kind"].to_list() == ["minimax", "admissible", "admissible", "optimal"]
    assert frame["expected_patients_p0"].to_list() == [
        one.null.expected_patients for one in found.admissible
    ]
    assert found.frontier_frame().height == len(found.frontier)


# --- the verb ------------------------------------------------------------------------------

run = call_of(simon, "--p0", "0.1", "--p1", "0.3")


def test_the_table() -> None:
    done = run()
    assert done.exit_code == 0
    for words in ("1/10 5/29", "0.0471", "15.01", "no larger one has a smaller expected size"):
        assert words in done.output


def test_json_is_complete() -> None:
    done = run("--json", "--protocol-text", "--choose", "minimax")
    content = json.loads(done.stdout)
    assert content["chosen"] == "1/15 5/25"
    assert content["proven"] is True
    assert content["beta"] == 0.2
    assert [one["total"] for one in content["designs"]] == [25, 26, 27, 29]
    assert "15 patients are enrolled" in content["protocol_text"]
    (curve,) = content["curves"]  # the whole curve of true rates
    found = TwoStageDesign.parse("1/15 5/25").boundaries.characteristics(curve["at"])
    assert curve["declare activity"] == found.probability_high.tolist()
    assert curve["expected_patients"] == found.expected_patients.tolist()


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_the_picture(tmp_path, kind: str) -> None:
    path = tmp_path / f"design.{kind}"
    done = run("--plot", str(path), "--choose", "1/11 5/27")
    assert done.exit_code == 0
    first = path.read_bytes()
    assert {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[kind] == first[
        : 5 if kind == "svg" else 4
    ]
    run("--plot", str(path), "--choose", "1/11 5/27")
    assert path.read_bytes() == first  # no clock in it


def test_a_design_that_is_not_there() -> None:
    done = run("--choose", "2/10 5/29")
    assert done.exit_code == 2
    assert "1/10 5/29" in done.output


def test_the_protocol_paragraph_has_every_number() -> None:
    found = find_simon_designs(0.1, 0.3)
    words = word_simon(found.admissible[1], found.hypotheses)
    for number in ("10 %", "30 %", "12 patients", "at most 1 of", "14 more", "26 in all",
                   "more than 5 of the 26", "0.0360", "0.8048", "0.6590", "16.8", "0.0850", "24.8",
                   "0.482 to 0.732"):  # fmt: skip
        assert number in words.protocol, number
    assert len(words.references) == 2
    assert words.grant.count(". ") <= 2
