"""Cox's partial likelihood, and where it is greatest.

Covariates are centred within strata and divided by their standard deviation, which changes no
hazard ratio and keeps the numbers near 1. Sources are those of ``stats.cox``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trialwright.stats.risk_sets import ALIGNED, Point, Stratum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Places = NDArray[np.intp]

_NO_VARIANCE = 1e-12  # per event, of a covariate of variance 1
_DEPENDENT = 1e-10  # share of its information that the covariates before it leave
_STEPS, _HALVINGS = 100, 40
_SETTLED = 1e-11  # Newton's decrement: twice what the log likelihood still has to gain
_STILL_MOVING = 1e-2  # of the linear predictor, while nothing is to be gained any more


class Maximum(NamedTuple):
    """Where the likelihood is greatest, in standard deviations of the covariates.

    ``runs`` is 1 or -1 for a coefficient that runs to infinity that way, and 0 for the others.
    """

    coefficients: Floats
    free: Flags
    runs: Places
    log_likelihood: float
    information: Floats
    converged: bool
    iterations: int


@dataclass(frozen=True, slots=True, eq=False)
class PartialLikelihood:
    """The data of a model as its likelihood needs them.

    Parameters
    ----------
    strata : tuple
        One `Stratum` for each that has an event.
    scale : ndarray of float, shape (p,)
        Standard deviations that the covariates were divided by.
    n, events : int
        Patients, and events among them, of all strata.
    """

    strata: tuple[Stratum, ...]
    scale: Floats
    n: int
    events: int

    @classmethod
    def of(
        cls,
        time: Floats,
        event: Flags,
        x: Floats,
        stratum: Places,
        entry: Floats | None,
        *,
        ties: str,
    ) -> PartialLikelihood:
        """Prepare checked data: ``x`` of shape (n, p), the others of shape (n,)."""
        size = np.bincount(stratum)[:, None]
        middle = np.zeros((size.size, x.shape[1]))
        np.add.at(middle, stratum, x)
        centred = x - (middle / size)[stratum]
        scale = np.sqrt((centred**2).mean(axis=0))
        scale = np.where(scale > ALIGNED**2 * np.abs(x).max(axis=0), scale, 1.0)
        parts = []
        for place in range(size.size):
            own = stratum == place
            if event[own].any():
                late = None if entry is None else entry[own]
                parts.append(Stratum.of(time[own], event[own], centred[own] / scale, late, ties))
        return cls(tuple(parts), scale, time.size, int(event.sum()))

    def at(self, coefficients: Floats) -> Point:
        """Return the log likelihood and its derivatives, per standard deviation."""
        p = self.scale.size
        total = Point(0.0, np.zeros(p), np.zeros((p, p)))
        for stratum in self.strata:
            value, score, information = stratum.at_coefficients(coefficients)
            total = Point(total[0] + value, total[1] + score, total[2] + information)
        return total

    def find_flat(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return, for each covariate, why the likelihood does not depend on it; empty if it does.

        The information at 0 has a null direction just where the covariates are constant along it
        in every risk set.
        """
        information = self.at(np.zeros(self.scale.size)).information
        reasons: list[str] = []
        kept: list[int] = []
        for i in range(len(names)):
            own, shared = information[i, i], information[i, kept]
            rest = own - shared @ np.linalg.solve(information[np.ix_(kept, kept)], shared)
            if own <= _NO_VARIANCE * max(self.events, 1):
                reasons.append("it does not vary among those at risk at any event")
            elif rest <= _DEPENDENT * own:
                reasons.append(f"determined by {', '.join(names[j] for j in kept)}")
            else:
                reasons.append("")
                kept.append(i)
        return tuple(reasons)

    def rises_without_end(self, direction: Floats, free: Flags) -> bool:
        """Say whether there is no maximum: along a direction, or else along any other.

        There is none if, along some direction, every event had the greatest value of all those
        then at risk, and not all had the same. The direction offered is tried first; then a linear
        programme looks for one.
        """
        if all(stratum.leads_along(direction) for stratum in self.strata):
            return True
        from scipy.optimize import linprog

        lead = np.concatenate([stratum.leads() for stratum in self.strata])[:, free]
        lead = np.unique(lead[np.any(lead != 0, axis=1)], axis=0)
        found = linprog(-lead.sum(axis=0), -lead, np.zeros(len(lead)), bounds=(-1, 1))
        return bool(found.status == 0 and -found.fun > ALIGNED)

    def width_along(self, direction: Floats) -> float:
        """Return by how much patients of one stratum differ along a direction, at the most."""
        return max(float(np.ptp(stratum.x @ direction)) for stratum in self.strata)


def maximise(likelihood: PartialLikelihood, free: Flags, start: Floats | None = None) -> Maximum:
    """Return where the likelihood is greatest, by Newton's method with halved steps.

    Where it rises without end Newton's steps keep their length while there is nothing left to
    gain; that direction is then checked against every risk set.

    Parameters
    ----------
    likelihood : PartialLikelihood
        The data.
    free : ndarray of bool, shape (p,)
        Which coefficients may move.
    start : ndarray of float, shape (p,), optional
        Where to start, in standard deviations. None: 0.
    """
    here = np.zeros(free.size) if start is None else start
    point, runs, settled = likelihood.at(here), np.zeros(free.size, np.intp), not free.any()
    done = 0
    while free.any() and done < _STEPS:
        done += 1
        step = _newton_step(point, free)
        gain = float(point.score @ step)
        if not gain >= 0:
            break
        still = gain < _SETTLED and likelihood.width_along(step) > _STILL_MOVING
        if still and likelihood.rises_without_end(step, free):
            running = np.abs(step) > ALIGNED * np.abs(step).max()
            runs = np.where(running, np.sign(step), 0).astype(np.intp)
            settled = True
            break
        last, settled = settled, gain < _SETTLED
        moved = _halved(likelihood, here, step, point)
        if moved is None:
            break
        here, point = moved
        if last:  # one more than needed: the digits double
            break
    if not settled and likelihood.rises_without_end(here, free):
        runs = np.where(free, np.where(here < 0, -1, 1), 0)  # too far out for a float
    return Maximum(here, free, runs, point.log_likelihood, point.information, settled, done)


def _newton_step(point: Point, free: Flags) -> Floats:
    step = np.zeros(free.size)
    try:
        step[free] = np.linalg.solve(point.information[np.ix_(free, free)], point.score[free])
    except np.linalg.LinAlgError:
        step[free] = np.nan
    return step


def _halved(
    likelihood: PartialLikelihood, here: Floats, step: Floats, point: Point
) -> tuple[Floats, Point] | None:
    """Return the first of step, step / 2, ... that does not lose, and the point there."""
    slack = 1e-13 * (1 + abs(point.log_likelihood))
    for halving in range(_HALVINGS):
        there = here + step / 2**halving
        found = likelihood.at(there)
        if found.log_likelihood >= point.log_likelihood - slack:
            return there, found
    return None
