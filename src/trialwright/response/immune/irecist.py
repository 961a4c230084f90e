"""iRECIST, one time point at a time, as plain functions of numbers.

Until the first progression by RECIST 1.1, iRECIST is RECIST 1.1. From then on a progression is
unconfirmed (iUPD) and waits for the next scan: a further increase confirms it (iCPD), stable
disease or a response withdraws it, and no change leaves it waiting. A withdrawn one is
forgotten: a new progression by the criteria of RECIST 1.1 must come before one is confirmed.

Like ``recist``, which is called for everything that both share: one function takes what is
known so far and what the scan shows, and returns the new state and the call. Lengths are
millimetres; ``nan`` is a size that could not be read.

Source: Seymour et al., Lancet Oncol 2017;18:e143, table 2 and its text; EORTC, questions and
clarifications on iRECIST. Choices of ours: ``docs/decisions/007-irecist.md``.
"""

from __future__ import annotations

from trialwright.response.codes import Response
from trialwright.response.immune.codes import ImmuneResponseCode, ImmuneRule, immune_code
from trialwright.response.immune.confirmation import confirmation
from trialwright.response.immune.state import (
    ImmuneCall,
    ImmuneRules,
    ImmuneState,
    NewLesions,
    Progressed,
    Scan,
    Unconfirmed,
)
from trialwright.response.recist import (
    Call,
    State,
    Targets,
    combine,
    read_targets,
    start,
    step,
)


def start_immune(targets: Targets, lesions: int) -> ImmuneState:
    """Return the state after baseline.

    Parameters
    ----------
    targets : Targets
        The target lesions of the baseline scan.
    lesions : int
        Number of target lesions; 0: the patient has non-target disease only.
    """
    nan = float("nan")
    return ImmuneState(
        start(targets, lesions),
        State(False, nan, nan, 0, False, False),
        0,
        _nothing_waits(),
        Response.SD if lesions > 0 else Response.NON_CR_NON_PD,
        False,
    )


def _nothing_waits() -> Unconfirmed:
    nan = float("nan")
    return Unconfirmed(False, 0, Progressed(False, False, False), nan, nan, Response.NONE)


def is_too_early(state: ImmuneState, day: int, rules: ImmuneRules) -> bool:
    """Tell whether a scan comes too soon after the first iUPD to confirm or withdraw it.

    Such a scan is disregarded. iRECIST asks for the next assessment 4 to 8 weeks after the
    iUPD; a later one counts.

    Source: EORTC, questions and clarifications (scans less than four weeks after iUPD).
    """
    waited = day - state.unconfirmed.day
    return state.unconfirmed.pending and waited < rules.earliest_confirmation_days


def step_immune(
    state: ImmuneState, scan: Scan, rules: ImmuneRules, persistent: bool
) -> tuple[ImmuneState, ImmuneCall]:
    """Read one time point and return the new state and the call.

    Parameters
    ----------
    state : ImmuneState
        From :func:`start_immune` or the time point before.
    scan : Scan
        What the time point shows.
    rules : ImmuneRules
        The study's choice.
    persistent : bool
        A target response stays PR until progression, as in RECIST 1.1.

    Notes
    -----
    Source: Seymour 2017, table 2. A confirmed progression is final.
    """
    new = scan.new
    unclear = new.present + new.missing > 0
    later, call = step(
        state.recist,
        scan.visit,
        scan.targets,
        scan.non_target,
        unclear,
        persistent,
        scan.non_target_left,
    )
    new_rule = read_new_lesions(state, new)
    progressed = Progressed(
        call.target == Response.PD,
        call.non_target == Response.PD,
        new_rule != ImmuneRule.AS_RECIST,
    )
    waiting = state.unconfirmed
    if state.confirmed:
        rule = ImmuneRule.CONFIRMED_BEFORE
    elif is_too_early(state, scan.day, rules):
        early = ImmuneCall(
            call, progressed.new_lesion, ImmuneResponseCode.IUPD, ImmuneRule.TOO_EARLY
        )
        return state, early
    elif waiting.pending:
        rule = _read_while_waiting(waiting, scan, call, progressed)
    else:
        rule = _read_first(call, new_rule, unclear)
    overall = _overall(rule, call, unclear)
    after = _follow(state, scan, later, call, progressed, overall)
    return after, ImmuneCall(call, progressed.new_lesion, overall, rule)


def read_new_lesions(state: ImmuneState, new: NewLesions) -> ImmuneRule:
    """Return the rule by which new lesions are progression; ``AS_RECIST`` if they are not.

    A new lesion is one when it appears. Once seen it is one again only by the criteria of
    RECIST 1.1: the sum of the new-lesion targets is 20 % and 5 mm above its own nadir, a new
    lesion progressed unequivocally, or the patient had an iCR, after which any disease counts.

    Source: EORTC, questions and clarifications (how do new lesions define progression?).
    """
    if new.appeared > 0:
        return ImmuneRule.NEW_LESION
    if state.recist.complete_response and new.present > 0:
        return ImmuneRule.NEW_LESION_AFTER_CR
    response, _ = read_targets(state.new_targets, new.targets, False)
    if response == Response.PD:
        return ImmuneRule.NEW_LESION_SUM_PROGRESSION
    return ImmuneRule.NEW_LESION_UNEQUIVOCAL if new.unequivocal else ImmuneRule.AS_RECIST


def _read_first(call: Call, new_rule: ImmuneRule, unclear: bool) -> ImmuneRule:
    """Return the rule of a time point while no progression waits: that of RECIST 1.1."""
    if new_rule != ImmuneRule.AS_RECIST:
        return new_rule
    if call.target == Response.PD:
        return ImmuneRule.TARGET_PROGRESSION
    if call.non_target == Response.PD:
        return ImmuneRule.NON_TARGET_PROGRESSION
    old, _ = combine(call.target, call.non_target, False)
    return ImmuneRule.NEW_LESION_LEFT if old == Response.CR and unclear else ImmuneRule.AS_RECIST


def _read_while_waiting(
    waiting: Unconfirmed, scan: Scan, call: Call, progressed: Progressed
) -> ImmuneRule:
    """Return the rule of a time point after an iUPD: confirmed, waiting, not read, withdrawn."""
    confirmed = confirmation(waiting, scan, progressed)
    if confirmed != ImmuneRule.STILL_PROGRESSED:
        return confirmed
    if progressed.target or progressed.non_target or progressed.new_lesion:
        return ImmuneRule.STILL_PROGRESSED
    old, _ = combine(call.target, call.non_target, False)
    disease = call.target != Response.NONE or call.non_target != Response.NONE
    if (old == Response.NE and disease) or _is_unread(waiting.progressed, scan.new, call):
        return ImmuneRule.PROGRESSED_PART_NOT_READ
    persists = waiting.progressed.new_lesion and scan.new.present > 0
    if persists and not _is_better(old, waiting.response):
        return ImmuneRule.NEW_LESION_PERSISTS
    return ImmuneRule.PROGRESSED_PART_NOT_READ if old == Response.NE else ImmuneRule.WITHDRAWN


def _is_unread(before: Progressed, new: NewLesions, call: Call) -> bool:
    """Tell whether lesions that had progressed were not read: nothing can be withdrawn."""
    return (before.non_target and call.non_target == Response.NE) or (
        before.new_lesion and new.missing > 0
    )


def _is_better(now: Response, then: Response) -> bool:
    """Tell whether the disease of baseline is in a better category (CR, PR, SD, PD)."""
    return Response.NONE < now < then


def _overall(rule: ImmuneRule, call: Call, unclear: bool) -> ImmuneResponseCode:
    if rule >= ImmuneRule.CONFIRMED_BY_TARGET:
        return ImmuneResponseCode.ICPD
    if rule == ImmuneRule.PROGRESSED_PART_NOT_READ:
        return ImmuneResponseCode.NE
    if rule not in (ImmuneRule.AS_RECIST, ImmuneRule.WITHDRAWN, ImmuneRule.NEW_LESION_LEFT):
        return ImmuneResponseCode.IUPD
    old, _ = combine(call.target, call.non_target, False)
    if old == Response.CR and unclear:
        # iCR needs every lesion gone, new ones included.
        has_targets = call.target != Response.NONE
        return ImmuneResponseCode.IPR if has_targets else ImmuneResponseCode.NON_ICR_NON_IUPD
    return immune_code(old)


def _follow(
    state: ImmuneState,
    scan: Scan,
    later: State,
    call: Call,
    progressed: Progressed,
    overall: ImmuneResponseCode,
) -> ImmuneState:
    """Return the state after a time point that counts."""
    old, _ = combine(call.target, call.non_target, False)
    response = state.response if old == Response.NE else old
    return ImmuneState(
        later,
        _follow_new_targets(state, scan),
        scan.new.target_lesions,
        _follow_unconfirmed(state.unconfirmed, scan, progressed, overall, response),
        response,
        state.confirmed or overall == ImmuneResponseCode.ICPD,
    )


def _follow_unconfirmed(
    waiting: Unconfirmed,
    scan: Scan,
    progressed: Progressed,
    overall: ImmuneResponseCode,
    response: Response,
) -> Unconfirmed:
    """Return the progression that waits after this time point."""
    if overall in (ImmuneResponseCode.NE, ImmuneResponseCode.ICPD):
        return waiting
    if overall != ImmuneResponseCode.IUPD:
        return _nothing_waits()
    target_mm = _complete_sum(scan.targets)
    new_target_mm = _complete_sum(scan.new.targets)
    if not waiting.pending:
        day = scan.day_by_targets if progressed.target else scan.day_otherwise
        return Unconfirmed(True, day, progressed, target_mm, new_target_mm, response)
    return Unconfirmed(
        True,
        waiting.day,
        waiting.progressed,
        waiting.target_mm if waiting.target_mm >= 0 else target_mm,
        waiting.new_target_mm if waiting.new_target_mm >= 0 else new_target_mm,
        waiting.response,
    )


def _complete_sum(targets: Targets) -> float:
    return targets.measured_mm if targets.missing == 0 else float("nan")


def _follow_new_targets(state: ImmuneState, scan: Scan) -> State:
    """Return the first sum and nadir of the new-lesion targets; a further one starts anew."""
    before, total = state.new_targets, _complete_sum(scan.new.targets)
    if scan.new.target_lesions > state.new_target_lesions:
        return State(True, total, total, scan.visit, False, False)
    if before.baseline_mm >= 0 and not total < before.nadir_mm:
        return before
    first = before.baseline_mm if before.baseline_mm >= 0 else total
    return State(before.has_targets, first, total, scan.visit, False, False)
