"""Read scenario files: each key checked, every problem named with its mend."""

from __future__ import annotations

import tomllib
from dataclasses import Field, fields
from difflib import get_close_matches
from math import fsum, isclose, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialwright.errors import StudyError
from trialwright.simulate.scenario import SECTIONS, Basis, Limits, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHIPPED = Path(__file__).parent / "scenarios"
_HEAD = ("title", "inherits")
_LENGTHS = {
    "lesions.extrahepatic_target_shares": 3,
    "lesions.non_target_shares": 3,
    "lesions.non_target_organ_shares": 3,
    "new_lesions.organ_shares": 3,
}
_ORDERED = (
    ("scans.baseline_latest_days", "scans.baseline_earliest_days"),
    ("ablation.zone_least_mm", "ablation.zone_most_mm"),
    ("ablation.involution_least_per_week", "ablation.involution_most_per_week"),
    ("therapy.delay_least_days", "therapy.delay_most_days"),
    ("lesions.smallest_target_mm", "lesions.largest_mm"),
    ("lesions.smallest_node_mm", "lesions.largest_mm"),
)

Leaves = dict[str, dict[str, Any]]  # dotted name -> {value, source or assumption}


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
    head, leaves, problems = _load(path, ())
    names = {f"{section}.{f.name}": f for section, kind in SECTIONS.items() for f in fields(kind)}
    problems += [
        f"{name} is missing; add {name.split('.')[1]} = {{ value = ..., source = ... }} under "
        f"[{name.split('.')[0]}], or inherit a scenario that has it"
        for name in names
        if name not in leaves
    ]
    values: dict[str, Any] = {}
    for name, leaf in leaves.items():
        problem, values[name] = _check_value(name, names[name], leaf.get("value"))
        problems += problem
    if not problems:
        problems += _check_together(values)
    if problems:
        msg = "\n".join([f"scenario file {path}:", *(f"  - {problem}" for problem in problems)])
        raise StudyError(msg)
    return _build(path.stem, head, values, leaves)


def _find_file(name_or_path: str | Path, beside: Path | None = None) -> Path:
    shipped = _SHIPPED / f"{name_or_path}.toml"
    if isinstance(name_or_path, str) and "/" not in name_or_path and shipped.is_file():
        return shipped
    path = beside / name_or_path if beside is not None else Path(name_or_path)
    if path.is_file():
        return path
    known = list_scenarios()
    near = get_close_matches(str(name_or_path), known, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    msg = (
        f"there is no scenario {name_or_path}; {hint}name one of {', '.join(known)}, "
        "or the path of a scenario file"
    )
    raise StudyError(msg)


def _load(path: Path, above: tuple[Path, ...]) -> tuple[dict[str, Any], Leaves, list[str]]:
    if path in above:
        msg = f"scenario file {path}: inherits itself; remove one of the inherits lines"
        raise StudyError(msg)
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"scenario file {path}: not valid TOML ({error}); mend the line named"
        raise StudyError(msg) from error
    leaves: Leaves = {}
    problems: list[str] = []
    if "inherits" in text:
        parent = _find_file(str(text["inherits"]), path.parent)
        _, leaves, inherited = _load(parent, (*above, path))
        problems += [f"{problem} (inherited from {parent.name})" for problem in inherited]
    head = {key: text.pop(key) for key in _HEAD if key in text}
    for section, content in text.items():
        if section not in SECTIONS or not isinstance(content, dict):
            problems.append(f"{section} is not known{_near(section, (*SECTIONS, *_HEAD))}")
            continue
        known = {f.name for f in fields(SECTIONS[section])}
        for key, leaf in content.items():
            if key not in known:
                problems.append(f"{section}.{key} is not known{_near(key, known)}")
                continue
            problems += _check_leaf(f"{section}.{key}", leaf)
            leaves[f"{section}.{key}"] = leaf if isinstance(leaf, dict) else {"value": leaf}
    return head, leaves, problems


def _near(key: str, known: Iterable[str]) -> str:
    near = get_close_matches(key, list(known), 1)
    return f"; did you mean {near[0]}?" if near else "; remove it"


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


def _check_value(name: str, declared: Field[Any], value: Any) -> tuple[list[str], Any]:
    many = "tuple" in str(declared.type)
    whole = declared.type == "int"
    limits: Limits = declared.metadata["limits"]
    items: list[Any] = value if isinstance(value, list) else [value]
    if many != isinstance(value, list) or not all(_is_number(item, whole=whole) for item in items):
        form = "a list of numbers" if many else "a whole number" if whole else "a number"
        return [f"{name} must be {form}, not {value!r}"], None
    if not all(_is_inside(item, limits) for item in items):
        return [f"{name} = {value}; it must be {limits}"], None
    if limits.shares and many and not isclose(fsum(items), 1.0, abs_tol=1e-9):
        return [f"{name} = {value} sums to {fsum(items):g}; shares sum to 1"], None
    if name in _LENGTHS and len(items) != _LENGTHS[name]:
        return [f"{name} has {len(items)} entries; it needs {_LENGTHS[name]}"], None
    return [], tuple(float(x) for x in items) if many else value if whole else float(items[0])


def _is_number(item: object, *, whole: bool) -> bool:
    if isinstance(item, bool) or not isinstance(item, int if whole else int | float):
        return False
    return isfinite(item)


def _is_inside(item: float, limits: Limits) -> bool:
    above = item > limits.least if limits.above_least else item >= limits.least
    return above and item <= limits.most


def _check_together(values: dict[str, Any]) -> list[str]:
    problems = [
        f"{low} = {values[low]} is more than {high} = {values[high]}; exchange or mend them"
        for low, high in _ORDERED
        if values[low] > values[high]
    ]
    limits = values["ablation.margin_limits_mm"]
    hazards = values["ablation.local_progression_hazards_per_month"]
    if list(limits) != sorted(set(limits)) or len(hazards) != len(limits) + 1:
        problems.append(
            "ablation.margin_limits_mm must ascend, and "
            "ablation.local_progression_hazards_per_month have one entry more"
        )
    return problems


def _build(name: str, head: dict[str, Any], values: dict[str, Any], leaves: Leaves) -> Scenario:
    sections = {
        section: kind(**{f.name: values[f"{section}.{f.name}"] for f in fields(kind)})
        for section, kind in SECTIONS.items()
    }
    bases = {
        key: Basis("source", leaf["source"])
        if "source" in leaf
        else Basis("assumption", leaf["assumption"])
        for key, leaf in leaves.items()
    }
    return Scenario(name=name, title=str(head.get("title", name)), **sections, bases=bases)
