"""Patients at risk at the ticks of an axis: the table printed under a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.checks import refuse
from trialwright.stats.core.pointwise import is_by, row_at

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]


def count_at_risk(times: ArrayLike, time: Floats, n_risk: Counts) -> Counts:
    """Return the patients at risk just before each of ``times``, shape (m,).

    Parameters
    ----------
    times : array_like, shape (m,)
        Ticks, 0 or more.
    time : ndarray of float, shape (k,)
        Distinct times of the curve, ascending.
    n_risk : ndarray of int, shape (k,)
        Patients at risk just before each of them.

    Raises
    ------
    ValueError
        If a tick is negative or missing; the message names its index.

    Notes
    -----
    Those who leave at a tick, rounding apart, still count at it; between two times, the patients
    at risk are those of the next one.

    Examples
    --------
    >>> count_at_risk([0, 0.1 + 0.2, 0.4, 2], np.array([0.3, 1.0]), np.array([5, 3])).tolist()
    [5, 5, 3, 0]
    """
    ticks = np.atleast_1d(np.asarray(times, float))
    refuse("times", ticks, ~(ticks >= 0), "a number >= 0")
    at, left = time.tolist(), [*n_risk.tolist(), 0]
    counts = []
    for tick in ticks.tolist():
        row = row_at(at, len(at), tick)
        counts.append(left[row if row >= 0 and is_by(tick, at[row]) else row + 1])
    return np.array(counts, np.int64)
