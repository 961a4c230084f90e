"""RECIST 1.1, one time point at a time, as plain functions of numbers.

No classes with behaviour, no frames: one function takes what is known so far and what the
scan shows, and returns the new state and the call. The patient screen, the analysis and the
simulator all call it visit by visit.

Lengths are millimetres; ``nan`` is a diameter that could not be read (never a zero).

Source: Eisenhauer et al., Eur J Cancer 2009;45:228, sections 4.3 and 4.4, tables 1 and 2,
with the published erratum (shrinkage against baseline, growth against nadir) and the EORTC
clarifications (a partial response persists until progression). Oracles:
``tests/oracle/response``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.response.codes import Response, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

SHRINKAGE = 0.30  # partial response: fall of the sum from baseline
GROWTH = 0.20  # progression: rise of the sum from its nadir
GROWTH_MM = 5.0  # and at least this much in absolute terms
NORMAL_NODE_MM = 10.0  # a node with a shorter short axis is normal
_TIE = 1e-9  # sums of tenths of mm are inexact in binary; thresholds include equality


class Targets(NamedTuple):
    """The target lesions of one scan, added up."""

    measured_mm: float  # sum over the lesions that could be read
    missing: int  # lesions that could not be read
    remaining: int  # lesions read and still there: not 0 mm; nodes of 10 mm or more


class State(NamedTuple):
    """What earlier time points left behind."""

    has_targets: bool
    baseline_mm: float  # nan: a target was not read at baseline, or no disease was there
    nadir_mm: float  # smallest complete sum so far, baseline included
    nadir_visit: int  # index of the time point of the nadir
    target_responded: bool  # target CR or PR before, and no target PD since
    complete_response: bool  # overall CR at an earlier time point


class Call(NamedTuple):
    """The response at one time point, with the rule behind each part."""

    target: Response
    target_rule: Rule
    non_target: Response
    non_target_rule: Rule
    overall: Response
    overall_rule: Rule


def add_up_targets(diameters_mm: Sequence[float], nodes: Sequence[bool]) -> Targets:
    """Add up the target lesions of one scan.

    Parameters
    ----------
    diameters_mm : sequence of float, shape (lesions,)
        Longest diameter; short axis of a lymph node; 0 a lesion that is gone; ``nan`` one
        that could not be read.
    nodes : sequence of bool, shape (lesions,)
        Which lesions are lymph nodes.

    Source: RECIST 1.1 sections 4.3.1 and 4.3.2 (nodes stay in the sum even when normal).
    """
    total = 0.0
    missing = 0
    remaining = 0
    for i in range(len(diameters_mm)):
        size = diameters_mm[i]
        if size != size:  # noqa: PLR0124 - nan: works alike in Python and compiled
            missing += 1
            continue
        total += size
        if size >= NORMAL_NODE_MM - _TIE or (size > 0.0 and not nodes[i]):
            remaining += 1
    return Targets(total, missing, remaining)


def start(targets: Targets, lesions: int) -> State:
    """Return the state after baseline.

    Parameters
    ----------
    targets : Targets
        The target lesions of the baseline scan.
    lesions : int
        Number of target lesions; 0: the patient is read by table 2.
    """
    # Without disease to measure at baseline nothing can disappear (section 3.1): lesions that
    # are not there, and nodes below 10 mm, are none.
    complete = lesions > 0 and targets.missing == 0 and targets.remaining > 0
    baseline = targets.measured_mm if complete else float("nan")
    return State(lesions > 0, baseline, baseline, 0, False, False)


def step(
    state: State,
    visit: int,
    targets: Targets,
    non_target: Response,
    new_lesion: bool,
    persistent: bool,
    non_target_left: bool = False,
) -> tuple[State, Call]:
    """Read one time point and return the new state and the call.

    Parameters
    ----------
    state : State
        From :func:`start` or the time point before.
    visit : int
        Index of this time point (1 is the first after baseline).
    targets : Targets
        From :func:`add_up_targets`.
    non_target : Response
        From :func:`read_non_targets`.
    new_lesion : bool
        An unequivocal new lesion is present.
    persistent : bool
        A target response stays PR until progression, instead of turning into SD.
    non_target_left : bool
        A non-target lesion is seen, which matters where others were not read.
    """
    target, target_rule = read_targets(state, targets, persistent)
    non_target_rule = _rule_of_non_target(non_target)
    left = non_target_left and non_target == Response.NE
    if state.complete_response and (left or non_target == Response.NON_CR_NON_PD):
        # After a complete response any disease that is back is progression (table 3, footnote).
        non_target, non_target_rule = Response.PD, Rule.NON_TARGET_RELAPSE_AFTER_CR
    overall, overall_rule = combine(target, non_target, new_lesion)
    lower = targets.missing == 0 and targets.measured_mm < state.nadir_mm
    later = State(
        state.has_targets,
        state.baseline_mm,
        targets.measured_mm if lower else state.nadir_mm,
        visit if lower else state.nadir_visit,
        # A response persists until progression, not beyond it.
        target in (Response.CR, Response.PR) or (state.target_responded and target != Response.PD),
        state.complete_response or overall == Response.CR,
    )
    return later, Call(target, target_rule, non_target, non_target_rule, overall, overall_rule)


def read_targets(state: State, targets: Targets, persistent: bool) -> tuple[Response, Rule]:
    """Call the target response of one time point; the first rule that applies decides.

    Parameters
    ----------
    state : State
        What earlier time points left behind.
    targets : Targets
        The target lesions of this scan.
    persistent : bool
        A response stays PR until progression, instead of turning into SD.

    Notes
    -----
    A sum whose lesions are all gone (nodes all normal) is a complete response even if normal
    nodes grew within the normal range: see ``docs/decisions/003-normal-nodes.md``.

    Source: RECIST 1.1 section 4.3.1 and its erratum; section 4.4.2 for missing lesions.
    """
    if not state.has_targets:
        return Response.NONE, Rule.NO_TARGET
    if state.baseline_mm != state.baseline_mm:
        return Response.NE, Rule.NO_BASELINE
    if state.complete_response and targets.remaining > 0:
        return Response.PD, Rule.TARGET_RELAPSE_AFTER_CR
    if targets.remaining > 0 and _has_grown(targets.measured_mm, state.nadir_mm):
        partial = targets.missing > 0
        return Response.PD, Rule.TARGET_GROWTH_PARTIAL_SUM if partial else Rule.TARGET_GROWTH
    if targets.missing > 0:
        return Response.NE, Rule.TARGET_MISSING
    if targets.remaining == 0:
        return Response.CR, Rule.TARGET_COMPLETE
    if has_shrunk(targets.measured_mm, state.baseline_mm):
        return Response.PR, Rule.TARGET_SHRINKAGE
    if persistent and state.target_responded:
        return Response.PR, Rule.TARGET_PERSISTENT_PR
    return Response.SD, Rule.TARGET_STABLE


def has_shrunk(sum_mm: float, baseline_mm: float) -> bool:
    """Tell whether a sum is 30 % below baseline.

    The tie is added to the fall and not taken from the product: a processor that rounds a
    product and a sum in one step (a graphics card) then has nothing to join, and agrees.
    """
    return baseline_mm - sum_mm + _TIE >= SHRINKAGE * baseline_mm


def _has_grown(sum_mm: float, nadir_mm: float) -> bool:
    """Tell whether a sum is 20 % and 5 mm above the nadir (a nadir of 0 needs the 5 mm)."""
    growth = sum_mm - nadir_mm + _TIE
    return growth >= GROWTH_MM and growth >= GROWTH * nadir_mm


def change_of_sum(sum_mm: float, baseline_mm: float) -> float:
    """Return the change of a sum from baseline as a fraction; ``nan`` where either is unknown."""
    return (sum_mm - baseline_mm) / baseline_mm if baseline_mm > 0 else float("nan")


def read_non_targets(lesions: int, gone: int, missing: int, progressed: int) -> Response:
    """Call the non-target response from how many lesions are in which state.

    Parameters
    ----------
    lesions, gone, missing, progressed : int
        Non-target lesions at baseline; now absent; not evaluated; with unequivocal
        progression.

    Source: RECIST 1.1 section 4.3.3.
    """
    if progressed > 0:
        return Response.PD
    if lesions == 0:
        return Response.NONE
    if missing > 0:
        return Response.NE
    return Response.CR if gone == lesions else Response.NON_CR_NON_PD


def _rule_of_non_target(response: Response) -> Rule:
    """Return the rule behind a non-target response of :func:`read_non_targets`."""
    if response == Response.NONE:
        return Rule.NO_NON_TARGET
    if response == Response.CR:
        return Rule.NON_TARGET_COMPLETE
    if response == Response.PD:
        return Rule.NON_TARGET_PROGRESSION
    if response == Response.NE:
        return Rule.NON_TARGET_MISSING
    return Rule.NON_TARGET_PERSISTS


def hold_back_complete(non_target: Response, has_targets: bool) -> Response:
    """Return the non-target response while a tumour marker is not yet normal.

    It cannot be complete, and without non-target lesions the marker stands for them, so that
    targets that are gone make a PR. Nothing else changes: a marker alone is no progression.

    Parameters
    ----------
    non_target : Response
        From :func:`read_non_targets`.
    has_targets : bool
        The patient has target lesions.

    Source: RECIST 1.1 sections 4.3.1 and 4.3.3.
    """
    if non_target == Response.CR or (non_target == Response.NONE and has_targets):
        return Response.NON_CR_NON_PD
    return non_target


def combine(target: Response, non_target: Response, new_lesion: bool) -> tuple[Response, Rule]:
    """Call the overall response of a time point.

    Parameters
    ----------
    target, non_target : Response
        Responses of the two kinds of lesions; NONE where there were none at baseline.
    new_lesion : bool
        An unequivocal new lesion is present.

    Notes
    -----
    Source: RECIST 1.1 table 1 (with target disease) and table 2 (non-target disease only).
    """
    if new_lesion:
        return Response.PD, Rule.NEW_LESION
    if target == Response.PD:
        return Response.PD, Rule.OVERALL_TARGET_PROGRESSION
    if non_target == Response.PD:
        return Response.PD, Rule.OVERALL_NON_TARGET_PROGRESSION
    if target == Response.NONE:
        none_at_all = non_target == Response.NONE
        if none_at_all:
            return Response.NE, Rule.OVERALL_NO_DISEASE
        return non_target, Rule.OVERALL_NON_TARGET_ONLY
    if target == Response.CR:
        if non_target in (Response.CR, Response.NONE):
            return Response.CR, Rule.OVERALL_COMPLETE
        return Response.PR, Rule.OVERALL_COMPLETE_TARGETS_ONLY
    if target == Response.PR:
        return Response.PR, Rule.OVERALL_PARTIAL
    if target == Response.SD:
        return Response.SD, Rule.OVERALL_STABLE
    return Response.NE, Rule.OVERALL_NOT_EVALUABLE
