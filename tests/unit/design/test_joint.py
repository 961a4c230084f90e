"""Two outcomes together: the cells of a rate, small rules by hand, every refusal."""

from __future__ import annotations

from math import inf, nan

import pytest

from trialwright.design.boundaries import Boundaries
from trialwright.design.joint.rule import JointRate, JointRule, Watched, count_pairs
from trialwright.errors import DesignError


def few(*steps: tuple[int, int | None]) -> Watched:
    looks, bounds = zip(*steps, strict=True)
    return Watched(Boundaries(looks, bounds, (None,) * len(looks)), "low")


def many(*steps: tuple[int, int | None]) -> Watched:
    looks, bounds = zip(*steps, strict=True)
    return Watched(Boundaries(looks, (None,) * len(looks), bounds), "high")


# --- the four cells ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "odds_ratio", "both"),
    [
        (0.3, 0.2, 1.0, 0.06),
        (0.3, 0.2, inf, 0.2),  # as often together as the rates allow
        (0.3, 0.2, 0.0, 0.0),
        (0.7, 0.8, 0.0, 0.5),  # together at least so often
        (0.2, 0.8, 0.0, 0.0),  # the margins just allow them never together
        (0.0, 0.5, 3.0, 0.0),
        (1.0, 0.5, 3.0, 0.5),
        (0.5, 0.5, 4.0, 1 / 3),  # sqrt(4) / (2 (1 + sqrt(4)))
        (0.5, 0.5, 1e-300, 0.0),
        (0.5, 0.5, 1e300, 0.5),  # nothing overflows
        (0.0, 1.0, 1e-300, 0.0),
    ],
)
def test_the_cells_of_margins_and_odds_ratio(first, second, odds_ratio, both) -> None:
    rate = JointRate.of(first, second, odds_ratio=odds_ratio)
    assert rate.both == pytest.approx(both, abs=1e-15)
    assert rate.first == pytest.approx(first, abs=1e-15)
    assert rate.second == pytest.approx(second, abs=1e-15)


def test_nothing_cancels_near_what_the_margins_forbid() -> None:
    # To first order 0.9 + 0.95 - 1 + 1e-9 * 0.05 * 0.1 / 0.85; the textbook formula divides by a
    # difference of nearly equal numbers there.
    found = JointRate.of(0.9, 0.95, odds_ratio=1e-9).both
    assert found == pytest.approx(0.8500000000058824, rel=1e-14)


def test_one_outcome_within_the_other() -> None:
    rate = JointRate.nested(0.1, 0.3)
    assert (rate.both, rate.first_only, rate.second_only) == pytest.approx((0.1, 0.0, 0.2))
    assert rate.neither == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: JointRate(0.5, 0.5, 0.5, -0.5), "0 or more and sum to 1"),
        (lambda: JointRate(0.5, 0.1, 0.1, 0.1), "0 or more and sum to 1"),
        (lambda: JointRate(nan, 0.5, 0.5, 0.0), "0 or more and sum to 1"),
        (lambda: JointRate.of(1.2, 0.5), "first must be from 0 to 1, not 1.2"),
        (lambda: JointRate.of(0.5, -0.1), "second must be from 0 to 1, not -0.1"),
        (lambda: JointRate.of(0.5, 0.1, odds_ratio=-1), "odds_ratio must be 0 or more"),
        (lambda: JointRate.of(0.5, 0.1, odds_ratio=nan), "odds_ratio must be 0 or more"),
        (lambda: JointRate.nested(0.4, 0.3), "inner 0.4 and outer 0.3"),
    ],
)
def test_what_is_no_rate_is_refused(make, words) -> None:
    with pytest.raises(ValueError, match=words):
        make()


# --- rules by hand ----------------------------------------------------------------------------


def test_two_patients_by_hand() -> None:
    # After one patient: stop unless it responds, stop if it is toxic. After two: both must
    # respond, and one toxicity is too many. Only two patients of "response, not toxic" succeed.
    rule = JointRule(few((1, 0), (2, 1)), many((1, 1), (2, 1)))
    rate = JointRate(both=0.1, first_only=0.4, second_only=0.2, neither=0.3)
    found = rule.characteristics(rate)
    assert found.probability_success == pytest.approx(0.4 * 0.4)
    # Alone by response: neither; alone by toxicity: both outcomes; by both: toxicity only.
    assert found.by_first.tolist() == pytest.approx([0.3, 0.4 * 0.3])
    assert found.by_second.tolist() == pytest.approx([0.1, 0.4 * 0.1])
    assert found.by_both.tolist() == pytest.approx([0.2, 0.4 * 0.2])
    assert found.patients.tolist() == pytest.approx([0.6, 0.4])
    assert found.probability_early_stop == pytest.approx(0.6)
    assert found.expected_patients == pytest.approx(1.4)


def test_both_must_say_so() -> None:
    rule = JointRule(few((1, 0), (2, 1)), many((1, 1), (2, 1)), "both")
    rate = JointRate(both=0.1, first_only=0.4, second_only=0.2, neither=0.3)
    found = rule.characteristics(rate)
    assert found.by_first.tolist() == found.by_second.tolist() == [0.0, 0.0]
    # At two patients: at most one response and at least one toxicity, the first not toxic only.
    second = 0.4 * (0.2) + 0.1 * (0.2 + 0.3) + 0.3 * (0.1 + 0.2)
    assert found.by_both.tolist() == pytest.approx([0.2, second])
    assert found.probability_success == pytest.approx(0.8 - second)


def test_looks_of_one_outcome_only() -> None:
    rule = JointRule(few((2, 0), (4, 1)), many((1, 1), (3, 2), (4, None)))
    assert rule.looks == (1, 2, 3, 4)
    found = rule.characteristics(JointRate.of(0.5, 0.1))
    assert found.by_first[[0, 2]].tolist() == [0.0, 0.0]
    assert found.by_second[[1, 3]].tolist() == [0.0, 0.0]


def test_looks_of_one_outcome_do_not_stop_where_both_must_say_so() -> None:
    rule = JointRule(few((1, 0), (3, 0)), many((2, 1), (3, 2)), "both")
    found = rule.characteristics(JointRate.of(0.2, 0.6))
    assert found.by_both[:2].tolist() == [0.0, 0.0]
    assert found.by_both[2] > 0


@pytest.mark.parametrize(
    ("rate", "success"),
    [(JointRate(1, 0, 0, 0), 0.0), (JointRate(0, 1, 0, 0), 1.0), (JointRate(0, 0, 0, 1), 0.0)],
)
def test_rates_that_leave_no_choice(rate, success) -> None:
    found = JointRule(few((10, 1), (29, 5)), many((10, 4), (29, 9))).characteristics(rate)
    assert found.probability_success == success
    assert found.expected_patients == (29 if success else 10)


def test_the_result_cannot_be_edited() -> None:
    found = JointRule(few((2, 0)), many((2, 2))).characteristics(JointRate.of(0.5, 0.5))
    with pytest.raises(ValueError, match="read-only"):
        found.by_first[0] = 1.0


def test_a_large_trial_is_added_patient_by_patient_and_in_blocks_alike() -> None:
    rule = JointRule(few((60, 5), (200, 20)), many((60, 40), (200, 80)))
    rate = JointRate.of(0.15, 0.35, odds_ratio=2)
    found = rule.characteristics(rate)
    grids = count_pairs(rate)
    grid = [next(grids) for _ in range(61)][60]
    assert found.by_first[0] + found.by_both[0] == pytest.approx(grid[:6].sum(), rel=1e-12)
    assert found.by_second[0] + found.by_both[0] == pytest.approx(grid[:, 40:].sum(), rel=1e-10)
    total = found.by_first.sum() + found.by_second.sum() + found.by_both.sum()
    assert total + found.probability_success == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: JointRule(few((10, 1), (29, 5)), many((10, 4), (30, 9))),
            "one size, not at 29 and 30",
        ),
        (
            lambda: JointRule(few((10, 1)), many((10, 4)), "neither"),  # type: ignore[arg-type]
            r"stop_when must be one of \('either', 'both'\), not 'neither'",
        ),
        (
            lambda: Watched(Boundaries((10, 29), (1, 5), (6, 6)), "low"),
            "does not stop early for success",
        ),
        (
            lambda: Watched(Boundaries((10, 29), (0, 5), (4, 9)), "high"),
            "does not stop early for success",
        ),
    ],
)
def test_what_is_no_rule_is_refused(make, words) -> None:
    with pytest.raises(DesignError, match=words):
        make()
