"""What inference after two stages returns: one record a trial, or one table a design."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import isnan
from typing import TYPE_CHECKING, Literal

import numpy as np

from trialwright.stats.checks import check_whole
from trialwright.stats.read_only import read_only
from trialwright.stats.result import Reported, show_level, show_p_value

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]
    Flags = NDArray[np.bool_]

TwoStageVerdict = Literal[
    "stop for futility", "activity declared", "activity not declared", "no decision"
]
TwoStageMethod = Literal["stage-wise", "stage-wise on the attained sizes", "conditional"]

DECLARED: TwoStageVerdict = "activity declared"
_SHORT = {"stage-wise on the attained sizes": "stage-wise"}


@dataclass(frozen=True, slots=True)
class TwoStageInference(Reported):
    """Estimate, interval and test of a response rate after a two-stage trial.

    Parameters
    ----------
    responses, evaluated : int
        Responses, and the patients they are out of.
    stage : {1, 2}
        Stage after which the trial ended.
    verdict : {"stop for futility", "activity declared", "activity not declared", "no decision"}
        The decision by the counts; "no decision" where the plan does not say one.
    p0 : float
        Response rate tested against.
    total_bound : int
        r of the test that was made: activity if more respond. The planned one, or that of the
        attained sizes.
    estimate : float
        Uniformly minimum variance unbiased estimate (UMVUE) on the attained sizes; with the
        conditional method, whose order is another, the median-unbiased one.
    low, high : float
        Exact two-sided interval at ``level``: at least that coverage at every rate.
    level : float
        Two-sided confidence level, in (0, 1).
    p_value : float
        One-sided, against rates of p0 and below.
    attained_alpha : float
        Exact type I error of the test. Activity is declared if and only if ``p_value`` is at
        most this.
    decision_low : float
        One-sided lower limit at confidence ``1 - attained_alpha``: at or above p0 if and only if
        activity is declared.
    median_unbiased : float
        The rate at which what was seen, or more, has probability one half (Koyama & Chen).
    maximum_likelihood : float
        Responses by patients, biased downwards after two stages.
    bias_adjusted : float
        The rate whose expected maximum likelihood estimate is the observed one (Whitehead).
    koyama_chen_high : float
        Upper limit as R clinfun prints it, for comparison only: it covers less than it says.
    one_stage_low, one_stage_high, one_stage_p_value : float
        Clopper-Pearson limits and exact binomial test as if there had been one stage.
    method : {"stage-wise", "stage-wise on the attained sizes", "conditional"}
        How limits and p-value were made.
    estimator : {"UMVUE", "median-unbiased"}
        What ``estimate`` is.
    state : {"estimated", "not estimable"}
        Whether the trial followed a rule whose outcomes can be ordered.
    reason : str
        Why not, or what differed from the plan; empty for a trial as planned.
    """

    responses: int
    evaluated: int
    stage: int
    verdict: TwoStageVerdict
    p0: float
    total_bound: int
    estimate: float
    low: float
    high: float
    level: float
    p_value: float
    attained_alpha: float
    decision_low: float
    median_unbiased: float
    maximum_likelihood: float
    bias_adjusted: float
    koyama_chen_high: float
    one_stage_low: float
    one_stage_high: float
    one_stage_p_value: float
    method: TwoStageMethod = "stage-wise"
    estimator: Literal["UMVUE", "median-unbiased"] = "UMVUE"
    state: Literal["estimated", "not estimable"] = "estimated"
    reason: str = ""

    @property
    def declared(self) -> bool:
        """Whether activity is declared."""
        return self.verdict == DECLARED

    @property
    def interval_reads_as_the_decision(self) -> bool:
        """Whether the interval at ``level`` lies above p0 exactly if activity is declared."""
        return (self.low > self.p0) == self.declared

    def __str__(self) -> str:
        """Write a report cell.

        Such as ``6/29; UMVUE 26.1 % (stage-wise 90 % CI 10.2 to 41.3), p = 0.0471``. Where the
        interval would be read against the decision, the decision and its size follow; an
        estimate outside its interval (r1 = n1 - 1 makes the UMVUE 1) is followed by the
        median-unbiased one.
        """
        share = f"{self.responses}/{self.evaluated}"
        if self.state == "not estimable":
            limits = self._limits("one-stage", self.one_stage_low, self.one_stage_high)
            return f"{share}; not estimable after two stages: {self.reason} ({limits})"
        limits = self._limits(_SHORT.get(self.method, self.method), self.low, self.high)
        value = f"{self.estimator} {100 * self.estimate:.1f} %"
        if not self.low <= self.estimate <= self.high:
            value += f", median-unbiased {100 * self.median_unbiased:.1f} %"
        cell = f"{share}; {value} ({limits}), {show_p_value(self.p_value)}"
        if self.interval_reads_as_the_decision:
            return cell
        return f"{cell}; {self.verdict} at one-sided size {self.attained_alpha:.4f}"

    def _limits(self, name: str, low: float, high: float) -> str:
        ends = ("NE" if isnan(x) else f"{100 * x:.1f}" for x in (low, high))
        return f"{name} {show_level(self.level)} {' to '.join(ends)}"


@dataclass(frozen=True, slots=True)
class TwoStageTable:
    """The inference of every outcome of a design: one row an outcome, in the stage-wise order.

    The outcomes of a planned design are 0 to n responses, so row x is the trial with x responses.

    Parameters
    ----------
    p0 : float
        Response rate tested against.
    total_bound : int
        r: activity is declared if more respond.
    level : float
        Two-sided confidence level, in (0, 1).
    attained_alpha : float
        Exact type I error of the test.
    method : {"stage-wise", "stage-wise on the attained sizes", "conditional"}
        How limits and p-values were made.
    responses, evaluated, stage : ndarray of int, shape (k,)
        Responses, the patients they are out of, and the stage after which the trial ended.
    declared : ndarray of bool, shape (k,)
        Whether activity is declared.
    estimate, low, high, p_value, decision_low : ndarray of float, shape (k,)
        As in `TwoStageInference`; ``estimate`` is the UMVUE.
    median_unbiased, maximum_likelihood, bias_adjusted : ndarray of float, shape (k,)
        Other estimates, as in `TwoStageInference`.
    koyama_chen_high : ndarray of float, shape (k,)
        Upper limit as R clinfun prints it, ``nan`` at 0 responses; for comparison only.
    one_stage_low, one_stage_high, one_stage_p_value : ndarray of float, shape (k,)
        Clopper-Pearson limits and exact binomial test as if there had been one stage.
    """

    p0: float
    total_bound: int
    level: float
    attained_alpha: float
    method: TwoStageMethod
    responses: Counts
    evaluated: Counts
    stage: Counts
    declared: Flags
    estimate: Floats
    low: Floats
    high: Floats
    p_value: Floats
    decision_low: Floats
    median_unbiased: Floats
    maximum_likelihood: Floats
    bias_adjusted: Floats
    koyama_chen_high: Floats
    one_stage_low: Floats
    one_stage_high: Floats
    one_stage_p_value: Floats

    def __post_init__(self) -> None:
        """Keep the columns from being edited."""
        for field in fields(self):
            if isinstance(column := getattr(self, field.name), np.ndarray):
                object.__setattr__(self, field.name, read_only(column))

    def outcome(self, row: int) -> TwoStageInference:
        """Return one row as the record of a trial; of a planned design, with so many responses.

        Raises
        ------
        ValueError
            If there is no such row.
        """
        if not 0 <= check_whole("row", row) < self.responses.size:
            msg = f"row must be from 0 to {self.responses.size - 1}, not {row}"
            raise ValueError(msg)
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "declared"}
        one = {k: v[row].item() if isinstance(v, np.ndarray) else v for k, v in values.items()}
        return TwoStageInference(verdict=self._verdict(row), **one)

    def to_frame(self) -> pl.DataFrame:
        """Return the table, one row an outcome; what belongs to the design stands in every row."""
        import polars as pl

        columns = {f.name: getattr(self, f.name) for f in fields(self)}
        arrays = pl.DataFrame({k: v for k, v in columns.items() if isinstance(v, np.ndarray)})
        verdicts = pl.Series("verdict", [self._verdict(i) for i in range(self.responses.size)])
        whole = [pl.lit(v).alias(k) for k, v in columns.items() if not isinstance(v, np.ndarray)]
        return arrays.with_columns(verdicts, *whole)

    def _verdict(self, row: int) -> TwoStageVerdict:
        if self.declared[row]:
            return DECLARED
        return "stop for futility" if self.stage[row] == 1 else "activity not declared"
