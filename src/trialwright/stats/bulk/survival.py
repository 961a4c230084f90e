"""Kaplan-Meier estimates of many small data sets at once: the trials of a simulation.

The formulas are those of one curve (``stats.core.product_limit``), compiled; a test holds both
to the same bits.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.machine_code import compile_range, share_ranges
from trialwright.stats.checks import (
    as_numbers,
    check_choice,
    check_finite,
    check_inside,
    check_level,
    check_same_length,
    normal_quantile,
    refuse,
)
from trialwright.stats.core.many_curves import Asked, Found, Room, Sets, estimate_set
from trialwright.stats.core.product_limit import Curve
from trialwright.stats.kaplan_meier import SCALES
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    from trialwright.stats.kaplan_meier import Band

    Floats = NDArray[np.float64]

_MODULES = (
    "trialwright.stats.core.pointwise",
    "trialwright.stats.core.product_limit",
    "trialwright.stats.core.many_curves",
)
# Measured (benchmarks/stats.py): below it plain Python is done before machine code is loaded.
COMPILED_FROM = 20_000  # patients of all sets
_ROWS_OF_PATIENTS = 2  # dimensions


@dataclass(frozen=True, slots=True, eq=False)
class ManyTimes:
    """Follow-up times of many data sets, end to end.

    Parameters
    ----------
    start : ndarray of int, shape (sets + 1,)
        Set i holds the entries ``start[i]`` to ``start[i + 1] - 1``.
    time : ndarray of float, shape (patients of all sets,)
        Follow-up, 0 or more, one unit throughout.
    event : ndarray of bool, shape (patients of all sets,)
        True for an event, False for a censoring.
    """

    start: NDArray[np.int64]
    time: Floats
    event: NDArray[np.bool_]

    @classmethod
    def of(cls, time: ArrayLike, event: ArrayLike, start: ArrayLike | None = None) -> ManyTimes:
        """Take checked times from rows of one length, or from sets end to end.

        Parameters
        ----------
        time, event : array_like, shape (sets, patients), or (patients of all sets,)
            As for `KaplanMeier.fit`; one row a data set, unless ``start`` is given.
        start : array_like of int, shape (sets + 1,), optional
            Where each set starts, from 0 to the number of patients; no set is empty.

        Raises
        ------
        ValueError
            As for `KaplanMeier.fit`, with the index in the array as given flat; or if a set
            holds nobody.
        """
        t, e = as_numbers("time", time), np.asarray(event)
        if start is None:
            if t.ndim != _ROWS_OF_PATIENTS or t.shape != e.shape:
                msg = f"time {t.shape} and event {e.shape} must be 2-d and of one shape"
                raise ValueError(msg)
            begin = np.arange(0, t.size + 1, max(t.shape[1], 1), dtype=np.int64)
        else:
            given = np.asarray(start)
            if given.dtype.kind not in "iu":
                msg = f"start must be whole numbers, not {given.dtype}"
                raise ValueError(msg)
            begin = given.astype(np.int64)
        t, e = t.ravel(), e.ravel()
        check_same_length("time", t, "event", e)
        refuse("time", t, ~(np.isfinite(t) & (t >= 0)), "a finite number >= 0")
        if e.dtype != np.bool_:
            refuse("event", e, ~np.isin(e, (0, 1)), "True or False (1 or 0)")
        _check_start(begin, t.size)
        return cls(read_only(begin), read_only(t), read_only(e.astype(np.bool_)))

    @property
    def sets(self) -> int:
        """Number of data sets."""
        return len(self.start) - 1


@dataclass(frozen=True, slots=True, eq=False)
class ManyEstimates:
    """One estimate a data set, with its limits; ``nan``: not reached, or not estimable.

    Parameters
    ----------
    value, low, high : ndarray of float
        Shape (sets,), or (sets, landmarks) for landmark rates.
    level : float
        Two-sided confidence level.
    method : str
        How the limits were made.
    """

    value: Floats
    low: Floats
    high: Floats
    level: float
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class ManyCurves:
    """What was asked for of the curve of each data set; none for what was not.

    Parameters
    ----------
    events : ndarray of int, shape (sets,)
        Patients with the event.
    quantile : ManyEstimates or None
        The time by which the asked fraction had the event, shape (sets,).
    rates : ManyEstimates or None
        Event-free probabilities, shape (sets, landmarks).
    mean : ManyEstimates or None
        Restricted mean, shape (sets,).
    """

    events: NDArray[np.int64]
    quantile: ManyEstimates | None
    rates: ManyEstimates | None
    mean: ManyEstimates | None

    def to_frame(self) -> pl.DataFrame:
        """Return one row a data set; landmark rates are numbered columns.

        ``level`` and ``method`` are those of the limits of quantile and rates.
        """
        import polars as pl

        columns: dict[str, Any] = {"events": self.events}
        for name, found in (("quantile", self.quantile), ("mean", self.mean)):
            if found is not None:
                columns |= {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
        if self.rates is not None:
            for i in range(self.rates.value.shape[1]):
                columns[f"rate_{i}"] = self.rates.value[:, i]
                columns[f"rate_{i}_low"] = self.rates.low[:, i]
                columns[f"rate_{i}_high"] = self.rates.high[:, i]
        frame = pl.DataFrame(columns)
        found = self.quantile or self.rates or self.mean
        if found is None:
            return frame
        return frame.with_columns(level=pl.lit(found.level), method=pl.lit(found.method))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read off each curve, and by which conventions.

    Parameters
    ----------
    p : float or None
        Fraction with the event at the quantile, in (0, 1); 0.5: the median. None: no quantile.
    landmarks : tuple of float
        Times of the event-free rates, 0 or more.
    tau : float or None
        Horizon of the restricted mean, 0 or more and finite; none: no mean.
    level : float
        Two-sided confidence level, in (0, 1).
    band : {"log-log", "log", "plain", "logit", "arcsin"}
        Scale of the limits of quantile and rates, as for `KaplanMeier.quantile`.

    Raises
    ------
    ValueError
        If a value is not allowed.
    """

    p: float | None = 0.5
    landmarks: tuple[float, ...] = ()
    tau: float | None = None
    level: float = 0.95
    band: Band = "log-log"

    def __post_init__(self) -> None:
        """Refuse what no curve can answer."""
        check_choice("band", self.band, tuple(SCALES))
        check_level(self.level)
        if self.p is not None:
            check_inside("p", self.p)
        if self.tau is not None:
            check_finite("tau", self.tau)
        at = np.asarray(self.landmarks, float)
        refuse("landmarks", at, ~(at >= 0), "a number >= 0")


MEDIAN = Wanted()


def estimate_many(
    times: ManyTimes, wanted: Wanted = MEDIAN, *, threads: int = 1, compiled: bool | None = None
) -> ManyCurves:
    """Estimate quantile, landmark rates and restricted mean of each of many data sets.

    Parameters
    ----------
    times : ManyTimes
        The data sets.
    wanted : Wanted
        What to estimate; by itself the median with its 95 % log-log interval.
    threads : int
        Threads to work with; the result does not depend on it.
    compiled : bool or None
        Whether to compile the formulas; none: from ``COMPILED_FROM`` patients on. The result
        does not depend on it.

    Returns
    -------
    ManyCurves
        Equal to what `KaplanMeier` gives of each data set, to the last bit.

    Raises
    ------
    MissingExtra
        If Numba is needed and not installed.

    Notes
    -----
    Source and oracle are those of `KaplanMeier`.

    Examples
    --------
    >>> many = ManyTimes.of([[2.0, 4.0, 4.0, 7.5]], [[True, True, False, True]])
    >>> estimate_many(many).quantile.value
    array([5.75])
    """
    found = _nothing_found(times.sets, len(wanted.landmarks))
    asked = _asked(wanted)
    sets = Sets(times.start, times.time, times.event)
    if times.time.size >= COMPILED_FROM if compiled is None else compiled:
        _estimate_compiled(sets, asked, found, threads)
    else:
        plain: Any = Sets._make(array.tolist() for array in sets)
        room = _room(sets, lists=True)
        for number in range(times.sets):
            estimate_set(number, plain, asked, room, found)
    level, band = wanted.level, wanted.band
    return ManyCurves(
        read_only(found.events),
        None if wanted.p is None else _estimates(found.quantile, level, band),
        _estimates(found.rates, level, band) if wanted.landmarks else None,
        None if wanted.tau is None else _estimates(found.mean, level, "plain"),
    )


def _estimate_compiled(sets: Sets, asked: Asked, found: Found, threads: int) -> None:
    kernel = _range_estimator()

    def work(first: int, last: int) -> None:
        kernel(first, last, sets, asked, _room(sets, lists=False), found)

    share_ranges(work, len(sets.start) - 1, threads)


@functools.cache
def _range_estimator() -> Any:
    return compile_range(_range_over_sets, _MODULES)


def _range_over_sets(digest: int) -> Any:
    def estimate_range(
        first: int, last: int, sets: Sets, asked: Asked, room: Room, found: Found
    ) -> int:
        for number in range(first, last):
            estimate_set(number, sets, asked, room, found)
        return digest

    return estimate_range


def _room(sets: Sets, *, lists: bool) -> Room:
    longest = int(np.diff(sets.start).max(initial=0))
    kinds = (np.float64, np.int64, np.int64, np.int64, np.float64, np.float64)
    curve: Any = [np.zeros(longest, kind) for kind in kinds]
    time, event, late = np.zeros(longest), np.zeros(longest, np.bool_), np.zeros(0)
    if lists:
        curve = [column.tolist() for column in curve]
        return Room(time.tolist(), event.tolist(), late.tolist(), Curve._make(curve))
    return Room(time, event, late, Curve._make(curve))


def _asked(wanted: Wanted) -> Asked:
    return Asked(
        math.nan if wanted.p is None else 1.0 - wanted.p,
        np.asarray(wanted.landmarks, float),
        math.nan if wanted.tau is None else float(wanted.tau),
        normal_quantile(wanted.level),
        int(SCALES[wanted.band]),
    )


def _nothing_found(sets: int, landmarks: int) -> Found:
    shapes = ((sets, 3), (sets, landmarks, 3), (sets, 3))
    quantile, rates, mean = (np.full(shape, np.nan) for shape in shapes)
    return Found(quantile, rates, mean, np.zeros(sets, np.int64))


def _estimates(found: Floats, level: float, method: str) -> ManyEstimates:
    value, low, high = (read_only(found[..., i]) for i in range(3))
    return ManyEstimates(value, low, high, level, method)


def _check_start(start: NDArray[np.int64], patients: int) -> None:
    if start.ndim != 1 or start.size < 1 or start[0] != 0 or start[-1] != patients:
        msg = f"start must be 1-d and go from 0 to the {patients} patients"
        raise ValueError(msg)
    size = np.diff(start)
    refuse("patients of set", size, ~(size >= 1), "1 or more")
