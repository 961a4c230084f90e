"""The setting that targets were observed in: whose scans, whose rules, which patients.

A rate means something only together with its protocol: the same tumours respond less often where a
response must be confirmed, and progress later where scans are rarer. A setting is a study, and the
values of the scenario that hold in it alone (nobody leaves, three lesions each).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialwright.errors import StudyError
from trialwright.simulate.calibration.target import (
    check_keys,
    find_shipped,
    load_toml,
    raise_problems,
)
from trialwright.simulate.protocol import NOT_NEEDED
from trialwright.simulate.scenario import Basis
from trialwright.simulate.scenario_change import with_values
from trialwright.study.counting import OF_THE_STUDY
from trialwright.study.settled import require_settled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.simulate.scenario import Scenario
    from trialwright.simulate.trials.machine import TrialMachine
    from trialwright.study.model import Study

_SHIPPED = Path(__file__).parent / "settings"
_BASES = ("source", "assumption")
# Fields that a study must have settled and that nothing which happens to a patient depends on.
_NO_PART: dict[str, dict[str, object]] = {
    "design": {"kind": "descriptive", "planned_patients": 100, "accrual_months": 12.0},
    "safety": {
        "toxicity_window_days": 0,
        "highest_toxicity_rate": 0.5,
        "toxicity_stop_probability": 0.99,
        "toxicity_look_every": 100,
    },
    "simulation": {"first_look_weeks": 25.0, "accrual_at_first_look": "continues"},
}
_NEEDED = (
    "ablation.",
    "schedule.",
    "response.",
    "endpoints.",
    "times.",
    "rates.",
    "statistics.",
    "analysis_sets.efficacy",
    "safety.toxicity_window_days",
    "design.kind",
    "design.planned_patients",
    "design.accrual_months",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A protocol with its rules, and what is assumed of patients in it alone.

    Parameters
    ----------
    name : str
        Name of the setting, or of the study.
    title : str
        What it is, in one line.
    study : Study
        Calendar of scans, reading, endpoints; its design and its looks play no part.
    assumed : mapping of str to value
        Values of the scenario, by dotted name, that hold in this setting.
    bases : mapping of str to Basis
        Where they come from.
    counting : str
        The way of counting times (``study.counting.countings_of``).
    """

    name: str
    title: str
    study: Study
    assumed: Mapping[str, Any] = field(default_factory=dict)
    bases: Mapping[str, Basis] = field(default_factory=dict)
    counting: str = OF_THE_STUDY

    def machine(self, scenario: Scenario) -> TrialMachine:
        """Return what runs the patients of a scenario in this setting; no look stops them."""
        from trialwright.simulate.trials.machine import TrialMachine, without_looks

        adapted = with_values(scenario, self.assumed, self.bases)
        return without_looks(TrialMachine.of(self.study, adapted, self.counting))


def setting_of_study(study: Study, name: str, *, counting: str = OF_THE_STUDY) -> Setting:
    """Return the setting of a study: its own scans and rules, patients as the scenario has them.

    Parameters
    ----------
    study : Study
        The study file, its fields settled.
    name : str
        How to call it, such as the path of the file.
    counting : str
        The way of counting times.

    Raises
    ------
    StudyError
        If the study leaves a field open that many trials need; all are listed.
    """
    require_settled(study, "a calibration", _NEEDED, but_not=NOT_NEEDED)
    return Setting(name, f"the rules of {name}", study, counting=counting)


def list_settings() -> tuple[str, ...]:
    """Name the settings that come with Trialwright."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.toml")))


def read_setting(name_or_path: str | Path) -> Setting:
    """Read a setting that comes with Trialwright, or a file of one's own.

    Parameters
    ----------
    name_or_path : str or Path
        A name of ``list_settings``, or the path of a TOML file. It has a ``title``, ``[study.*]``
        with fields of the study file (what is left out follows the conventions of a new study
        file) and ``[scenario.*]`` with values of a scenario; each value is
        ``{ value = ..., source = "..." }``, or has an ``assumption``.

    Raises
    ------
    StudyError
        If there is no such file, or something in it is unknown, missing or outside its range.

    Examples
    --------
    >>> read_setting("three_untreated_lesions").assumed["leaving.withdrawal_hazard_per_month"]
    0.0
    """
    path = find_shipped(name_or_path, _SHIPPED, list_settings(), "setting")
    content = load_toml(path, "setting")
    problems = check_keys(content, ("title", "study", "scenario"), "")
    fields = _read_tables(content.get("study", {}), "study", problems)
    values = _read_tables(content.get("scenario", {}), "scenario", problems)
    if problems:
        raise_problems(path, "setting", problems)
    study = _make_study(path, fields)
    bases = {
        name: Basis("source" if "source" in leaf else "assumption", next(_words(leaf)))
        for name, leaf in values.items()
    }
    assumed = {name: leaf["value"] for name, leaf in values.items()}
    return Setting(path.stem, str(content.get("title", path.stem)), study, assumed, bases)


def _words(leaf: dict[str, Any]) -> Any:
    return (leaf[key] for key in _BASES if key in leaf)


def _read_tables(tables: Any, where: str, problems: list[str]) -> dict[str, dict[str, Any]]:
    """Return the leaves of ``[where.section]`` tables by ``section.key``."""
    leaves: dict[str, dict[str, Any]] = {}
    if not isinstance(tables, dict) or not all(isinstance(one, dict) for one in tables.values()):
        problems.append(f"{where} must hold tables, headed such as [{where}.scans]")
        return {}
    for section, inside in tables.items():
        for key, leaf in inside.items():
            form = isinstance(leaf, dict) and "value" in leaf and len(leaf) == 2  # noqa: PLR2004
            if form and isinstance(next(_words(leaf), None), str):
                leaves[f"{section}.{key}"] = leaf
            else:
                problems.append(
                    f"{where}.{section}.{key} must say its value and where it comes from: "
                    '{ value = ..., source = "..." } or { value = ..., assumption = "..." }'
                )
    return leaves


def _make_study(path: Path, fields: Mapping[str, dict[str, Any]]) -> Study:
    """Make a study of the conventions and these fields."""
    from pydantic import ValidationError

    from trialwright.study.draft import draft_study
    from trialwright.study.model import Study

    ablated = any(name.startswith("ablation.") for name in fields)
    content: dict[str, Any] = draft_study(_record(path.stem, ablated)).model_dump(exclude_none=True)
    for section, inside in _NO_PART.items():
        for key, value in inside.items():
            content[section][key] = _stated(value, "no part of a calibration")
    for name, leaf in fields.items():
        section, _, key = name.partition(".")
        content.setdefault(section, {})[key] = _stated(leaf["value"], next(_words(leaf)))
    try:
        study = Study.model_validate(content)
    except ValidationError as error:
        problems = [
            f"study.{'.'.join(str(step) for step in one['loc'])}: {one['msg']}"
            for one in error.errors()
        ]
        raise_problems(path, "setting", problems)
    try:
        require_settled(study, "a calibration", _NEEDED, but_not=NOT_NEEDED)
    except StudyError as error:
        raise_problems(path, "setting", [str(error)])
    return study


def _stated(value: object, basis: str) -> dict[str, object]:
    return {"value": value, "origin": "assumption", "basis": basis}


def _record(name: str, ablated: bool) -> Any:
    """Return a record that says no more than whether lesions are ablated."""
    from trialwright.study.record import Intervention, RegistryRecord

    words = "Radiofrequency ablation"
    ablation = (Intervention("PROCEDURE", words, None, f"PROCEDURE: {words}"),) if ablated else ()
    return RegistryRecord("headerless", name, interventions=ablation)
