"""Cox regression for exploratory comparisons within a trial.

Estimates that do not exist are said not to exist: a covariate that does not vary among those at
risk, one that others determine, and one whose hazard ratio runs to 0 or infinity because events
and covariate are separated. The likelihood itself is in ``stats.partial_likelihood``.

Sources
-------
Cox 1972: the partial likelihood, and ties in discrete time. Breslow 1974; Efron 1977: ties.
Bryson & Johnson 1981; Heinze & Schemper 2001: estimates that run to infinity. Venzon &
Moolgavkar 1988: the likelihood interval.
Oracle: R survival::coxph, ``tests/oracle/stats/test_event_times_oracle.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from trialwright.stats.checks import check_choice, check_level, check_times, normal_quantile, refuse
from trialwright.stats.group_comparison import check_groups, chi_squared_test
from trialwright.stats.near_ties import join_near_ties
from trialwright.stats.partial_likelihood import Maximum, PartialLikelihood, maximise
from trialwright.stats.result import Estimate, HypothesisTest

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

CoxTies = Literal["efron", "breslow", "exact"]
RatioInterval = Literal["Wald", "profile likelihood"]
_TIES = ("efron", "breslow", "exact")
_INTERVALS = ("Wald", "profile likelihood")
_NAN = float("nan")
_FAR = 256  # log hazard ratio between the extremes: by then the profile is level


_LARGEST = 1e100  # squares of more do not fit a float


@dataclass(frozen=True, slots=True, eq=False)
class CoxModel:
    """A fitted model: one entry a covariate, ``nan`` where the data do not say.

    Parameters
    ----------
    names : tuple of str
        The covariates, in the order given.
    coefficients, standard_errors : ndarray of float, shape (p,)
        Log hazard ratios for one unit of each covariate, and their standard errors.
    covariance : ndarray of float, shape (p, p)
        Inverse of the observed information.
    reasons : tuple of str
        Why a coefficient is not estimable; empty where it is.
    n, events : int
        Patients, and events among them.
    log_likelihood, log_likelihood_null : float
        Log partial likelihood at its greatest (its bound, if it rises without end), and with all
        hazard ratios 1.
    score_test : HypothesisTest
        Of all hazard ratios 1.
    ties : {"efron", "breslow", "exact"}
        How tied events count.
    iterations : int
        Newton steps taken.
    """

    names: tuple[str, ...]
    coefficients: Floats
    standard_errors: Floats
    covariance: Floats
    reasons: tuple[str, ...]
    n: int
    events: int
    log_likelihood: float
    log_likelihood_null: float
    score_test: HypothesisTest
    ties: CoxTies
    iterations: int
    _likelihood: PartialLikelihood = field(repr=False)
    _maximum: Maximum = field(repr=False)

    @classmethod
    def fit(
        cls,
        time: ArrayLike,
        event: ArrayLike,
        covariates: Mapping[str, ArrayLike],
        *,
        ties: CoxTies = "efron",
        strata: ArrayLike | None = None,
        entry: ArrayLike | None = None,
    ) -> CoxModel:
        """Fit the hazard ratios of covariates.

        Parameters
        ----------
        time : array_like, shape (n,)
            Follow-up, non-negative and finite, one unit throughout.
        event : array_like of bool, shape (n,)
            True (or 1) for an event, False (or 0) for a censoring.
        covariates : mapping of str to array_like, shape (n,) each
            Numbers by name, 1 covariate or more; a category enters as columns of 0 and 1.
        ties : {"efron", "breslow", "exact"}
            How tied events count. R's default is Efron, SAS's (``PROC PHREG``) is Breslow. Exact:
            time is discrete, as R's ``exact`` and SAS's ``DISCRETE`` (not its ``EXACT``).
        strata : array_like, shape (n,), optional
            Label of each patient's stratum, each with a baseline of its own. None: one.
        entry : array_like, shape (n,), optional
            When each patient came under observation; at risk from just after it. None: all of
            them at the start.

        Returns
        -------
        CoxModel
            The estimates. A coefficient is ``nan``, with the reason, without an event, for a
            covariate that does not vary among those at risk at any event, for one that covariates
            before it determine (R gives NA to the same one), and for one along which the
            likelihood rises without end (R prints a large number with a warning, or without
            one); the others are then what they tend to.

        Raises
        ------
        ValueError
            If the shapes differ, there is no patient or covariate, a time is negative, missing or
            infinite, an entry does not lie before its time, an event is neither true nor false, a
            covariate is missing or infinite, a label is missing (the message names the index), or
            ``ties`` is not allowed.

        Notes
        -----
        Source: Cox 1972; Efron 1977. The oracle is R survival 3.5-3.

        Examples
        --------
        >>> model = CoxModel.fit(
        ...     [3, 5, 7, 2, 4, 6], [1, 1, 0, 1, 1, 1], {"treated": [1, 1, 1, 0, 0, 0]}
        ... )
        >>> print(model.hazard_ratio("treated"))
        0.53 (95 % CI 0.09 to 3.24)
        """
        check_choice("ties", ties, _TIES)
        t, e, begin = check_times(time, event, entry)
        t, begin = join_near_ties(t, begin)
        names, x = _columns(covariates, t)
        stratum = (
            np.zeros(t.size, np.intp) if strata is None else check_groups("strata", strata, t)[1]
        )
        likelihood = PartialLikelihood.of(t, e, x, stratum, begin, ties=ties)
        flat = likelihood.find_flat(names)
        free = np.array([not reason for reason in flat])
        top = maximise(likelihood, free)
        reasons = tuple(_reason(names, flat[i], top, i) for i in range(len(names)))
        if not e.any():
            reasons = ("no event",) * len(names)
        return cls._from(names, reasons, likelihood, top, ties)

    @classmethod
    def _from(
        cls,
        names: tuple[str, ...],
        reasons: tuple[str, ...],
        likelihood: PartialLikelihood,
        top: Maximum,
        ties: CoxTies,
    ) -> CoxModel:
        known = np.array([not reason for reason in reasons])
        scale = likelihood.scale
        covariance = np.full((len(names), len(names)), _NAN)
        covariance[np.ix_(known, known)] = _inverse(top.information[np.ix_(known, known)])
        covariance /= np.outer(scale, scale)
        coefficients = np.where(known, top.coefficients, _NAN) / scale
        errors = np.sqrt(np.diag(covariance))
        for column in (coefficients, errors, covariance):
            column.setflags(write=False)
        null = likelihood.at(np.zeros(len(names)))
        used = top.free
        score = chi_squared_test(
            null.score[used], null.information[np.ix_(used, used)], f"score, {ties} ties"
        )
        return cls(
            names, coefficients, errors, covariance, reasons, likelihood.n, likelihood.events,
            top.log_likelihood, null.log_likelihood, score, ties, top.iterations, likelihood, top,
        )  # fmt: skip

    def __str__(self) -> str:
        """Write the model in a line: patients, events and each hazard ratio."""
        ratios = "; ".join(f"{name} {self.hazard_ratio(name)}" for name in self.names)
        return f"{self.n} patients, {self.events} events; hazard ratios: {ratios}"

    def hazard_ratio(
        self, name: str, *, level: float = 0.95, interval: RatioInterval = "Wald"
    ) -> Estimate:
        """Return the hazard ratio for one unit of a covariate.

        Parameters
        ----------
        name : str
            One of the covariates.
        level : float
            Two-sided confidence level, in (0, 1).
        interval : {"Wald", "profile likelihood"}
            Symmetric on the log scale, as R and SAS print, or the ratios that the likelihood
            ratio test does not reject, the others adapting. The latter has one limit even where
            the estimate itself runs to 0 or infinity; the limit on that side is then 0 or
            infinity. SAS: ``RISKLIMITS=PL``.

        Returns
        -------
        Estimate
            "not estimable" where the coefficient is; ``reasons`` says why.

        Raises
        ------
        ValueError
            If a value is not allowed.
        """
        check_choice("name", name, self.names)
        check_choice("interval", interval, _INTERVALS)
        check_level(level)
        i = self.names.index(name)
        method = f"{interval}, {self.ties} ties"
        if interval == "profile likelihood":
            low, high = self._likelihood_limits(i, level)
        else:
            half = normal_quantile(level) * float(self.standard_errors[i])
            middle = float(self.coefficients[i])
            low, high = _ratio(middle - half), _ratio(middle + half)
        value = _ratio(float(self.coefficients[i]))
        state: Literal["estimated", "not estimable"] = (
            "not estimable" if self.reasons[i] else "estimated"
        )
        return Estimate(value, low, high, level, method, "ratio", state)

    def wald_test(self) -> HypothesisTest:
        """Return Wald's test of all hazard ratios 1; "not estimable" if one of them is not."""
        estimable = np.isfinite(self.coefficients)
        method = f"Wald, {self.ties} ties"
        if not estimable.all():
            return HypothesisTest(_NAN, _NAN, "two-sided", method, None, "not estimable")
        information = _inverse(self.covariance)
        return chi_squared_test(information @ self.coefficients, information, method)

    def likelihood_ratio_test(self) -> HypothesisTest:
        """Return the likelihood ratio test of all hazard ratios 1."""
        from scipy.special import chdtrc

        method, freedom = f"likelihood ratio, {self.ties} ties", int(self._maximum.free.sum())
        if not freedom or not self._maximum.converged:
            return HypothesisTest(_NAN, _NAN, "two-sided", method, None, "not estimable")
        twice = max(0.0, 2 * (self.log_likelihood - self.log_likelihood_null))
        return HypothesisTest(twice, float(chdtrc(freedom, twice)), "two-sided", method, freedom)

    def to_frame(self, *, level: float = 0.95, interval: RatioInterval = "Wald") -> pl.DataFrame:
        """Return the model as a table, one row a covariate; parameters as for `hazard_ratio`."""
        import polars as pl
        from scipy.special import chdtrc

        found = [self.hazard_ratio(name, level=level, interval=interval) for name in self.names]
        frame = pl.concat([ratio.to_frame() for ratio in found])
        z = self.coefficients / self.standard_errors
        first = pl.DataFrame(
            {
                "covariate": self.names,
                "coefficient": self.coefficients,
                "standard_error": self.standard_errors,
                "p_value": chdtrc(1, z**2),
                "reason": self.reasons,
            }
        )
        return pl.concat([first, frame.rename({"value": "hazard_ratio"})], how="horizontal")

    def _likelihood_limits(self, i: int, level: float) -> tuple[float, float]:
        """Return the hazard ratios at which the likelihood ratio test just rejects."""
        top = self._maximum
        if not top.free[i] or not top.converged:
            return _NAN, _NAN
        drop = normal_quantile(level) ** 2 / 2
        low, high = (
            _profile_limit(self._likelihood, top, i, top.log_likelihood - drop, side)
            for side in (-1, 1)
        )
        scale = float(self._likelihood.scale[i])
        return _ratio(low / scale), _ratio(high / scale)


def _profile_limit(
    likelihood: PartialLikelihood, top: Maximum, i: int, height: float, side: int
) -> float:
    """Return the coefficient on one side at which the profile comes down to ``height``."""
    from scipy.optimize import brentq

    if top.runs[i] * side > 0:
        return side * math.inf
    others = top.free.copy()
    others[i] = False

    def above(value: float) -> float:
        start = top.coefficients.copy()
        start[i] = value
        return maximise(likelihood, others, start).log_likelihood - height

    near = float(top.coefficients[i])
    step = 0.5 / likelihood.width_along(np.eye(others.size)[i])
    far = 2 * _FAR * step
    while above(near + side * step) > 0:
        step *= 2
        if step > far:
            return side * math.inf
    return float(brentq(above, near, near + side * step, xtol=1e-12, rtol=1e-12))


def _reason(names: tuple[str, ...], flat: str, top: Maximum, i: int) -> str:
    if flat:
        return flat
    running = np.flatnonzero(top.runs)
    if not top.converged and not running.size:
        return "the search for the greatest likelihood did not end"
    if i not in running:
        return ""
    if running.size > 1:
        return f"separated from the events, together: {', '.join(names[j] for j in running)}"
    way = "infinity" if top.runs[i] > 0 else "0"
    return f"separated from the events: the likelihood rises as the hazard ratio goes to {way}"


def _ratio(log: float) -> float:
    try:
        return math.exp(log)
    except OverflowError:
        return math.inf


def _inverse(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.inv(matrix), float) if matrix.size else matrix


def _columns(covariates: Mapping[str, ArrayLike], time: Floats) -> tuple[tuple[str, ...], Floats]:
    """Return the names, and the numbers of shape (n, p)."""
    if not covariates:
        msg = "covariates is empty: at least one is needed"
        raise ValueError(msg)
    columns = []
    for name, given in covariates.items():
        try:
            column = np.asarray(given, float)
        except (TypeError, ValueError):
            msg = f"covariates[{name!r}] must be numbers; write a category as columns of 0 and 1"
            raise ValueError(msg) from None
        if column.shape != time.shape:
            msg = f"covariates[{name!r}] {column.shape} and time {time.shape} must be of one length"
            raise ValueError(msg)
        large = ~(np.abs(column) <= _LARGEST)
        refuse(f"covariates[{name!r}]", column, large, f"a number within {_LARGEST:g} of 0")
        columns.append(column)
    return tuple(covariates), np.column_stack(columns)
