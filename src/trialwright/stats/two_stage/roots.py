"""The rate at which an expectation over the outcomes takes a given value.

A limit of the interval, a median-unbiased and a bias-adjusted estimate are all of this kind: the
expectation of a step or of the estimator rises with the rate, and one rate gives it the value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.stats.two_stage.sample_space import SampleSpace

    Floats = NDArray[np.float64]

_MOST_STEPS = 200
_LAST_DIGIT = 4 * np.finfo(float).eps


def rates_where(space: SampleSpace, weights: Floats, targets: Floats) -> Floats:
    """Return, for each row, the rate at which the expected weight is the target.

    Parameters
    ----------
    space : SampleSpace
        The outcomes.
    weights : ndarray, shape (m, n + 1)
        A weight for each outcome; the expectation must rise with the rate.
    targets : ndarray, shape (m,)
        Values strictly between the expectations at rate 0 and at rate 1.

    Returns
    -------
    ndarray, shape (m,)
        To the last digits of a float.

    Notes
    -----
    Newton steps inside the bracket that the signs so far leave. A step that would leave it, or
    that follows one which did not halve the error, halves the bracket instead: without that,
    Newton steps can jump to and fro across a bend for ever. The derivative is exact, the
    expectation of weight times score.
    """
    low, high = np.zeros(targets.shape), np.ones(targets.shape)
    rate = np.full(targets.shape, 0.5)
    last_error = np.full(targets.shape, np.inf)
    left = np.arange(targets.size)  # rows that have not settled
    for _ in range(_MOST_STEPS):
        old = rate[left]
        error, slope = _error_and_slope(space, weights[left], targets[left], old)
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


def _error_and_slope(
    space: SampleSpace, weights: Floats, targets: Floats, rate: Floats
) -> tuple[Floats, Floats]:
    weighted = space.probabilities(rate) * weights
    score = weighted @ space.responses - rate * (weighted @ space.evaluated)
    return weighted.sum(axis=-1) - targets, score / (rate * (1 - rate))
