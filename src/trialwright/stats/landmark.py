"""Test the event-free rate at a landmark, such as 12 months, against a historical rate.

Where everyone was followed to the landmark or had the event before, the patients are counted and
the test is exact. Where some were censored earlier, the Kaplan-Meier estimate is tested with
Greenwood's variance; it agrees with the interval of `KaplanMeier.at` on the same scale.

Sources
-------
Exact: Clopper & Pearson 1934; mid-P: Lancaster 1961. Kaplan-Meier: Klein, Logan, Harhoff &
Andersen 2007, Statistics in Medicine 26, for one sample and on each scale.
Oracle: the R intervals that ``tests/oracle/stats`` holds `KaplanMeier` to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.checks import (
    check_at_least,
    check_choice,
    check_inside,
    check_times,
    refuse,
)
from trialwright.stats.core.pointwise import is_by, row_at
from trialwright.stats.kaplan_meier import SCALES
from trialwright.stats.near_ties import join_near_ties
from trialwright.stats.rate_test import RateTest, exact_rate_test
from trialwright.stats.result import ALTERNATIVES, Reported, show_p_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from trialwright.stats.kaplan_meier import Band, KaplanMeier
    from trialwright.stats.result import Alternative, State

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class LandmarkTest(Reported):
    """An event-free rate at a landmark set against a historical rate.

    Parameters
    ----------
    landmark : float
        Time of the rate, in the unit of the data.
    value : float
        Kaplan-Meier estimate of the event-free rate; ``nan`` beyond the last follow-up.
    null_rate : float
        The historical event-free rate, in (0, 1).
    statistic : float
        Standard normal under the null hypothesis; positive where the rate is above it.
    p_value : float
        In [0, 1]; ``nan`` where there is no variance.
    alternative : {"greater", "less", "two-sided"}
        What the rate is if not the historical one.
    method : {"log-log", "log", "plain", "logit", "arcsin"}
        Scale on which the estimate is compared.
    state : {"estimated", "not estimable"}
        "not estimable" beyond the last follow-up, and where nobody or everybody had the event.
    """

    landmark: float
    value: float
    null_rate: float
    statistic: float
    p_value: float
    alternative: Alternative
    method: Band
    state: State = "estimated"

    def __str__(self) -> str:
        """Write a report cell: ``61.4 % at 24 against 40 %: p = 0.1084 (log-log, greater)``."""
        value = "NE" if math.isnan(self.value) else f"{100 * self.value:.1f} %"
        against = f"{value} at {self.landmark:g} against {100 * self.null_rate:g} %"
        if self.state == "not estimable":
            return f"{against}: {self.state}"
        return f"{against}: {show_p_value(self.p_value)} ({self.method}, {self.alternative})"


def exact_landmark_test(
    time: ArrayLike,
    event: ArrayLike,
    landmark: float,
    null_rate: float,
    *,
    alternative: Alternative,
    mid_p: bool = False,
) -> RateTest:
    """Test the event-free rate at a landmark by the binomial distribution.

    Parameters
    ----------
    time : array_like, shape (n,)
        Follow-up, 0 or more and finite.
    event : array_like of bool, shape (n,)
        True (or 1) for an event, False (or 0) for a censoring.
    landmark : float
        Time of the rate, above 0. An event at it counts as had, and who is censored at it was
        followed to it, rounding apart.
    null_rate : float
        The historical event-free rate, in (0, 1).
    alternative : {"greater", "less", "two-sided"}
        "greater": the treatment is of interest if more are event-free than in the past.
    mid_p : bool
        Count the observed number by half in each tail.

    Returns
    -------
    RateTest
        ``successes`` are the patients free of the event at the landmark, of all ``n``. Two-sided
        p-values are doubled, as the Clopper-Pearson interval asks for.

    Raises
    ------
    ValueError
        If a patient was censored before the landmark (the message names the index): leaving the
        patient out, or counting either way, would bias the rate; use `landmark_test`. Also as for
        `KaplanMeier.fit` and `exact_rate_test`.

    Notes
    -----
    Source and oracle are those of `exact_rate_test`: R ``binom.test``.

    Examples
    --------
    >>> months, event = [3, 5, 8, 12, 12, 14, 20, 24], [1, 1, 1, 0, 0, 1, 0, 0]
    >>> print(exact_landmark_test(months, event, 12, 0.40, alternative="greater"))
    5/8 (62.5 %) against 40 %: p = 0.1737 (exact, one-sided, greater)
    """
    t, e, _ = check_times(time, event)
    check_inside("landmark", landmark, 0.0, math.inf)
    short = ~e & [not is_by(landmark, time) for time in t.tolist()]
    wanted = f"followed to {landmark:g} or have the event (censored: use landmark_test)"
    refuse("time", t, short, wanted)
    times, place = np.unique(join_near_ties(t)[0], return_inverse=True)
    had = int((e & (place <= row_at(times.tolist(), times.size, landmark))).sum())
    return exact_rate_test(t.size - had, t.size, null_rate, alternative=alternative, mid_p=mid_p)


def landmark_test(
    curve: KaplanMeier,
    landmark: float,
    null_rate: float,
    *,
    alternative: Alternative,
    band: Band = "log-log",
) -> LandmarkTest:
    """Test the Kaplan-Meier estimate of the event-free rate at a landmark.

    Parameters
    ----------
    curve : KaplanMeier
        The fitted curve, with late entries if there are any.
    landmark : float
        Time of the rate, 0 or more.
    null_rate : float
        The historical event-free rate, in (0, 1).
    alternative : {"greater", "less", "two-sided"}
        "greater": the treatment is of interest if more are event-free than in the past.
    band : {"log-log", "log", "plain", "logit", "arcsin"}
        Scale on which the difference is divided by Greenwood's standard error.

    Returns
    -------
    LandmarkTest
        One-sided, p is at or below alpha exactly where ``curve.at(landmark, level=1 - 2 * alpha,
        band=band)`` excludes ``null_rate`` on that side; two-sided, where the interval of level
        1 - alpha does.

        "not estimable" beyond the last follow-up, and where the estimate is 1 or 0, so that
        Greenwood's variance says nothing; `exact_landmark_test` answers there if all were followed.

    Raises
    ------
    ValueError
        If ``landmark`` is negative or missing, ``null_rate`` lies outside (0, 1), or a word is
        not allowed.

    Notes
    -----
    Source: Klein et al. 2007; the variance is taken at the estimate, not at ``null_rate``. R and
    SAS print no such test: compare their interval with the historical rate. R's ``survfit``
    default is ``band="log"``, that of SAS ``PROC LIFETEST`` "log-log".

    Examples
    --------
    >>> from trialwright.stats.kaplan_meier import KaplanMeier
    >>> curve = KaplanMeier.fit([3, 5, 6, 8, 12, 14, 20, 24], [1, 1, 0, 1, 0, 1, 0, 0])
    >>> print(landmark_test(curve, 12, 0.40, alternative="greater"))
    60.0 % at 12 against 40 %: p = 0.1621 (log-log, greater)
    """
    check_at_least("landmark", landmark)
    p0 = check_inside("null_rate", null_rate)
    check_choice("alternative", alternative, ALTERNATIVES)
    check_choice("band", band, tuple(SCALES))
    value = curve.at(landmark).value
    if not 0 < value < 1:
        return LandmarkTest(landmark, value, p0, _NAN, _NAN, alternative, band, "not estimable")
    greenwood = float(curve.greenwood[row_at(curve.time, curve.time.size, landmark)])
    z = _DISTANCES[band](value, p0) / math.sqrt(greenwood)
    return LandmarkTest(landmark, value, p0, z, _tail(z, alternative), alternative, band)


def _tail(z: float, alternative: Alternative) -> float:
    if alternative == "two-sided":
        return math.erfc(abs(z) / math.sqrt(2))
    return math.erfc((z if alternative == "greater" else -z) / math.sqrt(2)) / 2


# Distance from p0 to S on each scale, in units of the standard error of log S: g(S) - g(p0) over
# |S g'(S)|, which undoes the limits of `KaplanMeier.at`.
def _log_log(s: float, p0: float) -> float:
    return (math.log(-math.log(p0)) - math.log(-math.log(s))) * -math.log(s)


def _log(s: float, p0: float) -> float:
    return math.log(s / p0)


def _plain(s: float, p0: float) -> float:
    return (s - p0) / s


def _logit(s: float, p0: float) -> float:
    return math.log(s * (1 - p0) / (p0 * (1 - s))) * (1 - s)


def _arcsin(s: float, p0: float) -> float:
    return 2 * (math.asin(math.sqrt(s)) - math.asin(math.sqrt(p0))) * math.sqrt((1 - s) / s)


_DISTANCES: dict[str, Callable[[float, float], float]] = {
    "log-log": _log_log,
    "log": _log,
    "plain": _plain,
    "logit": _logit,
    "arcsin": _arcsin,
}
