"""New and non-target lesions from scan to scan, as iRECIST looks at them.

New lesions are measured apart from the lesions of baseline: at most five, two an organ, that are
measurable when they appear are new-lesion targets with a sum of their own; the others are
new-lesion non-targets, in which any increase counts. A lesion keeps the part it got.

Source: Seymour et al., Lancet Oncol 2017;18:e143, new lesions; RECIST 1.1 sections 3.1.1 and 4.2
for what is measurable and how many.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from trialwright.dataset.limits import (
    MOST_TARGETS,
    MOST_TARGETS_AN_ORGAN,
    SMALLEST_NODE_MM,
    SMALLEST_TARGET_MM,
)
from trialwright.response.fragments import Fragments, order_of_name
from trialwright.response.immune.growth import NO_SIZES, Shown, Sizes, has_grown, size_of_new
from trialwright.response.immune.state import NewLesions
from trialwright.response.local_therapy import NO_TUMOUR, LocalTherapies
from trialwright.response.readings import (
    NOT_READ,
    is_nan,
    says_something,
    size_mm,
    viable_size_of,
)
from trialwright.response.recist import NORMAL_NODE_MM, add_up_targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trialwright.response.patient import Lesion, Reading
    from trialwright.response.read_visits import VisitsRead
    from trialwright.response.recist import Targets
    from trialwright.response.rules import ResponseRules
    from trialwright.response.timeline import Visit
    from trialwright.response.visit_reading import VisitReading


@dataclass(frozen=True, slots=True)
class Known:
    """The new lesions seen so far, and what was known of them and of others at the iUPD.

    ``at_iupd`` are the sizes that growth is counted from, ``gone_at_iupd`` the new lesions that
    were gone then. ``before_mm`` holds the last size of each new lesion before any local
    treatment, ``clear`` those whose zone showed no tumour when it was last judged.
    """

    targets: tuple[str, ...] = ()
    non_targets: tuple[str, ...] = ()
    at_iupd: Mapping[str, Sizes] = field(default_factory=dict)
    gone_at_iupd: frozenset[str] = frozenset()
    before_mm: Mapping[str, float] = field(default_factory=dict)
    clear: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ImmuneReading:
    """What one visit shows of new and non-target lesions.

    ``appeared`` are new lesions seen for the first time, ``returned`` those that were gone at
    the iUPD and are back, ``present`` those that are there now, ``missing`` those seen before
    and not read on this visit, ``gone`` those seen before that are gone. ``known`` is what is
    known of new lesions from this visit on; ``sizes`` the sizes read of all lesions.
    """

    new: NewLesions
    non_target_increased: bool
    appeared: tuple[str, ...]
    returned: tuple[str, ...]
    present: tuple[str, ...]
    missing: tuple[str, ...]
    gone: frozenset[str]
    known: Known
    sizes: Mapping[str, Sizes]

    def remember(self, *, iupd_starts: bool) -> Known:
        """Return what later visits are compared with; an iUPD that starts sets the sizes."""
        before = {} if iupd_starts else self.known.at_iupd
        return replace(
            self.known,
            at_iupd={**self.sizes, **before},
            gone_at_iupd=self.gone if iupd_starts else self.known.gone_at_iupd,
        )


class ImmuneLesionReader:
    """The new and non-target lesions of one patient.

    Parameters
    ----------
    visits : VisitsRead
        The patient, and the lesions of baseline that the study leaves out of the reading.
    rules : ResponseRules
        The study's choices, which say how local treatment counts.
    """

    def __init__(self, visits: VisitsRead, rules: ResponseRules) -> None:
        scans = visits.scans
        self._fragments = Fragments(scans.lesions, scans.readings)
        self._therapies = LocalTherapies(
            scans,
            self._fragments.whole,
            planned=rules.planned_ablation,
            unplanned=rules.unplanned_local_therapy,
        )
        self._lesions = {one.lesion_id: one for one in scans.lesions}
        counted = [
            name
            for name in sorted(self._lesions)
            if self._fragments.whole(name) == name and name not in visits.excluded
        ]
        self._targets, self._non_targets = (
            tuple(name for name in counted if self._lesions[name].role == role)
            for role in ("target", "non_target")
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
        shown = self._show(visit, (*self._targets, *self._non_targets, *before, *appeared))
        now = self._with_appeared(appeared, shown, known)
        sizes_mm = _count_new(shown, known, (*before, *appeared))
        missing = [name for name in before if not shown[name].is_read]
        gone = frozenset(name for name in before if self._is_gone(name, sizes_mm[name]))
        there = (*now.targets, *now.non_targets)
        present = tuple(name for name in there if name not in {*missing, *gone})
        returned = tuple(name for name in present if name in known.gone_at_iupd)
        # A target that the reader calls progressed counts with the non-target disease.
        called = (*seen.local_progression, *seen.target_progression)
        grown = _find_grown({*self._non_targets, *called, *known.non_targets}, shown, known)
        word = _find_grown_by_word(known, shown, sizes_mm)
        return ImmuneReading(
            new=NewLesions(
                appeared=len(appeared),
                returned=len(returned),
                present=len(present),
                missing=len(missing),
                targets=self._add_up(now.targets, sizes_mm),
                target_lesions=len(now.targets),
                increased=bool(word) or any(name in grown for name in known.non_targets),
                unequivocal=any(shown[name].progressed for name in before),
            ),
            non_target_increased=bool(grown - set(known.non_targets)),
            appeared=appeared,
            returned=returned,
            present=present,
            missing=tuple(sorted(missing, key=order_of_name)),
            gone=gone,
            known=_with_treatment(now, shown, sizes_mm),
            sizes=_sizes(now, shown, sizes_mm),
        )

    def _show(self, visit: Visit, names: Iterable[str]) -> dict[str, Shown]:
        """Return what the visit shows of each lesion, the pieces it split into added up."""
        by_name: dict[str, list[Reading]] = {}
        for one in visit.readings:
            by_name.setdefault(one.lesion_id, []).append(one)
        shown = {}
        for name in names:
            pieces = [by_name.get(one, ()) for one in self._fragments.pieces(name, visit.last_day)]
            family = self._fragments.family(name)
            readings = [one for part in family for one in by_name.get(part, ())]
            shown[name] = Shown(
                readings,
                sum(_size_of(found) for found in pieces),
                sum(viable_size_of(found) for found in pieces),
                self._is_treated(name, readings, visit),
            )
        return shown

    def _is_treated(self, name: str, readings: Sequence[Reading], visit: Visit) -> bool:
        """Tell whether the visit shows a lesion after a local treatment.

        A finding at the zone of a new lesion says so even if no treatment is on file.
        """
        on = max((one.scan_date for one in readings), default=visit.day_of)
        judged = any(one.ablation_finding is not None for one in readings)
        is_new = self._lesions[name].role == "new"
        return self._therapies.is_treated(name, on) or (is_new and judged)

    def _add_up(self, names: Sequence[str], sizes_mm: Mapping[str, float]) -> Targets:
        return add_up_targets(
            [sizes_mm[name] for name in names],
            [self._lesions[name].lymph_node for name in names],
        )

    def _with_appeared(
        self, appeared: Sequence[str], shown: Mapping[str, Shown], known: Known
    ) -> Known:
        """Give each lesion that appeared its part: the largest measurable ones are targets."""
        organs = Counter(_organ(self._lesions[name]) for name in known.targets)
        targets = list(known.targets)
        for name in sorted(appeared, key=lambda one: (-_or_zero(shown[one].whole_mm), one)):
            organ = _organ(self._lesions[name])
            room = len(targets) < MOST_TARGETS and organs[organ] < MOST_TARGETS_AN_ORGAN
            if room and _is_measurable(self._lesions[name], shown[name].whole_mm):
                targets.append(name)
                organs[organ] += 1
        others = tuple(name for name in appeared if name not in targets)
        return replace(known, targets=tuple(targets), non_targets=(*known.non_targets, *others))

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


def _find_grown(names: Iterable[str], shown: Mapping[str, Shown], known: Known) -> set[str]:
    """Return the lesions, not looked at as part of a sum, that have increased since the iUPD."""
    return {name for name in names if has_grown(shown[name], known.at_iupd.get(name, NO_SIZES))}


def _find_grown_by_word(
    known: Known, shown: Mapping[str, Shown], sizes_mm: Mapping[str, float]
) -> list[str]:
    """Return the new-lesion targets that progressed by the word alone: a size is missing."""
    return [
        name
        for name in known.targets
        if shown[name].progressed and (is_nan(sizes_mm[name]) or name not in known.at_iupd)
    ]


def _count_new(shown: Mapping[str, Shown], known: Known, names: Iterable[str]) -> dict[str, float]:
    """Return the size that each new lesion counts on a visit."""
    return {
        name: size_of_new(
            shown[name], known.before_mm.get(name, NOT_READ), was_clear=name in known.clear
        )
        for name in names
    }


def _with_treatment(
    known: Known, shown: Mapping[str, Shown], sizes_mm: Mapping[str, float]
) -> Known:
    """Remember the sizes before local treatment, and which zones show no tumour."""
    untreated = {
        name: size
        for name, size in sizes_mm.items()
        if not shown[name].treated and not is_nan(size)
    }
    judged = {name for name in sizes_mm if shown[name].finding is not None}
    clear = {name for name in judged if shown[name].finding in NO_TUMOUR}
    return replace(
        known, before_mm={**known.before_mm, **untreated}, clear=(known.clear - judged) | clear
    )


def _sizes(
    known: Known, shown: Mapping[str, Shown], sizes_mm: Mapping[str, float]
) -> dict[str, Sizes]:
    """Return the sizes read on a visit: of a new-lesion target the one in the sum."""
    sizes = {name: one.sizes for name, one in shown.items()}
    for name in known.targets:
        sizes[name] = Sizes(sizes_mm[name], NOT_READ, shown[name].treated)
    return {name: one for name, one in sizes.items() if one.is_known}


def _is_measurable(lesion: Lesion, size: float) -> bool:
    return size >= (SMALLEST_NODE_MM if lesion.lymph_node else SMALLEST_TARGET_MM)


def _organ(lesion: Lesion) -> str:
    """Return the organ; all lymph nodes together are one."""
    return "lymph node" if lesion.lymph_node else lesion.organ


def _or_zero(size: float) -> float:
    return 0.0 if is_nan(size) else size
