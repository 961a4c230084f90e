"""Kaplan-Meier estimation for one arm: curve, quantiles, restricted mean, follow-up.

Times are in the unit of the input. An event and a censoring at the same time
are ordered event first, so the censored subject still counts as at risk. Times
that differ by rounding alone are one time, as in R (``timefix``).

The formulas stand in ``stats.core.product_limit`` and ``stats.core.pointwise``,
shared with the simulator; a large curve runs the same source compiled.

Which median rule and which band are the default, and what R and SAS print:
``docs/decisions/001-median-and-interval.md``.

Sources
-------
Kaplan & Meier 1958. Brookmeyer & Crowley 1982: quantile interval by inverting
the pointwise band. Kalbfleisch & Prentice 2002, section 1.4: log-log band.
Schemper & Smith 1996: follow-up by the reverse Kaplan-Meier estimate.
Oracle: R survival::survfit, ``tests/oracle/stats/test_kaplan_meier_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from trialwright.stats.at_risk import count_at_risk
from trialwright.stats.checks import (
    check_at_least,
    check_choice,
    check_finite,
    check_inside,
    check_times,
    normal_quantile,
)
from trialwright.stats.core.large import LargeCurves, PlainCurves
from trialwright.stats.core.pointwise import Scale, Side, is_beyond, limit_at, row_at
from trialwright.stats.core.product_limit import Curve, as_steps
from trialwright.stats.near_ties import join_near_ties
from trialwright.stats.result import Estimate

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    from trialwright.stats.result import State

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]
    Flags = NDArray[np.bool_]

Band = Literal["log-log", "log", "plain", "logit", "arcsin"]
SCALES: dict[str, Scale] = {
    "log-log": Scale.LOG_LOG,
    "log": Scale.LOG,
    "plain": Scale.PLAIN,
    "logit": Scale.LOGIT,
    "arcsin": Scale.ARCSIN,
}
# Measured (benchmarks/stats.py): from here on loading machine code pays.
COMPILED_FROM = 50_000  # patients, or distinct times
_NAN = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class KaplanMeier:
    """A fitted curve: read-only arrays of shape (k,), one entry per distinct time, ascending.

    Parameters
    ----------
    time : ndarray of float, shape (k,)
        Distinct times; the curve is 1 before the first event.
    n_risk, n_event, n_censor : ndarray of int, shape (k,)
        Patients at risk just before each time, with the event at it, censored at it.
    survival : ndarray of float, shape (k,)
        Event-free probability from each time on.
    greenwood : ndarray of float, shape (k,)
        Running sum of d / (n (n - d)), the variance of log S; infinite where S is 0.
    """

    time: Floats
    n_risk: Counts
    n_event: Counts
    n_censor: Counts
    survival: Floats
    greenwood: Floats

    @classmethod
    def fit(cls, time: ArrayLike, event: ArrayLike, entry: ArrayLike | None = None) -> KaplanMeier:
        """Fit the curve of right-censored, and if need be left-truncated, times.

        Parameters
        ----------
        time : array_like, shape (n,)
            Follow-up, non-negative and finite, one unit throughout (months in this package).
        event : array_like of bool, shape (n,)
            True (or 1) for an event, False (or 0) for a censoring.
        entry : array_like, shape (n,), optional
            When each patient came under observation; at risk from just after it. None: all of
            them at the start. Once the risk set of a few early entrants has had its last event
            the curve is 0 and stays there, as in R: start it later where that happens.

        Returns
        -------
        KaplanMeier
            The curve with its counts.

        Raises
        ------
        ValueError
            If the shapes differ, there is no patient, a time is negative, missing or
            infinite, an entry does not lie before its time, or an event is neither true nor
            false; the message names the index.

        Notes
        -----
        Source: Kaplan & Meier 1958; late entry: Lynden-Bell 1971, R's ``Surv(entry, time,
        event)``.

        Examples
        --------
        >>> curve = KaplanMeier.fit([2.0, 4.0, 4.0, 7.5], [True, True, False, True])
        >>> curve.quantile(0.5).value
        5.75
        """
        t, e, begin = check_times(time, event, entry)
        return cls(*_written_curve(t, e, begin))

    def __str__(self) -> str:
        """Write the curve in a line: patients, events and the median with its interval."""
        patients, events = int(self.n_event.sum() + self.n_censor.sum()), int(self.n_event.sum())
        return f"{patients} patients, {events} events; median {self.quantile(0.5)}"

    @property
    def standard_error(self) -> Floats:
        """Greenwood's standard error of S(t), shape (k,); ``nan`` once the curve is at 0."""
        with np.errstate(invalid="ignore"):
            return self.survival * np.sqrt(self.greenwood)

    def at(self, time: float, *, level: float = 0.95, band: Band = "log-log") -> Estimate:
        """Return the event-free probability at ``time``: the landmark rate.

        An event at ``time`` counts, also one that is there but for rounding, where R's
        ``summary(times=)`` compares exactly. "not estimable" after the last follow-up if the curve
        has not reached 0 by then: nobody was watched that long. The limits are ``nan`` before the
        first event and once the curve is at 0, where Greenwood's variance says nothing.

        Parameters
        ----------
        time : float
            Time of interest, 0 or more, in the unit of the fit; infinity: in the end.
        level : float
            Two-sided confidence level, in (0, 1).
        band : {"log-log", "log", "plain", "logit", "arcsin"}
            Scale on which the interval is symmetric.

        Raises
        ------
        ValueError
            If ``time`` is negative or missing, or ``level`` or ``band`` is not allowed.
        """
        z, scale = _choices(level, band)
        check_at_least("time", time)
        if self._is_beyond(time):
            return Estimate(_NAN, _NAN, _NAN, level, band, "probability", "not estimable")
        row = row_at(self.time, self.time.size, time)
        if row < 0:
            return Estimate(1.0, _NAN, _NAN, level, band, "probability")
        value, greenwood = float(self.survival[row]), float(self.greenwood[row])
        low, high = (limit_at(value, greenwood, z, scale, side) for side in (Side.LOW, Side.HIGH))
        return Estimate(value, low, high, level, band, "probability")

    def quantile(self, p: float = 0.5, *, level: float = 0.95, band: Band = "log-log") -> Estimate:
        """Return the time by which a fraction ``p`` had the event (0.5: the median).

        Where the curve is flat at ``1 - p`` the middle of the flat is returned, as R and SAS
        do; a flat that lasts to the end of follow-up ends there, as in R. "not reached" if the
        curve never comes down to it.

        Parameters
        ----------
        p : float
            Fraction of patients with the event, in (0, 1).
        level : float
            Two-sided confidence level, in (0, 1).
        band : {"log-log", "log", "plain", "logit", "arcsin"}
            Pointwise band that is inverted (Brookmeyer & Crowley).

        Raises
        ------
        ValueError
            If ``p``, ``level`` or ``band`` is not allowed.
        """
        height = 1 - check_inside("p", p)
        z, scale = _choices(level, band)
        rules, curve, rows = self._ready()
        steps = as_steps(curve)
        value, low, high = (
            rules.time_of(steps, rows, height, z, int(scale), int(side))
            for side in (Side.ESTIMATE, Side.LOW, Side.HIGH)
        )
        state: State = "not reached" if np.isnan(value) else "estimated"
        return Estimate(value, low, high, level, band, "time", state)

    def rmst(self, tau: float, *, level: float = 0.95) -> Estimate:
        """Return the mean event-free time up to ``tau``, with its Greenwood interval.

        "not estimable" if ``tau`` lies after the last follow-up and the curve has not reached 0.
        The limits are ``nan`` where no event says how the mean varies (R: a standard error of 0).

        Parameters
        ----------
        tau : float
            Horizon, 0 or more and finite, in the unit of the fit.
        level : float
            Two-sided confidence level, in (0, 1).

        Raises
        ------
        ValueError
            If ``tau`` is negative, missing or infinite, or ``level`` is not allowed.
        """
        z = normal_quantile(level)
        check_finite("tau", tau)
        if self._is_beyond(tau):
            return Estimate(_NAN, _NAN, _NAN, level, "plain", "time", "not estimable")
        rules, curve, rows = self._ready()
        mean = rules.mean_until(curve, rows, tau)
        half = z * float(np.sqrt(rules.variance_of_mean(curve, rows, tau)))
        return Estimate(mean, mean - half, mean + half, level, "plain")

    def at_risk(self, times: ArrayLike) -> Counts:
        """Return the numbers printed under a figure: patients at risk just before each time.

        Parameters
        ----------
        times : array_like, shape (m,)
            Times of the axis ticks, 0 or more.

        Returns
        -------
        ndarray of int, shape (m,)
            Those who leave at a time, rounding apart, still count at it. With late entry: of the
            next distinct time, so a tick between two times may count patients who enter between
            them.

        Raises
        ------
        ValueError
            If a time is negative or missing; the message names its index.
        """
        return count_at_risk(times, self.time, self.n_risk)

    def limits(self, *, level: float = 0.95, band: Band = "log-log") -> tuple[Floats, Floats]:
        """Return the pointwise limits at each of ``time``, shape (k,) each.

        ``nan`` before the first event and once the curve is at zero.

        Parameters
        ----------
        level : float
            Two-sided confidence level, in (0, 1).
        band : {"log-log", "log", "plain", "logit", "arcsin"}
            Scale on which the interval is symmetric.

        Raises
        ------
        ValueError
            If ``level`` or ``band`` is not allowed.
        """
        z, scale = _choices(level, band)
        rules, curve, rows = self._ready()
        low, high = np.empty(rows), np.empty(rows)
        rules.write_limits(as_steps(curve), rows, z, int(scale), low, high)
        return low, high

    def to_frame(self, *, level: float = 0.95, band: Band = "log-log") -> pl.DataFrame:
        """Return the curve as a table, one row per distinct time, with its pointwise limits.

        Parameters are those of `limits`.
        """
        import polars as pl

        low, high = self.limits(level=level, band=band)
        columns = ("time", "n_risk", "n_event", "n_censor", "survival", "standard_error")
        return pl.DataFrame(
            {name: getattr(self, name) for name in columns} | {"low": low, "high": high}
        ).with_columns(level=pl.lit(level), method=pl.lit(band))

    def _is_beyond(self, time: float) -> bool:
        return is_beyond(self.time, self.time.size, float(self.survival[-1]), time)

    def _ready(self) -> tuple[PlainCurves, Any, int]:
        """Return the formulas, the curve as they like it best, and its number of times."""
        rows = self.time.size
        columns = (self.time, self.n_risk, self.n_event, self.n_censor, self.survival)
        whole: Any = (*columns, self.greenwood)
        if rows < COMPILED_FROM:
            whole = [column.tolist() for column in whole]
        return _formulas(rows), Curve(*whole), rows


def follow_up(time: ArrayLike, event: ArrayLike) -> KaplanMeier:
    """Fit the reverse Kaplan-Meier curve, whose median is the median follow-up.

    The roles are switched by flipping the status, as ``survfit(Surv(time, 1 - event) ~ 1)``
    does in R: the end of follow-up is the event, and the patient's event is the censoring.
    At a tie the end of follow-up therefore comes first, and a patient who had the event at
    that time still counts as under follow-up.

    Parameters
    ----------
    time : array_like, shape (n,)
        Follow-up, non-negative and finite, as for `KaplanMeier.fit`.
    event : array_like of bool, shape (n,)
        True for the patient's event (death, for overall survival), False for a censoring.

    Returns
    -------
    KaplanMeier
        ``follow_up(...).quantile(0.5)`` is the median follow-up; ``nan`` if nobody, or too
        few, were censored.

    Raises
    ------
    ValueError
        As for `KaplanMeier.fit`.

    Notes
    -----
    Source: Schemper & Smith 1996.

    Examples
    --------
    >>> follow_up([3.0, 5.0, 8.0, 9.0], [True, False, False, False]).quantile(0.5).value
    8.0
    """
    t, e, _ = check_times(time, event)
    return KaplanMeier.fit(t, ~e)


def _written_curve(time: Floats, event: Flags, entry: Floats | None) -> list[NDArray[Any]]:
    """Return the read-only columns of the curve of checked times."""
    kinds = (np.float64, np.int64, np.int64, np.int64, np.float64, np.float64)
    patients: Any = _in_order(time, event, entry)
    if time.size < COMPILED_FROM:  # lists are what plain Python reads and writes fastest
        curve: Any = Curve._make([0] * time.size for _ in kinds)
        patients = [column.tolist() for column in patients]
    else:
        curve = Curve._make(np.empty(time.size, kind) for kind in kinds)
    rules = _formulas(time.size)
    if entry is None:  # otherwise joined with the entries
        rules.join_times(patients[0])
    rows = rules.write_curve(*patients, curve)
    keep = np.asarray if 2 * rows > time.size else np.array  # let go of room for many ties
    columns = [keep(column[:rows], kind) for column, kind in zip(curve, kinds, strict=True)]
    for column in columns:
        column.setflags(write=False)
    return columns


def _in_order(time: Floats, event: Flags, entry: Floats | None) -> tuple[Floats, Flags, Floats]:
    """Return times, ascending, with their events, and late entries, ascending by themselves."""
    if entry is not None:
        time, entry = join_near_ties(time, entry)
    order = np.argsort(time)
    late = np.empty(0) if entry is None else np.sort(entry)
    return time[order], event[order], late


def _choices(level: float, band: str) -> tuple[float, Scale]:
    check_choice("band", band, tuple(SCALES))
    return normal_quantile(level), SCALES[band]


_PLAIN, _LARGE = PlainCurves(), LargeCurves()


def _formulas(size: int) -> PlainCurves:
    return _PLAIN if size < COMPILED_FROM else _LARGE
