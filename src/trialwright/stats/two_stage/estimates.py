"""Estimates of the response rate after two stages, for every outcome of a sample space.

Sources
-------
Jung & Kim 2004: the uniformly minimum variance unbiased estimate.
Koyama & Chen 2008, section 3.3: the median-unbiased estimate.
Whitehead 1986 (Biometrika 73:573); Chang, Wieand & Chang 1989: bias and bias adjustment.
Oracle: R clinfun, ``tests/oracle/stats/test_two_stage_inference_oracle.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.stats.checks import check_choice
from trialwright.stats.two_stage.interval import lower_limits, upper_limits
from trialwright.stats.two_stage.roots import rates_where
from trialwright.stats.two_stage.sample_space import share_that_went_on

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from trialwright.stats.two_stage.sample_space import SampleSpace

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

MedianConvention = Literal["upper tail", "both tails"]


def unbiased(space: SampleSpace) -> Floats:
    """Return the UMVUE of each outcome; shape (n + 1,).

    The expected share of responders among the patients of stage 1, given the outcome. It rises
    along the stage-wise order, so ordering the outcomes by it (as Jung does) is the same order.
    """
    n1, r1, n = space.first_stage, space.first_stage_bound, space.total
    early, late = np.arange(r1 + 1), np.arange(r1 + 1, n + 1)
    # Leaving one responder of stage 1 out turns the numerator into a share of a smaller trial.
    smaller = share_that_went_on(n1 - 1, r1 - 1, n - 1)[late - 1]
    ratio = smaller / share_that_went_on(n1, r1, n)[late]
    return np.concatenate([early / n1, np.minimum(late / n * ratio, 1.0)])


def maximum_likelihood(space: SampleSpace) -> Floats:
    """Return responses by patients of each outcome, the naive estimate; shape (n + 1,)."""
    return space.responses / space.evaluated


def bias(space: SampleSpace, rate: ArrayLike) -> Floats:
    """Return the bias of the maximum likelihood estimate at each true rate.

    Parameters
    ----------
    space : SampleSpace
        The outcomes.
    rate : array_like, shape (...)
        True response rates, in [0, 1].

    Returns
    -------
    ndarray, shape (...)
        Expected estimate less the rate: 0 or below, as stopping keeps only the bad first stages.

    Examples
    --------
    >>> from trialwright.stats.two_stage import SampleSpace, bias
    >>> bias(SampleSpace(10, 1, 29), [0.1, 0.3]).round(4)
    array([-0.0228, -0.0214])
    """
    expected = space.probabilities(rate) @ maximum_likelihood(space)
    return np.asarray(expected - np.asarray(rate, float))


def bias_adjusted(space: SampleSpace, outcomes: Counts) -> Floats:
    """Return the rate whose expected maximum likelihood estimate is the observed one.

    Whitehead's adjustment: the rate plus its bias is the estimate. The expectation rises with
    the rate in every design of up to 25 patients (enumerated), so there is one such rate.
    """
    estimates = maximum_likelihood(space)
    found = estimates[outcomes].copy()  # 0 stays 0, and n of n stays 1
    some = (outcomes > 0) & (outcomes < space.total)
    rows = np.broadcast_to(estimates, (int(some.sum()), estimates.size))
    found[some] = rates_where(space, rows, estimates[outcomes[some]])
    return found


def median_unbiased(
    space: SampleSpace, outcomes: Counts, *, convention: MedianConvention = "upper tail"
) -> Floats:
    """Return the median-unbiased estimate of each outcome.

    Parameters
    ----------
    space : SampleSpace
        The outcomes.
    outcomes : ndarray of int, shape (m,)
        Responses, 0 to n.
    convention : {"upper tail", "both tails"}
        "upper tail" (Koyama & Chen): the rate at which the outcome or one above it has
        probability one half; 0 at 0 responses, never above the rate in more than half of the
        trials. "both tails": its mean with the rate at which the outcome or one below it has
        probability one half, which treats response and failure alike.

    Returns
    -------
    ndarray, shape (m,)
        In [0, 1].

    Raises
    ------
    ValueError
        If ``convention`` is not one of those words.

    Examples
    --------
    >>> from trialwright.stats.two_stage import SampleSpace, median_unbiased
    >>> median_unbiased(SampleSpace(10, 1, 29), np.array([0, 1, 6])).round(4)
    array([0.    , 0.067 , 0.2147])
    """
    check_choice("convention", convention, get_args(MedianConvention))
    up = lower_limits(space, outcomes, 0.5)
    return up if convention == "upper tail" else (up + upper_limits(space, outcomes, 0.5)) / 2
