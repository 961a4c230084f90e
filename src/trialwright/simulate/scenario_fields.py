"""The fields of a scenario: what each may hold, as metadata that the reader of a file checks."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field
from math import inf
from typing import Any

GRADES = (1, 2, 3, 4)  # a fatal event is the death that the tumour model draws


@dataclass(frozen=True, slots=True)
class Limits:
    """The range a parameter may take; ``shares`` are non-negative and sum to 1."""

    least: float = 0.0
    most: float = inf
    above_least: bool = False
    shares: bool = False

    def __str__(self) -> str:
        """Write the range as a reader of an error message should see it."""
        if self.most < inf:
            return f"{'more than ' if self.above_least else ''}{self.least:g} to {self.most:g}"
        return f"{'more than ' if self.above_least else ''}{self.least:g}" + (
            "" if self.above_least else " or more"
        )


def within(least: float = 0.0, most: float = inf, *, above_least: bool = False) -> Any:
    """Return a field for numbers of a range."""
    return _holding(Limits(least, most, above_least))


def rate(*, default: Any = MISSING) -> Any:
    """Return a field for numbers of 0 or more; with a default it may be left out."""
    return _holding(Limits(), default=default)


def positive() -> Any:
    """Return a field for numbers above 0."""
    return within(above_least=True)


def real() -> Any:
    """Return a field for any numbers."""
    return within(-inf)


def probability(*, default: Any = MISSING) -> Any:
    """Return a field for numbers of 0 to 1; with a default it may be left out."""
    return _holding(Limits(most=1.0), default=default)


def correlation() -> Any:
    """Return a field for numbers of -1 to 1."""
    return within(-1.0, 1.0)


def log_sd() -> Any:
    """Return a field for the standard deviation of a logarithm, at most 5.

    That is wider than any patient or reader; beyond it exponentials overflow.
    """
    return within(most=5.0)


def shares(*, entries: int = 0) -> Any:
    """Return a field for so many non-negative numbers that sum to 1; 0: any number of them."""
    return _holding(Limits(most=1.0, shares=True), entries=entries)


def by_grade(*, most: float = inf, sum_to_1: bool = False) -> Any:
    """Return a field for one number a grade of an adverse event, 1 to 4."""
    limits = Limits(most=1.0 if sum_to_1 else most, shares=sum_to_1)
    return _holding(limits, entries=len(GRADES))


def words(*, default: Any = MISSING) -> Any:
    """Return a field for words; with a default it may be left out."""
    return _holding(None, default=default)


def _holding(limits: Limits | None, *, default: Any = MISSING, entries: int = 0) -> Any:
    return field(default=default, metadata={"limits": limits, "entries": entries})
