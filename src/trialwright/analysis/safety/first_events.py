"""Rates and incidences of first events: per time at risk, and with competing ends.

Two answers to one question. The rate per patient-time supposes a constant hazard; the cumulative
incidence does not, and treats the end of treatment and death as ends that compete with the event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from trialwright.analysis.times import days_per_unit
from trialwright.safety.event_times import time_at_risk
from trialwright.stats import CumulativeIncidence, Estimate, IncidenceRate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trialwright.safety.event_times import FollowUp
    from trialwright.study.model import Study

CAUSES = ("event", "competing")


@dataclass(frozen=True, slots=True)
class Followed:
    """How long one patient was followed for a first event, and why the time ends there."""

    patient_id: str
    time_days: int
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class FirstEvents:
    """First events of one kind.

    Parameters
    ----------
    what : str
        Which events.
    patients : int
        Treated patients.
    had : tuple of str
        Those of them with such an event at any time.
    rate : IncidenceRate
        Patients with an event per 100 patient-months (or the unit of the study).
    curves : CumulativeIncidence or None
        Cumulative incidence, with treatment discontinuation and death competing; none: nobody at
        risk.
    median_onset : float or None
        Median time to the first event of those who had one on a known day; none: nobody had.
    untimed : int
        Patients left out of the incidence: their event has no day, or nobody saw them again.
    at_risk, to_end : tuple of Followed
        What each patient gives to the rate, and to the incidence, where competing ends end it.
    onsets : tuple of (str, int)
        Each patient with an event on a known day, and the days to the first.
    """

    what: str
    patients: int
    had: tuple[str, ...]
    rate: IncidenceRate
    curves: CumulativeIncidence | None
    median_onset: float | None
    untimed: int = 0
    at_risk: tuple[Followed, ...] = ()
    to_end: tuple[Followed, ...] = ()
    onsets: tuple[tuple[str, int], ...] = ()

    @property
    def with_event(self) -> int:
        """How many patients had such an event at any time."""
        return len(self.had)

    def incidence_by(self, time: float, study: Study) -> Estimate | None:
        """Return the cumulative incidence by a time, in the way that the study states."""
        if self.curves is None:
            return None
        return self.curves.at(
            time,
            CAUSES[0],
            level=study.statistics.confidence_level.require(),
            band=study.statistics.incidence_interval.require(),
        )


def first_events_of(
    what: str, events: pl.DataFrame, follow_up: Sequence[FollowUp], study: Study
) -> FirstEvents:
    """Estimate rate and incidence of the first of some events.

    Parameters
    ----------
    what : str
        Which events, in words.
    events : polars.DataFrame
        Rows of ``safety.derive_events`` that count.
    follow_up : sequence of FollowUp
        From ``safety.follow_patients``: the treated patients.
    study : Study
        Unit of time, and how a cumulative incidence is estimated.
    """
    unit = study.endpoints.time_unit.require()
    per_unit = days_per_unit(unit, study)
    at_risk = time_at_risk(events, follow_up, study, competing=False).drop_nulls("time_days")
    onset = time_at_risk(events, follow_up, study).drop_nulls("time_days")
    firsts = _first_onsets(events, follow_up, study)
    times = onset["time_days"].to_numpy() / per_unit
    kinds = onset["kind"].to_list()
    had = int((at_risk["kind"] == CAUSES[0]).sum())
    return FirstEvents(
        what,
        len(follow_up),
        tuple(events["patient_id"].unique(maintain_order=True)),
        IncidenceRate(had, float(at_risk["time_days"].sum()) / per_unit, unit),
        _curves(times, kinds, study),
        float(np.median([days for _, days in firsts])) / per_unit if firsts else None,
        len(follow_up) - onset.height,
        tuple(Followed(*row) for row in at_risk.iter_rows()),
        tuple(Followed(*row) for row in onset.iter_rows()),
        firsts,
    )


def _first_onsets(
    events: pl.DataFrame, follow_up: Sequence[FollowUp], study: Study
) -> tuple[tuple[str, int], ...]:
    """Return the days to the first onsets, after the end of treatment too, as the figure does."""
    start = {one.patient_id: one.first_treatment for one in follow_up}
    dated = events.drop_nulls("onset").group_by("patient_id", maintain_order=True)
    extra = int(study.endpoints.first_day_counts.require())
    return tuple(
        (patient, (onset - start[patient]).days + extra)
        for patient, onset in dated.agg(pl.col("onset").min()).iter_rows()
    )


def _curves(
    times: NDArray[np.float64], kinds: list[str], study: Study
) -> CumulativeIncidence | None:
    if not kinds:
        return None
    codes = [CAUSES.index(kind) + 1 if kind in CAUSES else 0 for kind in kinds]
    method = study.statistics.incidence_variance.require()
    return CumulativeIncidence.fit(times, codes, causes=CAUSES, variance=method)
