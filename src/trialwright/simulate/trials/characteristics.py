"""What a protocol does in a scenario: decisions, sizes, durations, and how estimates behave.

Every number comes with the standard error of the simulation behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.simulate.conduct import (
    STOPPED_FOR_FUTILITY,
    STOPPED_FOR_TOXICITY,
)
from trialwright.simulate.many.build import name_build
from trialwright.simulate.trials.counting_up import (
    BIN_OF_MONTHS,
    BIN_OF_SHARE,
    BIN_OF_TRIAL_MONTHS,
    MILLION,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import NDArray

    from trialwright.simulate.many.tally import Tally
    from trialwright.simulate.trials.estimates import Kind
    from trialwright.simulate.trials.series import StudySeries

    Counts = NDArray[np.int64]

_QUANTILES = (0.025, 0.5, 0.975)


@dataclass(frozen=True, slots=True)
class Chance:
    """A share of trials with the standard error of the simulation."""

    value: float
    standard_error: float

    @classmethod
    def of(cls, times: int, trials: int) -> Chance:
        """Return the share of ``trials`` that something happened in; ``nan`` of none."""
        if trials == 0:
            return cls(nan, nan)
        share = times / trials
        return cls(share, sqrt(share * (1 - share) / trials))


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over trials with the standard error of the simulation, and a distribution.

    ``low``, ``middle`` and ``high`` are the 2.5, 50 and 97.5 % quantiles, to the width of a bin.
    """

    value: float
    standard_error: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class EstimateBehaviour:
    """How one estimate behaves over the trials.

    Parameters
    ----------
    name, kind : str
        Such as ``ORR``, a ``share``, or ``median PFS`` in ``months``.
    reference, reference_error : float
        What it aims at: the same quantity in very many patients of the scenario; and the
        standard error that it has from their number.
    known : Chance
        Share of trials that give a value at all.
    mean : Mean
        Of those values.
    with_interval : Chance
        Share of trials whose value has an interval, with a limit on one side at least. The
        others are not a random part: a curve at 0 or 1 has none.
    coverage : Chance
        Share of the intervals that hold the reference.
    """

    name: str
    kind: Kind
    reference: float
    reference_error: float
    known: Chance
    mean: Mean
    with_interval: Chance
    coverage: Chance

    @property
    def bias(self) -> float:
        """Mean less reference."""
        return self.mean.value - self.reference

    @property
    def bias_error(self) -> float:
        """Standard error of the bias, that of the reference included."""
        return hypot(self.mean.standard_error, self.reference_error)


@dataclass(frozen=True, slots=True)
class OperatingCharacteristics:
    """What a protocol does in one scenario.

    Parameters
    ----------
    scenario : str
        The virtual patients.
    trials : int
        How many were simulated.
    declared : Chance or None
        Activity is declared; none where the study has no such rule.
    futile, toxic : Chance
        The trial is stopped at the look after stage 1, or for toxicity.
    patients, months : Mean
        Patients enrolled, and duration to the decision.
    estimates : tuple of EstimateBehaviour
        In the order in which a report lists them.
    responders : tuple of int
        Number of trials by responders at the end, 0 to the planned size.
    identity : mapping of str to str
        What the numbers depend on: study, scenario, seed, generator and more.
    """

    scenario: str
    trials: int
    declared: Chance | None
    futile: Chance
    toxic: Chance
    patients: Mean
    months: Mean
    estimates: tuple[EstimateBehaviour, ...]
    responders: tuple[int, ...]
    identity: Mapping[str, str]

    def estimate(self, name: str) -> EstimateBehaviour:
        """Return the behaviour of one estimate by its name.

        Raises
        ------
        KeyError
            If the study makes no such estimate.
        """
        for one in self.estimates:
            if one.name == name:
                return one
        raise KeyError(name)

    def to_frame(self) -> pl.DataFrame:
        """Return one row an estimate."""
        import polars as pl

        rows = [
            {
                "scenario": self.scenario,
                "trials": self.trials,
                "estimate": one.name,
                "kind": one.kind,
                "reference": one.reference,
                "standard_error_of_reference": one.reference_error,
                "mean": one.mean.value,
                "bias": one.bias,
                "standard_error_of_bias": one.bias_error,
                "p2_5": one.mean.low,
                "p50": one.mean.middle,
                "p97_5": one.mean.high,
                "known": one.known.value,
                "with_interval": one.with_interval.value,
                "coverage": one.coverage.value,
                "standard_error_of_coverage": one.coverage.standard_error,
            }
            for one in self.estimates
        ]
        return pl.DataFrame(rows)

    def decisions_frame(self) -> pl.DataFrame:
        """Return one row a decision or size, each with its standard error."""
        import polars as pl

        chances = {
            "declares activity": self.declared,
            "stops for futility": self.futile,
            "stops for toxicity": self.toxic,
        }
        rows: list[dict[str, Any]] = [
            {"what": what, "value": one.value, "standard_error": one.standard_error}
            for what, one in chances.items()
            if one is not None
        ]
        for what, mean in (("patients enrolled", self.patients), ("months", self.months)):
            rows.append({"what": what, "value": mean.value, "standard_error": mean.standard_error})
        head = {"scenario": pl.lit(self.scenario), "trials": pl.lit(self.trials)}
        return pl.DataFrame(rows).select(
            **head, what="what", value="value", standard_error="standard_error"
        )


def characterise(series: StudySeries, tally: Tally, scenario: str) -> OperatingCharacteristics:
    """Return what a protocol does from what was counted of its trials.

    Parameters
    ----------
    series : StudySeries
        The trials.
    tally : Tally
        Counted of them.
    scenario : str
        Its name.
    """
    counts, trials, conduct = tally.counts, tally.trials, series.machine.conduct
    ended = counts["ended"]
    assert ended.sum() == trials  # noqa: S101 - every trial ends in one of three ways
    declares = conduct.final_bound >= 0
    return OperatingCharacteristics(
        scenario=scenario,
        trials=trials,
        declared=Chance.of(int(counts["declared"][0]), trials) if declares else None,
        futile=Chance.of(int(ended[STOPPED_FOR_FUTILITY]), trials),
        toxic=Chance.of(int(ended[STOPPED_FOR_TOXICITY]), trials),
        patients=_mean_of_counts(counts["enrolled"]),
        months=_mean(counts, "duration", trials, BIN_OF_TRIAL_MONTHS),
        estimates=tuple(_behaviours(series, counts, trials)),
        responders=tuple(counts["responders"].tolist()),
        identity={**series.identity, **name_build()},
    )


def _behaviours(
    series: StudySeries, counts: Mapping[str, Counts], trials: int
) -> list[EstimateBehaviour]:
    found = []
    for name, reference in series.reference.values.items():
        kind: Kind = "months" if name.startswith("median") else "share"
        known, width = int(counts[f"{name}.known"][0]), BIN_OF_SHARE
        if kind == "months":
            width = BIN_OF_MONTHS
        intervals = int(counts[f"{name}.intervals"][0])
        found.append(
            EstimateBehaviour(
                name,
                kind,
                reference,
                series.reference.standard_errors[name],
                Chance.of(known, trials),
                _mean(counts, name, known, width),
                Chance.of(intervals, trials),
                Chance.of(int(counts[f"{name}.covered"][0]), intervals),
            )
        )
    return found


def _mean(counts: Mapping[str, Counts], name: str, number: int, width: float) -> Mean:
    if number == 0:
        return Mean(nan, nan, nan, nan, nan)
    total = int(counts[f"{name}.sum"][0]) / MILLION
    squares = int(counts[f"{name}.squares"][0]) / MILLION
    histogram = counts[f"{name}.histogram" if f"{name}.histogram" in counts else name]
    quantiles = _quantiles(histogram, width)
    return Mean(total / number, _error_of_mean(total, squares, number), *quantiles)


def _mean_of_counts(histogram: Counts) -> Mean:
    sizes, number = np.arange(len(histogram)), int(histogram.sum())
    total, squares = int(histogram @ sizes), int(histogram @ (sizes * sizes))
    quantiles = _quantiles(histogram, 1.0)
    return Mean(total / number, _error_of_mean(total, squares, number), *quantiles)


def _error_of_mean(total: float, squares: float, number: int) -> float:
    if number < 2:  # noqa: PLR2004 - one value says nothing of its spread
        return nan
    variance = max(squares - total * total / number, 0.0) / (number - 1)
    return sqrt(variance / number)


def _quantiles(histogram: Counts, width: float) -> tuple[float, float, float]:
    cumulated = np.cumsum(histogram)
    low, middle, high = (
        float(np.searchsorted(cumulated, p * cumulated[-1])) * width for p in _QUANTILES
    )
    return low, middle, high
