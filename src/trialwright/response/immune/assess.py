"""Read one patient's scans by iRECIST, beside RECIST 1.1.

The numbers go to the plain rules of ``irecist`` and ``immune_best``; what is left here is
walking through the visits and writing down why. RECIST 1.1 stays the primary reading: iRECIST
is exploratory and not validated for decisions (Seymour 2017).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from trialwright.response.lesion_values import LesionReader
from trialwright.response.timeline import (
    date_progression,
    end_at_unplanned_treatment,
    lay_out_visits,
    why_no_baseline,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from trialwright.response.immune.best import ImmuneBest
    from trialwright.response.immune.state import ImmuneRules
    from trialwright.response.patient import PatientScans
    from trialwright.response.result import Reason
    from trialwright.response.rules import ResponseRules
    from trialwright.response.timeline import Visit


def assess_immune(scans: PatientScans, rules: ResponseRules, immune: ImmuneRules) -> ImmuneResponse:
    """Read all scans of one patient by iRECIST.

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
    scans = end_at_unplanned_treatment(scans, rules)
    timeline = lay_out_visits(scans, rules)
    base = timeline.baseline
    if base is None or scans.first_treatment is None:
        why = why_no_baseline(timeline.scans, timeline.visits, rules.baseline_after_ablation)
        return _conclude(scans, rules, [], Known(), why)
    walk = _Walk(timeline.scans, rules, immune, base, scans.first_treatment)
    points = list(walk.read(timeline.followed))
    return _conclude(scans, rules, points, walk.known, None)


class _Walk:
    """One patient's visits in order: what earlier ones left behind, and the next one."""

    def __init__(
        self,
        scans: PatientScans,
        rules: ResponseRules,
        immune: ImmuneRules,
        baseline: Visit,
        origin: date,
    ) -> None:
        self._rules, self._immune, self._origin = rules, immune, origin
        self._reader = LesionReader(scans, baseline, rules)
        self._lesions = ImmuneLesionReader(scans, self._reader.excluded)
        self._state = start_immune(self._reader.read(baseline).targets, len(self._reader.targets))
        self._visits = [baseline.name]
        self._since = ""
        self.known = Known()

    def read(self, visits: Sequence[Visit]) -> Iterator[ImmuneTimePoint]:
        """Call each of the visits that follow the baseline."""
        for visit in visits:
            self._visits.append(visit.name)
            yield self._step(visit)

    def _step(self, visit: Visit) -> ImmuneTimePoint:
        before = self._state
        seen = self._reader.read(visit)
        looked = self._lesions.read(visit, seen, self.known)
        scan = Scan(
            len(self._visits) - 1,
            (visit.day_of - self._origin).days,
            seen.targets,
            seen.non_target,
            # A target that the reader calls progressed counts with the non-target disease.
            looked.non_target_increased or bool(seen.local_progression + seen.target_progression),
            looked.new,
        )
        self._state, call = step_immune(before, scan, self._immune, self._rules.persistent)
        nadir_visit = self._visits[before.recist.nadir_visit]
        reason = explain_immune(before, call, scan, (seen, looked), (nadir_visit, self._since))
        self._remember(visit, call, looked, waited=before.unconfirmed.pending)
        dated = visit.day_of
        if call.overall in {ImmuneResponseCode.IUPD, ImmuneResponseCode.ICPD}:
            grown = call.recist.target == Response.PD
            which = self._rules.time_point_date
            dated = date_progression(visit, seen, target_progressed=grown, which=which)
        return _point(visit.name, dated, (dated - self._origin).days, call, (looked, scan, reason))

    def _remember(
        self, visit: Visit, call: ImmuneCall, looked: ImmuneReading, *, waited: bool
    ) -> None:
        if call.rule == ImmuneRule.TOO_EARLY:
            return
        starts = self._state.unconfirmed.pending and not waited
        self._since = visit.name if starts else self._since
        self.known = looked.remember(iupd_starts=starts)


def _point(
    visit: str,
    on: date,
    day: int,
    call: ImmuneCall,
    found: tuple[ImmuneReading, Scan, Reason],
) -> ImmuneTimePoint:
    looked, scan, reason = found
    nan = float("nan")
    whole = call.recist.target != Response.NONE and scan.targets.missing == 0
    new_whole = scan.new.target_lesions > 0 and scan.new.targets.missing == 0
    target, non_target, new_lesion = _parts(call)
    return ImmuneTimePoint(
        visit=visit,
        date=on,
        day=day,
        sum_mm=scan.targets.measured_mm if whole else nan,
        new_sum_mm=scan.new.targets.measured_mm if new_whole else nan,
        new_lesions=looked.present,
        appeared=looked.appeared,
        target=target,
        non_target=non_target,
        new_lesion=new_lesion,
        overall=call.overall,
        reason=reason,
    )


_CONFIRMS = {
    ImmuneRule.CONFIRMED_BY_TARGET: 0,
    ImmuneRule.CONFIRMED_BY_TARGET_AS_WELL: 0,
    ImmuneRule.CONFIRMED_BY_NON_TARGET: 1,
    ImmuneRule.CONFIRMED_BY_NON_TARGET_AS_WELL: 1,
    ImmuneRule.CONFIRMED_BY_ANOTHER_NEW_LESION: 2,
    ImmuneRule.CONFIRMED_BY_NEW_LESION_SUM: 2,
    ImmuneRule.CONFIRMED_BY_NEW_NON_TARGET: 2,
    ImmuneRule.CONFIRMED_BY_NEW_LESION_AS_WELL: 2,
}


def _parts(call: ImmuneCall) -> tuple[ImmuneResponseCode, ImmuneResponseCode, ImmuneResponseCode]:
    """Return the target, non-target and new-lesion part; the one that confirmed is iCPD."""
    new = ImmuneResponseCode.IUPD if call.new_lesion_progressed else ImmuneResponseCode.NONE
    parts = [immune_code(call.recist.target), immune_code(call.recist.non_target), new]
    if call.rule in _CONFIRMS:
        parts[_CONFIRMS[call.rule]] = ImmuneResponseCode.ICPD
    return parts[0], parts[1], parts[2]


def _conclude(
    scans: PatientScans,
    rules: ResponseRules,
    points: list[ImmuneTimePoint],
    known: Known,
    why_not: str | None,
) -> ImmuneResponse:
    therapy = float("inf")
    if scans.new_therapy is not None and scans.first_treatment is not None:
        therapy = (scans.new_therapy - scans.first_treatment).days
    codes, days = [one.overall for one in points], [one.day for one in points]
    counted = last_counted_immune(codes, days, therapy)
    codes, days, used = codes[:counted], days[:counted], points[:counted]
    either = {
        confirm: _best(best_immune_response(codes, days, rules.best, confirm), used, why_not)
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
        progression=_progression(used, why_not),
        response_start=used[start].date if start >= 0 else None,
        new_lesion_targets=known.targets,
        not_evaluable=why_not,
    )


def _best(
    found: ImmuneBest, points: Sequence[ImmuneTimePoint], why_not: str | None
) -> ImmuneBestResponse:
    response = found.response
    if response == ImmuneResponseCode.ISD and (
        points[found.visit].target == ImmuneResponseCode.NONE
    ):
        # Without target lesions "stable" is not a category, as in RECIST 1.1 table 2.
        response = ImmuneResponseCode.NON_ICR_NON_IUPD
    found = found._replace(response=response)
    reason = explain_immune_best(found, points, why_not)
    if found.visit < 0:
        return ImmuneBestResponse(response, None, None, None, reason)
    point = points[found.visit]
    confirmed_on = points[found.confirmed_at].date if found.confirmed_at >= 0 else None
    return ImmuneBestResponse(response, point.date, confirmed_on, point.visit, reason)


def _progression(points: Sequence[ImmuneTimePoint], why_not: str | None) -> ImmuneProgressionDate:
    found = immune_progression([one.overall for one in points])
    reason = explain_progression(found, points, why_not)
    if found.visit < 0:
        return ImmuneProgressionDate(None, None, None, reason)
    point = points[found.visit]
    confirmed_on = points[found.confirmed_at].date if found.confirmed_at >= 0 else None
    return ImmuneProgressionDate(point.date, point.visit, confirmed_on, reason)
