"""A table of two groups: its four counts, checked, and the tables as extreme as another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.stats.checks import check_count

if TYPE_CHECKING:
    from typing import SupportsIndex

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

Counts4 = tuple[int, int, int, int]
_SAME = 1e-8  # statistics that differ by less, of their own size, differ by rounding alone


def check_two_groups(
    successes: SupportsIndex,
    n: SupportsIndex,
    reference_successes: SupportsIndex,
    reference_n: SupportsIndex,
) -> Counts4:
    """Return the four counts as ``int``; ``ValueError`` naming one that is not allowed."""
    names = ("reference_successes", "reference_n")
    return *check_count(successes, n), *check_count(reference_successes, reference_n, names)


def as_extreme(statistic: Floats, observed: float, *, least_size: float = 1.0) -> Flags:
    """Return which tables have at least the observed statistic, ties by rounding included.

    Parameters
    ----------
    statistic : ndarray of float, shape (n + 1, reference_n + 1)
        Of every table; the higher, the more extreme.
    observed : float
        Of the observed table.
    least_size : float
        Rounding is judged against the observed statistic, or this if that is smaller. 1 for a
        difference or a score, which are differences of larger numbers; 0 for a probability.
    """
    extreme: Flags = statistic >= observed - _SAME * max(least_size, abs(observed))
    return extreme
