"""Bounds from what is believed of a rate: stop where a posterior probability passes a cut.

BOP2 is such a rule with a cut that grows over the trial, Thall and Simon's monitoring one with the
same cut at every look. Any cut a look may be given.

Sources
-------
Thall & Simon 1994 (Biometrics 50: 337): posterior cuts for a single arm. Zhou, Lee & Yuan 2017
(Stat Med 36: 3302): cuts that grow with the information.
Oracle: ``tests/oracle/design/test_bop2_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import RELATIVE_ROUNDING, check_looks, check_probability
from trialwright.errors import DesignError
from trialwright.stats.beta_binomial import BetaRate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from numpy.typing import NDArray

    from trialwright.design.boundaries import Bound

    Floats = NDArray[np.float64]

_SMALLEST = 1e-300  # so that a logarithm exists


@dataclass(frozen=True, slots=True)
class PosteriorCut:
    """A rate to compare with, and how probable it must be that the true one lies above it.

    Parameters
    ----------
    rate : float
        The rate compared with, in (0, 1).
    cuts : float or sequence of float
        Cut of the posterior probability, in [0, 1]: one for all looks, or one a look.

    Raises
    ------
    DesignError
        If the rate lies outside (0, 1) or a cut outside [0, 1].
    """

    rate: float
    cuts: float | Sequence[float]

    def __post_init__(self) -> None:
        """Refuse what is no probability."""
        object.__setattr__(self, "rate", check_probability("rate", self.rate))
        cuts = np.asarray(self.cuts, float)
        if cuts.ndim > 1 or not np.all((cuts >= 0) & (cuts <= 1)):
            msg = f"cuts must be from 0 to 1, one for all looks or one a look, not {self.cuts!r}"
            raise DesignError(msg)

    def at(self, looks: Sequence[int]) -> Floats:
        """Return the cut of each look; raise ``DesignError`` if their numbers differ."""
        cuts = np.asarray(self.cuts, float)
        if cuts.ndim and cuts.size != len(looks):
            msg = f"there are {cuts.size} cuts for {len(looks)} looks; give one a look, or one"
            raise DesignError(msg)
        return np.asarray(np.broadcast_to(cuts, (len(looks),)))


def belief_of(prior: BetaRate | None, rate: float) -> BetaRate:
    """Return a prior, or unless it is given that of one patient with the mean of ``rate``."""
    return BetaRate(rate, 1 - rate) if prior is None else prior


def posterior_above(prior: BetaRate, patients: int, rate: float) -> Floats:
    """Return P(true rate > ``rate``) after 0 to ``patients`` of them had the outcome.

    Parameters
    ----------
    prior : BetaRate
        What was believed before the trial.
    patients : int
        Patients evaluated, 0 or more.
    rate : float
        In (0, 1).

    Returns
    -------
    ndarray of float, shape (patients + 1,)
        Ascending.

    Examples
    --------
    >>> from trialwright.stats.beta_binomial import BetaRate
    >>> posterior_above(BetaRate(1, 1), 2, 0.5)
    array([0.125, 0.5  , 0.875])
    """
    from scipy.special import betaincc  # costs 230 ms, so only where used

    x = np.arange(patients + 1)
    return np.asarray(betaincc(prior.a + x, prior.b + patients - x, rate))


def posterior_boundaries(
    looks: Sequence[SupportsIndex],
    prior: BetaRate,
    *,
    low: PosteriorCut | None = None,
    high: PosteriorCut | None = None,
) -> Boundaries:
    """Return the counts at which a posterior probability stops the trial.

    Parameters
    ----------
    looks : sequence of int
        Patients evaluated at each look, ascending.
    prior : BetaRate
        What was believed of the rate before the trial.
    low : PosteriorCut, optional
        Stop by too few with the outcome where P(rate > ``low.rate``) lies below the cut, strictly:
        futility of a response.
    high : PosteriorCut, optional
        Stop by too many where P(rate > ``high.rate``) lies above the cut, strictly: efficacy, or
        toxicity.

    Returns
    -------
    Boundaries
        A side without a cut, or whose cut no count passes, has no bound there.

    Raises
    ------
    DesignError
        If the looks do not ascend, cuts are not as many as looks, or the two sides meet.

    Notes
    -----
    Source: Thall & Simon 1994; the beta posterior of a binomial count.

    Examples
    --------
    Toxicity: stop if it lies above 0.30 with more than 90 %.

    >>> from trialwright.stats.beta_binomial import BetaRate
    >>> posterior_boundaries(
    ...     (3, 6, 10), BetaRate(1, 1), high=PosteriorCut(0.30, 0.90)
    ... ).stop_at_least
    (2, 4, 5)
    """
    sizes = check_looks(looks)
    most: tuple[Bound, ...] = (None,) * len(sizes)
    least: tuple[Bound, ...] = (None,) * len(sizes)
    if low is not None:
        most = tuple(
            _bound_below(posterior_above(prior, n, low.rate), cut)
            for n, cut in zip(sizes, low.at(sizes), strict=True)
        )
    if high is not None:
        least = tuple(
            _bound_above(posterior_above(prior, n, high.rate), cut)
            for n, cut in zip(sizes, high.at(sizes), strict=True)
        )
    return Boundaries(sizes, most, least)


def declare_otherwise(looks: tuple[int, ...], stop_at_most: tuple[Bound, ...]) -> Boundaries:
    """Return the boundaries of a trial that has succeeded where its last look does not stop it."""
    last = stop_at_most[-1]
    enough = 0 if last is None else last + 1
    least: Bound = enough if enough <= looks[-1] else None
    return Boundaries(looks, stop_at_most, (*(None,) * (len(looks) - 1), least))


def distinct(probability: Floats) -> Floats:
    """Return the probabilities ascending, those equal up to rounding once (the largest)."""
    ordered = np.sort(np.maximum(np.ravel(probability), _SMALLEST))
    last_of_its_kind = np.append(np.diff(ordered) > RELATIVE_ROUNDING * ordered[1:], [True])
    return np.asarray(ordered[last_of_its_kind])


def _bound_below(probability: Floats, cut: float) -> Bound:
    """Return the largest count whose probability lies below the cut, strictly; none if none."""
    below = int(np.searchsorted(probability, cut, side="left"))
    return below - 1 if below else None


def _bound_above(probability: Floats, cut: float) -> Bound:
    """Return the smallest count whose probability lies above the cut, strictly; none if none."""
    least = int(np.searchsorted(probability, cut, side="right"))
    return least if least < probability.size else None
