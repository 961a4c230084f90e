"""What one reading of one lesion says: a size, a state, or nothing that can be used.

Source: RECIST 1.1 sections 4.3.2 (too small, normal nodes), 4.3.3 (non-target lesions) and
4.3.5 (new lesions: one that is equivocal, for instance because of its small size, counts from
its first appearance once a later scan leaves no doubt).
"""

from __future__ import annotations

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


def size_mm(reading: Reading) -> float:
    """Return the size in mm that a target reading counts; ``nan`` if it cannot be used.

    A diameter counts as given, also below 5 mm; gone is 0; too small to measure is 5 mm. A
    negative diameter, or one that its state contradicts, is not a size.
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
    sizes = {size_mm(reading) for reading in found if _says_something(reading)}
    return sizes.pop() if len(sizes) == 1 else NOT_READ


def _says_something(reading: Reading) -> bool:
    return reading.diameter_mm is not None or reading.state not in _UNREAD_STATES


def non_target_state(reading: Reading, *, lymph_node: bool) -> str:
    """Return absent, present, missing or unequivocal_progression; a node under 10 mm is gone."""
    if reading.state == "unequivocal_progression":
        return reading.state
    size = size_mm(reading)
    if size == size:  # noqa: PLR0124 - a size was read
        gone = size < recist.NORMAL_NODE_MM if lymph_node and reading.state is None else size == 0
        return "absent" if gone else "present"
    return "missing" if reading.state in _UNREAD_STATES else "present"


def new_lesion_counts(course: Sequence[Reading]) -> set[int]:
    """Return the positions in a new lesion's readings, in order of date, that count as new.

    An unequivocal reading counts. An equivocal one counts if the next reading that settles the
    matter is unequivocal; a scan that shows the finding gone ends the doubt the other way.
    """
    counts: set[int] = set()
    confirmed = False
    for position in range(len(course) - 1, -1, -1):
        reading = course[position]
        if reading.state in _EQUIVOCAL_STATES and reading.diameter_mm is None:
            if confirmed:
                counts.add(position)
        elif _is_unequivocal(reading):
            confirmed = True
            counts.add(position)
        elif reading.state == "absent" or reading.diameter_mm == 0:
            confirmed = False
    return counts


def _is_unequivocal(reading: Reading) -> bool:
    if reading.diameter_mm is not None:
        return reading.diameter_mm > 0
    return reading.state in _PRESENT_STATES


def show(found: Iterable[Reading]) -> str:
    """Write what was recorded of a lesion on one visit."""
    return " / ".join(dict.fromkeys(_show_one(reading) for reading in found)) or "not read"


def _show_one(reading: Reading) -> str:
    if reading.diameter_mm is not None:
        return f"{reading.diameter_mm:g}"
    return _SHOWN.get(reading.state or "", "no value")
