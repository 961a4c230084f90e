"""Read one patient's scans by the rules of the study.

The numbers go to the plain rules of ``recist`` and ``best``; what is left here is choosing
the baseline, reading visit by visit, and writing down why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from trialwright.response import recist
from trialwright.response.codes import Response
from trialwright.response.conclude import conclude, find_early_death
from trialwright.response.immune.assess import call_immune, conclude_immune
from trialwright.response.immune.state import ImmuneRules
from trialwright.response.read_visits import VisitsCalled, read_visits
from trialwright.response.reasons import explain_baseline, explain_time_point
from trialwright.response.result import BestResponse, PatientResponse, Reason, TimePoint
from trialwright.response.timeline import (
    date_progression,
    end_reading,
    last_planned_ablation,
    lay_out_visits,
    why_no_baseline,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from trialwright.response.patient import PatientScans
    from trialwright.response.read_visits import VisitsRead
    from trialwright.response.rules import ResponseRules
    from trialwright.response.timeline import Timeline, Visit
    from trialwright.response.visit_reading import VisitReading


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
    called = _call_once(scans, rules)
    if called.read is None or called.baseline is None:
        why = called.why_not
        reason = Reason("recist11.no_baseline", f"NE because {why}")
        return _not_evaluable(called.scans, reason, why)
    excluded = called.read.excluded
    concluded = conclude(called.scans, rules, called.baseline, called.points, excluded)
    if called.immune is None:
        return concluded
    return replace(concluded, immune=conclude_immune(called.scans, rules, called.immune))


def _call_once(scans: PatientScans, rules: ResponseRules) -> VisitsCalled:
    """Call the visits, or remember the calls: a trial is looked at in many ways.

    Whether a response must be confirmed is asked only once the visits are called, and iRECIST
    once they are called by RECIST 1.1.
    """
    asked = replace(rules, confirm=False)
    if asked not in scans.called:
        if rules.immune_criteria == "none":
            scans.called[asked] = _call_visits(scans, asked)
        else:
            plain = _call_once(scans, replace(asked, immune_criteria="none"))
            scans.called[asked] = _call_immune(plain, asked)
    return scans.called[asked]


def _call_immune(called: VisitsCalled, rules: ResponseRules) -> VisitsCalled:
    if called.read is None:
        return called
    immune = ImmuneRules(rules.immune_confirmation_days)
    return replace(called, immune=call_immune(called.read, rules, immune))


def _call_visits(scans: PatientScans, rules: ResponseRules) -> VisitsCalled:
    scans = end_reading(scans, rules)
    timeline = lay_out_visits(scans, rules)
    seen = read_visits(timeline, rules)
    if seen is None:
        why = why_no_baseline(timeline.scans, timeline.visits, rules.baseline_after_ablation)
        return VisitsCalled(scans, why_not=why)
    state = recist.start(seen.at_baseline.targets, lesions=seen.targets)
    baseline = _baseline_point(seen, state, _explain_baseline(timeline, seen, state))
    return VisitsCalled(scans, seen, baseline, tuple(_call_time_points(seen, state, rules)))


def refuse_patient(scans: PatientScans, why: str) -> PatientResponse:
    """Return a patient whom the study makes not evaluable because of findings in the data.

    Parameters
    ----------
    scans : PatientScans
        The patient.
    why : str
        The findings, as they continue "not evaluable because".

    Source: ``data.patient_not_evaluable`` of the study file.
    """
    reason = Reason("data.patient_not_evaluable", f"NE because {why}")
    return _not_evaluable(scans, reason, why)


def _not_evaluable(scans: PatientScans, reason: Reason, why: str) -> PatientResponse:
    best = BestResponse(Response.NE, None, None, None, reason)
    return PatientResponse(
        scans.patient_id,
        None,
        (),
        0,
        best,
        best,
        best,
        not_evaluable=why,
        reader=scans.reader,
        early_death=find_early_death(scans, None),
    )


def _explain_baseline(timeline: Timeline, seen: VisitsRead, state: recist.State) -> Reason:
    reason = explain_baseline(state, seen.at_baseline)
    if seen.baseline is timeline.before:
        return reason
    return _tell_new_baseline(reason, timeline, seen.baseline)


def _tell_new_baseline(reason: Reason, timeline: Timeline, base: Visit) -> Reason:
    """Say that the baseline is the scan after the ablation, and which visits go before it."""
    ablated = last_planned_ablation(timeline.scans)
    earlier = [visit.name for visit in timeline.visits[: timeline.visits.index(base)]]
    words = f"{reason.sentence}; first scan after the last planned ablation ({ablated})"
    if earlier:
        words = f"{words}, so {', '.join(earlier)} did not count"
    inputs = {**reason.inputs, "last_planned_ablation": str(ablated), "before": "; ".join(earlier)}
    return Reason("recist11.baseline_after_ablation", words, inputs)


def _baseline_point(seen: VisitsRead, state: recist.State, reason: Reason) -> TimePoint:
    visit, reading = seen.baseline, seen.at_baseline
    return TimePoint(
        visit=visit.name,
        date=visit.day_of,
        day=(visit.day_of - seen.origin).days,
        values=reading.values,
        sum_mm=state.baseline_mm,
        measured_mm=reading.targets.measured_mm,
        change_from_baseline=0.0,
        nadir_mm=state.baseline_mm,
        nadir_visit=visit.name,
        target=Response.NONE,
        non_target=Response.NONE,
        new_lesions=(),
        overall=Response.NONE,
        reason=reason,
    )


class _Said(NamedTuple):
    """What was known before a visit, and what the rules made of it."""

    before: recist.State
    call: recist.Call
    nadir_visit: str


def _call_time_points(
    read: VisitsRead, state: recist.State, rules: ResponseRules
) -> Iterator[TimePoint]:
    names = [read.baseline.name]
    for visit, seen in read.followed:
        names.append(visit.name)
        later, call = recist.step(
            state,
            len(names) - 1,
            seen.targets,
            seen.non_target,
            bool(seen.new),
            rules.persistent,
            seen.non_target_left,
        )
        said = _Said(state, call, names[state.nadir_visit])
        dated = visit.day_of
        if call.overall == Response.PD:
            dated = date_progression(
                visit,
                seen,
                target_progressed=call.target == Response.PD,
                which=rules.time_point_date,
            )
        yield _point(replace(visit, day_of=dated), seen, said, read.origin)
        state = later


def _point(visit: Visit, seen: VisitReading, said: _Said, origin: date) -> TimePoint:
    complete = said.before.has_targets and seen.targets.missing == 0
    total = seen.targets.measured_mm if complete else float("nan")
    return TimePoint(
        visit=visit.name,
        date=visit.day_of,
        day=(visit.day_of - origin).days,
        values=seen.values,
        sum_mm=total,
        measured_mm=seen.targets.measured_mm,
        change_from_baseline=recist.change_of_sum(total, said.before.baseline_mm),
        nadir_mm=said.before.nadir_mm,
        nadir_visit=said.nadir_visit,
        target=said.call.target,
        non_target=said.call.non_target,
        new_lesions=seen.new,
        overall=said.call.overall,
        reason=explain_time_point(said.call, said.before, seen, said.nadir_visit),
    )
