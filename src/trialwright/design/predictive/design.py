"""Lee and Liu's design: stop where success at the end has become improbable.

At each look the predictive probability is worked out: how probable it is, given the responders so
far, that the trial will end in success. Below theta_L the trial stops for futility, above theta_U
for efficacy; at the end it succeeds if P(p > p0 | data) lies above theta_T.

Sources
-------
Lee & Liu 2008 (Clin Trials 5: 93): the design and its thresholds.
Oracle: R ph2bayes ``predprob``, ``tests/oracle/design/test_predictive_oracle.py``.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import (
    check_looks,
    check_number,
    check_probability,
    check_rates_apart,
    check_share,
)
from trialwright.design.posterior import belief_of
from trialwright.errors import DesignError
from trialwright.stats.predictive_probability import predictive_probability

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwright.design.boundaries import Bound
    from trialwright.stats.beta_binomial import BetaRate

_MOST_DECIMALS = 16


@dataclass(frozen=True, slots=True)
class Monitoring:
    """When a trial is looked at and what is believed before it.

    Parameters
    ----------
    first_look : int
        Patients evaluated at the first look, 1 or more.
    every : int
        Patients between looks, 1 or more; the last look is the size of the trial, whatever this.
    fewest_patients, most_patients : int
        Sizes of trial that a search looks at.
    least_theta_l : float
        Smallest theta_L of a search, in [0, 1). The largest power always belongs to a trial that
        hardly ever stops, so something has to ask for stopping; 0.001 is the theta_L of the
        paper's example.
    theta_u : float
        Predictive probability above which the trial stops for efficacy, in (0, 1]; 1: never.
    prior : BetaRate, optional
        Of the rate; Beta(p0, 1 - p0) unless given.

    Raises
    ------
    DesignError
        If a number is not allowed.

    Examples
    --------
    >>> Monitoring(first_look=10, every=5).looks(23)
    (10, 15, 20, 23)
    """

    first_look: int = 10
    every: int = 1
    fewest_patients: int = 1
    most_patients: int = 60
    least_theta_l: float = 0.001
    theta_u: float = 1.0
    prior: BetaRate | None = None

    def __post_init__(self) -> None:
        """Refuse what no trial could follow."""
        for name in ("first_look", "every", "fewest_patients"):
            check_number(name, getattr(self, name), 1)
        check_number("most_patients", self.most_patients, self.fewest_patients)
        check_share("least_theta_l", self.least_theta_l)
        check_share("theta_u", self.theta_u)
        if self.least_theta_l >= self.theta_u:
            msg = (
                f"theta_u must lie above least_theta_l, not {self.theta_u:g} against "
                f"{self.least_theta_l:g}; a theta_u of 1 never stops for efficacy"
            )
            raise DesignError(msg)

    def looks(self, patients: int) -> tuple[int, ...]:
        """Return the looks of a trial of some size, its end included."""
        return (*range(self.first_look, patients, self.every), patients)

    def belief(self, p0: float) -> BetaRate:
        """Return the prior of the rate."""
        return belief_of(self.prior, p0)


@dataclass(frozen=True, slots=True)
class PredictiveDesign:
    """A design by predictive probability.

    Parameters
    ----------
    p0, p1 : float
        Rate of no interest and rate worth pursuing, p0 < p1, in (0, 1).
    looks : tuple of int
        Patients evaluated at each look, ascending; the last is the size of the trial.
    theta_l : float
        Stop for futility where the predictive probability lies below it, strictly; in [0, 1].
    theta_t : float
        Success at the end where P(p > p0 | data) lies above it, strictly; in (0, 1).
    theta_u : float
        Stop for efficacy where the predictive probability lies above it, strictly; 1: never.
    prior : BetaRate, optional
        Of the rate; Beta(p0, 1 - p0) unless given.

    Raises
    ------
    DesignError
        If a number is not allowed, or theta_l exceeds theta_u.

    Notes
    -----
    Source: Lee & Liu 2008, section 2. Each probability is that of
    `trialwright.stats.predictive_probability`.

    Examples
    --------
    >>> looks = Monitoring(first_look=10).looks(36)
    >>> design = PredictiveDesign(0.2, 0.4, looks, theta_l=0.001, theta_t=0.9)
    >>> round(design.type_one_error, 4), round(design.power, 4)
    (0.0878, 0.9062)
    """

    p0: float
    p1: float
    looks: tuple[int, ...]
    theta_l: float
    theta_t: float
    theta_u: float = 1.0
    prior: BetaRate | None = None

    def __post_init__(self) -> None:
        """Refuse what is no design."""
        check_rates_apart(self.p0, self.p1)
        object.__setattr__(self, "looks", check_looks(self.looks))
        check_probability("theta_t", self.theta_t)
        check_share("theta_l", self.theta_l)
        check_share("theta_u", self.theta_u)
        if self.theta_l > self.theta_u:
            msg = (
                f"theta_l must not exceed theta_u, not {self.theta_l:g} against {self.theta_u:g}: "
                "the first stops for futility, the second for efficacy"
            )
            raise DesignError(msg)

    @property
    def belief(self) -> BetaRate:
        """Prior of the rate."""
        return belief_of(self.prior, self.p0)

    def probability(self, responders: int, patients: int) -> float:
        """Return the predictive probability of success after some patients."""
        return predictive_probability(
            responders,
            patients,
            self.looks[-1],
            null_rate=self.p0,
            threshold=self.theta_t,
            prior=self.belief,
        ).value

    @property
    def boundaries(self) -> Boundaries:
        """Looks and counts; a last look that does not stop low is success."""
        low = [self._most(look, self.theta_l) for look in self.looks[:-1]]
        high = [self._least(look) for look in self.looks[:-1]]
        enough = _first(lambda x: self.probability(x, self.looks[-1]) > 0, self.looks[-1])
        last = self.looks[-1] if enough is None else enough - 1
        return Boundaries(self.looks, (*low, last if last >= 0 else None), (*high, enough))

    @property
    def type_one_error(self) -> float:
        """Chance to declare activity at p0, exact."""
        return self.boundaries.chance_high(self.p0)

    @property
    def power(self) -> float:
        """Chance to declare activity at p1, exact."""
        return self.boundaries.chance_high(self.p1)

    def _most(self, look: int, theta: float) -> Bound:
        going_on = _first(lambda x: self.probability(x, look) >= theta, look)
        most = look if going_on is None else going_on - 1
        return most if most >= 0 else None

    def _least(self, look: int) -> Bound:
        if self.theta_u == 1:
            return None
        return _first(lambda x: self.probability(x, look) > self.theta_u, look)


def roundest_between(low: float, high: float) -> float | None:
    """Return the number of fewest decimals strictly between two probabilities.

    Of those with equally few decimals the one nearest to the middle; none if nothing of sixteen
    decimals lies between.

    Examples
    --------
    >>> roundest_between(0.8519, 0.9226)
    0.9
    """
    middle = (low + high) / 2
    for decimals in range(1, _MOST_DECIMALS + 1):
        scale = 10.0**decimals
        near = (floor(middle * scale) / scale, ceil(middle * scale) / scale)
        inside = [value for value in near if low < value < high]
        if inside:
            return min(inside, key=lambda value: abs(value - middle))
    return None


def _first(holds: Callable[[int], bool], most: int) -> int | None:
    """Return the smallest count up to ``most`` where something rising holds; none if nowhere."""
    first = bisect_left(range(most + 1), True, key=holds)
    return first if first <= most else None
