"""Find drug names that a record spells in two ways, by likeness of the words.

What a drug name looks like is data: ``[drug_names]`` of ``lint_rules.toml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["DrugName", "names_spelt_twice"]

_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class DrugName:
    """A word that ends as a drug name does, as first spelt, and where."""

    word: str
    place: str


def names_spelt_twice(
    texts: Iterable[tuple[str, str]], look: Mapping[str, Any]
) -> Iterator[tuple[DrugName, DrugName]]:
    """Yield each pair of drug names that is one name spelt twice.

    Parameters
    ----------
    texts : iterable of (str, str)
        Place and words, as :meth:`RegistryRecord.texts` gives them.
    look : mapping
        ``endings`` of drug names, names that are ``known`` to be right, and how alike two
        names are at least: ``least_stem``, ``least_consonants``.
    """
    known = set(look["known"])
    names = _names(texts, look["endings"])
    pairs = [pair for pair in combinations(names, 2) if _is_one_name(*pair, look)]
    slips = {name for pair in pairs if known & set(pair) for name in pair}
    for one, other in pairs:
        both_known = one in known and other in known
        # Two slips of one known name are each reported beside that name.
        two_slips = not known & {one, other} and slips & {one, other}
        if not both_known and not two_slips:
            yield names[one], names[other]


def _names(texts: Iterable[tuple[str, str]], endings: list[str]) -> dict[str, DrugName]:
    """Return every word that ends as a drug name does, by its lower case."""
    found: dict[str, DrugName] = {}
    for place, text in texts:
        for word in re.findall(r"[A-Za-z]+", text):
            if len(word) >= _SHORTEST and _ending(word.lower(), endings):
                found.setdefault(word.lower(), DrugName(word, place))
    return found


def _is_one_name(one: str, other: str, look: Mapping[str, Any]) -> bool:
    ending = _ending(one, look["endings"])
    if ending != _ending(other, look["endings"]) or one[0] != other[0]:
        return False
    stems = (one.removesuffix(ending), other.removesuffix(ending))
    consonants = (re.sub("[aeiouy]", "", one), re.sub("[aeiouy]", "", other))
    if _likeness(*stems) < look["least_stem"]:
        return False
    return _likeness(*consonants) >= float(look["least_consonants"])


def _ending(word: str, endings: list[str]) -> str:
    return max((ending for ending in endings if word.endswith(ending)), key=len, default="")


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
