"""What designs of several stages share: hull, weights, notation, and the way to the nearest."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from trialwright.design.boundaries import Boundaries
from trialwright.design.simon import FirstStage
from trialwright.design.staged.staged_design import (
    StagedDesign,
    check_minimise,
    combine,
    name_designs,
    nearest,
    write_bounds,
)
from trialwright.errors import DesignError


@dataclass(frozen=True, slots=True)
class Point:
    """A design of which only the sizes are known."""

    total: int
    size: float
    kind: str = ""
    weights: tuple[float, float] | None = None

    def expected(self, minimise: str) -> float:
        assert minimise == "p0"
        return self.size


def kinds(*points: tuple[int, float]) -> list[str]:
    return [one.kind for one in name_designs([Point(*p) for p in points], "p0").designs]


def test_the_hull_names_minimax_admissible_and_optimal() -> None:
    # (22, 16) lies above the line from (20, 20) to (24, 10); (26, 10) is no better than (24, 10).
    assert kinds((20, 20.0), (22, 16.0), (24, 10.0), (26, 10.0), (28, 9.0), (30, 12.0)) == [
        "minimax", "", "admissible", "", "optimal", "",
    ]  # fmt: skip


def test_a_design_on_the_line_between_two_is_admissible() -> None:
    assert kinds((20, 20.0), (22, 15.0), (24, 10.0)) == ["minimax", "admissible", "optimal"]


def test_a_larger_design_of_the_same_expected_size_is_not_optimal() -> None:
    assert kinds((20, 20.0), (24, 10.0), (26, 10.0)) == ["minimax", "optimal", ""]


def test_one_design_is_both() -> None:
    assert kinds((20, 12.0)) == ["optimal and minimax"]
    assert kinds((20, 12.0), (21, 13.0)) == ["optimal and minimax", ""]


def test_the_weights_are_where_two_neighbours_are_as_good() -> None:
    found = name_designs([Point(20, 20.0), Point(24, 10.0), Point(28, 9.0)], "p0").admissible
    (low_0, high_0), (low_1, high_1), (low_2, high_2) = (one.weights for one in found)
    assert (high_0, low_2) == (1.0, 0.0)
    assert (low_0, low_1) == (high_1, high_2)
    for q, one, other in ((low_0, (20, 20.0), (24, 10.0)), (low_1, (24, 10.0), (28, 9.0))):
        first, second = (q * n + (1 - q) * size for n, size in (one, other))
        assert first == pytest.approx(second)


def test_bounds_are_written_stage_by_stage() -> None:
    assert write_bounds(Boundaries((10, 29), (1, 5), (None, 6))) == "1/10 5/29"
    assert write_bounds(Boundaries((11, 27), (1, 5), (4, 6))) == "1-4/11 5/27"
    assert write_bounds(Boundaries((9, 33), (1, 8), (None, 11))) == "1/9 8-11/33"
    assert write_bounds(Boundaries((5, 15), (None, 2), (3, 3))) == "-3/5 2/15"


def test_what_is_minimised_is_named() -> None:
    assert [combine(15.0, 23.0, one) for one in ("p0", "p1", "maximum", "mean")] == [
        15.0, 23.0, 23.0, 19.0,
    ]  # fmt: skip
    with pytest.raises(DesignError, match="must be one of p0, p1, maximum, mean, not 'p2'"):
        check_minimise("p2")


def test_the_first_stage_keeps_sizes_and_shares() -> None:
    assert FirstStage().sizes(5) == range(1, 5)
    assert FirstStage(least=10, most=12).sizes(40) == range(10, 13)
    assert FirstStage(least_share=0.3, most_share=0.5).sizes(30) == range(9, 16)
    assert not FirstStage(least=10).sizes(8)


def test_the_nearest_is_found_by_halving() -> None:
    design = StagedDesign.judge(Boundaries((2,), (0,), (1,)), 0.1, 0.3)
    asked = []

    def find(limit: float) -> StagedDesign | None:
        asked.append(limit)
        return design if limit <= 0.7 else None

    assert nearest(find, 0.05, 0.9) is design
    assert max(one for one in asked if one <= 0.7) == pytest.approx(0.7, abs=3e-4)
    assert nearest(lambda _: None, 0.05, 0.9) is None
