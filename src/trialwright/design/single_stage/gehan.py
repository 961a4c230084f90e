"""Gehan's first stage: so many patients that an active drug would hardly show no responder.

Source: Gehan EA. The determination of the number of patients required in a preliminary and a
follow-up trial of a new chemotherapeutic agent. J Chronic Dis 1961; 13: 346-353.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, log1p

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import MOST_PATIENTS, RELATIVE_ROUNDING, check_probability
from trialwright.errors import DesignError


@dataclass(frozen=True, slots=True)
class GehanFirstStage:
    """A first stage so large that an active drug would hardly show no responder in it.

    Parameters
    ----------
    p1 : float
        Response rate worth pursuing, in (0, 1).
    beta : float
        Largest chance of no responder at p1, in (0, 1).
    patients : int
        Smallest number with (1 - p1)^n <= beta.
    """

    p1: float
    beta: float
    patients: int

    @property
    def chance_of_none(self) -> float:
        """Chance that none of the patients responds at p1."""
        return float((1 - self.p1) ** self.patients)

    @property
    def boundaries(self) -> Boundaries:
        """The one look: stop at no responder."""
        return Boundaries((self.patients,), (0,), (None,))


def find_gehan_first_stage(p1: float, *, beta: float = 0.05) -> GehanFirstStage:
    """Find the smallest first stage that misses an active drug with chance at most ``beta``.

    Parameters
    ----------
    p1 : float
        Response rate worth pursuing, in (0, 1).
    beta : float
        Largest chance of no responder at p1, in (0, 1).

    Returns
    -------
    GehanFirstStage
        The size and what it does.

    Raises
    ------
    DesignError
        If a number lies outside (0, 1), or more than 1000 patients are needed.

    Notes
    -----
    Source: Gehan 1961.

    Examples
    --------
    >>> found = find_gehan_first_stage(0.20, beta=0.05)
    >>> found.patients, round(found.chance_of_none, 4)
    (14, 0.044)
    """
    rate, chance = check_probability("p1", p1), check_probability("beta", beta)
    n = ceil(log(chance) / log1p(-rate) * (1 - RELATIVE_ROUNDING))
    if n > MOST_PATIENTS:
        msg = (
            f"{n} patients are needed for a chance of {chance:g} to see no responder at p1 = "
            f"{rate:g}, more than {MOST_PATIENTS}; ask for a larger p1 or a larger beta"
        )
        raise DesignError(msg)
    return GehanFirstStage(rate, chance, n)
