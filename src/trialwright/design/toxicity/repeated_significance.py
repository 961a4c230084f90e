"""Toxicity monitored by repeated significance tests against an acceptable rate.

At a look after n_i of n patients the trial stops at the smallest count whose one-sided exact
p-value against the acceptable rate is at most Phi(z_level / (n_i/n)**shape): one level for all
looks at shape 0 (Pocock), very small early levels at shape 1/2 (O'Brien and Fleming), after Wang
and Tsiatis. The level is set so that all looks together keep the error limit. With a look after
every patient and shape 0 this is the continuous monitoring of Ivanova and colleagues.

Sources
-------
Goldman 1987 (Control Clin Trials 8: 327). Ivanova, Qaqish & Schell 2005 (Biometrics 61: 540).
Wang & Tsiatis 1987 (Biometrics 43: 193): the family of shapes. Jennison & Turnbull 2000, ch. 12.
Oracle: R clinfun ``toxbdry``, ``tests/oracle/design/test_toxicity_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.checks import check_looks, check_probability
from trialwright.design.toxicity.looks import (
    NestedBoundaries,
    check_toxicity_rates,
    stop_chance,
)
from trialwright.errors import DesignError
from trialwright.stats.tails import binomial_upper_tail, normal_tails

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from trialwright.design.boundaries import Boundaries

    Floats = NDArray[np.float64]

_LARGEST_SHAPE = 0.5


@dataclass(frozen=True, slots=True)
class SignificanceBoundary:
    """A boundary and the nominal levels that make it.

    Parameters
    ----------
    boundaries : Boundaries
        Counts that stop the trial at each look.
    level_from, level_below : float
        Every nominal level of the last look from ``level_from``, itself included, to below
        ``level_below`` makes this boundary. At shape 0 it is the level of every look.
    stop_acceptable, stop_excessive : float
        Exact chance to stop at the acceptable and at the excessive rate.
    """

    boundaries: Boundaries
    level_from: float
    level_below: float
    stop_acceptable: float
    stop_excessive: float


@dataclass(frozen=True, slots=True)
class RepeatedSignificance:
    """The boundaries next to an error limit, on either side of it, and next to a power.

    Parameters
    ----------
    acceptable_rate, excessive_rate : float
        Rate at which the trial should go on, and rate at which it should stop.
    looks : tuple of int
        Patients evaluated at each look.
    alpha, power : float
        Chance to stop at the acceptable rate, at most; and at the excessive rate, at least; both
        inclusive.
    shape : float
        0: one level for all looks (Pocock); 1/2: O'Brien and Fleming.
    keeps_alpha : SignificanceBoundary
        Of those that keep ``alpha``, the one that stops soonest.
    exceeds_alpha : SignificanceBoundary or None
        The next one, which no longer keeps it; none if all keep it.
    keeps_power : SignificanceBoundary or None
        Of those that reach ``power``, the one that stops latest; none if none reaches it.
    misses_power : SignificanceBoundary
        The next one, which no longer reaches it.
    """

    acceptable_rate: float
    excessive_rate: float
    looks: tuple[int, ...]
    alpha: float
    power: float
    shape: float
    keeps_alpha: SignificanceBoundary
    exceeds_alpha: SignificanceBoundary | None
    keeps_power: SignificanceBoundary | None
    misses_power: SignificanceBoundary

    @property
    def boundaries(self) -> Boundaries:
        """The boundary that keeps the error limit."""
        return self.keeps_alpha.boundaries

    @property
    def keeps_both(self) -> bool:
        """Whether that boundary reaches the power too; if not, none of this shape does."""
        return self.keeps_alpha.stop_excessive >= self.power

    def to_frame(self) -> pl.DataFrame:
        """Return one row a boundary: what it keeps, its bounds, its exact properties."""
        import polars as pl

        rates = [self.acceptable_rate, self.excessive_rate]
        rows = []
        for kept in ("keeps_alpha", "exceeds_alpha", "keeps_power", "misses_power"):
            one: SignificanceBoundary | None = getattr(self, kept)
            if one is None:
                continue
            expected = one.boundaries.characteristics(rates).expected_patients
            rows.append(
                {
                    "boundary": kept.replace("_", " "),
                    "stop_at_least": list(one.boundaries.stop_at_least),
                    "level_from": one.level_from,
                    "level_below": one.level_below,
                    "stop_acceptable": one.stop_acceptable,
                    "stop_excessive": one.stop_excessive,
                    "expected_patients_acceptable": float(expected[0]),
                    "expected_patients_excessive": float(expected[1]),
                }
            )
        return pl.DataFrame(rows, schema_overrides={"stop_at_least": pl.List(pl.Int64)})


def find_repeated_significance(
    acceptable_rate: float,
    excessive_rate: float,
    *,
    looks: Sequence[int],
    alpha: float = 0.10,
    power: float = 0.90,
    shape: float = 0.0,
) -> RepeatedSignificance:
    """Find the repeated-significance boundaries next to an error limit and next to a power.

    Parameters
    ----------
    acceptable_rate, excessive_rate : float
        Rate at which the trial should go on, and a larger one at which it should stop; in (0, 1).
    looks : sequence of int
        Patients evaluated at each look, ascending; all, the last included, are tests.
    alpha : float
        Chance to stop at the acceptable rate, at most (inclusive); in (0, 1).
    power : float
        Chance to stop at the excessive rate, at least (inclusive); in (0, 1), above ``alpha``.
    shape : float
        Wang and Tsiatis's exponent, 0 to 1/2.

    Returns
    -------
    RepeatedSignificance
        Exact: all boundaries that a level can make are searched, by halving.

    Raises
    ------
    DesignError
        If a number lies outside its range, or no boundary that stops at all keeps ``alpha``; the
        message says how near the best one came.

    Notes
    -----
    Source: Goldman 1987; Ivanova, Qaqish & Schell 2005. R clinfun ``toxbdry(pLo, pHi, n, cP0, cP1,
    delta=)`` calls ``exceeds_alpha`` its low and ``keeps_alpha`` its high boundary; with
    ``priority = "alt"``, ``keeps_power`` and ``misses_power``. It writes the largest count that
    goes on, one below the count that stops here.

    Examples
    --------
    >>> found = find_repeated_significance(0.20, 0.40, looks=(15, 30, 45))
    >>> found.boundaries.stop_at_least
    (6, 11, 14)
    >>> round(found.keeps_alpha.stop_acceptable, 4), round(found.keeps_alpha.stop_excessive, 4)
    (0.0984, 0.9314)
    """
    low, high = check_toxicity_rates(acceptable_rate, excessive_rate)
    _check_errors(alpha, power)
    nested = _nest(low, check_looks(looks), _check_shape(shape))
    thresholds = [-inf, *nested.thresholds().tolist()]

    def describe(index: int) -> SignificanceBoundary:
        found = nested.at(thresholds[index])
        ends = np.array([*thresholds, inf])[[index + 1, index]]  # a high weight is a low level
        levels = normal_tails(ends)[0]
        chances = stop_chance(found, low), stop_chance(found, high)
        return SignificanceBoundary(found, float(levels[0]), float(levels[1]), *chances)

    def first(keeps: Callable[[Boundaries], bool]) -> int:
        return nested.find_first(thresholds, keeps)

    kept = first(lambda rule: stop_chance(rule, low) <= alpha)
    missed = first(lambda rule: stop_chance(rule, high) < power)
    keeps_alpha = describe(kept)
    if not any(keeps_alpha.boundaries.stop_at_least):
        _refuse(describe(kept - 1), low, alpha)
    return RepeatedSignificance(
        low,
        high,
        nested.looks,
        alpha,
        power,
        shape,
        keeps_alpha,
        describe(kept - 1) if kept else None,
        describe(missed - 1) if missed else None,
        describe(missed),
    )


def _nest(rate: float, looks: tuple[int, ...], shape: float) -> NestedBoundaries:
    """Return the boundaries of every level: a count weighs the z-value that it just passes."""
    weights = []
    for look in looks:
        p_values = binomial_upper_tail(np.arange(look + 1), look, rate, mid_p=False)
        weights.append(_upper_quantile(p_values) * (look / looks[-1]) ** shape)
    return NestedBoundaries(looks, tuple(weights))


def _upper_quantile(p_value: Floats) -> Floats:
    """Return z with P(Z >= z) the p-value; -inf for no toxicity, whose p-value is 1."""
    from scipy.special import ndtri

    found: Floats = -ndtri(p_value)
    return found


def _check_errors(alpha: float, power: float) -> None:
    check_probability("alpha", alpha)
    check_probability("power", power)
    if power <= alpha:
        msg = (
            f"power must be above alpha, not {power:g} against {alpha:g}: alpha is the chance to "
            "stop at the acceptable rate, power that at the excessive one"
        )
        raise DesignError(msg)


def _check_shape(shape: float) -> float:
    if not 0 <= shape <= _LARGEST_SHAPE:
        msg = f"shape must be from 0 (Pocock) to 0.5 (O'Brien and Fleming), not {shape!r}"
        raise DesignError(msg)
    return float(shape)


def _refuse(mildest: SignificanceBoundary, rate: float, alpha: float) -> None:
    msg = (
        f"no boundary keeps the chance to stop at the acceptable rate {rate:g} at {alpha:g} or "
        f"below: the mildest that stops at all does so with chance {mildest.stop_acceptable:.4g} "
        f"at looks {list(mildest.boundaries.looks)}; raise alpha to that, or look at more patients"
    )
    raise DesignError(msg)
