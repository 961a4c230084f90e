"""One-sample log-rank test: one arm against the survival curve of historical patients.

Each patient is expected to have as many events as the historical cumulative hazard at the end of
the patient's follow-up. E is their sum, O the events that happened; O / E estimates the hazard
ratio against the historical patients.

Sources
-------
Woolson 1981, Biometrics 37: the test against a standard population. Finkelstein, Muzikansky &
Schoenfeld 2003: its use in single-arm trials. Wu 2014 and 2015: the variance (O + E) / 2.
Garwood 1936: the exact Poisson interval.
Oracle: ``tests/oracle/stats/test_one_sample_oracle.py`` (R, and OneArm2stage's ``LRT``).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf, nan
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from trialwright.stats.checks import check_choice, check_level, check_times, refuse
from trialwright.stats.core.one_sample import cumulative_hazard, expected_events
from trialwright.stats.incidence_rate import poisson_limits
from trialwright.stats.result import (
    ALTERNATIVES,
    Estimate,
    Reported,
    show_p_value,
    show_sides,
)
from trialwright.stats.tails import by_alternative, normal_tails

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from trialwright.stats.historical import HistoricalCurve
    from trialwright.stats.result import Alternative, State

    Floats = NDArray[np.float64]

OneSampleMethod = Literal["Wu", "Woolson", "exact Poisson", "mid-P Poisson"]
METHODS: tuple[OneSampleMethod, ...] = get_args(OneSampleMethod)


@dataclass(frozen=True, slots=True)
class OneSampleLogRank(Reported):
    """Events of one arm against those its historical curve expects.

    Parameters
    ----------
    n : int
        Patients.
    observed : int
        O, the patients with the event.
    expected : float
        E, the events the historical curve expects of the same follow-up.
    statistic : float
        Z, positive where there are fewer events than expected: (E - O) / sqrt(E), or for the
        method "Wu" (E - O) / sqrt((O + E) / 2). ``nan`` if no event is expected.
    p_value : float
        In [0, 1]; ``nan`` if no event is expected.
    alternative : {"less", "greater", "two-sided"}
        What the hazard is, against the historical one, if not equal to it.
    method : {"Wu", "Woolson", "exact Poisson", "mid-P Poisson"}
        Where the p-value comes from.
    history : str
        The historical curve.
    state : {"estimated", "not estimable"}
        "not estimable" if no event is expected.
    """

    n: int
    observed: int
    expected: float
    statistic: float
    p_value: float
    alternative: Alternative
    method: OneSampleMethod
    history: str
    state: State = "estimated"

    def __str__(self) -> str:
        """Write a report cell: ``12 events, 18.4 expected: p = 0.0502 (Wu, one-sided, less)``."""
        events = f"{self.observed} event{'' if self.observed == 1 else 's'}"
        events = f"{events}, {self.expected:.1f} expected"
        if self.state == "not estimable":
            return f"{events}: {self.state}"
        sides = show_sides(self.alternative)
        return f"{events}: {show_p_value(self.p_value)} ({self.method}, {sides})"

    def ratio(self, *, level: float = 0.95) -> Estimate:
        """Return O / E, the hazard ratio against the historical patients, with its interval.

        The limits are exact for a Poisson count whose expectation is known (Garwood). The one-sided
        "exact Poisson" p-value is at or below alpha exactly where the interval of level
        1 - 2 alpha excludes 1 on that side.

        Parameters
        ----------
        level : float
            Two-sided confidence level, in (0, 1).

        Returns
        -------
        Estimate
            Without an event the ratio and its lower limit are 0. "not estimable" if no event is
            expected.

        Raises
        ------
        ValueError
            If ``level`` is not allowed.

        Notes
        -----
        Source: Garwood 1936. Oracle: R ``poisson.test(O, E)$conf.int``.

        Examples
        --------
        >>> from trialwright.stats.historical import Exponential
        >>> arm = [5, 10, 20, 30, 35], [1, 0, 1, 0, 1]
        >>> print(one_sample_log_rank_test(*arm, Exponential(0.1), alternative="less").ratio())
        0.30 (95 % CI 0.06 to 0.88)
        """
        check_level(level)
        if self.state == "not estimable":
            return Estimate(nan, nan, nan, level, "exact Poisson", "ratio", "not estimable")
        low, high = poisson_limits(self.observed, level)
        value, low, high = (x / self.expected for x in (self.observed, low, high))
        return Estimate(value, low, high, level, "exact Poisson", "ratio")


def one_sample_log_rank_test(
    time: ArrayLike,
    event: ArrayLike,
    history: HistoricalCurve,
    *,
    alternative: Alternative,
    method: OneSampleMethod = "Wu",
    entry: ArrayLike | None = None,
) -> OneSampleLogRank:
    """Test whether the hazard of one arm is that of a historical curve.

    Parameters
    ----------
    time : array_like, shape (n,)
        Follow-up, 0 or more and finite, in the unit of the historical curve.
    event : array_like of bool, shape (n,)
        True (or 1) for an event, False (or 0) for a censoring.
    history : HistoricalCurve
        `Exponential`, `Weibull`, `Digitised` or `PiecewiseExponential`; taken as known without
        error.
    alternative : {"less", "greater", "two-sided"}
        "less": the treatment is of interest if its hazard lies below the historical one, fewer
        events than expected; its p-value is small where Z is large.
    method : {"Wu", "Woolson", "exact Poisson", "mid-P Poisson"}
        "Wu": normal, variance (O + E) / 2, closest to its nominal level in small trials.
        "Woolson": normal, variance E; the form of Finkelstein, conservative for "less".
        "exact Poisson", "mid-P Poisson": the tail of a Poisson count of mean E, as if E did not
        depend on the patients' fates; the second counts the observed number by half.
    entry : array_like, shape (n,), optional
        When each patient came under observation (left truncation); the historical hazard before
        it is not expected of the patient. None: all of them at 0.

    Returns
    -------
    OneSampleLogRank
        O, E, Z and the p-value; ``.ratio()`` gives O / E with its exact Poisson interval. Two-sided
        p-values of a Poisson count are twice the smaller tail, at most 1. "not estimable" if the
        curve expects no event: then no event says nothing, and any event contradicts the curve.

    Raises
    ------
    ValueError
        If the shapes differ, there is no patient, a time is negative, missing or infinite, an
        entry does not lie before its time, an event is neither true nor false, a time lies beyond
        the end of the historical curve, or so late that its cumulative hazard is no float (the
        message names the index), or a word is not allowed.

    Notes
    -----
    Source: Woolson 1981; Finkelstein et al. 2003; Wu 2014. R's OneArm2stage ``LRT`` prints the
    Z of "Woolson" with this sign; other code prints (O - E) / sqrt(E), the negative.
    R ``poisson.test(O, E)`` agrees with "exact Poisson" one-sided; its two-sided p-value adds all
    counts no likelier than the observed one. R ``survdiff(Surv(time, event) ~ offset(S0))``
    prints the two-sided "Woolson" test. SAS has no procedure for it; its ``STDRATE`` makes the
    same O / E from a table of rates.

    Examples
    --------
    >>> from trialwright.stats.historical import Exponential
    >>> months, event = [2.0, 5.5, 8.0, 12.0, 12.0, 14.5], [1, 1, 0, 1, 0, 0]
    >>> history = Exponential.from_median(5.4)
    >>> found = one_sample_log_rank_test(months, event, history, alternative="less")
    >>> print(found)
    3 events, 6.9 expected: p = 0.0388 (Wu, one-sided, less)
    >>> print(found.ratio())
    0.43 (95 % CI 0.09 to 1.26)
    """
    t, e, begin = check_times(time, event, entry)
    check_words(alternative, method)
    check_follow_up(t, history)
    late = [] if begin is None else begin.tolist()
    observed = int(np.count_nonzero(e))
    # Rounding may take the sum of late entries a hair below 0.
    expected = max(0.0, expected_events(t.tolist(), late, history.hazard))
    z = float(standardised(observed, expected, method))
    p = float(p_values(observed, expected, method, alternative))
    state: State = "estimated" if expected > 0 else "not estimable"
    return OneSampleLogRank(
        t.size, observed, expected, z, p, alternative, method, str(history), state
    )


def check_words(alternative: str, method: str) -> None:
    """Raise ``ValueError`` with the allowed words unless both are among them."""
    check_choice("alternative", alternative, ALTERNATIVES)
    check_choice("method", method, METHODS)


def check_follow_up(time: Floats, history: HistoricalCurve) -> None:
    """Raise ``ValueError`` naming the first time at which the curve says nothing, or too much."""
    refuse("time", time, time > history.end, f"at most {history.end:g}: {history.wanted_time}")
    most = cumulative_hazard(history.hazard, float(time.max(initial=0.0)))
    if isinf(most * time.size):
        longest = time == time.max()
        refuse("time", time, longest, f"where the curve ({history}) has a finite cumulative hazard")


def standardised(observed: ArrayLike, expected: ArrayLike, method: OneSampleMethod) -> Floats:
    """Return (E - O) over its standard error, ``nan`` where no event is expected.

    Parameters
    ----------
    observed, expected : array_like
        Of one shape; 0 or more.
    method : str
        "Wu": the variance is (O + E) / 2; else E.
    """
    o, x = np.asarray(observed, float), np.asarray(expected, float)
    error = np.sqrt((o + x) / 2 if method == "Wu" else x)
    z: Floats = np.divide(x - o, error, out=np.full(x.shape, nan), where=x > 0)
    return z


def p_values(
    observed: ArrayLike, expected: ArrayLike, method: OneSampleMethod, alternative: Alternative
) -> Floats:
    """Return the p-value of each pair of observed and expected events.

    Parameters
    ----------
    observed, expected : array_like
        Of one shape; 0 or more. ``nan`` is returned where no event is expected.
    method, alternative : str
        As for `one_sample_log_rank_test`.
    """
    if method in ("Wu", "Woolson"):  # Z is high where there are fewer events than expected
        less, greater = normal_tails(standardised(observed, expected, method))
        return by_alternative(greater, less, alternative)
    o, x = np.asarray(observed, float), np.asarray(expected, float)
    less, greater = _poisson(o, x, method)
    return np.where(x > 0, by_alternative(greater, less, alternative), nan)


def _poisson(observed: Floats, expected: Floats, method: str) -> tuple[Floats, Floats]:
    """Return P(X <= O) and P(X >= O), with half of P(X = O) for mid-P."""
    from scipy.special import gammainc, gammaincc

    at_most, more = gammaincc(observed + 1, expected), gammainc(observed + 1, expected)
    some = np.maximum(observed, 1.0)
    fewer = np.where(observed > 0, gammaincc(some, expected), 0.0)
    at_least = np.where(observed > 0, gammainc(some, expected), 1.0)
    if method == "exact Poisson":
        return at_most, at_least
    return (at_most + fewer) / 2, (at_least + more) / 2
