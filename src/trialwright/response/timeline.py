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


def find_first_after_ablation(
    scans: PatientScans, visits: Sequence[Visit], before: Visit | None
) -> Visit | None:
    """Return the first visit after the last planned ablation; ``before`` if there was none.

    A control scan that reads nothing but ablated lesions does not replace the baseline of a
    patient who has others: the first visit that reads one of them does.

    Parameters
    ----------
    scans : PatientScans
        The patient, without local treatments from before the study treatment.
    visits : sequence of Visit
        The patient's visits in order.
    before : Visit or None
        The baseline before treatment.

    Source: ``response.baseline_after_ablation`` of the study file.
    """
    last = last_planned_ablation(scans)
    if last is None:
        return before
    ablated = {one.lesion_id for one in scans.local_treatments if one.planned}
    others = {
        one.lesion_id
        for one in scans.lesions
        if one.role != "new" and not {one.lesion_id, one.split_from} & ablated
    }
    for visit in visits:
        read = {one.lesion_id for one in visit.readings}
        if min(one.scan_date for one in visit.readings) > last and (read & others or not others):
            return visit
    return None


def last_planned_ablation(scans: PatientScans) -> date | None:
    """Return the day of the last local treatment that the protocol foresaw; none if none."""
    return max((one.treatment_date for one in scans.local_treatments if one.planned), default=None)


def without_prior_treatment(scans: PatientScans, baseline: Visit | None) -> PatientScans:
    """Leave out local treatments before baseline: what they left is what baseline measured.

    Without a baseline, those before the study treatment.
    """
    since = baseline.last_day if baseline is not None else scans.first_treatment
    if since is None:
        return scans
    later = tuple(one for one in scans.local_treatments if one.treatment_date >= since)
    return replace(scans, local_treatments=later)


def why_no_baseline(scans: PatientScans, visits: Sequence[Visit], after_ablation: bool) -> str:
    """Say why a patient has no baseline; ``after_ablation``: it was to follow the ablation."""
    if scans.first_treatment is None:
        return "no study treatment was given"
    if not visits:
        return "no lesion was measured"
    if after_ablation and last_planned_ablation(scans) is not None:
        return "no scan after the planned ablation to compare with"
    return "no scan on or before the first treatment to compare with"
