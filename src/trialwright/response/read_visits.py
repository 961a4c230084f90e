"""All visits of one patient, each read lesion by lesion, once for every set of criteria."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.response.lesion_values import LesionReader

if TYPE_CHECKING:
    from datetime import date

    from trialwright.response.immune.assess import ImmuneCalls
    from trialwright.response.patient import PatientScans
    from trialwright.response.result import TimePoint
    from trialwright.response.rules import ResponseRules
    from trialwright.response.timeline import Timeline, Visit
    from trialwright.response.visit_reading import VisitReading


@dataclass(frozen=True, slots=True)
class VisitsRead:
    """What the baseline and each visit after it show of one patient's lesions.

    Parameters
    ----------
    scans : PatientScans
        The patient, without local treatments from before the baseline.
    origin : date
        The first treatment; days count from here.
    baseline : Visit
        The visit that later ones are compared with.
    at_baseline : VisitReading
        The lesions of that visit.
    followed : tuple of (Visit, VisitReading)
        The visits after it in order, with their lesions.
    targets : int
        Number of target lesions that count.
    excluded : tuple of str
        Lesions that the policy for local treatment leaves out.
    """

    scans: PatientScans
    origin: date
    baseline: Visit
    at_baseline: VisitReading
    followed: tuple[tuple[Visit, VisitReading], ...]
    targets: int
    excluded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitsCalled:
    """The visits of one patient with the call of each, before anything is concluded.

    Parameters
    ----------
    scans : PatientScans
        The patient, with the day after which no scan counts.
    read : VisitsRead or None
        What each visit shows; none without a baseline.
    baseline : TimePoint or None
        The baseline.
    points : tuple of TimePoint
        The visits after it, by RECIST 1.1.
    why_not : str
        Why there is no baseline; empty where there is one.
    immune : ImmuneCalls or None
        The calls by iRECIST, where they are asked for.
    """

    scans: PatientScans
    read: VisitsRead | None = None
    baseline: TimePoint | None = None
    points: tuple[TimePoint, ...] = ()
    why_not: str = ""
    immune: ImmuneCalls | None = None


def read_visits(timeline: Timeline, rules: ResponseRules) -> VisitsRead | None:
    """Read the lesions of every visit that counts; none without a baseline.

    Parameters
    ----------
    timeline : Timeline
        The patient's visits, from ``lay_out_visits``.
    rules : ResponseRules
        The study's choices.
    """
    scans, baseline = timeline.scans, timeline.baseline
    if baseline is None or scans.first_treatment is None:
        return None
    reader = LesionReader(scans, baseline, rules)
    return VisitsRead(
        scans,
        scans.first_treatment,
        baseline,
        reader.read(baseline),
        tuple((visit, reader.read(visit)) for visit in timeline.followed),
        len(reader.targets),
        reader.excluded,
    )
