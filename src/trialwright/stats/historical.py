"""The survival curve of historical patients, which a single arm is set against.

Three ways to state it: exponential, Weibull, or read off a published figure. The fourth, by hazards
that hold between given times, is ``piecewise_exponential``. Each is a value: it says its survival,
its cumulative hazard and its median, and writes itself into the methods section of a report
(``str``).

Times are in the unit of the trial's own times.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.stats.checks import check_choice, check_inside, check_same_length, refuse
from trialwright.stats.core.one_sample import Hazard, cumulative_hazard, time_of_hazard

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import ArrayLike, NDArray

Extrapolate = Literal["refuse", "last hazard"]
EXTRAPOLATE: tuple[Extrapolate, ...] = get_args(Extrapolate)


class HistoricalCurve(ABC):
    """What every historical curve answers, from its cumulative hazard."""

    __slots__ = ()

    @property
    @abstractmethod
    def hazard(self) -> Hazard:
        """The cumulative hazard as numbers, for the compiled formulas."""

    @property
    def median(self) -> float:
        """Time by which half of the patients had the event; ``nan`` if it is not reached."""
        return float(time_of_hazard(self.hazard, math.log(2)))

    @property
    def end(self) -> float:
        """Last time the curve speaks of; infinite for a formula."""
        return math.inf

    def cumulative_hazard(self, time: float) -> float:
        """Return the cumulative hazard, minus the logarithm of survival.

        Parameters
        ----------
        time : float
            0 or more and no later than `end`.

        Raises
        ------
        ValueError
            If ``time`` is negative, missing, infinite, or lies beyond the end of the curve.
        """
        if not (math.isfinite(time) and time >= 0):
            msg = f"time must be a finite number >= 0, not {time}"
            raise ValueError(msg)
        if time > self.end:
            msg = f"time is {time}; {self.wanted_time}"
            raise ValueError(msg)
        return cumulative_hazard(self.hazard, float(time))

    def survival(self, time: float) -> float:
        """Return the share of historical patients free of the event at ``time``.

        Parameters and errors are those of `cumulative_hazard`.
        """
        return math.exp(-self.cumulative_hazard(time))

    @property
    def wanted_time(self) -> str:
        """What a time must be, for a message."""
        return (
            f"the historical curve ends at {self.end:g}: cut follow-up there, or state "
            "extrapolate='last hazard'"
        )

    def to_frame(self, times: ArrayLike) -> pl.DataFrame:
        """Return survival and cumulative hazard as a table, one row a time.

        Parameters
        ----------
        times : array_like, shape (m,)
            As for `cumulative_hazard`.
        """
        import polars as pl

        at = np.atleast_1d(np.asarray(times, float)).tolist()
        return pl.DataFrame(
            {
                "time": at,
                "survival": [self.survival(t) for t in at],
                "cumulative_hazard": [self.cumulative_hazard(t) for t in at],
            }
        ).with_columns(curve=pl.lit(str(self)))


@dataclass(frozen=True, slots=True)
class Weibull(HistoricalCurve):
    """A Weibull curve: S(t) = exp(-(t / scale)^shape), as R's ``pweibull`` has it.

    Parameters
    ----------
    shape : float
        Above 0. Below 1 the hazard falls with time, above 1 it rises, at 1 it is constant.
    scale : float
        Above 0: the time at which 36.8 % (1/e) are still free of the event.

    Raises
    ------
    ValueError
        If a number is not above 0 and finite.

    Notes
    -----
    SAS ``PROC LIFEREG`` prints this shape as "Weibull Shape" and this scale as "Weibull Scale";
    R ``survreg`` prints scale = 1 / shape and intercept = log(scale). Oracle: R ``pweibull``.

    Examples
    --------
    >>> round(Weibull.from_survival(1.3, 0.5, at=5).median, 10)
    5.0
    """

    shape: float
    scale: float

    def __post_init__(self) -> None:
        """Refuse numbers that make no curve."""
        check_inside("shape", self.shape, 0.0, math.inf)
        check_inside("scale", self.scale, 0.0, math.inf)

    @classmethod
    def from_median(cls, shape: float, median: float) -> Weibull:
        """Take the curve of a shape and a median, both above 0; ``ValueError`` otherwise."""
        check_inside("median", median, 0.0, math.inf)
        return cls.from_survival(shape, 0.5, at=median)

    @classmethod
    def from_survival(cls, shape: float, survival: float, *, at: float) -> Weibull:
        """Take the curve of a shape and the share free of the event at one time.

        Parameters
        ----------
        shape : float
            Above 0.
        survival : float
            S0, in (0, 1).
        at : float
            x0, the time of S0; above 0.

        Raises
        ------
        ValueError
            If a number is not allowed.

        Notes
        -----
        Source: the parameters of Wu 2015 and of R's OneArm2stage (``shape, S0, x0``).
        """
        check_inside("shape", shape, 0.0, math.inf)
        check_inside("survival", survival)
        check_inside("at", at, 0.0, math.inf)
        try:
            scale = at * (-math.log(survival)) ** (-1 / shape)
        except OverflowError:
            scale = math.inf
        if not 0 < scale < math.inf:
            msg = f"shape {shape:g} is too small for a survival of {survival:g} at {at:g}"
            raise ValueError(msg)
        return cls(shape, scale)

    def __str__(self) -> str:
        """Write the curve: ``Weibull, shape 1.3, median 5``."""
        return f"Weibull, shape {self.shape:g}, median {self.median:g}"

    @property
    def hazard(self) -> Hazard:
        """The cumulative hazard as numbers."""
        return Hazard(float(self.shape), float(self.scale), 1.0, (), (), math.nan)


@dataclass(frozen=True, slots=True)
class Exponential(HistoricalCurve):
    """A curve of constant hazard: S(t) = exp(-rate t).

    Parameters
    ----------
    rate : float
        Events per patient and unit of time; above 0.

    Raises
    ------
    ValueError
        If ``rate`` is not above 0 and finite.

    Examples
    --------
    >>> print(Exponential.from_median(5.4))
    exponential, median 5.4
    >>> Exponential.from_survival(0.62, at=2).survival(2)
    0.62
    """

    rate: float

    def __post_init__(self) -> None:
        """Refuse a rate that makes no curve."""
        check_inside("rate", self.rate, 0.0, math.inf)

    @classmethod
    def from_median(cls, median: float) -> Exponential:
        """Take the curve of a median above 0; ``ValueError`` otherwise."""
        return cls(math.log(2) / check_inside("median", median, 0.0, math.inf))

    @classmethod
    def from_survival(cls, survival: float, *, at: float) -> Exponential:
        """Take the curve of the share free of the event at one time.

        Parameters
        ----------
        survival : float
            In (0, 1).
        at : float
            Its time, above 0.

        Raises
        ------
        ValueError
            If a number is not allowed.
        """
        check_inside("survival", survival)
        return cls(-math.log(survival) / check_inside("at", at, 0.0, math.inf))

    def __str__(self) -> str:
        """Write the curve: ``exponential, median 5.4``."""
        return f"exponential, median {self.median:g}"

    @property
    def hazard(self) -> Hazard:
        """The cumulative hazard as numbers."""
        return Hazard(1.0, 1.0, float(self.rate), (), (), math.nan)


@dataclass(frozen=True, slots=True)
class Digitised(HistoricalCurve):
    """A curve read off a published figure, point by point.

    Between points the hazard is constant: the logarithm of survival is a straight line. The curve
    starts at time 0 with survival 1.

    Parameters
    ----------
    times : tuple of float
        Times of the points, above 0 and ascending.
    survivals : tuple of float
        Share free of the event at each, above 0, at most 1, never rising.
    extrapolate : {"refuse", "last hazard"}
        What holds after the last point: nothing, so that a later time is an error; or the hazard
        between the last two points.

    Raises
    ------
    ValueError
        As for `Digitised.of`, which takes arrays and a first point at time 0.

    Notes
    -----
    The curve is taken as known: the uncertainty of the historical patients themselves is in no
    test against it. Half-way between two points in time the survival is the geometric mean.

    Examples
    --------
    >>> curve = Digitised.of([3, 6, 12], [0.80, 0.50, 0.20])
    >>> round(curve.survival(9), 6)
    0.316228
    >>> curve.median
    6.0
    """

    times: tuple[float, ...]
    survivals: tuple[float, ...]
    extrapolate: Extrapolate = "refuse"

    def __post_init__(self) -> None:
        """Refuse points that make no curve; keep them as tuples."""
        t, s = np.asarray(self.times, float), np.asarray(self.survivals, float)
        check_same_length("times", t, "survivals", s)
        check_choice("extrapolate", self.extrapolate, EXTRAPOLATE)
        _check_points(t, s)
        if t.size == 0 or t[0] == 0:
            msg = "times must hold a point after time 0, and none at it"
            raise ValueError(msg)
        object.__setattr__(self, "times", tuple(t.tolist()))  # a list would not be frozen
        object.__setattr__(self, "survivals", tuple(s.tolist()))

    @classmethod
    def of(
        cls, times: ArrayLike, survivals: ArrayLike, *, extrapolate: Extrapolate = "refuse"
    ) -> Digitised:
        """Take the points of a figure; a first point of survival 1 at time 0 may be given.

        Parameters
        ----------
        times, survivals : array_like, shape (m,)
            The points, from left to right.
        extrapolate : {"refuse", "last hazard"}
            What holds after the last point.

        Raises
        ------
        ValueError
            If there is no point after time 0, times do not ascend, or survival rises or lies
            outside (0, 1]; the message names the index.
        """
        t, s = np.asarray(times, float), np.asarray(survivals, float)
        check_same_length("times", t, "survivals", s)
        _check_points(t, s)  # before the first is dropped, for the index
        if t.size and t[0] == 0:
            t, s = t[1:], s[1:]
        return cls(tuple(t.tolist()), tuple(s.tolist()), extrapolate)

    def __str__(self) -> str:
        """Write the curve: ``digitised, 7 points to 24, not beyond``."""
        points = "1 point" if len(self.times) == 1 else f"{len(self.times)} points"
        then = "not beyond" if self.extrapolate == "refuse" else "then the last hazard"
        return f"digitised, {points} to {self.times[-1]:g}, {then}"

    @property
    def hazard(self) -> Hazard:
        """The cumulative hazard as numbers."""
        heights = tuple(-math.log(s) for s in self.survivals)
        slope = math.nan
        if self.extrapolate == "last hazard":
            (left, bottom), (right, top) = [(0.0, 0.0), *zip(self.times, heights, strict=True)][-2:]
            slope = (top - bottom) / (right - left)
        return Hazard(1.0, 1.0, 0.0, self.times, heights, slope)

    @property
    def end(self) -> float:
        """Last time the curve speaks of."""
        return self.times[-1] if self.extrapolate == "refuse" else math.inf


def _check_points(time: NDArray[np.float64], survival: NDArray[np.float64]) -> None:
    refuse("times", time, ~(np.isfinite(time) & (time >= 0)), "a finite number >= 0")
    refuse("times", time, np.diff(time, prepend=-1.0) <= 0, "later than the one before")
    refuse("survivals", survival, ~((survival > 0) & (survival <= 1)), "above 0 and at most 1")
    rises = np.diff(survival, prepend=1.0) > 0
    refuse("survivals", survival, rises, "no higher than the one before")
    refuse("survivals", survival, (time == 0) & (survival < 1), "1 at time 0")
