"""The wings of the butterfly: which patients had each term, and which of them a severe event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.safety.event_counts import SEVERE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NO_TERM = "(term missing)"


@dataclass(frozen=True, slots=True)
class Wing:
    """One side of the butterfly.

    Parameters
    ----------
    title : str
        Whose events these are: ``"Related to a drug"``.
    patients : mapping of str to frozenset of str
        By term, the patients with the event at any grade.
    severe : mapping of str to frozenset of str, or None
        By term, those of them with it at ``severe_from`` or above; none: not drawn apart.
    severe_from : int
        Grade from which an event is drawn apart.
    ungraded, nameless : int
        Rows without a grade, which count at any grade alone, and without a patient, which cannot
        be counted.
    """

    title: str
    patients: Mapping[str, frozenset[str]]
    severe: Mapping[str, frozenset[str]] | None = None
    severe_from: int = SEVERE
    ungraded: int = 0
    nameless: int = 0

    def __post_init__(self) -> None:
        """Refuse a severe event of a patient who is not counted at any grade."""
        for term, severe in (self.severe or {}).items():
            if not severe <= self.patients.get(term, frozenset()):
                msg = f"{term!r}: a patient with a severe event is missing among those with any"
                raise ValueError(msg)

    @property
    def everyone(self) -> frozenset[str]:
        """The patients with any event of the wing."""
        return frozenset().union(*self.patients.values())


def gather_wing(
    events: pl.DataFrame, title: str, *, severe_from: int = SEVERE, split: bool = True
) -> Wing:
    """Gather the patients of each term from events.

    Parameters
    ----------
    events : DataFrame
        Rows of ``safety.events.derive_events`` that belong to the wing, such as
        ``events.filter(pl.col("emergent") & pl.col("drug_related"))``; read are ``patient_id``,
        ``term`` and ``grade``.
    title : str
        Of the wing.
    severe_from : int
        Grade from which an event is drawn apart.
    split : bool
        Whether it is drawn apart at all.

    Examples
    --------
    >>> events = pl.DataFrame({"patient_id": ["1", "1"], "term": ["Fatigue"] * 2, "grade": [3, 1]})
    >>> gather_wing(events, "Any cause").severe
    {'Fatigue': frozenset({'1'})}
    """
    known = events.select("patient_id", pl.col("term").fill_null(_NO_TERM), "grade")
    counted = known.drop_nulls("patient_id")
    severe = counted.filter(pl.col("grade") >= severe_from)
    return Wing(
        title,
        _patients_by_term(counted),
        _patients_by_term(severe) if split else None,
        severe_from,
        counted["grade"].null_count(),
        known.height - counted.height,
    )


def order_terms(left: Wing, right: Wing) -> dict[str, int]:
    """Return how many patients of either wing had each term, the most frequent first.

    Of terms as frequent as each other, that of more patients with a severe event comes first.

    Parameters
    ----------
    left, right : Wing
        The two sides.

    Examples
    --------
    >>> one = frozenset({"1"})
    >>> left, right = Wing("Drug", {"Rash": one}), Wing("Ablation", {"Pain": one | {"2"}})
    >>> order_terms(left, right)
    {'Pain': 2, 'Rash': 1}
    """

    def both(found: Sequence[Mapping[str, frozenset[str]] | None], term: str) -> int:
        return len(frozenset().union(*((one or {}).get(term, frozenset()) for one in found)))

    terms = {
        term: (
            both((left.patients, right.patients), term),
            both((left.severe, right.severe), term),
        )
        for term in (*left.patients, *right.patients)
    }
    order = sorted(terms, key=lambda term: (-terms[term][0], -terms[term][1], term.casefold()))
    return {term: terms[term][0] for term in order}


def _patients_by_term(events: pl.DataFrame) -> dict[str, frozenset[str]]:
    grouped = events.group_by("term", maintain_order=True).agg(pl.col("patient_id").unique())
    return {term: frozenset(patients) for term, patients in grouped.iter_rows()}
