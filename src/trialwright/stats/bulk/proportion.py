"""Intervals of very many proportions at once: the trials of a simulation.

The formulas are those of ``stats.proportion``; a pair (successes, n) that comes again is looked
up, not worked out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.checks import check_choice, check_level, refuse
from trialwright.stats.proportion_limits import METHODS, IntervalMethod, lower_limits
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ManyProportions:
    """Proportions with their two-sided intervals, one a trial.

    Parameters
    ----------
    successes, n : ndarray of int, shape (trials,)
        Patients with the outcome, and patients it is out of.
    low, high : ndarray of float, shape (trials,)
        Limits of the interval, in [0, 1].
    level : float
        Two-sided confidence level, in (0, 1).
    method : str
        How the limits were made.
    """

    successes: Counts
    n: Counts
    low: Floats
    high: Floats
    level: float
    method: IntervalMethod

    @property
    def value(self) -> Floats:
        """Observed rates, shape (trials,)."""
        return self.successes / self.n

    def to_frame(self) -> pl.DataFrame:
        """Return one row a trial."""
        import polars as pl

        names = ("successes", "n", "value", "low", "high")
        columns = {name: getattr(self, name) for name in names}
        return pl.DataFrame(columns).with_columns(level=self.level, method=pl.lit(self.method))


def intervals_many(
    successes: ArrayLike,
    n: ArrayLike,
    *,
    level: float = 0.95,
    method: IntervalMethod = "Clopper-Pearson",
) -> ManyProportions:
    """Return the interval of each of many proportions.

    Parameters
    ----------
    successes : array_like of int, shape (trials,)
        Patients with the outcome, 0 to ``n``.
    n : array_like of int, shape (trials,) or ()
        Patients of each trial, or of all of them; 1 or more.
    level : float
        Two-sided confidence level, in (0, 1).
    method : str
        One of ``proportion_limits.METHODS``, such as "Clopper-Pearson" or "Wilson".

    Returns
    -------
    ManyProportions
        Equal to what the functions of ``stats.proportion`` give, to the last bit.

    Raises
    ------
    ValueError
        If a count is not a whole number or not allowed; the message names its index.

    Examples
    --------
    >>> intervals_many([0, 5], 29).high.round(4)
    array([0.1194, 0.3577])
    """
    k = _whole("successes", successes)
    m = np.broadcast_to(_whole("n", n), k.shape)
    refuse("n", m, m < 1, "1 or more")
    refuse("successes", k, (k < 0) | (k > m), "from 0 to its n")
    check_level(level)
    check_choice("method", method, METHODS)
    pairs, place = _distinct(np.concatenate([k, m - k]), np.concatenate([m, m]))
    low, mirrored = np.split(lower_limits(*pairs, level, method)[place], 2)
    high = read_only(1 - mirrored)
    return ManyProportions(read_only(k), read_only(m), read_only(low), high, level, method)


def _distinct(k: Counts, n: Counts) -> tuple[tuple[Counts, Counts], Counts]:
    """Return the distinct pairs, and which of them each trial has."""
    largest = int(n.max(initial=0))
    if largest * (largest + 1) <= 4 * k.size:  # a table of all pairs is small beside the trials
        seen = np.zeros((largest + 1) * (largest + 1), np.bool_)
        key = n * (largest + 1) + k
        seen[key] = True
        keys = np.flatnonzero(seen)
        place = np.cumsum(seen)[key] - 1
    else:
        keys, place = np.unique(n * (largest + 1) + k, return_inverse=True)
    return (keys % (largest + 1), keys // (largest + 1)), place


def _whole(name: str, counts: ArrayLike) -> Counts:
    given = np.asarray(counts)
    if given.dtype == np.bool_ or given.dtype.kind not in "iuf" or given.ndim > 1:
        msg = f"{name} must be whole numbers of one dimension, not {given.dtype} {given.shape}"
        raise ValueError(msg)
    with np.errstate(invalid="ignore"):
        whole = given.astype(np.int64)
    refuse(name, np.atleast_1d(given), np.atleast_1d(whole != given), "a whole number")
    return whole
