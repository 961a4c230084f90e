"""Check one value of a scenario file against what its field may hold."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from functools import cache
from math import fsum, isclose, isfinite
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from trialwright.simulate.scenario_fields import Limits


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a field of a scenario may hold.

    ``kind`` is the type of one value: ``float``, ``int`` or ``str``; ``many`` a list of them;
    ``words`` those allowed, none: any text. A list has ``entries`` values; 0: any number.
    """

    kind: type[Any]
    many: bool
    words: tuple[str, ...]
    limits: Limits | None
    entries: int
    required: bool


def parameters_of(section: type[Any]) -> dict[str, Parameter]:
    """Return the parameters of a section, read from the types of its dataclass."""
    key: Any = section  # a class can be hashed, which its type does not say
    return _parameters_of(key)


@cache
def _parameters_of(section: Hashable) -> dict[str, Parameter]:
    assert isinstance(section, type)  # noqa: S101 - what the cache passes on
    hints = get_type_hints(section)
    return {
        field.name: _describe(hints[field.name], field.metadata, field.default is MISSING)
        for field in fields(section)
    }


def _describe(hint: Any, metadata: Any, required: bool) -> Parameter:
    many = get_origin(hint) is tuple
    item = get_args(hint)[0] if many else _given(hint)
    words = get_args(item) if get_origin(item) is Literal else ()
    return Parameter(
        kind=str if words else item,
        many=many,
        words=words,
        limits=metadata.get("limits"),
        entries=metadata.get("entries", 0),
        required=required,
    )


def _given(hint: Any) -> Any:
    """Return the type of a value that may be left out: ``float`` of ``float | None``."""
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    return kinds[0] if get_origin(hint) is UnionType else hint


def check_value(name: str, parameter: Parameter, value: Any) -> tuple[list[str], Any]:
    """Return what is wrong with a value, each problem with its mend, and the value as stored."""
    items: list[Any] = value if isinstance(value, list) else [value]
    if parameter.many != isinstance(value, list) or not all(_fits(parameter, x) for x in items):
        return [f"{name} must be {_say_form(parameter)}, not {value!r}"], None
    problems = _check_words(name, parameter, items) + _check_range(name, parameter, items, value)
    if not problems and parameter.entries and len(items) != parameter.entries:
        problems = [f"{name} has {len(items)} entries; it needs {parameter.entries}"]
    if problems:
        return problems, None
    stored = [parameter.kind(item) for item in items]
    return [], tuple(stored) if parameter.many else stored[0]


def near(word: str, known: Iterable[str], *, otherwise: str = "remove it") -> str:
    """Say which known word was probably meant, as the end of a message."""
    found = get_close_matches(word, list(known), 1)
    return f"; did you mean {found[0]}?" if found else f"; {otherwise}"


def _fits(parameter: Parameter, item: object) -> bool:
    if parameter.kind is str:
        return isinstance(item, str) and bool(item.strip())
    allowed = int if parameter.kind is int else int | float
    return isinstance(item, allowed) and not isinstance(item, bool) and isfinite(item)


def _say_form(parameter: Parameter) -> str:
    one, many = {
        str: ("a text", "a list of texts"),
        int: ("a whole number", "a list of whole numbers"),
        float: ("a number", "a list of numbers"),
    }[parameter.kind]
    return many if parameter.many else one


def _check_words(name: str, parameter: Parameter, items: list[Any]) -> list[str]:
    known = ", ".join(parameter.words)
    return [
        f"{name} = {item!r} is not known"
        + near(item, parameter.words, otherwise=f"write one of {known}")
        for item in items
        if parameter.words and item not in parameter.words
    ]


def _check_range(name: str, parameter: Parameter, items: list[Any], value: Any) -> list[str]:
    limits = parameter.limits
    if limits is None or parameter.kind is str:
        return []
    if not all(_is_inside(item, limits) for item in items):
        return [f"{name} = {value}; it must be {limits}"]
    if limits.shares and parameter.many and not isclose(fsum(items), 1.0, abs_tol=1e-9):
        return [f"{name} = {value} sums to {fsum(items):g}; shares sum to 1"]
    return []


def _is_inside(item: float, limits: Limits) -> bool:
    above = item > limits.least if limits.above_least else item >= limits.least
    return above and item <= limits.most
