"""Values of a scenario by dotted name: look one up, or change some, checked as in a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from trialwright.errors import StudyError
from trialwright.simulate.scenario import SECTIONS
from trialwright.simulate.scenario_file import parameter_named
from trialwright.simulate.scenario_together import check_together
from trialwright.simulate.scenario_values import check_value, parameters_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.simulate.scenario import Basis, Scenario

# A number that is looked for is tried up to so many times above and below where it starts.
SEARCH_FACTOR = 64.0


def value_of(scenario: Scenario, name: str) -> Any:
    """Return the value with a dotted name, such as ``growth.ks_median_per_week``.

    Raises
    ------
    StudyError
        If no scenario has such a value.
    """
    parameter_named(name)
    section, _, key = name.partition(".")
    return getattr(getattr(scenario, section), key)


def with_values(
    scenario: Scenario, values: Mapping[str, Any], bases: Mapping[str, Basis]
) -> Scenario:
    """Return the scenario with other values; the scenario itself does not change.

    Parameters
    ----------
    scenario : Scenario
        Where to start.
    values : mapping of str to value
        By dotted name; lists as lists or tuples.
    bases : mapping of str to Basis
        Where the new values come from.

    Raises
    ------
    StudyError
        If a name is unknown, a value is outside its range, or the values contradict each other;
        every problem is named.
    """
    stored = {}
    problems: list[str] = []
    for name, value in values.items():
        given = list(value) if isinstance(value, tuple) else value
        found, stored[name] = check_value(name, parameter_named(name), given)
        problems += found
    changed = scenario if problems else _replace(scenario, stored)
    problems += [] if problems else check_together(_all_values(changed))
    if problems:
        msg = "\n".join([f"scenario {scenario.name}:", *(f"  - {one}" for one in problems)])
        raise StudyError(msg)
    return replace(changed, bases={**scenario.bases, **bases})


def _replace(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    sections: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        section, _, key = name.partition(".")
        sections.setdefault(section, {})[key] = value
    made: dict[str, Any] = {
        section: replace(getattr(scenario, section), **inside)
        for section, inside in sections.items()
    }
    return replace(scenario, **made)


def _all_values(scenario: Scenario) -> dict[str, Any]:
    return {
        f"{section}.{key}": getattr(getattr(scenario, section), key)
        for section, kind in SECTIONS.items()
        for key in parameters_of(kind)
    }
