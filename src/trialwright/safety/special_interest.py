"""Groups of adverse events of special interest, as data beside this module.

A group is a name and its terms; some groups ask besides that the event is marked immune-related
or attributed to the ablation (``special_interest.toml``).
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from trialwright.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwright.study.model import Study

Need = Literal["immune", "ablation"]
IMMUNE = "immune-related"  # the group whose unmarked events are asked about


@dataclass(frozen=True, slots=True)
class InterestGroup:
    """One group: its name, its terms in lower case, what an event needs besides, and the source."""

    name: str
    terms: frozenset[str]
    needs: Need | None
    source: str

    def holds(self, term: str, *, immune: bool, ablation: bool) -> bool:
        """Tell whether an event belongs to the group.

        Parameters
        ----------
        term : str
            Preferred term; capitals and white space around it do not matter.
        immune, ablation : bool
            Whether it is marked immune-related, and whether it is attributed to the ablation.
        """
        if self.needs == "immune":
            return immune
        known = plain_term(term) in self.terms
        return known and (ablation or self.needs != "ablation")


def read_groups() -> dict[str, InterestGroup]:
    """Return every group that a study may name, by name.

    Examples
    --------
    >>> read_groups()["immune-related"].needs
    'immune'
    """
    return dict(_groups())


def choose_groups(study: Study) -> tuple[InterestGroup, ...]:
    """Return the groups of a study, in its order.

    Raises
    ------
    StudyError
        If the study names a group that does not exist; the message names those near it.
    """
    known, chosen = _groups(), []
    for name in study.safety.special_interest.require():
        if name not in known:
            raise StudyError(_unknown(name, known))
        chosen.append(known[name])
    return tuple(chosen)


def is_checkpoint_inhibitor(drug: str) -> bool:
    """Tell whether a drug is one of the checkpoint inhibitors of the list.

    Examples
    --------
    >>> is_checkpoint_inhibitor("Toripalimab"), is_checkpoint_inhibitor("Regorafenib")
    (True, False)
    """
    return drug.strip().casefold() in _content()["checkpoint_inhibitors"]


@functools.lru_cache(maxsize=4096)  # data repeat the same terms
def plain_term(term: str) -> str:
    """Return a term as terms are compared: lower case, single blanks."""
    return " ".join(term.split()).casefold()


def _unknown(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name.casefold(), list(known), 3, 0.5)
    hint = f"did you mean {' or '.join(repr(one) for one in near)}?" if near else ""
    return (
        f"safety.special_interest names the group {name!r}, which does not exist; "
        f"{hint or 'choose from ' + ', '.join(known)}"
    )


@functools.cache
def _groups() -> dict[str, InterestGroup]:
    return {
        one["name"]: InterestGroup(
            one["name"],
            frozenset(plain_term(term) for term in one["terms"]),
            one.get("needs"),
            one["source"],
        )
        for one in _content()["groups"]
    }


@functools.cache
def _content() -> Any:
    text = files("trialwright.safety").joinpath("special_interest.toml").read_text("utf-8")
    return tomllib.loads(text)
