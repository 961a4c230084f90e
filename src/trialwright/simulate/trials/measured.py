"""Numbers that a simulation gives, each with the standard error of the simulation."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.proportion import wilson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]

_QUANTILES = (0.025, 0.5, 0.975)


@dataclass(frozen=True, slots=True)
class Measured:
    """A number of a simulation with its standard error."""

    value: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Chance(Measured):
    """A share of trials, or of patients, with the standard error of the simulation.

    Parameters
    ----------
    value, standard_error : float
        The share, and its Wald standard error, which is 0 where none or all of them count.
    trials : int or None
        How many it is out of; None: it is not said, and there is no interval.
    """

    trials: int | None = None

    @classmethod
    def of(cls, times: int, trials: int) -> Chance:
        """Return the share of ``trials`` that something happened in; ``nan`` of none."""
        if trials == 0:
            return cls(nan, nan, 0)
        share = times / trials
        return cls(share, sqrt(share * (1 - share) / trials), trials)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return Wilson's interval, which has a width at 0 and at all of the trials too.

        Parameters
        ----------
        level : float
            Two-sided, in (0, 1).

        Returns
        -------
        tuple of float
            Its limits; ``nan`` of no trials.

        Examples
        --------
        >>> [round(limit, 4) for limit in Chance.of(0, 1000).interval()]
        [0.0, 0.0038]
        """
        if not self.trials:
            return nan, nan
        found = wilson(round(self.value * self.trials), self.trials, level=level)
        return found.low, found.high


@dataclass(frozen=True, slots=True)
class Mean(Measured):
    """A mean over trials with the standard error of the simulation, and a distribution.

    ``low``, ``middle`` and ``high`` are the 2.5, 50 and 97.5 % quantiles, to the width of a bin.
    """

    low: float
    middle: float
    high: float

    @classmethod
    def of_histogram(cls, histogram: Counts) -> Mean:
        """Return the mean of whole numbers; the place in the histogram is the number."""
        sizes, number = np.arange(len(histogram)), int(histogram.sum())
        total, squares = int(histogram @ sizes), int(histogram @ (sizes * sizes))
        return cls.of_sums(total, squares, number, histogram, 1.0)

    @classmethod
    def of_sums(
        cls, total: float, squares: float, number: int, histogram: Counts, width: float
    ) -> Mean:
        """Return the mean of values that were summed; ``nan`` of none.

        Parameters
        ----------
        total, squares : float
            Sum of the values, and of their squares.
        number : int
            How many values.
        histogram : ndarray of int
            The values by bin.
        width : float
            Of a bin.
        """
        if number == 0:
            return cls(nan, nan, nan, nan, nan)
        cumulated = np.cumsum(histogram)
        low, middle, high = (
            float(np.searchsorted(cumulated, p * cumulated[-1])) * width for p in _QUANTILES
        )
        return cls(total / number, _error_of_mean(total, squares, number), low, middle, high)


def mean_of(values: Floats) -> Measured:
    """Return the mean of values of independent trials, with its standard error.

    Parameters
    ----------
    values : ndarray of float, shape (trials,)
        Two or more.
    """
    return Measured(float(values.mean()), float(values.std(ddof=1)) / sqrt(len(values)))


def _error_of_mean(total: float, squares: float, number: int) -> float:
    if number < 2:  # noqa: PLR2004 - one value says nothing of its spread
        return nan
    variance = max(squares - total * total / number, 0.0) / (number - 1)
    return sqrt(variance / number)
