"""Two-stage designs for the event-free rate at a landmark, without waiting for the landmark.

At the interim look every patient counts, those still short of the landmark with the follow-up they
have: accrual need not be held. The interim statistic is the Nelson-Aalen estimate at the landmark
on the log scale, set against the historical rate; stop for futility if Z1 <= c1. At the end all
were followed to the landmark; declare activity if Z2 > c2. Sizes and errors are those of the normal
theory: `trialwright.design.landmark.simulation` simulates how well it holds.

Where accrual can be held until the first n1 patients have reached the landmark, the outcome is
binary and Simon's and A'Hern's designs apply to it, exactly. Kwak and Jung's test uses the whole
curve instead of the landmark: `trialwright.design.log_rank`.

Sources
-------
Case & Morgan 2003 (BMC Med Res Methodol 3: 6): the design and its optima. Huang, Talukder & Thomas
2010 (Stat Biopharm Res 2: 51): accrual that changes, and a futility stop that is not bought back.
Oracle: table 5 of Case & Morgan and R OptInterim 3.0.1,
``tests/oracle/design/test_landmark_survival_oracle.py``.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.checks import (
    MOST_PATIENTS,
    check_hypotheses,
    check_number,
    check_probability,
    round_up,
)
from trialwright.design.landmark.bounds import Errors, find_bounds, tell
from trialwright.design.landmark.values import (
    MINIMISE,
    LandmarkDesign,
    LandmarkSearch,
    LandmarkSingleStage,
    designs_of,
    expected,
    needed_alone,
    value_of,
)
from trialwright.errors import DesignError
from trialwright.stats.checks import check_choice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from numpy.typing import ArrayLike, NDArray

    from trialwright.design.landmark.trial import LandmarkTrial
    from trialwright.design.landmark.values import Minimise

    Floats = NDArray[np.float64]

_LOOKS = 16  # times of the interim look that are tried before the best is refined
_NARROWINGS = 2  # of that grid around the best time, before a parabola through its best three
_MOST_SIZES = 60  # looked at one by one; of more, some first and then those around the best
_BEYOND = 0.35  # share of the single-stage size over which larger sizes are looked at first
_AFTER_LANDMARK = 1e-3  # earliest look, in landmarks after the first patient reached it
_LATEST = 0.75  # latest look, as a share of the time from the earliest to the final analysis


def find_landmark_survival(
    trial: LandmarkTrial,
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    minimise: Minimise = "study length",
    binding: bool = True,
    most_patients: SupportsIndex = MOST_PATIENTS,
) -> LandmarkSearch:
    """Find the two-stage design for a landmark rate that is shortest under the null hypothesis.

    Parameters
    ----------
    trial : LandmarkTrial
        Landmark, curves of both hypotheses and accrual.
    alpha : float
        Type I error, one-sided, in (0, 1): reached, not just kept, as the bounds are continuous.
    power : float
        At the alternative curve, in (0, 1); reached.
    minimise : {"study length", "accrual time", "patients"}
        What is least, expected under the null: Case and Morgan's ETSL, their EDA, or the patients
        entered.
    binding : bool
        Whether the stop for futility is bought back by a lower final bound, as Case and Morgan do.
        False: the final bound is that of a test without an interim look, and the type I error
        holds also where the stop is overruled (OptInterim).
    most_patients : int
        Largest size looked at, at most 1000.

    Returns
    -------
    LandmarkSearch
        The best time of the look for each size, the best size, and the one-stage design beside it.

    Raises
    ------
    DesignError
        If an error rate is not allowed, or no design up to ``most_patients`` reaches the power.
    ValueError
        If ``minimise`` is another word.

    Notes
    -----
    Normal theory, deterministic. For each size the time of the look is found on a grid that is
    narrowed around its best; the sizes are then compared, so that the size is a whole number,
    where Case and Morgan's tables take it as continuous.

    Examples
    --------
    >>> from trialwright.design.landmark.trial import LandmarkTrial
    >>> trial = LandmarkTrial.of(0.35, 0.50, landmark=12, rate=2.5)  # 12-month rates, a month
    >>> found = find_landmark_survival(trial, alpha=0.10, power=0.90)
    >>> best = found.optimal
    >>> best.patients, round(best.interim_time, 1), round(best.interim_bound, 2)
    (91, 24.5, 0.39)
    """
    check_choice("minimise", minimise, MINIMISE)
    asked = check_hypotheses(trial.p0, trial.p1, alpha, 1 - check_probability("power", power))
    errors = Errors(asked.alpha, asked.beta, binding)
    most = check_number("most_patients", most_patients, 1)
    alone = needed_alone(trial, errors)
    first = round_up(alone)
    if first > most:
        raise DesignError(_how_near(trial, errors, most, first))
    found: list[LandmarkDesign] = []
    while first <= most:
        last = min(most, first + max(10, math.ceil(_BEYOND * alone)))
        found += _best_sizes(trial, errors, range(first, last + 1), minimise)
        best = min(found, key=lambda design: value_of(design, minimise))
        if best.patients < last - 0.1 * (last - first):
            break
        first = last + 1
    return LandmarkSearch(trial, errors, minimise, most, tuple(found), _single(trial, errors))


def landmark_statistic(
    time: ArrayLike, event: ArrayLike, *, landmark: float, null_rate: float
) -> float:
    """Return the statistic of either look: positive where the rate is above the historical one.

    Parameters
    ----------
    time : array_like, shape (n,)
        Follow-up of each patient at the look, or time to the event; 0 or more, above 0 for one at
        least.
    event : array_like of bool, shape (n,)
        True for an event.
    landmark : float
        x; what happens after it does not count.
    null_rate : float
        Historical event-free rate at the landmark, in (0, 1).

    Returns
    -------
    float
        (log L0 - log L) / (standard error of log L) with L the Nelson-Aalen estimate at x; infinite
        before the first event.

    Raises
    ------
    ValueError
        If the data or a number are not allowed.

    Notes
    -----
    Source: Case & Morgan 2003, equation 3. Oracle: R OptInterim ``TestStage``.

    Examples
    --------
    >>> z = landmark_statistic([2, 5, 7, 12, 12], [1, 1, 0, 0, 0], landmark=12, null_rate=0.35)
    >>> round(z, 4)
    1.1907
    """
    from trialwright.stats.checks import check_inside
    from trialwright.stats.nelson_aalen import NelsonAalen

    check_inside("landmark", landmark, 0.0, math.inf)
    check_inside("null_rate", null_rate)
    curve = NelsonAalen.fit(time, event)
    by = int(np.searchsorted(curve.time, landmark, side="right")) - 1
    hazard = float(curve.cumulative_hazard[by]) if by >= 0 else 0.0
    if hazard == 0:
        return math.inf
    error = math.sqrt(float(curve.variance[by])) / hazard
    return (math.log(-math.log(null_rate)) - math.log(hazard)) / error


def _best_sizes(
    trial: LandmarkTrial, errors: Errors, sizes: range, minimise: Minimise
) -> list[LandmarkDesign]:
    """Return the best look for each size, or where they are many for those near the best size."""
    if len(sizes) <= _MOST_SIZES:
        return _best_looks(trial, errors, sizes, minimise)
    stride = math.ceil(len(sizes) / _MOST_SIZES)
    some = _best_looks(trial, errors, sizes[::stride], minimise)
    best = min(some, key=lambda design: value_of(design, minimise)).patients
    seen = {design.patients for design in some}
    near = [n for n in sizes if abs(n - best) < stride and n not in seen]
    every = [*some, *_best_looks(trial, errors, near, minimise)]
    return sorted(every, key=lambda design: design.patients)


def _best_looks(
    trial: LandmarkTrial, errors: Errors, sizes: Sequence[int], minimise: Minimise
) -> list[LandmarkDesign]:
    """Return the best time of the look for each size: a grid, narrowed around its best."""
    n, x = np.array(sizes, float), trial.landmark
    low = np.full(n.size, x * (1 + _AFTER_LANDMARK))
    high = low + _LATEST * (trial.accrual.times_of(n) + x - low)
    rows = np.arange(n.size)
    for _ in range(_NARROWINGS + 1):
        times = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, _LOOKS)
        scores = _score(trial, errors, np.repeat(n, _LOOKS), times.ravel(), minimise)
        scores = scores.reshape(times.shape)
        best = np.argmin(scores, axis=1)
        low = times[rows, np.maximum(best - 1, 0)]
        high = times[rows, np.minimum(best + 1, _LOOKS - 1)]
    return designs_of(trial, errors, sizes, _lowest(times, scores))


def _lowest(times: Floats, scores: Floats) -> Floats:
    """Return the lowest point of a parabola through the best time of each row and both sides."""
    rows = np.arange(times.shape[0])
    inner = np.clip(np.argmin(scores, axis=1), 1, times.shape[1] - 2)
    left, middle, right = (scores[rows, inner + side] for side in (-1, 0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = 0.5 * (left - right) / (left - 2 * middle + right)
    step = times[:, 1] - times[:, 0]
    lowest = times[rows, inner] + step * np.clip(moved, -1.0, 1.0)
    # At an end of the range, or on a flat, there is no parabola that opens upwards.
    opens = np.isfinite(moved) & (left - 2 * middle + right > 0)
    return np.asarray(np.where(opens, lowest, times[rows, np.argmin(scores, axis=1)]))


def _score(
    trial: LandmarkTrial, errors: Errors, patients: Floats, times: Floats, minimise: Minimise
) -> Floats:
    """Return what is minimised; infinite where the power cannot be reached."""
    from scipy.special import ndtr

    null, alternative = (
        tell(trial, curve, patients, times) for curve in (trial.null, trial.alternative)
    )
    bounds = find_bounds(null, alternative, errors)
    stop = np.asarray(ndtr(bounds.interim))
    value = expected(trial, patients, times, stop)[MINIMISE.index(minimise)]
    return np.where(np.isnan(value), np.inf, value)


def _single(trial: LandmarkTrial, errors: Errors) -> LandmarkSingleStage:
    """Return the design without an interim look, by normal theory and by exact counts."""
    from trialwright.design.single_stage.search import find_single_stage_designs

    patients = round_up(needed_alone(trial, errors))
    try:
        exact = find_single_stage_designs(
            trial.p0, trial.p1, alpha=errors.alpha, power=1 - errors.beta
        ).first
        exact_patients, bound = exact.total, exact.total_bound
    except DesignError:  # more than a binomial coefficient can count
        exact_patients, bound = None, None
    return LandmarkSingleStage(
        patients=patients,
        bound=errors.final_alone,
        power=_power_alone(trial, errors, patients),
        accrual_time=trial.accrual.time_of(patients),
        study_length=trial.accrual.time_of(patients) + trial.landmark,
        exact_patients=exact_patients,
        exact_bound=bound,
    )


def _power_alone(trial: LandmarkTrial, errors: Errors, patients: int) -> float:
    """Return the power without an interim look."""
    told = tell(trial, trial.alternative, np.array([float(patients)]), np.array([math.inf]))
    return NormalDist().cdf(float(told.shift[0]) - errors.final_alone)


def _how_near(trial: LandmarkTrial, errors: Errors, most: int, needed: int) -> str:
    reached = _power_alone(trial, errors, most)
    return (
        f"no design with {most} patients or fewer: even without an interim look {most} patients "
        f"reach power {reached:.4f}, not {1 - errors.beta:g}, at type I error {errors.alpha:g}; "
        f"it takes {needed} or more: raise most_patients, p1 or the errors"
    )
