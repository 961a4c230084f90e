"""What the harm of one virtual patient is drawn from, and the plain records that come out.

Days are whole days counted from the first dose (0); infinite: never. ``Dose``, ``AdverseEvent``
and ``LaboratoryValue`` hold days where the tables of a trial hold dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import inf, isfinite
from typing import Literal

ToxicityKind = Literal["immune-related", "ablation-related"]


class HarmPurpose(IntEnum):
    """What a draw of this package is for; beside ``draws.Purpose``, which ends before 60.

    Part of what makes a result reproducible: add new ones at the end, never renumber. The index
    of an event's draws is ``event_index``, that of a laboratory test's its number, with the day.
    """

    ONSET = 60
    KEPT = 61
    GRADE = 62
    DURATION = 63
    RESOLVES = 64
    SERIOUS = 65
    SHARED = 66
    PEAK = 67
    ABLATION_EVENT = 68
    ABLATION_ONSET = 69
    TOXICITY_TERM = 70
    TOXICITY_GRADE = 71
    BASELINE_SAMPLE = 72
    LABORATORY_LEVEL = 73
    LABORATORY_NOISE = 74
    ABLATION_RISE = 75


@dataclass(frozen=True, slots=True)
class HarmFacts:
    """What is known of a patient's course before the harm is drawn.

    Parameters
    ----------
    treatment_end_day : float
        First day without study treatment.
    end_day : float
        First day whose facts are not in the data; finite.
    ablation_day : float
        Day of the ablation; infinite: none.
    ablated_mm : float
        Longest diameter of the ablation zone on that day, mm; not read without an ablation.
    death_day : float
        Day of death; nothing happens on it or later.
    toxicity_day : float
        Day of the unacceptable toxicity that the study's stopping rule counts; infinite: none.
    toxicity_kind : {"immune-related", "ablation-related"} or None
        Its kind; None if and only if there is none.
    toxicity_window_days : float
        No other event of these two kinds that starts on this day or before has grade 3 or more.

    Raises
    ------
    ValueError
        If the facts contradict each other.
    """

    treatment_end_day: float
    end_day: float
    ablation_day: float
    ablated_mm: float
    death_day: float
    toxicity_day: float
    toxicity_kind: ToxicityKind | None
    toxicity_window_days: float

    def __post_init__(self) -> None:
        problems = []
        if not isfinite(self.end_day):
            problems.append(f"end_day must be finite, not {self.end_day}")
        if isfinite(self.ablation_day) and not self.ablated_mm > 0:
            problems.append(f"an ablation needs ablated_mm > 0, not {self.ablated_mm}")
        if isfinite(self.toxicity_day) != (self.toxicity_kind is not None):
            problems.append("toxicity_day and toxicity_kind must both be given, or neither")
        early = self.toxicity_kind == "ablation-related" and self.toxicity_day < self.ablation_day
        if early and isfinite(self.toxicity_day):
            problems.append(
                f"an ablation-related toxicity on day {self.toxicity_day} comes before the "
                f"ablation on day {self.ablation_day}"
            )
        if problems:
            raise ValueError("; ".join(problems))

    @property
    def last_known(self) -> float:
        """First day that is not in the data, whether for the end of the data or death."""
        return min(self.end_day, self.death_day)


@dataclass(frozen=True, slots=True)
class Dose:
    """One drug from one day to another, both included; ``reason`` where it is not as planned."""

    drug: str
    first_day: int
    last_day: int
    dose_mg: float
    reason: str | None


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """One adverse event; ``end_day`` None: not over when the data end.

    ``kind`` and ``group`` say how the scenario classes it; a trial's table does not hold them.
    ``actions`` says what the dose rules did because of it, ``drug: action`` split by ``;``; empty
    if no drug was given any more.
    """

    term: str
    grade: int
    start_day: int
    end_day: int | None
    serious: bool
    related_to: str
    kind: str
    group: str
    body_system: str | None = None
    actions: str = ""


@dataclass(frozen=True, slots=True)
class LaboratoryValue:
    """One laboratory result with the limits of normal."""

    test: str
    day: int
    value: float
    unit: str
    lower_limit: float
    upper_limit: float


@dataclass(frozen=True, slots=True)
class HarmRecord:
    """The harm of one patient: doses by drug, events by start, values by test and day."""

    doses: tuple[Dose, ...]
    adverse_events: tuple[AdverseEvent, ...]
    laboratory: tuple[LaboratoryValue, ...]


_CANDIDATES = 64  # indices of one entry
TOXICITY_CANDIDATE = _CANDIDATES - 1  # the one of these that is the unacceptable toxicity
_ABLATION_ENTRIES = 1000  # entries of ablation_events are counted from here


def event_index(number: int, candidate: int, *, of_ablation: bool) -> int:
    """Return the index of an event's draws, from the number of its entry in the scenario.

    An entry added to the file, or taken from it, leaves the draws of the others as they were.
    """
    return (number + _ABLATION_ENTRIES * of_ablation) * _CANDIDATES + candidate


def never(day: float) -> bool:
    """Tell whether a day is infinite, which stands for never."""
    return day == inf
