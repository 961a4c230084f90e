"""Boundaries of one count: fractions worked out by hand, and everything that is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from trialwright.design.boundaries import Boundaries
from trialwright.errors import DesignError

# Two patients, then two more: stop at 0 or at 2 of 2; at the end 1 or fewer, or 2 or more.
SMALL = Boundaries((2, 4), (0, 1), (2, 2))


@pytest.mark.parametrize(
    ("rate", "low", "high"),
    [
        # p = 1/2: P(0 of 2) = 1/4, P(2 of 2) = 1/4; 1 of 2 (1/2) then 0 of 2 or more of 2.
        (Fraction(1, 2), (Fraction(1, 4), Fraction(1, 8)), (Fraction(1, 4), Fraction(3, 8))),
        # p = 1/4: 9/16, 1/16; 6/16 x 9/16 and 6/16 x 7/16.
        (
            Fraction(1, 4),
            (Fraction(9, 16), Fraction(54, 256)),
            (Fraction(1, 16), Fraction(42, 256)),
        ),
    ],
)
def test_the_chances_are_those_of_hand(rate, low, high) -> None:
    found = SMALL.characteristics(float(rate))
    assert found.low[0] == pytest.approx([float(x) for x in low], abs=1e-15)
    assert found.high[0] == pytest.approx([float(x) for x in high], abs=1e-15)
    early = low[0] + high[0]
    assert found.probability_low[0] == pytest.approx(float(sum(low)), abs=1e-15)
    assert found.probability_high[0] == pytest.approx(float(sum(high)), abs=1e-15)
    assert found.probability_early_stop[0] == pytest.approx(float(early), abs=1e-15)
    assert found.expected_patients[0] == pytest.approx(float(2 * early + 4 * (1 - early)))
    assert found.patients[0] == pytest.approx([float(early), float(1 - early)])


def test_simons_design_is_a_boundary() -> None:
    """Simon 1989: 1/10 5/29 for 10 % against 30 %."""
    found = Boundaries((10, 29), (1, 5), (None, 6)).characteristics([0.1, 0.3])
    assert found.probability_high == pytest.approx([0.0471, 0.8051], abs=5e-5)
    assert found.expected_patients[0] == pytest.approx(15.01, abs=5e-3)
    assert found.probability_early_stop[0] == pytest.approx(0.7361, abs=5e-5)


def test_a_rate_of_0_or_1_is_certain() -> None:
    found = SMALL.characteristics([0.0, 1.0])
    assert found.low.tolist() == [[1.0, 0.0], [0.0, 0.0]]
    assert found.high.tolist() == [[0.0, 0.0], [1.0, 0.0]]
    assert found.expected_patients.tolist() == [2.0, 2.0]


def test_without_bounds_every_trial_runs_to_its_end() -> None:
    found = Boundaries((3, 7), (None, None), (None, None)).characteristics([0.2, 0.9])
    assert not found.low.any()
    assert not found.high.any()
    assert found.patients.tolist() == [[0.0, 1.0], [0.0, 1.0]]
    assert found.expected_patients.tolist() == [7.0, 7.0]


def test_one_look_is_a_single_stage() -> None:
    found = Boundaries((3,), (0,), (1,)).characteristics(0.5)
    assert found.low.tolist() == [[pytest.approx(1 / 8)]]
    assert found.probability_early_stop.tolist() == [0.0]


def test_a_stop_that_always_comes_ends_the_trial_there() -> None:
    found = Boundaries((2, 4), (1, None), (2, None)).characteristics([0.3])
    assert found.patients[0] == pytest.approx([1.0, 0.0])
    assert found.expected_patients[0] == pytest.approx(2.0)


def test_a_bound_that_no_count_can_reach_changes_nothing() -> None:
    """Who went on with 2 or more of 3 cannot have at most 1 of 5."""
    with_it, without = (
        Boundaries((3, 5, 8), (1, low, 4), (None, None, 5)).characteristics([0.4])
        for low in (1, None)
    )
    assert with_it.low == pytest.approx(without.low)


def test_the_table_has_one_row_a_rate_and_look() -> None:
    frame = SMALL.characteristics([0.25, 0.5]).to_frame()
    assert frame.columns == ["rate", "patients", "stop_low", "stop_high", "ends_here"]
    assert frame["patients"].to_list() == [2, 4, 2, 4]
    assert frame["stop_high"].to_list() == pytest.approx([1 / 16, 42 / 256, 1 / 4, 3 / 8])


def test_the_arrays_cannot_be_edited() -> None:
    found = SMALL.characteristics(0.5)
    for part in (found.rate, found.looks, found.low, found.high):
        with pytest.raises(ValueError, match="read-only"):
            part[...] = 0


def test_whole_numbers_of_numpy_are_taken() -> None:
    assert Boundaries(tuple(np.array([2, 4])), (np.int64(0), 1), (2, 2)) == SMALL


@pytest.mark.parametrize(
    ("looks", "low", "high", "words"),
    [
        ((), (), (), "looks must be one or more and ascend"),
        ((4, 2), (0, 1), (2, 2), "looks must be one or more and ascend, not \\[4, 2\\]"),
        ((2, 2), (0, 1), (2, 2), "ascend"),
        ((0, 2), (0, 1), (2, 2), "looks must be from 1 to 1000, not 0"),
        ((2, 1001), (0, 1), (2, 2), "looks must be from 1 to 1000, not 1001"),
        ((2.5, 4), (0, 1), (2, 2), "looks must be a whole number, not 2.5"),
        ((True, 4), (0, 1), (None, 2), "looks must be a whole number, not True"),
        ((2, 4), (0,), (2, 2), "stop_at_most has 1 bounds for 2 looks"),
        ((2, 4), (0, 1), (2, 2, 2), "stop_at_least has 3 bounds for 2 looks"),
        ((2, 4), (-1, 1), (2, 2), "stop_at_most at 2 patients must be from 0 to 2, not -1"),
        ((2, 4), (0, 1), (3, 2), "stop_at_least at 2 patients must be from 0 to 2, not 3"),
        ((2, 4), (0, 1.5), (2, 2), "stop_at_most at 4 patients must be a whole number"),
        ((2, 4), (1, 1), (1, 2), "at 2 patients the trial stops at 1 or fewer and at 1 or more"),
        ((2, 4), (0, 3), (2, 2), "at 4 patients .* must lie below stop_at_least"),
    ],
)
def test_bounds_that_no_trial_could_follow_are_refused(looks, low, high, words) -> None:
    with pytest.raises(DesignError, match=words):
        Boundaries(looks, low, high)


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan"), [0.2, 2.0], [[0.1], [0.2]]])
def test_what_is_no_rate_is_refused(rate) -> None:
    with pytest.raises(ValueError, match="rate must be from 0 to 1"):
        SMALL.characteristics(rate)
