"""One lesion on one visit: the sizes it adds to the sum, its state, and what to note about it.

A lesion that split is read piece by piece, a lesion treated locally by its policy, and one
measured by another method than at baseline as the study says.

Source: RECIST 1.1 (Eisenhauer 2009), sections 4.2 (the same method throughout), 4.3.2 (lesions
that split or merge) and 4.3.3 (non-target lesions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.response.local_size import LocalPolicy, size_after_local_therapy
from trialwright.response.local_therapy import FINDINGS, shows_progression, worst_finding
from trialwright.response.readings import (
    NOT_READ,
    is_nan,
    non_target_state,
    says_something,
    show,
    size_mm,
    size_of,
    viable_size_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwright.response.patient import Lesion, Reading

_MEASURED_POLICIES = (LocalPolicy.ZONE, LocalPolicy.VIABLE)
_WORST_STATE_FIRST = ("unequivocal_progression", "present", "missing", "absent")


class LesionScan(NamedTuple):
    """One lesion on one visit.

    ``readings`` are those of the lesion and its fragments; ``pieces`` those that give its size,
    for each piece that it consists of (without any, the piece was not read).
    ``changed_method`` says by what it was measured and by what at baseline; ``comparable`` is
    false where such a size does not count. ``treatment`` names the local treatment that the
    visit comes after, ``complete`` says whether the lesion is completely ablated by then, and
    ``last_before_mm`` is its last size before the treatment. ``as_new`` are the readings that
    count as a new lesion.
    """

    lesion: Lesion
    readings: tuple[Reading, ...]
    pieces: tuple[tuple[str, tuple[Reading, ...]], ...]
    policy: LocalPolicy | None = None
    treatment: str = ""
    complete: bool = False
    last_before_mm: float = NOT_READ
    changed_method: str = ""
    comparable: bool = True
    as_new: frozenset[Reading] = frozenset()

    @property
    def name(self) -> str:
        """The lesion's identifier."""
        return self.lesion.lesion_id

    @property
    def part(self) -> str:
        """The part that the lesion plays in this reading: its role, or ``left out``."""
        return "left out" if self.policy == LocalPolicy.EXCLUDE else self.lesion.role

    @property
    def is_sized_as_node(self) -> bool:
        """Whether the size is the short axis of a node, which is normal below 10 mm."""
        return self.lesion.lymph_node and self.policy != LocalPolicy.VIABLE

    @property
    def is_split(self) -> bool:
        """Whether the lesion consists of fragments by now."""
        return len(self.pieces) > 1 or self.pieces[0][0] != self.lesion.lesion_id

    @property
    def progressed(self) -> bool:
        """Whether the visit shows unequivocal progression of the lesion."""
        return shows_progression(self.readings, treated=bool(self.treatment))

    @property
    def is_merged(self) -> bool:
        """Whether the lesion, or a piece of it, has grown together with another lesion."""
        return any(one.state == "merged" for one in self.readings)

    @property
    def is_measured(self) -> bool:
        """Whether what was measured on the visit counts, so that it can carry a joint size."""
        incomplete = self.policy == LocalPolicy.ZERO and not self.complete
        return not self.treatment or incomplete or self.policy in _MEASURED_POLICIES


def count_sizes(scan: LesionScan) -> tuple[float, ...]:
    """Return the sizes in mm that a target adds to the sum: one, or one for each fragment.

    A lesion with a piece that was not read has no size. Fragments of a node stay apart, for
    each is normal below 10 mm.
    """
    measured = tuple(_size_of_piece(scan, found) for _, found in scan.pieces)
    if scan.policy is None or not (scan.treatment or scan.policy == LocalPolicy.VIABLE):
        return (NOT_READ,) if any(is_nan(size) for size in measured) else measured
    size = size_after_local_therapy(
        scan.policy, sum(measured), _viable_mm(scan), scan.last_before_mm, scan.complete
    )
    return (size,)


def _size_of_piece(scan: LesionScan, found: Sequence[Reading]) -> float:
    return size_of(found) if scan.comparable else NOT_READ


def _viable_mm(scan: LesionScan) -> float:
    """Return the viable diameter of a lesion: of every piece, or it is not known."""
    return sum(viable_size_of(found) if scan.comparable else NOT_READ for _, found in scan.pieces)


def count_state(scan: LesionScan) -> str:
    """Return absent, present, missing or unequivocal_progression for a non-target lesion.

    The policies for lesions treated locally hold for non-target lesions too: under
    ``not_evaluable`` such a lesion is missing, under ``zero`` absent once it is completely
    ablated, under ``carry_forward`` present; under ``viable`` the viable diameter decides.
    """
    if scan.progressed:
        return "unequivocal_progression"
    if scan.treatment:
        if scan.policy in {LocalPolicy.NOT_EVALUABLE, LocalPolicy.CENSOR}:
            return "missing"
        if scan.policy == LocalPolicy.CARRY_FORWARD:
            return "present"
        if scan.policy == LocalPolicy.ZERO and scan.complete:
            return "absent"
        if scan.policy == LocalPolicy.VIABLE:
            return _state_of_viable(_viable_mm(scan))
    return _worst_state(scan)


def _state_of_viable(size_mm: float) -> str:
    if is_nan(size_mm):
        return "missing"
    return "present" if size_mm > 0 else "absent"


def _worst_state(scan: LesionScan) -> str:
    node = scan.lesion.lymph_node
    states = {
        state
        for _, found in scan.pieces
        for state in ({non_target_state(one, lymph_node=node) for one in found} or {"missing"})
    }
    # A rim that a reader called progression is a lesion that is still there.
    worst = next(one for one in _WORST_STATE_FIRST if one in states)
    return "present" if worst == "unequivocal_progression" else worst


def find_changed_method(found: Iterable[Reading], at_baseline: frozenset[str]) -> str:
    """Return by which method a lesion was measured, if by none of those of baseline.

    A blank method never counts as a change.

    Parameters
    ----------
    found : iterable of Reading
        Readings of one piece of a lesion on one visit.
    at_baseline : frozenset of str
        From ``find_methods``, of the lesion at baseline.
    """
    methods = find_methods(found)
    if not methods or not at_baseline or methods & at_baseline:
        return ""
    return f"{' and '.join(sorted(methods))}, at baseline {' and '.join(sorted(at_baseline))}"


def find_methods(found: Iterable[Reading]) -> frozenset[str]:
    """Return the methods by which readings that say something were made, in capitals."""
    return frozenset(
        " ".join(one.method.upper().split())
        for one in found
        if one.method is not None and one.method.strip() and says_something(one)
    )


def name_unread(scan: LesionScan) -> str:
    """Name a target without a usable size, and say why where more than a reading is missing."""
    unread = [(piece, found) for piece, found in scan.pieces if is_nan(_size_of_piece(scan, found))]
    if scan.treatment and not scan.is_measured:
        return f"{scan.name} (after {scan.treatment})"
    if scan.policy == LocalPolicy.VIABLE and is_nan(_viable_mm(scan)):
        return f"{scan.name} (no viable diameter)"
    if not scan.comparable:
        return f"{scan.name} ({scan.changed_method})"
    if scan.is_split and unread:
        return f"{scan.name} (fragment {', '.join(piece for piece, _ in unread)})"
    if not unread:
        return f"{scan.name} (merged, and no lesion carries the joint size)"
    found = scan.readings
    return f"{scan.name} (read as {show(found)})" if _contradict(found) else scan.name


def _contradict(found: Iterable[Reading]) -> bool:
    return len({f"{size_mm(one):g}" for one in found}) > 1


def note_scan(scan: LesionScan) -> str:
    """Say what a reader of the lesion table must know of a lesion on a visit."""
    finding = worst_finding(scan.readings)
    parts = (
        _treatment_words(scan),
        FINDINGS.get(finding or "", ""),
        f"sum of {', '.join(piece for piece, _ in scan.pieces)}" if scan.is_split else "",
        "merged with another lesion" if scan.is_merged else "",
        scan.changed_method,
    )
    return "; ".join(part for part in parts if part)


def _treatment_words(scan: LesionScan) -> str:
    if scan.policy == LocalPolicy.EXCLUDE:
        return "ablated, not counted"
    if scan.treatment and scan.policy is not None:
        return f"after {scan.treatment}: {scan.policy.name.lower().replace('_', ' ')}"
    return "viable part" if scan.policy == LocalPolicy.VIABLE else ""
