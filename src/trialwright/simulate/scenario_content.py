"""What a scenario file says, checked and made into the parts of a scenario."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trialwright.simulate.scenario import Basis
from trialwright.simulate.scenario_harm import HARM_LISTS, HARM_SECTIONS, Harm
from trialwright.simulate.scenario_together import check_harm, check_together
from trialwright.simulate.scenario_values import check_value, parameters_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Leaf = dict[str, Any]  # {value, source or assumption}


@dataclass(slots=True)
class Content:
    """What a file and those it inherits hold: leaves by dotted name, entries by their number."""

    head: dict[str, Any] = field(default_factory=dict)
    leaves: dict[str, Leaf] = field(default_factory=dict)  # section.key
    entries: dict[str, dict[int, dict[str, Leaf]]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def check_sections(content: Content, sections: Mapping[str, type[Any]]) -> dict[str, Any]:
    """Return the value of every key of the sections; problems are added to those there are."""
    values: dict[str, Any] = {}
    for section, kind in sections.items():
        for key, parameter in parameters_of(kind).items():
            name = f"{section}.{key}"
            if name in content.leaves:
                leaf = content.leaves[name]
                problems, values[name] = check_value(name, parameter, leaf.get("value"))
                content.problems += problems
            elif parameter.required:
                content.problems.append(
                    f"{name} is missing; add {key} = {{ value = ..., source = ... }} under "
                    f"[{section}], or inherit a scenario that has it"
                )
    return values


def make_section(kind: type[Any], section: str, values: Mapping[str, Any]) -> Any:
    """Return a section of a scenario from checked values by dotted name."""
    given = {name: f"{section}.{name}" for name in parameters_of(kind)}
    return kind(**{name: values[path] for name, path in given.items() if path in values})


def make_harm(content: Content, values: Mapping[str, Any]) -> Harm | None:
    """Check what the file says of harm, and the rest with it; None if there is a problem."""
    mine = check_sections(content, HARM_SECTIONS)
    parts: dict[str, Any] = {
        name: _make_entries(content, name, kind) for name, kind in HARM_LISTS.items()
    }
    if content.problems:
        return None
    parts |= {name: make_section(kind, name, mine) for name, kind in HARM_SECTIONS.items()}
    harm = Harm(**parts)
    content.problems += check_together({**values, **mine}) + check_harm(harm)
    return None if content.problems else harm


def list_bases(content: Content) -> dict[str, Basis]:
    """Return where each value comes from, by its dotted name (``adverse_events.3.term``)."""
    leaves = dict(content.leaves)
    for section, entries in content.entries.items():
        for number, entry in entries.items():
            leaves |= {f"{section}.{number}.{key}": leaf for key, leaf in entry.items()}
    return {
        name: Basis("source", leaf["source"])
        if "source" in leaf
        else Basis("assumption", leaf["assumption"])
        for name, leaf in leaves.items()
    }


def _make_entries(content: Content, section: str, kind: type[Any]) -> tuple[Any, ...]:
    made = []
    for number, leaves in sorted(content.entries.get(section, {}).items()):
        given: dict[str, Any] = {}
        before = len(content.problems)
        for key, parameter in parameters_of(kind).items():
            name = f"{section} {number}: {key}"
            if key in leaves:
                problems, given[key] = check_value(name, parameter, leaves[key].get("value"))
                content.problems += problems
            elif parameter.required:
                content.problems.append(f"{name} is missing; add it to the entry")
        if len(content.problems) == before:
            made.append(kind(**given))
    return tuple(made)
