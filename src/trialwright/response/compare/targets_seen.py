"""What the rules were given about the target lesions of one patient, visit by visit.

Rebuilt from the calls that the rules made, so that the same rules can be asked again with one
input changed.

Source: RECIST 1.1 section 4.3.2 for lesions that split: each piece of a node is normal below
10 mm, so the pieces stay apart here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.response import recist
from trialwright.response.fragments import Fragments
from trialwright.response.readings import size_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trialwright.response.patient import PatientScans
    from trialwright.response.result import PatientResponse, TimePoint

Sizes = dict[str, tuple[float, ...]]  # by target lesion: its size, or that of each piece


class TargetsSeen(NamedTuple):
    """The target lesions of one time point, and what the scans before it left.

    ``sizes`` is the size in mm of each target lesion that counts (``nan``: not read), piece by
    piece where it is split; the course before holds the same of baseline and each earlier time
    point.
    """

    before: recist.State
    targets: recist.Targets
    sizes: Sizes
    course: Sequence[Sizes]
    nodes: frozenset[str]


def follow_targets(
    response: PatientResponse, scans: PatientScans, *, persistent: bool
) -> dict[str, TargetsSeen]:
    """Return what the rules were given about the targets at each visit after baseline.

    Parameters
    ----------
    response : PatientResponse
        One patient under one reading.
    scans : PatientScans
        The same patient's scans, which name the lymph nodes and the pieces of split lesions.
    persistent : bool
        As in ``response.persistent_partial_response``.

    Returns
    -------
    dict of str to TargetsSeen
        By visit; empty for a patient without a baseline.
    """
    if response.baseline is None:
        return {}
    nodes = frozenset(lesion.lesion_id for lesion in scans.lesions if lesion.lymph_node)
    fragments = Fragments(scans.lesions, scans.readings)
    course = [_sizes(response.baseline, scans, fragments)]
    state = recist.start(add_up(course[0], nodes), lesions=len(course[0]))
    seen = {}
    for number, point in enumerate(response.time_points, 1):
        sizes = _sizes(point, scans, fragments)
        targets = add_up(sizes, nodes)
        seen[point.visit] = TargetsSeen(state, targets, sizes, tuple(course), nodes)
        new = bool(point.new_lesions)
        # The non-target call has gone through the rules: a lesion left after a complete response
        # is progression in it already.
        state, _ = recist.step(state, number, targets, point.non_target, new, persistent)
        course.append(sizes)
    return seen


def add_up(sizes: Mapping[str, tuple[float, ...]], nodes: frozenset[str]) -> recist.Targets:
    """Add up the target lesions of one scan, piece by piece.

    Parameters
    ----------
    sizes : mapping of str to tuple of float
        The size of each lesion, or of each piece of it.
    nodes : frozenset of str
        The lesions that are lymph nodes.
    """
    pieces = [(size, name in nodes) for name, of in sizes.items() for size in of]
    return recist.add_up_targets([size for size, _ in pieces], [node for _, node in pieces])


def _sizes(point: TimePoint, scans: PatientScans, fragments: Fragments) -> Sizes:
    return {
        value.lesion_id: _pieces(value.lesion_id, value.counted_mm, point.visit, scans, fragments)
        for value in point.values
        if value.counted_mm is not None
    }


def _pieces(
    name: str, counted_mm: float, visit: str, scans: PatientScans, fragments: Fragments
) -> tuple[float, ...]:
    """Return the sizes of the pieces of a lesion, if it is these that were added up."""
    shown = [one for one in scans.readings if one.visit == visit]
    days = [one.scan_date for one in shown if fragments.whole(one.lesion_id) == name]
    if len(fragments.family(name)) == 1 or not days:
        return (counted_mm,)
    pieces = fragments.pieces(name, max(one.scan_date for one in shown))
    sizes = tuple(size_of(one for one in shown if one.lesion_id == piece) for piece in pieces)
    return sizes if sum(sizes) == counted_mm else (counted_mm,)
