"""The correlations of a patient's traits: whether they can hold together, and their root.

Four traits can have these correlations if and only if their matrix is positive definite, which is
so when its Cholesky factor exists. The factor also makes correlated traits of independent ones.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    Rows = list[list[float]]

TRAITS = ("growth", "shrinkage", "frailty", "survival")
_NAMES = {(j, i): f"{TRAITS[j]}_{TRAITS[i]}" for i in range(len(TRAITS)) for j in range(i)}
_STEPS = 40  # halvings of the search for a factor that mends the correlations


def check_correlations(values: Mapping[str, Any]) -> list[str]:
    """Return a problem if the correlations among the values of a scenario cannot hold together.

    Parameters
    ----------
    values : mapping of str to value
        By dotted name, such as ``correlations.growth_shrinkage``; without all six nothing is
        checked.

    Notes
    -----
    A matrix that is not positive definite becomes so when every correlation is multiplied by a
    number small enough, which the message names.
    """
    paths = {name: f"correlations.{name}" for name in _NAMES.values()}
    if any(path not in values for path in paths.values()):
        return []
    numbers = {name: float(values[path]) for name, path in paths.items()}
    if root_of(numbers) is not None:
        return []
    said = ", ".join(f"{name} = {value:g}" for name, value in numbers.items())
    problem = (
        f"correlations: {said} cannot hold together (the matrix is not positive definite); "
        f"bring them nearer to 0, for instance all of them times {_find_factor(numbers):.2f}"
    )
    return [problem]


def root_of(numbers: Mapping[str, float], factor: float = 1.0) -> Rows | None:
    """Return the Cholesky factor of the correlation matrix, or None if there is none.

    Parameters
    ----------
    numbers : mapping of str to float
        The six correlations by name, such as ``growth_shrinkage``.
    factor : float
        What they are multiplied by.

    Returns
    -------
    list of list of float
        Rows of the lower triangle, one number longer each.
    """
    rows: Rows = []
    for i in range(len(TRAITS)):
        row: list[float] = []
        for j in range(i):
            inner = sum(a * b for a, b in zip(row, rows[j], strict=False))
            row.append((factor * numbers[_NAMES[j, i]] - inner) / rows[j][j])
        rest = 1.0 - sum(a * a for a in row)
        if rest <= 1e-12:  # noqa: PLR2004 - rounding: a smaller pivot is no pivot
            return None
        rows.append([*row, sqrt(rest)])
    return rows


def _find_factor(numbers: Mapping[str, float]) -> float:
    """Return a factor with which the matrix is positive definite, rounded down to 0.01."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if root_of(numbers, middle) is None else (middle, high)
    return int(low * 100) / 100
