"""One lesion on one scan, as iRECIST compares it with the scan of an iUPD.

Sizes decide where both scans have one, else the reader's word does. After a local treatment
what is measured is a zone and not the tumour: a larger zone is never growth.

Source: Seymour et al., Lancet Oncol 2017;18:e143, table 2; ``docs/decisions/007-irecist.md``
and, for lesions treated locally, ``docs/decisions/004-ablated-lesions.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trialwright.response.local_therapy import NO_TUMOUR, shows_progression, worst_finding
from trialwright.response.readings import NOT_READ, is_nan, says_something

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.response.patient import Reading

_TIE_MM = 1e-9
_GROWN = {"increased", "unequivocal_progression"}


class Sizes(NamedTuple):
    """The sizes of one lesion that growth is counted from; ``nan`` where there is none."""

    whole_mm: float
    viable_mm: float
    treated: bool  # measured after a local treatment

    @property
    def is_known(self) -> bool:
        """Whether there is a size at all."""
        return not (is_nan(self.whole_mm) and is_nan(self.viable_mm))


NO_SIZES = Sizes(NOT_READ, NOT_READ, False)


class Shown(NamedTuple):
    """What one visit shows of one lesion and its fragments."""

    readings: Sequence[Reading]
    whole_mm: float
    viable_mm: float
    treated: bool  # the visit shows the lesion after a local treatment

    @property
    def finding(self) -> str | None:
        """What was found at the zone of a lesion treated locally; the worst of several."""
        return worst_finding(self.readings)

    @property
    def is_read(self) -> bool:
        """Whether the visit says anything of the lesion."""
        return self.finding is not None or any(says_something(one) for one in self.readings)

    @property
    def progressed(self) -> bool:
        """Whether the reader calls it progressed; at a zone, whether tumour progressed there."""
        return shows_progression(self.readings, treated=self.treated)

    @property
    def sizes(self) -> Sizes:
        """The sizes that later growth is counted from; a zone without tumour has none."""
        tumour = not self.treated or self.progressed or self.finding == "residual"
        return Sizes(self.whole_mm if tumour else NOT_READ, self.viable_mm, self.treated)


def has_grown(now: Shown, then: Sizes) -> bool:
    """Tell whether a lesion that is not summed up has increased since the iUPD.

    Sizes decide where there are two; else the reader's word does: ``increased`` and
    ``unequivocal_progression`` on a scan after the iUPD say that it grew further.

    Parameters
    ----------
    now : Shown
        The lesion on this visit.
    then : Sizes
        Its sizes at the iUPD.
    """
    if now.treated:
        return _has_grown_at_zone(now, then)
    if _are_two(now.whole_mm, then.whole_mm):
        return _is_larger(now.whole_mm, then.whole_mm)
    return any(one.state in _GROWN for one in now.readings)


def _has_grown_at_zone(now: Shown, then: Sizes) -> bool:
    """Tell whether tumour has grown at the zone of a local treatment.

    A larger viable part has grown. Else only tumour that the reader calls progressed counts: by
    its sizes if it was there at the iUPD already, for a call that is repeated is no growth.
    """
    two_viable = _are_two(now.viable_mm, then.viable_mm)
    if two_viable and _is_larger(now.viable_mm, then.viable_mm):
        return True
    if not now.progressed or (two_viable and then.treated):
        return False
    if then.treated and _are_two(now.whole_mm, then.whole_mm):
        return _is_larger(now.whole_mm, then.whole_mm)
    return True


def size_of_new(now: Shown, before_mm: float, *, was_clear: bool) -> float:
    """Return the size in mm that a known new lesion counts.

    After a local treatment: 0 where the scan finds no tumour, and from then on until it does;
    the viable diameter if there is one; the measured size of tumour that progressed at the
    zone; else (residual tumour, or no finding) the last size before the treatment.

    Parameters
    ----------
    now : Shown
        The lesion on this visit.
    before_mm : float
        Its last size before the treatment; ``nan`` if there is none.
    was_clear : bool
        Whether the last finding at its zone was that no tumour is there.
    """
    if now.treated and now.finding in NO_TUMOUR:
        return 0.0
    if not now.treated or not now.is_read or now.whole_mm == 0:
        return now.whole_mm
    if not is_nan(now.viable_mm):
        return now.viable_mm
    if now.progressed:
        return now.whole_mm
    return 0.0 if was_clear and now.finding is None else before_mm


def _are_two(one_mm: float, other_mm: float) -> bool:
    return not is_nan(one_mm) and not is_nan(other_mm)


def _is_larger(now_mm: float, then_mm: float) -> bool:
    return now_mm > then_mm + _TIE_MM
