"""What one reading of one lesion says: a size, a state, or nothing that can be used.

Source: RECIST 1.1 sections 4.3.2 (too small, normal nodes), 4.3.3 (non-target lesions) and
4.3.5 (new lesions: one that is equivocal, for instance because of its small size, counts from
its first appearance once a later scan leaves no doubt).
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from trialwright.dataset.schema import SIZE_OF_STATE
from trialwright.response import recist

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwright.response.patient import Reading

NOT_READ = float("nan")

_SHOWN = {
    "absent": "absent",
    "merged": "merged",
    "too_small": "too small",
    "not_evaluable": "NE",
    "not_recorded": "not recorded",
    "present": "present",
    "increased": "increased",
    "unequivocal_progression": "unequivocal progression",
    "equivocal": "equivocal",
}
_UNREAD_STATES = {"not_evaluable", "not_recorded", None}
_EQUIVOCAL_STATES = {"equivocal", "too_small"}
_PRESENT_STATES = {"present", "increased", "unequivocal_progression"}
# At the zone of an ablated lesion: no tumour, or what is left of a lesion that was there.
_NOT_NEW_FINDINGS = {"complete", "benign_rim", "residual"}


def is_nan(value: float) -> bool:
    """Tell whether a size could not be read."""
    return value != value  # noqa: PLR0124 - nan


def size_mm(reading: Reading) -> float:
    """Return the size in mm that a target reading counts; ``nan`` if it cannot be used.

    A diameter counts as given, also below 5 mm; gone is 0, as is a lesion that merged into
    another, which carries the joint diameter; too small to measure is 5 mm. A negative
    diameter, or one that its state contradicts, is not a size.
    """
    stated = SIZE_OF_STATE.get(reading.state or "")
    if reading.diameter_mm is None:
        return NOT_READ if stated is None else stated
    contradicted = reading.state is not None and stated != reading.diameter_mm
    return NOT_READ if contradicted or reading.diameter_mm < 0 else reading.diameter_mm


def size_of(found: Iterable[Reading]) -> float:
    """Return the size of a lesion on one visit; two different sizes cannot be told apart.

    Where one scan of the visit could not be read and another could, the one that was read
    counts.
    """
    return _only({size_mm(reading) for reading in found if says_something(reading)})


def viable_size_of(found: Iterable[Reading]) -> float:
    """Return the viable diameter of a lesion on one visit; ``nan`` where none was measured.

    The diameter of the whole lesion never stands for that of its viable part, except that a
    lesion which is gone holds nothing viable.
    """
    sizes = {
        size_mm(reading) if reading.viable_mm is None else reading.viable_mm
        for reading in found
        if reading.viable_mm is not None or size_mm(reading) == 0
    }
    return _only({size if size >= 0 else NOT_READ for size in sizes})


def _only(sizes: set[float]) -> float:
    return sizes.pop() if len(sizes) == 1 else NOT_READ


def says_something(reading: Reading) -> bool:
    """Tell whether a reading gives a size or a state of its lesion."""
    return reading.diameter_mm is not None or reading.state not in _UNREAD_STATES


def is_there(reading: Reading) -> bool:
    """Tell whether a reading shows its lesion."""
    if reading.diameter_mm is not None:
        return reading.diameter_mm > 0
    return reading.state in _PRESENT_STATES | _EQUIVOCAL_STATES


def non_target_state(reading: Reading, *, lymph_node: bool) -> str:
    """Return absent, present, missing or unequivocal_progression; a node under 10 mm is gone."""
    if reading.state == "unequivocal_progression":
        return reading.state
    size = size_mm(reading)
    if not is_nan(size):
        gone = size == 0 or (lymph_node and _is_normal_node(reading))
        return "absent" if gone else "present"
    return "missing" if reading.state in _UNREAD_STATES else "present"


def new_lesion_counts(course: Iterable[Reading], *, lymph_node: bool) -> frozenset[Reading]:
    """Return the readings of a new lesion, fragments included, that count as a new lesion.

    An unequivocal reading counts. An equivocal one counts if the next day that settles the
    matter is unequivocal; a scan that shows the finding gone ends the doubt the other way.
    What a reader found to be the rim, the zone or the rest of an ablated lesion is not new, and
    a node measured below 10 mm is a normal node.
    """
    counts: set[Reading] = set()
    confirmed = False
    disease = [one for one in course if one.ablation_finding not in _NOT_NEW_FINDINGS]
    latest_first = sorted(disease, key=lambda one: one.scan_date, reverse=True)
    for _, same_day in groupby(latest_first, key=lambda one: one.scan_date):
        readings = list(same_day)
        doubtful = {one for one in readings if _is_equivocal(one)}
        normal = {one for one in readings if lymph_node and _is_normal_node(one)}
        certain = {one for one in readings if _is_unequivocal(one)} - normal
        gone = any(one.state == "absent" or one.diameter_mm == 0 for one in readings) or normal
        confirmed = bool(certain) or (confirmed and bool(doubtful or not gone))
        if confirmed:
            counts |= certain | doubtful
    return frozenset(counts)


def _is_normal_node(reading: Reading) -> bool:
    """Tell whether a node is below 10 mm, or too small, with no other word beside it."""
    size = size_mm(reading)
    return size < recist.NORMAL_NODE_MM and reading.state in {None, "too_small"}


def _is_equivocal(reading: Reading) -> bool:
    return reading.diameter_mm is None and reading.state in _EQUIVOCAL_STATES


def _is_unequivocal(reading: Reading) -> bool:
    return is_there(reading) and not _is_equivocal(reading)


def show(found: Sequence[Reading]) -> str:
    """Write what was recorded of a lesion on one visit."""
    if not found:
        return "not read"
    return " / ".join(sorted({_show_one(reading) for reading in found}))


def _show_one(reading: Reading) -> str:
    shown = _SHOWN.get(reading.state or "", "no value")
    if reading.diameter_mm is not None:
        shown = f"{reading.diameter_mm:g}"
    return shown if reading.viable_mm is None else f"{shown}, viable {reading.viable_mm:g}"
