"""Looks at a growing count of patients with an outcome, and the counts that stop the trial there.

Simon's design, Fleming's, three stages, predictive probability, BOP2 and the monitoring of
toxicity are all such boundaries: they differ in how the bounds are found, not in what they do.
What they do is enumerated here, exactly: the distribution of the count is carried from look to
look, and what stops is taken out of it.

Sources
-------
Armitage, McPherson & Rowe 1969 (J R Stat Soc A 132: 235): the recursion. Schultz et al. 1973
(Biometrics 29: 293): for binary outcomes in several stages.
Oracle: R gsDesign ``gsBinomialExact``, ``tests/oracle/design/test_boundaries_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.checks import check_looks, check_number
from trialwright.errors import DesignError
from trialwright.stats.binomial import binomial
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

Bound = int | None


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Looks at a count of patients with an outcome, and what stops the trial at each.

    Parameters
    ----------
    looks : tuple of int
        Patients evaluated at each look, ascending; the last is the largest size of the trial.
    stop_at_most : tuple of int or None
        At each look: stop if at most this many have the outcome; none where there is no such stop.
    stop_at_least : tuple of int or None
        At each look: stop if at least this many have the outcome; none where there is no such
        stop.

    Raises
    ------
    DesignError
        If the looks do not ascend or a bound does not fit its look.

    Examples
    --------
    >>> simon = Boundaries((10, 29), (1, 5), (None, 6))
    >>> found = simon.characteristics([0.10, 0.30])
    >>> found.probability_high.round(4)
    array([0.0471, 0.8051])
    >>> found.expected_patients.round(2)
    array([15.01, 26.16])
    """

    looks: tuple[int, ...]
    stop_at_most: tuple[Bound, ...]
    stop_at_least: tuple[Bound, ...]

    def __post_init__(self) -> None:
        """Refuse bounds that no trial could follow."""
        looks = check_looks(self.looks)
        object.__setattr__(self, "looks", looks)
        for name in ("stop_at_most", "stop_at_least"):
            object.__setattr__(self, name, _check_bounds(name, getattr(self, name), looks))
        for look, low, high in self.steps():
            if low is not None and high is not None and low >= high:
                msg = (
                    f"at {look} patients the trial stops at {low} or fewer and at {high} or more; "
                    "stop_at_most must lie below stop_at_least"
                )
                raise DesignError(msg)

    @property
    def most_patients(self) -> int:
        """Patients of a trial that nothing stops."""
        return self.looks[-1]

    def steps(self) -> Iterator[tuple[int, Bound, Bound]]:
        """Yield (patients, stop at most, stop at least) of each look."""
        return zip(self.looks, self.stop_at_most, self.stop_at_least, strict=True)

    def characteristics(self, rate: ArrayLike) -> Characteristics:
        """Return the exact chance of every stop, at one or more true rates.

        Parameters
        ----------
        rate : array_like of float, shape (m,) or a number
            True probability of the outcome, in [0, 1].

        Returns
        -------
        Characteristics
            One row a rate; sums of binomial probabilities, no approximation.

        Raises
        ------
        ValueError
            If a rate lies outside [0, 1].
        """
        rates = check_rates(rate)
        alive, low, high, before = np.ones((rates.size, 1)), [], [], 0
        for look, most, least in self.steps():
            alive = _add_patients(alive, binomial(look - before, rates))
            low.append(alive[:, : 0 if most is None else most + 1].sum(axis=1))
            high.append(alive[:, look + 1 if least is None else least :].sum(axis=1))
            alive = _leave_out(alive, most, least)
            before = look
        shown = (rates, np.array(self.looks), np.array(low).T, np.array(high).T)
        return Characteristics(*(read_only(part) for part in shown))

    def chance_high(self, rate: float) -> float:
        """Return the exact chance to end by an upper bound at one true rate in [0, 1]."""
        return float(self.characteristics(rate).probability_high[0])


@dataclass(frozen=True, slots=True)
class Characteristics:
    """What boundaries do at each of m true rates; k looks.

    Parameters
    ----------
    rate : ndarray of float, shape (m,)
        True probability of the outcome.
    looks : ndarray of int, shape (k,)
        Patients evaluated at each look.
    low, high : ndarray of float, shape (m, k)
        Chance to stop at each look by the lower and by the upper bound.
    """

    rate: Floats
    looks: NDArray[np.int64]
    low: Floats
    high: Floats

    @property
    def probability_low(self) -> Floats:
        """Chance to end by a lower bound, at whichever look; shape (m,)."""
        return np.asarray(np.minimum(self.low.sum(axis=1), 1.0))

    @property
    def probability_high(self) -> Floats:
        """Chance to end by an upper bound, at whichever look; shape (m,)."""
        return np.asarray(np.minimum(self.high.sum(axis=1), 1.0))

    @property
    def probability_early_stop(self) -> Floats:
        """Chance to stop before the last look (PET); shape (m,)."""
        return np.asarray(np.minimum((self.low + self.high)[:, :-1].sum(axis=1), 1.0))

    @property
    def patients(self) -> Floats:
        """Chance that the trial ends at each look, by a bound or by its size; shape (m, k)."""
        early = (self.low + self.high)[:, :-1]
        return np.column_stack([early, 1 - np.minimum(early.sum(axis=1), 1.0)])

    @property
    def expected_patients(self) -> Floats:
        """Expected number evaluated (EN); shape (m,)."""
        return np.asarray(self.patients @ self.looks)

    def to_frame(self) -> pl.DataFrame:
        """Return one row a rate and look: rate, patients, chances to stop low and high there."""
        import polars as pl

        m, k = self.low.shape
        return pl.DataFrame(
            {
                "rate": np.repeat(self.rate, k),
                "patients": np.tile(self.looks, m),
                "stop_low": self.low.ravel(),
                "stop_high": self.high.ravel(),
                "ends_here": self.patients.ravel(),
            }
        )


def check_rates(rate: ArrayLike) -> Floats:
    """Return true rates as an array of one dimension; raise ``ValueError`` outside [0, 1]."""
    rates = np.atleast_1d(np.asarray(rate, float))
    if rates.ndim != 1 or not np.all((rates >= 0) & (rates <= 1)):
        msg = f"rate must be from 0 to 1, one or a list of them, not {rate!r}"
        raise ValueError(msg)
    return rates


def _check_bounds(
    name: str, bounds: tuple[Bound, ...], looks: tuple[int, ...]
) -> tuple[Bound, ...]:
    if len(bounds) != len(looks):
        msg = f"{name} has {len(bounds)} bounds for {len(looks)} looks; give one a look, or none"
        raise DesignError(msg)
    return tuple(
        None if bound is None else check_number(f"{name} at {look} patients", bound, 0, look)
        for bound, look in zip(bounds, looks, strict=True)
    )


def _add_patients(alive: Floats, more: Floats) -> Floats:
    """Return the distribution of the count after more patients; every term is positive."""
    reached, added = alive.shape[1], more.shape[1]
    grown = np.zeros((alive.shape[0], reached + added - 1))
    for x in range(min(reached, added)):
        if reached < added:
            grown[:, x : x + added] += alive[:, x : x + 1] * more
        else:
            grown[:, x : x + reached] += more[:, x : x + 1] * alive
    return grown


def _leave_out(alive: Floats, most: Bound, least: Bound) -> Floats:
    kept = alive.copy()
    if most is not None:
        kept[:, : most + 1] = 0.0
    if least is not None:
        kept[:, least:] = 0.0
    return kept
