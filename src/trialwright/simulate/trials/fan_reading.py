"""What is kept of many trials for a picture of them: curves, numbers at risk, deepest changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from trialwright.simulate.trials.estimates import times_of
from trialwright.stats.bulk.survival import ManyTimes, Wanted, estimate_many

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from trialwright.simulate.trials.estimates import Asked

    Floats = NDArray[np.float64]

FanEndpoint = Literal["PFS", "OS"]
FIELDS: dict[FanEndpoint, str] = {"PFS": "progression_free", "OS": "survival"}


@dataclass(frozen=True, slots=True, eq=False)
class DrawnTrials:
    """What is kept of trials.

    Parameters
    ----------
    curves, at_risk : dict of str to ndarray, shapes (trials, months) and (trials, ticks)
        By endpoint: each trial's curve, and its patients at risk.
    change : ndarray of float, shape (trials, patients)
        Deepest changes.
    responders : ndarray of int, shape (trials,)
        By the study's rules.
    """

    curves: dict[FanEndpoint, Floats]
    at_risk: dict[FanEndpoint, NDArray[np.int64]]
    change: Floats
    responders: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class FanReading:
    """How trials are read.

    Parameters
    ----------
    asked : Asked
        How days become months.
    month, tick : ndarray
        Where curves are read, and patients at risk counted.
    patients : int
        Of a trial.
    """

    asked: Asked
    month: Floats
    tick: NDArray[np.int64]
    patients: int

    def all_of(self, batches: Iterable[tuple[int, NDArray[np.void]]]) -> DrawnTrials:
        """Return what is kept of every trial, one row each."""
        parts = [self._one_batch(outcomes) for _, outcomes in batches]
        return DrawnTrials(
            {name: np.concatenate([one.curves[name] for one in parts]) for name in FIELDS},
            {name: np.concatenate([one.at_risk[name] for one in parts]) for name in FIELDS},
            np.concatenate([one.change for one in parts]),
            np.concatenate([one.responders for one in parts]),
        )

    def pooled(self, batches: Iterable[tuple[int, NDArray[np.void]]]) -> DrawnTrials:
        """Return the curves of all patients together, and every change."""
        times: dict[FanEndpoint, list[tuple[Floats, NDArray[np.bool_]]]] = {}
        changes = []
        for _, outcomes in batches:
            for name, field in FIELDS.items():
                time, event, _ = times_of(outcomes, field, self.asked)
                times.setdefault(name, []).append((time, event))
            changes.append(outcomes["change"][:, : self.patients].ravel())
        curves, at_risk = {}, {}
        for name, kept in times.items():
            time, event = (np.concatenate(column) for column in zip(*kept, strict=True))
            curves[name], at_risk[name] = self._curves(time, event, np.array([len(time)]))
        none = np.zeros(0, np.int64)
        return DrawnTrials(curves, at_risk, np.concatenate(changes), none)

    def _one_batch(self, outcomes: NDArray[np.void]) -> DrawnTrials:
        curves, at_risk = {}, {}
        for name, field in FIELDS.items():
            time, event, has_time = times_of(outcomes, field, self.asked)
            curves[name], at_risk[name] = self._curves(time, event, has_time.sum(axis=1))
        change = outcomes["change"][:, : self.patients]
        return DrawnTrials(curves, at_risk, change, outcomes["responders"])

    def _curves(
        self, time: Floats, event: NDArray[np.bool_], patients: NDArray[np.int64]
    ) -> tuple[Floats, NDArray[np.int64]]:
        """Return each trial's curve at each month, and its number at risk at each tick."""
        some = patients > 0  # a trial without a single time has no curve
        start = np.concatenate([[0], np.cumsum(patients[some])])
        wanted = Wanted(p=None, landmarks=tuple(self.month))
        rates = estimate_many(ManyTimes.of(time, event, start), wanted, compiled=True).rates
        assert rates is not None  # noqa: S101 - they were asked for
        curves = np.full((len(patients), len(self.month)), np.nan)
        curves[some] = rates.value
        at_risk = np.zeros((len(patients), len(self.tick)), np.int64)
        at_risk[some] = np.add.reduceat(time[:, None] >= self.tick, start[:-1], dtype=np.int64)
        return curves, at_risk
