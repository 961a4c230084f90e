"""What a laboratory figure shows: the measure, the grades that are shaded, the values it holds."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

import polars as pl

from trialwright.safety.event_counts import SEVERE

Measure = Literal["value", "multiple"]

COLUMNS: dict[Measure, str] = {"value": "standard_value", "multiple": "upper_ratio"}
_LIMITS = ("standard_lower", "standard_upper")


@dataclass(frozen=True, slots=True)
class GradeBand:
    """The values of one grade, in the measure that is drawn; ``inf`` where it has no end."""

    grade: int
    low: float = -inf
    high: float = inf


@dataclass(frozen=True, slots=True)
class LaboratoryView:
    """How a value is drawn.

    Parameters
    ----------
    measure : {"value", "multiple"}
        The value in its standard unit, or multiples of the upper limit of normal.
    bands : tuple of GradeBand
        Grades to shade, where the criteria give the same limits to everybody.
    log : bool
        A logarithmic axis.
    highlight : str or None
        A patient whose line stands out.
    name_from : int
        Patients with this grade or a higher one are named at their worst value.
    """

    measure: Measure = "value"
    bands: tuple[GradeBand, ...] = ()
    log: bool = False
    highlight: str | None = None
    name_from: int = SEVERE


@dataclass(frozen=True, slots=True)
class DrawnValues:
    """The values that can be drawn, as ``x`` and ``y``, and how many cannot."""

    drawn: pl.DataFrame
    without_value: int
    without_day: int
    unit: str
    limits: tuple[float | None, float | None]  # of normal, where they are the same for all
    limits_differ: bool

    @classmethod
    def of(cls, rows: pl.DataFrame, view: LaboratoryView) -> DrawnValues:
        """Place the rows of one analyte; those without a number or a day are counted."""
        y = pl.col(COLUMNS[view.measure])
        known = rows.filter(y.is_not_null() & y.is_finite())
        drawn = known.drop_nulls("day")
        placed = drawn.with_columns(
            x=pl.when(pl.col("day") > 0).then(pl.col("day")).otherwise(pl.col("day") + 1),
            y=pl.when(y > 0).then(y).otherwise(_floor_of(drawn, y)) if view.log else y,
            is_zero=(y <= 0) & view.log,
        )
        units = rows["standard_unit"].drop_nulls().unique(maintain_order=True)
        multiple = view.measure == "multiple"
        return cls(
            placed.sort("patient_id", "day", maintain_order=True),
            rows.height - known.height,
            known.height - drawn.height,
            "multiples of the upper limit" if multiple else " or ".join(units),
            (None, 1.0) if multiple else (_only(drawn, "lower"), _only(drawn, "upper")),
            not multiple and any(drawn[limit].n_unique() > 1 for limit in _LIMITS),
        )

    @property
    def patients(self) -> int:
        """Patients with a value that is drawn."""
        return self.drawn["patient_id"].n_unique()

    def worst(self, grade: int) -> list[tuple[str, tuple[float, float]]]:
        """Return each patient with the grade or a higher one, and where the worst value stands."""
        found = (
            self.drawn.filter(pl.col("grade") >= grade)
            .sort("grade", descending=True, maintain_order=True)
            .unique("patient_id", keep="first", maintain_order=True)
        )
        return [(row["patient_id"], (row["x"], row["y"])) for row in found.iter_rows(named=True)]


def _floor_of(drawn: pl.DataFrame, y: pl.Expr) -> float:
    """Return where values of 0 stand on a log axis: below every other one."""
    lowest = drawn.filter(y > 0).select(y.min()).item() if drawn.height else None
    return 0.7 * float(lowest) if lowest is not None else 0.1


def _only(drawn: pl.DataFrame, side: str) -> float | None:
    """Return the limit of normal on a side if it is the same for every value."""
    limits = drawn[f"standard_{side}"]
    return float(limits[0]) if limits.n_unique() == 1 and limits[0] is not None else None
