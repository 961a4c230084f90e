"""BOP2 for one binary outcome: stop where P(p > p0 | data) lies below lambda (n / N) ** gamma.

Sources
-------
Zhou, Lee & Yuan 2017 (Stat Med 36: 3302): the rule, and lambda and gamma chosen for the largest
power within a type I error. The paper and R BOP2FE simulate them on a grid; here every trial is
enumerated, and the grid can be left.
Oracle: ``tests/oracle/design/test_bop2_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.bop2.judging import Judge
from trialwright.design.bop2.ladders import Ladders, check_pair, cut_points
from trialwright.design.bop2.optimum import Bop2Grid, best_pairs
from trialwright.design.bop2.search import FoundPairs
from trialwright.design.checks import check_looks, check_probability, check_rates_apart
from trialwright.design.posterior import (
    PosteriorCut,
    belief_of,
    declare_otherwise,
    posterior_above,
    posterior_boundaries,
)
from trialwright.stats.binomial import binomial

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from numpy.typing import NDArray

    from trialwright.design.boundaries import Boundaries
    from trialwright.stats.beta_binomial import BetaRate

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bop2Design:
    """A BOP2 design for one binary outcome.

    Parameters
    ----------
    p0, p1 : float
        Rate of no interest and rate worth pursuing, p0 < p1, in (0, 1).
    looks : tuple of int
        Patients evaluated at each look, ascending; the last is the size of the trial.
    lambda_ : float
        Cut at the end, in (0, 1).
    gamma : float
        How fast the cut grows to it, 0 or more; 0: the same at every look.
    prior : BetaRate, optional
        Of the rate; Beta(p0, 1 - p0) unless given.

    Raises
    ------
    DesignError
        If a number is not allowed.

    Notes
    -----
    Source: Zhou, Lee & Yuan 2017, section 2. The comparison is strict: a probability equal to the
    cut goes on. The treatment is declared active where the last look does not stop.

    Examples
    --------
    >>> design = Bop2Design(0.2, 0.4, (10, 15, 20, 25, 30, 35, 40), lambda_=0.9, gamma=1.0)
    >>> design.boundaries.stop_at_most
    (1, 2, 3, 5, 7, 9, 11)
    >>> round(design.type_one_error, 4), round(design.power, 4)
    (0.0691, 0.8752)
    """

    p0: float
    p1: float
    looks: tuple[int, ...]
    lambda_: float
    gamma: float
    prior: BetaRate | None = None

    def __post_init__(self) -> None:
        """Refuse what is no design."""
        check_rates_apart(self.p0, self.p1)
        object.__setattr__(self, "looks", check_looks(self.looks))
        check_pair(self.lambda_, self.gamma)

    @property
    def belief(self) -> BetaRate:
        """Prior of the rate."""
        return belief_of(self.prior, self.p0)

    @property
    def cuts(self) -> tuple[float, ...]:
        """Posterior probability that a look must reach to go on."""
        return tuple(float(cut) for cut in cut_points(self.looks, self.lambda_, self.gamma))

    @property
    def boundaries(self) -> Boundaries:
        """Looks and counts; at the last look one more than stops is success."""
        found = posterior_boundaries(self.looks, self.belief, low=PosteriorCut(self.p0, self.cuts))
        return declare_otherwise(self.looks, found.stop_at_most)

    @property
    def type_one_error(self) -> float:
        """Chance to declare activity at p0, exact."""
        return self.boundaries.chance_high(self.p0)

    @property
    def power(self) -> float:
        """Chance to declare activity at p1, exact."""
        return self.boundaries.chance_high(self.p1)

    def figures(self) -> dict[str, object]:
        """Return lambda, gamma, bounds and what they do, exactly: a row of a table."""
        found = self.boundaries.characteristics([self.p0, self.p1])
        return {
            "lambda": self.lambda_,
            "gamma": self.gamma,
            "looks": list(self.looks),
            "stop_at_most": list(self.boundaries.stop_at_most),
            "type_one_error": float(found.probability_high[0]),
            "power": float(found.probability_high[1]),
            "early_stop_p0": float(found.probability_early_stop[0]),
            "expected_p0": float(found.expected_patients[0]),
            "expected_p1": float(found.expected_patients[1]),
        }


@dataclass(frozen=True, slots=True)
class Bop2Search(FoundPairs[Bop2Design]):
    """What a search for the lambda and gamma of one outcome found; see `FoundPairs`."""


def find_bop2(
    p0: float,
    p1: float,
    looks: Sequence[SupportsIndex],
    *,
    alpha: float,
    prior: BetaRate | None = None,
    grid: Bop2Grid | None = None,
) -> Bop2Search:
    """Find the lambda and gamma of largest power within a type I error.

    Parameters
    ----------
    p0, p1 : float
        Rate of no interest and rate worth pursuing, p0 < p1, in (0, 1).
    looks : sequence of int
        Patients evaluated at each look, ascending; the last is the size of the trial.
    alpha : float
        Type I error, at most (inclusive, to 1e-12), in (0, 1).
    prior : BetaRate, optional
        Of the rate; Beta(p0, 1 - p0) unless given.
    grid : Bop2Grid, optional
        Pairs of the search on a grid; lambda 0.50 to 0.99 by 0.01 and gamma 0 to 1 by 0.05 unless
        given.

    Returns
    -------
    Bop2Search
        The best of every pair, and the best of the grid. Equal powers: the smallest expected size
        at p0, then the first (by gamma of every pair, by lambda on the grid).

    Raises
    ------
    DesignError
        If a number is not allowed, or no pair keeps the error with any power.

    Notes
    -----
    Source: Zhou, Lee & Yuan 2017. Exact: nothing is simulated, and the best of every pair is
    sought among the finitely many sets of bounds, not among numbers (see `ladders`).

    Examples
    --------
    >>> found = find_bop2(0.1, 0.3, (10, 20, 29), alpha=0.05)
    >>> found.best.boundaries.stop_at_most
    (1, 2, 5)
    >>> round(found.best.power, 4), round(found.on_grid.power, 4)
    (0.8033, 0.8033)
    """
    check_rates_apart(p0, p1)
    check_probability("alpha", alpha)
    sizes, grid = check_looks(looks), grid or Bop2Grid()
    belief = belief_of(prior, p0)
    ladders = Ladders.of(sizes, [posterior_above(belief, n, p0) for n in sizes])
    judge = Judge(_OneOutcome(ladders, np.array([p1, p0])))
    pair, gridded = best_pairs(ladders, judge, alpha, grid)
    best = Bop2Design(p0, p1, sizes, *pair, prior)
    on_grid = None if gridded is None else Bop2Design(p0, p1, sizes, *gridded, prior)
    return Bop2Search(alpha, best, on_grid, grid, judge.judged)


class _OneOutcome:
    """A count carried from look to look at p1 and p0."""

    def __init__(self, ladders: Ladders, rates: Floats) -> None:
        self.looks = ladders.looks
        self._more = [binomial(int(more), rates) for more in np.diff(self.looks, prepend=0)]

    def start(self, part: slice) -> Floats:
        return np.ones((self._more[0][part].shape[0], 1))

    def grow(self, alive: Floats, look: int, part: slice) -> Floats:
        more = self._more[look][part]
        few, many = (more, alive) if more.shape[1] <= alive.shape[1] else (alive, more)
        grown = np.zeros((few.shape[0], few.shape[1] + many.shape[1] - 1))
        for x in range(few.shape[1]):
            grown[:, x : x + many.shape[1]] += few[:, x : x + 1] * many
        return grown

    def stop(self, grown: Floats, look: int, level: int) -> Floats:  # noqa: ARG002
        left = grown.copy()
        left[:, :level] = 0.0  # each rung is one count, so the level is how many stop
        return left
