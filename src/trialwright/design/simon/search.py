"""Simon's two-stage designs for given hypotheses: optimal, minimax and every admissible one.

Sources
-------
Simon 1989 (Control Clin Trials 10: 1): optimal and minimax. Jung, Lee, Kim & George 2004 (Stat Med
23: 561): admissible designs.
Oracle: R clinfun ``ph2simon``, ``tests/oracle/design/test_simon_oracle.py``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import pairwise, starmap
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from trialwright.design.checks import MOST_PATIENTS, check_hypotheses, check_number
from trialwright.design.simon.frontier import (
    SOLID,
    Best,
    Limits,
    Tables,
    search_sizes,
    whole_down,
    whole_up,
)
from trialwright.design.simon.nearest import say_nearest
from trialwright.design.two_stage import OperatingCharacteristics, TwoStageDesign
from trialwright.errors import DesignError
from trialwright.machine_code import compile_range

if TYPE_CHECKING:
    import polars as pl

    from trialwright.design.checks import Hypotheses

# Measured (benchmarks/design.py): below it plain Python is done before machine code is loaded.
COMPILED_FROM = 400  # patients
_LIMITS = (100, 200, 400, MOST_PATIENTS)  # tried in turn until the optimum is proven
_MODULES = ("trialwright.design.simon.frontier",)


@dataclass(frozen=True, slots=True)
class FirstStage:
    """Bounds on the first stage of a search.

    Parameters
    ----------
    least, most : int
        Patients of the first stage, 1 to 1000.
    least_share, most_share : float
        Patients of the first stage over those of both, from 0 to 1.

    Raises
    ------
    DesignError
        If a bound is not allowed, or the least exceeds the most.
    """

    least: int = 1
    most: int = MOST_PATIENTS
    least_share: float = 0.0
    most_share: float = 1.0

    def __post_init__(self) -> None:
        """Refuse bounds that leave nothing to search."""
        check_number("least patients of the first stage", self.least, 1)
        check_number("most patients of the first stage", self.most, 1)
        if self.most < self.least:
            msg = (
                f"the first stage cannot have at least {self.least} and at most {self.most} "
                "patients: swap the two, or widen them"
            )
            raise DesignError(msg)
        if not 0 <= self.least_share <= self.most_share <= 1:
            msg = (
                "the share of the first stage must go from least to most, within 0 to 1, not from "
                f"{self.least_share:g} to {self.most_share:g}"
            )
            raise DesignError(msg)


ANY_FIRST_STAGE = FirstStage()


@dataclass(frozen=True, slots=True)
class SimonDesign:
    """One two-stage design with what it does under both hypotheses.

    Parameters
    ----------
    design : TwoStageDesign
        Its numbers.
    null, alternative : OperatingCharacteristics
        Exact properties at p0 and at p1.
    kind : str
        ``"optimal"``, ``"minimax"``, ``"optimal and minimax"`` or ``"admissible"``; empty for a
        design that is the best of its size alone.
    weights : (float, float) or None
        Between which weights q of the largest size it has the smallest ``q n + (1 - q) EN(p0)``;
        none unless it is admissible.
    """

    design: TwoStageDesign
    null: OperatingCharacteristics
    alternative: OperatingCharacteristics
    kind: str = ""
    weights: tuple[float, float] | None = None

    def __str__(self) -> str:
        """Write the design with its kind: ``optimal 1/10 5/29``."""
        return f"{self.kind} {self.design}".strip()


class FrontierPoint(NamedTuple):
    """The best design of one total size: its numbers and its expected size at p0."""

    total: int
    first_stage: int
    first_stage_bound: int
    total_bound: int
    expected_patients: float

    @property
    def design(self) -> TwoStageDesign:
        """The design itself."""
        return TwoStageDesign(
            self.first_stage, self.first_stage_bound, self.total, self.total_bound
        )


@dataclass(frozen=True, slots=True)
class SimonSearch:
    """Every two-stage design worth choosing for given hypotheses.

    Parameters
    ----------
    hypotheses : Hypotheses
        p0, p1, alpha and beta that were asked for.
    first_stage : FirstStage
        Bounds of the search.
    most_patients : int
        Largest size that was looked at.
    admissible : tuple of SimonDesign
        From the minimax design to the optimal one, by size; no other design has a smaller
        weighted sum of largest and expected size for any weight.
    frontier : tuple of FrontierPoint
        The best design of each size for which there is one.
    proven : bool
        Whether no larger design can have a smaller expected size than the optimal one. If false,
        the optimal design is only that of the sizes looked at.
    """

    hypotheses: Hypotheses
    first_stage: FirstStage
    most_patients: int
    admissible: tuple[SimonDesign, ...]
    frontier: tuple[FrontierPoint, ...]
    proven: bool

    @property
    def optimal(self) -> SimonDesign:
        """The design with the smallest expected size at p0."""
        return self.admissible[-1]

    @property
    def minimax(self) -> SimonDesign:
        """The design with the smallest largest size and, of those, the smallest expected one."""
        return self.admissible[0]

    def to_frame(self) -> pl.DataFrame:
        """Return one row an admissible design, by size."""
        import polars as pl

        return pl.DataFrame([_row(one) for one in self.admissible])

    def frontier_frame(self) -> pl.DataFrame:
        """Return one row a size: the best design of that size and its expected size at p0."""
        import polars as pl

        return pl.DataFrame([point._asdict() for point in self.frontier])


def find_simon_designs(
    p0: float,
    p1: float,
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    most_patients: int | None = None,
    first_stage: FirstStage = ANY_FIRST_STAGE,
) -> SimonSearch:
    """Find the two-stage designs worth choosing, by an exact search over all of them.

    Parameters
    ----------
    p0, p1 : float
        Response rate of no interest, and one worth pursuing; 0 < p0 < p1 < 1.
    alpha : float
        Type I error at most, one-sided, in (0, 1).
    power : float
        At least, in (alpha, 1).
    most_patients : int or None
        Largest size to look at, 2 to 1000. None: as far as needed to prove that no larger design
        has a smaller expected size.
    first_stage : FirstStage
        Bounds on the first stage.

    Returns
    -------
    SimonSearch
        Optimal, minimax, admissible, and the best design of each size.

    Raises
    ------
    DesignError
        If a number is not allowed, or no design up to the limit keeps both errors; the message
        says how near the best came.

    Notes
    -----
    Source: Simon 1989, Jung et al. 2004. A design may have exactly alpha and exactly the power;
    R clinfun asks for strictly less error, which differs only where a sum of binomial
    probabilities equals the limit. Among final bounds that keep both errors the largest is
    taken, as clinfun does: it has the smallest type I error.

    Examples
    --------
    >>> found = find_simon_designs(0.10, 0.30)
    >>> print(found.optimal, "|", found.minimax, "|", len(found.admissible))
    optimal 1/10 5/29 | minimax 1/15 5/25 | 4
    >>> found.proven
    True
    """
    asked = check_hypotheses(p0, p1, alpha, 1 - power)
    if most_patients is not None:
        check_number("most_patients", most_patients, 2)
    for limit in _LIMITS if most_patients is None else (most_patients,):
        frontier, proven = _search(asked, power, first_stage, limit)
        if proven:
            break
    if not frontier:
        raise DesignError(say_nearest(asked, power, limit, _sizes(first_stage, limit)))
    hull = _lower_hull(frontier)
    return SimonSearch(asked, first_stage, limit, _rate(hull, asked), frontier, proven)


def _search(
    asked: Hypotheses, power: float, first: FirstStage, most: int
) -> tuple[tuple[FrontierPoint, ...], bool]:
    """Return the best design of each size, and whether the optimum among them is proven."""
    share = (float(first.least_share), float(first.most_share))
    limits = Limits(asked.alpha, float(power), first.least, first.most, *share)
    search = compiled_search() if most >= COMPILED_FROM else search_plain
    best = search(most, asked.p0, asked.p1, limits)
    points = tuple(
        FrontierPoint(
            n,
            int(best.first_stage[n]),
            int(best.first_stage_bound[n]),
            int(best.total_bound[n]),
            float(best.expected[n]),
        )
        for n in range(2, most + 1)
        if best.first_stage[n] > 0
    )
    least = min((point.expected_patients for point in points), default=float("inf"))
    return points, bool(best.floor[most] >= least)


def search_plain(most: int, p0: float, p1: float, limits: Limits) -> Best:
    """Return the best design of each size, in plain Python."""
    null, alternative = (_as_lists(_empty_tables(most)) for _ in range(2))
    best: Best = _as_lists(_empty_best(most))
    search_sizes(most, (p0, p1), (null, alternative), limits, best)
    return best


@functools.cache
def compiled_search() -> Any:
    """Return the same search as machine code, made or loaded by the first call."""
    kernel = compile_range(_make_search, _MODULES)

    def search(most: int, p0: float, p1: float, limits: Limits) -> Best:
        tables, best = (_empty_tables(most), _empty_tables(most)), _empty_best(most)
        kernel(most, (p0, p1), tables, limits, best)
        return best

    return search


def _make_search(digest: int) -> Any:
    def search(
        most: int,
        rates: tuple[float, float],
        tables: tuple[Tables, Tables],
        limits: Limits,
        best: Best,
    ) -> int:
        search_sizes(most, rates, tables, limits, best)
        return digest

    return search


def _as_lists(arrays: Any) -> Any:
    """Return the same fields as lists: plain Python reads them faster than arrays."""
    return type(arrays)._make(part.tolist() for part in arrays)


def _empty_tables(most: int) -> Tables:
    cells = (most + 1) * (most + 2) // 2
    return Tables(np.zeros(cells), np.zeros(cells), np.zeros(most + 1, np.int64))


def _empty_best(most: int) -> Best:
    n1, r1, r = (np.zeros(most + 1, np.int64) for _ in range(3))
    return Best(n1, r1, r, np.zeros(most + 1), np.zeros(most + 1))


def _sizes(first: FirstStage, n: int) -> range:
    """Return the first stages that the bounds allow for n patients in all."""
    least = max(first.least, whole_up(first.least_share * n), 1)
    return range(least, min(first.most, whole_down(first.most_share * n), n - 1) + 1)


def _lower_hull(frontier: tuple[FrontierPoint, ...]) -> list[FrontierPoint]:
    """Return the points that no weighting of largest and expected size leaves out, by size."""
    hull: list[FrontierPoint] = []
    least = float("inf")
    for point in frontier:
        if point.expected_patients >= least:  # larger, and no smaller on average
            continue
        least = point.expected_patients
        # A design on the line between two others is as good as both for one weight: it stays.
        while len(hull) > 1 and _slope(hull[-2], hull[-1]) > _slope(hull[-1], point) + SOLID:
            hull.pop()
        hull.append(point)
    return hull


def _slope(one: FrontierPoint, other: FrontierPoint) -> float:
    return (other.expected_patients - one.expected_patients) / (other.total - one.total)


def _rate(hull: list[FrontierPoint], asked: Hypotheses) -> tuple[SimonDesign, ...]:
    """Return the admissible designs with their properties and weights."""
    # A neighbour is as good at the weight q where q n + (1 - q) EN is equal for both.
    equal = [-s / (1 - s) for s in starmap(_slope, pairwise(hull))]
    ends = [1.0, *equal, 0.0]
    found = []
    for number, point in enumerate(hull):
        names = [
            name
            for name, is_so in (("optimal", number == len(hull) - 1), ("minimax", number == 0))
            if is_so
        ]
        design = point.design
        found.append(
            SimonDesign(
                design,
                design.operating_characteristics(asked.p0),
                design.operating_characteristics(asked.p1),
                " and ".join(names) or "admissible",
                (ends[number + 1], ends[number]),
            )
        )
    return tuple(found)


def _row(one: SimonDesign) -> dict[str, object]:
    design, weights = one.design, one.weights
    return {
        "kind": one.kind,
        "first_stage": design.first_stage,
        "first_stage_bound": design.first_stage_bound,
        "total": design.total,
        "total_bound": design.total_bound,
        "type_one_error": one.null.probability_declare_active,
        "power": one.alternative.probability_declare_active,
        "early_stop_p0": one.null.probability_early_stop,
        "early_stop_p1": one.alternative.probability_early_stop,
        "expected_patients_p0": one.null.expected_patients,
        "expected_patients_p1": one.alternative.expected_patients,
        "least_weight": None if weights is None else weights[0],
        "most_weight": None if weights is None else weights[1],
    }
