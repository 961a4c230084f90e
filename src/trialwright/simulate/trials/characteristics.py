"""What a protocol does in a scenario: decisions, sizes, durations, and how estimates behave.

Every number comes with the standard error of the simulation behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.simulate.conduct import STOPPED_FOR_FUTILITY, STOPPED_FOR_TOXICITY
from trialwright.simulate.many.build import name_build
from trialwright.simulate.trials.counting_up import (
    BIN_OF_MONTHS,
    BIN_OF_SHARE,
    BIN_OF_TRIAL_MONTHS,
    MILLION,
)
from trialwright.simulate.trials.estimates import estimate_names
from trialwright.simulate.trials.measured import Chance, Mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from trialwright.simulate.many.tally import Tally
    from trialwright.simulate.trials.estimates import Kind
    from trialwright.simulate.trials.series import StudySeries

    Counts = NDArray[np.int64]

__all__ = ["Chance", "EstimateBehaviour", "Mean", "OperatingCharacteristics", "characterise"]


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
    reference_patients : int
        Patients that the references of the estimates were read from.
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
    reference_patients: int
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
        reference_patients=series.reference.patients,
        declared=Chance.of(int(counts["declared"][0]), trials) if declares else None,
        futile=Chance.of(int(ended[STOPPED_FOR_FUTILITY]), trials),
        toxic=Chance.of(int(ended[STOPPED_FOR_TOXICITY]), trials),
        patients=Mean.of_histogram(counts["enrolled"]),
        months=_mean(counts, "duration", trials, BIN_OF_TRIAL_MONTHS),
        estimates=tuple(_behaviours(series, counts, trials)),
        responders=tuple(counts["responders"].tolist()),
        identity={**series.identity, **name_build()},
    )


def _behaviours(
    series: StudySeries, counts: Mapping[str, Counts], trials: int
) -> list[EstimateBehaviour]:
    found = []
    for name, kind in estimate_names(series.asked):
        known = int(counts[f"{name}.known"][0])
        width = BIN_OF_MONTHS if kind == "months" else BIN_OF_SHARE
        intervals = int(counts[f"{name}.intervals"][0])
        found.append(
            EstimateBehaviour(
                name,
                kind,
                series.reference.values[name],
                series.reference.standard_errors[name],
                Chance.of(known, trials),
                _mean(counts, name, known, width),
                Chance.of(intervals, trials),
                Chance.of(int(counts[f"{name}.covered"][0]), intervals),
            )
        )
    return found


def _mean(counts: Mapping[str, Counts], name: str, number: int, width: float) -> Mean:
    total = int(counts[f"{name}.sum"][0]) / MILLION
    squares = int(counts[f"{name}.squares"][0]) / MILLION
    histogram = counts[f"{name}.histogram" if f"{name}.histogram" in counts else name]
    return Mean.of_sums(total, squares, number, histogram, width)
