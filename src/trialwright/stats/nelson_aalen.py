"""Nelson-Aalen estimation of the cumulative hazard for one arm.

Times are in the unit of the input; an event and a censoring at the same time are ordered event
first. Times that differ by rounding alone are one time, as in R.

Sources
-------
Nelson 1972; Aalen 1978: the estimate and its variance. Fleming & Harrington 1984: the correction
for ties. Andersen, Borgan, Gill & Keiding 1993, section IV.1.2: the binomial variance. Klein 1991
compares the variances in small samples.
Oracle: R survival::survfit, ``tests/oracle/stats/test_event_times_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from trialwright.stats.at_risk import count_at_risk
from trialwright.stats.checks import check_at_least, check_choice, normal_quantile
from trialwright.stats.core.pointwise import is_beyond, row_at
from trialwright.stats.kaplan_meier import KaplanMeier
from trialwright.stats.result import Estimate

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

HazardBand = Literal["log", "plain"]
HazardVariance = Literal["aalen", "binomial"]
HazardTies = Literal["nelson-aalen", "fleming-harrington"]
_BANDS = ("log", "plain")
_VARIANCES = ("aalen", "binomial")
_TIES = ("nelson-aalen", "fleming-harrington")
_NAN = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class NelsonAalen:
    """A fitted cumulative hazard: read-only arrays of shape (k,), one entry per distinct time.

    Parameters
    ----------
    time : ndarray of float, shape (k,)
        Distinct times, ascending; the cumulative hazard is 0 before the first event.
    n_risk, n_event, n_censor : ndarray of int, shape (k,)
        Patients at risk just before each time, with the event at it, censored at it.
    cumulative_hazard, variance : ndarray of float, shape (k,)
        H(t) from each time on, and its variance.
    ties : {"nelson-aalen", "fleming-harrington"}
        How tied events count.
    variance_method : {"aalen", "binomial"}
        Formula of the variance.
    """

    time: Floats
    n_risk: Counts
    n_event: Counts
    n_censor: Counts
    cumulative_hazard: Floats
    variance: Floats
    ties: HazardTies
    variance_method: HazardVariance

    @classmethod
    def fit(
        cls,
        time: ArrayLike,
        event: ArrayLike,
        entry: ArrayLike | None = None,
        *,
        ties: HazardTies = "nelson-aalen",
        variance: HazardVariance = "aalen",
    ) -> NelsonAalen:
        """Fit the cumulative hazard of right-censored, and if need be left-truncated, times.

        Parameters
        ----------
        time : array_like, shape (n,)
            Follow-up, non-negative and finite, one unit throughout (months in this package).
        event : array_like of bool, shape (n,)
            True (or 1) for an event, False (or 0) for a censoring.
        entry : array_like, shape (n,), optional
            When each patient came under observation; at risk from just after it. None: all of
            them at the start.
        ties : {"nelson-aalen", "fleming-harrington"}
            d events among n at risk add d / n (R ``ctype = 1``, SAS ``NELSON``), or as if one
            came after another, 1 / n + 1 / (n - 1) + ... (R ``ctype = 2``).
        variance : {"aalen", "binomial"}
            d events among n at risk add d / n squared (R's ``std.chaz`` and SAS), or
            d (n - d) / n cubed, which is smaller where events tie. The binomial one belongs to
            ``nelson-aalen`` ties alone; ``fleming-harrington`` adds the squares of its parts.

        Returns
        -------
        NelsonAalen
            The cumulative hazard with its counts.

        Raises
        ------
        ValueError
            If the shapes differ, there is no patient, a time is negative, missing or infinite, an
            entry does not lie before its time, an event is neither true nor false (the message
            names the index), or a word is not allowed.

        Notes
        -----
        Source: Nelson 1972, Aalen 1978. The oracle is R survival 3.5-3.

        Examples
        --------
        >>> hazard = NelsonAalen.fit([2.0, 4.0, 4.0, 7.5], [True, True, False, True])
        >>> hazard.cumulative_hazard.round(3).tolist()
        [0.25, 0.583, 1.583]
        """
        check_choice("ties", ties, _TIES)
        check_choice("variance", variance, _VARIANCES)
        if variance == "binomial" and ties == "fleming-harrington":
            msg = "variance 'binomial' goes with ties 'nelson-aalen', not 'fleming-harrington'"
            raise ValueError(msg)
        counts = KaplanMeier.fit(time, event, entry)
        n, d = counts.n_risk, counts.n_event
        hazard, squares = (np.cumsum(steps) for steps in _steps(n, d, ties, variance))
        for column in (hazard, squares):
            column.setflags(write=False)
        return cls(counts.time, n, d, counts.n_censor, hazard, squares, ties, variance)

    def __str__(self) -> str:
        """Write the curve in a line: patients, events and the hazard at the end of follow-up."""
        patients, events = int(self.n_event.sum() + self.n_censor.sum()), int(self.n_event.sum())
        end = self.at(float(self.time[-1]))
        return f"{patients} patients, {events} events; cumulative hazard at the end {end}"

    @property
    def standard_error(self) -> Floats:
        """Standard error of H(t), shape (k,); 0 before the first event."""
        return np.sqrt(self.variance)

    @property
    def survival(self) -> Floats:
        """The event-free probability exp(-H(t)), shape (k,): R ``stype = 2``, SAS ``METHOD=B``."""
        return np.exp(-self.cumulative_hazard)

    def at(self, time: float, *, level: float = 0.95, band: HazardBand = "log") -> Estimate:
        """Return the cumulative hazard at ``time``.

        An event at ``time`` counts, also one that is there but for rounding. "not estimable" after
        the last follow-up. The limits are ``nan`` where the variance is 0,
        as before the first event.

        Parameters
        ----------
        time : float
            Time of interest, 0 or more, in the unit of the fit.
        level : float
            Two-sided confidence level, in (0, 1).
        band : {"log", "plain"}
            Scale on which the interval is symmetric; a plain lower limit is cut at 0.

        Raises
        ------
        ValueError
            If ``time`` is negative or missing, or ``level`` or ``band`` is not allowed.
        """
        low, high = self.limits(level=level, band=band)
        check_at_least("time", time)
        method = f"{band}, {self.variance_method} variance"
        if is_beyond(self.time, self.time.size, 1.0, time):  # even if nobody is left
            nothing = (_NAN, _NAN, _NAN)
            return Estimate(*nothing, level, method, "cumulative hazard", "not estimable")
        i = row_at(self.time, self.time.size, time)
        if i < 0:
            return Estimate(0.0, _NAN, _NAN, level, method, "cumulative hazard")
        value = float(self.cumulative_hazard[i])
        return Estimate(value, float(low[i]), float(high[i]), level, method, "cumulative hazard")

    def at_risk(self, times: ArrayLike) -> Counts:
        """Return the patients at risk just before each time, for the table under a figure.

        Parameters
        ----------
        times : array_like, shape (m,)
            Times of the axis ticks, 0 or more.

        Raises
        ------
        ValueError
            If a time is negative or missing; the message names its index.
        """
        return count_at_risk(times, self.time, self.n_risk)

    def limits(self, *, level: float = 0.95, band: HazardBand = "log") -> tuple[Floats, Floats]:
        """Return the pointwise limits at each of ``time``, shape (k,) each.

        Parameters are those of `at`; ``nan`` where the variance is 0.
        """
        check_choice("band", band, _BANDS)
        moved = self.variance > 0
        hazard, error = (
            np.where(moved, column, _NAN)
            for column in (self.cumulative_hazard, np.sqrt(self.variance))
        )
        half = normal_quantile(level) * error
        if band == "plain":
            return np.maximum(hazard - half, 0.0), hazard + half
        return hazard * np.exp(-half / hazard), hazard * np.exp(half / hazard)

    def to_frame(self, *, level: float = 0.95, band: HazardBand = "log") -> pl.DataFrame:
        """Return the curve as a table, one row per distinct time, with its pointwise limits.

        Parameters are those of `limits`.
        """
        import polars as pl

        low, high = self.limits(level=level, band=band)
        names = ("time", "n_risk", "n_event", "n_censor", "cumulative_hazard", "standard_error")
        return pl.DataFrame(
            {name: getattr(self, name) for name in names} | {"low": low, "high": high}
        ).with_columns(
            level=pl.lit(level),
            method=pl.lit(f"{band}, {self.variance_method} variance"),
            ties=pl.lit(self.ties),
        )


def _steps(
    n: Counts, d: Counts, ties: HazardTies, variance: HazardVariance
) -> tuple[Floats, Floats]:
    """Return what each time adds to the cumulative hazard and to its variance."""
    if ties == "fleming-harrington":
        harmonic = np.array([sum(1 / (k - j) for j in range(m)) for k, m in zip(n, d, strict=True)])
        squares = [sum(1 / (k - j) ** 2 for j in range(m)) for k, m in zip(n, d, strict=True)]
        return harmonic.astype(float), np.array(squares, float)
    parts = d / n
    return parts, parts / n * ((n - d) / n if variance == "binomial" else 1.0)
