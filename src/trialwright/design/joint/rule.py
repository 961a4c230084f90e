"""Two outcomes of the same patients, watched together: response and toxicity, CR and response.

Each outcome has its own boundaries and its own looks. A joint rule stops the trial where either
outcome says so, or only where both do; a trial that nothing stopped has succeeded. The two
outcomes of a patient may be associated. Everything is enumerated patient by patient on the grid
of the two counts, exactly.

Sources
-------
Bryant & Day 1995 (Biometrics 51: 1372): either outcome stops; the odds ratio as association.
Zhou, Lee & Yuan 2017 (Stat Med 36: 3302): four cells; either, or both, stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.design.joint.rate import JointRate
from trialwright.errors import DesignError
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from trialwright.design.boundaries import Bound, Boundaries

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = [
    "JointCharacteristics",
    "JointRate",
    "JointRule",
    "StopWhen",
    "Watched",
    "count_pairs",
]

# Multiplications of one product: above it the linear algebra library starts threads, which on a
# busy machine wait for one another twenty times longer than they work.
_PRODUCT_WORK = 2**18
_BLOCK_CELLS = 2**16  # of a kept table: half a megabyte

StopWhen = Literal["either", "both"]
BadSide = Literal["low", "high"]


@dataclass(frozen=True, slots=True)
class Watched:
    """One outcome of a joint rule: its boundaries, and which side of them stops the trial.

    Parameters
    ----------
    boundaries : Boundaries
        Looks and bounds. The side that is not ``bad`` may have a bound at the last look only: a
        joint rule does not stop early for success.
    bad : {"low", "high"}
        "low": too few with the outcome stop the trial (response); "high": too many (toxicity).

    Raises
    ------
    DesignError
        If the good side has a bound before the last look.
    """

    boundaries: Boundaries
    bad: BadSide

    def __post_init__(self) -> None:
        """Refuse an early stop for success, which a joint rule has no place for."""
        good = self.boundaries.stop_at_least if self.bad == "low" else self.boundaries.stop_at_most
        if any(bound is not None for bound in good[:-1]):
            msg = (
                "a joint rule does not stop early for success: leave the bounds of the good side "
                "none before the last look"
            )
            raise DesignError(msg)

    def stops(self, patients: int) -> Flags:
        """Return for each count, 0 to ``patients``, whether this outcome stops the trial there."""
        count = np.arange(patients + 1)
        for look, most, least in self.boundaries.steps():
            if look == patients:
                return self._beyond(count, most, least)
        return np.zeros(patients + 1, bool)

    def _beyond(self, count: NDArray[np.int64], most: Bound, least: Bound) -> Flags:
        if self.bad == "low":
            return count <= (-1 if most is None else most)
        return count >= (count.size if least is None else least)


@dataclass(frozen=True, slots=True)
class JointCharacteristics:
    """What a joint rule does at one pair of true rates; k looks.

    Parameters
    ----------
    rate : JointRate
        The true chances.
    looks : ndarray of int, shape (k,)
        Patients evaluated at each look, of either outcome.
    by_first, by_second, by_both : ndarray of float, shape (k,)
        Chance to stop at each look because of the first outcome alone, the second alone, or both.
    probability_success : float
        Chance to reach the end and be stopped by nothing there.
    """

    rate: JointRate
    looks: NDArray[np.int64]
    by_first: Floats
    by_second: Floats
    by_both: Floats
    probability_success: float

    @property
    def probability_early_stop(self) -> float:
        """Chance to stop before the last look (PET)."""
        return float(min(self._stops[:-1].sum(), 1.0))

    @property
    def patients(self) -> Floats:
        """Chance that the trial ends at each look; shape (k,)."""
        return np.append(self._stops[:-1], 1 - self.probability_early_stop)

    @property
    def expected_patients(self) -> float:
        """Expected number evaluated (EN)."""
        return float(self.patients @ self.looks)

    @property
    def _stops(self) -> Floats:
        return self.by_first + self.by_second + self.by_both


@dataclass(frozen=True, slots=True)
class JointRule:
    """Two watched outcomes and how they stop the trial together.

    Parameters
    ----------
    first, second : Watched
        The outcomes, such as response and toxicity; their looks may differ, their last look not.
    stop_when : {"either", "both"}
        "either": one is enough (response too low, or toxicity too high). "both": only if both say
        so, at a look of both (neither CR nor response is enough).

    Raises
    ------
    DesignError
        If the outcomes end at different sizes, or ``stop_when`` is not one of the words.

    Examples
    --------
    >>> from trialwright.design.boundaries import Boundaries
    >>> response = Watched(Boundaries((21, 46), (2, 7), (None, None)), "low")
    >>> toxicity = Watched(Boundaries((21, 46), (None, None), (8, 15)), "high")
    >>> rule = JointRule(response, toxicity)
    >>> found = rule.characteristics(JointRate.of(0.30, 0.20))
    >>> round(found.probability_success, 4)
    0.9037
    """

    first: Watched
    second: Watched
    stop_when: StopWhen = "either"

    def __post_init__(self) -> None:
        """Refuse outcomes that do not belong to one trial."""
        ends = (self.first.boundaries.most_patients, self.second.boundaries.most_patients)
        if ends[0] != ends[1]:
            msg = f"both outcomes must end at one size, not at {ends[0]} and {ends[1]} patients"
            raise DesignError(msg)
        if self.stop_when not in get_args(StopWhen):
            msg = f"stop_when must be one of {get_args(StopWhen)}, not {self.stop_when!r}"
            raise DesignError(msg)

    @property
    def looks(self) -> tuple[int, ...]:
        """Patients at each look of either outcome, ascending."""
        return tuple(sorted({*self.first.boundaries.looks, *self.second.boundaries.looks}))

    def characteristics(self, rate: JointRate) -> JointCharacteristics:
        """Return the exact chance of every stop at one pair of true rates.

        Parameters
        ----------
        rate : JointRate
            True chances of the four cells.

        Returns
        -------
        JointCharacteristics
            Sums of multinomial probabilities, no approximation.
        """
        alive = np.ones((1, 1))
        stopped: list[tuple[float, float, float]] = []
        for look in self.looks:
            alive = _add_patients(alive, rate, look)
            stopped.append(
                _take_out(
                    alive,
                    self.first.stops(look),
                    self.second.stops(look),
                    both=self.stop_when == "both",
                )
            )
        first_only, second_only, both = (read_only(part) for part in np.array(stopped).T)
        success = min(float(alive.sum()), 1.0)
        looks = read_only(np.array(self.looks))
        return JointCharacteristics(rate, looks, first_only, second_only, both, success)


def count_pairs(rate: JointRate) -> Iterator[Floats]:
    """Yield the chance of each pair of counts after 0, 1, 2, ... patients that nothing stops.

    Parameters
    ----------
    rate : JointRate
        True chances of the four cells.

    Yields
    ------
    ndarray, shape (n + 1, n + 1) for n = 0, 1, ... without end
        Row: patients with the first outcome; column: with the second.

    Examples
    --------
    >>> grids = count_pairs(JointRate.of(0.5, 0.5))
    >>> next(grids), next(grids)
    (array([[1.]]), array([[0.25, 0.25],
           [0.25, 0.25]]))
    """
    grid = np.ones((1, 1))
    while True:
        yield grid
        grid = _add_patient(grid, rate)


def _take_out(
    alive: Floats, first: Flags, second: Flags, *, both: bool
) -> tuple[float, float, float]:
    """Set what stops to 0; return its chance by the first outcome alone, the second, and both."""
    if both:
        chance = float(alive[first][:, second].sum())
        alive[np.ix_(first, second)] = 0.0
        return 0.0, 0.0, chance
    by_count = alive[first].sum(axis=0)
    alive[first] = 0.0
    chances = (by_count[~second].sum(), alive[:, second].sum(), by_count[second].sum())
    alive[:, second] = 0.0
    return float(chances[0]), float(chances[1]), float(chances[2])


def _add_patients(alive: Floats, rate: JointRate, look: int) -> Floats:
    """Return the distribution of the two counts at a look; what adds a block is kept for reuse."""
    while alive.shape[0] <= look:
        more = _block_size(alive.shape[0], look + 1 - alive.shape[0])
        alive = _add_block(alive, rate, more) if more > 1 else _add_patient(alive, rate)
    return alive


def _block_size(rows: int, more: int) -> int:
    """Return how many of ``more`` patients are added at once; 1 where that is not faster."""
    while more > 1 and (
        rows * (more + 1) * (rows + more) > _BLOCK_CELLS
        or rows * rows * (rows + more) > _PRODUCT_WORK
    ):
        more -= 1
    return more


def _add_block(alive: Floats, rate: JointRate, more: int) -> Floats:
    """Add several patients: products spread the columns, sums of shifted rows the first count."""
    rows, wide = alive.shape[0], alive.shape[0] + more
    grown, count = np.zeros((wide, wide)), 0
    for table in _column_spread(rate, rows, more):
        spread = (alive @ table).reshape(rows, -1, wide)
        for column in range(spread.shape[1]):
            grown[count : count + rows] += spread[:, column]
            count += 1
    return grown


@lru_cache(maxsize=64)
def _column_spread(rate: JointRate, columns: int, more: int) -> tuple[Floats, ...]:
    """Return where each column goes, for each number of first outcomes among the added.

    In tables of so many numbers that a product with each stays small.
    """
    added = next(islice(count_pairs(rate), more, None))
    found = np.zeros((columns, more + 1, columns + more))
    for column in range(columns):
        found[column, :, column : column + more + 1] = added
    few = max(1, _PRODUCT_WORK // (columns * columns * (columns + more)))
    return tuple(
        read_only(found[:, start : start + few].reshape(columns, -1))
        for start in range(0, more + 1, few)
    )


def _add_patient(alive: Floats, rate: JointRate) -> Floats:
    """Return the distribution of the two counts after one more patient."""
    n = alive.shape[0]
    grown = np.zeros((n + 1, n + 1))
    grown[:n, :n] = rate.neither * alive
    grown[1:, :n] += rate.first_only * alive
    grown[:n, 1:] += rate.second_only * alive
    grown[1:, 1:] += rate.both * alive
    return grown
