"""What each lesion of one patient counts on each visit, under the study's policies.

Turns what a reader recorded into the sum of the targets, the state of the non-target lesions
and the list of new lesions. A lesion treated locally counts as the study file says; only what
was a target or non-target lesion at baseline can be left out of a reading, never a new lesion.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.response import recist
from trialwright.response.local_therapy import size_after_local_therapy
from trialwright.response.readings import (
    NOT_READ,
    new_lesion_counts,
    non_target_state,
    show,
    size_mm,
    size_of,
)
from trialwright.response.result import LesionValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from trialwright.response.codes import Response
    from trialwright.response.patient import Lesion, LocalTreatment, PatientScans, Reading

_ROLES = ("target", "non_target", "new")
_LEAVES_THE_READING = "exclude"


@dataclass(frozen=True, slots=True)
class VisitReading:
    """One visit, lesion by lesion and added up.

    ``unread`` names the target lesions without a usable size (with what was recorded, where it
    contradicts itself); ``local_progression`` the ablated targets with progression at the zone.
    """

    targets: recist.Targets
    unread: tuple[str, ...]
    non_target: Response
    local_progression: tuple[str, ...]
    new: tuple[str, ...]
    values: tuple[LesionValue, ...]
    targets_on: date | None  # last scan of a target lesion: the sum is known from here on
    progressed_on: date | None  # first scan with a new lesion or unequivocal progression


class LesionReader:
    """The lesions of one patient under one policy for locally treated lesions.

    Parameters
    ----------
    scans : PatientScans
        The patient.
    planned, unplanned : str
        Policy for lesions treated as planned and outside the protocol (``local_therapy``).
    """

    def __init__(self, scans: PatientScans, planned: str, unplanned: str) -> None:
        self._treatments = _by_lesion_treatments(scans.local_treatments)
        self._policy = {
            name: planned if treatments[0].planned else unplanned
            for name, treatments in self._treatments.items()
        }
        self._lesions = sorted(scans.lesions, key=_order_of_display)
        self.excluded = tuple(
            lesion.lesion_id
            for lesion in self._lesions
            if lesion.role != "new" and self._policy.get(lesion.lesion_id) == _LEAVES_THE_READING
        )
        self.targets = self._with_role("target")
        self._non_targets = self._with_role("non_target")
        self._before = _last_sizes_before(scans.readings, self._treatments)
        self._new = _new_findings(scans.readings, self._with_role("new"))

    def read(self, readings: Sequence[Reading], on: date) -> VisitReading:
        """Read one visit; ``on`` is its date, for lesions that nobody read."""
        found: defaultdict[str, list[Reading]] = defaultdict(list)
        for reading in readings:
            found[reading.lesion_id].append(reading)
        sizes = {
            lesion.lesion_id: self._size(lesion.lesion_id, found[lesion.lesion_id], on)
            for lesion in self.targets
        }
        targets = recist.add_up_targets(
            list(sizes.values()), [lesion.lymph_node for lesion in self.targets]
        )
        local = tuple(name for name in sizes if _progressed(found[name]))
        new = {name: seen & set(found[name]) for name, seen in self._new.items()}
        showing = [one for members in new.values() for one in members]
        showing += [
            one
            for lesion in (*self.targets, *self._non_targets)
            for one in found[lesion.lesion_id]
            if _progressed((one,))
        ]
        return VisitReading(
            targets,
            tuple(_name_unread(name, found[name]) for name, size in sizes.items() if _is_nan(size)),
            self._non_target_response(found, on, len(local)),
            local,
            tuple(name for name, members in new.items() if members),
            self._values(found, sizes, on),
            max((one.scan_date for name in sizes for one in found[name]), default=None),
            min((one.scan_date for one in showing), default=None),
        )

    def _non_target_response(
        self, found: dict[str, list[Reading]], on: date, local_progressions: int
    ) -> Response:
        states = [self._state(lesion, found[lesion.lesion_id], on) for lesion in self._non_targets]
        # Progression at the zone of an ablated target is progression of existing disease.
        progressed = states.count("unequivocal_progression") + local_progressions
        return recist.read_non_targets(
            len(states), states.count("absent"), states.count("missing"), progressed
        )

    def _size(self, name: str, found: Sequence[Reading], on: date) -> float:
        size = size_of(found)
        if not self._is_treated(name, found, on):
            return size
        return size_after_local_therapy(
            self._policy[name],
            size,
            self._before.get(name, NOT_READ),
            complete=self._is_complete(name, found, on),
        )

    def _state(self, lesion: Lesion, found: Sequence[Reading], on: date) -> str:
        states = {non_target_state(one, lymph_node=lesion.lymph_node) for one in found}
        if "unequivocal_progression" in states:
            return "unequivocal_progression"
        if self._is_treated(lesion.lesion_id, found, on):
            policy = self._policy[lesion.lesion_id]
            if policy == "not_evaluable":
                return "missing"
            if policy == "carry_forward":
                return "present"
            if policy == "zero" and self._is_complete(lesion.lesion_id, found, on):
                return "absent"
        return next((one for one in ("present", "missing", "absent") if one in states), "missing")

    def _is_treated(self, name: str, found: Sequence[Reading], on: date) -> bool:
        treatments = self._treatments.get(name, ())
        return any(_is_after(one, found, on) for one in treatments)

    def _is_complete(self, name: str, found: Sequence[Reading], on: date) -> bool:
        return any(one.complete and _is_after(one, found, on) for one in self._treatments[name])

    def _values(
        self, found: dict[str, list[Reading]], sizes: dict[str, float], on: date
    ) -> tuple[LesionValue, ...]:
        return tuple(
            LesionValue(
                lesion.lesion_id,
                lesion.role,
                show(found[lesion.lesion_id]),
                sizes.get(lesion.lesion_id),
                self._note(lesion, found[lesion.lesion_id], on),
            )
            for lesion in self._lesions
            if found[lesion.lesion_id] or lesion.role != "new"
        )

    def _note(self, lesion: Lesion, found: Sequence[Reading], on: date) -> str:
        name = lesion.lesion_id
        if name in self.excluded:
            return "ablated, not counted"
        if lesion.role == "new" or not self._is_treated(name, found, on):
            return ""
        policy = self._policy[name].replace("_", " ")
        return f"after {self._treatments[name][0].modality}: {policy}"

    def _with_role(self, role: str) -> tuple[Lesion, ...]:
        return tuple(
            lesion
            for lesion in self._lesions
            if lesion.role == role and lesion.lesion_id not in self.excluded
        )


def _by_lesion_treatments(
    treatments: Iterable[LocalTreatment],
) -> dict[str, tuple[LocalTreatment, ...]]:
    grouped: defaultdict[str, list[LocalTreatment]] = defaultdict(list)
    for treatment in sorted(treatments, key=lambda one: one.treatment_date):
        grouped[treatment.lesion_id].append(treatment)
    return {name: tuple(members) for name, members in grouped.items()}


def _last_sizes_before(
    readings: Iterable[Reading], treatments: dict[str, tuple[LocalTreatment, ...]]
) -> dict[str, float]:
    last: dict[str, float] = {}
    for reading in sorted(readings, key=lambda one: one.scan_date):
        treated = treatments.get(reading.lesion_id)
        size = size_mm(reading)
        if treated and reading.scan_date <= treated[0].treatment_date and not _is_nan(size):
            last[reading.lesion_id] = size
    return last


def _new_findings(
    readings: Iterable[Reading], new: Iterable[Lesion]
) -> dict[str, frozenset[Reading]]:
    """Return, for each new lesion, the readings that count as a new lesion."""
    courses: dict[str, list[Reading]] = {lesion.lesion_id: [] for lesion in new}
    for reading in sorted(readings, key=lambda one: one.scan_date):
        if reading.lesion_id in courses:
            courses[reading.lesion_id].append(reading)
    return {
        name: frozenset(course[i] for i in new_lesion_counts(course))
        for name, course in courses.items()
    }


def _is_after(treatment: LocalTreatment, found: Sequence[Reading], visit: date) -> bool:
    """Tell whether a visit shows a lesion after its treatment; a scan on the day is before."""
    dates = [reading.scan_date for reading in found] or [visit]
    return max(dates) > treatment.treatment_date


def _progressed(found: Iterable[Reading]) -> bool:
    return any(reading.state == "unequivocal_progression" for reading in found)


def _name_unread(name: str, found: Sequence[Reading]) -> str:
    sizes = {size_mm(reading) for reading in found}
    return f"{name} (read as {show(found)})" if len(sizes) > 1 else name


def _order_of_display(lesion: Lesion) -> tuple[int, list[tuple[int, str]], str]:
    """Sort targets, non-targets, new lesions; T2 before T10."""
    parts = re.findall(r"\d+|\D+", lesion.lesion_id)
    number_last = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
    rank = _ROLES.index(lesion.role) if lesion.role in _ROLES else len(_ROLES)
    return rank, number_last, lesion.lesion_id


def _is_nan(value: float) -> bool:
    return value != value  # noqa: PLR0124 - nan
