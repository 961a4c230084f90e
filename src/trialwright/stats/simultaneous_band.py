"""Simultaneous bands of a Kaplan-Meier curve: Hall-Wellner and equal precision.

A pointwise interval covers the event-free probability at one time chosen beforehand; a band
covers the whole curve between two times at once, with the stated level in large samples.

The critical values are computed, in ``stats.band_critical_values``, not read off a printed table.

Sources
-------
Hall & Wellner 1980; Nair 1984; Borgan & Liestøl 1990: the bands and their scales. Andersen,
Borgan, Gill & Keiding 1993, section IV.3.3: how they hold for left-truncated times.
Oracle: R km.ci 0.5-6, the tables it carries, and simulated processes,
``tests/oracle/stats/test_simultaneous_band_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from trialwright.stats.band_critical_values import (
    LEVELS,
    SOLUTIONS,
    equal_precision_critical_value,
    hall_wellner_critical_value,
)
from trialwright.stats.checks import check_at_least, check_choice, check_inside
from trialwright.stats.core.pointwise import limit_at
from trialwright.stats.kaplan_meier import SCALES

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from numpy.typing import NDArray

    from trialwright.stats.band_critical_values import Solution
    from trialwright.stats.kaplan_meier import Band, KaplanMeier
    from trialwright.stats.result import State

    Floats = NDArray[np.float64]

BandMethod = Literal["Hall-Wellner", "equal precision", "equal precision, Miller-Siegmund"]
_CRITICAL_VALUES: dict[BandMethod, Callable[..., float]] = {
    "Hall-Wellner": hall_wellner_critical_value,
    "equal precision": equal_precision_critical_value,
    "equal precision, Miller-Siegmund": partial(
        equal_precision_critical_value, solution="Miller-Siegmund"
    ),
}
_NAN = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class SimultaneousBand:
    """A band of a curve: read-only arrays of shape (k,), one entry per distinct time.

    Parameters
    ----------
    time, survival : ndarray of float, shape (k,)
        Distinct times, ascending, and the event-free probability from each on.
    low, high : ndarray of float, shape (k,)
        The band from each time on, within 0 and 1; ``nan`` outside the interval.
    level : float
        Confidence level of the band as a whole, in (0.001, 0.999999).
    method : {"Hall-Wellner", "equal precision", "equal precision, Miller-Siegmund"}
        How the width varies with time, and whether the critical value is an approximation.
    scale : {"log-log", "log", "plain", "logit", "arcsin"}
        Scale on which the band is symmetric.
    t_low, t_high : float
        The interval over which the band holds, in the unit of the curve.
    a_low, a_high : float
        a = n v / (1 + n v) at its ends, v Greenwood's variance of log S, n the patients.
    critical_value : float
        What the supremum of the limiting process exceeds with probability 1 - level.
    state : {"estimated", "not estimable"}
        "not estimable" where no event inside the interval leaves the curve above 0.
    """

    time: Floats
    survival: Floats
    low: Floats
    high: Floats
    level: float
    method: BandMethod
    scale: Band
    t_low: float
    t_high: float
    a_low: float
    a_high: float
    critical_value: float
    state: State = "estimated"

    def __str__(self) -> str:
        """Write a caption: ``95 % Hall-Wellner band, log-log scale, from 6.0 to 23.0``."""
        if self.state == "not estimable":
            return self.state
        name = f"{100 * self.level:.6g} % {self.method} band, {self.scale} scale"
        return f"{name}, from {self.t_low:.1f} to {self.t_high:.1f}"

    def to_frame(self) -> pl.DataFrame:
        """Return the band as a table, one row per distinct time of the curve."""
        import polars as pl

        curve = {name: getattr(self, name) for name in ("time", "survival", "low", "high")}
        once = ("level", "method", "scale", "t_low", "t_high", "critical_value", "state")
        return pl.DataFrame(curve).with_columns(
            pl.lit(getattr(self, name)).alias(name) for name in once
        )


def hall_wellner_band(
    curve: KaplanMeier,
    *,
    level: float = 0.95,
    scale: Band = "log-log",
    t_low: float | None = None,
    t_high: float | None = None,
) -> SimultaneousBand:
    """Draw the Hall-Wellner band of a curve; without censoring it is Kolmogorov's.

    Parameters
    ----------
    curve : KaplanMeier
        The fitted curve.
    level : float
        Confidence level of the band as a whole, in (0.001, 0.999999).
    scale : {"log-log", "log", "plain", "logit", "arcsin"}
        Scale on which the band is symmetric. SAS: ``CONFTYPE=``, by default log-log; R km.ci:
        ``"hall-wellner"`` is plain, ``"loghall"`` is log-log.
    t_low, t_high : float, optional
        Interval over which the band shall hold, 0 or more, in the unit of the curve. None: the
        first event, and the last that leaves the curve above 0 (km.ci's ``tl`` and ``tu``; SAS:
        ``BANDMINTIME=`` and ``BANDMAXTIME=``). No band starts before the first event.

    Returns
    -------
    SimultaneousBand
        The band, with its interval and critical value.

    Raises
    ------
    ValueError
        If ``level`` or ``scale`` is not allowed, a time is negative or missing, or ``t_low``
        exceeds ``t_high``.

    Notes
    -----
    Source: Hall & Wellner 1980. The half-width of log S is h (1 + n v) / sqrt(n), with h from
    `hall_wellner_critical_value`.

    Examples
    --------
    >>> from trialwright.stats import KaplanMeier
    >>> curve = KaplanMeier.fit([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1, 1, 0, 1, 1, 0])
    >>> str(hall_wellner_band(curve))
    '95 % Hall-Wellner band, log-log scale, from 1.0 to 5.0'
    """
    return _draw(curve, "Hall-Wellner", level, scale, (t_low, t_high))


def equal_precision_band(
    curve: KaplanMeier,
    *,
    level: float = 0.95,
    scale: Band = "log-log",
    t_low: float | None = None,
    t_high: float | None = None,
    solution: Solution = "exact",
) -> SimultaneousBand:
    """Draw Nair's equal-precision band: the pointwise limits with a larger normal quantile.

    Parameters
    ----------
    curve : KaplanMeier
        The fitted curve.
    level : float
        Confidence level of the band as a whole, in (0.001, 0.999999).
    scale : {"log-log", "log", "plain", "logit", "arcsin"}
        Scale on which the band is symmetric. SAS: ``CONFTYPE=``, by default log-log; R km.ci:
        ``"epband"`` is plain, ``"logep"`` is log-log.
    t_low, t_high : float, optional
        Interval over which the band shall hold, as for `hall_wellner_band`.
    solution : {"exact", "Miller-Siegmund"}
        How the critical value is worked out, as for `equal_precision_critical_value`; the second,
        for a ``level`` of 0.8 or more, is that of the printed table and of km.ci.

    Returns
    -------
    SimultaneousBand
        The band, with its interval and critical value.

    Raises
    ------
    ValueError
        As for `hall_wellner_band`, or if ``solution`` is not allowed.

    Notes
    -----
    Source: Nair 1984. The half-width of log S is c sqrt(v), with c from
    `equal_precision_critical_value`.

    Examples
    --------
    >>> from trialwright.stats import KaplanMeier
    >>> curve = KaplanMeier.fit([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1, 1, 0, 1, 1, 0])
    >>> round(equal_precision_band(curve).critical_value, 4)
    2.9429
    """
    check_choice("solution", solution, SOLUTIONS)
    exact = solution == "exact"
    method: BandMethod = "equal precision" if exact else "equal precision, Miller-Siegmund"
    return _draw(curve, method, level, scale, (t_low, t_high))


def _draw(
    curve: KaplanMeier,
    method: BandMethod,
    level: float,
    scale: Band,
    wanted: tuple[float | None, float | None],
) -> SimultaneousBand:
    check_inside("level", level, *LEVELS)
    check_choice("scale", scale, tuple(SCALES))
    rows, t_low, t_high = _interval(curve, *_check_interval(*wanted))
    low, high = np.full(curve.time.size, _NAN), np.full(curve.time.size, _NAN)
    a_low = a_high = critical = _NAN
    if rows:
        n = int(curve.n_event.sum() + curve.n_censor.sum())
        spread = n * curve.greenwood[rows[0] : rows[-1] + 1]
        a_low, a_high = (float(v / (1 + v)) for v in (spread[0], spread[-1]))
        critical = _CRITICAL_VALUES[method](a_low, a_high, level=level)
        hall = method == "Hall-Wellner"
        # in pointwise standard errors of log S
        widths = critical * ((1 + spread) / np.sqrt(spread) if hall else np.ones(len(rows)))
        for row, z in zip(rows, widths.tolist(), strict=True):
            known = float(curve.survival[row]), float(curve.greenwood[row]), z, SCALES[scale]
            low[row], high[row] = limit_at(*known, -1), limit_at(*known, 1)
    low.setflags(write=False)
    high.setflags(write=False)
    limits = (curve.time, curve.survival, low, high)
    ends = (t_low, t_high, a_low, a_high, critical)
    state: State = "estimated" if rows else "not estimable"
    return SimultaneousBand(*limits, level, method, scale, *ends, state)


def _check_interval(t_low: float | None, t_high: float | None) -> tuple[float, float | None]:
    low = 0.0 if t_low is None else check_at_least("t_low", t_low)
    if t_high is None:
        return low, None
    high = check_at_least("t_high", t_high)
    if low > high:
        msg = f"t_low must not exceed t_high, but {t_low} > {t_high}"
        raise ValueError(msg)
    return low, high


def _interval(curve: KaplanMeier, t_low: float, t_high: float | None) -> tuple[range, float, float]:
    """Return the rows that say what the curve is in the interval, and the interval itself."""
    usable = np.flatnonzero((curve.greenwood > 0) & (curve.survival > 0))
    if usable.size == 0:
        return range(0), _NAN, _NAN
    events = usable[curve.n_event[usable] > 0]
    first, last = usable[0], events[-1] if t_high is None else usable[-1]
    begin = max(t_low, float(curve.time[first]))
    end = float(curve.time[last]) if t_high is None else min(t_high, float(curve.time[last]))
    if begin > end:
        return range(0), _NAN, _NAN
    begin_row, end_row = np.searchsorted(curve.time, [begin, end], side="right") - 1
    return range(int(begin_row), int(end_row) + 1), begin, end
