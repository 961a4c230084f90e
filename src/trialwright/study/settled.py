"""Refuse a task for which the study still leaves fields open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Collection

    from trialwright.study.model import Study


def require_settled(
    study: Study, task: str, needed: Collection[str], *, but_not: Collection[str] = ()
) -> None:
    """Raise if a field that a task needs is still a gap.

    Parameters
    ----------
    study : Study
        The study file.
    task : str
        What needs the fields, as the message should name it: ``"an analysis"``.
    needed : collection of str
        Dotted paths, or prefixes of them: ``"design.kind"``, ``"response."``.
    but_not : collection of str
        Dotted paths under a prefix that the task can do without.

    Raises
    ------
    StudyError
        Listing every open field with what is needed.
    """
    prefixes = tuple(needed)
    open_fields = [
        f"  - {path}: {what}"
        for path, what in study.gaps()
        if path.startswith(prefixes) and path not in but_not
    ]
    if open_fields:
        msg = (
            f"the study leaves {len(open_fields)} field(s) open that {task} needs; settle each in "
            'the study file with value, origin = "assumption" and its basis:'
        )
        raise StudyError("\n".join([msg, *open_fields]))
