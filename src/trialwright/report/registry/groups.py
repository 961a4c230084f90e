"""The one group of a single-arm trial, as every module of the registry names it."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from trialwright.endpoints.estimands import list_estimands

if TYPE_CHECKING:
    from trialwright.report.registry.fields import Denominator, Group
    from trialwright.study.model import Study

NOT_AVAILABLE = "NA"  # what the registry writes where there is no number; a comment says why
PARTICIPANTS = "Participants"
_DECIMALS = 2


def describe_group(study: Study, group_id: str) -> Group:
    """Return the group of all patients: named by its treatments, described as the study plans it.

    Parameters
    ----------
    study : Study
        The drugs and the ablation.
    group_id : str
        Identifier within the module: ``FG000``, ``BG000``, ``OG000``, ``EG000``.
    """
    names = [drug.name.value for drug in study.treatments if drug.name.value]
    if study.ablation is not None and study.ablation.modality.value:
        names.append(study.ablation.modality.value)
    title = ", ".join(names[:-1]) + " and " * (len(names) > 1) + "".join(names[-1:])
    return {
        "id": group_id,
        "title": title or "Study treatment",
        "description": list_estimands(study)[0].treatment,
    }


def count_analysed(group_id: str, number: int) -> list[Denominator]:
    """Return the denominator of a module or measure with one group."""
    return [{"units": PARTICIPANTS, "counts": [{"groupId": group_id, "value": str(number)}]}]


def show_value(value: float) -> str:
    """Write a number with at most two decimals; NA where there is none.

    Examples
    --------
    >>> show_value(6.6666), show_value(45), show_value(float("nan"))
    ('6.67', '45', 'NA')
    """
    if isnan(value):
        return NOT_AVAILABLE
    return f"{value:z.{_DECIMALS}f}".rstrip("0").rstrip(".")


def plural(number: int, one: str, several: str = "") -> str:
    """Write a number with its noun: ``1 patient``, ``3 patients``."""
    return f"{number} {one}" if number == 1 else f"{number} {several or one + 's'}"
