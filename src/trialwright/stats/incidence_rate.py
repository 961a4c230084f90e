"""Events per time at risk, with the exact interval of a Poisson count.

Exposure-adjusted incidence: patients with at least one event, divided by the time until the first
event of those who had one and the whole time at risk of the others. It assumes one constant
hazard; where that is doubtful, read the cumulative incidence beside it.

Sources
-------
Garwood 1936: exact limits of a Poisson count. Oracle: R ``poisson.test``,
``tests/unit/stats/test_incidence_rate.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan

from trialwright.stats.checks import check_level
from trialwright.stats.result import Estimate, Reported, show_level

_PER = 100.0


@dataclass(frozen=True, slots=True)
class IncidenceRate(Reported):
    """Patients with an event per 100 units of time at risk.

    Parameters
    ----------
    events : int
        Patients with the event, 0 or more.
    time_at_risk : float
        Sum over patients of the time to the event, or of the whole time at risk; in ``unit``.
    unit : str
        Unit of the time, in the plural: ``months``.
    """

    events: int
    time_at_risk: float
    unit: str = "months"

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.events < 0:
            msg = f"events must be 0 or more, not {self.events}"
            raise ValueError(msg)
        if not (isfinite(self.time_at_risk) and self.time_at_risk >= 0):
            msg = f"time_at_risk must be a number >= 0, not {self.time_at_risk}"
            raise ValueError(msg)

    def estimate(self, *, level: float = 0.95) -> Estimate:
        """Return events per 100 units of time with the exact Poisson interval.

        Parameters
        ----------
        level : float
            Two-sided confidence level, in (0, 1).

        Returns
        -------
        Estimate
            "not estimable" without any time at risk.

        Examples
        --------
        >>> print(IncidenceRate(3, 120.0).estimate())
        2.50 (95 % CI 0.52 to 7.31)
        """
        check_level(level)
        if self.time_at_risk == 0:
            return Estimate(nan, nan, nan, level, "exact Poisson", "ratio", "not estimable")
        low, high = poisson_limits(self.events, level)
        value, low, high = (_PER * x / self.time_at_risk for x in (self.events, low, high))
        return Estimate(value, low, high, level, "exact Poisson", "ratio")

    def __str__(self) -> str:
        """Write a report cell: ``2.50 per 100 patient-months (95 % CI 0.52 to 7.31)``."""
        found = self.estimate()
        if found.state == "not estimable":
            return found.state
        limits = f"{show_level(found.level)} {found.low:.2f} to {found.high:.2f}"
        return f"{found.value:.2f} per 100 patient-{self.unit} ({limits})"


def poisson_limits(count: int, level: float) -> tuple[float, float]:
    """Return the exact two-sided limits of the expectation of a Poisson count.

    Without an event the lower limit is 0.

    Notes
    -----
    Source: Garwood 1936 (Biometrika 28: 437).

    Examples
    --------
    >>> [round(limit, 3) for limit in poisson_limits(3, 0.95)]
    [0.619, 8.767]
    """
    from scipy.special import gammainccinv, gammaincinv

    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    return low, float(gammainccinv(count + 1, tail))
