"""Which designs are worth choosing between the smallest largest size and the smallest expected one.

A design is admissible if for some weight q no other has a smaller ``q n + (1 - q) EN``, n its
largest and EN its expected size: it lies on the lower convex hull of (n, EN).

Source: Jung, Lee, Kim & George 2004 (Stat Med 23: 561), section 2.
Oracle: R clinfun ``twostage.admissible``, ``tests/oracle/design/test_simon_oracle.py``.
"""

from __future__ import annotations

from itertools import pairwise, starmap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

SOLID = 1e-9  # slopes nearer to each other than this are equal but for rounding


class Admissible(NamedTuple):
    """One design of a frontier that is worth choosing.

    Parameters
    ----------
    place : int
        Which of the frontier.
    kind : str
        ``"minimax"``, ``"optimal"``, ``"optimal and minimax"`` or ``"admissible"``.
    least_weight, most_weight : float
        Between which weights of the largest size it is the best; equal for a design that is only
        as good as its neighbours, for one weight.
    """

    place: int
    kind: str
    least_weight: float
    most_weight: float


def find_admissible(sizes: Sequence[tuple[float, float]]) -> tuple[Admissible, ...]:
    """Return the admissible designs of a frontier, from minimax to optimal.

    Parameters
    ----------
    sizes : sequence of (float, float)
        Largest and expected size of the best design of each largest size, ascending.

    Examples
    --------
    >>> [(one.kind, round(one.least_weight, 3)) for one in find_admissible(
    ...     [(25, 19.51), (26, 16.77), (27, 15.84), (28, 16.13), (29, 15.01)]
    ... )]
    [('minimax', 0.733), ('admissible', 0.482), ('admissible', 0.293), ('optimal', 0.0)]
    """
    hull = _lower_hull(sizes)
    # Neighbours are equally good at the weight q where q n + (1 - q) EN is the same for both.
    slopes = starmap(_slope, pairwise(sizes[place] for place in hull))
    ends = [1.0, *(-slope / (1 - slope) for slope in slopes), 0.0]
    found = []
    for rank, place in enumerate(hull):
        names = (("optimal", rank == len(hull) - 1), ("minimax", rank == 0))
        kind = " and ".join(name for name, is_so in names if is_so) or "admissible"
        found.append(Admissible(place, kind, ends[rank + 1], ends[rank]))
    return tuple(found)


def _lower_hull(sizes: Sequence[tuple[float, float]]) -> list[int]:
    hull: list[int] = []
    least = float("inf")
    for place, point in enumerate(sizes):
        if point[1] >= least:  # larger, and no smaller on average
            continue
        least = point[1]
        # A design on the line between two others is as good as both for one weight: it stays.
        while len(hull) > 1 and _slope(sizes[hull[-2]], sizes[hull[-1]]) > (
            _slope(sizes[hull[-1]], point) + SOLID
        ):
            hull.pop()
        hull.append(place)
    return hull


def _slope(one: tuple[float, float], other: tuple[float, float]) -> float:
    return (other[1] - one[1]) / (other[0] - one[0])
