"""Four models of how one lesion shrinks and grows: log-size and its derivatives, no randomness.

Each parameter is fitted on a scale without limits: its logarithm, or its logit where it is a
share. Weeks count from the first dose. Before it a lesion grows at its own rate, as in
``simulate.tumour``; the Wang model has no such rate and keeps its baseline size there.

Sources
-------
Stein et al. 2008 (Oncologist 13:1046). Generalised form with a share that shrinks: domain
notes, section 9.1. Claret et al. 2009 (J Clin Oncol 27:4103). Wang et al. 2009 (Clin Pharmacol
Ther 86:167). The second route of the tests: numerical derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Sizes = tuple[Floats, Callable[[], list[Floats]]]  # log-size; its derivatives when asked for

GrowthModelName = Literal["stein_fojo", "generalised", "claret", "wang"]
GROWTH_MODELS: tuple[GrowthModelName, ...] = get_args(GrowthModelName)

_LARGEST_EXPONENT = 500.0  # exp of the sum of two such still fits a double
_LEAST_SIZE = 1e-300  # of baseline; the logarithm of less is not finite


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a growth model.

    Parameters
    ----------
    name : str
        Short name with its unit, such as ``kg_per_week``.
    words : str
        What it means, for a table.
    start : float
        Where the fit starts, on its own scale.
    varies : bool
        True if it differs between patients; False for one value of the population.
    share : bool
        True if it lies between 0 and 1 and is fitted as a logit; else it is positive and
        fitted as a logarithm.
    """

    name: str
    words: str
    start: float
    varies: bool = True
    share: bool = False

    def transform(self, value: float) -> float:
        """Return the value on the scale of the fit."""
        return float(np.log(value / (1 - value)) if self.share else np.log(value))


@dataclass(frozen=True, slots=True)
class GrowthModel:
    """A growth model: its parameters, those that vary first, and its log-size.

    Parameters
    ----------
    name : str
        One of ``GROWTH_MODELS``.
    parameters : tuple of Parameter
        The first is the baseline size.
    log_size : callable
        From the transformed parameters (a list of arrays) and the weeks to the log of the
        size in mm, and to a function that returns its derivatives by the transformed
        parameters; all broadcast together.
    """

    name: GrowthModelName
    parameters: tuple[Parameter, ...]
    log_size: Callable[[list[Floats], Floats], Sizes]

    @property
    def varying(self) -> int:
        """Number of parameters that vary between patients."""
        return sum(one.varies for one in self.parameters)


def growth_model(name: str) -> GrowthModel:
    """Return a growth model by its name.

    Raises
    ------
    ValueError
        If there is none of that name.

    Examples
    --------
    >>> [one.name for one in growth_model("wang").parameters]
    ['baseline_mm', 'ks_per_week', 'growth_mm_per_week']
    """
    if name not in _MODELS:
        msg = f"model must be one of {', '.join(GROWTH_MODELS)}, not {name!r}"
        raise ValueError(msg)
    return _MODELS[name]


def _grown(rate: Floats, week: Floats) -> Floats:
    return np.minimum(rate * week, _LARGEST_EXPONENT)


def _stein_fojo(p: list[Floats], week: Floats) -> Sizes:
    growth, after = _grown(np.exp(p[1]), week), np.maximum(week, 0.0)
    shrunk = np.minimum(np.exp(p[2]), _LARGEST_EXPONENT) * after
    left = np.exp(-shrunk)
    # before the first dose nothing has shrunk: left is 1 and the size is exp(growth)
    size = np.maximum(left + np.expm1(growth), _LEAST_SIZE)
    return (
        p[0] + np.log(size),
        lambda: [np.ones_like(size), growth * np.exp(growth) / size, -shrunk * left / size],
    )


def _generalised(p: list[Floats], week: Floats) -> Sizes:
    growth, after = _grown(np.exp(p[1]), week), np.maximum(week, 0.0)
    shrunk = np.minimum(np.exp(p[2]), _LARGEST_EXPONENT) * after
    share = 1 / (1 + np.exp(-p[3]))
    before = np.minimum(growth, 0.0)  # both parts grow alike until the first dose
    left = share * np.exp(before - shrunk)
    grown = (1 - share) * np.exp(growth)
    size = np.maximum(left + grown, _LEAST_SIZE)

    def slopes() -> list[Floats]:
        by_growth = growth * (grown + np.where(week < 0, left, 0.0)) / size
        by_share = (1 - share) * left - share * grown
        return [np.ones_like(size), by_growth, -shrunk * left / size, by_share / size]

    return p[0] + np.log(size), slopes


def _claret(p: list[Floats], week: Floats) -> Sizes:
    growth, after = _grown(np.exp(p[1]), week), np.maximum(week, 0.0)
    kill, fading = np.exp(np.minimum(p[2], 20.0)), np.exp(np.clip(p[3], -30.0, 20.0))
    shrunk = -(kill / fading) * np.expm1(-fading * after)

    def slopes() -> list[Floats]:
        by_fading = shrunk - kill * after * np.exp(-fading * after)
        return [np.ones_like(shrunk), growth, -shrunk, by_fading]

    return p[0] + growth - shrunk, slopes


def _wang(p: list[Floats], week: Floats) -> Sizes:
    after = np.maximum(week, 0.0)
    shrunk = np.minimum(np.exp(p[1]), _LARGEST_EXPONENT) * after
    left, grown = np.exp(p[0] - shrunk), np.exp(np.minimum(p[2], 50.0)) * after
    # before the first dose exponential, at the rate that the growth of treatment begins with
    before = np.exp(np.minimum(p[2] - p[0], 50.0)) * np.minimum(week, 0.0)
    size = np.maximum(left + grown, _LEAST_SIZE)

    def slopes() -> list[Floats]:
        return [left / size - before, -shrunk * left / size, grown / size + before]

    return np.log(size) + before, slopes


_BASELINE = Parameter("baseline_mm", "size at the first dose, mm", 35.0)
_KG = Parameter("kg_per_week", "growth rate kg, per week", 0.015)
_KS = Parameter("ks_per_week", "shrinkage rate ks, per week", 0.03)

_MODELS: dict[str, GrowthModel] = {
    one.name: one
    for one in (
        GrowthModel("stein_fojo", (_BASELINE, _KG, _KS), _stein_fojo),
        GrowthModel(
            "generalised",
            (
                _BASELINE,
                _KG,
                _KS,
                Parameter("shrinking_share", "share phi that shrinks", 0.6, False, True),
            ),
            _generalised,
        ),
        GrowthModel(
            "claret",
            (
                _BASELINE,
                _KG,
                Parameter("kill_per_week", "first rate of shrinkage p, per week", 0.04),
                Parameter("fading_per_week", "rate c at which it fades, per week", 0.05, False),
            ),
            _claret,
        ),
        GrowthModel(
            "wang",
            (
                _BASELINE,
                _KS,
                Parameter("growth_mm_per_week", "growth PR, mm per week", 0.25),
            ),
            _wang,
        ),
    )
}
