"""How probable it is that a running trial ends in success.

The beta-binomial distribution of the responders still to come, summed over the results that would
make the trial a success. A design that looks often belongs to ``design``; here is one look.

Oracle: R ph2bayes and Lee & Liu 2008, ``tests/oracle/stats/test_beta_binomial_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.beta_binomial import check_seen
from trialwright.stats.checks import check_inside, check_whole
from trialwright.stats.result import Reported

if TYPE_CHECKING:
    from typing import SupportsIndex

    from trialwright.stats.beta_binomial import BetaRate


@dataclass(frozen=True, slots=True)
class PredictiveProbability(Reported):
    """How probable it is that a running trial ends in success.

    Parameters
    ----------
    value : float
        Predictive probability of success, in [0, 1].
    successes, n, n_final : int
        Responders and patients so far, and patients at the end.
    needed : int or None
        Fewest responders at the end that are a success; none if not even all would be.
    null_rate, threshold : float
        Success: the rate lies above ``null_rate`` with a probability above ``threshold``.
    a, b : float
        The prior.
    """

    value: float
    successes: int
    n: int
    n_final: int
    needed: int | None
    null_rate: float
    threshold: float
    a: float
    b: float

    def __str__(self) -> str:
        """Write a report cell: ``16/23 of 40: predictive probability 56.6 % (28 needed)``."""
        needed = "no result is enough" if self.needed is None else f"{self.needed} needed"
        seen = f"{self.successes}/{self.n} of {self.n_final}"
        return f"{seen}: predictive probability {100 * self.value:.1f} % ({needed})"


def predictive_probability(
    successes: SupportsIndex,
    n: SupportsIndex,
    n_final: SupportsIndex,
    *,
    null_rate: float,
    threshold: float,
    prior: BetaRate,
) -> PredictiveProbability:
    """Return how probable success at the end is, given the responders so far.

    Parameters
    ----------
    successes, n : int
        Responders and patients so far, 0 and 0 before the first patient.
    n_final : int
        Patients at the end, 1 or more and not fewer than so far.
    null_rate : float
        p0, in (0, 1).
    threshold : float
        Success if ``P(rate > p0)`` lies above it at the end, strictly; in (0, 1).
    prior : BetaRate
        What was believed of the rate before the trial.

    Returns
    -------
    PredictiveProbability
        0 or 1 at the end of the trial, and exactly 1 once enough have responded.

    Raises
    ------
    ValueError
        If a count, ``null_rate`` or ``threshold`` is not allowed.

    Notes
    -----
    Source: Lee & Liu 2008 (Clin Trials 5: 93). R ph2bayes ``predprob``, equal to 1e-9; it counts
    a probability equal to the threshold as success.

    Examples
    --------
    >>> from trialwright.stats.beta_binomial import BetaRate
    >>> seen = predictive_probability(
    ...     16, 23, 40, null_rate=0.6, threshold=0.9, prior=BetaRate(0.6, 0.4)
    ... )
    >>> print(seen)
    16/23 of 40: predictive probability 56.6 % (28 needed)
    """
    k, m = check_seen(successes, n)
    last = check_whole("n_final", n_final)
    if last < max(m, 1):
        msg = f"n_final must be {max(m, 1)} or more, not {last}"
        raise ValueError(msg)
    p0, enough = check_inside("null_rate", null_rate), check_inside("threshold", threshold)
    needed = _responders_needed(last, p0, enough, prior)
    value = 0.0
    if needed is not None:
        to_come = prior.update(k, m).responders_to_come(last - m)
        value = 1.0 if needed <= k else min(1.0, float(to_come[needed - k :].sum()))
    return PredictiveProbability(value, k, m, last, needed, p0, enough, prior.a, prior.b)


def _responders_needed(n: int, null_rate: float, threshold: float, prior: BetaRate) -> int | None:
    """Return the fewest of ``n`` responders that are a success."""
    from scipy.special import betaincc

    k = np.arange(n + 1)
    enough = betaincc(prior.a + k, prior.b + n - k, null_rate) > threshold
    return int(np.argmax(enough)) if enough.any() else None
