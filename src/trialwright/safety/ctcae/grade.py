"""Grade one laboratory value and say why.

The grade itself comes from ``rule``; here stand the words, and the results that are known only to
lie below or above a number.

Source: NCI CTCAE; what a number alone cannot tell (symptoms, intervention) is taken at its worst,
as admiral does, with the lowest grade beside it.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trialwright.safety.ctcae import rule
from trialwright.safety.units import known_analytes

if TYPE_CHECKING:
    from trialwright.safety.ctcae.criteria import Criteria, Direction, Place, Rung, Term

Qualifier = Literal["<", "<=", ">", ">="]
Range = Literal["low", "normal", "high"]

_RANGES: dict[str | None, int] = {
    "low": rule.LOW,
    "normal": rule.NORMAL,
    "high": rule.HIGH,
    None: rule.UNKNOWN,
}
_CROSSED = {"above": "above", "at_least": "at least", "below": "below", "at_most": "at most"}
_NEEDS = {
    "lower limit": "the lower limit of normal",
    "upper limit": "the upper limit of normal",
    "above upper limit": "the upper limit of normal",
    "baseline": "a baseline value",
    "above baseline": "a baseline value",
    "baseline and upper limit": "the upper limit of normal and a baseline value",
}


@dataclass(frozen=True, slots=True)
class LabValue:
    """One result, with what it is compared with.

    Parameters
    ----------
    value : float
        The result, in ``unit``.
    unit : str or None
        As the laboratory wrote it; none or an unknown one: only multiples of limits can be judged.
    lower_limit, upper_limit : float or None
        Limits of normal, in ``unit``.
    qualifier : {"<", "<=", ">", ">="} or None
        The result is only known to lie below or above the value.
    baseline : float or None
        The value before treatment, in ``unit``.
    baseline_range : {"low", "normal", "high"} or None
        Where the baseline lay in its own limits; none: unknown, taken as neither low nor high.
    """

    value: float
    unit: str | None = None
    lower_limit: float | None = None
    upper_limit: float | None = None
    qualifier: Qualifier | None = None
    baseline: float | None = None
    baseline_range: Range | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of one value for one term.

    Parameters
    ----------
    term : str or None
        Name of the CTCAE term; none: the version has none for the analyte and direction.
    grade : int or None
        0 to 4; none: not graded. Where the number alone leaves two grades open, the worse one.
    least : int or None
        The lowest grade that the number allows.
    rule : str
        The threshold that decided, in words; empty where none was crossed.
    why : str
        One sentence with the inputs.
    not_graded : str or None
        Why there is no grade.
    """

    term: str | None
    grade: int | None
    least: int | None
    rule: str
    why: str
    not_graded: str | None = None


def grade_value(
    criteria: Criteria,
    analyte: str,
    direction: Direction,
    sample: LabValue,
    *,
    significant_digits: int,
) -> Grade:
    """Grade one value in one direction.

    A result such as ``<10`` is graded only if every value it may stand for has that grade.

    Parameters
    ----------
    criteria : Criteria
        From `read_criteria`.
    analyte : str
        Our name of the analyte (``units.known_analytes``).
    direction : {"low", "high"}
        Too little or too much.
    sample : LabValue
        The result and what it is compared with.
    significant_digits : int
        Digits to which both sides of a comparison are rounded, 2 to 15
        (``safety.significant_digits``).

    Raises
    ------
    ValueError
        If the analyte is unknown.

    Source: NCI CTCAE 4.03, 5.0, 6.0. Oracle: admiral's cases, ``tests/oracle/safety``.

    Examples
    --------
    >>> from trialwright.safety.ctcae import read_criteria
    >>> sample = LabValue(260.0, "U/L", upper_limit=40.0)
    >>> graded = grade_value(
    ...     read_criteria("5.0"), "alanine aminotransferase", "high", sample, significant_digits=15
    ... )
    >>> graded.grade, graded.rule
    (3, 'above 5 × the upper limit of 40 U/L')
    """
    known = known_analytes().get(analyte)
    if known is None:
        msg = f"unknown analyte {analyte!r}; known are {', '.join(known_analytes())}"
        raise ValueError(msg)
    place = criteria.place(known, sample.unit)
    term = place.term(direction)
    if term is None:
        words = f"CTCAE {criteria.version} has no numeric grade of {_too(direction)} {analyte}"
        return _without(None, words)
    if term.reason:
        return _without(term, term.reason)
    if place.unit is None and any(rung.unit for rung in term.rungs):
        return _without(term, f"{term.name} needs a known unit of {analyte}")
    return _Grading(criteria, place, term, sample, significant_digits).graded()


def as_compared(criteria: Criteria, analyte: str, sample: LabValue) -> LabValue:
    """Leave out what no threshold compares a value with: the grades and their words are the same.

    Most values of a trial are then repeats, which need be graded only once.

    Parameters
    ----------
    criteria : Criteria
        From `read_criteria`.
    analyte : str
        Our name of the analyte.
    sample : LabValue
        The result and what it might be compared with.
    """
    asks, asks_range = _ask_of_baseline(criteria, analyte, sample.baseline_range)
    return LabValue(
        sample.value,
        sample.unit,
        sample.lower_limit,
        sample.upper_limit,
        sample.qualifier,
        sample.baseline if asks else None,
        sample.baseline_range if asks_range else None,
    )


@functools.cache
def _ask_of_baseline(
    criteria: Criteria, analyte: str, baseline_range: Range | None
) -> tuple[bool, bool]:
    """Tell whether a threshold compares with a baseline of this range, and whether any asks it."""
    rungs = [rung for term in criteria.terms if term.analyte == analyte for rung in term.rungs]
    compared = {rung.when for rung in rungs if "baseline" in rung.of}
    ruled_out = {f"baseline {side}" for side in ("low", "high") if side != baseline_range}
    return (
        bool(compared - ruled_out),
        any(rung.when.startswith("baseline") for rung in rungs),
    )


@dataclass(frozen=True, slots=True)
class _Grading:
    """One value under one term, on its way to a grade."""

    criteria: Criteria
    place: Place
    term: Term
    sample: LabValue
    digits: int

    def graded(self) -> Grade:
        ends = [self._found(end) for end in _ends(self.sample)]
        codes = [rule.settle(found.grade, found.possible) for found in ends]
        if len(set(codes)) > 1:
            return _without(self.term, self._open(codes))
        worst = max(ends, key=lambda found: found.grade)
        if codes[0] == rule.NOT_GRADED:
            return _without(self.term, self._missing(worst))
        least = min(found.least for found in ends)
        rung = self._rung(worst.rung)
        words = self._words(rung) if rung else ""
        return Grade(self.term.name, codes[0], least, words, self._why(codes[0], worst, words))

    def _found(self, end: rule.Measured) -> rule.Found:
        span = self.place.span(self.term.direction)
        return rule.worst_rung(end, self.criteria.rungs, span, self.digits)

    def _rung(self, at: int) -> Rung | None:
        return None if at < 0 else self.criteria.flat[at]

    def _why(self, grade: int, found: rule.Found, words: str) -> str:
        what = f"{self._value()} is {words}" if words else f"{self._value()} crosses no threshold"
        parts = [f"{self.term.name} grade {grade}: {what}"]
        rung = self._rung(found.rung)
        if found.least < grade and rung is not None:
            parts.append(f"grade {found.least} without {rung.depends}, which a number cannot tell")
        if found.possible > grade:
            parts.append(f"at least this grade, {' and '.join(self._needed(grade))} missing")
        if self._baseline_is_assumed():
            parts.append("no range of the baseline is known, which counts as normal")
        if self.term.note:
            parts.append(self.term.note)
        return f"{'; '.join(parts)} (CTCAE {self.criteria.version})"

    def _baseline_is_assumed(self) -> bool:
        return self.sample.baseline_range is None and any(
            rung.when.startswith("baseline") for rung in self.term.rungs
        )

    def _missing(self, found: rule.Found) -> str:
        rung = self._rung(found.rung)
        if rung is not None and rung.other_term:
            crossed = f"{self._value()} is {self._words(rung)}"
            return f"{crossed}, which CTCAE grades as {rung.other_term}"
        return f"{self.term.name} needs {' and '.join(self._needed(found.grade))}"

    def _needed(self, grade: int) -> list[str]:
        """Name what is missing to judge the thresholds above a grade."""
        measured, needed = _measured(self.sample), []
        for at in range(*self.place.span(self.term.direction)):
            alone = rule.worst_rung(measured, self.criteria.rungs, (at, at + 1), self.digits)
            if alone.possible > grade:
                needed.append(self._lacking(self.criteria.flat[at]))
        return list(dict.fromkeys(needed))

    def _lacking(self, rung: Rung) -> str:
        if rung.when == "value below lower limit" and self.sample.lower_limit is None:
            return _NEEDS["lower limit"]
        if rung.of == "baseline and upper limit":
            return _NEEDS["baseline" if self.sample.baseline is None else "upper limit"]
        return _NEEDS[rung.of]

    def _open(self, codes: list[int]) -> str:
        if rule.NOT_GRADED in codes:
            return f"{self._value()} leaves the grade of {self.term.name} open"
        low, high = min(codes), max(codes)
        return f"{self._value()} may be grade {low} to {high} of {self.term.name}"

    def _value(self) -> str:
        return _number(self.sample.value, self.sample.unit, self.sample.qualifier or "")

    def _words(self, rung: Rung) -> str:
        crossed, unit, sample = _CROSSED[rung.crossing], self.sample.unit, self.sample
        if rung.unit is not None and rung.of == "value":
            at = self.criteria.flat.index(rung, self.place.span(self.term.direction)[0])
            return f"{crossed} {_number(self.criteria.rungs.threshold[at], unit)}"
        reference = _reference(rung.of, sample)
        if rung.of.startswith("above "):
            at = self.criteria.flat.index(rung, self.place.span(self.term.direction)[0])
            more = self.criteria.rungs.threshold[at]
            return (
                f"more than {_number(more, unit)} above {reference}"
                if more
                else f"above {reference}"
            )
        times = "" if rung.threshold == 1.0 else f"{rung.threshold:g} × "
        return f"{crossed} {times}{reference}"


def _reference(of: str, sample: LabValue) -> str:
    upper = f"the upper limit of {_number(sample.upper_limit, sample.unit)}"
    baseline = f"the baseline of {_number(sample.baseline, sample.unit)}"
    if of == "lower limit":
        return f"the lower limit of {_number(sample.lower_limit, sample.unit)}"
    if of == "baseline and upper limit":
        return f"{upper} and {baseline}"
    return baseline if of.endswith("baseline") else upper


def _number(value: float | None, unit: str | None, sign: str = "") -> str:
    """Write a number with its unit; a ratio has none, and 25 of 10^9/L are 25 × 10^9/L."""
    shown = "unknown" if value is None else f"{sign}{value:.6g}"
    if not unit or unit == "1":
        return shown
    return f"{shown} × {unit}" if unit[0].isdigit() else f"{shown} {unit}"


def _ends(sample: LabValue) -> list[rule.Measured]:
    """Return the value, or the least and the greatest that a qualified one may stand for."""
    at = _measured(sample)
    if sample.qualifier is None:
        return [at]
    inclusive = sample.qualifier.endswith("=")
    if sample.qualifier.startswith("<"):
        return [at._replace(value=0.0), at if inclusive else at._replace(side=-1)]
    return [at if inclusive else at._replace(side=1), at._replace(value=math.inf)]


def _measured(sample: LabValue) -> rule.Measured:
    return rule.Measured(
        sample.value,
        0,
        _or_nan(sample.lower_limit),
        _or_nan(sample.upper_limit),
        _or_nan(sample.baseline),
        _RANGES[sample.baseline_range],
    )


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _without(term: Term | None, reason: str) -> Grade:
    return Grade(None if term is None else term.name, None, None, "", "", reason)


def _too(direction: Direction) -> str:
    return "too little" if direction == "low" else "too much"
