"""Read one patient's scans, or a whole data set, by the rules of the study.

The numbers go to the plain rules of ``recist`` and ``best``; what is left here is choosing
the baseline, counting lesions, and writing down why.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from trialwright.response import recist
from trialwright.response.best import BestRules, best_response, first_response, last_counted
from trialwright.response.codes import Response, Rule
from trialwright.response.lesion_values import LesionReader
from trialwright.response.patient import PatientScans, Reading, gather_scans
from trialwright.response.reasons import explain_best, explain_time_point
from trialwright.response.result import BestResponse, PatientResponse, Reason, TimePoint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class ResponseRules:
    """The choices of the study file that reading a scan depends on."""

    best: BestRules
    confirm: bool
    persistent: bool
    planned_ablation: str
    unplanned_local_therapy: str
    time_point_date: str

    @classmethod
    def of(cls, study: Study) -> ResponseRules:
        """Take the choices from a study; raise ``StudyError`` where one is still open."""
        chosen = study.response
        chosen.criteria.require()
        return cls(
            BestRules(
                chosen.confirmation_interval_days.require(),
                chosen.intervening_not_evaluable.require(),
                chosen.intervening_stable_disease.require(),
                chosen.minimum_stable_disease_days.require(),
            ),
            chosen.confirmation_required.require(),
            chosen.persistent_partial_response.require(),
            chosen.planned_ablation.require(),
            chosen.unplanned_local_therapy.require(),
            chosen.time_point_date.require(),
        )


def assess_dataset(dataset: Dataset, rules: ResponseRules) -> tuple[PatientResponse, ...]:
    """Assess every patient of a data set, in the order of its patients table."""
    return tuple(assess_patient(scans, rules) for scans in gather_scans(dataset))


def assess_patient(scans: PatientScans, rules: ResponseRules) -> PatientResponse:
    """Read all scans of one patient and call each time point and the best response.

    Parameters
    ----------
    scans : PatientScans
        The patient's lesions, readings, local treatments and dates.
    rules : ResponseRules
        The study's choices.

    Returns
    -------
    PatientResponse
        With a reason on each call. A patient who cannot be read is returned as not
        evaluable with the reason, never left out.
    """
    visits = _group_by_visit(scans.readings, rules.time_point_date)
    baseline_at = _baseline_index(scans, visits)
    if baseline_at is None:
        return _not_evaluable(scans, _why_no_baseline(scans, visits))
    reader = LesionReader(scans, rules.planned_ablation, rules.unplanned_local_therapy)
    base_visit = visits[baseline_at]
    state = recist.start(
        reader.add_up(base_visit.readings, base_visit.day_of), lesions=len(reader.targets)
    )
    origin = scans.first_treatment or base_visit.day_of
    baseline = _baseline_point(reader, base_visit, state, origin)
    names = [base_visit.name]
    points: list[TimePoint] = []
    for number, visit in enumerate(visits[baseline_at + 1 :], 1):
        names.append(visit.name)
        targets = reader.add_up(visit.readings, visit.day_of)
        new = reader.new_lesions(visit.readings, base_visit.last_day)
        non_target = reader.non_target_response(visit.readings)
        later, call = recist.step(state, number, targets, non_target, bool(new), rules.persistent)
        read = _Read(state, targets, call, new, names[state.nadir_visit])
        points.append(_point(reader, visit, read, origin))
        state = later
    return _conclude(scans, rules, reader, baseline, points)


@dataclass(frozen=True, slots=True)
class _Visit:
    name: str
    day_of: date
    last_day: date
    readings: tuple[Reading, ...]


def _group_by_visit(readings: Sequence[Reading], which_date: str) -> list[_Visit]:
    groups: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        groups[reading.visit].append(reading)
    visits = []
    for name, members in groups.items():
        dates = [reading.scan_date for reading in members]
        first, last = min(dates), max(dates)
        visits.append(
            _Visit(name, first if which_date == "earliest" else last, last, tuple(members))
        )
    return sorted(visits, key=lambda visit: (visit.day_of, visit.last_day, visit.name))


def _baseline_index(scans: PatientScans, visits: Sequence[_Visit]) -> int | None:
    """Return the last visit on or before the first treatment; none if there is no such visit."""
    if scans.first_treatment is None:
        return None
    before = [i for i, visit in enumerate(visits) if visit.last_day <= scans.first_treatment]
    return before[-1] if before else None


def _why_no_baseline(scans: PatientScans, visits: Sequence[_Visit]) -> str:
    if scans.first_treatment is None:
        return "no study treatment was given"
    if not visits:
        return "no lesion was measured"
    return "no scan on or before the first treatment to compare with"


def _not_evaluable(scans: PatientScans, why: str) -> PatientResponse:
    reason = Reason("recist11.no_baseline", f"NE because {why}")
    best = BestResponse(Response.NE, None, None, None, reason)
    return PatientResponse(scans.patient_id, None, (), 0, best, best, best, not_evaluable=why)


def _baseline_point(
    reader: LesionReader, visit: _Visit, state: recist.State, origin: date
) -> TimePoint:
    count = len(reader.targets)
    words = f"baseline sum {state.baseline_mm:g} mm of {count} target lesion{'s' * (count != 1)}"
    if state.has_targets and state.baseline_mm != state.baseline_mm:
        words = "a target lesion has no size at baseline, so no sum can be compared"
    elif not state.has_targets:
        words = "no target lesion under this reading"
    measured = reader.add_up(visit.readings, visit.day_of).measured_mm
    return TimePoint(
        visit=visit.name,
        date=visit.day_of,
        day=(visit.day_of - origin).days,
        values=reader.values(visit.readings, visit.day_of),
        sum_mm=state.baseline_mm,
        measured_mm=measured,
        change_from_baseline=0.0,
        nadir_mm=state.baseline_mm,
        nadir_visit=visit.name,
        target=Response.NONE,
        non_target=Response.NONE,
        new_lesions=(),
        overall=Response.NONE,
        reason=Reason(Rule.BASELINE.id, words, {"baseline_mm": state.baseline_mm}),
    )


class _Read(NamedTuple):
    """What the rules made of one visit: what was known before, what was seen, the call."""

    before: recist.State
    targets: recist.Targets
    call: recist.Call
    new: tuple[str, ...]
    nadir_visit: str


def _point(reader: LesionReader, visit: _Visit, read: _Read, origin: date) -> TimePoint:
    complete = read.before.has_targets and read.targets.missing == 0
    total = read.targets.measured_mm if complete else float("nan")
    reason = explain_time_point(
        read.call,
        read.before,
        read.targets,
        nadir_visit=read.nadir_visit,
        new=read.new,
        unread=reader.unread(visit.readings, visit.day_of),
    )
    return TimePoint(
        visit=visit.name,
        date=visit.day_of,
        day=(visit.day_of - origin).days,
        values=reader.values(visit.readings, visit.day_of),
        sum_mm=total,
        measured_mm=read.targets.measured_mm,
        change_from_baseline=_fraction(total, read.before.baseline_mm),
        nadir_mm=read.before.nadir_mm,
        nadir_visit=read.nadir_visit,
        target=read.call.target,
        non_target=read.call.non_target,
        new_lesions=read.new,
        overall=read.call.overall,
        reason=reason,
    )


def _fraction(sum_mm: float, baseline_mm: float) -> float:
    return (sum_mm - baseline_mm) / baseline_mm if baseline_mm > 0 else float("nan")


def _conclude(
    scans: PatientScans,
    rules: ResponseRules,
    reader: LesionReader,
    baseline: TimePoint,
    points: list[TimePoint],
) -> PatientResponse:
    responses = [point.overall for point in points]
    days = [point.day for point in points]
    therapy = float("inf")
    if scans.new_therapy is not None and scans.first_treatment is not None:
        therapy = (scans.new_therapy - scans.first_treatment).days
    counted = last_counted(responses, days, therapy)
    either = {
        confirm: _best(points[:counted], rules.best, confirm, scans) for confirm in (False, True)
    }
    start = first_response(responses[:counted], days[:counted], rules.best, rules.confirm)
    return PatientResponse(
        scans.patient_id,
        baseline,
        tuple(points),
        counted,
        best=either[rules.confirm],
        unconfirmed=either[False],
        confirmed=either[True],
        response_start=points[start].date if start >= 0 else None,
        excluded_lesions=reader.excluded,
    )


def _best(
    points: Sequence[TimePoint], rules: BestRules, confirm: bool, scans: PatientScans
) -> BestResponse:
    found = best_response(
        [point.overall for point in points], [point.day for point in points], rules, confirm
    )
    if found.response == Response.SD and points[found.visit].target == Response.NONE:
        # Without target lesions "stable" is not a category (RECIST 1.1 table 2).
        found = found._replace(response=Response.NON_CR_NON_PD)
    reason = explain_best(found, points, rules, confirm, scans.death)
    if found.visit < 0:
        return BestResponse(found.response, None, None, None, reason)
    point = points[found.visit]
    confirmed_on = points[found.confirmed_at].date if found.confirmed_at >= 0 else None
    return BestResponse(found.response, point.date, confirmed_on, point.visit, reason)
