"""The usual figures of a sample: mean, standard deviation, quantiles, range.

One definition of the quantile serves the whole report: linear interpolation between the two
nearest values, as R, NumPy and Polars have it by default.

Sources
-------
Hyndman and Fan 1996 (The American Statistician 50:361), definition 7. Oracle: R ``quantile``,
``mean`` and ``sd``, ``tests/unit/stats/test_sample_summary.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, fsum, isfinite, nan, sqrt
from typing import TYPE_CHECKING

from trialwright.stats.checks import check_finite

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

QUANTILES = "linear interpolation between the two nearest values (Hyndman and Fan, definition 7)"


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """The usual figures of a sample, in its unit.

    Parameters
    ----------
    n : int
        Number of values.
    mean, median, q1, q3, least, largest : float
        nan without a value.
    standard_deviation : float
        With ``n - 1``; nan with fewer than two values.
    """

    n: int
    mean: float
    standard_deviation: float
    least: float
    q1: float
    median: float
    q3: float
    largest: float


def summarise_sample(values: Iterable[float]) -> SampleSummary:
    """Summarise a sample.

    Parameters
    ----------
    values : iterable of float
        Finite numbers, in any order; a missing value is left out before.

    Returns
    -------
    SampleSummary
        With nan for what the sample does not allow.

    Raises
    ------
    ValueError
        If a value is no finite number.

    Examples
    --------
    >>> found = summarise_sample([61, 48, 70, 55])
    >>> found.n, found.mean, round(found.standard_deviation, 3), found.median
    (4, 58.5, 9.327, 58.0)
    """
    ordered = sorted(values)
    for value in ordered:
        check_finite("values", value, least=-_LARGEST)
    if not ordered:
        return SampleSummary(0, nan, nan, nan, nan, nan, nan, nan)
    mean = fsum(ordered) / len(ordered)
    q1, median, q3 = (quantile(ordered, share) for share in (0.25, 0.5, 0.75))
    spread = _standard_deviation(ordered, mean)
    return SampleSummary(len(ordered), mean, spread, ordered[0], q1, median, q3, ordered[-1])


_LARGEST = 1.7976931348623157e308


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of a sample that is in order.

    Parameters
    ----------
    ordered : sequence of float
        The values, the least first.
    share : float
        Share of the sample below it, from 0 to 1.

    Returns
    -------
    float
        nan without a value.

    Raises
    ------
    ValueError
        If the share lies outside 0 to 1.

    Notes
    -----
    With ``h = (n - 1) share`` it lies between the values of rank ``floor(h)`` and the next,
    counted from 0, as far along as the fraction of ``h``.

    Source: Hyndman and Fan 1996, definition 7.

    Examples
    --------
    >>> quantile([48, 55, 61, 70], 0.25)
    53.25
    """
    if not 0 <= share <= 1:
        msg = f"share must lie from 0 to 1, not {share!r}"
        raise ValueError(msg)
    if not ordered:
        return nan
    place = (len(ordered) - 1) * share
    below = min(floor(place), len(ordered) - 1)
    low, high = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
    return low + (place - below) * (high - low)


def _standard_deviation(values: Sequence[float], mean: float) -> float:
    if len(values) == 1:
        return nan
    squares = fsum((value - mean) ** 2 for value in values)
    return sqrt(squares / (len(values) - 1)) if isfinite(squares) else nan
