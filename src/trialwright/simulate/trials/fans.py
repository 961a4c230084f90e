"""What one trial of the planned size may show: bands of survival curves and of waterfalls.

Every trial enrols everybody: no look stops it, so that the picture is of the planned size.
Quantiles are order statistics of the trials, the smallest value that a share p of them does not
exceed; they are the same for any number of threads and any batches.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.response.recist import has_shrunk
from trialwright.simulate.trials.batches import Trials, run_in_batches
from trialwright.simulate.trials.estimates import Asked
from trialwright.simulate.trials.fan_reading import FIELDS, DrawnTrials, FanReading
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.simulate.trials.reference import REFERENCE_PATIENTS
from trialwright.simulate.trials.run import require_for_trials
from trialwright.simulate.trials.trial_numbers import FIRST_REFERENCE_TRIAL
from trialwright.stats.read_only import read_only
from trialwright.study.counting import OF_THE_STUDY

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from trialwright.simulate.scenario import Scenario
    from trialwright.simulate.trials.fan_reading import FanEndpoint
    from trialwright.study.model import Study

    Floats = NDArray[np.float64]

LEVELS = (0.5, 0.8, 0.95)  # of the bands
# Lower ends of the bands, the median, upper ends: ascending.
PROBABILITIES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
_TICK_MONTHS = (1, 2, 3, 4, 6, 12)
_MOST_TICKS = 9


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalFan:
    """Survival curves of many trials.

    Parameters
    ----------
    endpoint : {"PFS", "OS"}
        Of which.
    month : ndarray of float, shape (k,)
        Times from the start to the horizon, one a day.
    quantiles : ndarray of float, shape (7, k)
        Event-free share that a share ``PROBABILITIES`` of the trials does not exceed, among the
        trials whose curve is known at the time.
    known : ndarray of float, shape (k,)
        Share of trials whose curve is known: it ends where the last patient is censored.
    reference : ndarray of float, shape (k,)
        The curve of very many patients.
    tick : ndarray of int, shape (m,)
        Months at which patients at risk are counted.
    at_risk : ndarray of int, shape (7, m)
        Patients at risk, at ``PROBABILITIES``.
    """

    endpoint: FanEndpoint
    month: Floats
    quantiles: Floats
    known: Floats
    reference: Floats
    tick: NDArray[np.int64]
    at_risk: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class WaterfallFan:
    """Waterfalls of many trials, patients from the worst to the deepest change.

    Parameters
    ----------
    quantiles : ndarray of float, shape (7, patients)
        Deepest change of the sum as a fraction, by rank, that a share ``PROBABILITIES`` of the
        trials does not exceed. A patient without a sum after baseline ranks first, as ``inf``.
    reference : ndarray of float, shape (patients,)
        The same in very many patients: their quantile at the middle of each rank.
    without_sum, shrunk, responders : tuple of int
        Patients without a sum after baseline, with a fall of 30 % or more at one scan, and
        responders by the study's rules, at ``PROBABILITIES``.
    """

    quantiles: Floats
    reference: Floats
    without_sum: tuple[int, ...]
    shrunk: tuple[int, ...]
    responders: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Fans:
    """What one trial may show of a scenario.

    Parameters
    ----------
    scenario : str
        The virtual patients.
    trials, seed, patients, reference_patients : int
        Trials, their series, their size, and the patients behind the reference.
    survival : tuple of SurvivalFan
        Of PFS and OS.
    waterfall : WaterfallFan
        Of the deepest change.
    """

    scenario: str
    trials: int
    seed: int
    patients: int
    reference_patients: int
    survival: tuple[SurvivalFan, ...]
    waterfall: WaterfallFan

    def to_frame(self) -> pl.DataFrame:
        """Return one row a time of each curve and a rank of the waterfall; ``at`` says which."""
        import polars as pl

        parts = [_frame(one.endpoint, one.month, one.quantiles, one.reference) for one in
                 self.survival]  # fmt: skip
        ranks = np.arange(1, self.patients + 1, dtype=np.float64)
        fall = self.waterfall
        parts.append(_frame("change", ranks, fall.quantiles, fall.reference))
        head = {"scenario": pl.lit(self.scenario), "trials": pl.lit(self.trials),
                "seed": pl.lit(self.seed, pl.UInt64)}  # fmt: skip
        return pl.concat(parts).with_columns(**head)


def draw_fans(
    study: Study, scenario: Scenario, trials: Trials, *, counting: str = OF_THE_STUDY
) -> Fans:
    """Simulate what one trial of the planned size may show.

    Parameters
    ----------
    study : Study
        The protocol.
    scenario : Scenario
        The virtual patients.
    trials : Trials
        How many; the 2.5 % quantile of 2,000 has 50 trials below it.
    counting : str
        Way of counting times (``study.counting.countings_of``).

    Raises
    ------
    StudyError
        As ``run.simulate_trials``.
    """
    require_for_trials(study)
    machine, asked = without_looks(TrialMachine.of(study, scenario, counting)), Asked.of(study)
    horizon = ceil(study.schedule.horizon_months.require() * asked.days_per_month)
    days = np.arange(horizon + 1)  # the tick of the horizon included
    month = days / asked.days_per_month
    size = machine.conduct.patients
    read = FanReading(asked, month, _ticks(float(month[-1])), size)
    drawn = read.all_of(run_in_batches(machine, trials))
    apart = Trials.holding(REFERENCE_PATIENTS, size, seed=trials.seed, threads=trials.threads)
    reference = read.pooled(run_in_batches(machine, apart, first=FIRST_REFERENCE_TRIAL))
    survival = tuple(_survival_fan(read, name, drawn, reference) for name in FIELDS)
    waterfall = _waterfall_fan(drawn, reference.change, size)
    return Fans(
        scenario.name, trials.count, trials.seed, size, apart.count * size, survival, waterfall
    )


def order_statistics(values: Floats, probabilities: Sequence[float]) -> Floats:
    """Return quantiles over the first axis, each one of the values.

    Parameters
    ----------
    values : ndarray of float, shape (n, k)
        ``nan`` where there is none; such values are left out.
    probabilities : sequence of float, length q
        In (0, 1].

    Returns
    -------
    ndarray of float, shape (q, k)
        The smallest value that a share p does not exceed; ``nan`` where all are missing.

    Examples
    --------
    >>> order_statistics(np.array([[3.0], [1.0], [np.nan], [2.0], [4.0]]), [0.5, 0.75])
    array([[2.],
           [3.]])
    """
    ascending = np.sort(values, axis=0)  # nan last
    number = (~np.isnan(values)).sum(axis=0)
    # A share such as 0.025 of 2,000 is 50, whatever the last bit of the product.
    place = [np.maximum(np.ceil(p * number - 1e-9).astype(np.int64) - 1, 0) for p in probabilities]
    return np.take_along_axis(ascending, np.array(place), axis=0)


def _survival_fan(
    read: FanReading, name: FanEndpoint, drawn: DrawnTrials, reference: DrawnTrials
) -> SurvivalFan:
    curves = drawn.curves[name]
    at_risk = order_statistics(drawn.at_risk[name].astype(np.float64), PROBABILITIES)
    return SurvivalFan(
        name,
        read_only(read.month),
        read_only(order_statistics(curves, PROBABILITIES)),
        read_only((~np.isnan(curves)).mean(axis=0)),
        read_only(reference.curves[name][0]),
        read_only(read.tick),
        read_only(at_risk.astype(np.int64)),
    )


def _waterfall_fan(drawn: DrawnTrials, pooled: Floats, patients: int) -> WaterfallFan:
    shrunk: Any = has_shrunk  # plain arithmetic, which takes whole arrays too
    falling = -np.sort(-drawn.change, axis=1)
    middle = 1 - (np.arange(patients) + 0.5) / patients
    return WaterfallFan(
        read_only(order_statistics(falling, PROBABILITIES)),
        read_only(order_statistics(pooled[:, None], tuple(middle))[:, 0]),
        _counts(np.isinf(drawn.change).sum(axis=1)),
        _counts(shrunk(1.0 + drawn.change, 1.0).sum(axis=1)),
        _counts(drawn.responders),
    )


def _counts(values: NDArray[np.int64]) -> tuple[int, ...]:
    found = order_statistics(values.astype(np.float64)[:, None], PROBABILITIES)
    return tuple(int(value) for value in found[:, 0])


def _ticks(months: float) -> NDArray[np.int64]:
    step = next((one for one in _TICK_MONTHS if months / one <= _MOST_TICKS), _TICK_MONTHS[-1])
    return np.arange(0, int(months) + 1, step, dtype=np.int64)


def _frame(at: str, x: Floats, quantiles: Floats, reference: Floats) -> pl.DataFrame:
    import polars as pl

    names = [f"q{100 * p:g}".replace(".", "_") for p in PROBABILITIES]
    bands = dict(zip(names, quantiles, strict=True))
    return pl.DataFrame({"at": [at] * len(x), "x": x, **bands, "reference": reference})
