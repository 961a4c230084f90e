"""Toxicity monitored by its posterior probability: stop where it is likely above the limit.

The trial stops at a look if P(toxicity rate > limit | patients so far) > cut, from a beta prior.
"Above" is strict: a posterior equal to the cut, but for rounding, goes on.

Sources
-------
Thall, Simon & Estey 1995 (Stat Med 14: 357), with a fixed limit in place of the rate of a
standard treatment. Uniform prior: the usual choice where nothing is known of the rate.
Oracle: ``tests/oracle/design/test_toxicity_oracle.py`` (R ``pbeta`` and an exact recursion).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from trialwright.design.checks import ROUNDING, check_looks, check_probability
from trialwright.design.posterior import PosteriorCut, posterior_above, posterior_boundaries
from trialwright.design.toxicity.looks import (
    NestedBoundaries,
    check_toxicity_rates,
    stop_chance,
)
from trialwright.errors import DesignError
from trialwright.stats.beta_binomial import BetaRate

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from trialwright.design.boundaries import Boundaries

UNIFORM = BetaRate(1.0, 1.0)
_MOST_DIGITS = 15  # of a cut
_LEAST_CUT = 1e-9  # nearer to 0 or 1 than this no cut is looked for: rounding would decide


@dataclass(frozen=True, slots=True)
class PosteriorToxicityRule:
    """Stop where the toxicity rate is probably above the limit.

    Parameters
    ----------
    limit : float
        Toxicity rate that must not be exceeded, in (0, 1).
    cut : float
        The trial stops if the posterior probability of a rate above the limit exceeds this; in
        (0, 1).
    looks : tuple of int
        Patients evaluated at each look, ascending; `looks_every` makes them.
    prior : BetaRate
        What is believed of the rate beforehand; uniform unless said.

    Attributes
    ----------
    boundaries : Boundaries
        The counts that stop the trial at each look. All operating characteristics come from it.

    Raises
    ------
    DesignError
        If a number lies outside its range, the looks do not ascend, no count stops the trial at
        any look, or a look stops it even without toxicity.

    Notes
    -----
    Source: Thall, Simon & Estey 1995, section 2.
    Oracle: ``tests/oracle/design/test_toxicity_oracle.py``.

    Examples
    --------
    >>> rule = PosteriorToxicityRule(0.30, 0.90, (5, 10, 15, 20))
    >>> rule.boundaries.stop_at_least
    (3, 5, 7, 9)
    >>> rule.boundaries.characteristics([0.2, 0.5]).probability_high.round(4)
    array([0.0798, 0.8425])
    """

    limit: float
    cut: float
    looks: tuple[int, ...]
    prior: BetaRate = UNIFORM
    boundaries: Boundaries = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the numbers and find the counts that stop."""
        for name in ("limit", "cut"):
            object.__setattr__(self, name, check_probability(name, getattr(self, name)))
        looks = check_looks(self.looks)
        object.__setattr__(self, "looks", looks)
        above = PosteriorCut(self.limit, min(self.cut + ROUNDING, 1.0))
        found = posterior_boundaries(looks, self.prior, high=above)
        _check_that_it_can_go_on_and_stop(found)
        object.__setattr__(self, "boundaries", found)

    def probability_too_toxic(self, toxicities: int, patients: int) -> float:
        """Return the posterior probability that the toxicity rate is above the limit.

        Parameters
        ----------
        toxicities, patients : int
            Patients with unacceptable toxicity, and patients evaluated for it.

        Raises
        ------
        ValueError
            If ``toxicities`` is not a whole number from 0 to ``patients``.

        Examples
        --------
        >>> rule = PosteriorToxicityRule(0.30, 0.90, (5, 10))
        >>> round(rule.probability_too_toxic(5, 10), 4)
        0.9218
        """
        return self.prior.update(toxicities, patients).probability_above(self.limit)


@dataclass(frozen=True, slots=True)
class ToxicityCutSearch:
    """The cut that protects best at an acceptable chance of a false stop.

    Parameters
    ----------
    acceptable_rate, excessive_rate : float
        Rate at which the trial should go on, and rate at which it should stop.
    alpha : float
        Chance to stop at the acceptable rate, at most; the limit is inclusive.
    rule : PosteriorToxicityRule
        What was found; its cut is a short decimal that makes its boundary.
    cut_from, cut_below : float
        Every cut from ``cut_from``, itself included, to below ``cut_below`` makes this boundary.
    stop_acceptable, stop_excessive : float
        Exact chance to stop at each of the two rates.
    """

    acceptable_rate: float
    excessive_rate: float
    alpha: float
    rule: PosteriorToxicityRule
    cut_from: float
    cut_below: float
    stop_acceptable: float
    stop_excessive: float

    @property
    def boundaries(self) -> Boundaries:
        """The counts that stop the trial at each look."""
        return self.rule.boundaries

    def to_frame(self) -> pl.DataFrame:
        """Return every distinct boundary, strictest first: its cuts, bounds and properties."""
        import polars as pl

        nested, starts = _nest(self.rule.limit, self.rule.looks, self.rule.prior)
        rates = [self.acceptable_rate, self.excessive_rate]
        rows = []
        for start, end in zip(starts, [*starts[1:], 1.0], strict=True):
            boundaries = nested.at(start)
            found = boundaries.characteristics(rates)
            rows.append(
                {
                    "cut_from": start,
                    "cut_below": end,
                    "stop_at_least": list(boundaries.stop_at_least),
                    "stop_acceptable": float(found.probability_high[0]),
                    "stop_excessive": float(found.probability_high[1]),
                    "expected_patients_acceptable": float(found.expected_patients[0]),
                    "expected_patients_excessive": float(found.expected_patients[1]),
                    "chosen": start == self.cut_from,
                }
            )
        return pl.DataFrame(rows, schema_overrides={"stop_at_least": pl.List(pl.Int64)})


def find_toxicity_cut(
    limit: float,
    looks: Sequence[int],
    *,
    acceptable_rate: float,
    excessive_rate: float,
    alpha: float = 0.10,
    prior: BetaRate = UNIFORM,
) -> ToxicityCutSearch:
    """Find the cut with the largest chance to stop at an excessive rate, false stops limited.

    Parameters
    ----------
    limit : float
        Toxicity rate that must not be exceeded, in (0, 1).
    looks : sequence of int
        Patients evaluated at each look, ascending.
    acceptable_rate, excessive_rate : float
        Rate at which the trial should go on, and a larger one at which it should stop; in (0, 1).
    alpha : float
        Chance to stop at the acceptable rate, at most (inclusive); in (0, 1).
    prior : BetaRate
        What is believed of the rate beforehand.

    Returns
    -------
    ToxicityCutSearch
        The true optimum over all boundaries that a cut can make.

    Raises
    ------
    DesignError
        If a number lies outside its range, or no boundary that stops at all keeps ``alpha``; the
        message says how near the best one came.

    Notes
    -----
    A lower cut stops wherever a higher one does, so the lowest that keeps ``alpha`` protects
    best; the cuts at which the boundary changes are the posterior probabilities themselves. All
    cuts from 1e-9 to 1 - 1e-9 are searched.

    Source: the calibration of Thall, Simon & Estey 1995, section 3, here exact.

    Examples
    --------
    >>> found = find_toxicity_cut(
    ...     0.30, (5, 10, 15, 20), acceptable_rate=0.20, excessive_rate=0.50, alpha=0.10
    ... )
    >>> found.rule.cut, found.boundaries.stop_at_least
    (0.83, (3, 5, 7, 8))
    >>> round(found.stop_acceptable, 4), round(found.stop_excessive, 4)
    (0.0902, 0.8991)
    """
    check_probability("limit", limit)
    low, high = check_toxicity_rates(acceptable_rate, excessive_rate)
    check_probability("alpha", alpha)
    nested, starts = _nest(limit, check_looks(looks), prior)
    # The last one stops at certainty alone, if at all: it keeps every limit, and is no rule.
    chosen = nested.find_first(starts[:-1], lambda rule: stop_chance(rule, low) <= alpha)
    if chosen == len(starts) - 1:
        _refuse(nested, starts, low, alpha)
    start, end = starts[chosen], starts[chosen + 1]
    rule = PosteriorToxicityRule(limit, _shortest_decimal(start, end), nested.looks, prior)
    return ToxicityCutSearch(
        low,
        high,
        alpha,
        rule,
        start,
        end,
        stop_chance(rule.boundaries, low),
        stop_chance(rule.boundaries, high),
    )


def _check_that_it_can_go_on_and_stop(found: Boundaries) -> None:
    looks = list(found.looks)
    if all(bound is None for bound in found.stop_at_least):
        msg = (
            f"no number of toxicities stops the trial at looks {looks}: lower the cut, or look at "
            "more patients"
        )
        raise DesignError(msg)
    if 0 in found.stop_at_least:
        msg = (
            f"the rule stops after {looks[found.stop_at_least.index(0)]} patients even without "
            "toxicity, for the prior alone exceeds the cut: raise the cut, look later, or take a "
            "prior with a lower mean"
        )
        raise DesignError(msg)


def _nest(
    limit: float, looks: tuple[int, ...], prior: BetaRate
) -> tuple[NestedBoundaries, list[float]]:
    """Return the boundaries of every cut, and the lowest cut of each; the last is no rule."""
    weights = tuple(posterior_above(prior, look, limit) for look in looks)
    nested = NestedBoundaries(looks, weights)
    inside = (float(cut) for cut in nested.thresholds() if _LEAST_CUT < cut < 1 - _LEAST_CUT)
    return nested, [_LEAST_CUT, *inside]


def _shortest_decimal(start: float, end: float) -> float:
    """Return the cut with the fewest digits that is at least ``start`` and below ``end``."""
    for digits in range(1, _MOST_DIGITS):
        cut = ceil((start + ROUNDING) * 10**digits) / 10**digits
        if cut < end - 2 * ROUNDING:
            return float(cut)
    return (start + end) / 2


def _refuse(nested: NestedBoundaries, starts: list[float], rate: float, alpha: float) -> None:
    mildest = nested.at(starts[max(len(starts) - 2, 0)])
    msg = (
        f"no cut keeps the chance to stop at the acceptable rate {rate:g} at {alpha:g} or below: "
        f"the mildest rule that stops at all does so with chance {stop_chance(mildest, rate):.4g} "
        f"at looks {list(nested.looks)}; raise alpha to that, or look at more patients"
    )
    raise DesignError(msg)
