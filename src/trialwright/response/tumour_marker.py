"""Whether a tumour marker stands in the way of a complete response.

A marker alone is never a response or a progression. Where the protocol names one, and it was
above the limit of normal before treatment, it must have become normal before a response can be
complete.

Source: RECIST 1.1 (Eisenhauer 2009), sections 4.3.1 and 4.3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

NO_MARKER = "none"  # the protocol names none


@dataclass(frozen=True, slots=True)
class MarkerSample:
    """One result of the marker: its day, and whether it was above the upper limit of normal."""

    name: str
    sample_date: date
    above_normal: bool


def find_elevated_marker(
    samples: Sequence[MarkerSample], first_treatment: date | None, on: date
) -> str:
    """Return the words for a marker that is not yet normal; empty if none is in the way.

    Once the marker was normal under treatment, a later rise does not count again: a marker
    alone never ends a response.

    Parameters
    ----------
    samples : sequence of MarkerSample
        The results of the marker that the protocol names, in any order.
    first_treatment : date or None
        The last result up to this day is the one before treatment.
    on : date
        Day of the assessment; later results are not known yet.
    """
    if first_treatment is None:
        return ""
    known = sorted((one for one in samples if one.sample_date <= on), key=lambda s: s.sample_date)
    before = [one for one in known if one.sample_date <= first_treatment]
    since = [one for one in known if one.sample_date > first_treatment]
    if not before or not before[-1].above_normal or any(not one.above_normal for one in since):
        return ""
    name = before[-1].name
    if not since:
        return f"{name} was above normal before treatment and was not measured since"
    return f"{name} was above normal before treatment and still is ({since[-1].sample_date})"
