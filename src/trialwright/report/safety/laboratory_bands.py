"""The grades that a laboratory figure shades: limits that the criteria give to everybody."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from trialwright.report.safety.laboratory_view import GradeBand

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwright.safety.ctcae import Term

_FOR_EVERYBODY = ("always", "baseline not high")


def multiple_bands(term: Term) -> tuple[GradeBand, ...]:
    """Return the grades of a rise as multiples of the upper limit of normal.

    They are those of a patient whose baseline was not high.
    """
    found = {
        rung.grade: rung.threshold
        for rung in term.rungs
        if rung.of == "upper limit" and rung.when in _FOR_EVERYBODY and not rung.depends
    }
    return tuple(GradeBand(grade, low, high) for grade, low, high in _between(found.items()))


def value_bands(term: Term, unit: str) -> tuple[GradeBand, ...]:
    """Return the grades of a fall as values in a unit."""
    found = {
        rung.grade: -rung.threshold
        for rung in term.rungs
        if rung.of == "value" and rung.unit == unit and not rung.depends
    }
    return tuple(GradeBand(grade, -high, -low) for grade, low, high in _between(found.items()))


def _between(thresholds: Iterable[tuple[int, float]]) -> list[tuple[int, float, float]]:
    """Return each grade with the threshold that it begins at, and the next grade's."""
    ordered = [*sorted(thresholds), (0, inf)]
    return [(grade, low, high) for (grade, low), (_, high) in pairwise(ordered)]
