"""The box of a sample: quartiles, whiskers, and the values beyond them.

Sources
-------
Tukey 1977, Exploratory Data Analysis: whiskers end at the farthest values within one and a half
interquartile ranges of the box. Quartiles: Hyndman and Fan 1996, definition 7. Oracle: matplotlib
``cbook.boxplot_stats``, ``tests/unit/stats/test_box_summary.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from trialwright.stats.sample_summary import summarise_sample

if TYPE_CHECKING:
    from collections.abc import Iterable

REACH = 1.5  # interquartile ranges
WHISKERS = (
    "whiskers to the farthest value within 1.5 interquartile ranges of the box (Tukey); quartiles "
    "by linear interpolation (Hyndman and Fan, definition 7)"
)


@dataclass(frozen=True, slots=True)
class BoxSummary:
    """The box of a sample, in its unit.

    Parameters
    ----------
    n : int
        Number of values.
    low, q1, median, q3, high : float
        Ends of the whiskers and the quartiles; nan without a value.
    outside : tuple of float
        Values beyond the whiskers, ascending.
    """

    n: int
    low: float
    q1: float
    median: float
    q3: float
    high: float
    outside: tuple[float, ...]


def summarise_box(values: Iterable[float]) -> BoxSummary:
    """Summarise a sample as a box.

    Parameters
    ----------
    values : iterable of float
        Finite numbers, in any order.

    Raises
    ------
    ValueError
        If a value is no finite number.

    Examples
    --------
    >>> summarise_box([1.0, 2.0, 3.0, 4.0, 30.0])
    BoxSummary(n=5, low=1.0, q1=2.0, median=3.0, q3=4.0, high=4.0, outside=(30.0,))
    """
    ordered = sorted(values)
    found = summarise_sample(ordered)
    if not ordered:
        return BoxSummary(0, nan, nan, nan, nan, nan, ())
    reach = REACH * (found.q3 - found.q1)
    low = min(found.q1, *(one for one in ordered if one >= found.q1 - reach))
    high = max(found.q3, *(one for one in ordered if one <= found.q3 + reach))
    outside = tuple(one for one in ordered if not low <= one <= high)
    return BoxSummary(found.n, low, found.q1, found.median, found.q3, high, outside)
