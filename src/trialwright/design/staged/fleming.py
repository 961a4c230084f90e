"""Two stages that may stop for activity as well as for futility, found by an exact search.

After n1 patients the trial stops for futility at r1 or fewer responders, and declares activity at
once at a1 or more; between them it goes on to n patients and declares activity at more than r.

Sources
-------
Fleming 1982 (Biometrics 38: 143): a first stage with both stops. Mander & Thompson 2010 (Contemp
Clin Trials 31: 572): exact search, the expected size under either hypothesis. Shuster 2002 (J
Biopharm Stat 12: 39): the larger of both expected sizes. Jung, Lee, Kim & George 2004 (Stat Med 23:
561): admissible designs.
Oracle: R PhIIdesign ``fleming2stage``, ``tests/oracle/design/test_fleming_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import ROUNDING, check_hypotheses, check_number, check_probability
from trialwright.design.simon import ANY_FIRST_STAGE
from trialwright.design.staged.staged_design import (
    MINIMISE,
    FrontierOfSearch,
    StagedDesign,
    check_minimise,
    combine,
    name_designs,
    say_nearest,
)
from trialwright.errors import DesignError
from trialwright.stats.binomial import binomial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.design.checks import Hypotheses
    from trialwright.design.simon import FirstStage
    from trialwright.design.staged.staged_design import Minimise, StagedFrontier

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

LEAST_FIRST = 2  # so many patients have a count between the two bounds


@dataclass(frozen=True, slots=True)
class FlemingSearch(FrontierOfSearch):
    """Every two-stage design with both stops that is worth choosing for given hypotheses.

    Parameters
    ----------
    hypotheses : Hypotheses
        p0, p1, alpha and beta that were asked for.
    first_stage : FirstStage
        Bounds of the search.
    most_patients : int
        Largest size that was looked at.
    frontiers : tuple of StagedFrontier
        The best design of each size: by the expected size at p0, at p1, by the larger of both and
        by their mean.
    """

    hypotheses: Hypotheses
    first_stage: FirstStage
    most_patients: int
    frontiers: tuple[StagedFrontier, ...]

    def by(self, minimise: Minimise) -> StagedFrontier:
        """Return the designs that minimise an expected size.

        Parameters
        ----------
        minimise : {"p0", "p1", "maximum", "mean"}
            The expected size at p0, at p1, the larger of both, or their mean.

        Raises
        ------
        DesignError
            If there is no such name.
        """
        return self.frontiers[MINIMISE.index(check_minimise(minimise))]

    @property
    def frontier(self) -> StagedFrontier:
        """The best design of each size by the expected size at p0."""
        return self.by("p0")

    def is_proven(self, minimise: Minimise = "p0") -> bool:
        """Return whether no larger design can beat the optimal one; else raise the limit."""
        least = self.by(minimise).optimal.expected(minimise)
        n = self.most_patients + 1
        floors = [_floor(n1, n, self.hypotheses, minimise) for n1 in range(LEAST_FIRST, n)]
        return bool(min([*floors, float(n)]) >= least)


def find_fleming_designs(
    p0: float,
    p1: float,
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    most_patients: int = 100,
    first_stage: FirstStage = ANY_FIRST_STAGE,
) -> FlemingSearch:
    """Find the two-stage designs that stop early for futility and for activity.

    Parameters
    ----------
    p0, p1 : float
        Response rate of no interest, and one worth pursuing; 0 < p0 < p1 < 1.
    alpha : float
        Type I error at most, one-sided, in (0, 1).
    power : float
        At least, in (alpha, 1).
    most_patients : int
        Largest size to look at, 3 to 1000.
    first_stage : FirstStage
        Bounds on the patients of the first stage and on their share of all.

    Returns
    -------
    FlemingSearch
        Optimal, minimax, admissible and the best design of each size, by four expected sizes.

    Raises
    ------
    DesignError
        If a number is not allowed, or no design up to the limit keeps both errors; the message
        says how near the best came.

    Notes
    -----
    Source: Mander & Thompson 2010. Exhaustive over n1, r1, a1 and r with r1 >= 0, a1 <= n1 (both
    stops are possible), r1 + 2 <= a1 (some go on), r - (n - n1) <= r1 and a1 - 1 <= r (whoever
    goes on can still reach either verdict). Both limits are inclusive. Among final bounds that
    keep both errors the largest is taken: it has the smallest type I error.

    Examples
    --------
    >>> found = find_fleming_designs(0.10, 0.30)
    >>> print(found.optimal, "|", found.minimax)
    optimal 1-5/10 5/29 | minimax 2-5/19 5/24
    >>> [round(size, 2) for size in found.optimal.expected_patients]
    [14.98, 23.31]
    >>> print(found.by("maximum").optimal)
    optimal 1-4/12 5/26
    """
    asked = check_hypotheses(p0, p1, alpha, 1 - check_probability("power", power))
    most = check_number("most_patients", most_patients, LEAST_FIRST + 1)
    best = [_best_of_size(n, asked, first_stage) for n in range(LEAST_FIRST + 1, most + 1)]
    found = [designs for designs in best if designs]
    if not found:
        raise DesignError(_say_nearest(asked, most, first_stage))
    frontiers = (
        name_designs([one[place] for one in found], minimise)
        for place, minimise in enumerate(MINIMISE)
    )
    return FlemingSearch(asked, first_stage, most, tuple(frontiers))


class _Rates(NamedTuple):
    """Chances of the n1 patients of a first stage and of the n2 after them, at one rate."""

    at_least: Floats  # shape (n1 + 2,): so many or more of n1
    declared: Floats  # shape (n1 + 2, n): fewer than x of n1 and more than r of n

    @classmethod
    def of(cls, n1: int, n: int, rate: float) -> _Rates:
        """Return the chances at one rate."""
        equal, at_least = _row(n1, rate)
        second = _row(n - n1, rate)[1]
        need = np.arange(1, n + 1) - np.arange(n1 + 1)[:, None]
        below = np.zeros((n1 + 2, n))
        terms = equal[:, None] * second[np.clip(need, 0, n - n1 + 1)]
        np.cumsum(terms, axis=0, out=below[1:])
        return cls(at_least, below)

    def declare(self, r1: Counts, a1: Counts, r: Counts) -> Floats:
        """Return the chance to declare activity, shape (len(r1), len(a1), len(r))."""
        final = self.declared[a1][:, r][None] - self.declared[r1 + 1][:, r][:, None]
        return np.asarray(self.at_least[a1][None, :, None] + final)

    def go_on(self, r1: Counts, a1: Counts) -> Floats:
        """Return the chance of a second stage, shape (len(r1), len(a1))."""
        return np.asarray(self.at_least[r1 + 1][:, None] - self.at_least[a1])


class _Best(NamedTuple):
    expected: float
    bounds: tuple[int, int, int, int]  # n1, r1, a1, r


def _best_of_size(n: int, asked: Hypotheses, first: FirstStage) -> list[StagedDesign] | None:
    """Return the best design of n patients by each expected size; none if no design is feasible."""
    best = [_Best(float(n), (0, 0, 0, 0)) for _ in MINIMISE]
    for n1 in first.sizes(n):
        floors = [_floor(n1, n, asked, minimise) for minimise in MINIMISE]
        if n1 >= LEAST_FIRST and any(a < b.expected for a, b in zip(floors, best, strict=True)):
            _search_first_stage(n1, n, asked, best)
    if best[0].bounds[0] == 0:
        return None
    return [_design(n, one.bounds, asked) for one in best]


def _search_first_stage(n1: int, n: int, asked: Hypotheses, best: list[_Best]) -> None:
    """Take the designs of one n1 that beat the best so far."""
    rates = (_Rates.of(n1, n, asked.p0), _Rates.of(n1, n, asked.p1))
    r1, a1 = _stage_bounds(n1, asked)
    r = _final_bounds(n, asked, rates, r1, a1)
    kept = _feasible(n - n1, asked, rates, (r1, a1, r))
    some = kept.any(axis=2)
    if not some.any():
        return
    at_p0, at_p1 = (n1 + one.go_on(r1, a1) * (n - n1) for one in rates)
    for place, minimise in enumerate(MINIMISE):
        expected = np.where(some, _combine(at_p0, at_p1, minimise), np.inf)
        i, j = divmod(int(expected.argmin()), a1.size)
        if expected[i, j] < best[place].expected:
            final = int(r[kept[i, j]][-1])
            best[place] = _Best(float(expected[i, j]), (n1, int(r1[i]), int(a1[j]), final))


def _stage_bounds(n1: int, asked: Hypotheses) -> tuple[Counts, Counts]:
    """Return the r1 that leave the power possible, and the a1 that alone keep the error."""
    powerful = _row(n1, asked.p1)[1][1 : n1 + 1] >= 1 - asked.beta - ROUNDING
    safe = _row(n1, asked.p0)[1][: n1 + 1] <= asked.alpha + ROUNDING
    return np.flatnonzero(powerful), np.flatnonzero(safe)


def _final_bounds(
    n: int, asked: Hypotheses, rates: tuple[_Rates, _Rates], r1: Counts, a1: Counts
) -> Counts:
    """Return the r that some r1 and a1 may keep: the chance to declare falls with r."""
    every = np.arange(n)
    least = rates[0].declare(r1[-1:], a1[-1:], every)[0, 0] <= asked.alpha + ROUNDING
    most = rates[1].declare(r1[:1], a1[:1], every)[0, 0] >= 1 - asked.beta - ROUNDING
    return np.flatnonzero(least & most)


def _feasible(
    n2: int,
    asked: Hypotheses,
    rates: tuple[_Rates, _Rates],
    bounds: tuple[Counts, Counts, Counts],
) -> NDArray[np.bool_]:
    """Return which (r1, a1, r) make a design that keeps both errors."""
    r1, a1, r = bounds
    kept = rates[0].declare(r1, a1, r) <= asked.alpha + ROUNDING
    kept &= rates[1].declare(r1, a1, r) >= 1 - asked.beta - ROUNDING
    kept &= (a1 >= r1[:, None] + 2)[:, :, None]
    kept &= a1[:, None] - 1 <= r
    kept &= (r - n2 <= r1[:, None])[:, None, :]
    return np.asarray(kept)


def _combine(at_p0: Floats, at_p1: Floats, minimise: Minimise) -> Floats:
    if minimise == "maximum":
        return np.maximum(at_p0, at_p1)
    return {"p0": at_p0, "p1": at_p1, "mean": (at_p0 + at_p1) / 2}[minimise]


def _floor(n1: int, n: int, asked: Hypotheses, minimise: Minimise) -> float:
    """Return an expected size that no design of these stages can beat; it grows with n."""
    at_p0, at_p1 = _least_on(n1, asked)
    return combine(n1 + at_p0 * (n - n1), n1 + at_p1 * (n - n1), minimise)


@lru_cache(maxsize=2048)
def _least_on(n1: int, asked: Hypotheses) -> tuple[float, float]:
    """Return the smallest chance of a second stage at p0 and p1; 1 where no bounds are left."""
    r1, a1 = _stage_bounds(n1, asked)
    if not (r1.size and a1.size):
        return 1.0, 1.0
    tails = (_row(n1, rate)[1] for rate in (asked.p0, asked.p1))
    at_p0, at_p1 = (max(float(tail[r1[-1] + 1] - tail[a1[0]]), 0.0) for tail in tails)
    return at_p0, at_p1


@lru_cache(maxsize=4096)
def _row(n: int, rate: float) -> tuple[Floats, Floats]:
    """Return the chance of exactly 0 to n of n, and of 0 to n + 1 or more."""
    equal = binomial(n, rate)
    at_least = np.append(np.minimum(np.cumsum(equal[::-1])[::-1], 1.0), 0.0)
    return equal, at_least


def _design(n: int, bounds: tuple[int, int, int, int], asked: Hypotheses) -> StagedDesign:
    n1, r1, a1, r = bounds
    boundaries = Boundaries((n1, n), (r1, r), (a1, r + 1))
    return StagedDesign.judge(boundaries, asked.p0, asked.p1)


def _say_nearest(asked: Hypotheses, most: int, first: FirstStage) -> str:
    def find(power: float) -> StagedDesign | None:
        designs = _best_of_size(most, asked._replace(beta=1 - power), first)
        return designs[0] if designs else None

    mends = (
        "raise most_patients or alpha, widen the first stage",
        "raise most_patients or p1, lower the power, or widen the first stage",
    )
    return say_nearest(find, asked, "two-stage design with both stops", most, mends=mends)
