"""The rate at which an expectation over the outcomes takes a given value.

A limit of the interval, a median-unbiased and a bias-adjusted estimate are all of this kind: the
expectation of a step or of the estimator rises with the rate, and one rate gives it the value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.roots import roots_in_0_to_1

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.stats.two_stage.sample_space import SampleSpace

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


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
    The derivative is exact, the expectation of weight times score.
    """

    def error_and_slope(rows: Places, rate: Floats) -> tuple[Floats, Floats]:
        weighted = space.probabilities(rate) * weights[rows]
        score = weighted @ space.responses - rate * (weighted @ space.evaluated)
        return weighted.sum(axis=-1) - targets[rows], score / (rate * (1 - rate))

    return roots_in_0_to_1(error_and_slope, np.full(targets.shape, 0.5))
