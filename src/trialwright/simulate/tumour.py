"""How lesions grow, shrink, are ablated and start anew: closed forms, no randomness.

Sources
-------
Stein, Figg, ..., Fojo 2008 (Oncologist 13:1046): one shrinking and one growing part, applied
here to each lesion's diameter. Growth before treatment is exponential. Ablation zone and local
tumour progression: terms of Ahmed 2014 (Radiology 273:241).
"""

from __future__ import annotations

from math import exp, inf, log
from statistics import NormalDist

DAYS_PER_WEEK = 7
DAYS_PER_MONTH = 30.4375

_STANDARD_NORMAL = NormalDist()
_LARGEST_EXPONENT = 700.0  # exp of more overflows a double


def diameter_at(day: float, *, diameter_mm: float, kg_per_week: float, ks_per_week: float) -> float:
    """Return a lesion's true diameter on a day counted from the first dose.

    ``D(t) = D0 (exp(-ks t) + exp(kg t) - 1)`` from the first dose on, ``D0 exp(kg t)`` before.

    Parameters
    ----------
    day : float
        Days since the first dose; negative before it.
    diameter_mm : float
        Diameter ``D0`` at the first dose.
    kg_per_week, ks_per_week : float
        Rates of growth and of shrinkage, 0 or more.

    Returns
    -------
    float
        Diameter in mm.

    Examples
    --------
    >>> diameter_at(70, diameter_mm=30.0, kg_per_week=0.0, ks_per_week=0.1)
    11.03638323514327
    """
    week = day / DAYS_PER_WEEK
    growth = exp(min(kg_per_week * week, _LARGEST_EXPONENT))
    if week < 0:
        return diameter_mm * growth
    return diameter_mm * (exp(-ks_per_week * week) + (growth - 1.0))


def truncated_log_normal(
    u: float, *, log_mean: float, log_sd: float, least: float, most: float = inf
) -> float:
    """Return the ``u`` quantile of a log-normal kept within ``least`` and ``most``.

    One uniform number makes one value whatever the bounds, so that moving a bound leaves
    every other draw as it was.
    """
    if log_sd == 0:
        return min(max(exp(log_mean), least), most)
    lower = _STANDARD_NORMAL.cdf((log(least) - log_mean) / log_sd)
    upper = 1.0 if most == inf else _STANDARD_NORMAL.cdf((log(most) - log_mean) / log_sd)
    p = min(max(lower + u * (upper - lower), 2.0**-53), 1.0 - 2.0**-53)
    return min(max(exp(log_mean + log_sd * _STANDARD_NORMAL.inv_cdf(p)), least), most)


def zone_diameter(
    days_since_ablation: float, *, index_mm: float, excess_mm: float, involution_per_week: float
) -> float:
    """Return the diameter of an ablation zone: index tumour and margin, shrinking ever since."""
    weeks = days_since_ablation / DAYS_PER_WEEK
    return (index_mm + excess_mm) * exp(-involution_per_week * weeks)


def local_progression_hazard(
    margin_mm: float, limits_mm: tuple[float, ...], hazards_per_month: tuple[float, ...]
) -> float:
    """Return the monthly hazard of local tumour progression at an ablative margin.

    ``limits_mm`` are the upper ends of the bands, ascending; ``hazards_per_month`` has one
    entry more, for margins beyond the last limit.
    """
    band = sum(margin_mm > limit for limit in limits_mm)
    return hazards_per_month[band]
