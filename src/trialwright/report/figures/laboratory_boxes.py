"""Box plots over time: of liver tests and other laboratory values, and of blood pressure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.figures.boxes import BoxedValue, draw_boxes
from trialwright.report.figures.population import treated_population
from trialwright.report.safety.axes import slug_of
from trialwright.safety.event_counts import SEVERE
from trialwright.safety.liver.samples import ALKALINE_PHOSPHATASE, BILIRUBIN, TRANSAMINASES
from trialwright.safety.measurement_windows import window_days_of

if TYPE_CHECKING:
    import polars as pl

    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.model import Figure

_LIVER = (*TRANSAMINASES, BILIRUBIN, ALKALINE_PHOSPHATASE)
_MOST_OTHERS = 4
_LABORATORY, _VITALS = "14.3.9", "14.3.11"


def draw_laboratory_boxes(safety: SafetyAnalysis) -> tuple[Figure, ...]:
    """Draw boxes over time of the liver tests, and of the values that were severe most often.

    Parameters
    ----------
    safety : SafetyAnalysis
        The analysis of harm; none where no laboratory values were collected.
    """
    import polars as pl

    if safety.laboratory is None:
        return ()
    rows = safety.laboratory.rows.filter(pl.col("patient_id").is_in(list(safety.treated)))
    severe = safety.laboratory.worst.filter(pl.col("worst_grade") >= SEVERE)
    often = (
        severe.filter(~pl.col("analyte").is_in(_LIVER))
        .group_by("analyte")
        .agg(pl.col("patient_id").n_unique().alias("patients"))
        .sort("patients", "analyte", descending=[True, False])
    )
    chosen = [*_LIVER, *often["analyte"][:_MOST_OTHERS]]
    there = set(rows["analyte"])
    among = treated_population(safety)
    return tuple(
        draw_boxes(_boxed(rows.filter(pl.col("analyte") == one), one, safety), among)
        for one in chosen
        if one in there
    )


def _boxed(rows: pl.DataFrame, analyte: str, safety: SafetyAnalysis) -> BoxedValue:
    """Return a value as multiples of the upper limit for a liver test, in its unit otherwise."""
    liver = analyte in _LIVER
    units = rows["standard_unit"].drop_nulls().unique(maintain_order=True)
    name = f"{analyte[:1].upper()}{analyte[1:]}"
    return BoxedValue(
        f"boxes-{slug_of(analyte)}",
        _LABORATORY,
        f"{name} over time, all patients",
        "Multiples of the upper limit" if liver else " or ".join(units),
        rows.with_columns(y="upper_ratio" if liver else "standard_value"),
        window_days_of(safety.study),
        log=liver,
        line=1.0 if liver else None,
        line_words="upper limit of normal" if liver else "",
    )


def draw_blood_pressure(safety: SafetyAnalysis) -> tuple[Figure, ...]:
    """Draw boxes over time of systolic and diastolic blood pressure.

    Parameters
    ----------
    safety : SafetyAnalysis
        The analysis of harm; none where no vital signs were collected.
    """
    import polars as pl

    if safety.vitals is None:
        return ()
    pressures = safety.vitals.pressures.filter(pl.col("patient_id").is_in(list(safety.treated)))
    return tuple(
        draw_boxes(
            BoxedValue(
                f"{which}-pressure",
                _VITALS,
                f"{which.capitalize()} blood pressure over time, all patients",
                "mmHg",
                pressures.with_columns(y=which),
                window_days_of(safety.study),
            ),
            treated_population(safety),
        )
        for which in ("systolic", "diastolic")
    )
