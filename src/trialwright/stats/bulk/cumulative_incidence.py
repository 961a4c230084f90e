"""Cumulative incidences of many small data sets at once: the trials of a simulation.

The formulas are those of one data set (``stats.core.aalen_johansen``), compiled; a test holds
both to the same bits.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.machine_code import compile_range, share_ranges
from trialwright.stats.bulk.survival import ManyTimes
from trialwright.stats.checks import check_choice, check_codes, check_level, normal_quantile, refuse
from trialwright.stats.core.aalen_johansen import WIDTH, Incidence
from trialwright.stats.core.many_incidences import (
    IncidenceRoom,
    IncidencesAsked,
    OutcomeSets,
    estimate_incidences,
)
from trialwright.stats.cumulative_incidence import INCIDENCE_SCALES, SPREADS, check_names
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    from trialwright.stats.cumulative_incidence import IncidenceBand, IncidenceVariance

    Floats = NDArray[np.float64]

_MODULES = (
    "trialwright.stats.core.pointwise",
    "trialwright.stats.core.product_limit",
    "trialwright.stats.core.aalen_johansen",
    "trialwright.stats.core.many_incidences",
)
COMPILED_FROM = 20_000  # patients of all sets: below, plain Python is done before it is loaded


@dataclass(frozen=True, slots=True, eq=False)
class ManyOutcomes:
    """Times and causes of many data sets, end to end.

    Parameters
    ----------
    times : ManyTimes
        Where each set starts, the times, and whether an event of any cause ended them.
    event : ndarray of int, shape (patients of all sets,)
        0 censored, 1 the first of ``causes``, 2 the second, and so on.
    causes : tuple of str
        Names of the causes.
    """

    times: ManyTimes
    event: NDArray[np.int64]
    causes: tuple[str, ...]

    @classmethod
    def of(
        cls,
        time: ArrayLike,
        event: ArrayLike,
        start: ArrayLike | None = None,
        *,
        causes: Sequence[str],
    ) -> ManyOutcomes:
        """Take checked times and causes from rows of one length, or from sets end to end.

        Parameters
        ----------
        time, event : array_like, shape (sets, patients), or (patients of all sets,)
            As for `CumulativeIncidence.fit`; one row a data set, unless ``start`` is given.
        start : array_like of int, shape (sets + 1,), optional
            Where each set starts, from 0 to the number of patients; no set is empty.
        causes : sequence of str
            Names of the causes: different, 1 or more.

        Raises
        ------
        ValueError
            As for `CumulativeIncidence.fit`, with the index in the array as given flat; or if a
            set holds nobody.
        """
        names, given = check_names(causes), np.asarray(event)
        codes = check_codes(given.ravel(), tuple(range(len(names) + 1)))
        times = ManyTimes.of(time, (codes > 0).reshape(given.shape), start)
        return cls(times, read_only(codes), names)


@dataclass(frozen=True, slots=True)
class IncidencesWanted:
    """What to read off each curve, and by which conventions.

    Parameters
    ----------
    landmarks : tuple of float
        Times of interest, 0 or more.
    level : float
        Two-sided confidence level, in (0, 1).
    band : {"log-log", "log", "plain"}
        Scale of the limits, as for `CumulativeIncidence.at`.
    variance : {"aalen", "delta"}
        Formula of the variance, as for `CumulativeIncidence.fit`.

    Raises
    ------
    ValueError
        If a value is not allowed.
    """

    landmarks: tuple[float, ...]
    level: float = 0.95
    band: IncidenceBand = "log-log"
    variance: IncidenceVariance = "aalen"

    def __post_init__(self) -> None:
        """Refuse what no curve can answer."""
        check_choice("band", self.band, tuple(INCIDENCE_SCALES))
        check_choice("variance", self.variance, tuple(SPREADS))
        check_level(self.level)
        at = np.asarray(self.landmarks, float)
        refuse("landmarks", at, ~(at >= 0), "a number >= 0")


@dataclass(frozen=True, slots=True, eq=False)
class ManyIncidences:
    """Incidences at landmarks, read-only, shape (sets, landmarks, causes) each.

    Parameters
    ----------
    value, low, high : ndarray of float
        Incidence and its limits; ``nan``: not estimable, as for `CumulativeIncidence.at`.
    causes : tuple of str
        Names of the causes, in the order of the last axis.
    wanted : IncidencesWanted
        Landmarks and conventions.
    """

    value: Floats
    low: Floats
    high: Floats
    causes: tuple[str, ...]
    wanted: IncidencesWanted

    def to_frame(self) -> pl.DataFrame:
        """Return one row per data set (from 0), landmark and cause."""
        import polars as pl

        sets, landmarks, causes = self.value.shape
        columns = {
            "set": np.repeat(np.arange(sets), landmarks * causes),
            "time": np.tile(np.repeat(np.array(self.wanted.landmarks, float), causes), sets),
            "cause": list(self.causes) * (sets * landmarks),
        }
        found = {name: getattr(self, name).ravel() for name in ("value", "low", "high")}
        method = f"{self.wanted.band}, {self.wanted.variance} variance"
        return pl.DataFrame(columns | found).with_columns(
            level=pl.lit(self.wanted.level), method=pl.lit(method)
        )


def estimate_many_incidences(
    outcomes: ManyOutcomes,
    wanted: IncidencesWanted,
    *,
    threads: int = 1,
    compiled: bool | None = None,
) -> ManyIncidences:
    """Estimate the incidence of every cause at landmarks in each of many data sets.

    Parameters
    ----------
    outcomes : ManyOutcomes
        The data sets.
    wanted : IncidencesWanted
        What to estimate.
    threads : int
        Threads to work with; the result does not depend on it.
    compiled : bool or None
        Whether to compile the formulas; none: from ``COMPILED_FROM`` patients on. The result
        does not depend on it.

    Returns
    -------
    ManyIncidences
        Equal to what `CumulativeIncidence.at` gives of each data set, to the last bit.

    Raises
    ------
    MissingExtra
        If Numba is needed and not installed.

    Notes
    -----
    Source and oracle are those of `CumulativeIncidence`.

    Examples
    --------
    >>> many = ManyOutcomes.of([[2, 4, 5, 7, 9]], [[1, 0, 2, 1, 0]], causes=["relapse", "death"])
    >>> estimate_many_incidences(many, IncidencesWanted((8,))).value.round(3).tolist()
    [[[0.467, 0.267]]]
    """
    times = outcomes.times
    found = np.full((times.sets, len(wanted.landmarks), len(outcomes.causes), 3), np.nan)
    asked = IncidencesAsked(
        np.asarray(wanted.landmarks, float),
        normal_quantile(wanted.level),
        int(INCIDENCE_SCALES[wanted.band]),
        int(SPREADS[wanted.variance]),
    )
    sets = OutcomeSets(times.start, times.time, outcomes.event)
    if times.time.size >= COMPILED_FROM if compiled is None else compiled:
        _estimate_compiled(sets, asked, found, threads)
    else:
        plain: Any = OutcomeSets._make(array.tolist() for array in sets)
        room = _room(sets, len(outcomes.causes), lists=True)
        for number in range(times.sets):
            estimate_incidences(number, plain, asked, room, found)
    value, low, high = (read_only(found[..., i]) for i in range(3))
    return ManyIncidences(value, low, high, outcomes.causes, wanted)


def _estimate_compiled(
    sets: OutcomeSets, asked: IncidencesAsked, found: Floats, threads: int
) -> None:
    kernel = _range_estimator()

    def work(first: int, last: int) -> None:
        kernel(first, last, sets, asked, _room(sets, found.shape[2], lists=False), found)

    share_ranges(work, len(sets.start) - 1, threads)


@functools.cache
def _range_estimator() -> Any:
    return compile_range(_range_over_sets, _MODULES)


def _range_over_sets(digest: int) -> Any:
    def estimate_range(
        first: int,
        last: int,
        sets: OutcomeSets,
        asked: IncidencesAsked,
        room: IncidenceRoom,
        found: Floats,
    ) -> int:
        for number in range(first, last):
            estimate_incidences(number, sets, asked, room, found)
        return digest

    return estimate_range


def _room(sets: OutcomeSets, causes: int, *, lists: bool) -> IncidenceRoom:
    n = int(np.diff(sets.start).max(initial=0))
    kinds = (np.float64, np.int64, np.int64, np.int64, np.float64, np.float64, np.float64)
    shapes = ((n,), (n,), (n,), (n, causes), (n,), (n, causes), (n, causes))
    curve: Any = [np.zeros(shape, kind) for shape, kind in zip(shapes, kinds, strict=True)]
    work: Any = [np.zeros(n), np.zeros(n, np.int64), np.zeros(0), np.zeros((causes, WIDTH))]
    if lists:
        curve, work = [c.tolist() for c in curve], [w.tolist() for w in work]
    return IncidenceRoom._make([*work, Incidence._make(curve)])
