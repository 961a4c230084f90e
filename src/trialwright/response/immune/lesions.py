"""New and non-target lesions from scan to scan, as iRECIST looks at them.

New lesions are measured apart from the lesions of baseline: at most five, two an organ, that are
measurable when they appear are new-lesion targets with a sum of their own; the others are
new-lesion non-targets, in which any increase counts. A lesion keeps the part it got.

Source: Seymour et al., Lancet Oncol 2017;18:e143, new lesions; RECIST 1.1 sections 3.1.1 and 4.2
for what is measurable and how many.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trialwright.dataset.limits import (
    MOST_TARGETS,
    MOST_TARGETS_AN_ORGAN,
    SMALLEST_NODE_MM,
    SMALLEST_TARGET_MM,
)
from trialwright.response.fragments import Fragments
from trialwright.response.immune.state import NewLesions
from trialwright.response.readings import NOT_READ, is_nan, says_something, size_mm
from trialwright.response.recist import NORMAL_NODE_MM, add_up_targets

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from trialwright.response.patient import Lesion, PatientScans, Reading
    from trialwright.response.timeline import Visit
    from trialwright.response.visit_reading import VisitReading

_TIE_MM = 1e-9
_GROWN = {"increased", "unequivocal_progression"}
_UNEQUIVOCAL = "unequivocal_progression"


@dataclass(frozen=True, slots=True)
class Known:
    """The new lesions seen so far, and the sizes at the iUPD that growth is counted from."""

    targets: tuple[str, ...] = ()
    non_targets: tuple[str, ...] = ()
    at_iupd_mm: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImmuneReading:
    """What one visit shows of new and non-target lesions.

    ``known`` is what is known of new lesions from this visit on; ``sizes_mm`` the sizes read of
    non-target lesions and new-lesion non-targets.
    """

    new: NewLesions
    non_target_increased: bool
    appeared: tuple[str, ...]
    present: tuple[str, ...]
    missing: tuple[str, ...]
    increased: tuple[str, ...]
    known: Known
    sizes_mm: Mapping[str, float]

    def remember(self, *, iupd_starts: bool) -> Known:
        """Return what later visits are compared with; an iUPD that starts sets the sizes."""
        before = {} if iupd_starts else self.known.at_iupd_mm
        return Known(self.known.targets, self.known.non_targets, {**self.sizes_mm, **before})


class ImmuneLesionReader:
    """The new and non-target lesions of one patient.

    Parameters
    ----------
    scans : PatientScans
        The patient.
    excluded : collection of str
        Lesions of baseline that the study leaves out of the reading.
    """

    def __init__(self, scans: PatientScans, excluded: Collection[str]) -> None:
        self._fragments = Fragments(scans.lesions, scans.readings)
        self._lesions = {one.lesion_id: one for one in scans.lesions}
        self._non_targets = tuple(
            sorted(
                name
                for name, lesion in self._lesions.items()
                if lesion.role == "non_target"
                and self._fragments.whole(name) == name
                and name not in excluded
            )
        )

    def read(self, visit: Visit, seen: VisitReading, known: Known) -> ImmuneReading:
        """Read one visit against what is known from the visits before.

        Parameters
        ----------
        visit : Visit
            The readings of the visit.
        seen : VisitReading
            The same visit as RECIST 1.1 reads it; it decides what is a new lesion.
        known : Known
            From :meth:`ImmuneReading.remember` of the visit before.
        """
        before = (*known.targets, *known.non_targets)
        appeared = tuple(sorted(set(seen.new) - set(before)))
        now = self._with_appeared(visit, appeared, known)
        found = {
            name: self._find(name, visit)
            for name in (*self._non_targets, *now.targets, *now.non_targets)
        }
        sizes = {name: self._size(name, visit) for name in found}
        missing = tuple(name for name in before if not any(map(says_something, found[name])))
        gone = {name for name in before if self._is_gone(name, sizes[name])}
        present = tuple(
            name for name in (*now.targets, *now.non_targets) if name not in {*missing, *gone}
        )
        grown = {
            name: _has_grown(found[name], sizes[name], known.at_iupd_mm.get(name, NOT_READ))
            for name in (*self._non_targets, *known.non_targets)
        }
        new = NewLesions(
            len(appeared),
            len(present),
            len(missing),
            add_up_targets(
                [sizes[name] for name in now.targets],
                [self._lesions[name].lymph_node for name in now.targets],
            ),
            len(now.targets),
            any(grown[name] for name in known.non_targets),
            any(one.state == _UNEQUIVOCAL for name in before for one in found[name]),
        )
        part = (*self._non_targets, *now.non_targets)
        return ImmuneReading(
            new,
            any(grown[name] for name in self._non_targets),
            appeared,
            present,
            missing,
            tuple(name for name in grown if grown[name]),
            now,
            {name: sizes[name] for name in part if not is_nan(sizes[name])},
        )

    def _with_appeared(self, visit: Visit, appeared: Sequence[str], known: Known) -> Known:
        """Give each lesion that appeared its part: the largest measurable ones are targets."""
        sizes = {name: self._size(name, visit) for name in appeared}
        organs = Counter(_organ(self._lesions[name]) for name in known.targets)
        targets = list(known.targets)
        for name in sorted(appeared, key=lambda one: (-_or_zero(sizes[one]), one)):
            organ = _organ(self._lesions[name])
            room = len(targets) < MOST_TARGETS and organs[organ] < MOST_TARGETS_AN_ORGAN
            if room and _is_measurable(self._lesions[name], sizes[name]):
                targets.append(name)
                organs[organ] += 1
        others = tuple(name for name in appeared if name not in targets)
        return Known(tuple(targets), (*known.non_targets, *others), known.at_iupd_mm)

    def _find(self, name: str, visit: Visit) -> tuple[Reading, ...]:
        family = self._fragments.family(name)
        return tuple(one for one in visit.readings if one.lesion_id in family)

    def _size(self, name: str, visit: Visit) -> float:
        """Return the size of a lesion, or of the pieces it split into, added up."""
        pieces = self._fragments.pieces(name, visit.last_day)
        return sum(
            _size_of([one for one in visit.readings if one.lesion_id == piece]) for piece in pieces
        )

    def _is_gone(self, name: str, size: float) -> bool:
        """Tell whether a lesion is gone; a node under 10 mm is normal (RECIST 1.1, 4.3.2)."""
        return size < NORMAL_NODE_MM if self._lesions[name].lymph_node else size == 0


def _size_of(found: Sequence[Reading]) -> float:
    """Return the size of a lesion on one visit, also where a word stands beside the diameter.

    A target with both contradicts itself. Of the lesions read here a reader may well say how
    large they are and that they have progressed.
    """
    sizes = {
        size_mm(one) if one.diameter_mm is None or one.diameter_mm < 0 else one.diameter_mm
        for one in found
        if says_something(one)
    }
    return sizes.pop() if len(sizes) == 1 else NOT_READ


def _has_grown(found: Sequence[Reading], size: float, at_iupd: float) -> bool:
    """Tell whether a lesion that is not summed up has increased since the iUPD.

    Sizes decide where there are two; else the reader's word does: ``increased`` and
    ``unequivocal_progression`` on a scan after the iUPD say that it grew further.
    """
    if not is_nan(size) and not is_nan(at_iupd):
        return size > at_iupd + _TIE_MM
    return any(one.state in _GROWN for one in found)


def _is_measurable(lesion: Lesion, size: float) -> bool:
    return size >= (SMALLEST_NODE_MM if lesion.lymph_node else SMALLEST_TARGET_MM)


def _organ(lesion: Lesion) -> str:
    """Return the organ; all lymph nodes together are one."""
    return "lymph node" if lesion.lymph_node else lesion.organ


def _or_zero(size: float) -> float:
    return 0.0 if is_nan(size) else size
