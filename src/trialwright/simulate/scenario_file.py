"""Read scenario files: each key checked, every problem named with its mend.

A file holds sections of single values, each ``{ value = ..., source = "..." }`` or with an
``assumption``, and lists of entries (``[[adverse_events]]``). The ``source`` or ``assumption`` of
an entry stands for all its values; one that comes from elsewhere has its own. An entry is known
by its ``number``: a file that inherits changes the values it names of that entry, or adds one.
What a scenario achieved when it was fitted is not inherited: another scenario achieves other rates.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialwright.errors import StudyError
from trialwright.simulate.scenario import SECTIONS, Scenario
from trialwright.simulate.scenario_content import (
    Content,
    check_sections,
    list_bases,
    make_harm,
    make_section,
)
from trialwright.simulate.scenario_harm import (
    HARM_LISTS,
    HARM_SECTIONS,
    LARGEST_NUMBER,
    Harm,
)
from trialwright.simulate.scenario_values import near, parameters_of

if TYPE_CHECKING:
    from trialwright.simulate.scenario_content import Leaf
    from trialwright.simulate.scenario_values import Parameter

_SHIPPED = Path(__file__).parent / "scenarios"
_HEAD = ("title", "inherits")
_NOT_INHERITED = "achieved"
_ALL_SECTIONS = {**SECTIONS, **HARM_SECTIONS}


def list_scenarios() -> tuple[str, ...]:
    """Name the scenarios that come with Trialwright, in alphabetical order."""
    return tuple(
        sorted(path.stem for path in _SHIPPED.glob("*.toml") if not path.stem.startswith("_"))
    )


def read_scenario(name_or_path: str | Path) -> Scenario:
    """Read a scenario that comes with Trialwright, or a file of one's own.

    Parameters
    ----------
    name_or_path : str or Path
        A name of ``list_scenarios``, or the path of a TOML file. A file of one's own may say
        ``inherits = "regotori_liver_like"`` and then hold only the numbers it changes.

    Returns
    -------
    Scenario
        The scenario, its name that of the file without ending.

    Raises
    ------
    StudyError
        If there is no such scenario, or a key is unknown, missing or outside its range; the
        message names the file, every such key, the nearest known name and the mend.

    Examples
    --------
    >>> read_scenario("regotori_liver_like").survival.os_median_weeks
    51.4
    """
    path = _find_file(name_or_path)
    content = _load(path, ())
    values = check_sections(content, SECTIONS)
    harm = _refuse(path, content, make_harm(content, values))
    sections: dict[str, Any] = {
        name: make_section(kind, name, values) for name, kind in SECTIONS.items()
    }
    title = str(content.head.get("title", path.stem))
    bases = list_bases(content)
    return Scenario(name=path.stem, title=title, **sections, harm=harm, bases=bases)


def read_harm(name_or_path: str | Path) -> Harm:
    """Read only what a scenario assumes of doses, adverse events and laboratory values.

    Parameters
    ----------
    name_or_path : str or Path
        As of ``read_scenario``; the file need not say anything of tumours. ``_harm`` is the
        part that the scenarios of Trialwright share.

    Raises
    ------
    StudyError
        As ``read_scenario``.

    Examples
    --------
    >>> len(read_harm("_harm").laboratory_tests)
    8
    """
    path = _find_file(name_or_path)
    content = _load(path, ())
    return _refuse(path, content, make_harm(content, {}))


def parameter_named(name: str) -> Parameter:
    """Return what the value with this dotted name may hold, such as ``growth.ks_median_per_week``.

    Parameters
    ----------
    name : str
        Section and key of a single value; entries of lists, such as adverse events, have none.

    Raises
    ------
    StudyError
        If no scenario has such a value; the message names the nearest one.

    Examples
    --------
    >>> str(parameter_named("leaving.withdrawal_hazard_per_month").limits)
    '0 or more'
    """
    known = {
        f"{section}.{key}": parameter
        for section, kind in SECTIONS.items()
        for key, parameter in parameters_of(kind).items()
    }
    if name not in known:
        hint = near(name, known, otherwise="names are section and key, such as growth.model")
        msg = f"{name} is no value of a scenario{hint}"
        raise StudyError(msg)
    return known[name]


def _refuse(path: Path, content: Content, harm: Harm | None) -> Harm:
    """Raise the problems of a file, or return its harm if there are none."""
    if harm is None:
        said = "\n".join(f"  - {problem}" for problem in content.problems)
        msg = f"scenario file {path}:\n{said}"
        raise StudyError(msg)
    return harm


def _find_file(name_or_path: str | Path, beside: Path | None = None) -> Path:
    shipped = _SHIPPED / f"{name_or_path}.toml"
    if isinstance(name_or_path, str) and "/" not in name_or_path and shipped.is_file():
        return shipped
    path = beside / name_or_path if beside is not None else Path(name_or_path)
    if path.is_file():
        return path
    known = list_scenarios()
    hint = near(str(name_or_path), known, otherwise="")[2:]
    msg = (
        f"there is no scenario {name_or_path}; {hint + ' ' if hint else ''}name one of "
        f"{', '.join(known)}, or the path of a scenario file"
    )
    raise StudyError(msg)


def _load(path: Path, above: tuple[Path, ...]) -> Content:
    """Read a file on top of those it inherits; problems are collected, not raised."""
    if path in above:
        msg = f"scenario file {path}: inherits itself; remove one of the inherits lines"
        raise StudyError(msg)
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"scenario file {path}: not valid TOML ({error}); mend the line named"
        raise StudyError(msg) from error
    content = Content()
    if "inherits" in text:
        parent = _find_file(str(text["inherits"]), path.parent)
        content = _load(parent, (*above, path))
        content.problems = [f"{p} (inherited from {parent.name})" for p in content.problems]
        content.leaves = {
            name: leaf
            for name, leaf in content.leaves.items()
            if not name.startswith(f"{_NOT_INHERITED}.")
        }
    content.head = {key: text.pop(key) for key in _HEAD if key in text}
    for section, inside in text.items():
        if section in _ALL_SECTIONS and isinstance(inside, dict):
            _add_section(content, section, inside)
        elif section in HARM_LISTS and isinstance(inside, list):
            _add_entries(content, section, inside)
        else:
            content.problems.append(_say_unknown_section(section))
    return content


def _say_unknown_section(section: str) -> str:
    if section in HARM_LISTS:
        return f"{section} must be a list of entries; head each with [[{section}]]"
    if section in _ALL_SECTIONS:
        return f"{section} is not known as such; head its values with [{section}]"
    return f"{section} is not known{near(section, (*_ALL_SECTIONS, *HARM_LISTS, *_HEAD))}"


def _add_section(content: Content, section: str, inside: dict[str, Any]) -> None:
    known = parameters_of(_ALL_SECTIONS[section])
    for key, leaf in inside.items():
        if key not in known:
            content.problems.append(f"{section}.{key} is not known{near(key, known)}")
            continue
        content.problems += _check_leaf(f"{section}.{key}", leaf)
        content.leaves[f"{section}.{key}"] = leaf if isinstance(leaf, dict) else {"value": leaf}


def _check_leaf(name: str, leaf: object) -> list[str]:
    if (
        isinstance(leaf, dict)
        and "value" in leaf
        and len(leaf) == 2  # noqa: PLR2004 - the value and where it comes from
        and isinstance(leaf.get("source", leaf.get("assumption")), str)
    ):
        return []
    form = '{ value = ..., source = "..." } or { value = ..., assumption = "..." }'
    return [f"{name} must say its value and where it comes from: {form}"]


def _add_entries(content: Content, section: str, inside: list[Any]) -> None:
    seen: set[int] = set()
    for place, entry in enumerate(inside, start=1):
        number = entry.get("number") if isinstance(entry, dict) else None
        if not isinstance(number, int) or not 1 <= number <= LARGEST_NUMBER or number in seen:
            content.problems.append(
                f"{section}, entry {place}: number = {number!r}; each entry needs a whole number "
                f"of its own, 1 to {LARGEST_NUMBER}"
            )
            continue
        seen.add(number)
        kept = content.entries.setdefault(section, {}).setdefault(number, {})
        leaves, problems = _read_entry(section, number, entry)
        kept.update(leaves)
        content.problems += problems


def _read_entry(
    section: str, number: int, entry: dict[str, Any]
) -> tuple[dict[str, Leaf], list[str]]:
    """Return the leaves of an entry; bare values take the entry's own source or assumption."""
    known = parameters_of(HARM_LISTS[section])
    basis: dict[str, Any] = {key: entry[key] for key in ("source", "assumption") if key in entry}
    leaves: dict[str, Leaf] = {}
    problems: list[str] = []
    if len(basis) > 1 or not all(isinstance(text, str) for text in basis.values()):
        problems.append(f"{section} {number} must have one source or one assumption, as a text")
    for key, value in entry.items():
        name = f"{section} {number}: {key}"
        if key in basis:
            continue
        if key not in known:
            problems.append(f"{name} is not known{near(key, known)}")
        elif isinstance(value, dict):
            problems += _check_leaf(name, value)
            leaves[key] = value
        elif not basis:
            problems.append(f"{name} has no source; give the entry a source or an assumption")
        else:
            leaves[key] = {"value": value, **basis}
    return leaves, problems
