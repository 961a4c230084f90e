"""Cumulative incidence with competing causes, by Aalen and Johansen.

One minus Kaplan-Meier of one cause, with the others censored, answers what would happen if the
others did not exist, and overstates what patients will meet; this is the estimate of what they
will meet. The incidences of all causes and the event-free share add up to 1.

Times that differ by rounding alone are one time, as in R's survival (cmprsk leaves them apart).

The formulas stand in ``stats.core.aalen_johansen`` and ``stats.core.pointwise``, shared with the
simulator.

Sources
-------
Aalen & Johansen 1978. Gray 1988 and his R package cmprsk: variance ``aalen``. Dinse & Larson 1986;
Marubini & Valsecchi 1995: variance ``delta``.
Oracle: R cmprsk::cuminc and survival::survfit,
``tests/oracle/stats/test_event_times_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from trialwright.stats.at_risk import count_at_risk
from trialwright.stats.checks import (
    check_at_least,
    check_choice,
    check_codes,
    check_inside,
    check_times,
    normal_quantile,
)
from trialwright.stats.core.aalen_johansen import (
    WIDTH,
    Incidence,
    Spread,
    incidence_limit,
    variance_of_log,
    write_incidence,
)
from trialwright.stats.core.pointwise import (
    Scale,
    Side,
    Steps,
    is_beyond,
    row_at,
    time_of,
    write_limits,
)
from trialwright.stats.near_ties import join_near_ties
from trialwright.stats.result import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    from trialwright.stats.result import State

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

IncidenceBand = Literal["log-log", "log", "plain"]
IncidenceVariance = Literal["aalen", "delta"]
INCIDENCE_SCALES: dict[str, Scale] = {
    "log-log": Scale.LOG_LOG,
    "log": Scale.LOG,
    "plain": Scale.PLAIN,
}
SPREADS: dict[str, Spread] = {"aalen": Spread.AALEN, "delta": Spread.DELTA}
_NAN = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class CumulativeIncidence:
    """Fitted curves of all causes: read-only arrays, one row per distinct time, ascending.

    Parameters
    ----------
    time : ndarray of float, shape (k,)
        Distinct times; every incidence is 0 before the first event.
    n_risk, n_censor : ndarray of int, shape (k,)
        Patients at risk just before each time, and censored at it.
    n_event : ndarray of int, shape (k, causes)
        Patients with the event at each time, by cause.
    event_free : ndarray of float, shape (k,)
        Probability of no event of any cause, from each time on: Kaplan-Meier.
    incidence, variance : ndarray of float, shape (k, causes)
        Probability of an event of the cause by each time, and its variance.
    causes : tuple of str
        Names of the causes, in the order of their codes 1, 2, ...
    variance_method : {"aalen", "delta"}
        Formula of the variance.
    """

    time: Floats
    n_risk: Counts
    n_censor: Counts
    n_event: Counts
    event_free: Floats
    incidence: Floats
    variance: Floats
    causes: tuple[str, ...]
    variance_method: IncidenceVariance

    @classmethod
    def fit(
        cls,
        time: ArrayLike,
        event: ArrayLike,
        *,
        causes: Sequence[str],
        entry: ArrayLike | None = None,
        variance: IncidenceVariance = "aalen",
    ) -> CumulativeIncidence:
        """Fit the curves of right-censored, and if need be left-truncated, times.

        Parameters
        ----------
        time : array_like, shape (n,)
            Follow-up, non-negative and finite, one unit throughout (months in this package).
        event : array_like of int, shape (n,)
            How it ended: 0 censored, 1 the first of ``causes``, 2 the second, and so on.
        causes : sequence of str
            Names of the causes: different, 1 or more.
        entry : array_like, shape (n,), optional
            When each patient came under observation; at risk from just after it. None: all of
            them at the start.
        variance : {"aalen", "delta"}
            ``aalen`` is cmprsk's, and SAS's default (``ERROR=AALEN``) unless causes tie;
            ``delta`` is SAS's ``ERROR=DELTA``, and R survfit's, which reaches it as an
            infinitesimal jackknife (with late entry its jackknife is another number).

        Returns
        -------
        CumulativeIncidence
            The curves with their counts.

        Raises
        ------
        ValueError
            If the shapes differ, there is no patient, a time is negative, missing or infinite, an
            entry does not lie before its time, an event is no declared code (the message names
            the index), or the names or the variance are not allowed.

        Notes
        -----
        Source: Aalen & Johansen 1978. The oracles are cmprsk 2.2-12 and survival 3.5-3.

        Examples
        --------
        >>> curves = CumulativeIncidence.fit(
        ...     [2, 4, 5, 7, 9], [1, 0, 2, 1, 0], causes=["progression", "death"]
        ... )
        >>> print(curves.at(8, "progression"))
        46.7 % (95 % CI 1.0 to 88.2)
        """
        names = check_names(causes)
        check_choice("variance", variance, tuple(SPREADS))
        codes = check_codes(event, tuple(range(len(names) + 1)))
        t, _, begin = check_times(time, codes > 0, entry)
        t, begin = join_near_ties(t, begin)
        order = np.argsort(t)
        late = np.empty(0) if begin is None else np.sort(begin)
        columns = _written_curves(t[order], codes[order], late, len(names), SPREADS[variance])
        return cls(**columns, causes=names, variance_method=variance)

    def __str__(self) -> str:
        """Write the curves in a line: patients, and events by cause."""
        patients = int(self.n_event.sum() + self.n_censor.sum())
        counts = zip(self.n_event.sum(axis=0).tolist(), self.causes, strict=True)
        return f"{patients} patients; " + ", ".join(f"{count} {cause}" for count, cause in counts)

    @property
    def standard_error(self) -> Floats:
        """Standard errors of the incidences, shape (k, causes); 0 before the first event."""
        return np.sqrt(self.variance)

    def at(
        self, time: float, cause: str, *, level: float = 0.95, band: IncidenceBand = "log-log"
    ) -> Estimate:
        """Return the probability of an event of the cause by ``time``: the landmark incidence.

        An event at ``time`` counts, also one that is there but for rounding. "not estimable" after
        the last follow-up if someone is still event-free then: nobody was watched that long. The
        limits are ``nan`` where the variance is 0: before the first event of the cause, and with
        no event of it at all.

        Parameters
        ----------
        time : float
            Time of interest, 0 or more, in the unit of the fit; infinity: in the end.
        cause : str
            One of ``causes``.
        level : float
            Two-sided confidence level, in (0, 1).
        band : {"log-log", "log", "plain"}
            Scale on which the interval is symmetric: SAS's default is log-log, survfit's log.

        Raises
        ------
        ValueError
            If ``time`` is negative or missing, or another value is not allowed.
        """
        z, scale, place = *_choices(level, band), self._place(cause)
        check_at_least("time", time)
        rows, method = self.time.size, self._method(band)
        if is_beyond(self.time, rows, float(self.event_free[-1]), time):
            return Estimate(_NAN, _NAN, _NAN, level, method, "probability", "not estimable")
        row = row_at(self.time, rows, time)
        value, variance = (0.0, 0.0) if row < 0 else self._row(row, place)
        low, high = (
            incidence_limit(value, variance, z, scale, side) for side in (Side.LOW, Side.HIGH)
        )
        return Estimate(value, low, high, level, method, "probability")

    def quantile(
        self, p: float, cause: str, *, level: float = 0.95, band: IncidenceBand = "log-log"
    ) -> Estimate:
        """Return the time by which a fraction ``p`` of all patients had an event of the cause.

        Where the curve is flat at ``p`` the middle of the flat is returned, as for a Kaplan-Meier
        curve. "not reached" if the curve never comes up to it, as is common: other causes keep
        it down. R's survfit refuses to give this number and cmprsk has none.

        Parameters
        ----------
        p : float
            Fraction of patients, in (0, 1).
        cause : str
            One of ``causes``.
        level : float
            Two-sided confidence level, in (0, 1).
        band : {"log-log", "log", "plain"}
            Pointwise band that is inverted.

        Raises
        ------
        ValueError
            If a value is not allowed.
        """
        check_inside("p", p)
        z, scale, place = *_choices(level, band), self._place(cause)
        steps = self._steps(place)
        value, early, late = (
            time_of(steps, self.time.size, p, z, scale, side)
            for side in (Side.ESTIMATE, Side.HIGH, Side.LOW)  # the upper limit comes up first
        )
        state: State = "not reached" if np.isnan(value) else "estimated"
        return Estimate(value, early, late, level, self._method(band), "time", state)

    def at_risk(self, times: ArrayLike) -> Counts:
        """Return the patients at risk just before each time, for the table under a figure.

        Parameters
        ----------
        times : array_like, shape (m,)
            Times of the axis ticks, 0 or more.

        Returns
        -------
        ndarray of int, shape (m,)
            Those who leave at a time, rounding apart, still count at it. With late entry: of the
            next distinct time.

        Raises
        ------
        ValueError
            If a time is negative or missing; the message names its index.
        """
        return count_at_risk(times, self.time, self.n_risk)

    def limits(
        self, cause: str, *, level: float = 0.95, band: IncidenceBand = "log-log"
    ) -> tuple[Floats, Floats]:
        """Return the pointwise limits of a cause at each of ``time``, shape (k,) each.

        Parameters are those of `at`; ``nan`` where the variance is 0.
        """
        z, scale, place = *_choices(level, band), self._place(cause)
        rows = self.time.size
        low, high = np.empty(rows), np.empty(rows)
        write_limits(self._steps(place), rows, z, scale, low, high)
        return low, high

    def to_frame(self, *, level: float = 0.95, band: IncidenceBand = "log-log") -> pl.DataFrame:
        """Return the curves as a table, one row per cause and distinct time.

        Parameters are those of `limits`.
        """
        import polars as pl

        frames = []
        for place, cause in enumerate(self.causes):
            low, high = self.limits(cause, level=level, band=band)
            columns = {
                "time": self.time,
                "n_risk": self.n_risk,
                "n_event": self.n_event[:, place],
                "n_censor": self.n_censor,
                "event_free": self.event_free,
                "incidence": self.incidence[:, place],
                "standard_error": self.standard_error[:, place],
                "low": low,
                "high": high,
            }
            named = pl.DataFrame(columns).with_columns(
                level=pl.lit(level), method=pl.lit(self._method(band))
            )
            frames.append(named.select(pl.lit(cause).alias("cause"), pl.all()))
        return pl.concat(frames)

    def _place(self, cause: str) -> int:
        check_choice("cause", cause, self.causes)
        return self.causes.index(cause)

    def _row(self, row: int, place: int) -> tuple[float, float]:
        return float(self.incidence[row, place]), float(self.variance[row, place])

    def _method(self, band: str) -> str:
        return f"{band}, {self.variance_method} variance"

    def _steps(self, place: int) -> Steps:
        """Return the curve of a cause as one that rises."""
        value, variance = self.incidence[:, place].tolist(), self.variance[:, place].tolist()
        spread = [variance_of_log(*pair) for pair in zip(value, variance, strict=True)]
        return Steps(self.time.tolist(), self.n_event[:, place].tolist(), value, spread, 1)


def _written_curves(
    time: Floats, event: Counts, entry: Floats, causes: int, spread: Spread
) -> dict[str, Any]:
    """Return the read-only columns of the curves of sorted times."""
    kinds = (float, int, int, int, float, float, float)
    widths = (0, 0, 0, causes, 0, causes, causes)
    rows = time.size
    curve: Any = Incidence._make(
        [[0] * width for _ in range(rows)] if width else [0] * rows for width in widths
    )
    sums: Any = [[0.0] * WIDTH for _ in range(causes)]
    found = write_incidence(time.tolist(), event.tolist(), entry.tolist(), spread, sums, curve)
    columns: list[NDArray[Any]] = [
        np.array(column[:found], kind) for column, kind in zip(curve, kinds, strict=True)
    ]
    for column in columns:
        column.setflags(write=False)
    return dict(zip(Incidence._fields, columns, strict=True))


def _choices(level: float, band: str) -> tuple[float, Scale]:
    check_choice("band", band, tuple(INCIDENCE_SCALES))
    return normal_quantile(level), INCIDENCE_SCALES[band]


def check_names(causes: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the causes; ``ValueError`` unless different words, 1 or more."""
    names = () if isinstance(causes, str) else tuple(causes)
    if not names or not all(isinstance(name, str) and name for name in names):
        msg = f"causes must be a list of one name or more, not {causes!r}"
        raise ValueError(msg)
    if len(set(names)) < len(names):
        msg = f"causes must be different names, not {list(names)}"
        raise ValueError(msg)
    return names
