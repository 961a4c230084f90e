"""How far targets determine the knobs: the singular values of the weighted Jacobian."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_OPEN = log(2.0)  # a direction known to less than a factor of 2 either way is called open
_NOTHING = 1e-6  # a singular value, or a part of a direction, that is rounding and no more
_PART = 0.3  # a knob takes part in a direction if its share of the unit vector is this large
_MOST = 700.0  # logarithm that exp can still take


@dataclass(frozen=True, slots=True)
class Identified:
    """How far the knobs are determined.

    Parameters
    ----------
    condition : float
        Largest over smallest singular value; ``inf`` if that is 0.
    factors : tuple of float
        Of each knob, its standard error as a factor; ``inf``: it is not determined.
    open_directions : tuple of str
        Directions along which the knobs may move together without the targets telling.
    """

    condition: float
    factors: tuple[float, ...]
    open_directions: tuple[str, ...]


def find_identified(jacobian: Floats, names: Sequence[str]) -> Identified:
    """Judge a fit by its Jacobian.

    Parameters
    ----------
    jacobian : ndarray, shape (targets, knobs)
        Change of each difference, in standard errors, per unit of the logarithm of each knob.
    names : sequence of str
        Names of the knobs.

    Notes
    -----
    The inverse of J'J is the covariance of the log knobs if the targets are independent with the
    standard errors given. Rates of one trial are not independent, so that the factors are a guide.
    Oracle: closed forms of a diagonal and a singular matrix, in the unit tests.

    Examples
    --------
    >>> find_identified(np.array([[2.0, 1.0]]), ("kg", "hazard")).open_directions
    ('hazard up with kg down, of which nothing tells',)
    """
    knobs = jacobian.shape[1]
    _, found, directions = np.linalg.svd(jacobian)
    singular = np.zeros(knobs)
    singular[: found.size] = found
    singular[singular <= _NOTHING * max(singular.max(), _NOTHING)] = 0.0
    with np.errstate(divide="ignore"):
        spread = np.where(singular > 0, 1 / singular, inf)
    variances = [
        sum(
            (v * s) ** 2 for v, s in zip(directions[:, k], spread, strict=True) if abs(v) > _NOTHING
        )
        for k in range(knobs)
    ]
    return Identified(
        float(singular[0] / singular[-1]) if singular[-1] > 0 else inf,
        tuple(_factor(v**0.5) for v in variances),
        _say_free(directions[singular == 0], names)
        + tuple(
            f"{_say(direction, names)}, known to a factor of {_factor(s):.2g}"
            for direction, s in zip(directions, spread, strict=True)
            if _OPEN < s < inf
        ),
    )


def _factor(log_error: float) -> float:
    return exp(log_error) if log_error < _MOST else inf


def _say_free(free: Floats, names: Sequence[str]) -> tuple[str, ...]:
    """Name what nothing tells: one direction with its signs, or the knobs that several are of."""
    if len(free) == 1:
        return (f"{_say(free[0], names)}, of which nothing tells",)
    parts = np.sqrt((free**2).sum(axis=0))
    of = [name for name, part in zip(names, parts, strict=True) if part >= _PART]
    said = f"{len(free)} combinations of {', '.join(of)}, of which nothing tells"
    return (said,) if len(free) else ()


def _say(direction: Floats, names: Sequence[str]) -> str:
    """Name the knobs of a direction: those with the sign of the largest part, then the others."""
    largest = direction[np.argmax(np.abs(direction))]
    along = direction * np.sign(largest)
    up = [name for name, part in zip(names, along, strict=True) if part >= _PART]
    down = [name for name, part in zip(names, along, strict=True) if part <= -_PART]
    return " and ".join(up) + " up" + (f" with {' and '.join(down)} down" if down else "")
