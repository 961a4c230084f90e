"""Lesions that split: which lesion is a fragment of which, and what a lesion consists of when.

A split lesion stays one lesion: its fragments' longest diameters are added up in its place, so a
fragment is neither a new lesion nor one more target. The fragments keep names of their own, and
each points at the lesion it came from.

Source: RECIST 1.1 (Eisenhauer 2009), section 4.3.2, lesions that split or coalesce.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from trialwright.response.readings import is_there

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from trialwright.response.patient import Lesion, Reading


class Fragments:
    """The split lesions of one patient.

    Parameters
    ----------
    lesions : sequence of Lesion
        All lesions of the patient.
    readings : sequence of Reading
        All readings of them by one reader.
    """

    def __init__(self, lesions: Sequence[Lesion], readings: Sequence[Reading]) -> None:
        self._whole = find_wholes(lesions)
        self._families: dict[str, tuple[str, ...]] = {}
        for name in sorted(self._whole, key=order_of_name):
            whole = self._whole[name]
            self._families[whole] = (*self._families.get(whole, ()), name)
        self._pieces_from = {
            whole: _date_pieces(whole, [one for one in readings if one.lesion_id in members])
            for whole, members in self._families.items()
            if len(members) > 1
        }

    def whole(self, name: str) -> str:
        """Return the lesion that this one is a fragment of, or its own name."""
        return self._whole.get(name, name)

    def family(self, name: str) -> tuple[str, ...]:
        """Return a lesion that is no fragment with all its fragments, sorted by name."""
        return self._families[name]

    def pieces(self, name: str, last_day: date) -> tuple[str, ...]:
        """Return what a lesion consists of: itself, or from its split on every piece seen so far.

        The lesion's own name is one piece more if something was seen under it since the split.
        A piece stays one: once it is no longer read, the lesion cannot be evaluated. So is a
        fragment that could not be evaluated since the split. One that was never seen is none:
        rows that say absent from the start hide no missing size.

        Parameters
        ----------
        name : str
            A lesion that is no fragment.
        last_day : date
            Last scan of the visit.
        """
        dated = self._pieces_from.get(name)
        if not dated:
            return (name,)
        return tuple(piece for piece, day in dated.items() if day <= last_day) or (name,)


def find_wholes(lesions: Iterable[Lesion]) -> dict[str, str]:
    """Return, for each lesion, the lesion that it is a part of: itself, if it is no fragment.

    A fragment of a fragment belongs to the first lesion. Where the named lesion is not among
    the patient's lesions, or lesions name each other in a circle, nothing can be added up:
    each then stands for itself, in the part that its row gives it.

    Parameters
    ----------
    lesions : iterable of Lesion
        All lesions of one patient.
    """
    parents = {lesion.lesion_id: lesion.split_from for lesion in lesions}
    return {name: _climb(name, parents) for name in parents}


def _climb(name: str, parents: dict[str, str | None]) -> str:
    passed = {name}
    at = name
    while (above := parents[at]) is not None and above in parents:
        if above in passed:
            return name
        passed.add(above)
        at = above
    return at


def _date_pieces(whole: str, readings: Sequence[Reading]) -> dict[str, date]:
    """Return from which day on each piece of a split lesion is one; sorted by name."""
    there = sorted((one for one in readings if is_there(one)), key=lambda one: one.scan_date)
    split = next((one for one in there if one.lesion_id != whole), None)
    if split is None:
        return {}
    # The scans of the visit that shows the split may lie on several days.
    since = min(one.scan_date for one in readings if one.visit == split.visit)
    first: dict[str, date] = {}
    unread = (one for one in readings if one.lesion_id != whole and one.state == "not_evaluable")
    for one in sorted((*there, *unread), key=lambda reading: reading.scan_date):
        if one.scan_date >= since:
            first.setdefault(one.lesion_id, one.scan_date)
    return {name: first[name] for name in sorted(first, key=order_of_name)}


OrderOfName = tuple[tuple[tuple[int, str], ...], str]


@functools.lru_cache(maxsize=1024)  # the same few names in every patient
def order_of_name(lesion_id: str) -> OrderOfName:
    """Return by what to sort lesions, so that T2 comes before T10."""
    parts = re.findall(r"\d+|\D+", lesion_id)
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts), lesion_id
