"""What each lesion of one patient counts on each scan.

Turns what a reader recorded (a diameter or a state) into the number that enters the sum,
the state of the non-target lesions and the list of new lesions, under the study's policy for
locally treated lesions.

Source: RECIST 1.1 sections 4.3.2 (too small, missing), 4.3.3 and 4.3.5 (new lesions);
an equivocal new finding that is later unequivocal counts from its first appearance
(section 4.3.5).
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from trialwright.response import recist
from trialwright.response.local_therapy import NOT_READ, size_after_local_therapy
from trialwright.response.result import LesionValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from trialwright.response.codes import Response
    from trialwright.response.patient import Lesion, LocalTreatment, PatientScans, Reading

_SHOWN = {
    "absent": "absent",
    "too_small": "too small",
    "not_evaluable": "NE",
    "not_recorded": "not recorded",
    "present": "present",
    "increased": "increased",
    "unequivocal_progression": "unequivocal progression",
    "equivocal": "equivocal",
}
_ROLES = ("target", "non_target", "new")
_UNREAD_STATES = {"not_evaluable", "not_recorded"}


class LesionReader:
    """The lesions of one patient under one policy for locally treated lesions.

    Parameters
    ----------
    scans : PatientScans
        The patient.
    planned, unplanned : str
        Policy for lesions treated as planned and outside the protocol.
    """

    def __init__(self, scans: PatientScans, planned: str, unplanned: str) -> None:
        self._policy: dict[str, str] = {}
        self._treated: dict[str, LocalTreatment] = {}
        self._completed: dict[str, date] = {}  # first treatment that covered the lesion
        for treatment in sorted(scans.local_treatments, key=lambda t: t.treatment_date):
            self._treated.setdefault(treatment.lesion_id, treatment)
            if treatment.complete:
                self._completed.setdefault(treatment.lesion_id, treatment.treatment_date)
        for lesion_id, treatment in self._treated.items():
            self._policy[lesion_id] = planned if treatment.planned else unplanned
        self.excluded = tuple(
            sorted(name for name, policy in self._policy.items() if policy == "exclude")
        )
        lesions = sorted(scans.lesions, key=_order_of_display)
        kept = [lesion for lesion in lesions if lesion.lesion_id not in self.excluded]
        self.targets = _with_role(kept, "target")
        self.non_targets = _with_role(kept, "non_target")
        self._new = _with_role(kept, "new")
        self._all = {lesion.lesion_id: lesion for lesion in lesions}
        self._before = _last_sizes_before(scans.readings, self._treated)
        self._unequivocal_from = _last_unequivocal(scans.readings)

    def add_up(self, readings: Sequence[Reading], on: date) -> recist.Targets:
        """Add up the target lesions of one visit; ``on`` is its date."""
        by_lesion = _by_lesion(readings)
        sizes = [self._counted(lesion, by_lesion[lesion.lesion_id], on) for lesion in self.targets]
        return recist.add_up_targets(sizes, [lesion.lymph_node for lesion in self.targets])

    def unread(self, readings: Sequence[Reading], on: date) -> tuple[str, ...]:
        """Name the target lesions of a visit that could not be read."""
        by_lesion = _by_lesion(readings)
        return tuple(
            lesion.lesion_id
            for lesion in self.targets
            if _is_nan(self._counted(lesion, by_lesion[lesion.lesion_id], on))
        )

    def non_target_response(self, readings: Sequence[Reading]) -> Response:
        """Call the non-target response of one visit.

        Local progression of an ablated lesion that is still part of the assessment counts
        here: it is progression of existing disease.
        """
        by_lesion = _by_lesion(readings)
        states = [self._state(lesion, by_lesion[lesion.lesion_id]) for lesion in self.non_targets]
        progressed = states.count("unequivocal_progression") + sum(
            any(r.state == "unequivocal_progression" for r in by_lesion[lesion.lesion_id])
            for lesion in self.targets
        )
        return recist.read_non_targets(
            len(states), states.count("absent"), states.count("missing"), progressed
        )

    def new_lesions(self, readings: Sequence[Reading], baseline: date) -> tuple[str, ...]:
        """Name the new lesions of one visit after ``baseline``.

        A finding recorded as equivocal counts from this visit on if a later scan shows it
        beyond doubt.
        """
        by_lesion = _by_lesion(readings)
        return tuple(
            lesion.lesion_id
            for lesion in self._new
            if any(
                reading.scan_date > baseline and self._is_new(reading)
                for reading in by_lesion[lesion.lesion_id]
            )
        )

    def values(self, readings: Sequence[Reading], on: date) -> tuple[LesionValue, ...]:
        """Return what each lesion was on one visit, as shown and as counted."""
        by_lesion = _by_lesion(readings)
        shown = []
        for lesion_id, lesion in self._all.items():
            found = by_lesion[lesion_id]
            target = lesion in self.targets
            if not found and lesion.role == "new":
                continue
            counted = self._counted(lesion, found, on) if target else None
            shown.append(
                LesionValue(
                    lesion_id, lesion.role, _show(found), counted, self._note(lesion, found, on)
                )
            )
        return tuple(shown)

    def _note(self, lesion: Lesion, found: Sequence[Reading], on: date) -> str:
        if lesion.lesion_id in self.excluded:
            return "ablated, not counted"
        treatment = self._treated.get(lesion.lesion_id)
        if treatment is None or not _is_after(treatment.treatment_date, found, on):
            return ""
        return f"after {treatment.modality}: {self._policy[lesion.lesion_id].replace('_', ' ')}"

    def _counted(self, lesion: Lesion, found: Sequence[Reading], on: date) -> float:
        size = _one_size(found)
        treatment = self._treated.get(lesion.lesion_id)
        if treatment is None or not _is_after(treatment.treatment_date, found, on):
            return size
        return size_after_local_therapy(
            self._policy[lesion.lesion_id],
            size,
            self._before.get(lesion.lesion_id, NOT_READ),
            complete=self._is_complete(lesion, found, on),
        )

    def _is_complete(self, lesion: Lesion, found: Sequence[Reading], on: date) -> bool:
        """Tell whether a treatment before this visit covered the whole lesion."""
        completed = self._completed.get(lesion.lesion_id)
        return completed is not None and _is_after(completed, found, on)

    def _state(self, lesion: Lesion, found: Sequence[Reading]) -> str:
        """Return absent, present, unequivocal_progression or missing."""
        states = {_non_target_state(reading, lesion.lymph_node) for reading in found}
        for worst in ("unequivocal_progression", "present", "missing", "absent"):
            if worst in states:
                return worst
        return "missing"

    def _is_new(self, reading: Reading) -> bool:
        if reading.state == "equivocal":
            seen = self._unequivocal_from.get(reading.lesion_id)
            return seen is not None and seen > reading.scan_date
        return _is_unequivocal(reading)


def _is_after(treated: date, found: Sequence[Reading], visit: date) -> bool:
    """Tell whether a visit shows a lesion after its treatment; a scan on the day is before."""
    dates = [reading.scan_date for reading in found] or [visit]
    return max(dates) > treated


def _order_of_display(lesion: Lesion) -> tuple[int, list[tuple[int, str]], str]:
    """Sort targets, non-targets, new lesions; T2 before T10."""
    parts = re.findall(r"\d+|\D+", lesion.lesion_id)
    number_last = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
    rank = _ROLES.index(lesion.role) if lesion.role in _ROLES else len(_ROLES)
    return rank, number_last, lesion.lesion_id


def _with_role(lesions: Iterable[Lesion], role: str) -> tuple[Lesion, ...]:
    return tuple(lesion for lesion in lesions if lesion.role == role)


def _by_lesion(readings: Sequence[Reading]) -> defaultdict[str, list[Reading]]:
    grouped: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        grouped[reading.lesion_id].append(reading)
    return grouped


def _last_sizes_before(
    readings: Sequence[Reading], treated: dict[str, LocalTreatment]
) -> dict[str, float]:
    last: dict[str, float] = {}
    for reading in sorted(readings, key=lambda r: r.scan_date):
        treatment = treated.get(reading.lesion_id)
        if treatment is not None and reading.scan_date <= treatment.treatment_date:
            size = size_mm(reading)
            if not _is_nan(size):
                last[reading.lesion_id] = size
    return last


def _last_unequivocal(readings: Sequence[Reading]) -> dict[str, date]:
    last: dict[str, date] = {}
    for reading in readings:
        if _is_unequivocal(reading):
            known = last.get(reading.lesion_id, reading.scan_date)
            last[reading.lesion_id] = max(known, reading.scan_date)
    return last


def _is_unequivocal(reading: Reading) -> bool:
    if reading.diameter_mm is not None:
        return reading.diameter_mm > 0
    return reading.state in {"present", "increased", "unequivocal_progression", "too_small"}


def size_mm(reading: Reading) -> float:
    """Return the size that a target reading counts; ``nan`` if it could not be read.

    A diameter counts as given, also below 5 mm; gone is 0; too small to measure is 5 mm.
    Source: RECIST 1.1 section 4.3.2.
    """
    if reading.diameter_mm is not None:
        return reading.diameter_mm
    if reading.state == "absent":
        return 0.0
    return recist.TOO_SMALL_MM if reading.state == "too_small" else NOT_READ


def _one_size(found: Sequence[Reading]) -> float:
    """Return the size of a lesion on one visit; two different sizes cannot be told apart."""
    sizes = {size_mm(reading) for reading in found}
    return sizes.pop() if len(sizes) == 1 else NOT_READ


def _non_target_state(reading: Reading, lymph_node: bool) -> str:
    if reading.diameter_mm is not None:
        normal = reading.diameter_mm < recist.NORMAL_NODE_MM if lymph_node else False
        return "absent" if normal or reading.diameter_mm == 0 else "present"
    if reading.state is None or reading.state in _UNREAD_STATES:
        return "missing"
    if reading.state in {"absent", "unequivocal_progression"}:
        return reading.state
    return "present"


def _show(found: Sequence[Reading]) -> str:
    if not found:
        return "not read"
    return " / ".join(dict.fromkeys(_show_one(reading) for reading in found))


def _show_one(reading: Reading) -> str:
    if reading.diameter_mm is not None:
        return f"{reading.diameter_mm:g}"
    return _SHOWN.get(reading.state or "", "no value")


def _is_nan(value: float) -> bool:
    return value != value  # noqa: PLR0124 - nan
