"""The search for a design by predictive probability: size, theta_L and theta_T, exactly.

At a given size theta_T only says how many responders are a success at the end, and theta_L only
which of the finitely many predictive probabilities stop the trial. A larger theta_L stops more:
error, power and expected size all fall. So for each size and number needed the theta_L that keep
both errors are an interval, whose ends are found by halving the list of probabilities. Nothing
between two of them is missed, as it is on a grid of thresholds.

Sources
-------
Lee & Liu 2008 (Clin Trials 5: 93), section 3: smallest size within both errors, then power.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.design.checks import (
    ROUNDING,
    Hypotheses,
    check_hypotheses,
    check_probability,
)
from trialwright.design.posterior import posterior_above
from trialwright.design.predictive.design import Monitoring, PredictiveDesign, roundest_between
from trialwright.design.predictive.sizes import (
    Found,
    Size,
    least_error,
    least_power,
    most_error,
)
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    from numpy.typing import NDArray

    from trialwright.design.predictive.sizes import Counts, Judged

    Flags = NDArray[np.bool_]

Aim = Literal["size then power", "size then expected", "expected"]


@dataclass(frozen=True, slots=True)
class PredictiveSearch:
    """What a search by predictive probability found.

    Parameters
    ----------
    alpha, power : float
        Type I error at most, and power at least, that were asked for.
    aim : {"size then power", "size then expected", "expected"}
        What was made smallest or largest.
    best : PredictiveDesign
        The design; its thresholds are the roundest numbers of their intervals.
    monitoring : Monitoring
        Looks, sizes and prior that it was sought with.
    theta_l, theta_t : (float, float)
        All thresholds strictly between these two give the same design.
    """

    alpha: float
    power: float
    aim: Aim
    best: PredictiveDesign
    monitoring: Monitoring
    theta_l: tuple[float, float]
    theta_t: tuple[float, float]

    def to_frame(self) -> pl.DataFrame:
        """Return one row: size, thresholds with their intervals, bounds and exact figures."""
        import polars as pl

        bounds = self.best.boundaries
        found = bounds.characteristics([self.best.p0, self.best.p1])
        return pl.DataFrame(
            {
                "patients": [bounds.most_patients],
                "theta_l": [self.best.theta_l],
                "theta_l_from": [self.theta_l[0]],
                "theta_l_to": [self.theta_l[1]],
                "theta_t": [self.best.theta_t],
                "theta_t_from": [self.theta_t[0]],
                "theta_t_to": [self.theta_t[1]],
                "theta_u": [self.best.theta_u],
                "looks": [list(bounds.looks)],
                "stop_at_most": [list(bounds.stop_at_most)],
                "stop_at_least": [list(bounds.stop_at_least)],
                "type_one_error": [float(found.probability_high[0])],
                "power": [float(found.probability_high[1])],
                "early_stop_p0": [float(found.probability_early_stop[0])],
                "expected_p0": [float(found.expected_patients[0])],
                "expected_p1": [float(found.expected_patients[1])],
            }
        )


def find_predictive(
    p0: float,
    p1: float,
    *,
    alpha: float,
    power: float,
    aim: Aim = "size then power",
    monitoring: Monitoring | None = None,
) -> PredictiveSearch:
    """Find the size and thresholds of a design by predictive probability.

    Parameters
    ----------
    p0, p1 : float
        Rate of no interest and rate worth pursuing, p0 < p1, in (0, 1).
    alpha : float
        Type I error, at most (inclusive, to 1e-12), in (0, 1).
    power : float
        Power at p1, at least (inclusive, to 1e-12), in (0, 1).
    aim : {"size then power", "size then expected", "expected"}
        "size then power": the smallest size that keeps both errors, there the largest power, then
        the smallest expected size at p0, as the paper does. "size then expected": the smallest
        size, there the smallest expected size. "expected": the smallest expected size of all
        sizes, then the smaller size.
    monitoring : Monitoring, optional
        Looks (from 10 patients on, after each one), sizes (up to 60), least theta_L (0.001),
        theta_U (1: no stop for efficacy) and prior (Beta(p0, 1 - p0)).

    Returns
    -------
    PredictiveSearch
        The design with the intervals of its thresholds.

    Raises
    ------
    DesignError
        If a number is not allowed, or no size up to the limit keeps both errors; the message says
        how near the best came.

    Notes
    -----
    Source: Lee & Liu 2008, section 3. Exact: every different design of every size is considered,
    none simulated.

    Examples
    --------
    >>> found = find_predictive(0.2, 0.4, alpha=0.10, power=0.90)
    >>> found.best.boundaries.most_patients, found.best.boundaries.stop_at_least[-1]
    (36, 11)
    >>> round(found.best.type_one_error, 4), round(found.best.power, 4)
    (0.0878, 0.9062)
    """
    asked = check_hypotheses(p0, p1, alpha, 1 - check_probability("power", power))
    if aim not in get_args(Aim):
        msg = f"aim must be one of {get_args(Aim)}, not {aim!r}"
        raise DesignError(msg)
    plan = monitoring or Monitoring()
    found = _expected(asked, plan) if aim == "expected" else _smallest(asked, plan, aim)
    if found is None:
        raise _too_few(asked, plan)
    return _settle(found, asked, power, aim, plan)


def _smallest(asked: Hypotheses, plan: Monitoring, aim: Aim) -> Found | None:
    for size, at, judged in _powerful_sizes(asked, plan):
        kept = judged.error <= most_error(asked)
        if np.any(kept):
            if aim == "size then power":
                return _most_power(size, kept)
            row = int(np.argmin(np.where(kept, judged.expected, np.inf)))
            return size.found(row, int(at[row]), float(judged.expected[row]))
    return None


def _most_power(size: Size, kept: Flags) -> Found:
    """Return the design of largest power, then of smallest expected size."""
    alpha = most_error(size.asked)
    starts = size.judge(size.values(size.first))
    # One further than the last theta_L whose error is too large.
    at = size.largest(lambda judged: judged.error > alpha) + (starts.error > alpha)
    at = np.minimum(at, [step.size - 1 for step in size.steps])
    powers = np.where(kept, size.judge(size.values(at)).power, 0.0)
    best = powers.max()
    at = size.largest(lambda judged: judged.power >= best - ROUNDING)
    expected = np.where(powers >= best - ROUNDING, size.judge(size.values(at)).expected, np.inf)
    row = int(np.argmin(expected))
    return size.found(row, int(at[row]), float(expected[row]))


def _expected(asked: Hypotheses, plan: Monitoring) -> Found | None:
    best: Found | None = None
    for size, at, judged in _powerful_sizes(asked, plan):
        expected = np.where(judged.error <= most_error(asked), judged.expected, np.inf)
        row = int(np.argmin(expected))
        if expected[row] < (np.inf if best is None else best.expected - ROUNDING):
            best = size.found(row, int(at[row]), float(expected[row]))
    return best


def _powerful_sizes(asked: Hypotheses, plan: Monitoring) -> Iterator[tuple[Size, Counts, Judged]]:
    """Yield the sizes at which a test may keep both errors, with the designs that keep the power.

    One a number of responders needed, with the largest theta_L, which has the smallest error and
    expected size: its position in the list of the size, and what it does.
    """
    for patients in range(plan.fewest_patients, plan.most_patients + 1):
        if least_error(patients, asked) > most_error(asked):
            continue
        size = Size(patients, asked, plan)
        if size.needed.size > 0:
            at = size.largest(lambda judged: judged.power >= least_power(asked))
            yield size, at, size.judge(size.values(at))


def _too_few(asked: Hypotheses, plan: Monitoring) -> DesignError:
    size = Size(plan.most_patients, asked, plan)
    limit = f"no design of {plan.fewest_patients} to {plan.most_patients} patients"
    wanted = f"a type I error of {asked.alpha:g} with a power of {1 - asked.beta:g}"
    if size.needed.size == 0:
        return DesignError(f"{limit} keeps {wanted}; raise most_patients")
    at = size.largest(lambda judged: judged.power >= least_power(asked))
    error = size.judge(size.values(at)).error
    row = int(np.argmin(error))
    return DesignError(
        f"{limit} keeps {wanted}: with {plan.most_patients} patients, {size.needed[row]} "
        f"responders needed, the error comes down to {error[row]:.4f}; raise most_patients"
    )


def _settle(
    found: Found, asked: Hypotheses, power: float, aim: Aim, plan: Monitoring
) -> PredictiveSearch:
    posterior = posterior_above(plan.belief(asked.p0), found.patients, asked.p0)
    theta_t = (float(posterior[found.needed - 1]), float(posterior[found.needed]))
    low, high = found.theta_l
    # The least theta_L belongs to its interval, the other lower ends do not.
    theta_l = low if 0 < low == plan.least_theta_l else roundest_between(low, high)
    enough = roundest_between(*theta_t)
    design = PredictiveDesign(
        asked.p0,
        asked.p1,
        plan.looks(found.patients),
        high if theta_l is None else theta_l,
        theta_t[1] if enough is None else enough,
        plan.theta_u,
        plan.prior,
    )
    return PredictiveSearch(asked.alpha, power, aim, design, plan, found.theta_l, theta_t)
