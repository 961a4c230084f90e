"""A catalogue: exact phrases, and patterns with places for what is not translated.

``{}`` stands for any words, which are translated themselves where the catalogue knows them;
``{#}`` for a number, ``NE`` or ``NR``. The translation names the places by their order, ``{0}``.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from heapq import merge
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.report.model.document import Language

PARTS = ("", "_study", "_patients")
"""Files of a language, by how their names end: displays, the study file, patients one by one."""

_PLACE = re.compile(r"(\{#?\})")
_NUMBER = r"(?:[−+<>≥≤ ]*\d(?:[\d.,/]*\d)?|NE|NR)"
_WORD = re.compile(r"[A-Za-z]{2}")
_ENDS = 3  # letters by which patterns are looked up
_REMEMBERED = 200_000  # texts; a long-lived process does not keep every text for ever
_LONGEST = 2000  # beyond this nothing is a fixed text
_SENTENCES = re.compile(r"(?<=[.]) (?=[A-Z+p\d])")
_WIDE = re.compile("; |[.] (?=[A-Z])")
_BETWEEN = ((_SENTENCES, ""), (re.compile("; "), "；"), (re.compile(", "), "、"))
# Numbers alone, with their signs and limits: 5 (17.2 %), 5.4 (3.6 to NE)
_RANGES = re.compile(r"(?:[\d\s.,()%+−±<>≥≤/–-]|\bto\b|\bNE\b|\bNR\b)+")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern: its longest fixed part, how it is found, and its translation."""

    holds: str
    found: re.Pattern[str]
    translation: str
    weight: int


class Catalogue:
    """The phrases and patterns of one language.

    Parameters
    ----------
    phrases : mapping of str to str
        English to translation, whole texts.
    patterns : sequence of (str, str)
        English with places to translation with numbered places. The one with the most fixed
        letters is tried first.
    user_heads : collection of str
        Heads of columns that hold what users wrote, for one table as ``16.2.1/Reason``.
    fixed_in_user : collection of str
        Phrases that the program writes into such columns.
    user_data : collection of str
        Columns of the data behind figures that hold what users wrote.
    """

    def __init__(
        self,
        phrases: Mapping[str, str],
        patterns: Sequence[tuple[str, str]],
        user_heads: Sequence[str] = (),
        fixed_in_user: Sequence[str] = (),
        user_data: Sequence[str] = (),
    ) -> None:
        """Compile the patterns once; what was looked up is remembered."""
        self.phrases = dict(phrases)
        told = (self._tell_head(head) for head in user_heads)
        self.user_heads = frozenset((*user_heads, *told))  # of a translated document too
        self.fixed_in_user = frozenset(fixed_in_user)
        self.user_data = frozenset(user_data)
        self._known: dict[str, str | None] = {}
        self._by_head: defaultdict[str, list[Pattern]] = defaultdict(list)
        self._by_tail: defaultdict[str, list[Pattern]] = defaultdict(list)
        self._anywhere: list[Pattern] = []
        for english, translation in patterns:
            self._keep(english, _compile(english, translation))
        kept = (*self._by_head.values(), *self._by_tail.values(), self._anywhere)
        for listed in kept:
            listed.sort(key=lambda one: -one.weight)

    def _tell_head(self, head: str) -> str:
        number, slash, name = head.rpartition("/")
        return f"{number}{slash}{self.phrases.get(name, name)}"

    def _keep(self, english: str, pattern: Pattern) -> None:
        """File a pattern under its first or last letters, so that few are tried on a text."""
        head, tail = english.partition("{")[0], english.rpartition("}")[2]
        if len(head) >= _ENDS:
            self._by_head[head[:_ENDS]].append(pattern)
        elif len(tail) >= _ENDS:
            self._by_tail[tail[-_ENDS:]].append(pattern)
        else:
            self._anywhere.append(pattern)

    def find(self, text: str) -> str | None:
        """Return the translation of a text; none where the catalogue does not know it."""
        if text in self.phrases:
            return self.phrases[text]
        if text not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = self._match(text)
        return self._known[text]

    def translate(self, text: str) -> str:
        """Return the translation of a text, or the text itself."""
        found = self.find(text)
        return text if found is None else found

    def _match(self, text: str) -> str | None:
        if _RANGES.fullmatch(text):
            return text.replace(" to ", "～") if " to " in text else None
        if len(text) > _LONGEST or not _WORD.search(text):
            return None
        wide = None  # matches across clauses: only where the clauses are not known
        for pattern in self._candidates(text):
            found = pattern.found.fullmatch(text) if pattern.holds in text else None
            if found is None:
                continue
            if not _WIDE.search("\n".join(found.groups())):
                return self._fill(pattern, found)
            wide = wide or (pattern, found)
        for between, joint in _BETWEEN:
            told = self._in_parts(text, between, joint)
            if told is not None:
                return told
        return self._fill(*wide) if wide else None

    def _fill(self, pattern: Pattern, found: re.Match[str]) -> str:
        return str(pattern.translation.format(*(self.translate(one) for one in found.groups())))

    def _candidates(self, text: str) -> Iterator[Pattern]:
        head, tail = self._by_head.get(text[:_ENDS], ()), self._by_tail.get(text[-_ENDS:], ())
        return merge(head, tail, self._anywhere, key=lambda one: -one.weight)

    def _in_parts(self, text: str, between: re.Pattern[str], joint: str) -> str | None:
        """Translate sentence by sentence, or clause by clause, where every one is known."""
        parts = between.split(text)
        if len(parts) == 1:
            return None
        told = [self.find(part) if _WORD.search(part) else part for part in parts]
        return None if None in told else joint.join(part for part in told if part is not None)


def _compile(english: str, translation: str) -> Pattern:
    parts = _PLACE.split(english)
    expression = "".join(
        "(.+?)" if part == "{}" else f"({_NUMBER})" if part == "{#}" else re.escape(part)
        for part in parts
    )
    fixed = [part for part in parts if part not in {"{}", "{#}"}]
    weight = sum(len(part) for part in fixed)
    found = re.compile(expression, re.DOTALL)
    return Pattern(max(fixed, key=len), found, translation, weight)


@functools.cache
def choose_catalogue(language: Language) -> Catalogue:
    """Return the catalogue of a language; that of English is empty.

    Parameters
    ----------
    language : {"en", "zh"}
        The language.
    """
    if language == "en":
        return Catalogue({}, ())
    folder = files("trialwright.report.translation")
    phrases: dict[str, str] = {}
    patterns: list[tuple[str, str]] = []
    heads: list[str] = []
    fixed: list[str] = []
    drawn: list[str] = []
    for part in PARTS:
        text = folder.joinpath(f"{language}{part}.toml").read_text(encoding="utf-8")
        data = tomllib.loads(text)
        for group in data.get("phrases", {}).values():
            phrases |= group
        patterns += [(one["en"], one[language]) for one in data.get("pattern", ())]
        heads += data.get("user", {}).get("heads", ())
        fixed += data.get("user", {}).get("fixed", ())
        drawn += data.get("user", {}).get("data", ())
    return Catalogue(phrases, patterns, heads, fixed, drawn)


def translate_text(text: str, language: Language) -> str:
    """Return a fixed text of the report in a language; the text itself where it is not known.

    Parameters
    ----------
    text : str
        In English.
    language : {"en", "zh"}
        The language.
    """
    return text if language == "en" else choose_catalogue(language).translate(text)
