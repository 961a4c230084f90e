"""How near the best design came where none keeps both errors."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.binomial import binomial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.design.checks import Hypotheses

    Floats = NDArray[np.float64]


def say_nearest(asked: Hypotheses, power: float, most: int, first_stages: range) -> str:
    """Say how much power ``most`` patients can have within the type I error, and the mend.

    Parameters
    ----------
    asked : Hypotheses
        What no design up to ``most`` patients keeps.
    power : float
        The power asked for.
    most : int
        Patients of the largest design that was looked at.
    first_stages : range
        First stages that it may have.
    """
    numbers, error, reached = _most_powerful(asked, most, first_stages)
    none = (
        f"no two-stage design of at most {most} patients keeps type I error {asked.alpha:g} and "
        f"power {power:g} for {asked.p0:g} against {asked.p1:g}"
    )
    if numbers is None:
        return (
            f"{none}: no bounds keep the type I error; raise most_patients or alpha, or widen the "
            "first stage"
        )
    n1, r1, r = numbers
    return (
        f"{none}; the nearest, {r1}/{n1} {r}/{most}, has type I error {error:.4g} and power "
        f"{reached:.4g}; raise most_patients or p1, lower the power, or widen the first stage"
    )


def _most_powerful(
    asked: Hypotheses, n: int, first_stages: range
) -> tuple[tuple[int, int, int] | None, float, float]:
    """Return (n1, r1, r), type I error and power of the most powerful design of n patients."""
    best, error, power = None, 0.0, -1.0
    for n1 in first_stages:
        first = [binomial(n1, rate) for rate in (asked.p0, asked.p1)]
        tails = [_tail(binomial(n - n1, rate)) for rate in (asked.p0, asked.p1)]
        least = _least_bound(first[0], tails[0], n, asked.alpha)
        for r in range(least, n):
            null, alternative = (
                _declare(one, tail, r) for one, tail in zip(first, tails, strict=True)
            )
            r1 = int(np.argmax(null <= asked.alpha))
            if alternative[r1] > power:
                best, error, power = (n1, r1, r), float(null[r1]), float(alternative[r1])
            if r1 == 0:
                break  # a larger r only loses power
    return best, error, power


def _least_bound(first: Floats, tail: Floats, n: int, alpha: float) -> int:
    """Return the smallest r that some r1 keeps within alpha; the error falls as r grows."""
    return bisect_left(range(n), True, key=lambda r: _declare(first, tail, r).min() <= alpha)


def _tail(equal: Floats) -> Floats:
    return np.append(np.cumsum(equal[::-1])[::-1], 0.0)


def _declare(first: Floats, tail: Floats, r: int) -> Floats:
    """Return the chance to declare activity for each r1 from 0 to at most n1 - 1 and r."""
    need = np.clip(r + 1 - np.arange(first.size), 0, tail.size - 1)
    terms = first * tail[need]
    return np.asarray(np.cumsum(terms[::-1])[::-1][1 : r + 2])
