"""Kaplan-Meier estimation for one arm: curve, quantiles, restricted mean, follow-up.

Times are in the unit of the input. An event and a censoring at the same time
are ordered event first, so the censored subject still counts as at risk. Times
tie when they are equal as floats: convert days to months once, by one formula.

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
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np

from trialwright.stats.result import Estimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]
    Flags = NDArray[np.bool_]

Band = Literal["log-log", "log", "plain", "logit", "arcsin"]
_SITS_ON = 1e-9  # |S(t) - p| at or below this counts as S(t) == p


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
    def fit(cls, time: ArrayLike, event: ArrayLike) -> KaplanMeier:
        """Fit the curve of right-censored times.

        Parameters
        ----------
        time : array_like, shape (n,)
            Follow-up, non-negative and finite, one unit throughout (months in this package).
        event : array_like of bool, shape (n,)
            True (or 1) for an event, False (or 0) for a censoring.

        Returns
        -------
        KaplanMeier
            The curve with its counts.

        Raises
        ------
        ValueError
            If the shapes differ, there is no patient, a time is negative, missing or
            infinite, or an event is neither true nor false; the message names the index.

        Examples
        --------
        >>> curve = KaplanMeier.fit([2.0, 4.0, 4.0, 7.5], [True, True, False, True])
        >>> curve.quantile(0.5).value
        5.75
        """
        t, e = _check(time, event)
        u, group = np.unique(t, return_inverse=True)
        total = np.bincount(group, minlength=u.size)
        d = np.bincount(group[e], minlength=u.size)
        n = t.size - (np.cumsum(total) - total)
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = np.cumsum(np.where(d > 0, d / (n * (n - d)), 0.0))
        curve = cls(u, n, d, total - d, np.cumprod((n - d) / n, dtype=float), variance)
        for array in (u, n, d, curve.n_censor, curve.survival, variance):
            array.setflags(write=False)
        return curve

    def at(self, time: float, *, level: float = 0.95, band: Band = "log-log") -> Estimate:
        """Return the event-free probability at ``time``.

        ``nan`` after the last follow-up if the curve has not reached 0 by then: nobody was
        watched that long. The limits are ``nan`` before the first event and once the curve
        is at 0, where Greenwood's variance says nothing.

        Parameters
        ----------
        time : float
            Time of interest, 0 or more, in the unit of the fit.
        level : float
            Two-sided confidence level, in (0, 1).
        band : {"log-log", "log", "plain", "logit", "arcsin"}
            Scale on which the interval is symmetric.

        Raises
        ------
        ValueError
            If ``time`` is negative or missing, or ``level`` or ``band`` is not allowed.
        """
        low, high = self.limits(level=level, band=band)
        _check_horizon("time", time)
        i = int(np.searchsorted(self.time, time, side="right")) - 1
        nan = float("nan")
        if i < 0:
            return Estimate(1.0, nan, nan, level, band)
        if self._is_beyond(time):
            return Estimate(nan, nan, nan, level, band)
        return Estimate(float(self.survival[i]), float(low[i]), float(high[i]), level, band)

    def quantile(self, p: float = 0.5, *, level: float = 0.95, band: Band = "log-log") -> Estimate:
        """Return the time by which a fraction ``p`` had the event (0.5: the median).

        Where the curve is flat at ``1 - p`` the middle of the flat is returned, as R and SAS
        do; a flat that lasts to the end of follow-up ends there, as in R. ``nan`` if the
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
        if not 0 < p < 1:
            msg = f"p must lie strictly between 0 and 1, not {p}"
            raise ValueError(msg)
        low, high = self.limits(level=level, band=band)
        value, early, late = (self._cross(c, 1 - p) for c in (self.survival, low, high))
        return Estimate(value, early, late, level, band)

    def rmst(self, tau: float, *, level: float = 0.95) -> Estimate:
        """Return the mean event-free time up to ``tau``, with its Greenwood interval.

        ``nan`` if ``tau`` lies after the last follow-up and the curve has not reached 0.

        Parameters
        ----------
        tau : float
            Horizon, 0 or more, in the unit of the fit.
        level : float
            Two-sided confidence level, in (0, 1).

        Raises
        ------
        ValueError
            If ``tau`` is negative or missing, or ``level`` is not allowed.
        """
        z = _normal_quantile(level)
        _check_horizon("tau", tau)
        if self._is_beyond(tau):
            nan = float("nan")
            return Estimate(nan, nan, nan, level, "plain")
        inside = self.time < tau
        area = np.diff(np.r_[0.0, self.time[inside], tau]) * np.r_[1.0, self.survival[inside]]
        mean, beyond = float(area.sum()), area.sum() - np.cumsum(area)[:-1]
        d, n = self.n_event[inside], self.n_risk[inside]
        use = (d > 0) & (n > d)
        se = float(np.sqrt(np.sum(beyond[use] ** 2 * d[use] / (n[use] * (n[use] - d[use])))))
        return Estimate(mean, mean - z * se, mean + z * se, level, "plain")

    def at_risk(self, times: ArrayLike) -> Counts:
        """Return the numbers printed under a figure: patients with follow-up >= each time.

        Parameters
        ----------
        times : array_like, shape (m,)
            Times of the axis ticks, 0 or more.

        Returns
        -------
        ndarray of int, shape (m,)
            Patients at risk just before each time; those who leave at it still count.

        Raises
        ------
        ValueError
            If a time is negative or missing; the message names its index.
        """
        ticks = np.atleast_1d(np.asarray(times, float))
        _refuse("times", ticks, ~(ticks >= 0), "a number >= 0")
        left: Counts = np.append(self.n_risk, 0)
        return left[np.searchsorted(self.time, ticks, side="left")]

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
        if band not in _BANDS:
            msg = f"band must be one of {sorted(_BANDS)}, not {band!r}"
            raise ValueError(msg)
        half = _normal_quantile(level) * np.sqrt(self.greenwood)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            pair = np.clip(np.array(_BANDS[band](self.survival, half)), 0.0, 1.0)
        pair[:, (self.greenwood == 0) | (self.survival == 0)] = np.nan
        return pair[0], pair[1]

    def _cross(self, curve: Floats, height: float) -> float:
        reached = np.flatnonzero(curve <= height + _SITS_ON)
        if reached.size == 0:
            return float("nan")
        first = float(self.time[reached[0]])
        if curve[reached[0]] < height - _SITS_ON:
            return first
        below = np.flatnonzero(curve < height - _SITS_ON)
        end = float(self.time[below[0]] if below.size else self.time[-1])
        return (first + end) / 2

    def _is_beyond(self, time: float) -> bool:
        return bool(time > self.time[-1] and self.survival[-1] > 0)


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
    t, e = _check(time, event)
    return KaplanMeier.fit(t, ~e)


def _check(time: ArrayLike, event: ArrayLike) -> tuple[Floats, Flags]:
    t, e = np.asarray(time, float), np.asarray(event)
    if t.shape != e.shape or t.ndim != 1:
        msg = f"time {t.shape} and event {e.shape} must be 1-d and of one length"
        raise ValueError(msg)
    if t.size == 0:
        msg = "time is empty: a curve needs at least one patient"
        raise ValueError(msg)
    _refuse("time", t, ~(np.isfinite(t) & (t >= 0)), "a finite number >= 0")
    if e.dtype != np.bool_:
        _refuse("event", e, ~np.isin(e, (0, 1)), "True or False (1 or 0)")
    return t, e.astype(np.bool_)


def _refuse(name: str, values: NDArray[np.generic], wrong: Flags, wanted: str) -> None:
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        msg = f"{name}[{i}] is {values[i]}; every one must be {wanted}"
        raise ValueError(msg)


def _check_horizon(name: str, value: float) -> None:
    if not value >= 0:
        msg = f"{name} must be a number >= 0, not {value}"
        raise ValueError(msg)


def _normal_quantile(level: float) -> float:
    if not 0 < level < 1:
        msg = f"level must lie strictly between 0 and 1, such as 0.95, not {level}"
        raise ValueError(msg)
    return NormalDist().inv_cdf(0.5 + level / 2)


def _log_log(s: Floats, half: Floats) -> tuple[Floats, Floats]:
    w = half / np.log(s)
    return s ** np.exp(-w), s ** np.exp(w)


def _log(s: Floats, half: Floats) -> tuple[Floats, Floats]:
    return s * np.exp(-half), s * np.exp(half)


def _plain(s: Floats, half: Floats) -> tuple[Floats, Floats]:
    return s * (1 - half), s * (1 + half)


def _logit(s: Floats, half: Floats) -> tuple[Floats, Floats]:
    x, w = np.log(s / (1 - s)), half / (1 - s)
    return 1 / (1 + np.exp(w - x)), 1 / (1 + np.exp(-w - x))


def _arcsin(s: Floats, half: Floats) -> tuple[Floats, Floats]:
    x, w = np.arcsin(np.sqrt(s)), half / 2 * np.sqrt(s / (1 - s))
    return np.sin(np.maximum(x - w, 0)) ** 2, np.sin(np.minimum(x + w, np.pi / 2)) ** 2


_BANDS: dict[str, Callable[[Floats, Floats], tuple[Floats, Floats]]] = {
    "log-log": _log_log,
    "log": _log,
    "plain": _plain,
    "logit": _logit,
    "arcsin": _arcsin,
}
