"""Say in one sentence, and as data, why a call by iRECIST was made.

What the lesions show is said in the words of RECIST 1.1 (``reasons``); what is added here is
what became of the progression that waited. No rule is decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.response.immune.codes import ImmuneResponseCode, ImmuneRule
from trialwright.response.reasons import explain_time_point
from trialwright.response.recist import GROWTH_MM, combine
from trialwright.response.result import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.response.immune.best import ImmuneBest, ImmuneProgression
    from trialwright.response.immune.lesions import ImmuneReading
    from trialwright.response.immune.result import ImmuneTimePoint
    from trialwright.response.immune.state import ImmuneCall, ImmuneState, Scan
    from trialwright.response.recist import Call
    from trialwright.response.visit_reading import VisitReading


class Ended(NamedTuple):
    """What lies after the time points that count, where a new therapy ended them."""

    by_new_therapy: bool  # a time point after it does not count
    confirmed: bool  # iCPD is among those


_FIRST = "progression that waits for confirmation"
_WORDS = {
    ImmuneRule.AS_RECIST: "",
    ImmuneRule.TARGET_PROGRESSION: _FIRST,
    ImmuneRule.NON_TARGET_PROGRESSION: _FIRST,
    ImmuneRule.NEW_LESION: _FIRST,
    ImmuneRule.NEW_LESION_SUM_PROGRESSION: "the sum of the new lesions, {new_sum}, is 20 % and "
    f"5 mm above its nadir {{new_nadir}}: {_FIRST}",
    ImmuneRule.NEW_LESION_UNEQUIVOCAL: "unequivocal progression of new lesions seen before: "
    f"{_FIRST}",
    ImmuneRule.NEW_LESION_AFTER_CR: f"new lesions are back after a complete response: {_FIRST}",
    ImmuneRule.NEW_LESION_LEFT: "the disease of baseline is gone, and not every new lesion is",
    ImmuneRule.STILL_PROGRESSED: "the iUPD of {since} is neither confirmed nor withdrawn "
    "({limit} more in a sum, a larger non-target lesion or another new lesion would confirm it)",
    ImmuneRule.NEW_LESION_PERSISTS: "the new lesions of {since} are still there without "
    "increase, and the disease of baseline is in no better category than then",
    ImmuneRule.TOO_EARLY: "{days} days after the iUPD of {since} is too early to confirm or "
    "withdraw it, so this scan is disregarded",
    ImmuneRule.PROGRESSED_PART_NOT_READ: "the iUPD of {since} still waits, because not all that "
    "decides was read",
    ImmuneRule.WITHDRAWN: "the iUPD of {since} is withdrawn",
    ImmuneRule.CONFIRMED_BY_TARGET: "the target sum is {grown} above that of the iUPD of {since} "
    "({limit} confirm it)",
    ImmuneRule.CONFIRMED_BY_NON_TARGET: "non-target disease increased further after the iUPD of "
    "{since}",
    ImmuneRule.CONFIRMED_BY_ANOTHER_NEW_LESION: "new lesion {appeared} confirms the iUPD of "
    "{since}",
    ImmuneRule.CONFIRMED_BY_NEW_LESION_SUM: "the sum of the new lesions is {new_grown} above that "
    "of the iUPD of {since} ({limit} confirm it)",
    ImmuneRule.CONFIRMED_BY_NEW_NON_TARGET: "a new lesion increased further after the iUPD of "
    "{since}",
    ImmuneRule.CONFIRMED_BY_TARGET_AS_WELL: "progression of the targets as well confirms the "
    "iUPD of {since}",
    ImmuneRule.CONFIRMED_BY_NON_TARGET_AS_WELL: "progression of non-target disease as well "
    "confirms the iUPD of {since}",
    ImmuneRule.CONFIRMED_BY_NEW_LESION_AS_WELL: "progression of new lesions as well confirms the "
    "iUPD of {since}",
    ImmuneRule.CONFIRMED_BEFORE: "the progression is confirmed, and later scans change nothing",
}


def explain_immune(
    state: ImmuneState,
    call: ImmuneCall,
    scan: Scan,
    lesions: tuple[VisitReading, ImmuneReading],
    visits: tuple[str, str],
) -> Reason:
    """Explain the overall response of one time point.

    Parameters
    ----------
    state : ImmuneState
        What was known before this scan.
    call : ImmuneCall
        The call and its rule.
    scan : Scan
        The numbers of this scan.
    lesions : tuple of VisitReading and ImmuneReading
        The lesions of this scan, by RECIST 1.1 and apart from it.
    visits : tuple of str
        Visit of the nadir and visit of the iUPD that waits (empty if none does).
    """
    seen, looked = lesions
    nadir_visit, since = visits
    plain = explain_time_point(_without_new(call), state.recist, seen, nadir_visit)
    evidence = plain.sentence.partition(": ")[2]
    said = [_words(state, call, scan, looked, since), evidence, _missing_words(looked)]
    sentence = f"{call.overall.label}: {'; '.join(part for part in said if part)}"
    rule = plain.rule if call.rule == ImmuneRule.AS_RECIST else call.rule.id
    return Reason(rule, sentence, {**plain.inputs, **_inputs(state, scan, since)})


def _without_new(call: ImmuneCall) -> Call:
    """Return what RECIST 1.1 says of the disease of baseline; new lesions are said apart."""
    overall, rule = combine(call.recist.target, call.recist.non_target, False)
    return call.recist._replace(overall=overall, overall_rule=rule)


def _words(
    state: ImmuneState, call: ImmuneCall, scan: Scan, looked: ImmuneReading, since: str
) -> str:
    """Say what became of the progression that waited, with the numbers that decided."""
    waiting, new_sum = state.unconfirmed, scan.new.targets.measured_mm
    return _WORDS[call.rule].format(
        since=since,
        days=scan.day - waiting.day,
        limit=_mm(GROWTH_MM),
        grown=_mm(scan.targets.measured_mm - waiting.target_mm),
        new_grown=_mm(new_sum - waiting.new_target_mm),
        new_sum=_mm(new_sum),
        new_nadir=_mm(state.new_targets.nadir_mm),
        appeared=", ".join((*looked.appeared, *looked.returned)),
    )


def _mm(length: float) -> str:
    return f"{round(length, 6):g} mm"


def _missing_words(looked: ImmuneReading) -> str:
    if not looked.missing:
        return ""
    return f"new lesion {', '.join(looked.missing)} not read"


def _inputs(state: ImmuneState, scan: Scan, since: str) -> dict[str, float | str]:
    """Return what the call was compared with, beside the inputs of RECIST 1.1."""
    waiting = state.unconfirmed
    inputs: dict[str, float | str] = {
        "confirming_growth_mm": GROWTH_MM,
        "new_lesions": float(scan.new.present),
        "new_lesion_sum_mm": scan.new.targets.measured_mm,
    }
    if waiting.pending:
        inputs |= {
            "iupd_visit": since,
            "days_since_iupd": float(scan.day - waiting.day),
            "sum_at_iupd_mm": waiting.target_mm,
            "new_lesion_sum_at_iupd_mm": waiting.new_target_mm,
        }
    return inputs


def explain_immune_best(
    found: ImmuneBest, points: Sequence[ImmuneTimePoint], why_not: str | None, ended: Ended
) -> Reason:
    """Explain the best overall response by iRECIST.

    Parameters
    ----------
    found : ImmuneBest
        The response and the time points behind it.
    points : sequence of ImmuneTimePoint
        The time points that count.
    why_not : str or None
        Why the patient cannot be evaluated; none if the patient can.
    ended : Ended
        What lies after a new therapy.
    """
    words = f"{found.response.label}: {_best_words(found, points, why_not, ended)}"
    return Reason("irecist.best", words, _dates(found.visit, found.confirmed_at, points))


def _dates(visit: int, later: int, points: Sequence[ImmuneTimePoint]) -> dict[str, float | str]:
    """Return the time points behind a conclusion as data."""
    inputs: dict[str, float | str] = {}
    for name, at in (("", visit), ("confirmed_", later)):
        if at >= 0:
            inputs |= {f"{name}visit": points[at].visit, f"{name}day": float(points[at].day)}
    return inputs


def _best_words(
    found: ImmuneBest, points: Sequence[ImmuneTimePoint], why_not: str | None, ended: Ended
) -> str:
    if found.visit < 0:
        return why_not or "no assessment after baseline counts"
    at = points[found.visit]
    if found.confirmed_at >= 0:
        later = points[found.confirmed_at]
        days = (later.date - at.date).days
        return f"at {at.visit} ({at.date}), confirmed at {later.visit} {days} days later"
    if found.response == ImmuneResponseCode.IUPD:
        never = "not confirmed before the new therapy" if ended.confirmed else "never confirmed"
        return f"at {at.visit} ({at.date}), {never}, and nothing better counts"
    if found.response == ImmuneResponseCode.NE:
        return "no time point could be evaluated or lay late enough"
    if at.overall != found.response:
        return f"{at.overall.label} at {at.visit} (day {at.day}) was not confirmed"
    return f"at {at.visit} ({at.date}, day {at.day})"


def explain_progression(
    found: ImmuneProgression, points: Sequence[ImmuneTimePoint], why_not: str | None, ended: Ended
) -> Reason:
    """Explain the date of progression by iRECIST.

    Parameters
    ----------
    found : ImmuneProgression
        The iUPD that counts and the iCPD that confirmed it.
    points : sequence of ImmuneTimePoint
        The time points that count.
    why_not : str or None
        Why the patient cannot be evaluated; none if the patient can.
    ended : Ended
        What lies after a new therapy.
    """
    if found.visit < 0:
        withdrawn = _start_of_last_run(points)
        words = why_not or "no progression"
        if withdrawn is not None:
            words = f"the iUPD of {withdrawn.visit} gave way to control of the disease"
        return Reason("irecist.no_progression", words)
    at = points[found.visit]
    if found.confirmed_at < 0:
        when = "before the new therapy" if ended.by_new_therapy else "since"
        words = f"first iUPD at {at.visit} ({at.date}), neither confirmed nor withdrawn {when}"
        return Reason("irecist.unconfirmed_progression", words, _dates(*found, points))
    later = points[found.confirmed_at]
    words = f"first iUPD at {at.visit} ({at.date}), confirmed at {later.visit} ({later.date})"
    return Reason("irecist.confirmed_progression", words, _dates(*found, points))


def _start_of_last_run(points: Sequence[ImmuneTimePoint]) -> ImmuneTimePoint | None:
    """Return the first iUPD of the last run of them; only NE may lie between."""
    start, runs = None, False
    for one in points:
        if one.overall == ImmuneResponseCode.IUPD:
            start, runs = (start if runs else one), True
        elif one.overall != ImmuneResponseCode.NE:
            runs = False
    return start
