"""Read one patient's scans by iRECIST, beside RECIST 1.1.

The numbers go to the plain rules of ``irecist`` and ``best``; what is left here is
walking through the visits and writing down why. RECIST 1.1 stays the primary reading: iRECIST
is exploratory and not validated for decisions (Seymour 2017).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from trialwright.response.codes import Response
from trialwright.response.immune.best import (
    best_immune_response,
    first_immune_response,
    immune_progression,
    last_counted_immune,
)
from trialwright.response.immune.codes import ImmuneResponseCode, ImmuneRule, immune_code
from trialwright.response.immune.irecist import start_immune, step_immune
from trialwright.response.immune.lesions import ImmuneLesionReader, ImmuneReading, Known
from trialwright.response.immune.reasons import (
    Ended,
    explain_immune,
    explain_immune_best,
    explain_progression,
)
from trialwright.response.immune.result import (
    ImmuneBestResponse,
    ImmuneProgressionDate,
    ImmuneResponse,
    ImmuneTimePoint,
)
from trialwright.response.immune.state import ImmuneCall, Scan
from trialwright.response.read_visits import read_visits
from trialwright.response.timeline import (
    date_progression,
    end_reading,
    lay_out_visits,
    why_no_baseline,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.response.immune.best import ImmuneBest
    from trialwright.response.immune.state import ImmuneRules
    from trialwright.response.patient import PatientScans
    from trialwright.response.read_visits import VisitsRead
    from trialwright.response.result import Reason
    from trialwright.response.rules import ResponseRules
    from trialwright.response.timeline import Visit
    from trialwright.response.visit_reading import VisitReading


def assess_immune(scans: PatientScans, rules: ResponseRules, immune: ImmuneRules) -> ImmuneResponse:
    """Read all scans of one patient by iRECIST alone.

    ``assess_patient`` gives this reading too, beside that of RECIST 1.1, where the study asks
    for it.

    Parameters
    ----------
    scans : PatientScans
        The patient's lesions, readings, local treatments and dates.
    rules : ResponseRules
        The study's choices for RECIST 1.1, which hold here too.
    immune : ImmuneRules
        The study's choice for iRECIST.

    Returns
    -------
    ImmuneResponse
        With a reason on each call. A patient who cannot be read is returned as not
        evaluable with the reason, never left out.
    """
    timeline = lay_out_visits(end_reading(scans, rules), rules)
    seen = read_visits(timeline, rules)
    if seen is not None:
        return follow_immune(seen, rules, immune)
    why = why_no_baseline(timeline.scans, timeline.visits, rules.baseline_after_ablation)
    return _conclude(timeline.scans, rules, [], (), why)


def follow_immune(seen: VisitsRead, rules: ResponseRules, immune: ImmuneRules) -> ImmuneResponse:
    """Read one patient by iRECIST, the lesions of the visits read already.

    Parameters are those of `call_immune`.
    """
    return conclude_immune(seen.scans, rules, call_immune(seen, rules, immune))


class ImmuneCalls(NamedTuple):
    """The calls of the visits after baseline, and the new lesions that were taken as targets."""

    points: tuple[ImmuneTimePoint, ...]
    new_targets: tuple[str, ...]


def call_immune(seen: VisitsRead, rules: ResponseRules, immune: ImmuneRules) -> ImmuneCalls:
    """Call the visits of one patient by iRECIST, their lesions read already.

    Parameters
    ----------
    seen : VisitsRead
        What each visit shows, as RECIST 1.1 reads it.
    rules : ResponseRules
        The study's choices for RECIST 1.1.
    immune : ImmuneRules
        The study's choice for iRECIST.
    """
    walk = _Walk(seen, rules, immune)
    points = tuple([walk.step(visit, reading) for visit, reading in seen.followed])
    return ImmuneCalls(points, walk.known.targets)


def conclude_immune(
    scans: PatientScans, rules: ResponseRules, calls: ImmuneCalls
) -> ImmuneResponse:
    """Return what all calls by iRECIST together say of a patient.

    Parameters
    ----------
    scans : PatientScans
        The patient, with the day after which no scan counts.
    rules : ResponseRules
        The study's choices for RECIST 1.1.
    calls : ImmuneCalls
        From `call_immune`.
    """
    return _conclude(scans, rules, calls.points, calls.new_targets, None)


class _Walk:
    """One patient's visits in order: what earlier ones left behind, and the next one."""

    def __init__(self, seen: VisitsRead, rules: ResponseRules, immune: ImmuneRules) -> None:
        self._rules, self._immune, self._origin = rules, immune, seen.origin
        self._lesions = ImmuneLesionReader(seen, rules)
        self._state = start_immune(seen.at_baseline.targets, seen.targets)
        self._visits = [seen.baseline.name]
        self._since = ""
        self.known = Known()

    def step(self, visit: Visit, seen: VisitReading) -> ImmuneTimePoint:
        """Call the next visit."""
        self._visits.append(visit.name)
        before = self._state
        looked = self._lesions.read(visit, seen, self.known)
        by_targets, otherwise = (
            self._day(self._date(visit, seen, grown=grown)) for grown in (True, False)
        )
        scan = Scan(
            len(self._visits) - 1,
            self._day(visit.day_of),
            by_targets,
            otherwise,
            seen.targets,
            seen.non_target,
            seen.non_target_left,
            looked.non_target_increased,
            looked.new,
        )
        self._state, call = step_immune(before, scan, self._immune, self._rules.persistent)
        nadir_visit = self._visits[before.recist.nadir_visit]
        reason = explain_immune(before, call, scan, (seen, looked), (nadir_visit, self._since))
        self._remember(visit, call, looked, waited=before.unconfirmed.pending)
        point = _point(visit, call, scan, looked, reason)
        if call.overall not in {ImmuneResponseCode.IUPD, ImmuneResponseCode.ICPD}:
            return point
        dated = self._date(visit, seen, grown=call.recist.target == Response.PD)
        return replace(point, date=dated, day=self._day(dated))

    def _date(self, visit: Visit, seen: VisitReading, *, grown: bool) -> date:
        which = self._rules.time_point_date
        return date_progression(visit, seen, target_progressed=grown, which=which)

    def _day(self, on: date) -> int:
        return (on - self._origin).days

    def _remember(
        self, visit: Visit, call: ImmuneCall, looked: ImmuneReading, *, waited: bool
    ) -> None:
        if call.rule == ImmuneRule.TOO_EARLY:
            return
        starts = self._state.unconfirmed.pending and not waited
        self._since = visit.name if starts else self._since
        self.known = looked.remember(iupd_starts=starts)


def _point(
    visit: Visit, call: ImmuneCall, scan: Scan, looked: ImmuneReading, reason: Reason
) -> ImmuneTimePoint:
    nan = float("nan")
    whole = call.recist.target != Response.NONE and scan.targets.missing == 0
    new_whole = scan.new.target_lesions > 0 and scan.new.targets.missing == 0
    parts = _parts(call)
    return ImmuneTimePoint(
        visit=visit.name,
        date=visit.day_of,
        day=scan.day,
        sum_mm=scan.targets.measured_mm if whole else nan,
        new_sum_mm=scan.new.targets.measured_mm if new_whole else nan,
        new_lesions=looked.present,
        appeared=looked.appeared,
        target=parts[_TARGET],
        non_target=parts[_NON_TARGET],
        new_lesion=parts[_NEW_LESION],
        overall=call.overall,
        reason=reason,
    )


_TARGET, _NON_TARGET, _NEW_LESION = range(3)
_CONFIRMS = {
    ImmuneRule.CONFIRMED_BY_TARGET: _TARGET,
    ImmuneRule.CONFIRMED_BY_TARGET_AS_WELL: _TARGET,
    ImmuneRule.CONFIRMED_BY_NON_TARGET: _NON_TARGET,
    ImmuneRule.CONFIRMED_BY_NON_TARGET_AS_WELL: _NON_TARGET,
    ImmuneRule.CONFIRMED_BY_ANOTHER_NEW_LESION: _NEW_LESION,
    ImmuneRule.CONFIRMED_BY_NEW_LESION_SUM: _NEW_LESION,
    ImmuneRule.CONFIRMED_BY_NEW_NON_TARGET: _NEW_LESION,
    ImmuneRule.CONFIRMED_BY_NEW_LESION_AS_WELL: _NEW_LESION,
}


def _parts(call: ImmuneCall) -> list[ImmuneResponseCode]:
    """Return the target, non-target and new-lesion part; the one that confirmed is iCPD."""
    new = ImmuneResponseCode.IUPD if call.new_lesion_progressed else ImmuneResponseCode.NONE
    parts = [immune_code(call.recist.target), immune_code(call.recist.non_target), new]
    if call.rule in _CONFIRMS:
        parts[_CONFIRMS[call.rule]] = ImmuneResponseCode.ICPD
    return parts


def _conclude(
    scans: PatientScans,
    rules: ResponseRules,
    points: Sequence[ImmuneTimePoint],
    new_targets: tuple[str, ...],
    why_not: str | None,
) -> ImmuneResponse:
    therapy = float("inf")
    if scans.new_therapy is not None and scans.first_treatment is not None:
        therapy = (scans.new_therapy - scans.first_treatment).days
    codes, days = [one.overall for one in points], [one.day for one in points]
    counted = last_counted_immune(codes, days, therapy)
    later = [one.overall for one in points[counted:]]
    codes, days, used = codes[:counted], days[:counted], points[:counted]
    ended = Ended(bool(later), ImmuneResponseCode.ICPD in later)
    either = {
        confirm: _best(best_immune_response(codes, days, rules.best, confirm), used, why_not, ended)
        for confirm in (False, True)
    }
    start = first_immune_response(codes, days, rules.best, rules.confirm)
    return ImmuneResponse(
        scans.patient_id,
        tuple(points),
        counted,
        best=either[rules.confirm],
        unconfirmed=either[False],
        confirmed=either[True],
        progression=_progression(used, why_not, ended),
        response_start=used[start].date if start >= 0 else None,
        new_lesion_targets=new_targets,
        not_evaluable=why_not,
    )


def _best(
    found: ImmuneBest, points: Sequence[ImmuneTimePoint], why_not: str | None, ended: Ended
) -> ImmuneBestResponse:
    response = found.response
    if response == ImmuneResponseCode.ISD and (
        points[found.visit].target == ImmuneResponseCode.NONE
    ):
        # Without target lesions "stable" is not a category, as in RECIST 1.1 table 2.
        response = ImmuneResponseCode.NON_ICR_NON_IUPD
    found = found._replace(response=response)
    reason = explain_immune_best(found, points, why_not, ended)
    if found.visit < 0:
        return ImmuneBestResponse(response, None, None, None, reason)
    point = points[found.visit]
    confirmed_on = points[found.confirmed_at].date if found.confirmed_at >= 0 else None
    return ImmuneBestResponse(response, point.date, confirmed_on, point.visit, reason)


def _progression(
    points: Sequence[ImmuneTimePoint], why_not: str | None, ended: Ended
) -> ImmuneProgressionDate:
    found = immune_progression([one.overall for one in points])
    reason = explain_progression(found, points, why_not, ended)
    if found.visit < 0:
        return ImmuneProgressionDate(None, None, None, reason)
    point = points[found.visit]
    confirmed_on = points[found.confirmed_at].date if found.confirmed_at >= 0 else None
    return ImmuneProgressionDate(point.date, point.visit, confirmed_on, reason)
