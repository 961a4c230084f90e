"""The visits of one patient in order, and which of them is the baseline."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import TYPE_CHECKING

from trialwright.response.best import end_of_counting
from trialwright.response.course import NOTHING_SHOWN, day_of_progression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.response.patient import PatientScans, Reading
    from trialwright.response.rules import ResponseRules
    from trialwright.response.visit_reading import VisitReading


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


@dataclass(frozen=True, slots=True)
class Timeline:
    """One patient's visits: the baseline and the assessments that are compared with it.

    ``scans`` is the patient without local treatments from before the baseline; ``before`` the
    baseline before treatment, which is not ``baseline`` where the scan after an ablation is.
    """

    scans: PatientScans
    visits: tuple[Visit, ...]
    before: Visit | None
    baseline: Visit | None
    followed: tuple[Visit, ...]


def lay_out_visits(scans: PatientScans, rules: ResponseRules) -> Timeline:
    """Put a patient's visits in order and choose the baseline.

    Parameters
    ----------
    scans : PatientScans
        The patient.
    rules : ResponseRules
        The study's choices: dates of visits, and which scan is the baseline.
    """
    visits = group_by_visit(scans.readings, rules.time_point_date)
    before = find_baseline(scans, visits)
    treated = without_prior_treatment(scans, before)
    base = before
    if rules.baseline_after_ablation:
        base = find_first_after_ablation(treated, visits, before)
    if base is None or scans.first_treatment is None:
        return Timeline(treated, tuple(visits), before, None, ())
    since = max(scans.first_treatment, base.last_day)
    followed = tuple(visit for visit in visits if visit.last_day > since)
    return Timeline(treated, tuple(visits), before, base, followed)


def end_at_unplanned_treatment(scans: PatientScans, rules: ResponseRules) -> PatientScans:
    """Treat the first unplanned local treatment as new anticancer therapy, if the study does.

    One from before the first treatment is a prior treatment and ends nothing.

    Source: ``response.unplanned_local_therapy = "censor"`` of the study file.
    """
    unplanned = first_unplanned_treatment(scans)
    if rules.unplanned_local_therapy != "censor" or unplanned is None:
        return scans
    return replace(scans, new_therapy=min(unplanned, scans.new_therapy or unplanned))


def first_unplanned_treatment(scans: PatientScans) -> date | None:
    """Return the day of the first local treatment outside the protocol; none if none.

    One from before the first treatment is a prior treatment.
    """
    started = scans.first_treatment
    return min(
        (
            one.treatment_date
            for one in scans.local_treatments
            if not one.planned and (started is None or one.treatment_date >= started)
        ),
        default=None,
    )


def end_reading(scans: PatientScans, rules: ResponseRules) -> PatientScans:
    """Set the day after which no scan counts in the best response, as the study's rates say.

    It is the new anticancer therapy (an unplanned local treatment too, where the study counts it
    as one), the end of study treatment, or never; the earlier of two.

    Source: ``rates.new_anticancer_therapy`` and ``rates.treatment_discontinuation`` of the study
    file; strategies of ICH E9(R1).
    """
    scans = end_at_unplanned_treatment(scans, rules)
    therapy, stop = (_ordinal(day) for day in (scans.new_therapy, scans.treatment_end))
    until = end_of_counting(therapy, stop, rules.after_new_therapy, rules.while_on_treatment)
    if until == inf:
        return replace(scans, new_therapy=None)
    scans = replace(scans, new_therapy=date.fromordinal(int(until)))
    by_therapy = until == therapy and not rules.after_new_therapy
    return scans if by_therapy else replace(scans, ended_by="the end of study treatment")


def _ordinal(day: date | None) -> float:
    return inf if day is None else float(day.toordinal())


def date_progression(
    visit: Visit, seen: VisitReading, *, target_progressed: bool, which: str
) -> date:
    """Return the date of a time point with progression: the first scan that shows it.

    Parameters
    ----------
    visit : Visit
        The time point.
    seen : VisitReading
        Its lesions, with the day of the last scan of the targets and that of the first scan
        with a new lesion or unequivocal progression.
    target_progressed : bool
        The sum has grown, which is known at the last scan of the targets.
    which : str
        ``earliest`` or ``latest``, of the study file; under ``latest`` the visit keeps its date.

    Source: FDA guidance on endpoints, the date rule of its example table A.
    """
    if which != "earliest":
        return visit.day_of
    never = NOTHING_SHOWN
    shown = never if seen.progressed_on is None else seen.progressed_on.toordinal()
    targets = never if seen.targets_on is None else seen.targets_on.toordinal()
    return date.fromordinal(
        day_of_progression(visit.day_of.toordinal(), shown, targets, target_progressed)
    )


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
