"""A time to the first of several declared events, else to the last date without one.

The plain form of a time to event, for endpoints that no missed assessment and no new therapy
censors: time on treatment, time to a first event of any kind. Progression has rules of its own
(``censoring``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class Candidate:
    """A date that may end a time: an event, or the last date known to be without one.

    ``sequence`` is the number of its record in the source, which decides between two records of
    one kind on one day.
    """

    date: date
    event: bool
    kind: str
    source: str
    sequence: int = 0


def end_by_candidates(candidates: Sequence[Candidate]) -> Candidate:
    """Return what ends the time: the earliest event, else the latest date without one.

    Of several events on one day the one declared first counts, of one kind that with the lowest
    sequence number; of several dates without one, the one declared last, with the highest.

    Parameters
    ----------
    candidates : sequence of Candidate
        In the order in which their sources are declared; at least one.

    Raises
    ------
    ValueError
        If there is no candidate.

    Notes
    -----
    Source: ADaM Implementation Guide for time-to-event analyses 1.0. Oracle:
    ``tests/oracle/endpoints/test_candidates.py``.
    """
    if not candidates:
        msg = "no date could end the time; give at least the last one known"
        raise ValueError(msg)
    order = {kind: number for number, kind in enumerate(dict.fromkeys(c.kind for c in candidates))}
    events = [one for one in candidates if one.event]
    if events:
        return min(events, key=lambda one: (one.date, order[one.kind], one.sequence))
    return max(candidates, key=lambda one: (one.date, order[one.kind], one.sequence))
