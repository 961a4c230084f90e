"""Read one patient's scans by the rules of the study.

The numbers go to the plain rules of ``recist`` and ``best``; what is left here is choosing
the baseline, counting lesions, and writing down why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from trialwright.response import recist
from trialwright.response.best import BestRules, best_response, first_response, last_counted
from trialwright.response.codes import Response, Rule
from trialwright.response.lesion_values import LesionReader, VisitReading
from trialwright.response.reasons import explain_best, explain_time_point
from trialwright.response.result import BestResponse, PatientResponse, Reason, TimePoint
from trialwright.response.timeline import (
    Visit,
    find_baseline,
    group_by_visit,
    why_no_baseline,
    without_prior_treatment,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.response.patient import PatientScans
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
    scans = end_at_unplanned_treatment(scans, rules)
    visits = group_by_visit(scans.readings, rules.time_point_date)
    base_visit = find_baseline(scans, visits)
    if base_visit is None or scans.first_treatment is None:
        return _not_evaluable(scans, why_no_baseline(scans, visits))
    reader = LesionReader(
        without_prior_treatment(scans, base_visit),
        rules.planned_ablation,
        rules.unplanned_local_therapy,
    )
    seen = reader.read(base_visit.readings, base_visit.day_of)
    state = recist.start(seen.targets, lesions=len(reader.targets))
    origin = scans.first_treatment
    baseline = _baseline_point(base_visit, seen, state, origin)
    names = [base_visit.name]
    points: list[TimePoint] = []
    for visit in visits:
        if visit.last_day <= origin:
            continue
        names.append(visit.name)
        seen = reader.read(visit.readings, visit.day_of)
        later, call = recist.step(
            state,
            len(names) - 1,
            seen.targets,
            seen.non_target,
            bool(seen.new),
            rules.persistent,
        )
        read = _Read(state, call, names[state.nadir_visit])
        dated = _date_of(visit, seen, call, rules.time_point_date)
        points.append(_point(replace(visit, day_of=dated), seen, read, origin))
        state = later
    return _conclude(scans, rules, reader.excluded, baseline, points)


def end_at_unplanned_treatment(scans: PatientScans, rules: ResponseRules) -> PatientScans:
    """Treat the first unplanned local treatment as new anticancer therapy, if the study does.

    Source: ``response.unplanned_local_therapy = "censor"`` of the study file.
    """
    unplanned = [one.treatment_date for one in scans.local_treatments if not one.planned]
    if rules.unplanned_local_therapy != "censor" or not unplanned:
        return scans
    known = [] if scans.new_therapy is None else [scans.new_therapy]
    return replace(scans, new_therapy=min(unplanned + known))


def _not_evaluable(scans: PatientScans, why: str) -> PatientResponse:
    reason = Reason("recist11.no_baseline", f"NE because {why}")
    best = BestResponse(Response.NE, None, None, None, reason)
    return PatientResponse(scans.patient_id, None, (), 0, best, best, best, not_evaluable=why)


def _baseline_point(
    visit: Visit, seen: VisitReading, state: recist.State, origin: date
) -> TimePoint:
    count = sum(value.counted_mm is not None for value in seen.values)
    words = f"baseline sum {state.baseline_mm:g} mm of {count} target lesion{'s' * (count != 1)}"
    if state.has_targets and state.baseline_mm != state.baseline_mm:
        words = f"no baseline sum: target lesion {', '.join(seen.unread)} has no size"
        if not seen.unread:
            words = "no baseline sum: no target lesion was there at baseline"
    elif not state.has_targets:
        words = "no target lesion under this reading"
    return TimePoint(
        visit=visit.name,
        date=visit.day_of,
        day=(visit.day_of - origin).days,
        values=seen.values,
        sum_mm=state.baseline_mm,
        measured_mm=seen.targets.measured_mm,
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
    """What was known before a visit, and what the rules made of it."""

    before: recist.State
    call: recist.Call
    nadir_visit: str


def _date_of(visit: Visit, seen: VisitReading, call: recist.Call, which: str) -> date:
    """Return the date of a time point; a progression is dated at the first scan that shows it.

    Growth of the sum is known at the last scan of the targets. Source: FDA guidance on
    endpoints, the date rule of its example table A.
    """
    if which != "earliest" or call.overall != Response.PD:
        return visit.day_of
    shown = [seen.progressed_on]
    if call.target == Response.PD:
        shown.append(seen.targets_on)
    return min((day for day in shown if day is not None), default=visit.day_of)


def _point(visit: Visit, seen: VisitReading, read: _Read, origin: date) -> TimePoint:
    complete = read.before.has_targets and seen.targets.missing == 0
    total = seen.targets.measured_mm if complete else float("nan")
    return TimePoint(
        visit=visit.name,
        date=visit.day_of,
        day=(visit.day_of - origin).days,
        values=seen.values,
        sum_mm=total,
        measured_mm=seen.targets.measured_mm,
        change_from_baseline=_fraction(total, read.before.baseline_mm),
        nadir_mm=read.before.nadir_mm,
        nadir_visit=read.nadir_visit,
        target=read.call.target,
        non_target=read.call.non_target,
        new_lesions=seen.new,
        overall=read.call.overall,
        reason=explain_time_point(read.call, read.before, seen, read.nadir_visit),
    )


def _fraction(sum_mm: float, baseline_mm: float) -> float:
    return (sum_mm - baseline_mm) / baseline_mm if baseline_mm > 0 else float("nan")


def _conclude(
    scans: PatientScans,
    rules: ResponseRules,
    excluded: tuple[str, ...],
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
        excluded_lesions=excluded,
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
