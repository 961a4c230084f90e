"""Two outcomes of the same patients, watched together: response and toxicity, CR and response.

Each outcome has its own boundaries and its own looks. A joint rule stops the trial where either
outcome says so, or only where both do; a trial that nothing stopped has succeeded. The two
outcomes of a patient may be associated. Everything is enumerated patient by patient on the grid
of the two counts, exactly.

Sources
-------
Bryant & Day 1995 (Biometrics 51: 1372): either outcome stops; the odds ratio as association.
Zhou, Lee & Yuan 2017 (Stat Med 36: 3302): four cells; either, or both, stop.
Plackett 1965 (J Am Stat Assoc 60: 516): the cells of given margins and odds ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose, sqrt
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.errors import DesignError
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.design.boundaries import Bound, Boundaries

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

StopWhen = Literal["either", "both"]
BadSide = Literal["low", "high"]


@dataclass(frozen=True, slots=True)
class JointRate:
    """True chances of a patient's two outcomes; the four cells sum to 1.

    Parameters
    ----------
    both, first_only, second_only, neither : float
        Chance of both outcomes, of one alone, and of none; each 0 or more.

    Raises
    ------
    ValueError
        If a chance is negative or they do not sum to 1.

    Examples
    --------
    >>> rate = JointRate.of(0.3, 0.2)  # response, toxicity; independent
    >>> round(rate.both, 4), round(rate.first, 4), round(rate.second, 4)
    (0.06, 0.3, 0.2)
    """

    both: float
    first_only: float
    second_only: float
    neither: float

    def __post_init__(self) -> None:
        """Refuse what is no probability."""
        cells = (self.both, self.first_only, self.second_only, self.neither)
        if not (all(cell >= 0 for cell in cells) and isclose(sum(cells), 1.0, abs_tol=1e-9)):
            msg = f"the four cells must be 0 or more and sum to 1, not {cells}"
            raise ValueError(msg)

    @classmethod
    def of(cls, first: float, second: float, *, odds_ratio: float = 1.0) -> JointRate:
        """Return the cells of two rates and their association.

        Parameters
        ----------
        first, second : float
            Chance of each outcome, in [0, 1].
        odds_ratio : float
            Odds of the second outcome with the first, over those without it; 1: independent,
            above 1: they go together. 0 or more; ``inf``: as often together as the rates allow.

        Raises
        ------
        ValueError
            If a number is not allowed.

        Notes
        -----
        Source: Plackett 1965, equation for the cell of given margins.
        """
        for name, value in (("first", first), ("second", second)):
            if not 0 <= value <= 1:
                msg = f"{name} must be from 0 to 1, not {value}"
                raise ValueError(msg)
        if not odds_ratio >= 0:
            msg = f"odds_ratio must be 0 or more, not {odds_ratio}"
            raise ValueError(msg)
        both = _both(first, second, odds_ratio)
        both = min(max(both, 0.0, first + second - 1), first, second)
        return cls(both, first - both, second - both, max(1 - first - second + both, 0.0))

    @classmethod
    def nested(cls, inner: float, outer: float) -> JointRate:
        """Return the cells of an outcome that is part of another: CR within CR or PR.

        Raises
        ------
        ValueError
            If the rates are not 0 <= inner <= outer <= 1.
        """
        if not 0 <= inner <= outer <= 1:
            msg = f"need 0 <= inner <= outer <= 1, not inner {inner} and outer {outer}"
            raise ValueError(msg)
        return cls(inner, 0.0, outer - inner, 1 - outer)

    @property
    def first(self) -> float:
        """Chance of the first outcome."""
        return self.both + self.first_only

    @property
    def second(self) -> float:
        """Chance of the second outcome."""
        return self.both + self.second_only


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
            while alive.shape[0] <= look:
                alive = _add_patient(alive, rate)
            first = self.first.stops(look)[:, None]
            second = self.second.stops(look)[None, :]
            ends = first & second if self.stop_when == "both" else first | second
            stopped.append(
                (
                    float(alive[ends & first & ~second].sum()),
                    float(alive[ends & ~first & second].sum()),
                    float(alive[ends & first & second].sum()),
                )
            )
            alive = np.where(ends, 0.0, alive)
        first_only, second_only, both = (read_only(part) for part in np.array(stopped).T)
        success = min(float(alive.sum()), 1.0)
        looks = read_only(np.array(self.looks))
        return JointCharacteristics(rate, looks, first_only, second_only, both, success)


def _both(first: float, second: float, odds_ratio: float) -> float:
    if odds_ratio == 1:
        return first * second
    if odds_ratio == float("inf"):
        return min(first, second)
    excess = odds_ratio - 1
    s = 1 + (first + second) * excess
    # The smaller root of a quadratic, written so that nothing cancels near independence.
    root = sqrt(max(s * s - 4 * odds_ratio * excess * first * second, 0.0))
    return 2 * odds_ratio * first * second / (s + root)


def _add_patient(alive: Floats, rate: JointRate) -> Floats:
    """Return the distribution of the two counts after one more patient."""
    n = alive.shape[0]
    grown = np.zeros((n + 1, n + 1))
    grown[:n, :n] = rate.neither * alive
    grown[1:, :n] += rate.first_only * alive
    grown[:n, 1:] += rate.second_only * alive
    grown[1:, 1:] += rate.both * alive
    return grown
