"""The largest probability that a set of two-group tables can have, with a proof that it is.

If both rates hang on one unknown rate, the probability of a set of tables is a polynomial of that
rate, of degree N, the number of patients. Write the rate as the cosine of an angle: near its
largest value M, at a distance d of less than pi / N in angle, such a polynomial is at least
M cos(N d) (van der Corput & Schaake 1935; Ehlich & Zeller 1964). So a grid of angles bounds M from
above as well as from below, and every node that is too low to have M beside it can be dropped;
the others are divided until both bounds meet. No peak is missed, however narrow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.binomial import binomial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

_NODES_A_PATIENT = 2  # the first bounds are then a factor cos(pi / 4) apart
_PARTS = 4
_CLOSE = 1e-11  # the bounds to each other, or to 1
_MOST_NODES = 20_000  # a plateau would go on dividing; its bounds are close by then


def largest_probability(
    tables: Flags, difference: float = 0.0, *, against: float | None = None
) -> float:
    """Return the largest probability of a set of tables over the rate of the reference group.

    Parameters
    ----------
    tables : ndarray of bool, shape (n + 1, reference_n + 1)
        True for a table in the set: successes of the first group, then of the reference group.
    difference : float
        First rate minus reference rate, in [-1, 1].
    against : float, optional
        Stop as soon as it is certain on which side of this the largest probability lies; what is
        returned lies on that side. Saves most of the work.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        If ``difference`` lies outside [-1, 1].
    """
    if not -1 <= difference <= 1:
        msg = f"difference must be from -1 to 1, not {difference}"
        raise ValueError(msg)
    if tables.all():
        return 1.0
    degree = tables.shape[0] + tables.shape[1] - 2
    start, stop = max(0.0, -difference), min(1.0, 1.0 - difference)
    width = np.pi / (_NODES_A_PATIENT * degree)
    angles = (np.arange(_NODES_A_PATIENT * degree) + 0.5) * width
    best = 0.0
    while True:
        rate = start + (stop - start) * (1 - np.cos(angles)) / 2
        found = _probability(tables, rate, np.clip(rate + difference, 0.0, 1.0))
        best = max(best, float(found.max()))
        share = np.cos(degree * width / 2)  # of the largest value, at its nearest node
        settled = against is not None and (best > against or best < against * share)
        angles = angles[found >= best * share]
        if settled or max(share, best) > 1 - _CLOSE or angles.size > _MOST_NODES:
            return min(best, 1.0)
        width /= _PARTS
        steps = (np.arange(_PARTS) - (_PARTS - 1) / 2) * width
        angles = (angles[:, None] + steps).ravel()


def _probability(tables: Flags, reference_rate: Floats, rate: Floats) -> Floats:
    """Return the probability of the tables at each pair of rates."""
    first = binomial(tables.shape[0] - 1, rate)
    reference = binomial(tables.shape[1] - 1, reference_rate)
    found: Floats = np.sum((first @ tables.astype(float)) * reference, axis=1)
    return found
