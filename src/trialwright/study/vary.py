"""The same study with another choice: how an analysis asks "and if it had been otherwise?"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwright.study.model import Study

if TYPE_CHECKING:
    from collections.abc import Mapping


def vary_study(study: Study, choices: Mapping[str, object], *, basis: str) -> Study:
    """Return the study with other values of some fields; the study itself does not change.

    Parameters
    ----------
    study : Study
        The study file.
    choices : mapping of str to object
        Values by dotted path, such as ``{"response.planned_ablation": "zero"}``.
    basis : str
        Why it is looked at; printed as the basis of the changed fields.

    Raises
    ------
    ValueError
        If a path names no field, or a value is not allowed there.
    """
    content: dict[str, Any] = study.model_dump(exclude_none=True)
    for path, value in choices.items():
        section, _, name = path.partition(".")
        if name not in content.get(section, {}):
            msg = f"{path} is no field of the study file"
            raise ValueError(msg)
        content[section][name] = {"value": value, "origin": "assumption", "basis": basis}
    return Study.model_validate(content)
