"""Group-sequential critical values of a normal statistic, one-sided, by recursive integration.

A trial is looked at when fractions of its final information are in (for a log-rank test: of its
expected events). It stops and declares activity as soon as the statistic is above the critical
value of the look. The values keep the type I error over all looks.

Sources
-------
Pocock 1977 (Biometrika 64: 191). O'Brien & Fleming 1979 (Biometrics 35: 549). Wang & Tsiatis 1987
(Biometrics 43: 193). Haybittle 1971; Peto et al. 1976. Lan & DeMets 1983 (Biometrika 70: 659):
spending. Jennison & Turnbull 2000, chapter 19.
Oracle: R rpact ``getDesignGroupSequential``,
``tests/oracle/design/test_group_sequential_oracle.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal, get_args

from trialwright.design.checks import check_number, check_probability
from trialwright.design.group_sequential.crossing import (
    Going,
    chance_above,
    crossing,
    step,
)
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

Bounds = Literal[
    "Pocock",
    "O'Brien-Fleming",
    "Wang-Tsiatis",
    "Haybittle-Peto",
    "Pocock spending",
    "O'Brien-Fleming spending",
]
BOUNDS: tuple[Bounds, ...] = get_args(Bounds)
_MOST_LOOKS = 20
_LARGEST = 8.5  # a critical value that is never reached
_EXACT = 1e-13


@dataclass(frozen=True, slots=True)
class LookChances:
    """What a group-sequential trial does at one drift.

    Parameters
    ----------
    drift : float
        Mean of the statistic at full information; 0 under the null hypothesis.
    crossed : tuple of float
        Chance to stop for activity at each look.
    ends : tuple of float
        Chance that the trial ends at each look.
    expected_information : float
        Fraction of the full information that is used on average.
    """

    drift: float
    crossed: tuple[float, ...]
    ends: tuple[float, ...]
    expected_information: float

    @property
    def probability_declare_active(self) -> float:
        """Chance to declare activity at any look."""
        return math.fsum(self.crossed)


@dataclass(frozen=True, slots=True)
class GroupSequential:
    """Critical values for several looks.

    Parameters
    ----------
    bounds : str
        How they were made; one of `BOUNDS`.
    alpha : float
        One-sided type I error over all looks.
    information : tuple of float
        Fraction of the full information at each look, ascending to 1.
    critical_values : tuple of float
        Activity is declared at a look if Z is above its value.
    spent : tuple of float
        Type I error spent up to and with each look.

    Examples
    --------
    >>> found = find_group_sequential("O'Brien-Fleming", looks=3, alpha=0.025)
    >>> [round(value, 4) for value in found.critical_values]
    [3.4711, 2.4544, 2.004]
    >>> round(found.inflation(0.80), 4)
    1.0174
    """

    bounds: Bounds
    alpha: float
    information: tuple[float, ...]
    critical_values: tuple[float, ...]
    spent: tuple[float, ...]

    def __str__(self) -> str:
        """Write the bounds: ``O'Brien-Fleming, 3 looks: 3.471, 2.454, 2.004``."""
        values = ", ".join(f"{value:.3f}" for value in self.critical_values)
        looks = f"{len(self.information)} look{'s' if len(self.information) > 1 else ''}"
        return f"{self.bounds}, {looks}: {values}"

    @property
    def nominal_levels(self) -> tuple[float, ...]:
        """One-sided p-value below which activity is declared at each look."""
        return tuple(0.5 * math.erfc(value / math.sqrt(2)) for value in self.critical_values)

    def chances(self, drift: float) -> LookChances:
        """Return what the trial does if the statistic has mean ``drift`` at full information.

        Parameters
        ----------
        drift : float
            Finite; 0 under the null hypothesis. At fraction t the mean is ``drift`` sqrt(t).
        """
        if not math.isfinite(drift):
            msg = f"drift must be finite, not {drift}"
            raise DesignError(msg)
        mean = [drift * math.sqrt(t) for t in self.information]
        lower = [-math.inf] * len(mean)
        high = crossing(lower, self.critical_values, self.information, mean).high
        ends = (*high[:-1], 1 - math.fsum(high[:-1]))
        used = math.fsum(chance * t for chance, t in zip(ends, self.information, strict=True))
        return LookChances(float(drift), high, ends, used)

    def drift_for(self, power: float) -> float:
        """Return the mean of Z at full information that gives the power.

        Raises
        ------
        DesignError
            If ``power`` does not lie above alpha and below 1.
        """
        check_probability("power", power)
        if power <= self.alpha:
            msg = f"power must be above alpha, not {power:g} against {self.alpha:g}"
            raise DesignError(msg)
        return _root(
            lambda drift: self.chances(drift).probability_declare_active - power, 0.0, 20.0
        )

    def inflation(self, power: float) -> float:
        """Return the largest sample over that of one look, both of the same power.

        Parameters
        ----------
        power : float
            Above alpha, below 1.

        Notes
        -----
        Source: Jennison & Turnbull 2000, section 2.3: the squared ratio of the drifts.
        """
        drift, normal = self.drift_for(power), NormalDist()
        return (drift / (normal.inv_cdf(1 - self.alpha) + normal.inv_cdf(power))) ** 2

    def to_frame(self) -> pl.DataFrame:
        """Return one row a look: information, critical value, nominal level, error spent."""
        import polars as pl

        return pl.DataFrame(
            {
                "look": range(1, len(self.information) + 1),
                "information": self.information,
                "critical_value": self.critical_values,
                "nominal_level": self.nominal_levels,
                "spent": self.spent,
            }
        )


def find_group_sequential(
    bounds: Bounds,
    *,
    looks: int | None = None,
    information: Sequence[float] | None = None,
    alpha: float = 0.05,
    shape: float = 0.25,
    early_value: float = 3.0,
) -> GroupSequential:
    """Find the critical values of several looks.

    Parameters
    ----------
    bounds : str
        One of `BOUNDS`. "Pocock": one value. "O'Brien-Fleming": a value over sqrt(t).
        "Wang-Tsiatis": a value times t to the power ``shape`` - 1/2. "Haybittle-Peto":
        ``early_value`` before the last look. "Pocock spending" and "O'Brien-Fleming spending":
        the type I error spent by t is alpha log(1 + (e - 1) t), or
        2 - 2 Phi(z(alpha / 2) / sqrt(t)) (Lan & DeMets).
    looks : int, optional
        How many, 1 to 20, equally spaced.
    information : sequence of float, optional
        Instead of ``looks``: the fraction at each look, above 0, ascending, the last 1.
    alpha : float
        One-sided type I error over all looks.
    shape : float
        Wang & Tsiatis' delta, from -1 to 1: 0 is O'Brien-Fleming, 1/2 Pocock.
    early_value : float
        Of Haybittle & Peto; above 0.

    Returns
    -------
    GroupSequential
        Critical values with the error spent by each look.

    Raises
    ------
    DesignError
        If a number or word is not allowed, or the early looks alone spend more than alpha.

    Notes
    -----
    Source: see the module. Oracle: R rpact 4.5, to 1e-6; rpact stops its search a little short,
    so that its last error is 0.04999999.
    """
    if bounds not in BOUNDS:
        msg = f"bounds must be one of {list(BOUNDS)}, not {bounds!r}"
        raise DesignError(msg)
    check_probability("alpha", alpha)
    times = _times(looks, information)
    if bounds.endswith("spending"):
        values = _by_spending(times, _SPENDING[bounds], alpha)
    elif bounds == "Haybittle-Peto":
        values = _haybittle_peto(times, alpha, early_value)
    else:
        values = _by_shape(times, alpha, {"Pocock": 0.5, "O'Brien-Fleming": 0.0}.get(bounds, shape))
    spent, total = [], 0.0
    null = [0.0] * len(times)
    for chance in crossing([-math.inf] * len(times), values, times, null).high:
        total += chance
        spent.append(total)
    return GroupSequential(bounds, float(alpha), times, tuple(values), tuple(spent))


def _times(looks: int | None, information: Sequence[float] | None) -> tuple[float, ...]:
    if (looks is None) == (information is None):
        msg = "give either looks, how many, or information, the fraction at each"
        raise DesignError(msg)
    if information is None:
        count = check_number("looks", looks or 0, 1, _MOST_LOOKS)
        return tuple((k + 1) / count for k in range(count))
    times = tuple(float(t) for t in information)
    ascending = all(a < b for a, b in pairwise(times))
    if not (times and times[0] > 0 and ascending and times[-1] == 1 and len(times) <= _MOST_LOOKS):
        msg = (
            f"information must ascend from above 0 to 1 in at most {_MOST_LOOKS} looks, not "
            f"{list(times)}"
        )
        raise DesignError(msg)
    return times


def _by_shape(times: Sequence[float], alpha: float, shape: float) -> list[float]:
    """Return value * t^(shape - 1/2) at each look, for the value that spends alpha."""
    if not -1 <= shape <= 1:
        msg = f"shape must be from -1 to 1, not {shape!r}: 0 is O'Brien-Fleming, 0.5 Pocock"
        raise DesignError(msg)
    lower, null = [-math.inf] * len(times), [0.0] * len(times)

    def values(last: float) -> list[float]:
        return [last * t ** (shape - 0.5) for t in times]

    def excess(last: float) -> float:
        return math.fsum(crossing(lower, values(last), times, null).high) - alpha

    least = NormalDist().inv_cdf(1 - alpha)
    return values(least if len(times) == 1 else _root(excess, min(least, 0.0), _LARGEST))


def _haybittle_peto(times: Sequence[float], alpha: float, early_value: float) -> list[float]:
    if not 0 < early_value < _LARGEST:
        msg = f"early_value must be above 0 and below {_LARGEST:g}, not {early_value!r}"
        raise DesignError(msg)
    early = [early_value] * (len(times) - 1)
    return [*early, _last_value(times, early, alpha)]


def _last_value(times: Sequence[float], early: list[float], alpha: float) -> float:
    going, left = None, alpha
    for look, value in enumerate(early):
        left -= chance_above(going, times[look], value)
        going = step(going, times[look], (-math.inf, value), times[look + 1])
    if left <= 0:
        msg = (
            f"the looks before the last spend {alpha - left:.4f}, not less than alpha = {alpha:g}: "
            "raise early_value or take fewer looks"
        )
        raise DesignError(msg)
    return _value_that_spends(going, times[-1], left)


def _by_spending(
    times: Sequence[float], spending: Callable[[float, float], float], alpha: float
) -> list[float]:
    going, before, values = None, 0.0, []
    for look, t in enumerate(times):
        spent = spending(t, alpha)
        values.append(_value_that_spends(going, t, spent - before))
        before = spent
        if look < len(times) - 1:
            going = step(going, t, (-math.inf, values[-1]), times[look + 1])
    return values


def _value_that_spends(going: Going | None, information: float, share: float) -> float:
    """Return the critical value that is crossed with a chance; the largest if it is too small."""
    if chance_above(going, information, _LARGEST) >= share:
        return _LARGEST
    return _root(lambda value: chance_above(going, information, value) - share, -_LARGEST, _LARGEST)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=_EXACT))


def _pocock_spending(t: float, alpha: float) -> float:
    return alpha * math.log1p((math.e - 1) * t)


def _obrien_fleming_spending(t: float, alpha: float) -> float:
    quantile = NormalDist().inv_cdf(1 - alpha / 2)
    return math.erfc(quantile / math.sqrt(t) / math.sqrt(2))


_SPENDING: dict[str, Callable[[float, float], float]] = {
    "Pocock spending": _pocock_spending,
    "O'Brien-Fleming spending": _obrien_fleming_spending,
}
