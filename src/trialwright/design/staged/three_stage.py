"""Three stages that stop for futility alone, found by an exact search.

After m1 patients the trial stops at r1 or fewer responders, after m2 at r2 or fewer; after n it
declares activity at more than r. Sizes and counts are of all patients so far.

Sources
-------
Chen 1997 (Stat Med 16: 2701): optimal and minimax designs. Ensign et al. 1994 (Stat Med 13: 1727):
three stages with r1 = 0, a special case. Jung, Lee, Kim & George 2004 (Stat Med 23: 561):
admissible designs.
Oracle: every design of small trials tried one by one, ``tests/oracle/design``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import ROUNDING, check_hypotheses, check_number, check_probability
from trialwright.design.staged.staged_design import (
    FrontierOfSearch,
    StagedDesign,
    name_designs,
    say_nearest,
)
from trialwright.design.staged.three_stage_kernel import (
    Chances,
    Found,
    Tables,
    search_sizes,
)
from trialwright.errors import DesignError
from trialwright.machine_code import compile_range
from trialwright.stats.binomial import binomial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.design.checks import Hypotheses
    from trialwright.design.staged.staged_design import StagedFrontier

    Floats = NDArray[np.float64]

STAGES = 3
COMPILED_FROM = 16  # patients; measured: below it plain Python is done before machine code is read
_MODULES = ("trialwright.design.staged.three_stage_kernel",)


@dataclass(frozen=True, slots=True)
class ThreeStageSearch(FrontierOfSearch):
    """Every three-stage design that is worth choosing for given hypotheses.

    Parameters
    ----------
    hypotheses : Hypotheses
        p0, p1, alpha and beta that were asked for.
    most_patients : int
        Largest size that was looked at.
    frontier : StagedFrontier
        The designs that no other beats in both the largest size and the expected size at p0.
    proven : bool
        Whether no larger design can have a smaller expected size than the optimal one. If false,
        the optimal design is only that of the sizes looked at.
    """

    hypotheses: Hypotheses
    most_patients: int
    frontier: StagedFrontier
    proven: bool


def find_three_stage_designs(
    p0: float,
    p1: float,
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    most_patients: int = 100,
) -> ThreeStageSearch:
    """Find the three-stage designs that stop early for futility.

    Parameters
    ----------
    p0, p1 : float
        Response rate of no interest, and one worth pursuing; 0 < p0 < p1 < 1.
    alpha : float
        Type I error at most, one-sided, in (0, 1).
    power : float
        At least, in (alpha, 1).
    most_patients : int
        Largest size to look at, 3 to 300.

    Returns
    -------
    ThreeStageSearch
        Optimal, minimax, admissible, and all that nothing beats in both sizes.

    Raises
    ------
    DesignError
        If a number is not allowed, or no design up to the limit keeps both errors; the message
        says how near the best came.
    MissingExtra
        If many patients are asked for and Numba is not installed.

    Notes
    -----
    Source: Chen 1997. Exhaustive over m1 < m2 < n and 0 <= r1 <= r2 <= r, without the restriction
    of Ensign et al. to r1 = 0. Both limits are inclusive. Among final bounds that keep both errors
    the largest is taken: it has the smallest type I error.

    Examples
    --------
    >>> found = find_three_stage_designs(0.10, 0.30, most_patients=40)
    >>> print(found.optimal, "|", found.minimax)
    optimal 0/6 2/17 5/29 | minimax 0/11 2/19 5/25
    >>> round(found.optimal.expected_patients[0], 2)
    13.44
    >>> found.proven
    True
    """
    asked = check_hypotheses(p0, p1, alpha, 1 - check_probability("power", power))
    most = check_number("most_patients", most_patients, STAGES, 300)
    found = _search(most, asked)
    designs = [_design(n, found, asked) for n in range(most + 1) if found.bounds[n, 0] > 0]
    if not designs:
        raise DesignError(_say_nearest(asked, most))
    frontier = name_designs(designs, "p0")
    proven = bool(found.floor[0] >= found.expected[most])
    return ThreeStageSearch(asked, most, frontier, proven)


def _search(most: int, asked: Hypotheses, least: int = 1) -> Found:
    """Return the best design of each size from the least on."""
    null, other = _chances(most, asked.p0), _chances(most, asked.p1)
    errors = (asked.alpha + ROUNDING, 1 - asked.beta - ROUNDING)
    passed = (other.at_least[:, 1:] >= errors[1]).sum(axis=1)
    tables = Tables(null, other, passed - 1, np.zeros((most + 1, most + 1)))
    found = Found(np.zeros((most + 1, 5), np.int64), np.zeros(most + 1), np.zeros(1))
    search = _compiled_search() if most >= COMPILED_FROM else search_sizes
    search((least, most), errors, tables, found)
    return found


@functools.cache
def _compiled_search() -> Any:
    return compile_range(_make_search, _MODULES)


def _make_search(digest: int) -> Any:
    def search(
        sizes: tuple[int, int], errors: tuple[float, float], tables: Tables, found: Found
    ) -> int:
        search_sizes(sizes, errors, tables, found)
        return digest

    return search


def _chances(most: int, rate: float) -> Chances:
    equal = np.zeros((most + 1, most + 2))
    for n in range(most + 1):
        equal[n, : n + 1] = binomial(n, rate)
    at_least = np.minimum(np.cumsum(equal[:, ::-1], axis=1)[:, ::-1], 1.0)
    return Chances(equal, np.ascontiguousarray(at_least), np.zeros(most + 1))


def _design(n: int, found: Found, asked: Hypotheses) -> StagedDesign:
    m1, r1, m2, r2, r = found.bounds[n].tolist()
    boundaries = Boundaries((m1, m2, n), (r1, r2, r), (None, None, r + 1))
    return StagedDesign.judge(boundaries, asked.p0, asked.p1)


def _say_nearest(asked: Hypotheses, most: int) -> str:
    def find(power: float) -> StagedDesign | None:
        found = _search(most, asked._replace(beta=1 - power), least=most)
        return _design(most, found, asked) if found.bounds[most, 0] > 0 else None

    mends = (
        "raise most_patients or alpha",
        "raise most_patients or p1, or lower the power",
    )
    return say_nearest(find, asked, "three-stage design", most, mends=mends)
