"""Two stages with three outcomes: active, not active, or undecided between the two.

After n1 patients the trial stops for futility at r1 or fewer responders. After n it concludes that
the treatment is not active at r or fewer, that it is active at s or more, and neither between them:
there other evidence may decide. What is given up is the power to decide in every trial; what is
gained are fewer patients for the same two errors.

Sources
-------
Sargent, Chan & Goldberg 2001 (Control Clin Trials 22: 117): the three outcomes, and the chances
alpha, beta, eta and pi. Simon 1989 (Control Clin Trials 10: 1): optimal and minimax.
Oracle: R PhIIdesign ``sargent2stage``, ``tests/oracle/design/test_three_outcome_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import ROUNDING, check_hypotheses, check_number, check_probability
from trialwright.design.simon import ANY_FIRST_STAGE
from trialwright.design.staged.staged_design import (
    FrontierOfSearch,
    StagedDesign,
    name_designs,
    nearest,
    row_of_design,
    write_bounds,
)
from trialwright.errors import DesignError
from trialwright.stats.binomial import binomial

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from trialwright.design.simon import FirstStage
    from trialwright.design.staged.staged_design import StagedFrontier

    Floats = NDArray[np.float64]

_LEAST = 3  # patients that leave a count for each outcome and two stages
_LARGEST_TOLERANCE = 0.1


@dataclass(frozen=True, slots=True)
class ThreeOutcomeLimits:
    """What a three-outcome design must keep; every limit is inclusive.

    Parameters
    ----------
    alpha : float
        Chance to conclude "active" at p0, at most.
    beta : float
        Chance to conclude "not active" at p1, at most.
    eta : float
        Chance to conclude "not active" at p0, at least; 1 - alpha - eta is left undecided.
    pi : float
        Chance to conclude "active" at p1, at least: the power; 1 - beta - pi is left undecided.
    tolerance : float
        By how much each limit may be missed; 0: not at all. R PhIIdesign calls it ``eps`` and
        its published examples use 0.005.

    Raises
    ------
    DesignError
        If a chance lies outside (0, 1), two that exclude each other exceed 1 together, or the
        tolerance is negative or 0.1 or more.
    """

    alpha: float = 0.05
    beta: float = 0.10
    eta: float = 0.80
    pi: float = 0.80
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        """Refuse limits that no trial could keep."""
        for name in ("alpha", "beta", "eta", "pi"):
            check_probability(name, getattr(self, name))
        for wrong, right, rate in (("alpha", "eta", "p0"), ("beta", "pi", "p1")):
            if getattr(self, wrong) + getattr(self, right) > 1 + ROUNDING:
                msg = (
                    f"{wrong} + {right} must not exceed 1, not {getattr(self, wrong):g} + "
                    f"{getattr(self, right):g}: a trial at {rate} ends in one or the other; "
                    f"lower {right}"
                )
                raise DesignError(msg)
        if not 0 <= self.tolerance < _LARGEST_TOLERANCE:
            msg = (
                f"tolerance must be from 0 to below {_LARGEST_TOLERANCE:g}, not "
                f"{self.tolerance:g}; 0 keeps every limit"
            )
            raise DesignError(msg)


USUAL_LIMITS = ThreeOutcomeLimits()


@dataclass(frozen=True, slots=True)
class ThreeOutcomeSearch(FrontierOfSearch):
    """Every three-outcome design that is worth choosing for given hypotheses.

    Parameters
    ----------
    p0, p1 : float
        Response rate of no interest, and one worth pursuing.
    limits : ThreeOutcomeLimits
        What every design keeps.
    first_stage : FirstStage
        Bounds of the search.
    most_patients : int
        Largest size that was looked at.
    frontier : StagedFrontier
        The best design of each size by the expected size at p0. In each, ``stop_at_most`` ends
        with r and ``stop_at_least`` with s.
    """

    p0: float
    p1: float
    limits: ThreeOutcomeLimits
    first_stage: FirstStage
    most_patients: int
    frontier: StagedFrontier

    @property
    def proven(self) -> bool:
        """Whether no larger design can beat the optimal one; else raise the limit."""
        n, missed = self.most_patients + 1, self.limits.beta + self.limits.tolerance + ROUNDING
        floors = [float(n)]
        for n1 in range(1, n):
            r1 = int((np.cumsum(_equal(n1, self.p1)) <= missed).sum()) - 1
            floors.append(n1 + float(_equal(n1, self.p0)[r1 + 1 :].sum()) * (n - n1))
        return min(floors) >= self.optimal.expected_patients[0]

    def to_frame(self) -> pl.DataFrame:
        """Return one row a size: the bounds, the six chances, expected sizes and kind."""
        import polars as pl

        return pl.DataFrame(
            [row_of_design(one) | outcome_chances(one) for one in self.frontier.designs]
        )


def outcome_chances(one: StagedDesign) -> dict[str, float]:
    """Return the six chances of a three-outcome design by Sargent's letters.

    Parameters
    ----------
    one : StagedDesign
        Judged at p0 and p1.

    Returns
    -------
    dict of str to float
        ``alpha``, ``eta`` and ``lambda``: active, not active and undecided at p0; ``pi``,
        ``beta`` and ``delta``: the same at p1.
    """
    active, inactive = (
        part.tolist()
        for part in (one.characteristics.probability_high, one.characteristics.probability_low)
    )
    undecided = [max(1 - high - low, 0.0) for high, low in zip(active, inactive, strict=True)]
    return {
        "alpha": active[0],
        "eta": inactive[0],
        "lambda": undecided[0],
        "pi": active[1],
        "beta": inactive[1],
        "delta": undecided[1],
    }


def find_three_outcome_designs(
    p0: float,
    p1: float,
    limits: ThreeOutcomeLimits = USUAL_LIMITS,
    *,
    most_patients: int = 100,
    first_stage: FirstStage = ANY_FIRST_STAGE,
) -> ThreeOutcomeSearch:
    """Find the two-stage designs that may end undecided.

    Parameters
    ----------
    p0, p1 : float
        Response rate of no interest, and one worth pursuing; 0 < p0 < p1 < 1.
    limits : ThreeOutcomeLimits
        The four chances to keep, and by how much they may be missed.
    most_patients : int
        Largest size to look at, 3 to 1000.
    first_stage : FirstStage
        Bounds on the patients of the first stage and on their share of all.

    Returns
    -------
    ThreeOutcomeSearch
        Optimal, minimax, admissible and the best design of each size by the expected size at p0.

    Raises
    ------
    DesignError
        If a number is not allowed, or no design up to the limit keeps the four chances; the
        message says by how much they would have to be missed.

    Notes
    -----
    Source: Sargent et al. 2001, equations 1 to 4. Exhaustive over n1, r1 >= 0, r >= r1 and
    s >= r + 2, so that one count at least is undecided. Where several r and s will do, the fewest
    counts are left undecided: the largest r, then the smallest s.

    Examples
    --------
    >>> found = find_three_outcome_designs(0.20, 0.40)
    >>> print(found.optimal, "|", found.minimax)
    optimal 3/15 8-12/36 | minimax 3/16 8-11/33
    """
    check_hypotheses(p0, p1, limits.alpha, limits.beta)
    most = check_number("most_patients", most_patients, _LEAST)
    best = (_best_of_size(n, (p0, p1), limits, first_stage) for n in range(_LEAST, most + 1))
    designs = [design for design in best if design is not None]
    if not designs:
        raise DesignError(_say_nearest(most, (p0, p1), limits, first_stage))
    frontier = name_designs(designs, "p0")
    return ThreeOutcomeSearch(p0, p1, limits, first_stage, most, frontier)


def _best_of_size(
    n: int, rates: tuple[float, float], limits: ThreeOutcomeLimits, first: FirstStage
) -> StagedDesign | None:
    least, best = float(n), None
    for n1 in first.sizes(n):
        if n1 >= least:
            break
        null, other = (_at_least(n1, n, rate) for rate in rates)
        kept = _largest_bounds(n - n1, limits, null, other)
        if kept is None:
            continue
        expected = n1 + float(null[kept[0], 0]) * (n - n1)
        if expected < least:
            least, best = expected, (n1, *kept)
    if best is None:
        return None
    n1, r1, r, s = best
    return StagedDesign.judge(Boundaries((n1, n), (r1, r), (None, s)), *rates)


def _at_least(n1: int, n: int, rate: float) -> Floats:
    """Return the chance of more than r1 of n1 and t or more of n; shape (n1, n + 2)."""
    first = _equal(n1, rate)
    second = np.append(np.cumsum(_equal(n - n1, rate)[::-1])[::-1], 0.0)
    need = np.arange(n + 2) - np.arange(n1 + 1)[:, None]
    terms = first[:, None] * second[np.clip(need, 0, n - n1 + 1)]
    return np.asarray(np.cumsum(terms[::-1], axis=0)[::-1][1:])


def _largest_bounds(
    n2: int, limits: ThreeOutcomeLimits, null: Floats, other: Floats
) -> tuple[int, int, int] | None:
    """Return (r1, r, s) with the largest r1; none if no bounds keep the limits.

    Each chance falls with t, so the bounds that keep a limit are a run of t; t is r + 1 or s.
    """
    slack = limits.tolerance + ROUNDING
    r1 = np.arange(null.shape[0])
    enough_power = (other >= limits.pi - slack).sum(axis=1) - 1  # largest s
    few_active = (null > limits.alpha + slack).sum(axis=1)  # smallest s
    few_missed = (other >= 1 - limits.beta - slack).sum(axis=1) - 2  # largest r
    enough_stopped = (null > 1 - limits.eta + slack).sum(axis=1) - 1  # smallest r
    r = np.minimum(few_missed, enough_power - 2)
    s = np.maximum(few_active, r + 2)
    least = np.maximum(np.maximum(enough_stopped, r1), 0)
    kept = (r >= least) & (s <= enough_power) & (s <= n2 + r1.size) & (r - n2 <= r1)
    if not kept.any():
        return None
    last = int(np.flatnonzero(kept)[-1])
    return last, int(r[last]), int(s[last])


@lru_cache(maxsize=4096)
def _equal(n: int, rate: float) -> Floats:
    return binomial(n, rate)


def _say_nearest(
    most: int, rates: tuple[float, float], limits: ThreeOutcomeLimits, first: FirstStage
) -> str:
    def find(tolerance: float) -> StagedDesign | None:
        return _best_of_size(most, rates, replace(limits, tolerance=tolerance), first)

    none = (
        f"no three-outcome design of at most {most} patients keeps alpha {limits.alpha:g}, beta "
        f"{limits.beta:g}, eta {limits.eta:g} and pi {limits.pi:g} for {rates[0]:g} against "
        f"{rates[1]:g}"
    )
    best = nearest(find, _LARGEST_TOLERANCE - ROUNDING, limits.tolerance)
    if best is None:
        return f"{none}, nor comes within {_LARGEST_TOLERANCE:g} of them; raise most_patients or p1"
    shown = ", ".join(
        f"{name} {value:.4f}"
        for name, value in outcome_chances(best).items()
        if name in ("alpha", "beta", "eta", "pi")
    )
    return (
        f"{none}; the nearest, {write_bounds(best.boundaries)}, has {shown}; raise most_patients "
        "or p1, or ask for less"
    )
