"""Simon's two-stage designs for given hypotheses: optimal, minimax and every admissible one.

Sources
-------
Simon 1989 (Control Clin Trials 10: 1): optimal and minimax. Jung, Lee, Kim & George 2004 (Stat Med
23: 561): admissible designs.
Oracle: R clinfun ``ph2simon``, ``tests/oracle/design/test_simon_oracle.py``.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.design.admissible import find_admissible
from trialwright.design.checks import (
    MOST_PATIENTS,
    check_hypotheses,
    check_number,
    check_probability,
)
from trialwright.design.simon.frontier import (
    Best,
    Limits,
    Tables,
    search_sizes,
)
from trialwright.design.simon.nearest import say_nearest
from trialwright.design.simon.values import (
    ANY_FIRST_STAGE,
    FirstStage,
    FrontierPoint,
    SimonDesign,
    SimonSearch,
)
from trialwright.errors import DesignError
from trialwright.machine_code import compile_range

if TYPE_CHECKING:
    from trialwright.design.checks import Hypotheses

# Measured (benchmarks/design.py): below it plain Python is done before machine code is loaded.
COMPILED_FROM = 400  # patients
_LIMITS = (100, 200, 400, MOST_PATIENTS)  # tried in turn until the optimum is proven
_MODULES = ("trialwright.design.simon.frontier",)


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
    asked = check_hypotheses(p0, p1, alpha, 1 - check_probability("power", power))
    limits: tuple[int, ...] = _LIMITS
    if most_patients is not None:
        limits = (check_number("most_patients", most_patients, 2),)
    for limit in limits:
        frontier, proven = _search(asked, float(power), first_stage, limit)
        if proven:
            break
    if not any(first_stage.sizes(total) for total in range(2, limit + 1)):
        msg = (
            f"no two-stage design of at most {limit} patients has a first stage of "
            f"{first_stage.least} to {first_stage.most} patients, "
            f"{first_stage.least_share:g} to {first_stage.most_share:g} of all: widen it"
        )
        raise DesignError(msg)
    if not frontier:
        raise DesignError(say_nearest(asked, power, limit, first_stage.sizes(limit)))
    return SimonSearch(asked, first_stage, limit, _rate(frontier, asked), frontier, proven)


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


def _rate(frontier: tuple[FrontierPoint, ...], asked: Hypotheses) -> tuple[SimonDesign, ...]:
    """Return the admissible designs with their properties and weights."""
    sizes = [(point.total, point.expected_patients) for point in frontier]
    return tuple(
        SimonDesign(
            frontier[one.place].design,
            frontier[one.place].design.operating_characteristics(asked.p0),
            frontier[one.place].design.operating_characteristics(asked.p1),
            one.kind,
            (one.least_weight, one.most_weight),
        )
        for one in find_admissible(sizes)
    )
