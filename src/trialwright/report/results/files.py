"""The numbers of a report in a JSON file, and back; the same report, the same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialwright.errors import ExportError
from trialwright.report.model import Inputs
from trialwright.report.results.rows import Result, Results

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMAT = "trialwright analysis results"
_VERSION = 1
_NAME = "results.json"
_FIELDS = tuple(Result.__dataclass_fields__)


def render_results(results: Results) -> bytes:
    """Return the numbers of a report as the content of a JSON file.

    Parameters
    ----------
    results : Results
        From ``list_results``.

    Returns
    -------
    bytes
        UTF-8. ``results`` is a list of rows whose names are in ``columns``; ``inputs`` holds
        what each patient gives, by fingerprint.
    """
    content = {
        "format": _FORMAT,
        "format_version": _VERSION,
        "about": dict(results.about),
        "populations": {name: list(members) for name, members in results.populations.items()},
        "columns": list(_FIELDS),
        "results": [[getattr(one, name) for name in _FIELDS] for one in results.results],
        "inputs": {digest: [list(row) for row in rows] for digest, rows in results.inputs.items()},
    }
    return _lay_out(content).encode()


def _lay_out(content: Mapping[str, Any]) -> str:
    """Write one line a row, so that two files can be compared by any tool."""
    parts = []
    for name, value in content.items():
        if name == "results":
            rows = ",\n".join(_json(row) for row in value)
            parts.append(f'"results": [\n{rows}\n]')
        elif isinstance(value, dict):
            rows = ",\n".join(f"{_json(key)}: {_json(one)}" for key, one in value.items())
            parts.append(f"{_json(name)}: {{\n{rows}\n}}")
        else:
            parts.append(f"{_json(name)}: {_json(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def read_results(path: str | Path) -> Results:
    """Read the numbers of a report that ``trialwright report`` wrote.

    Parameters
    ----------
    path : str or Path
        The JSON file, or the folder of a report that holds ``results.json``.

    Raises
    ------
    ExportError
        If the file is not there, or holds no analysis results of this version.
    """
    path = Path(path)
    path = path / _NAME if path.is_dir() else path
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        msg = f"{path}: not found; write it with `trialwright report DATA --study S --out {path}`"
        raise ExportError(msg) from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        msg = f"{path}: is no JSON file of analysis results ({error})"
        raise ExportError(msg) from error
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        msg = f"{path}: is JSON, but holds no analysis results of Trialwright"
        raise ExportError(msg)
    if content.get("format_version") != _VERSION:
        msg = (
            f"{path}: has version {content.get('format_version')!r} of the format, and this "
            f"program reads {_VERSION}; write the report again"
        )
        raise ExportError(msg)
    try:
        return _results_in(content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        msg = f"{path}: analysis results that are cut short or were edited ({error!r})"
        raise ExportError(msg) from error


def _results_in(content: Mapping[str, Any]) -> Results:
    names = content["columns"]
    found = Results(
        {str(name): str(value) for name, value in content["about"].items()},
        tuple(Result(**dict(zip(names, row, strict=True))) for row in content["results"]),
        {name: tuple(members) for name, members in content["populations"].items()},
        {
            digest: tuple((patient, gives) for patient, gives in rows)
            for digest, rows in content["inputs"].items()
        },
    )
    _refuse_edited(found)
    return found


def _refuse_edited(found: Results) -> None:
    """Raise where the parts contradict each other, so that who moved could not be told."""
    keys: set[str] = set()
    for one in found.results:
        if one.key in keys:
            msg = f"the key {one.key!r} comes twice"
            raise ValueError(msg)
        value: object = one.value  # a file may hold anything
        if not isinstance(value, float | int | None):
            msg = f"{one.key}: {value!r} is no number"
            raise TypeError(msg)
        if not {one.inputs, one.among} - {""} <= found.inputs.keys():
            msg = f"{one.key}: who is behind it is not in the file"
            raise ValueError(msg)
        keys.add(one.key)
    for digest, rows in found.inputs.items():
        if Inputs(rows).digest != digest:
            msg = f"what is held under {digest} does not have that digest"
            raise ValueError(msg)
