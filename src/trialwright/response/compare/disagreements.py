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

    from trialwright.response.compare.misreadings import TargetsSeen
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
    made = misread_targets(seen, persistent=persistent)
    return next((kind for kind, call in made if call == theirs), OTHER)


def explain_non_target(theirs: Response, ours: Response, seen: TargetsSeen) -> str:
    """Return the misreading behind a non-target response that differs from ours.

    Parameters
    ----------
    theirs, ours : Response
        The two calls.
    seen : TargetsSeen
        What came before, for a complete response.
    """
    if ours == Response.NONE:
        return "no_such_lesions"
    if theirs in _NON_TARGET_KINDS:
        return _NON_TARGET_KINDS[theirs]
    if ours == Response.NE:
        return "missing_lesion"
    if ours != Response.PD:
        return OTHER
    back = seen.before.complete_response and theirs == Response.NON_CR_NON_PD
    return "relapse_not_progression" if back else "non_target_ignored"


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
        kind = explain_non_target(non_target, point.non_target, seen)
        yield kind, recist.combine(target or point.target, non_target, new)[0]
    used = (target or point.target, non_target or point.non_target)
    if called.new_lesion and not new:
        yield "unrecorded_finding", recist.combine(*used, True)[0]
    yield from _left_out(*used, new)
    if point.target == Response.NONE and called.overall == Response.SD:
        yield "category_not_used", Response.SD
    if target is None and point.target != Response.NONE:
        for kind, call in misread_targets(seen, persistent=persistent):
            yield kind, recist.combine(call, used[1], new)[0]


def _left_out(target: Response, non_target: Response, new: bool) -> Iterator[tuple[str, Response]]:
    """Yield the overall response with the new or the non-target lesions left out."""
    yield "new_lesion_ignored", recist.combine(target, non_target, False)[0]
    if target != Response.NONE:
        yield "non_target_ignored", recist.combine(target, Response.NONE, new)[0]
        yield "non_target_ignored", recist.combine(target, Response.NONE, False)[0]
