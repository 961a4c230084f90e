"""The results of ablation as Polars frames, for notebooks, CSV and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from trialwright.analysis.ablation import AblationResults
    from trialwright.response.ablated.both_readings import BothReadings
    from trialwright.response.ablated.result import AblatedLesion


def ablated_lesions_frame(results: AblationResults) -> pl.DataFrame:
    """Return one row an ablated lesion: procedure, efficacy, local progression and why.

    Sizes in mm; days since the last ablation of the defined course, unless named otherwise.
    """
    return pl.DataFrame([_lesion_row(one) for one in results.lesions], schema=_LESIONS)


def _lesion_row(one: AblatedLesion) -> dict[str, object]:
    first, last, second = one.first_control, one.course[-1], one.secondary_efficacy
    return {
        "patient_id": one.patient_id,
        "lesion_id": one.lesion.lesion_id,
        "role": one.lesion.role,
        "organ": one.lesion.organ,
        "modality": last.modality,
        "planned": last.planned,
        "ablations": len(one.ablations),
        "ablations_repeated": len(one.retreatments),
        "first_ablation": one.ablations[0].treatment_date,
        "last_of_course": last.treatment_date,
        "days_from_first_treatment": one.days_from_first_treatment,
        "size_before_mm": one.size_before_mm,
        "margin_mm": last.margin_mm,
        "technical_success": one.technical_success,
        "first_control": first.visit if first else None,
        "first_control_date": first.date if first else None,
        "first_control_days": one.first_control_days,
        "first_control_in_window": one.in_window,
        "primary_efficacy": one.primary_efficacy.label,
        "residual_tumour": one.residual_tumour.label,
        "secondary_efficacy": None if second is None else second.label,
        "efficacy_reason": one.efficacy_reason.sentence,
        "local_end": one.local.end.label,
        "local_end_date": one.local.date,
        "local_end_days": one.local.days,
        "local_reason": one.local.reason.sentence,
    }


_LESIONS = {
    "patient_id": pl.String,
    "lesion_id": pl.String,
    "role": pl.String,
    "organ": pl.String,
    "modality": pl.String,
    "planned": pl.Boolean,
    "ablations": pl.Int64,
    "ablations_repeated": pl.Int64,
    "first_ablation": pl.Date,
    "last_of_course": pl.Date,
    "days_from_first_treatment": pl.Int64,
    "size_before_mm": pl.Float64,
    "margin_mm": pl.Float64,
    "technical_success": pl.Boolean,
    "first_control": pl.String,
    "first_control_date": pl.Date,
    "first_control_days": pl.Int64,
    "first_control_in_window": pl.Boolean,
    "primary_efficacy": pl.String,
    "residual_tumour": pl.String,
    "secondary_efficacy": pl.String,
    "efficacy_reason": pl.String,
    "local_end": pl.String,
    "local_end_date": pl.Date,
    "local_end_days": pl.Int64,
    "local_reason": pl.String,
}


def both_readings_frame(results: AblationResults) -> pl.DataFrame:
    """Return one row a patient: best response of both readings, and which lesion decides."""
    return pl.DataFrame([_patient_row(both) for both in results.readings], schema=_READINGS)


def _patient_row(both: BothReadings) -> dict[str, object]:
    return {
        "patient_id": both.patient_id,
        "ablated_lesions": ", ".join(both.ablated) or None,
        "best_not_ablated": both.not_ablated.best.response.label,
        "best_all_disease": both.all_disease.best.response.label,
        "best_differs": both.best_differs,
        "visits": len(both.visits),
        "visits_that_differ": sum(visit.differ for visit in both.visits),
        "deciding_lesions": ", ".join(both.deciding) or None,
        "reason": both.sentence,
    }


_READINGS = {
    "patient_id": pl.String,
    "ablated_lesions": pl.String,
    "best_not_ablated": pl.String,
    "best_all_disease": pl.String,
    "best_differs": pl.Boolean,
    "visits": pl.Int64,
    "visits_that_differ": pl.Int64,
    "deciding_lesions": pl.String,
    "reason": pl.String,
}


def both_calls_frame(results: AblationResults) -> pl.DataFrame:
    """Return one row a patient and visit: the call of both readings side by side."""
    rows = [
        {
            "patient_id": both.patient_id,
            "visit": visit.visit,
            "date": visit.date,
            "not_ablated": visit.not_ablated.label,
            "all_disease": visit.all_disease.label,
            "differ": visit.differ,
        }
        for both in results.readings
        for visit in both.visits
    ]
    return pl.DataFrame(rows, schema=_CALLS)


_CALLS = {
    "patient_id": pl.String,
    "visit": pl.String,
    "date": pl.Date,
    "not_ablated": pl.String,
    "all_disease": pl.String,
    "differ": pl.Boolean,
}


def ablation_counts_frame(results: AblationResults) -> pl.DataFrame:
    """Return one row an outcome and level: how many met it, of how many assessed."""
    rows = [
        {
            "outcome": row.key,
            "level": row.level,
            "met": row.met,
            "assessed": row.assessed,
            "not_assessed": row.not_assessed,
            "rate": row.estimate.value if row.estimate else None,
            "low": row.estimate.low if row.estimate else None,
            "high": row.estimate.high if row.estimate else None,
            "method": row.estimate.method if row.estimate else None,
        }
        for row in results.counts
    ]
    return pl.DataFrame(rows, schema=_COUNTS)


_COUNTS = {
    "outcome": pl.String,
    "level": pl.String,
    "met": pl.Int64,
    "assessed": pl.Int64,
    "not_assessed": pl.Int64,
    "rate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "method": pl.String,
}
