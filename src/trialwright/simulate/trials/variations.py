"""What a tornado varies: fields of scenario and study file, each low and high, with a reason.

The list is data (``tornado.toml``, or a file of one's own of the same form).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from trialwright.errors import StudyError
from trialwright.simulate.scenario import SECTIONS, Basis
from trialwright.simulate.scenario_change import with_values
from trialwright.simulate.scenario_values import near, parameters_of
from trialwright.simulate.trials.factors import COUNTING
from trialwright.study.counting import OF_THE_STUDY
from trialwright.study.vary import vary_study

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.simulate.scenario import Scenario
    from trialwright.study.model import Study

Kind = Literal["assumption", "choice"]
_SHIPPED = Path(__file__).parent / "tornado.toml"
_LISTS: dict[str, Kind] = {"assumptions": "assumption", "choices": "choice"}
_TWO = 2


@dataclass(frozen=True, slots=True)
class Variation:
    """One field with a low and a high value.

    Parameters
    ----------
    title : str
        What is varied, as a reader should see it.
    kind : {"assumption", "choice"}
        A field of the scenario, or of the study file.
    field : str
        Its dotted name; a choice may be ``counting``.
    low, high : object
        The two values. Where they have no order, the first and the second.
    reason : str
        Why these.
    factors : bool
        Whether the two are factors of the value that the scenario has.
    """

    title: str
    kind: Kind
    field: str
    low: object
    high: object
    reason: str
    factors: bool = False


@dataclass(frozen=True, slots=True)
class Varied:
    """A study in a scenario, and how its times are counted."""

    study: Study
    scenario: Scenario
    counting: str = OF_THE_STUDY


Setting = Varied  # its name before; goes when ``cli.simulate.tornado`` has followed


def read_variations(path: Path | None = None) -> tuple[Variation, ...]:
    """Read what is to be varied.

    Parameters
    ----------
    path : Path or None
        A TOML file; none: the list that comes with Trialwright.

    Raises
    ------
    StudyError
        If the file is no TOML, or an entry lacks a title, a field, two values or a reason; every
        problem is listed.
    """
    path = path or _SHIPPED
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: is no TOML ({error})"
        raise StudyError(msg) from error
    problems = [f"[[{name}]] is not known{near(name, _LISTS)}" for name in content if name not in
                _LISTS]  # fmt: skip
    found = []
    for name, kind in _LISTS.items():
        entries = content.get(name, [])
        if not (isinstance(entries, list) and all(isinstance(one, dict) for one in entries)):
            problems.append(f"{name} is no list of entries; write each as [[{name}]]")
            continue
        for number, entry in enumerate(entries, 1):
            wrong = _problems_of(entry)
            problems += [f"[[{name}]] {number}: {one}" for one in wrong]
            if not wrong:
                found.append(_variation(kind, entry))
    if not found and not problems:
        problems = ["it varies nothing; add [[assumptions]] or [[choices]]"]
    if problems:
        msg = f"{path}: " + "; ".join(problems)
        raise StudyError(msg)
    return tuple(found)


def vary_setting(setting: Varied, variation: Variation, *, high: bool) -> tuple[Varied, object]:
    """Return the setting with one of the two values, and that value.

    Parameters
    ----------
    setting : Varied
        The base; it does not change.
    variation : Variation
        What is varied.
    high : bool
        Which of its values.

    Raises
    ------
    StudyError
        If there is no such field, or the value is not allowed there.
    """
    from pydantic import ValidationError

    value = variation.high if high else variation.low
    if variation.kind == "assumption":
        scenario, stored = _vary_scenario(setting.scenario, variation, value)
        return replace(setting, scenario=scenario), stored
    if variation.field == COUNTING:
        return replace(setting, counting=str(value)), value
    try:
        study = vary_study(setting.study, {variation.field: value}, basis=variation.reason)
    except ValidationError as error:
        said = "; ".join(one["msg"] for one in error.errors())
        msg = f"{variation.title}: {variation.field} = {value!r} is not allowed: {said}"
        raise StudyError(msg) from error
    except ValueError as error:
        msg = f"{variation.title}: {error}"
        raise StudyError(msg) from error
    return replace(setting, study=study), value


def value_of(setting: Varied, variation: Variation) -> object:
    """Return the value that the base has, in the same words as the two others."""
    if variation.kind == "assumption":
        section, name = _find_parameter(variation)
        return getattr(getattr(setting.scenario, section), name)
    if variation.field == COUNTING:
        return setting.counting
    section, _, name = variation.field.partition(".")
    return getattr(getattr(setting.study, section), name).require()


def _vary_scenario(scenario: Scenario, variation: Variation, value: Any) -> tuple[Scenario, object]:
    section, name = _find_parameter(variation)
    before = getattr(getattr(scenario, section), name)
    if variation.factors:
        if not isinstance(before, float) or not isinstance(value, int | float):
            msg = f"{variation.title}: {variation.field} is no number; give values, not factors"
            raise StudyError(msg)
        value = float(f"{before * value:.6g}")
    basis = {variation.field: Basis("assumption", variation.reason)}
    try:
        changed = with_values(scenario, {variation.field: value}, basis)
    except StudyError as error:
        msg = f"{variation.title}: {error}"
        raise StudyError(msg) from error
    return changed, getattr(getattr(changed, section), name)


def _find_parameter(variation: Variation) -> tuple[str, str]:
    section, _, name = variation.field.partition(".")
    known = [f"{one}.{key}" for one, kind in SECTIONS.items() for key in parameters_of(kind)]
    if variation.field not in known:
        hint = near(variation.field, known)
        msg = f"{variation.title}: {variation.field} is no field of a scenario{hint}"
        raise StudyError(msg)
    return section, name


def _problems_of(entry: Mapping[str, Any]) -> list[str]:
    problems = [
        f"{key} is missing; it is a text"
        for key in ("title", "field", "reason")
        if not isinstance(entry.get(key), str)
    ]
    given = [key for key in ("values", "factors") if key in entry]
    if len(given) != 1:
        problems.append("give values or factors, one of them")
    else:
        values = entry[given[0]]
        if not isinstance(values, list) or len(values) != _TWO:
            problems.append(f"{given[0]} must be two, low and high")
    known = ("title", "field", "reason", "values", "factors")
    return problems + [f"{key} is not known{near(key, known)}" for key in entry if key not in known]


def _variation(kind: Kind, entry: Mapping[str, Any]) -> Variation:
    low, high = entry.get("values") or entry["factors"]
    return Variation(
        entry["title"], kind, entry["field"], low, high, entry["reason"], "factors" in entry
    )
