"""All designs of one size by predictive probability, judged at once.

The probabilities are worked out backwards from the end and the chances forwards from the first
look, for every number of responders needed together. Tests hold both to `Boundaries` and to
`trialwright.stats.predictive_probability`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trialwright.design.checks import RELATIVE_ROUNDING, ROUNDING
from trialwright.design.posterior import distinct, posterior_above
from trialwright.stats.binomial import binomial

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from trialwright.design.checks import Hypotheses
    from trialwright.design.predictive.design import Monitoring
    from trialwright.stats.beta_binomial import BetaRate

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_ZERO = 1e-200  # a probability below it is 0: success is out of reach


class Found(NamedTuple):
    """A design of a search: size, responders needed, and where theta_L lies."""

    patients: int
    needed: int
    theta_l: tuple[float, float]
    expected: float


class Judged(NamedTuple):
    """What r designs of one size do; each of shape (r,)."""

    error: Floats
    power: Floats
    expected: Floats


class Size:
    """All designs of one size: r numbers needed, and for each the list of what theta_L can stop."""

    def __init__(self, patients: int, asked: Hypotheses, plan: Monitoring) -> None:
        self.patients, self.asked, self.plan = patients, asked, plan
        self._looks = frozenset(plan.looks(patients)[:-1])
        belief = plan.belief(asked.p0)
        self.posterior = posterior_above(belief, patients, asked.p0)
        needed = np.arange(1, patients + 1)
        # What theta_T can tell apart, and what has the power where least is stopped for futility.
        self._use(needed[np.diff(self.posterior) > ROUNDING], belief)
        strong = self.judge(self.values(self.first)).power >= least_power(asked)
        self._use(self.needed[strong], belief)

    def _use(self, needed: Counts, belief: BetaRate) -> None:
        self.needed = needed
        self.probability = backwards(self.patients, needed, belief, self._looks)
        self.steps = [self._thresholds(row) for row in range(needed.size)]
        self.first = np.zeros(needed.size, np.int64)

    def _thresholds(self, row: int) -> Floats:
        """Return the probabilities that theta_L can be: it stops those strictly below."""
        seen = [found[row] for look, found in self.probability.items() if look < self.patients]
        values = distinct(np.concatenate([*seen, [self.plan.theta_u]]))
        # Stopping what cannot succeed costs nothing, so 0 itself is not in the list.
        inside = (values >= max(self.plan.least_theta_l, _ZERO)) & (values <= self.plan.theta_u)
        return values[inside]

    def judge(self, theta_l: Floats) -> Judged:
        """Return what each design does at its theta_L, a value of its list."""
        rates = np.array([self.asked.p0, self.asked.p1])
        first = min(self._looks, default=self.patients)
        alive = np.tile(binomial(first, rates), (self.needed.size, 1, 1))
        expected, success = np.full(alive.shape[:2], float(first)), np.zeros(alive.shape[:2])
        for patients in range(first, self.patients):
            if patients in self._looks:
                seen = self.probability[patients]
                low = seen < theta_l[:, None] * (1 - RELATIVE_ROUNDING)
                high = seen > self.plan.theta_u
                success += np.where(high[:, None, :], alive, 0.0).sum(axis=2)
                alive = np.where((low | high)[:, None, :], 0.0, alive)
            expected += alive.sum(axis=2)
            alive = _one_more(alive, rates[:, None])
        success += np.where(self.probability[self.patients][:, None, :] > 0, alive, 0.0).sum(axis=2)
        return Judged(success[:, 0], success[:, 1], expected[:, 0])

    def largest(self, holds: Callable[[Judged], Flags]) -> Counts:
        """Return the last position of each list where something that theta_L undoes holds.

        The first position where it holds nowhere.
        """
        works = self.first
        fails = np.array([step.size for step in self.steps], np.int64)
        while np.any(fails - works > 1):
            middle = (works + fails) // 2
            good = holds(self.judge(self.values(middle)))
            works, fails = np.where(good, middle, works), np.where(good, fails, middle)
        return works

    def values(self, position: Counts) -> Floats:
        """Return the theta_L of a position in each list."""
        return np.array([step[at] for step, at in zip(self.steps, position, strict=True)])

    def found(self, row: int, at: int, expected: float) -> Found:
        """Return one design with the interval of its theta_L."""
        step = self.steps[row]
        interval = (self.plan.least_theta_l if at == 0 else float(step[at - 1]), float(step[at]))
        return Found(self.patients, int(self.needed[row]), interval, expected)


def _one_more(alive: Floats, rates: Floats) -> Floats:
    grown = np.zeros((*alive.shape[:2], alive.shape[2] + 1))
    grown[:, :, :-1] = (1 - rates) * alive
    grown[:, :, 1:] += rates * alive
    return grown


def backwards(
    patients: int, needed: Counts, belief: BetaRate, looks: frozenset[int]
) -> dict[int, Floats]:
    """Return the predictive probabilities at the looks and the end, shape (r, look + 1) each.

    Backwards: the probability is the mean over whether the next patient responds. It equals the
    beta-binomial sum of `trialwright.stats.predictive_probability`, which a test holds it to.
    """
    now = (np.arange(patients + 1) >= needed[:, None]).astype(float)
    found = {patients: now}
    for seen in range(patients - 1, min(looks, default=patients) - 1, -1):
        respond = (belief.a + np.arange(seen + 1)) / (belief.a + belief.b + seen)
        now = respond * now[:, 1:] + (1 - respond) * now[:, :-1]
        if seen in looks:
            found[seen] = now
    return found


def least_error(patients: int, asked: Hypotheses) -> float:
    """Return the least type I error that any test of this size with the power can have.

    Source: Neyman & Pearson 1933; the most powerful test takes the largest counts, and one more
    count by a draw.
    """
    null, alternative = binomial(patients, [asked.p0, asked.p1])[:, ::-1]
    reached = np.cumsum(alternative)
    last = min(int(np.searchsorted(reached, 1 - asked.beta)), patients)
    beyond = 1 - asked.beta - (reached[last - 1] if last else 0.0)
    return float(null[:last].sum() + null[last] * min(1.0, beyond / alternative[last]))


def most_error(asked: Hypotheses) -> float:
    """Return the type I error that still counts as kept: to the last digits of a float."""
    return asked.alpha + ROUNDING


def least_power(asked: Hypotheses) -> float:
    """Return the power that still counts as kept."""
    return 1 - asked.beta - ROUNDING
