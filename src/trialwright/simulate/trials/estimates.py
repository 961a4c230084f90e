"""The estimates that each of many trials would report, by the formulas of ``stats``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from trialwright.endpoints.endings import Status
from trialwright.stats.bulk.proportion import intervals_many
from trialwright.stats.bulk.survival import ManyTimes, Wanted, estimate_many

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.stats.kaplan_meier import Band
    from trialwright.stats.proportion_limits import IntervalMethod
    from trialwright.study.model import Study

    Floats = NDArray[np.float64]

Kind = Literal["share", "months"]
TIMES = {"PFS": "progression_free", "OS": "survival", "TTP": "progression", "DOR": "response"}
RATES = {"ORR": "responders", "DCR": "controlled"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which estimates a study reports, and how they are made."""

    level: float
    interval: IntervalMethod
    band: Band
    landmarks: dict[str, tuple[float, ...]]  # months, by endpoint
    extra_day: int
    days_per_month: float

    @classmethod
    def of(cls, study: Study) -> Asked:
        """Take the choices from a study."""
        from trialwright.stats.proportion import METHOD_OF_STUDY

        chosen = study.statistics
        return cls(
            chosen.confidence_level.require(),
            METHOD_OF_STUDY[chosen.proportion_interval.require()],
            chosen.survival_interval.require(),
            {
                "PFS": tuple(chosen.progression_landmarks_months.require()),
                "OS": tuple(chosen.survival_landmarks_months.require()),
            },
            int(study.endpoints.first_day_counts.require()),
            study.endpoints.days_per_month.require(),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """One estimate of every trial, with its limits.

    ``value`` is ``nan`` where a trial gives none: a median that is not reached, a rate beyond
    follow-up, a duration without a responder. A limit that does not exist is ``nan`` too.
    """

    name: str
    kind: Kind
    value: Floats
    low: Floats
    high: Floats


def estimate_names(asked: Asked) -> tuple[tuple[str, Kind], ...]:
    """Return the name and kind of each estimate, in the order in which a report lists them."""
    rates: list[tuple[str, Kind]] = [(name, "share") for name in RATES]
    return (*rates, *(one for name in TIMES for one in time_names(name, asked)))


def time_names(endpoint: str, asked: Asked) -> tuple[tuple[str, Kind], ...]:
    """Return the name and kind of the median of an endpoint, and of its rates at landmarks."""
    rates: list[tuple[str, Kind]] = [
        (f"{endpoint} at {month:g} months", "share") for month in asked.landmarks.get(endpoint, ())
    ]
    return ((f"median {endpoint}", "months"), *rates)


def estimate_trials(outcomes: NDArray[np.void], asked: Asked, *, threads: int) -> list[Estimates]:
    """Return every estimate of every trial.

    Parameters
    ----------
    outcomes : ndarray, shape (trials,)
        From ``TrialMachine.run``.
    asked : Asked
        Which estimates.
    threads : int
        Threads to work with.
    """
    found = [_rate(outcomes, name, field, asked) for name, field in RATES.items()]
    for name, field in TIMES.items():
        found += _times(outcomes, name, field, asked, threads=threads)
    return found


def times_of(
    outcomes: NDArray[np.void], field: str, asked: Asked
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return times in months and whether they are events, and which patients have a time.

    Parameters
    ----------
    outcomes : ndarray, shape (trials,)
        From ``TrialMachine.run``.
    field : str
        Column of the endpoint, such as ``survival``.
    asked : Asked
        How days become months.

    Returns
    -------
    time, event : ndarray, shape (patients with a time,)
        Trial by trial.
    has_time : ndarray of bool, shape (trials, room for patients)
    """
    status = outcomes[f"{field}_status"]
    enrolled = np.arange(status.shape[1]) < outcomes["enrolled"][:, None]
    has_time = enrolled & ((status == Status.CENSORED) | (status == Status.EVENT))
    time = (outcomes[field][has_time] + asked.extra_day) / asked.days_per_month
    return time, status[has_time] == Status.EVENT, has_time


def _rate(outcomes: NDArray[np.void], name: str, field: str, asked: Asked) -> Estimates:
    found = intervals_many(
        outcomes[field], outcomes["enrolled"], level=asked.level, method=asked.interval
    )
    return Estimates(name, "share", found.value, found.low, found.high)


def _times(
    outcomes: NDArray[np.void], name: str, field: str, asked: Asked, *, threads: int
) -> list[Estimates]:
    time, event, has_time = times_of(outcomes, field, asked)
    patients = has_time.sum(axis=1)
    some = patients > 0
    months = asked.landmarks.get(name, ())
    names = time_names(name, asked)
    columns = np.full((len(names), 3, len(outcomes)), np.nan)
    if some.any():
        start = np.concatenate([[0], np.cumsum(patients[some])])
        wanted = Wanted(p=0.5, landmarks=months, level=asked.level, band=asked.band)
        curves = estimate_many(
            ManyTimes.of(time, event, start), wanted, threads=threads, compiled=True
        )
        assert curves.quantile is not None  # noqa: S101 - it was asked for
        one = curves.quantile
        columns[0][:, some] = one.value, one.low, one.high
        if curves.rates is not None:
            many = curves.rates
            for place in range(len(months)):
                columns[place + 1][:, some] = (
                    many.value[:, place],
                    many.low[:, place],
                    many.high[:, place],
                )
    return [
        Estimates(each, kind, *column) for (each, kind), column in zip(names, columns, strict=True)
    ]
