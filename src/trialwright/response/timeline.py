"""The visits of one patient in order, and which of them is the baseline."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.response.patient import PatientScans, Reading


@dataclass(frozen=True, slots=True)
class Visit:
    """One assessment: its readings, its date by the study's rule, and its last scan."""

    name: str
    day_of: date
    last_day: date
    readings: tuple[Reading, ...]


def group_by_visit(readings: Sequence[Reading], which_date: str) -> list[Visit]:
    """Group a patient's readings into visits, in order of date.

    Parameters
    ----------
    readings : sequence of Reading
        All readings of one patient by one reader.
    which_date : str
        ``earliest`` or ``latest``: the day of a visit whose scans lie on several days.
    """
    groups: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        groups[reading.visit].append(reading)
    visits = []
    for name, members in groups.items():
        dates = [reading.scan_date for reading in members]
        first, last = min(dates), max(dates)
        day_of = first if which_date == "earliest" else last
        visits.append(Visit(name, day_of, last, tuple(members)))
    return sorted(visits, key=lambda visit: (visit.day_of, visit.last_day, visit.name))


def find_baseline(scans: PatientScans, visits: Sequence[Visit]) -> Visit | None:
    """Return the marked baseline, else the last visit up to the first treatment; none if none.

    Source: RECIST 1.1 (Eisenhauer 2009), section 3.2.1.
    """
    if scans.first_treatment is None:
        return None
    before = [visit for visit in visits if visit.last_day <= scans.first_treatment]
    marked = [visit for visit in before if visit.name == scans.baseline_visit]
    return next(iter(marked or before[-1:]), None)


def without_prior_treatment(scans: PatientScans, baseline: Visit) -> PatientScans:
    """Leave out local treatments before baseline: what they left is what baseline measured."""
    later = tuple(one for one in scans.local_treatments if one.treatment_date >= baseline.last_day)
    return replace(scans, local_treatments=later)


def why_no_baseline(scans: PatientScans, visits: Sequence[Visit]) -> str:
    """Say why a patient has no baseline."""
    if scans.first_treatment is None:
        return "no study treatment was given"
    if not visits:
        return "no lesion was measured"
    return "no scan on or before the first treatment to compare with"
