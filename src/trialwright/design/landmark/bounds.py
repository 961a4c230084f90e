"""The bounds that give a two-stage landmark test its errors, for many sizes and looks at once.

Both statistics are standard normal under the null; under the alternative they are shifted. The
correlation of the two is the root of the share of information that the interim look has.

Sources
-------
Case & Morgan 2003 (BMC Med Res Methodol 3: 6): bounds and objective.
Oracle: their table 5 and R OptInterim, ``tests/oracle/design/test_landmark_survival_oracle.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trialwright.design.log_rank.bivariate_normal import both_above, slope_of_both_above

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from trialwright.design.landmark.trial import Curve, LandmarkTrial

    Floats = NDArray[np.float64]

_LOWEST = -8.0  # a bound that nothing falls below
_STEPS = 60  # of a root that is bracketed; Newton needs about six
_CLOSE = 1e-11  # the step after this one is below the last digit
_BELOW_TOP = 1e-9  # of the interim bound: at the top no final bound keeps the type I error
_ALMOST = 1 - 1e-12  # a correlation of 1 has no density


@dataclass(frozen=True, slots=True)
class Errors:
    """What a landmark test is asked for.

    Parameters
    ----------
    alpha : float
        Type I error, one-sided.
    beta : float
        Type II error, 1 - power.
    binding : bool
        Whether the stop for futility is bought back by a lower final bound (Case & Morgan); if
        not, the type I error holds even if the interim stop is overruled (OptInterim).
    """

    alpha: float
    beta: float
    binding: bool

    @property
    def final_alone(self) -> float:
        """Final bound of a test without an interim look."""
        return NormalDist().inv_cdf(1 - self.alpha)


class Bounds(NamedTuple):
    """Bounds of both looks, shape (m,); ``nan`` where the power cannot be reached."""

    interim: Floats
    final: Floats


class Told(NamedTuple):
    """What both looks tell under one true curve; arrays of shape (m,).

    Parameters
    ----------
    correlation : ndarray of float
        Of the two statistics; squared, the share of the information that the interim look has.
    shift : ndarray of float
        Mean of the final statistic, 0 under the null; that of the interim statistic is
        ``correlation`` times this.
    """

    correlation: Floats
    shift: Floats

    def declares(self, bounds: Bounds) -> Floats:
        """Return the chance to pass both bounds."""
        c1, c2 = bounds
        mean = self.correlation * self.shift
        return both_above(c1 - mean, c2 - self.shift, self.correlation)


def tell(trial: LandmarkTrial, curve: Curve, patients: Floats, interim: Floats) -> Told:
    """Return what an interim look at some calendar time, and the final analysis, tell.

    Parameters
    ----------
    trial : LandmarkTrial
        Landmark, null curve and accrual.
    curve : Exponential or Weibull
        The true curve.
    patients : ndarray of float, shape (m,)
        Patients of the whole trial.
    interim : ndarray of float, shape (m,)
        Calendar time of the look, after the landmark.
    """
    rate = curve.survival(trial.landmark)
    hazard = -math.log(rate)
    final = (1 / rate - 1) / patients
    share = final / trial.hazard_variance(curve, interim, patients)
    effect = (math.log(-math.log(trial.p0)) - math.log(hazard)) * hazard
    return Told(np.minimum(np.sqrt(share), _ALMOST), effect / np.sqrt(final))


def find_bounds(null: Told, alternative: Told, errors: Errors) -> Bounds:
    """Return the highest interim bound, and its final one, that keep both errors.

    Notes
    -----
    A higher interim bound stops more often and costs power. Along the final bounds that keep the
    type I error the power falls as the interim bound rises, so there is one highest.
    """
    alone = errors.final_alone + NormalDist().inv_cdf(1 - errors.beta)
    enough = alternative.shift >= alone
    interim, final = np.full((2, enough.size), np.nan)
    if enough.any():
        some, other = (Told(r[enough], shift[enough]) for r, shift in (null, alternative))
        interim[enough], final[enough] = _find_bounds(some, other, errors)
    return Bounds(interim, final)


def _find_bounds(null_told: Told, told: Told, errors: Errors) -> Bounds:
    """Return the bounds where the power can be reached; nested roots, by Newton's method."""
    null, (r, shift) = null_told.correlation, told
    bracket = np.full(shift.shape, _LOWEST), np.full(shift.shape, errors.final_alone)

    def final_of(interim: Floats) -> Floats:
        """Return the final bound that keeps the type I error."""
        if not errors.binding:
            return bracket[1]
        return _falling_root(
            lambda c2: (
                both_above(interim, c2, null) - errors.alpha,
                slope_of_both_above(c2, interim, null),
            ),
            bracket,
            start=bracket[1] - 0.05,
        )

    def excess(interim: Floats) -> tuple[Floats, Floats]:
        """Return the power less what is asked for, and its slope along the final bounds."""
        final = final_of(interim)
        a, b = interim - r * shift, final - shift
        slope = slope_of_both_above(a, b, r)
        if errors.binding:
            own = slope_of_both_above(interim, final, null)
            slope = slope - slope_of_both_above(b, a, r) * own / slope_of_both_above(
                final, interim, null
            )
        return both_above(a, b, r) - (1 - errors.beta), slope

    top = bracket[1] - _BELOW_TOP
    interim = _falling_root(excess, (bracket[0], top), start=np.minimum(0.2, top - 0.5))
    return Bounds(interim, final_of(interim))


def _falling_root(
    both: Callable[[Floats], tuple[Floats, Floats]],
    bracket: tuple[Floats, Floats],
    *,
    start: Floats,
) -> Floats:
    """Return where a falling function is 0: Newton, halving the bracket where that leaves it.

    Parameters
    ----------
    both : callable
        Returns value and slope.
    bracket : tuple of ndarray
        Below and above the root.
    start : ndarray of float
        Where the search starts.
    """
    low, high = bracket
    x = start
    for _ in range(_STEPS):
        value, slope = both(x)
        low, high = np.where(value > 0, x, low), np.where(value > 0, high, x)
        with np.errstate(divide="ignore", invalid="ignore"):
            moved = x - value / slope
        moved = np.where((moved >= low) & (moved <= high), moved, 0.5 * (low + high))
        if np.all(np.abs(moved - x) < _CLOSE):
            return np.asarray(moved)
        x = moved
    return x
