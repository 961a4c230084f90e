"""Simon's design: published properties, every verdict, every refusal."""

from __future__ import annotations

from fractions import Fraction
from math import comb, inf, nan

import pytest

from trialwright.design import TwoStageDesign
from trialwright.errors import DesignError

DESIGN = TwoStageDesign(first_stage=10, first_stage_bound=1, total=29, total_bound=5)


def responses(first: int, second: int = 0, *, n1: int = 10, n2: int = 0) -> list[bool]:
    """Return n1 + n2 calls with the responders last in each stage."""
    return [i >= n1 - first for i in range(n1)] + [i >= n2 - second for i in range(n2)]


# --- operating characteristics ------------------------------------------------------------

# Simon 1989, tables 1 and 2, computed exactly by R clinfun; domain report section 6.1.
# r1, n1, r, n, p0, p1, type I error, power, EN(p0), PET(p0); None where the report has no value.
PUBLISHED = [
    (0, 10, 3, 29, 0.05, 0.20, 0.0468, 0.8011, 17.62, 0.5987),
    (0, 13, 3, 27, 0.05, 0.20, 0.0416, 0.8011, 19.81, 0.5133),
    (0, 12, 3, 37, 0.05, 0.20, 0.0935, 0.9024, 23.49, 0.5404),
    (0, 18, 3, 32, 0.05, 0.20, 0.0721, 0.9015, 26.44, 0.3972),
    (1, 10, 5, 29, 0.10, 0.30, 0.0471, 0.8051, 15.01, 0.7361),
    (1, 15, 5, 25, 0.10, 0.30, 0.0328, 0.8017, 19.51, 0.5490),
    (2, 18, 6, 35, 0.10, 0.30, 0.0474, 0.9016, 22.53, 0.7338),
    (2, 18, 7, 43, 0.10, 0.25, 0.0480, 0.8003, 24.66, 0.7338),
    (3, 13, 12, 43, 0.20, 0.40, None, None, 20.58, 0.7473),
    (6, 22, 19, 57, 0.25, 0.45, None, None, 32.52, 0.6994),
]


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: "{}/{} {}/{}".format(*row))
def test_published_designs(row) -> None:
    r1, n1, r, n, p0, p1, alpha, power, en, pet = row
    design = TwoStageDesign(n1, r1, n, r)
    null, alternative = (design.operating_characteristics(rate) for rate in (p0, p1))
    assert null.probability_early_stop == pytest.approx(pet, abs=5e-5)
    assert null.expected_patients == pytest.approx(en, abs=5e-3)
    if alpha is not None:
        assert null.probability_declare_active == pytest.approx(alpha, abs=5e-5)
        assert alternative.probability_declare_active == pytest.approx(power, abs=5e-5)


def test_the_sums_are_exact() -> None:
    def b(x: int, n: int) -> Fraction:
        return comb(n, x) * Fraction(1, 4) ** x * Fraction(3, 4) ** (n - x)

    declare = sum(b(x1, 10) * b(x2, 19) for x1 in range(2, 11) for x2 in range(20) if x1 + x2 >= 6)
    stop = b(0, 10) + b(1, 10)
    found = DESIGN.operating_characteristics(0.25)  # 1/4 is exact in binary
    assert found.probability_declare_active == pytest.approx(float(declare), rel=1e-14)
    assert found.probability_early_stop == pytest.approx(float(stop), rel=1e-14)
    assert found.expected_patients == pytest.approx(float(10 + (1 - stop) * 19), rel=1e-14)


def test_the_certain_rates() -> None:
    never, always = (DESIGN.operating_characteristics(rate) for rate in (0, 1))
    assert (never.probability_early_stop, never.expected_patients) == (1, 10)
    assert never.probability_declare_active == 0
    assert (always.probability_early_stop, always.expected_patients) == (0, 29)
    assert always.probability_declare_active == 1


def test_the_second_stage_may_be_out_of_reach_of_the_bound() -> None:
    # n2 = 1: from x1 = 5 one more response is needed, from x1 = 4 two are, and there is one.
    found = TwoStageDesign(5, 3, 6, 5).operating_characteristics(0.5)
    assert found.probability_declare_active == 0.5**6


def test_the_largest_design_is_still_a_number() -> None:
    found = TwoStageDesign(500, 100, 1000, 250).operating_characteristics(0.25)
    assert 0.4 < found.probability_declare_active < 0.6
    assert found.probability_early_stop < 0.02


def test_rounding_takes_no_probability_above_one() -> None:
    for rate in (0.9413169191757579, 0.99, 0.999999):
        found = TwoStageDesign(22, 0, 25, 2).operating_characteristics(rate)
        assert 1 - 1e-14 < found.probability_declare_active <= 1


@pytest.mark.parametrize("rate", [-0.1, 1.1, nan, inf])
def test_a_rate_outside_0_to_1_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match=r"rate must be from 0 to 1"):
        DESIGN.operating_characteristics(rate)


# --- decisions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calls", "stage", "responders", "evaluated", "verdict"),
    [
        ([], 1, 0, 0, "too early"),
        (responses(5, n1=9), 1, 5, 9, "too early"),
        (responses(1), 1, 1, 10, "stop for futility"),
        (responses(2), 1, 2, 10, "continue to stage 2"),
        (responses(2, 0, n2=1), 2, 2, 11, "too early"),
        (responses(2, 10, n2=18), 2, 12, 28, "too early"),
        (responses(2, 3, n2=19), 2, 5, 29, "activity not declared"),
        (responses(2, 4, n2=19), 2, 6, 29, "activity declared"),
        (responses(6, 0, n2=19), 2, 6, 29, "activity declared"),
    ],
)
def test_every_verdict(calls, stage, responders, evaluated, verdict) -> None:
    found = DESIGN.decide(calls)
    assert (found.stage, found.responders, found.evaluated) == (stage, responders, evaluated)
    assert found.verdict == verdict
    assert found.left_out == 0
    assert "not the planned one" not in found.sentence


def test_the_sentences_carry_the_numbers() -> None:
    assert DESIGN.decide(responses(1)).sentence == (
        "1 of the first 10 patients responded, at most 1: stop for futility."
    )
    assert DESIGN.decide(responses(2)).sentence == (
        "2 of the first 10 patients responded, more than 1: stage 2 enrols 19 more."
    )
    assert DESIGN.decide(responses(2, n1=4)).sentence == (
        "2 of 4 patients responded; stage 1 is decided at 10 patients and continues if more "
        "than 1 respond."
    )
    assert DESIGN.decide(responses(2, 1, n2=5)).sentence == (
        "3 of 15 patients responded; stage 1 was passed, stage 2 is decided at 29 patients and "
        "declares activity if more than 5 respond."
    )
    assert DESIGN.decide(responses(2, 4, n2=19)).sentence == (
        "6 of 29 patients responded, more than 5: activity declared."
    )


def test_late_responders_do_not_undo_a_failed_first_stage() -> None:
    found = DESIGN.decide(responses(1, 19, n2=19))
    assert (found.stage, found.responders, found.evaluated) == (1, 1, 10)
    assert (found.verdict, found.left_out) == ("stop for futility", 19)
    assert found.sentence == (
        "1 of the first 10 patients responded, at most 1: stop for futility. 29 patients were "
        "evaluated where the design stops at 10: the attained size is not the planned one; the "
        "decision uses the first 10 and leaves out the 19 after them."
    )


def test_patients_beyond_the_plan_do_not_decide_and_are_not_silent() -> None:
    found = DESIGN.decide([*responses(2, 3, n2=19), True, True])
    assert (found.verdict, found.responders, found.evaluated) == ("activity not declared", 5, 29)
    assert found.left_out == 2
    assert found.sentence == (
        "5 of the first 29 patients responded, at most 5: activity not declared. 31 patients "
        "were evaluated where the design has 29: the attained size is not the planned one; the "
        "decision uses the first 29 and leaves out the 2 after them (7 of all 31 responded)."
    )


@pytest.mark.parametrize("unknown", [nan, "CR", 2])
def test_an_unknown_response_is_not_a_failure(unknown: object) -> None:
    with pytest.raises(ValueError, match=r"responses\[1\] is .*True, False or None"):
        DESIGN.decide([True, unknown, False])  # type: ignore[list-item]


# --- designs that cannot exist ------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((0, 0, 29, 5), r"first_stage \(n1\) must be from 1 to 999, not 0"),
        ((10, -1, 29, 5), r"first_stage_bound \(r1\) must be from 0 to 9, not -1"),
        ((10, 10, 29, 11), r"first_stage_bound \(r1\) must be from 0 to 9, not 10"),
        ((10, 1, 10, 5), r"total \(n\) must be from 11 to 1000, not 10"),
        ((10, 1, 1001, 5), r"total \(n\) must be from 11 to 1000, not 1001"),
        ((10, 3, 29, 2), r"total_bound \(r\) must be from 3 to 28, not 2"),
        ((10, 1, 29, 29), r"total_bound \(r\) must be from 1 to 28, not 29"),
        ((10.0, 1, 29, 5), r"first_stage \(n1\) must be a whole number, not 10.0"),
        ((10, True, 29, 5), r"first_stage_bound \(r1\) must be a whole number, not True"),
    ],
)
def test_impossible_designs_are_refused(numbers, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        TwoStageDesign(*numbers)


def test_the_edge_designs_exist() -> None:
    assert str(TwoStageDesign(1, 0, 2, 0)) == "0/1 0/2"
    assert str(TwoStageDesign(10, 9, 11, 10)) == "9/10 10/11"


@pytest.mark.parametrize(
    ("responses", "verdict"),
    [
        ([False] * 9 + [None], "stop for futility"),  # at most 1 of 10, whatever happens
        ([False] * 8 + [None] * 2, "too early"),
        ([True] * 2 + [None] * 8, "continue to stage 2"),
        ([True] * 6 + [None] * 23, "activity declared"),
        ([True] * 5 + [False] * 23 + [None], "too early"),
        ([True] * 4 + [False] * 24 + [None], "activity not declared"),
        ([True] + [None] * 5, "too early"),
    ],
)
def test_pending_patients_leave_open_only_what_they_can_change(
    responses: list[bool | None], verdict: str
) -> None:
    decision = TwoStageDesign(10, 1, 29, 5).decide(responses)
    assert decision.verdict == verdict
    assert f"{responses.count(None)} " in decision.sentence


# --- inference ----------------------------------------------------------------------------


def test_inference_waits_for_the_decision() -> None:
    assert DESIGN.infer([], p0=0.1) is None
    assert DESIGN.infer(responses(2), p0=0.1) is None  # goes on to stage 2
    assert DESIGN.infer([*responses(2, 3, n2=18), None], p0=0.1) is None
    assert DESIGN.infer([None, *responses(0)[1:]], p0=0.1) is None  # futile, but X is unknown


def test_inference_keeps_to_the_decision_and_its_patients() -> None:
    declared = DESIGN.infer(responses(2, 4, n2=19), p0=0.1)
    assert str(declared) == "6/29; UMVUE 26.1 % (stage-wise 90 % CI 10.2 to 41.3), p = 0.0471"
    more = DESIGN.infer([*responses(2, 4, n2=19), True, True], p0=0.1)
    assert more == declared  # as decide leaves them out
    stopped = DESIGN.infer([*responses(1), True, True], p0=0.1, level=0.95)
    assert (stopped.responses, stopped.evaluated, stopped.level) == (1, 10, 0.95)
    for calls, found in ((responses(2, 4, n2=19), declared), (responses(1), stopped)):
        assert DESIGN.decide(calls).verdict == found.verdict


def test_inference_of_a_trial_that_ended_short() -> None:
    short = responses(2, 4, n2=17)
    assert DESIGN.infer(short, p0=0.1) is None
    found = DESIGN.infer(short, p0=0.1, closed=True)
    assert str(found) == "6/27; UMVUE 26.9 % (stage-wise 90 % CI 10.8 to 42.4), p = 0.0369"
    early = DESIGN.infer(responses(1, n1=8), p0=0.1, closed=True)
    assert (early.verdict, early.evaluated) == ("stop for futility", 8)
    passed = DESIGN.infer(responses(3), p0=0.1, closed=True)
    assert (passed.state, passed.verdict) == ("not estimable", "no decision")
    assert DESIGN.infer([False], p0=0.1, closed=True) is None  # r1 = 1: nobody could have passed
    assert DESIGN.infer([False] * 2, p0=0.1, closed=True).verdict == "stop for futility"


def test_inference_refuses() -> None:
    with pytest.raises(ValueError, match=r"responses\[1\] is 'yes'"):
        DESIGN.infer([True, "yes"], p0=0.1)
    with pytest.raises(ValueError, match="p0 must lie strictly between 0 and 1, not 0"):
        DESIGN.infer(responses(1), p0=0)
