"""Differences between protocols on the same virtual patients, with their Monte Carlo errors.

Quantities such as ORR and median PFS are those of very many patients whom every protocol follows,
so most of their scatter cancels in a difference. Its error is found by balanced half samples:
patients are cut into pairs of groups, a replicate keeps one group of each pair, in all protocols
the same, and a Hadamard matrix chooses so that no two pairs are confounded. No random number is
needed; for a mean the result is exactly the usual error of the group means, and for a median it
is consistent where an ordinary jackknife is not.

Source: McCarthy 1969 (Rev Int Stat Inst 37:239). Krewski & Rao 1981 (Ann Stat 9:1010): quantiles.
"""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan, sqrt
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from trialwright.simulate.trials.estimates import RATES, TIMES, estimate_names, time_names, times_of
from trialwright.simulate.trials.machine import without_looks
from trialwright.simulate.trials.trial_numbers import FIRST_REFERENCE_TRIAL
from trialwright.stats.checks import normal_quantile
from trialwright.stats.core.pointwise import Side, Steps, is_beyond, row_at, time_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.simulate.trials.estimates import Asked
    from trialwright.simulate.trials.machine import TrialMachine

    Floats = NDArray[np.float64]
    Replicates = dict[str, Floats]

_PAIRS = 128  # of groups; the error is itself uncertain by 1 / sqrt(2 * 128), 6 %
_MEDIAN, _WELL_ABOVE = 0.5, 1e-6

Kind = Literal["share", "months", "patients"]


class Compared(NamedTuple):
    """One quantity of a protocol beside that of the study's own.

    Parameters
    ----------
    name, kind : str
        Such as ``ORR``, a ``share``; ``median PFS`` in ``months``; ``patients`` in ``patients``.
    value, standard_error : float
        The quantity and its Monte Carlo error; ``nan``: not reached, or not defined.
    difference, standard_error_of_difference : float
        From the study's own protocol, on the same patients; 0 and 0 where no patient differs.
    """

    name: str
    kind: Kind
    value: float
    standard_error: float
    difference: float
    standard_error_of_difference: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the value with the normal interval of its difference from the study's own.

        Whether the study's own value lies inside says whether the two differ by more than the
        Monte Carlo error. A share ends at 0 and 1.

        Parameters
        ----------
        level : float
            Two-sided, in (0, 1).

        Returns
        -------
        tuple of float
            Its limits; ``nan`` where the difference or its error is not defined.

        Examples
        --------
        >>> low, high = Compared("ORR", "share", 0.01, 0.01, -0.2, 0.01).interval()
        >>> low, round(high, 4)
        (0.0, 0.0296)
        """
        half = normal_quantile(level) * self.standard_error_of_difference
        ends = self.value - half, self.value + half
        if isnan(half) or self.kind != "share":
            return ends
        return max(ends[0], 0.0), min(ends[1], 1.0)


def replicate_quantities(
    machine: TrialMachine, asked: Asked, *, seed: int, patients: int, in_trial: int, threads: int
) -> Replicates:
    """Return each quantity in very many patients, and in every half sample of them.

    Parameters
    ----------
    machine : TrialMachine
        Scenario and protocol. Its looks and its size are left aside.
    asked : Asked
        Which quantities.
    seed : int
        Names the patients; they are those of ``reference.find_reference``.
    patients : int
        How many at least.
    in_trial : int
        Patients of one trial number; the same for every protocol, so that the patients are.
    threads : int
        Threads to work with; the result does not depend on it.

    Returns
    -------
    dict of str to ndarray, shape (1 + half samples,)
        By name; the first entry is that of all patients.
    """
    alone = without_looks(replace(machine, conduct=machine.conduct._replace(patients=in_trial)))
    trials = max(-(-patients // in_trial), 2 * _PAIRS)
    outcomes = alone.run(seed, FIRST_REFERENCE_TRIAL, trials, threads=threads)
    group = np.arange(trials) * (2 * _PAIRS) // trials
    weights = half_samples()
    found = {}
    sizes = np.bincount(group) * in_trial
    for name, field in RATES.items():
        met = np.bincount(group, weights=outcomes[field])
        found[name] = (weights @ met) / (weights @ sizes)
    for name, field in TIMES.items():
        found |= _times(outcomes, name, field, asked, group)
    return found


def half_samples() -> Floats:
    """Return weights of the groups, shape (1 + half samples, groups); the first row is of all.

    Each further row doubles one group of each pair and leaves out the other.
    """
    order = 2 * _PAIRS
    sign = np.ones((1, 1))
    while len(sign) < order:
        sign = np.block([[sign, sign], [sign, -sign]])
    chosen = sign[:, 1 : _PAIRS + 1]  # the first column is constant
    halves = np.stack([1 + chosen, 1 - chosen], axis=2).reshape(order, order)
    return np.concatenate([np.ones((1, order)), halves])


def compare_replicates(mine: Replicates, own: Replicates, asked: Asked) -> tuple[Compared, ...]:
    """Return the quantities of a protocol beside those of the study's own.

    Parameters
    ----------
    mine, own : dict of str to ndarray
        From `replicate_quantities`, of the same patients.
    asked : Asked
        Which quantities.
    """
    found = []
    for name, kind in estimate_names(asked):
        values = mine[name]
        difference = values - own[name]
        found.append(
            Compared(
                name,
                kind,
                float(values[0]),
                _error(values),
                float(difference[0]),
                _error(difference),
            )
        )
    return tuple(found)


def compare_counts(
    name: str, kind: Kind, sums: tuple[int, int, int, int], trials: int, unit: int
) -> Compared:
    """Return a mean over trials beside that of the study's own protocol.

    Parameters
    ----------
    name, kind : str
        As for `Compared`.
    sums : tuple of int
        Over the trials: of the value, of its square, of the difference, of its square.
    trials : int
        How many.
    unit : int
        What the values were multiplied by to be whole numbers.
    """
    value, square, difference, square_of_difference = sums
    return Compared(
        name,
        kind,
        value / unit / trials,
        _error_of_mean(value, square, trials) / unit,
        difference / unit / trials,
        _error_of_mean(difference, square_of_difference, trials) / unit,
    )


def _error(values: Floats) -> float:
    """Return the standard error of the first entry from the half samples; ``nan`` if unknown."""
    if isnan(values[0]) or np.isnan(values).any():
        return nan
    return float(np.sqrt(np.mean((values[1:] - values[0]) ** 2)))


def _error_of_mean(total: int, squares: int, number: int) -> float:
    if number < 2:  # noqa: PLR2004 - one value says nothing of its spread
        return nan
    # Whole numbers of any size: nothing is lost in the difference.
    return sqrt((squares * number - total * total) / (number * number * (number - 1)))


def _times(
    outcomes: NDArray[np.void], name: str, field: str, asked: Asked, group: NDArray[np.int64]
) -> Replicates:
    """Return median and landmark rates of one endpoint, in all patients and each half sample.

    The product of Kaplan and Meier stands here as arrays, beside that of ``stats``, for speed: one
    sorting of the times and two products of matrices serve all half samples, where each would
    else be sorted and run through by itself. ``test_quantities_are_those_of_the_reference`` and
    ``test_half_samples_have_the_curves_of_stats`` hold it equal to ``stats`` to 1e-12.
    """
    time, event, has_time = times_of(outcomes, field, asked)
    landmarks = asked.landmarks.get(name, ())
    names = [each for each, _ in time_names(name, asked)]
    weights = half_samples()
    if not time.size:
        return {each: np.full(len(weights), nan) for each in names}
    at, place = np.unique(time, return_inverse=True)
    of_group = np.repeat(group, has_time.sum(axis=1))
    events, all_times = (
        _by_group(of_group[which], place[which], weights.shape[1], at.size)
        for which in (event, np.ones(event.size, np.bool_))
    )
    n_event: Any = weights @ events
    at_risk = np.cumsum((weights @ all_times)[:, ::-1], axis=1)[:, ::-1]
    survival: Any = np.cumprod(1 - n_event / np.maximum(at_risk, 1), axis=1)
    found = {names[0]: _medians(at, n_event, survival)}
    for month, each in zip(landmarks, names[1:], strict=True):
        found[each] = _rates_at(at, survival, month)
    return found


def _by_group(
    group: NDArray[np.int64], place: NDArray[np.int64], groups: int, places: int
) -> Floats:
    cell = np.bincount(group * places + place, minlength=groups * places)
    return cell.reshape(groups, places).astype(float)


def _medians(time: Floats, n_event: Floats, survival: Floats) -> Floats:
    rows = len(time)
    near = survival <= _MEDIAN + _WELL_ABOVE  # nothing is read off the rows before
    begin = np.where(near.any(axis=1), near.argmax(axis=1), rows).tolist()
    found = []
    for first, events, curve in zip(begin, n_event, survival, strict=True):
        steps: Any = (time[first:], events[first:], curve[first:], curve[first:], -1)
        found.append(time_of(Steps(*steps), rows - first, _MEDIAN, 0.0, 0, Side.ESTIMATE))
    return np.array(found)


def _rates_at(time: Floats, survival: Floats, month: float) -> Floats:
    rows = len(time)
    row = row_at(time, rows, month)
    rate = survival[:, row] if row >= 0 else np.ones(len(survival))
    beyond = [is_beyond(time, rows, float(free), month) for free in survival[:, -1]]
    return np.where(beyond, nan, rate)
