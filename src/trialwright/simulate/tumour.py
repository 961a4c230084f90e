"""How lesions grow, shrink, are ablated and start anew: closed forms, no randomness.

Plain functions of numbers, alike in Python and in machine code.

Sources
-------
Stein, Figg, ..., Fojo 2008 (Oncologist 13:1046); the generalised form with a sensitive fraction;
Claret 2009 (J Clin Oncol 27:4103): kill that resistance wears off; Wang 2009 (Clin Pharmacol Ther
86:167): shrinkage and linear growth. Each is applied to a lesion's diameter. Growth before
treatment is exponential. Ablation zone and local tumour progression: terms of Ahmed 2014
(Radiology 273:241).
"""

from __future__ import annotations

from math import exp, floor, inf, log
from typing import TYPE_CHECKING, NamedTuple

from trialwright.simulate.normal_quantile import normal_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

DAYS_PER_WEEK = 7
DAYS_PER_MONTH = 30.4375

MODELS = ("stein_fojo", "generalised", "claret", "wang")  # a model is its place here
_GENERALISED, _CLARET, _WANG = 1, 2, 3
_LARGEST_EXPONENT = 700.0  # exp of more overflows a double


class GrowthLaw(NamedTuple):
    """Which model, and the numbers that all lesions share."""

    model: int  # place in MODELS
    sensitive_fraction: float  # of the generalised model
    resistance_per_week: float  # of Claret's


def diameter_at(
    day: float,
    diameter_mm: float,
    growth: float,
    ks_per_week: float,
    extra_kill: float,
    law: GrowthLaw,
) -> float:
    """Return a lesion's true diameter on a day counted from the first dose.

    Parameters
    ----------
    day : float
        Days since the first dose; negative before it.
    diameter_mm : float
        Diameter at the first dose, more than 0.
    growth : float
        Rate of growth per week; under Wang's model mm per week. 0 or more.
    ks_per_week : float
        Rate of shrinkage, 0 or more; Claret's kill rate at the first dose.
    extra_kill : float
        Exponent by which another effect has shrunk the lesion by now, such as an abscopal one.
    law : GrowthLaw
        The model: Stein-Fojo ``D0 (exp(-ks t) + exp(kg t) - 1)``; generalised
        ``D0 (f exp(-ks t) + (1 - f) exp(kg t))``; Claret
        ``D0 exp(kg t - ks/c (1 - exp(-c t)))``; Wang ``D0 exp(-ks t) + g t``.

    Returns
    -------
    float
        Diameter in mm.

    Examples
    --------
    >>> diameter_at(70, 30.0, 0.0, 0.1, 0.0, GrowthLaw(0, 0.8, 0.04))
    11.03638323514327
    """
    week = day / DAYS_PER_WEEK
    if week < 0:
        rate = growth / diameter_mm if law.model == _WANG else growth
        return diameter_mm * exp(rate * week)
    if law.model == _WANG:
        return diameter_mm * exp(-ks_per_week * week - extra_kill) + growth * week
    if law.model == _CLARET:
        worn_off = (1.0 - exp(-law.resistance_per_week * week)) / law.resistance_per_week
        exponent = growth * week - ks_per_week * worn_off - extra_kill
        return diameter_mm * exp(min(exponent, _LARGEST_EXPONENT))
    shrunk = exp(-ks_per_week * week - extra_kill)
    grown = exp(min(growth * week, _LARGEST_EXPONENT))
    if law.model == _GENERALISED:
        fraction = law.sensitive_fraction
        return diameter_mm * (fraction * shrunk + (1.0 - fraction) * grown)
    return diameter_mm * (shrunk + (grown - 1.0))


class SizeLaw(NamedTuple):
    """A log-normal size kept within bounds; the shares are those of sizes below each bound."""

    log_mean: float
    log_sd: float
    least: float
    most: float
    share_below_least: float
    share_below_most: float


def size_of_share(u: float, law: SizeLaw) -> float:
    """Return the ``u`` quantile of a log-normal kept within its bounds.

    One uniform number makes one value whatever the bounds, so that moving a bound leaves
    every other draw as it was.
    """
    if law.log_sd == 0:
        return min(max(exp(law.log_mean), law.least), law.most)
    p = law.share_below_least + u * (law.share_below_most - law.share_below_least)
    p = min(max(p, 2.0**-53), 1.0 - 2.0**-53)
    return min(max(exp(law.log_mean + law.log_sd * normal_quantile(p)), law.least), law.most)


def zone_diameter(
    days_since_ablation: float, index_mm: float, excess_mm: float, involution_per_week: float
) -> float:
    """Return the diameter of an ablation zone: index tumour and margin, shrinking ever since."""
    weeks = days_since_ablation / DAYS_PER_WEEK
    return (index_mm + excess_mm) * exp(-involution_per_week * weeks)


def band_of(value: float, limits: Sequence[float]) -> int:
    """Return the band that a value lies in; ``limits`` are upper ends, ascending, inclusive."""
    band = 0
    for i in range(len(limits)):
        if value > limits[i]:
            band += 1
    return band


def wait_in_days(u: float, hazard_per_month: float) -> float:
    """Return an exponential waiting time in whole days, never 0; infinite without a hazard."""
    if hazard_per_month == 0:
        return inf
    return float(floor(-log(u) / hazard_per_month * DAYS_PER_MONTH) + 1)
