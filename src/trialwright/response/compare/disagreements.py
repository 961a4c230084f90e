"""Which misreading explains a call that differs from ours, part by part.

No rule of RECIST stands here: the explanation is the first change of the inputs under which
``recist`` says what the person said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.response import recist
from trialwright.response.codes import Response
from trialwright.response.compare.misreadings import misread_targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.response.compare.targets_seen import TargetsSeen
    from trialwright.response.result import TimePoint

OTHER = "other"


class Called(NamedTuple):
    """The parts of one call as a person made it; none: that part was not called."""

    target: Response | None
    non_target: Response | None
    new_lesion: bool | None
    overall: Response | None


def explain_target(theirs: Response, ours: Response, seen: TargetsSeen, *, persistent: bool) -> str:
    """Return the misreading behind a target response that differs from ours.

    Parameters
    ----------
    theirs, ours : Response
        The two calls.
    seen : TargetsSeen
        What the rules were given at this time point.
    persistent : bool
        As in ``response.persistent_partial_response``.

    Returns
    -------
    str
        A key of ``misreadings.MISREADINGS``.
    """
    if ours == Response.NONE:
        return "no_such_lesions"
    if theirs == Response.NON_CR_NON_PD:
        return "category_not_used"
    made = _misread_as_rebuilt(ours, seen, persistent=persistent)
    return next((kind for kind, call in made if call == theirs), OTHER)


def _misread_as_rebuilt(
    ours: Response, seen: TargetsSeen, *, persistent: bool
) -> Iterator[tuple[str, Response]]:
    """Yield misreadings, if what the rules were given makes our own call; else nothing can."""
    rebuilt, _ = recist.read_targets(seen.before, seen.targets, persistent)
    if rebuilt == ours:
        yield from misread_targets(seen, persistent=persistent)


def explain_new_lesion(*, theirs: bool) -> str:
    """Return what explains a person's word on new lesions that differs from ours.

    Parameters
    ----------
    theirs : bool
        The person called a new lesion, and no row records one; else the other way round.
    """
    return "unrecorded_finding" if theirs else "new_lesion_not_called"


def explain_non_target(theirs: Response, point: TimePoint, seen: TargetsSeen) -> str:
    """Return the misreading behind a non-target response that differs from ours.

    Parameters
    ----------
    theirs : Response
        The person's call.
    point : TimePoint
        Ours.
    seen : TargetsSeen
        What came before, for a complete response.
    """
    ours = point.non_target
    if ours == Response.NONE:
        return "no_such_lesions"
    if theirs in _NON_TARGET_KINDS:
        return _NON_TARGET_KINDS[theirs]
    if ours == Response.NE:
        return "missing_lesion"
    if ours != Response.PD:
        return "tumour_marker_ignored" if _is_marker_alone(point) else OTHER
    back = seen.before.complete_response and theirs == Response.NON_CR_NON_PD
    return "relapse_not_progression" if back else "non_target_progression_not_called"


def _is_marker_alone(point: TimePoint) -> bool:
    """Tell whether a tumour marker stands for non-target lesions that the patient has none of."""
    lesions = any(value.role == "non_target" for value in point.values)
    return point.non_target == Response.NON_CR_NON_PD and not lesions


_NON_TARGET_KINDS = {
    Response.PR: "category_not_used",
    Response.SD: "category_not_used",
    Response.PD: "unrecorded_finding",
    Response.NE: "read_as_missing",
}


def explain_overall(
    called: Called, point: TimePoint, seen: TargetsSeen, *, persistent: bool
) -> str:
    """Return the misreading behind an overall response that differs from ours.

    A part that was called in another way, if it leads to the person's overall response by the
    tables of RECIST, explains it; then a part that was left out; then, where the target response
    was not called, a misreading of the targets.

    Parameters
    ----------
    called : Called
        The person's call.
    point : TimePoint
        Ours.
    seen : TargetsSeen
        What the rules were given about the targets.
    persistent : bool
        As in ``response.persistent_partial_response``.
    """
    for kind, overall in _misread_overall(called, point, seen, persistent=persistent):
        if overall == called.overall:
            return kind
    return "unrecorded_finding" if called.overall == Response.PD else OTHER


def _misread_overall(
    called: Called, point: TimePoint, seen: TargetsSeen, *, persistent: bool
) -> Iterator[tuple[str, Response]]:
    new = bool(point.new_lesions)
    target, non_target = called.target, called.non_target
    if target is not None and target != point.target:
        kind = explain_target(target, point.target, seen, persistent=persistent)
        yield kind, recist.combine(target, point.non_target, new)[0]
        yield kind, recist.combine(target, non_target or point.non_target, new)[0]
    if non_target is not None and non_target != point.non_target:
        kind = explain_non_target(non_target, point, seen)
        yield kind, recist.combine(target or point.target, non_target, new)[0]
    used = (target or point.target, non_target or point.non_target)
    if called.new_lesion is not None and called.new_lesion != new:
        kind = explain_new_lesion(theirs=called.new_lesion)
        yield kind, recist.combine(*used, called.new_lesion)[0]
    yield from (("category_not_used", one) for one in _not_used_overall(point))
    yield from _left_out(*used, new, _is_marker_alone(point))
    if target is None and point.target != Response.NONE:
        for kind, call in _misread_as_rebuilt(point.target, seen, persistent=persistent):
            yield kind, recist.combine(call, used[1], new)[0]


def _not_used_overall(point: TimePoint) -> tuple[Response, ...]:
    """Return the overall responses that RECIST has no use for with, or without, targets."""
    if point.target == Response.NONE:
        return Response.SD, Response.PR
    return (Response.NON_CR_NON_PD,)


def _left_out(
    target: Response, non_target: Response, new: bool, marker_alone: bool
) -> Iterator[tuple[str, Response]]:
    """Yield the overall response with the new or the non-target lesions left out."""
    yield "new_lesion_ignored", recist.combine(target, non_target, False)[0]
    if target != Response.NONE:
        kind = "tumour_marker_ignored" if marker_alone else "non_target_ignored"
        yield kind, recist.combine(target, Response.NONE, new)[0]
        yield kind, recist.combine(target, Response.NONE, False)[0]
