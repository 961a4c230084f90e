"""Every lesion of one patient on every visit, under the study's policies.

Gathers what the rules need to know of a lesion on a visit: its pieces if it split, its local
treatments, how it was measured at baseline. A lesion treated locally counts as the study file
says; only what was a target or non-target lesion at baseline can be left out of a reading,
never a new lesion.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trialwright.response.fragments import Fragments, OrderOfName, order_of_name
from trialwright.response.lesion_scan import (
    LesionScan,
    count_sizes,
    count_state,
    find_changed_method,
    find_methods,
)
from trialwright.response.local_size import LocalPolicy
from trialwright.response.local_therapy import LocalTherapies
from trialwright.response.readings import NOT_READ, is_nan, new_lesion_counts
from trialwright.response.timeline import group_by_visit
from trialwright.response.tumour_marker import find_elevated_marker
from trialwright.response.visit_reading import VisitReading, add_up_visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trialwright.response.patient import Lesion, PatientScans, Reading
    from trialwright.response.rules import ResponseRules
    from trialwright.response.timeline import Visit

    _Found = Mapping[str, tuple[Reading, ...]]  # readings, lesion by lesion

_ROLES = ("target", "non_target", "new")
_NONE: frozenset[Reading] = frozenset()


class LesionReader:
    """The lesions of one patient under one policy for locally treated lesions.

    Parameters
    ----------
    scans : PatientScans
        The patient, without local treatments from before the study treatment.
    baseline : Visit
        The visit that later ones are compared with.
    rules : ResponseRules
        The study's choices.

    Attributes
    ----------
    targets : tuple of Lesion
        The target lesions that count; fragments of them are none.
    excluded : tuple of str
        Lesions that the policy leaves out of the reading.
    """

    def __init__(self, scans: PatientScans, baseline: Visit, rules: ResponseRules) -> None:
        self._fragments = Fragments(scans.lesions, scans.readings)
        self._therapies = LocalTherapies(
            scans,
            self._fragments.whole,
            planned=rules.planned_ablation,
            unplanned=rules.unplanned_local_therapy,
        )
        self._lesions = sorted(
            (one for one in scans.lesions if self._fragments.whole(one.lesion_id) == one.lesion_id),
            key=_order_of_display,
        )
        self.excluded = tuple(
            one.lesion_id for one in self._lesions if self._policy(one) == LocalPolicy.EXCLUDE
        )
        self.targets = tuple(
            one
            for one in self._lesions
            if one.role == "target" and one.lesion_id not in self.excluded
        )
        self._as_new = self._find_new(scans.readings)
        self._methods = self._find_methods(baseline)
        self._methods_must_agree = rules.changed_method == "not_evaluable"
        self._not_imaged = (
            scans.not_imaged_at_baseline if baseline.name == scans.baseline_visit else ()
        )
        self._marker, self._first_treatment = scans.marker, scans.first_treatment
        self._last_sizes: Mapping[str, float] = {}  # none is needed to find them
        self._last_sizes = self._find_last_sizes(scans.readings)
        found = _by_lesion(baseline.readings)
        self._never_there = frozenset(
            one.lesion_id
            for one in self._lesions
            if one.role == "non_target"
            and count_state(self._scan(one, found, baseline)) == "absent"
        )

    def read(self, visit: Visit) -> VisitReading:
        """Read one visit, lesion by lesion."""
        found = _by_lesion(visit.readings)
        scans = [self._scan(lesion, found, visit) for lesion in self._lesions]
        marker = find_elevated_marker(self._marker, self._first_treatment, visit.last_day)
        return add_up_visit(
            scans, not_imaged=self._not_imaged, never_there=self._never_there, marker=marker
        )

    def _scan(self, lesion: Lesion, found: _Found, visit: Visit) -> LesionScan:
        name = lesion.lesion_id
        readings = self._of_family(name, found)
        policy = self._policy(lesion)
        treated = complete = False
        if policy is not None:
            on = max((one.scan_date for one in readings), default=visit.day_of)
            treated = self._therapies.is_treated(name, on)
            complete = treated and self._therapies.is_complete(name, on)
        names = self._fragments.pieces(name, visit.last_day)
        pieces = tuple([(piece, found.get(piece, ())) for piece in names])
        changed = self._changed_method(lesion, pieces)
        return LesionScan(
            lesion,
            readings,
            pieces,
            policy=policy,
            treatment=self._therapies.modality(name) if treated else "",
            complete=complete,
            last_before_mm=self._last_sizes.get(name, NOT_READ),
            changed_method=changed,
            comparable=not (changed and self._methods_must_agree),
            as_new=self._as_new[name].intersection(readings) if name in self._as_new else _NONE,
        )

    def _policy(self, lesion: Lesion) -> LocalPolicy | None:
        """Return the policy of a lesion that was treated; a new lesion stays one whatever is done.

        Leaving a new lesion out would take a progression away.
        """
        return None if lesion.role == "new" else self._therapies.policy(lesion.lesion_id)

    def _of_family(self, name: str, found: _Found) -> tuple[Reading, ...]:
        """Return the readings of a lesion and of its fragments."""
        family = self._fragments.family(name)
        if len(family) == 1:
            return found.get(name, ())
        return tuple(one for member in family for one in found.get(member, ()))

    def _changed_method(
        self, lesion: Lesion, pieces: Iterable[tuple[str, tuple[Reading, ...]]]
    ) -> str:
        at_baseline = self._methods[lesion.lesion_id] if lesion.role == "target" else None
        if not at_baseline:
            return ""
        changes = {find_changed_method(found, at_baseline) for _, found in pieces}
        return "; ".join(sorted(changes - {""}))

    def _find_methods(self, baseline: Visit) -> dict[str, frozenset[str]]:
        found = _by_lesion(baseline.readings)
        names = [one.lesion_id for one in self._lesions]
        return {name: find_methods(self._of_family(name, found)) for name in names}

    def _find_new(self, readings: Sequence[Reading]) -> dict[str, frozenset[Reading]]:
        """Return, for each new lesion, the readings that count as a new lesion."""
        found = _by_lesion(readings)
        return {
            one.lesion_id: new_lesion_counts(
                self._of_family(one.lesion_id, found), lymph_node=one.lymph_node
            )
            for one in self._lesions
            if one.role == "new"
        }

    def _find_last_sizes(self, readings: Sequence[Reading]) -> dict[str, float]:
        """Return the last size before the treatment of each lesion that is to keep it."""
        kept = [one for one in self._lesions if self._policy(one) == LocalPolicy.CARRY_FORWARD]
        last: dict[str, float] = {}
        for visit in group_by_visit(readings, "latest") if kept else ():
            found = _by_lesion(visit.readings)
            for lesion in kept:
                scan = self._scan(lesion, found, visit)
                size = sum(count_sizes(scan))
                if not scan.treatment and not is_nan(size):
                    last[lesion.lesion_id] = size
        return last


def _by_lesion(readings: Sequence[Reading]) -> dict[str, tuple[Reading, ...]]:
    found: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        found[reading.lesion_id].append(reading)
    return {name: tuple(members) for name, members in found.items()}


def _order_of_display(lesion: Lesion) -> tuple[int, OrderOfName]:
    """Sort targets, non-targets, new lesions."""
    rank = _ROLES.index(lesion.role) if lesion.role in _ROLES else len(_ROLES)
    return rank, order_of_name(lesion.lesion_id)
