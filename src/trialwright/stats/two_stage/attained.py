"""Inference when the attained sizes are not the planned ones.

Two ways, and each says what it assumes.

*Stage-wise on the attained sizes*: the outcomes are those of a trial with the attained sizes and
the bound that was applied after stage 1; the final bound is the least whose type I error is no
more than the planned design's. Exact if the sizes did not depend on the responses.

*Conditional*: given X1, the planned design still had a known probability of declaring activity
at p0. The second stage that was really done is tested at that probability, so the type I error
stays below the planned one whatever made the size change, a look at the responses included. The
p-value function orders the outcomes by the rate that would give a planned second stage the same
conditional p-value. Where stage 1 had decided alone (X1 > r, or too few patients left to get
there) that rate is not defined, and the outcomes are ordered by X1, then by X2.

Sources
-------
Koyama & Chen 2008, section 4: the conditional type I error and the p-value function.
Green & Dahlberg 1992; Wu & Shih 2008: new bounds for attained sizes.
Oracle: ``tests/oracle/stats/two_stage_conditional.R``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.binomial import binomial

if TYPE_CHECKING:
    from trialwright.stats.two_stage.plan import TwoStagePlan
    from trialwright.stats.two_stage.sample_space import SampleSpace

_HALVINGS = 60


def attained_bound(space: SampleSpace, p0: float, size: float) -> int:
    """Return the least r with a type I error of at most ``size``: activity if X > r.

    Parameters
    ----------
    space : SampleSpace
        Outcomes of a trial with the attained sizes.
    p0 : float
        Rate tested against.
    size : float
        Type I error that the planned design allows itself.

    Returns
    -------
    int
        From the bound of stage 1 to n; n if no number of responses is enough.
    """
    errors = np.append(space.at_least(p0), 0.0)[space.first_stage_bound + 1 :]
    return space.first_stage_bound + int(np.argmax(errors <= size))


@dataclass(frozen=True, slots=True)
class ConditionalTest:
    """The test of a second stage of another size, given what stage 1 found.

    Parameters
    ----------
    plan : TwoStagePlan
        The design that was planned; stage 1 was done as planned and passed.
    first_stage_responses : int
        X1, above r1.
    second_stage : int
        Patients that stage 2 really had, 1 or more.
    """

    plan: TwoStagePlan
    first_stage_responses: int
    second_stage: int

    @property
    def needed(self) -> int:
        """Responses that the planned second stage needed; 0 or below if none."""
        return self.plan.total_bound + 1 - self.first_stage_responses

    @property
    def allowed_error(self) -> float:
        """Conditional type I error of the planned design, given X1."""
        return _at_least(self.needed, self.plan.total - self.plan.first_stage, self.plan.p0)

    @property
    def total_bound(self) -> int:
        """The bound of X: activity if more than this many of all respond.

        The least whose conditional error is within the allowed one; with no response of stage 2
        needed, X1 - 1, and with none enough, all responses there can be.
        """
        tails = np.append(_tails(self.second_stage, self.plan.p0), 0.0)
        return self.first_stage_responses - 1 + int(np.argmax(tails <= self.allowed_error))

    def at_least(self, second_stage_responses: int, rate: float) -> float:
        """Return the probability of what was seen or what ranks above it.

        Parameters
        ----------
        second_stage_responses : int
            X2; one more than was seen gives the complement of the lower tail.
        rate : float
            True response rate, in (0, 1).
        """
        p1 = binomial(self.plan.first_stage, rate)
        seen = _at_least(second_stage_responses, self.second_stage, rate)
        n2, x1 = self.plan.total - self.plan.first_stage, self.first_stage_responses
        if not 1 <= self.needed <= n2:
            return float(p1[x1 + 1 :].sum() + p1[x1] * seen)
        went_on = np.arange(self.plan.first_stage_bound + 1, self.plan.first_stage + 1)
        needed = np.maximum(self.plan.total_bound + 1 - went_on, 0)
        tails = np.append(_tails(n2, _rate_with_tail(self.needed, n2, seen)), 0.0)
        return float(p1[went_on] @ tails[np.minimum(needed, n2 + 1)])

    def rate_where(self, second_stage_responses: int, tail: float) -> float:
        """Return the rate at which `at_least` is ``tail``; 1 if it stays below.

        The upper limit of an interval takes X2 + 1 and ``1 - tail``: with that the interval
        covers at least its level. Koyama and Chen's takes X2, and covers less.
        """
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = self.at_least(second_stage_responses, middle) < tail
            low, high = (middle, high) if below else (low, middle)
        return high


def _rate_with_tail(needed: int, n: int, tail: float) -> float:
    """Return the rate at which ``needed`` of ``n`` or more have probability ``tail``."""
    from scipy.special import betaincinv  # the beta quantile; costs 230 ms, so only where used

    return float(betaincinv(needed, n - needed + 1, min(tail, 1.0)))


def _tails(n: int, rate: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    upwards = np.cumsum(binomial(n, rate)[::-1])[::-1]
    upwards[0] = 1.0
    return np.minimum(upwards, 1.0)


def _at_least(needed: int, n: int, rate: float) -> float:
    if needed > n:
        return 0.0
    return float(_tails(n, rate)[max(needed, 0)])
