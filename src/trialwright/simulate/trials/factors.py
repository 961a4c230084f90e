"""Which protocols are compared: factors of a study, and the choices of each.

A factor is read from text. ``schedule.assessment_interval_weeks=6,8,12`` tries values of one field;
``every 12 weeks: schedule.assessment_interval_weeks=12, response.minimum_stable_disease_days=77``
is one choice that changes several fields together; ``design=1/10 5/29, 1/15 5/25`` writes two-stage
designs as r1/n1 r/n; ``counting=study,fda_a`` names ways of counting times.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from math import isnan
from typing import TYPE_CHECKING, Any, get_args

from trialwright.design.study_design import two_stage_design_of
from trialwright.design.two_stage import TwoStageDesign
from trialwright.errors import DesignError, StudyError
from trialwright.study.counting import OF_THE_STUDY, choose_counting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import ValidationError

    from trialwright.study.model import Study

COUNTING = "counting"
_DESIGN = "design"
AS_THE_STUDY = "as the study"
_COMMA = re.compile(r",(?![^\[]*\])")  # not one inside a list


@dataclass(frozen=True, slots=True)
class Choice:
    """One protocol: its name, and by dotted path the fields that are otherwise than in the study.

    ``counting`` among the paths names a way of counting times.
    """

    label: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Factor:
    """What is varied, and the choices that are tried.

    Parameters
    ----------
    name : str
        Such as ``schedule.assessment_interval_weeks``.
    choices : tuple of Choice
        One or more, each label once.
    """

    name: str
    choices: tuple[Choice, ...]


def read_factors(study: Study, written: Iterable[str]) -> tuple[Factor, ...]:
    """Read factors from text, values by the type of their field.

    Parameters
    ----------
    study : Study
        Whose fields are varied.
    written : iterable of str
        As in the head of this module. A value is written as in the study file; a word needs no
        quotation marks. ``FACTOR / NAME: ...`` names the factor of a choice of several fields;
        without it the first of its fields does. Texts of one factor are put together.

    Returns
    -------
    tuple of Factor
        Each holds the study's own way: where none of the choices is it, it comes first.

    Raises
    ------
    StudyError
        If a path names no field (near misses are named), a value is not allowed there, or a label
        stands twice in a factor.
    """
    choices: dict[str, list[Choice]] = {}
    for text in written:
        name, found = _read_one(study, text)
        choices.setdefault(name, []).extend(found)
    return tuple(with_own_choice(study, Factor(name, tuple(of))) for name, of in choices.items())


def with_own_choice(study: Study, factor: Factor) -> Factor:
    """Return the factor with the study's own way among its choices; first, if it was not there.

    Raises
    ------
    StudyError
        If the factor has no choice, or a label twice.
    """
    labels = [choice.label for choice in factor.choices]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice or not labels:
        msg = (
            f"{factor.name}: {'the choice ' + twice[0] + ' stands twice' if twice else 'no choice'}"
        )
        raise StudyError(msg)
    if any(is_own(study, choice) for choice in factor.choices):
        return factor
    return Factor(factor.name, (Choice(_own_label(study, factor), {}), *factor.choices))


def is_own(study: Study, choice: Choice) -> bool:
    """Return whether a choice is what the study says anyhow."""
    return all(_alike(own_value(study, path), value) for path, value in choice.fields.items())


def own_value(study: Study, path: str) -> object:
    """Return what the study says in a field; its own way of counting for ``counting``.

    Raises
    ------
    StudyError
        If the path names no field, or one that is still open.
    """
    if path == COUNTING:
        return OF_THE_STUDY
    return _stated(study, path).require()


def one_at_a_time(factors: Sequence[Factor]) -> tuple[tuple[str, Choice], ...]:
    """Return every choice of every factor, each beside the name of its factor."""
    return tuple((factor.name, choice) for factor in factors for choice in factor.choices)


def all_combinations(factors: Sequence[Factor]) -> tuple[tuple[str, Choice], ...]:
    """Return every combination of choices, one of each factor.

    Raises
    ------
    StudyError
        If two factors change one field.
    """
    changed = [{path for choice in one.choices for path in choice.fields} for one in factors]
    for (i, first), (j, second) in itertools.combinations(enumerate(changed), 2):
        if first & second:
            msg = (
                f"{factors[i].name} and {factors[j].name} both change {min(first & second)}; "
                "in all combinations a field belongs to one factor"
            )
            raise StudyError(msg)
    name = " · ".join(factor.name for factor in factors)
    found = []
    for chosen in itertools.product(*(factor.choices for factor in factors)):
        fields = {path: value for choice in chosen for path, value in choice.fields.items()}
        found.append((name, Choice(" · ".join(choice.label for choice in chosen), fields)))
    return tuple(found)


def _read_one(study: Study, text: str) -> tuple[str, list[Choice]]:
    bundle = re.fullmatch(r"([^=:]+):(.*)", text, re.DOTALL)
    if bundle:
        return _read_bundle(study, bundle[1].strip(), bundle[2])
    path, found, values = (part.strip() for part in text.partition("="))
    if not path or not found or not values:
        slip = " names no field before '='" if found and not path else ""
        msg = (
            f"{text!r}{slip}: write FIELD=VALUE,VALUE such as "
            "response.confirmation_required=true,false, or NAME: FIELD=VALUE, FIELD=VALUE"
        )
        raise StudyError(msg)
    labels = [part.strip() for part in _COMMA.split(values)]
    if path == _DESIGN:
        return path, [Choice(label, _read_design(study, label)) for label in labels]
    return path, [Choice(label, {path: _read_value(study, path, label)}) for label in labels]


def _read_bundle(study: Study, head: str, body: str) -> tuple[str, list[Choice]]:
    factor, slash, label = (part.strip() for part in head.rpartition("/"))
    fields: dict[str, object] = {}
    for part in _COMMA.split(body):
        path, found, value = (piece.strip() for piece in part.partition("="))
        if not path or not found or path in fields:
            twice = path and found
            what = f"{path} stands twice" if twice else f"{part.strip()!r} is not FIELD=VALUE"
            msg = f"{head}: {what}"
            raise StudyError(msg)
        if path == _DESIGN:
            fields |= _read_design(study, value)
        else:
            fields[path] = _read_value(study, path, value)
    return (factor if slash else next(iter(fields))), [Choice(label, fields)]


def _read_design(study: Study, text: str) -> dict[str, object]:
    """Return the fields of a two-stage design; its patients come at the study's rate."""
    try:
        design = TwoStageDesign.parse(text)
    except DesignError as error:
        msg = f"design: {error}"
        raise StudyError(msg) from error
    months = study.design.accrual_months.require()
    planned = study.design.planned_patients.require()
    return {
        "design.first_stage_bound": design.first_stage_bound,
        "design.first_stage_patients": design.first_stage,
        "design.final_bound": design.total_bound,
        "design.planned_patients": design.total,
        "design.accrual_months": months * design.total / planned,
    }


def _read_value(study: Study, path: str, text: str) -> object:
    if path == COUNTING:
        return choose_counting(study, text).name
    from pydantic import TypeAdapter, ValidationError

    wanted = type(_stated(study, path)).model_fields["value"].annotation
    read = TypeAdapter[Any](wanted).validate_python
    try:
        return read(_as_written(text))
    except ValidationError as error:
        with suppress(ValidationError):
            return read(text)  # words that look like a number, such as a version
        allowed = [str(word) for part in get_args(wanted) for word in get_args(part)]
        close = get_close_matches(text, allowed, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        msg = f"{path}: {text!r} is not allowed ({_reason(error)}){hint}"
        raise StudyError(msg) from error


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    given, words = first["input"], first["msg"]
    if isinstance(given, float) and isnan(given) and "than" in first["type"]:
        return "nan is no number"  # it fails any bound, which does not help
    return f"{words[0].lower()}{words[1:]}"


def _as_written(text: str) -> object:
    """Return a value as the study file would hold it; a bare word is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _stated(study: Study, path: str) -> Any:
    known = {one: stated for one, stated, _ in study.stated_fields() if "[" not in one}
    if path not in known:
        tails = {one.rpartition(".")[2]: one for one in known}
        close = get_close_matches(path, [*known, COUNTING, _DESIGN], n=1)
        close = close or [
            tails[tail] for tail in get_close_matches(path.rpartition(".")[2], tails, n=1)
        ]
        hint = f"; did you mean {close[0]}?" if close else ""
        msg = f"{path} is no field of the study file{hint}"
        raise StudyError(msg)
    return known[path]


def _own_label(study: Study, factor: Factor) -> str:
    paths = {path for choice in factor.choices for path in choice.fields}
    if factor.name == _DESIGN:
        return str(two_stage_design_of(study))
    if paths == {factor.name}:
        return show_value(own_value(study, factor.name))
    return AS_THE_STUDY


def show_value(value: object) -> str:
    """Return a value as one would write it in ``--vary``.

    Examples
    --------
    >>> show_value(8.0), show_value(True), show_value((24.0, 12.0))
    ('8', 'true', '[24, 12]')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_show_entry(one) for one in value)}]"
    return str(value)


def _show_entry(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else show_value(value)


def _alike(one: object, other: object) -> bool:
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return tuple(one) == tuple(other)
    return one == other
