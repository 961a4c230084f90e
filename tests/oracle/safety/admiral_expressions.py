"""admiral's expressions of the criteria, made callable, so that any input can be an oracle case.

They are read from ``shared/cases/lab_grade_admiral_tests.json`` where they lie; none is kept here.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from trialwright.safety.ctcae.rule import round_significant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WORDS = {
    "%in% high_indicator": '== "high"',
    "%in% low_indicator": '== "low"',
    "is.na": "isnan",
    "TRUE": "True",
    "&": " and ",
    "|": " or ",
    "!": " not ",
}


def read_expression(code: str) -> Callable[[dict[str, Any]], int | None]:
    """Return a ``case_when`` of numbers as a function of its variables; ``nan`` is NA.

    A comparison with NA is no reason to take a branch, in R's ``case_when`` as with ``nan``. The
    words of R for and, or and not bind as those of Python do.
    """
    body = re.sub(r"\s+", " ", code.strip()).removeprefix("case_when(").removesuffix(")")
    branches = [_branch(part) for part in _split(body)]

    def grade(values: dict[str, Any]) -> int | None:
        for condition, result in branches:
            if eval(condition, {**_FUNCTIONS, **values}):  # noqa: S307 - our own oracle file
                return result
        msg = "no branch was taken"
        raise AssertionError(msg)

    return grade


def numbers_of(code: str) -> list[float]:
    """Return the numbers that an expression compares with, for inputs that meet them."""
    found = {float(number) for number in re.findall(r"(?<![\w.])[0-9]+\.?[0-9]*", code)}
    return sorted(number for number in found if number > 0) or [1.0]


def _signif(number: float, digits: int) -> float:
    return number if math.isnan(number) else round_significant(number, digits)


_FUNCTIONS = {"isnan": math.isnan, "signif": _signif, "signif_dig": 15}


def _split(body: str) -> Iterator[str]:
    depth, part = 0, ""
    for sign in body:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            yield part
            part = ""
        else:
            part += sign
    yield part


def _branch(part: str) -> tuple[Any, int | None]:
    condition, result = part.split("~")
    for word, python in _WORDS.items():
        condition = condition.replace(word, python)
    grade = None if "NA" in result else int(result.strip().strip('"'))
    return compile(condition.strip(), "criteria", "eval"), grade
