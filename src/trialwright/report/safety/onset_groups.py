"""The first events of each group of special interest, patient by patient, and their incidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.safety.event_counts import SEVERE

if TYPE_CHECKING:
    from trialwright.stats import CumulativeIncidence


@dataclass(frozen=True, slots=True)
class Onset:
    """The study day of a patient's first event; severe: the worst one had grade 3 or more."""

    day: int
    severe: bool
    patient: str = ""


@dataclass(frozen=True, slots=True)
class OnsetGroup:
    """The first events of one group.

    Parameters
    ----------
    name : str
        Of the group.
    onsets : tuple of Onset
        Of the patients with an event on a known day.
    undated : int
        Patients with an event of which no day is known.
    incidence : tuple of (float, float)
        Cumulative incidence from each study day on, as a share; see `incidence_steps`. Empty: no
        curve.
    """

    name: str
    onsets: tuple[Onset, ...]
    undated: int = 0
    incidence: tuple[tuple[float, float], ...] = ()

    @property
    def patients(self) -> int:
        """Patients with an event."""
        return len(self.onsets) + self.undated


def gather_onsets(events: pl.DataFrame, name: str) -> OnsetGroup:
    """Gather each patient's first onset of the events of a group.

    Parameters
    ----------
    events : DataFrame
        Rows of ``safety.events.derive_events`` that count, such as
        ``events.filter(pl.col("emergent") & pl.col("special_interest").list.contains(name))``;
        read are ``patient_id``, ``onset_day`` and ``grade``.
    name : str
        Of the group.

    Notes
    -----
    An onset before the first treatment that worsened on it keeps its own day.

    Examples
    --------
    >>> events = pl.DataFrame({"patient_id": ["1", "1"], "onset_day": [9, 30], "grade": [1, 3]})
    >>> gather_onsets(events, "hepatic").onsets
    (Onset(day=9, severe=True, patient='1'),)
    """
    firsts = (
        events.drop_nulls("patient_id")
        .group_by("patient_id", maintain_order=True)
        .agg(pl.col("onset_day").min(), (pl.col("grade") >= SEVERE).any())
    )
    dated = firsts.drop_nulls("onset_day").sort("onset_day", maintain_order=True)
    onsets = tuple(Onset(day, bool(severe), name) for name, day, severe in dated.iter_rows())
    return OnsetGroup(name, onsets, firsts.height - dated.height)


def incidence_steps(
    curves: CumulativeIncidence, *, cause: str = "event", days_per_unit: float = 1.0,
    first_day_counts: bool = True,
) -> tuple[tuple[float, float], ...]:  # fmt: skip
    """Return a cumulative incidence as steps over study days.

    Parameters
    ----------
    curves : CumulativeIncidence
        Fitted to times from the first treatment.
    cause : str
        The cause whose incidence is drawn.
    days_per_unit : float
        Days in the unit of its times.
    first_day_counts : bool
        Whether an event on the day of the first treatment has the time of one day.
    """
    late = 0 if first_day_counts else 1
    share = curves.incidence[:, curves.causes.index(cause)]
    return tuple(
        (float(time) * days_per_unit + late, float(one))
        for time, one in zip(curves.time, share, strict=True)
    )
