"""A historical survival curve whose hazard is constant between given times.

The same kind of curve as `historical.Digitised`, stated by its hazards instead of its survival:
as a registry prints event rates a year, or as a design assumes an early and a late hazard.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.checks import refuse
from trialwright.stats.core.one_sample import Hazard
from trialwright.stats.historical import HistoricalCurve

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class PiecewiseExponential(HistoricalCurve):
    """A curve of constant hazard between cuts; the last hazard goes on for ever.

    Parameters
    ----------
    cuts : tuple of float
        Times at which the hazard changes, above 0 and ascending; at least one.
    rates : tuple of float
        Events per patient and unit of time: before the first cut, between cuts, after the last.
        One more than ``cuts``, each 0 or more.

    Raises
    ------
    ValueError
        If a cut or a rate is not allowed (the message names its index), or their numbers do not
        match.

    Notes
    -----
    Source: textbook. Checked against `Digitised` through the same points, `Exponential` and values
    worked by hand. R's rpact and msm give the start of each piece: their times begin with 0.

    Examples
    --------
    >>> curve = PiecewiseExponential.of([6], [0.05, 0.10])
    >>> round(curve.survival(6), 6), round(curve.median, 4)
    (0.740818, 9.9315)
    """

    cuts: tuple[float, ...]
    rates: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse pieces that make no curve; keep them as tuples."""
        cuts, rates = np.asarray(self.cuts, float), np.asarray(self.rates, float)
        if cuts.ndim != 1 or cuts.size == 0 or rates.shape != (cuts.size + 1,):
            msg = f"rates {rates.shape} must be one more than cuts {cuts.shape}, at least one cut"
            raise ValueError(msg)
        refuse("cuts", cuts, ~(np.isfinite(cuts) & (cuts > 0)), "a finite number above 0")
        refuse("cuts", cuts, np.diff(cuts, prepend=0.0) <= 0, "later than the one before")
        refuse("rates", rates, ~(np.isfinite(rates) & (rates >= 0)), "a finite number >= 0")
        object.__setattr__(self, "cuts", tuple(cuts.tolist()))  # a list would not be frozen
        object.__setattr__(self, "rates", tuple(rates.tolist()))

    @classmethod
    def of(cls, cuts: ArrayLike, rates: ArrayLike) -> PiecewiseExponential:
        """Take the pieces from arrays, shape (m,) and (m + 1,); errors are those of the class."""
        times, hazards = np.atleast_1d(np.asarray(cuts, float)), np.asarray(rates, float)
        return cls(tuple(times.tolist()), tuple(np.atleast_1d(hazards).tolist()))

    def __str__(self) -> str:
        """Write the curve: ``piecewise exponential, 2 hazards, median 9.93147``."""
        median = "not reached" if math.isnan(self.median) else f"{self.median:g}"
        return f"piecewise exponential, {len(self.rates)} hazards, median {median}"

    @property
    def hazard(self) -> Hazard:
        """The cumulative hazard as numbers."""
        heights = [0.0]
        for (left, right), rate in zip(pairwise((0.0, *self.cuts)), self.rates[:-1], strict=True):
            heights.append(heights[-1] + rate * (right - left))
        return Hazard(1.0, 1.0, 0.0, self.cuts, tuple(heights[1:]), float(self.rates[-1]))
