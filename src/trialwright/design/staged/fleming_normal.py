"""Fleming's boundaries of 1982: any number of stages, by the normal approximation.

The sizes of the stages are given, and the bounds follow from p0 and alpha alone: the trial stops
for activity where the count so far would be significant at the last look, and for futility where
it would be as far below a rate that the last look would just accept. The bounds are approximate;
what they do is not: their error rates are enumerated like those of any other `Boundaries`.

Sources
-------
Fleming 1982 (Biometrics 38: 143), section 3.
Oracle: a published worked example, ``tests/oracle/design/test_fleming_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import floor, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import check_number, check_probability
from trialwright.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class FlemingBoundaries:
    """Boundaries of Fleming's approximation with the numbers that they were rounded from.

    Parameters
    ----------
    p0 : float
        Response rate of no interest.
    alpha : float
        Type I error that was aimed at; the attained one follows from the boundaries.
    alternative : float
        Rate against which the futility bounds are set; it follows from p0, alpha and the size.
    boundaries : Boundaries
        The rounded bounds.
    raw_low, raw_high : tuple of float
        Each bound before rounding: stop at the nearest whole number to ``raw_low`` or fewer, and
        above the nearest to ``raw_high``. At the last look both come from ``raw_high``.
    """

    p0: float
    alpha: float
    alternative: float
    boundaries: Boundaries
    raw_low: tuple[float, ...]
    raw_high: tuple[float, ...]


def find_fleming_boundaries(
    p0: float, stages: Sequence[int], *, alpha: float = 0.05
) -> FlemingBoundaries:
    """Return Fleming's boundaries for stages of given sizes.

    Parameters
    ----------
    p0 : float
        Response rate of no interest, in (0, 1).
    stages : sequence of int
        Patients of each stage, in order, each 1 or more, at most 1000 together.
    alpha : float
        Type I error aimed at, one-sided, in (0, 0.5).

    Returns
    -------
    FlemingBoundaries
        With ``boundaries`` that give the attained errors, exactly.

    Raises
    ------
    DesignError
        If a number is not allowed, or the trial is too small ever to declare activity.

    Notes
    -----
    Source: Fleming 1982. Halves round up. Where a bound falls outside the counts that are
    possible at a look there is no such stop. The approximation does not hold alpha: judge the
    boundaries at p0.

    Examples
    --------
    >>> found = find_fleming_boundaries(0.20, (15, 10))
    >>> found.boundaries.stop_at_most, found.boundaries.stop_at_least
    ((3, 8), (7, 9))
    >>> found.boundaries.characteristics([0.20, 0.40]).probability_high.round(4)
    array([0.0505, 0.7236])
    """
    check_probability("p0", p0)
    z = NormalDist().inv_cdf(1 - _check_alpha(alpha))
    looks = tuple(accumulate(check_number("patients of a stage", one, 1) for one in stages))
    n = check_number("patients of all stages", looks[-1] if looks else 0, 1)
    rate = (sqrt(n * p0) + z * sqrt(1 - p0)) ** 2 / (n + z**2)
    high = tuple(look * p0 + z * sqrt(n * p0 * (1 - p0)) for look in looks)
    low = tuple(look * rate - z * sqrt(n * rate * (1 - rate)) for look in looks)
    at_least = [_nearest(value) + 1 for value in high]
    if at_least[-1] > n:
        msg = (
            f"{n} patients can never declare activity against {p0:g} at alpha {alpha:g}, even if "
            "all respond: enlarge the stages or alpha"
        )
        raise DesignError(msg)
    at_most = [*(_nearest(value) for value in low[:-1]), at_least[-1] - 1]
    boundaries = Boundaries(
        looks,
        tuple(bound if bound >= 0 else None for bound in at_most),
        tuple(
            bound if bound <= look else None for bound, look in zip(at_least, looks, strict=True)
        ),
    )
    return FlemingBoundaries(p0, alpha, rate, boundaries, low, high)


def _check_alpha(alpha: float) -> float:
    if check_probability("alpha", alpha) < 1 / 2:
        return alpha
    msg = f"alpha must be below 0.5, not {alpha:g}"
    raise DesignError(msg)


def _nearest(value: float) -> int:
    return floor(value + 1 / 2)
