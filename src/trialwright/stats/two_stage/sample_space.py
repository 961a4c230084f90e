"""Every outcome of a two-stage trial with its exact probability, in the stage-wise order.

An outcome is where the trial stopped and how many responded. A stop after stage 1 has at most r1
responses, a trial that went on has more, so the number of responses x names the outcome, and the
stage-wise order (every stop after stage 1 below every outcome of stage 2, within a stage by
responses) is the order of x.

Given x responses among all n patients, which of them were in stage 1 does not depend on the
rate. So a trial that went on has probability ``b(x; n, p) w(x)``, where w(x) is the
hypergeometric share of those trials that passed stage 1. Every sum here is one of positive
terms: no digit is lost by cancellation.

Sources
-------
Jung & Kim 2004, section 2: the distribution of stage and responses, and its sufficiency.
Koyama & Chen 2008, section 3: the stage-wise order.
Oracle: R clinfun, ``tests/oracle/stats/test_two_stage_inference_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.binomial import binomial

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SampleSpace:
    """The outcomes 0 to n of a trial with two stages, in the stage-wise order.

    Parameters
    ----------
    first_stage : int
        n1, patients of stage 1.
    first_stage_bound : int
        r1: the trial stops after stage 1 if at most this many respond.
    total : int
        n, patients of both stages.
    """

    first_stage: int
    first_stage_bound: int
    total: int

    @property
    def responses(self) -> Counts:
        """The outcomes: 0 to r1 stopped after stage 1, r1 + 1 to n did not."""
        return np.arange(self.total + 1)

    @property
    def evaluated(self) -> Counts:
        """Patients of each outcome, n1 or n; shape (n + 1,)."""
        stopped = self.responses <= self.first_stage_bound
        return np.where(stopped, self.first_stage, self.total)

    def probabilities(self, rate: ArrayLike) -> Floats:
        """Return the probability of each outcome.

        Parameters
        ----------
        rate : array_like, shape (...)
            True response rates, in [0, 1].

        Returns
        -------
        ndarray, shape (..., n + 1)
            They sum to 1 along the last axis.
        """
        n1, r1, n = self.first_stage, self.first_stage_bound, self.total
        early = binomial(n1, rate)[..., : r1 + 1]
        late = binomial(n, rate)[..., r1 + 1 :] * share_that_went_on(n1, r1, n)[r1 + 1 :]
        return np.concatenate([early, late], axis=-1)

    def at_least(self, rate: ArrayLike) -> Floats:
        """Return the probability of each outcome or one above it; shape (..., n + 1)."""
        upwards = np.cumsum(self.probabilities(rate)[..., ::-1], axis=-1)[..., ::-1]
        upwards[..., 0] = 1.0
        return np.minimum(upwards, 1.0)

    def at_most(self, rate: ArrayLike) -> Floats:
        """Return the probability of each outcome or one below it; shape (..., n + 1)."""
        downwards = np.cumsum(self.probabilities(rate), axis=-1)
        downwards[..., -1] = 1.0
        return np.minimum(downwards, 1.0)


@lru_cache(maxsize=64)
def share_that_went_on(n1: int, r1: int, n: int) -> Floats:
    """Return the probability that X1 > r1 given y responses among all n; shape (n + 1,).

    One more responder changes the answer only if stage 1 stood at r1 and the responder is one of
    its patients, so the shares are a running sum of positive steps.
    """
    share = np.ones(n + 1)
    if r1 >= 0:
        y = np.arange(r1, n)
        left = np.maximum(n - n1 - y + r1, 0)  # patients of stage 2 who did not respond
        grows = left / (y + 1 - r1) * ((y + 1) / (n - y))
        at_bound = comb(n1, r1) / comb(n, r1) * np.cumprod(np.r_[1.0, grows[:-1]])
        share[: r1 + 1] = 0.0
        share[r1 + 1 :] = np.minimum(np.cumsum(at_bound * (n1 - r1) / (n - y)), 1.0)
        share[r1 + 1 + n - n1 :] = 1.0  # more responders than stage 2 could leave out
    share.flags.writeable = False
    return share
