"""What is believed of a rate: a beta prior, its posterior, and the patients still to come.

The patients still to come respond by the beta-binomial distribution, from which
``predictive_probability`` is made.

Oracle: R ``qbeta``, ``tests/oracle/stats/test_beta_binomial_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.stats.checks import (
    check_choice,
    check_count,
    check_inside,
    check_level,
    check_whole,
)
from trialwright.stats.result import Reported, show_level

if TYPE_CHECKING:
    from typing import SupportsIndex

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CredibleMethod = Literal["equal-tailed", "highest density"]
_METHODS: tuple[CredibleMethod, ...] = get_args(CredibleMethod)
_HALVINGS = 60  # of a probability inside (0, 1): to the last bit


_LARGEST = 1e15  # the quantiles of a larger shape are not known to a digit


@dataclass(frozen=True, slots=True)
class CredibleInterval(Reported):
    """A rate with the interval that holds it with probability ``level``.

    Parameters
    ----------
    value : float
        Posterior mean, in (0, 1).
    low, high : float
        Limits, in [0, 1].
    level : float
        Probability that the rate lies between the limits, in (0, 1).
    method : {"equal-tailed", "highest density"}
        How the limits were chosen; a report prints it.
    a, b : float
        The beta distribution that they are of.
    """

    value: float
    low: float
    high: float
    level: float
    method: CredibleMethod
    a: float
    b: float

    def __str__(self) -> str:
        """Write a report cell: ``17.1 % (95 % CrI 6.8 to 31.1)``."""
        value, low, high = (f"{100 * x:.1f}" for x in (self.value, self.low, self.high))
        level = show_level(self.level).replace("CI", "CrI")
        return f"{value} % ({level} {low} to {high})"


@dataclass(frozen=True, slots=True)
class BetaRate(Reported):
    """What is believed of a rate, before or after seeing patients: a beta distribution.

    Parameters
    ----------
    a, b : float
        Shapes, above 0: as much information as ``a`` responders and ``b`` non-responders.

    Raises
    ------
    ValueError
        If a shape is not a finite number above 0.

    Examples
    --------
    >>> posterior = BetaRate(1, 1).update(5, 33)
    >>> print(posterior)
    Beta(6, 29)
    >>> print(posterior.credible_interval())
    17.1 % (95 % CrI 6.8 to 31.1)
    >>> round(posterior.probability_above(0.10), 4)
    0.8815
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        for name, shape in (("a", self.a), ("b", self.b)):
            if not 0 < shape <= _LARGEST:
                msg = f"{name} must be above 0 and at most {_LARGEST:g}, not {shape}"
                raise ValueError(msg)

    def __str__(self) -> str:
        """Write the distribution: ``Beta(6, 29)``."""
        return f"Beta({self.a:g}, {self.b:g})"

    def update(self, successes: SupportsIndex, n: SupportsIndex) -> BetaRate:
        """Return the posterior after ``successes`` of ``n`` patients.

        Parameters
        ----------
        successes, n : int
            Patients with the outcome, and patients seen, 0 or more: nobody seen leaves the prior.

        Raises
        ------
        ValueError
            If a count is not a whole number or ``successes`` lies outside 0 to ``n``.
        """
        k, m = check_seen(successes, n)
        return BetaRate(self.a + k, self.b + m - k)

    @property
    def mean(self) -> float:
        """Mean rate, ``a / (a + b)``."""
        return self.a / (self.a + self.b)

    @property
    def median(self) -> float:
        """Rate that lies above and below with probability one half."""
        return self.quantile(0.5)

    @property
    def standard_deviation(self) -> float:
        """Standard deviation of the rate."""
        return float(np.sqrt(self.mean * (1 - self.mean) / (self.a + self.b + 1)))

    def quantile(self, probability: float) -> float:
        """Return the rate below which the true one lies with ``probability``, in (0, 1)."""
        from scipy.special import betaincinv  # costs 230 ms, so only where used

        return float(betaincinv(self.a, self.b, check_inside("probability", probability)))

    def probability_above(self, rate: float) -> float:
        """Return the probability that the true rate lies above ``rate``, in (0, 1)."""
        from scipy.special import betaincc

        return float(betaincc(self.a, self.b, check_inside("rate", rate)))

    def credible_interval(
        self, *, level: float = 0.95, method: CredibleMethod = "equal-tailed"
    ) -> CredibleInterval:
        """Return the interval that holds the rate with probability ``level``.

        Parameters
        ----------
        level : float
            In (0, 1).
        method : {"equal-tailed", "highest density"}
            "equal-tailed": ``(1 - level) / 2`` on either side, as R ``qbeta`` and SAS BINOMIAL
            give it. "highest density": the shortest one; it starts at 0 where the density falls
            all the way, which is so after no responder if ``a`` of the prior is 1 or less.

        Returns
        -------
        CredibleInterval
            With the mean as its value.

        Raises
        ------
        ValueError
            If ``level`` or ``method`` is not allowed, or if the density is highest at both ends
            (``a`` and ``b`` below 1), where no one interval is the shortest.

        Notes
        -----
        Source: Gelman et al. 2013, section 2.3. R binom ``binom.bayes`` gives the highest density
        unless told ``type = "central"``. At 0 or n successes it gives the whole error to the one
        limit under either name; here equal tails stay equal, so 0 of 29 has a lower limit above 0.
        """
        check_level(level)
        check_choice("method", method, _METHODS)
        below = (1 - level) / 2 if method == "equal-tailed" else self._left_out_below(level)
        low = 0.0 if below <= 0 else self.quantile(below)
        high = 1.0 if below + level >= 1 else self.quantile(below + level)
        return CredibleInterval(self.mean, low, high, level, method, self.a, self.b)

    def _left_out_below(self, level: float) -> float:
        """Return the probability below the shortest interval."""
        if self.a < 1 and self.b < 1:
            msg = f"{self} is densest at both ends: it has no highest density interval"
            raise ValueError(msg)
        if self.a == self.b:  # symmetric, the flat one included
            return (1 - level) / 2
        if self.a <= 1 <= self.b:  # falls all the way
            return 0.0
        if self.b <= 1 <= self.a:  # rises all the way
            return 1 - level
        least, most = 0.0, 1 - level
        for _ in range(_HALVINGS):  # the shortest interval has one density at both limits
            below = (least + most) / 2
            if self._log_density(below) < self._log_density(below + level):
                least = below
            else:
                most = below
        return (least + most) / 2

    def _log_density(self, probability: float) -> float:
        """Return the log density, less its constant, at a quantile."""
        from scipy.special import betaincinv, xlog1py, xlogy

        rate = betaincinv(self.a, self.b, probability)
        return float(xlogy(self.a - 1, rate) + xlog1py(self.b - 1, -rate))

    def responders_to_come(self, patients: SupportsIndex) -> Floats:
        """Return how probable each number of responders among the next ``patients`` is.

        Parameters
        ----------
        patients : int
            Patients still to come, 0 or more.

        Returns
        -------
        ndarray of float, shape (patients + 1,)
            Probability of 0, 1, ... responders; they sum to 1.

        Raises
        ------
        ValueError
            If ``patients`` is not a whole number or below 0.

        Notes
        -----
        Source: beta-binomial distribution; Lee & Liu 2008. R: ``extraDistr::dbbinom``.

        Examples
        --------
        >>> BetaRate(1, 1).responders_to_come(3)
        array([0.25, 0.25, 0.25, 0.25])
        """
        from scipy.special import betaln

        m = check_whole("patients", patients)
        if m < 0:
            msg = f"patients must be 0 or more, not {m}"
            raise ValueError(msg)
        i = np.arange(m + 1)
        log_weight = betaln(self.a + i, self.b + m - i) - betaln(m - i + 1, i + 1)
        weight = np.exp(log_weight - log_weight.max())
        probability: Floats = weight / weight.sum()
        return probability


def check_seen(successes: SupportsIndex, n: SupportsIndex) -> tuple[int, int]:
    """Return the counts; nobody seen yet is allowed, unlike in `check_count`."""
    if check_whole("n", n) == 0 and check_whole("successes", successes) == 0:
        return 0, 0
    return check_count(successes, n)
