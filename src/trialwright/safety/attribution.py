"""Attribution: which treatments of the study an investigator holds an event to be caused by.

An event may be attributed to several treatments. One that nobody has assessed is counted apart:
it is never taken for unrelated.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from trialwright.dataset.event_checks import NONE, split_words
from trialwright.safety.course import PROCEDURE

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Attribution:
    """What the investigator wrote, in the names of the study.

    Parameters
    ----------
    related : tuple of str
        Treatments of the study that the event is attributed to, in the study's order.
    assessed : bool
        Whether a cause was stated; false where all that is written names no treatment.
    drug_related, ablation_related : bool or None
        None where it was not assessed, or where an unknown name leaves it open.
    unknown : tuple of str
        Names that are no treatment of the study.
    contradicts : bool
        Whether "none" stands beside a treatment; then the treatment counts.
    """

    related: tuple[str, ...]
    assessed: bool
    drug_related: bool | None
    ablation_related: bool | None
    unknown: tuple[str, ...]
    contradicts: bool


def read_attribution(text: str | None, drugs: Sequence[str], procedure: str | None) -> Attribution:
    """Match the names of an attribution to the treatments of the study.

    Parameters
    ----------
    text : str or None
        Names split by ``;``; capitals do not matter. ``ablation`` stands for the modality of the
        study, ``none`` for no treatment.
    drugs : sequence of str
        Drugs of the study.
    procedure : str or None
        Modality of the study's ablation; none: it has none.

    Examples
    --------
    >>> read_attribution("regorafenib; rfa", ["Regorafenib", "Toripalimab"], "RFA").related
    ('Regorafenib', 'RFA')
    >>> read_attribution(None, ["Regorafenib"], None).assessed
    False
    """
    names = split_words(text)
    meant = {name.casefold(): name for name in drugs}
    if procedure is not None:
        meant |= {procedure.casefold(): procedure, PROCEDURE: procedure}
    said_none = any(name.casefold() == NONE for name in names)
    found = {meant[name.casefold()] for name in names if name.casefold() in meant}
    unknown = tuple(name for name in names if name.casefold() not in {*meant, NONE})
    order = [*drugs, *([procedure] if procedure is not None else [])]
    related = tuple(name for name in order if name in found)
    of_drug, of_ablation = any(name in found for name in drugs), procedure in found
    return Attribution(
        related,
        assessed=bool(related) or (said_none and not unknown),
        drug_related=_judge(of_drug, names, unknown),
        ablation_related=_judge(of_ablation, names, unknown),
        unknown=unknown,
        contradicts=said_none and bool(found or unknown),
    )


def nearest_treatments(name: str, treatments: Sequence[str]) -> tuple[str, ...]:
    """Return the treatments whose names are most like a name; empty if none is."""
    plain = {one.casefold(): one for one in treatments}
    return tuple(plain[one] for one in get_close_matches(name.casefold(), plain, 2, 0.6))


def _judge(named: bool, names: tuple[str, ...], unknown: tuple[str, ...]) -> bool | None:
    if named:
        return True
    return None if unknown or not names else False
