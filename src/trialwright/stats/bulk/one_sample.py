"""One-sample log-rank tests of many small data sets at once: the trials of a simulation.

The formulas are those of one test (``stats.core.one_sample``), compiled; a test holds both to the
same bits.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.machine_code import compile_range, share_ranges
from trialwright.stats.core.one_sample import Found, Hazard, Sets, compare_set
from trialwright.stats.one_sample_log_rank import (
    check_follow_up,
    check_words,
    p_values,
    standardised,
)

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from trialwright.stats.bulk.survival import ManyTimes
    from trialwright.stats.historical import HistoricalCurve
    from trialwright.stats.one_sample_log_rank import OneSampleMethod
    from trialwright.stats.result import Alternative

    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]

_MODULES = ("trialwright.stats.core.one_sample",)
# Measured (see docs/statistics/one-sample-log-rank.md): from here on machine code pays.
COMPILED_FROM = 500_000  # patients of all sets


@dataclass(frozen=True, slots=True, eq=False)
class ManyLogRanks:
    """One-sample log-rank tests, one a data set; arrays of shape (sets,).

    Parameters
    ----------
    n, observed : ndarray of int
        Patients, and those with the event.
    expected : ndarray of float
        Events that the historical curve expects.
    statistic, p_value : ndarray of float
        As in `OneSampleLogRank`; ``nan`` where no event is expected.
    alternative, method, history : str
        As in `OneSampleLogRank`.
    """

    n: Counts
    observed: Counts
    expected: Floats
    statistic: Floats
    p_value: Floats
    alternative: Alternative
    method: OneSampleMethod
    history: str

    def to_frame(self) -> pl.DataFrame:
        """Return one row a data set."""
        import polars as pl

        names = ("n", "observed", "expected", "statistic", "p_value")
        words = ("alternative", "method", "history")
        return pl.DataFrame({name: getattr(self, name) for name in names}).with_columns(
            **{name: pl.lit(getattr(self, name)) for name in words}
        )


def one_sample_log_rank_many(
    times: ManyTimes,
    history: HistoricalCurve,
    *,
    alternative: Alternative,
    method: OneSampleMethod = "Wu",
    threads: int = 1,
    compiled: bool | None = None,
) -> ManyLogRanks:
    """Test each of many data sets against one historical curve.

    Parameters
    ----------
    times : ManyTimes
        The data sets; everyone is under observation from time 0.
    history : HistoricalCurve
        `Exponential`, `Weibull`, `Digitised` or `PiecewiseExponential`.
    alternative : {"less", "greater", "two-sided"}
        What the hazard is, against the historical one, as for `one_sample_log_rank_test`.
    method : {"Wu", "Woolson", "exact Poisson", "mid-P Poisson"}
        As for `one_sample_log_rank_test`.
    threads : int
        Threads to work with; the result does not depend on it.
    compiled : bool or None
        Whether to compile the formulas; none: from ``COMPILED_FROM`` patients on. The result
        does not depend on it.

    Returns
    -------
    ManyLogRanks
        Equal to what `one_sample_log_rank_test` gives of each data set, to the last bit.

    Raises
    ------
    ValueError
        If a time lies beyond the end of the historical curve (the message names the index in the
        array as given flat), or a word is not allowed.
    MissingExtra
        If Numba is needed and not installed.

    Notes
    -----
    Source and oracle are those of `one_sample_log_rank_test`.

    Examples
    --------
    >>> from trialwright.stats.bulk.survival import ManyTimes
    >>> from trialwright.stats.historical import Exponential
    >>> many = ManyTimes.of([[2.0, 8.0], [1.0, 1.5]], [[True, False], [True, True]])
    >>> one_sample_log_rank_many(many, Exponential.from_median(5), alternative="less").observed
    array([1, 2])
    """
    check_words(alternative, method)
    check_follow_up(times.time, history)
    observed, expected = np.zeros(times.sets, np.int64), np.zeros(times.sets)
    found, sets = Found(observed, expected), Sets(times.start, times.time, times.event)
    if times.time.size >= COMPILED_FROM if compiled is None else compiled:
        _compare_compiled(sets, history.hazard, found, threads)
    else:
        plain = Sets(times.start.tolist(), times.time.tolist(), times.event.tolist())
        for number in range(times.sets):
            compare_set(number, plain, history.hazard, found)
    z = standardised(observed, expected, method)
    p = p_values(observed, expected, method, alternative)
    columns = (np.diff(times.start), observed, expected, z, p)
    for column in columns:
        column.setflags(write=False)
    return ManyLogRanks(*columns, alternative, method, str(history))


def _compare_compiled(sets: Sets, hazard: Hazard, found: Found, threads: int) -> None:
    kernel = _range_comparer()
    numbers = hazard._replace(
        knot_time=np.array(hazard.knot_time, float), knot_height=np.array(hazard.knot_height, float)
    )

    def work(first: int, last: int) -> None:
        kernel(first, last, sets, numbers, found)

    share_ranges(work, len(sets.start) - 1, threads)


@functools.cache
def _range_comparer() -> Any:
    return compile_range(_range_over_sets, _MODULES)


def _range_over_sets(digest: int) -> Any:
    def compare_range(first: int, last: int, sets: Sets, hazard: Hazard, found: Found) -> int:
        for number in range(first, last):
            compare_set(number, sets, hazard, found)
        return digest

    return compare_range
