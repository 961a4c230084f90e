"""One visit added up from its lesions: the sum, the non-target response, the new lesions.

Source: RECIST 1.1 (Eisenhauer 2009), sections 4.3.1 to 4.3.3 and 4.3.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.response import recist
from trialwright.response.fragments import order_of_name
from trialwright.response.lesion_scan import count_sizes, count_state, name_unread, note_scan
from trialwright.response.local_therapy import shows_progression
from trialwright.response.readings import NOT_READ, is_nan, says_something, show
from trialwright.response.result import LesionValue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from trialwright.response.codes import Response
    from trialwright.response.lesion_scan import LesionScan

_THERE = ("present", "unequivocal_progression")


@dataclass(frozen=True, slots=True)
class VisitReading:
    """One visit, lesion by lesion and added up.

    Parameters
    ----------
    targets : Targets
        The target lesions, added up.
    unread : tuple of str
        Target lesions without a usable size, and why.
    non_target : Response
        The non-target response.
    local_progression : tuple of str
        Ablated lesions with progression at the zone.
    local_failure : tuple of str
        The same of lesions that the reading leaves out: shown, and not counted.
    target_progression : tuple of str
        Other targets that the reader called progressed.
    changed_method : tuple of str
        Targets measured by another method than at baseline.
    new : tuple of str
        New lesions that count.
    not_imaged_before : tuple of str
        Those of them in an organ that was not imaged at baseline, with the organ.
    values : tuple of LesionValue
        The lesions as they stand in the lesion table.
    targets_on : date or None
        Last scan of a target lesion: the sum is known from here on.
    progressed_on : date or None
        First scan with a new lesion or unequivocal progression.
    was_read : bool
        Something was read on the visit; otherwise no policy puts a size in.
    non_target_left : bool
        A non-target lesion is seen, whether or not others were read.
    marker : str
        Words for a tumour marker that keeps a response from being complete; empty if none.
    """

    targets: recist.Targets
    unread: tuple[str, ...]
    non_target: Response
    local_progression: tuple[str, ...]
    local_failure: tuple[str, ...]
    target_progression: tuple[str, ...]
    changed_method: tuple[str, ...]
    new: tuple[str, ...]
    not_imaged_before: tuple[str, ...]
    values: tuple[LesionValue, ...]
    targets_on: date | None
    progressed_on: date | None
    was_read: bool
    non_target_left: bool
    marker: str


def add_up_visit(
    scans: Sequence[LesionScan],
    *,
    not_imaged: Collection[str] = (),
    never_there: Collection[str] = (),
    marker: str = "",
) -> VisitReading:
    """Add up one visit.

    Parameters
    ----------
    scans : sequence of LesionScan
        Every lesion of the patient that is no fragment, in the order of the lesion table.
    not_imaged : collection of str
        Organs that the baseline did not image.
    never_there : collection of str
        Non-target lesions that were not there at baseline; until they are, they are no disease
        that could disappear.
    marker : str
        Words for a tumour marker that is not yet normal; empty if none is in the way.
    """
    sizes = {scan.name: count_sizes(scan) for scan in scans if scan.part == "target"}
    states = {scan.name: count_state(scan) for scan in scans if scan.part == "non_target"}
    states = {
        name: state
        for name, state in states.items()
        if state != "absent" or name not in never_there
    }
    was_read = any(says_something(one) for scan in scans for one in scan.readings)
    if not was_read:
        sizes = dict.fromkeys(sizes, (NOT_READ,))
        states = dict.fromkeys(states, "missing")
    # Merged with what? A lesion whose joint size no other lesion carries is not gone.
    adrift = {
        scan.name
        for scan in scans
        if scan.is_merged
        and scan.is_measured
        and not any(_carries(other, scan, sizes, states) for other in scans)
    }
    sizes |= {name: (NOT_READ,) for name in sizes if name in adrift}
    states |= {name: "missing" for name in states if name in adrift}
    targets = [scan for scan in scans if scan.name in sizes]
    progressed = [scan for scan in scans if scan.part != "new" and scan.progressed]
    counted = [scan for scan in progressed if scan.part != "left out"]
    new = [scan for scan in scans if scan.as_new]
    non_target = _read_non_targets(states, sum(scan.name in sizes for scan in counted))
    held_back = recist.hold_back_complete(non_target, bool(targets)) if marker else non_target
    return VisitReading(
        targets=_add_up_targets(targets, sizes),
        unread=tuple(name_unread(one) for one in targets if is_nan(sum(sizes[one.name]))),
        non_target=held_back,
        local_progression=tuple(one.name for one in counted if one.treatment),
        local_failure=tuple(one.name for one in progressed if one not in counted),
        target_progression=tuple(
            one.name for one in counted if one.name in sizes and not one.treatment
        ),
        changed_method=tuple(
            f"{one.name} by {one.changed_method}" for one in targets if one.changed_method
        ),
        new=tuple(one.name for one in new),
        not_imaged_before=tuple(
            f"{one.name} ({one.lesion.organ})" for one in new if one.lesion.organ in not_imaged
        ),
        values=tuple([value for scan in scans for value in _values(scan, sizes)]),
        targets_on=max((r.scan_date for one in targets for r in one.readings), default=None),
        progressed_on=_date_progression(new, counted),
        was_read=was_read,
        non_target_left=any(state in _THERE for state in states.values()),
        marker=marker if held_back != non_target else "",
    )


def _carries(
    other: LesionScan,
    merged: LesionScan,
    sizes: Mapping[str, tuple[float, ...]],
    states: Mapping[str, str],
) -> bool:
    """Tell whether another lesion can hold the joint size of one that merged into it.

    It lies in the same organ, and is a target with a size or a new lesion; what merged into a
    non-target lesion has left the sum without a size, unless it was a non-target lesion itself.
    """
    if other is merged or other.lesion.organ != merged.lesion.organ:
        return False
    if other.as_new:
        return True
    sized = sum(sizes.get(other.name, ())) > 0
    seen = merged.lesion.role != "target" and states.get(other.name) in _THERE
    return (sized or seen) and other.is_measured


def _add_up_targets(
    targets: Sequence[LesionScan], sizes: Mapping[str, tuple[float, ...]]
) -> recist.Targets:
    pieces = [(size, one.is_sized_as_node) for one in targets for size in sizes[one.name]]
    return recist.add_up_targets([size for size, _ in pieces], [node for _, node in pieces])


def _read_non_targets(states: Mapping[str, str], target_progressions: int) -> Response:
    found = list(states.values())
    # Progression at the zone of an ablated target is progression of existing disease.
    progressed = found.count("unequivocal_progression") + target_progressions
    return recist.read_non_targets(
        len(found), found.count("absent"), found.count("missing"), progressed
    )


def _date_progression(new: Sequence[LesionScan], progressed: Sequence[LesionScan]) -> date | None:
    days = [one.scan_date for scan in new for one in scan.as_new]
    days += [
        one.scan_date
        for scan in progressed
        for one in scan.readings
        if shows_progression((one,), treated=bool(scan.treatment))
    ]
    return min(days, default=None)


def _values(scan: LesionScan, sizes: Mapping[str, tuple[float, ...]]) -> Iterator[LesionValue]:
    """Yield the rows of the lesion table: the lesion, and below it its fragments."""
    name, role = scan.name, scan.lesion.role
    if not scan.readings and role == "new":
        return
    own = [one for one in scan.readings if one.lesion_id == name]
    shown = "split" if scan.is_split and not own else show(own)
    counted = sum(sizes[name]) if name in sizes else None
    yield LesionValue(name, role, shown, counted, note_scan(scan))
    if scan.is_split or len(own) < len(scan.readings):
        yield from _fragment_values(scan)


def _fragment_values(scan: LesionScan) -> Iterator[LesionValue]:
    names = {piece for piece, _ in scan.pieces} | {one.lesion_id for one in scan.readings}
    for name in sorted(names - {scan.name}, key=order_of_name):
        shown = show([one for one in scan.readings if one.lesion_id == name])
        yield LesionValue(name, scan.lesion.role, shown, None, f"fragment of {scan.name}")
