"""Read and write the study file: commented TOML, one line a field.

Writing over an existing file changes only what changed: its comments, its order and its
blank lines stay.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, get_origin

import tomlkit
from pydantic import BaseModel, ValidationError
from tomlkit import exceptions as toml
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, InlineTable, Item, Table

from trialwright.errors import StudyError
from trialwright.study.model import Study
from trialwright.study.section import Section
from trialwright.study.stated import EVIDENCE, Stated
from trialwright.whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

_COMMENT_WIDTH = 96
_HEADER = (
    "The study file: what was planned, and where each value came from.",
    "",
    'origin = "record"      the registry record says so, in these words',
    'origin = "default"     a convention, with its source',
    'origin = "assumption"  a person chose it, on this basis',
    'origin = "gap"         nobody has said yet; settle it before it is needed',
)
_HEADINGS: Mapping[str, str] = {  # not the docstrings of the model: python -OO drops those
    "identity": "Which trial this is.",
    "design": "How many patients, and what decides.",
    "considered_designs": "A two-stage design that was weighed against the chosen one.",
    "treatments": "One drug of the study treatment.",
    "ablation": "Local ablation as part of the study treatment.",
    "characteristics": "One characteristic of the patients or of their disease before treatment.",
    "schedule": "When tumours are assessed, and for how long.",
    "response": "How scans are read.",
    "endpoints": "What each endpoint is.",
    "times": "How times to progression or death are counted: events, dates and censoring.",
    "rates": "How patients who responded are counted.",
    "analysis_sets": "Who is counted.",
    "statistics": "How estimates are made.",
    "safety": "How harm is graded, counted and watched.",
    "dates": "How dates that are only partly known are completed.",
    "data": "Which findings about the data do not stop an analysis.",
    "simulation": "What virtual patients are drawn from, and how their trial is run.",
    "countings": "A further way of counting times, beside the study's own and the presets.",
    "dose_rules": "Rules of the team's own, by which a drug is held, reduced and stopped.",
    "outcomes": "One outcome as the registry record words it.",
}
_HEADING_OF_A_RULE = "One rule; what is not given does not matter to it."
_STATED = '{ value = ..., origin = "assumption", basis = "..." }'
_GAP = '{ origin = "gap", needed = "..." }'
_AWAY = "move it away before writing a study file there"
_MOST_SHOWN = 60
_MOST_FAULTS = 100
_Place = tuple[int | str, ...]


def read_study(path: str | Path) -> Study:
    """Read a study file and check every field of it.

    Parameters
    ----------
    path : str or Path
        A TOML file as :func:`write_study` writes it.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        If the file cannot be read, is not TOML, or a field is missing, misspelt or
        impossible. All faults are listed, each with its line and the mend.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        msg = f"{path}: no such study file; make one with `trialwright init RECORD --out FOLDER`"
        raise StudyError(msg) from None
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: not a readable text file ({error}); a study file is UTF-8 TOML"
        raise StudyError(msg) from error
    if not text.strip():
        msg = f"{path}: the file is empty; make a study file with `trialwright init RECORD`"
        raise StudyError(msg)
    try:
        content = tomlkit.parse(text).unwrap()
    except TOMLKitError as error:
        msg = f"{path}: not valid TOML: {_say_toml(error, text)}"
        raise StudyError(msg) from error
    try:
        return Study.model_validate(content)
    except ValidationError as error:
        found = _without_echoes(error.errors())
        faults = [f"  - {_say(fault, text)}" for fault in found[:_MOST_FAULTS]]
        if len(found) > _MOST_FAULTS:
            faults.append(f"  - and {len(found) - _MOST_FAULTS} more")
        msg = "\n".join([f"{path}: the study file cannot be used as it stands", *faults])
        raise StudyError(msg) from error


def write_study(study: Study, path: str | Path) -> None:
    """Write a study file; keep the comments and the order of one that is there already.

    The file is replaced whole or not at all.

    Raises
    ------
    StudyError
        If the file that is there is not TOML or has no table where a study has one, or the
        folder does not exist.
    """
    path = Path(path)
    if path.exists():
        document = _parse_existing(path)
        _check_tables(document, path)
        _update(document, study)
    else:
        document = _compose(study)
    if not path.parent.is_dir():
        msg = f"{path}: the folder {path.parent} does not exist"
        raise StudyError(msg)
    _replace_file(path, tomlkit.dumps(document))


def _replace_file(path: Path, text: str) -> None:
    write_whole(path, text.encode())


def _parse_existing(path: Path) -> tomlkit.TOMLDocument:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return tomlkit.parse(text)
    except UnicodeDecodeError as error:
        msg = f"{path}: not UTF-8 text ({error}); {_AWAY}"
        raise StudyError(msg) from error
    except TOMLKitError as error:
        msg = f"{path}: not valid TOML: {_say_toml(error, text)}; {_AWAY}"
        raise StudyError(msg) from error


def _check_tables(document: tomlkit.TOMLDocument, path: Path) -> None:
    """Refuse a file that holds something else where a study file has its tables."""
    for name, entry in document.items():
        if _model_at((name,)) is None:
            continue
        several = get_origin(Study.model_fields[name].annotation) is tuple
        tables = entry if several and isinstance(entry, AoT | Array) else [entry]
        if several != isinstance(entry, AoT | Array) or not all(
            isinstance(one, Table | InlineTable) for one in tables
        ):
            msg = f"{path}: {name} is not a table as in a study file; {_AWAY}"
            raise StudyError(msg)


def _compose(study: Study) -> tomlkit.TOMLDocument:
    document = tomlkit.document()
    for line in _HEADER:
        document.add(tomlkit.comment(line) if line else tomlkit.comment(""))
    document.add(tomlkit.nl())
    document.add("format_version", tomlkit.item(study.format_version))
    for name in type(study).model_fields:
        part = getattr(study, name)
        if isinstance(part, Section):
            document.add(tomlkit.nl())
            document.add(name, _section(part, _HEADINGS[name]))
        elif isinstance(part, tuple) and part:
            document.add(tomlkit.nl())
            document.add(name, _tables(part, _HEADINGS[name]))
    return document


def _section(section: Section, heading: str) -> Table:
    table = tomlkit.table()
    table.add(tomlkit.comment(heading))
    for name, info in type(section).model_fields.items():
        value = getattr(section, name)
        if value is None:
            continue
        if info.description:
            table.add(tomlkit.nl())
            for line in wrap(info.description, _COMMENT_WIDTH):
                table.add(tomlkit.comment(line))
        table.add(name, _entry(value))
    return table


def _entry(value: object) -> Item:
    if isinstance(value, tuple) and value and isinstance(value[0], Section):
        return _tables(value, _HEADING_OF_A_RULE)
    return _inline(value) if isinstance(value, Stated) else tomlkit.item(value)


def _tables(sections: tuple[Section, ...], heading: str) -> AoT:
    array = tomlkit.aot()
    for section in sections:
        array.append(_section(section, heading))
    return array


def _inline(stated: Stated[Any]) -> InlineTable:
    table = tomlkit.inline_table()
    for name, value in _plain(stated).items():
        table.append(name, value)
    return table


def _plain(stated: Stated[Any]) -> dict[str, Any]:
    """Return the entries of a stated value as TOML holds them."""
    entries: dict[str, Any] = {}
    if stated.value is not None:
        value = stated.value
        entries["value"] = list(value) if isinstance(value, tuple) else value
    return {**entries, "origin": stated.origin, EVIDENCE[stated.origin]: stated.evidence}


def _update(document: tomlkit.TOMLDocument, study: Study) -> None:
    """Change in ``document`` what differs from ``study``, and nothing else."""
    fresh = _compose(study)
    for name, item in fresh.items():
        if name not in document:
            document.add(tomlkit.nl())
            document.add(name, item)
        elif isinstance(getattr(study, name), tuple):
            _update_array(document, name, item)
        elif isinstance(getattr(study, name), Section):
            _update_table(document[name], item)
        elif document[name] != item:
            document[name] = item
    for name in [key for key in document if key not in fresh]:
        document.remove(name)


def _update_array(document: tomlkit.TOMLDocument, name: str, fresh: Any) -> None:
    old = document[name]
    if len(old) != len(fresh):
        document[name] = fresh
        return
    for table, replacement in zip(old, fresh, strict=True):
        _update_table(table, replacement)


def _update_table(table: Any, fresh: Any) -> None:
    for name, item in fresh.items():
        if name not in table:
            table.add(name, item)
            continue
        old = table[name]
        if old.unwrap() != item.unwrap():
            item.trivia.comment, item.trivia.comment_ws = old.trivia.comment, old.trivia.comment_ws
            table[name] = item
    for name in [key for key in table if key not in fresh]:
        table.remove(name)


def _without_echoes(faults: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Drop what pydantic reports of a section only because one of its fields is misspelt."""
    return sorted(faults, key=lambda fault: fault["type"] != "extra_forbidden")


def _say_toml(error: TOMLKitError, text: str) -> str:
    """Say what is wrong with a TOML text; its reader sees a NUL where the text ends too early."""
    if not isinstance(error, toml.ParseError):
        return str(error)
    lines = text.splitlines()
    begun = lines[error.line - 1].strip()[:_MOST_SHOWN] if error.line <= len(lines) else ""
    if isinstance(error, toml.UnexpectedEofError) or (
        isinstance(error, toml.UnexpectedCharError) and r"\x00" in str(error) and "\x00" not in text
    ):
        return (
            f"the file ends before line {error.line} ({begun!r}) is complete; if it was cut off "
            "copy it again, else finish that line"
        )
    last = not text.endswith("\n") and error.line >= len(lines)
    if last and isinstance(
        error, toml.EmptyKeyError | toml.EmptyTableNameError | toml.InvalidNumberError
    ):
        return f"{error}, in the last line ({begun!r}); if the file was cut off copy it again"
    return str(error)


def _say(fault: ErrorDetails, text: str) -> str:
    location = fault["loc"]
    name = _written(location) or "the file as a whole"
    line = _line_of(text, location)
    where = f"line {line}: {name}" if line else name
    if fault["type"] == "extra_forbidden":
        return f"{where} is not a field of the study file{_near_miss(location)}"
    if fault["type"] == "missing":
        return f"{where} is missing; {_add_missing(location)}"
    if fault["type"] == "model_type":
        model = _model_at(location)
        if model is not None and issubclass(model, Section):
            return f"{where} must be a table; {_add_table(location, model)}"
        return f"{where} must be written as {_STATED} or {_GAP}{_shown(fault)}"
    if fault["type"] == "tuple_type":
        form = f"tables [[{name}]]" if len(location) == 1 else "a list, [...]"
        return f"{where} must be {form}{_shown(fault)}"
    return f"{where}: {fault['msg'].removeprefix('Value error, ')}{_shown(fault)}"


def _written(location: _Place) -> str:
    """Write a place as ``treatments[0].name``, and the place in a list as its entry, from 1."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in location]
    if len(steps) > 1 and isinstance(location[-1], int):
        steps[-1] = f", entry {location[-1] + 1}"
    return "".join(steps).removeprefix(".")


def _shown(fault: ErrorDetails) -> str:
    given = fault["input"]
    if isinstance(given, dict | list | BaseModel):
        return ""
    words = repr(given)
    return f" (given: {words if len(words) <= _MOST_SHOWN else f'{words[:_MOST_SHOWN]} ...'})"


def _add_missing(location: _Place) -> str:
    name, parent = location[-1], _model_at(location[:-1])
    if isinstance(name, int):
        return f"write it after entry {name}" if name else "write it first"
    if parent is None or not issubclass(parent, Section):
        return f"write the field as {_STATED} or {_GAP}"
    model = _model_at(location)
    if model is None:
        return f'write {name} = "..."'
    if issubclass(model, Section):
        return _add_table(location, model)
    return f"if nobody has settled it write {name} = {_GAP}"


def _add_table(location: _Place, model: type[Section]) -> str:
    fields = ", ".join(model.model_fields)
    return f"add the table {_header(location)} with its fields: {fields}"


def _header(location: _Place) -> str:
    several = isinstance(location[-1], int)
    return f"[[{location[0]}]]" if several else f"[{location[0]}]"


def _near_miss(location: _Place) -> str:
    model = _model_at(location[:-1])
    known = [] if model is None else list(model.model_fields)
    close = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known here: {', '.join(known)}"


def _model_at(location: _Place) -> type[BaseModel] | None:
    """Return the model of a place of the study file; none if a plain value stands there."""
    model: type[BaseModel] = Study
    for step in location:
        if isinstance(step, int):
            continue
        info = model.model_fields.get(step)
        inner = _model_in(info.annotation) if info is not None else None
        if inner is None:
            return None
        model = inner
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        inner = _model_in(part)
        if inner is not None:
            return inner
    return None


def _line_of(text: str, location: _Place) -> int | None:
    """Find the line of the deepest named step that the text holds; none if it has no line."""
    lines = text.splitlines()
    names = [step for step in location if isinstance(step, str)]
    turn = next((step for step in location if isinstance(step, int)), 0)
    if not names:
        return None
    headers = [
        number
        for number, line in enumerate(lines, 1)
        if re.match(rf"\s*\[\[?\s*{re.escape(names[0])}\s*\]\]?", line)
    ]
    if not headers:
        return _first_line(lines, 1, names[0])
    start = headers[min(turn, len(headers) - 1)]
    inside = _first_line(lines, start + 1, names[1]) if len(names) > 1 else None
    return inside or start


def _first_line(lines: list[str], start: int, name: str) -> int | None:
    for number, line in enumerate(lines[start - 1 :], start):
        if re.match(rf"\s*{re.escape(name)}\s*[=.]", line):
            return number
        if number > start and line.lstrip().startswith("["):
            return None
    return None
