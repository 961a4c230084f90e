"""Sentences as data: templates of one language, filled with live values.

The templates stand in ``sentences.en.toml`` and ``sentences.zh.toml``. Python chooses which
sentences apply; what is read stands there, and no number does.
"""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from trialwright.report.model import Cell, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from trialwright.report.model.document import Language, Style

# {name}, or {name|patient was|patients were}: the words for one and for any other number
_PLACE = re.compile(r"\{([a-z_]+)(?:\|([^|{}]*)\|([^|{}]*))?\}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words with the live values that they hold, in the order of the text."""

    text: str
    values: tuple[tuple[str, Cell], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything to say."""
        return bool(self.text)


Value = Cell | Sentence | str


class Sentences:
    """The templates of one language.

    Parameters
    ----------
    language : {"en", "zh"}
        The language.
    templates : mapping of str to str
        The templates by their keys, ``response.primary``.
    """

    def __init__(self, language: Language, templates: Mapping[str, str]) -> None:
        """Keep the templates; `choose_sentences` reads them."""
        self.language = language
        self.templates = templates

    def say(self, key: str, /, **values: Value) -> Sentence:
        """Fill a template.

        Parameters
        ----------
        key : str
            Name of the template.
        **values : Cell, Sentence or str
            The live values by the names of their places. A text is a value without a number; a
            sentence brings its own values. What a template does not ask for is left out.

        Raises
        ------
        KeyError
            If there is no such template, or it asks for a value that is not given.
        """
        text = ""
        found: list[tuple[str, Cell]] = []
        end, template = 0, self.templates[key]
        for place in _PLACE.finditer(template):
            text = _joined(text, template[end : place.start()])
            end = place.end()
            name, one, many = place.groups()
            if one is None:
                words, held = _as_read(values[name], f"{key}.{name}")
                text = _joined(text, words)
                found += held
            else:
                text = _joined(text, one if _is_one(values[name]) else many)
        return Sentence(_joined(text, template[end:]), tuple(found))

    def word(self, group: str, name: str) -> str:
        """Return the words for a choice; the name itself, readable, where there are none."""
        return self.templates.get(f"{group}.{name}", name.replace("_", " "))

    def list_of(self, items: Sequence[Sentence]) -> Sentence:
        """Join the items of a list: ``a, b and c``."""
        if len(items) < 2:  # noqa: PLR2004 - nothing to join
            return items[0] if items else Sentence(self.templates["value.none"])
        *first, last = items
        text = self.templates["joint.between"].join(one.text for one in first)
        return Sentence(
            text + self.templates["joint.last"] + last.text,
            tuple(value for one in items for value in one.values),
        )

    def clauses_of(self, items: Iterable[Sentence]) -> Sentence:
        """Join clauses, leaving out the empty ones: ``a; b``."""
        kept = [one for one in items if one]
        text = self.templates["joint.clause"].join(one.text for one in kept)
        return Sentence(text, tuple(value for one in kept for value in one.values))

    def paragraph(self, sentences: Iterable[Sentence], style: Style = "body") -> Paragraph:
        """Put sentences together; the names of values that occur twice are numbered."""
        kept = [one for one in sentences if one]
        text = self.templates["joint.sentence"].join(one.text for one in kept)
        return Paragraph(text, tuple(_numbered(v for one in kept for v in one.values)), style)


def _joined(left: str, right: str) -> str:
    """Join two pieces, a Chinese letter and a Latin one or a digit with a space between them."""
    return f"{left} {right}" if _MEETS.search(f"{left[-1:]}{right[:1]}") else left + right


_MEETS = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")


def _as_read(value: Value, name: str) -> tuple[str, tuple[tuple[str, Cell], ...]]:
    if isinstance(value, Sentence):
        return value.text, value.values
    cell = Cell(value) if isinstance(value, str) else value
    return cell.text, ((name, cell),)


def _is_one(value: Value) -> bool:
    return isinstance(value, Cell) and bool(value.numbers) and value.numbers[0].value == 1


def _numbered(values: Iterable[tuple[str, Cell]]) -> Iterator[tuple[str, Cell]]:
    seen: dict[str, int] = {}
    for name, cell in values:
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name} {seen[name]}"), cell


@functools.cache
def choose_sentences(language: Language = "en") -> Sentences:
    """Return the sentences of a language.

    Parameters
    ----------
    language : {"en", "zh"}
        The language.
    """
    name = f"sentences.{language}.toml"
    text = files("trialwright.report.words").joinpath(name).read_text(encoding="utf-8")
    return Sentences(
        language,
        {
            f"{group}.{key}": template
            for group, entries in tomllib.loads(text).items()
            for key, template in entries.items()
        },
    )


def places_of(template: str) -> frozenset[str]:
    """Return the names of the values that a template shows."""
    return frozenset(found[1] for found in _PLACE.finditer(template) if found[2] is None)
