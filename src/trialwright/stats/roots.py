"""The rates at which rising functions of a rate are 0, many at once: Newton inside a bracket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

_MOST_STEPS = 200
_LAST_DIGIT = 4 * np.finfo(float).eps


def roots_in_0_to_1(
    error_and_slope: Callable[[Places, Floats], tuple[Floats, Floats]], start: Floats
) -> Floats:
    """Return, for each of many rising functions, the rate at which it is 0.

    Parameters
    ----------
    error_and_slope : callable
        Takes which functions (places, shape (k,)) and a rate for each; returns their values and
        derivatives there.
    start : ndarray, shape (m,)
        Where to begin, strictly between 0 and 1.

    Returns
    -------
    ndarray, shape (m,)
        To the last digits of a float.

    Notes
    -----
    Newton steps inside the bracket that the signs so far leave. A step that would leave it, or
    that follows one which did not halve the error, halves the bracket instead: without that,
    Newton steps can jump to and fro across a bend for ever.
    """
    low, high, rate = np.zeros(start.shape), np.ones(start.shape), start.copy()
    last_error = np.full(start.shape, np.inf)
    left = np.arange(start.size)  # functions that have not settled
    for _ in range(_MOST_STEPS):
        old = rate[left]
        error, slope = error_and_slope(left, old)
        low[left] = np.where(error < 0, old, low[left])
        high[left] = np.where(error > 0, old, high[left])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            newton = old - error / slope
        trusted = (newton > low[left]) & (newton < high[left])
        trusted &= np.abs(error) <= last_error[left] / 2
        trusted |= np.abs(newton - old) <= _LAST_DIGIT * old
        rate[left] = np.where(trusted, newton, (low[left] + high[left]) / 2)
        last_error[left] = np.abs(error)
        left = left[np.abs(rate[left] - old) > _LAST_DIGIT * old]
        if left.size == 0:
            break
    return rate
