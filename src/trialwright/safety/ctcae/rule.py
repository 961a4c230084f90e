"""The one rule behind every laboratory grade: the worst threshold that a value has crossed.

Plain functions of numbers, so that the same source grades one value with its reason (``grade``)
and, compiled, a million (``many``). The thresholds themselves are data (``ctcae_*.toml``).

Source: NCI CTCAE 4.03, 5.0 and 6.0. A range ``>3.0 - 5.0 x ULN`` opens after its first number, so a
value on a boundary has the lower grade. Comparison after rounding to significant digits: admiral,
``derive_var_atoxgr_dir`` (argument ``signif_dig``). Oracle: ``tests/oracle/safety``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_GRADED = -1
NO_TERM = -2  # the criteria have no term for the analyte and the direction
OTHER_TERM = 5  # worse than any grade of the term: CTCAE reports it under another one

# What a threshold is a multiple of, or is added to.
VALUE, LOWER, UPPER, BASELINE, ABOVE_UPPER, ABOVE_BASELINE, BASELINE_AND_UPPER = range(7)
# When a threshold counts at all.
ALWAYS, BASELINE_HIGH, BASELINE_NOT_HIGH, BASELINE_LOW, BASELINE_NOT_LOW, VALUE_LOW = range(6)
# How a value crosses it.
ABOVE, AT_LEAST, BELOW, AT_MOST = range(4)
# Where the baseline lay in its own limits.
LOW, NORMAL, HIGH, UNKNOWN = -1, 0, 1, 2

_SURELY_APART = 0.1  # apart by a tenth, two numbers stay so at two significant digits or more
_TOO_SMALL = 1e-100  # below this a power of ten would overflow, and no result of a laboratory lies


class Rungs(NamedTuple):
    """Thresholds of many terms, one behind the other: sequences of one length."""

    of: Sequence[int]
    when: Sequence[int]
    crossing: Sequence[int]
    threshold: Sequence[float]  # a multiple, or in the unit of the value
    grade: Sequence[int]
    least: Sequence[int]  # the grade where what it depends on (such as symptoms) is absent


class Measured(NamedTuple):
    """One value with what it is compared with, all in its unit; ``nan`` where unknown.

    ``side`` is 0 for the value itself, -1 for any value just below it (a result ``<10``), 1 for any
    just above.
    """

    value: float
    side: int
    lower: float
    upper: float
    baseline: float
    baseline_range: int  # LOW, NORMAL, HIGH or UNKNOWN


class Found(NamedTuple):
    """What the thresholds of a term say of a value.

    ``possible`` is the worst grade of a threshold that cannot be judged for want of a limit or of a
    baseline; 0: all could be.
    """

    grade: int
    least: int
    possible: int
    rung: int  # the threshold that decided; -1: none was crossed


def worst_rung(measured: Measured, rungs: Rungs, span: tuple[int, int], digits: int) -> Found:
    """Return the worst threshold of a term that a value crossed.

    Parameters
    ----------
    measured : Measured
        The value; a number.
    rungs : Rungs
        The thresholds.
    span : tuple of int
        First threshold of the term, and the one after its last.
    digits : int
        Significant digits to which both sides are rounded before they are compared, 2 or more.
    """
    grade, least, possible, decided = 0, 0, 0, -1
    for at in range(span[0], span[1]):
        holds = _holds(rungs.when[at], measured, digits)
        if holds == 0:
            continue
        threshold = _threshold(rungs.of[at], rungs.threshold[at], measured)
        unknown = math.isnan(threshold)
        if not unknown and not _crosses(measured, rungs.crossing[at], threshold, digits):
            continue
        if unknown or holds < 0 or _in_part(rungs.of[at], measured):
            possible = max(possible, rungs.grade[at])
            continue
        least = max(least, rungs.least[at])
        if rungs.grade[at] > grade:
            grade, decided = rungs.grade[at], at
    return Found(grade, least, possible, decided)


def settle(grade: int, possible: int) -> int:
    """Return the grade that counts; ``NOT_GRADED`` where it cannot be said.

    A threshold that was crossed gives at least its grade, whatever else is unknown. None crossed is
    grade 0 only if all could be judged.
    """
    if grade == OTHER_TERM or (grade == 0 and possible > 0):
        return NOT_GRADED
    return grade


def grade_in(measured: Measured, rungs: Rungs, span: tuple[int, int], digits: int) -> int:
    """Return the grade of a value in one direction, ``NOT_GRADED`` or ``NO_TERM``.

    Parameters
    ----------
    measured, rungs, span, digits
        As for `worst_rung`. A span below 0: there is no term; an empty one: no number grades it.
    """
    if span[0] < 0:
        return NO_TERM
    if span[0] == span[1] or math.isnan(measured.value):
        return NOT_GRADED
    found = worst_rung(measured, rungs, span, digits)
    return settle(found.grade, found.possible)


def worse_of(low: int, high: int) -> int:
    """Return the worse of the grades of both directions.

    Grade 0 only if neither direction is left without a grade that the criteria could give.

    Source: admiral, ``derive_var_atoxgr``.
    """
    if max(low, high) > 0:
        return max(low, high)
    if NOT_GRADED in (low, high):
        return NOT_GRADED
    return max(low, high)  # 0, or NO_TERM of both


def compare(one: float, other: float, digits: int) -> int:
    """Return -1, 0 or 1 as the first number is below, on or above the second, both rounded."""
    apart, size = abs(one - other), max(abs(one), abs(other))
    # Rounding moves each by half a digit at most; the cheaper test settles most values.
    if apart > _SURELY_APART * size or apart > 10.0 ** (1 - digits) * size:
        return 1 if one > other else -1
    if math.isfinite(one):
        one, other = round_significant(one, digits), round_significant(other, digits)
    return int(one > other) - int(one < other)


def round_significant(number: float, digits: int) -> float:
    """Round to significant digits, halves to even, as R's ``signif`` does.

    Examples
    --------
    >>> round_significant(0.1 + 0.2, 15)
    0.3
    """
    if abs(number) < _TOO_SMALL:
        return number
    place = digits - 1 - math.floor(math.log10(abs(number)))
    power = 10.0 ** abs(place)
    return round(number * power) / power if place >= 0 else round(number / power) * power


def _threshold(  # noqa: PLR0911 - one return a kind of threshold
    of: int, number: float, measured: Measured
) -> float:
    """Return what the value is compared with; ``nan`` where it is unknown."""
    if of == VALUE:
        return number
    if of == LOWER:
        return number * measured.lower
    if of == UPPER:
        return number * measured.upper
    if of == BASELINE:
        return number * measured.baseline
    if of == ABOVE_UPPER:
        return measured.upper + number
    if of == ABOVE_BASELINE:
        return measured.baseline + number
    if math.isnan(measured.baseline):
        return number * measured.upper
    if math.isnan(measured.upper):
        return number * measured.baseline
    return number * max(measured.baseline, measured.upper)


def _in_part(of: int, measured: Measured) -> bool:
    """Tell whether only one of two limits that must both be crossed is known."""
    return of == BASELINE_AND_UPPER and (
        math.isnan(measured.baseline) or math.isnan(measured.upper)
    )


def _holds(  # noqa: PLR0911 - one return a condition
    when: int, measured: Measured, digits: int
) -> int:
    """Return 1 where a condition holds, 0 where not, -1 where nobody can tell.

    A baseline of unknown range counts as neither high nor low.
    """
    if when == ALWAYS:
        return 1
    if when == BASELINE_HIGH:
        return int(measured.baseline_range == HIGH)
    if when == BASELINE_NOT_HIGH:
        return int(measured.baseline_range != HIGH)
    if when == BASELINE_LOW:
        return int(measured.baseline_range == LOW)
    if when == BASELINE_NOT_LOW:
        return int(measured.baseline_range != LOW)
    if math.isnan(measured.lower):
        return -1
    return int(_crosses(measured, BELOW, measured.lower, digits))


def _crosses(measured: Measured, crossing: int, threshold: float, digits: int) -> bool:
    order = compare(measured.value, threshold, digits)
    if order == 0:
        order = measured.side
    if crossing == ABOVE:
        return order > 0
    if crossing == AT_LEAST:
        return order >= 0
    if crossing == BELOW:
        return order < 0
    return order <= 0
