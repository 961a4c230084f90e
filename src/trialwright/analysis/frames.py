"""The analysis as Polars frames and plain rows, for notebooks, CSV and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trialwright.analysis.result import Analysis, TimedResult
    from trialwright.endpoints import TimeToEvent
    from trialwright.response import PatientResponse, TimePoint
    from trialwright.response.immune.result import ImmuneTimePoint


def responses_frame(analysis: Analysis) -> pl.DataFrame:
    """Return one row a patient: best response, best change and why."""
    excluded = {member.patient_id: member.excluded for member in analysis.sets.members}
    rows = [_response_row(one, excluded[one.patient_id]) for one in analysis.responses]
    frame = pl.DataFrame(rows, schema=_RESPONSES)
    # A sum that was not measured whole is blank: nan is no JSON.
    return frame.with_columns(pl.col("baseline_sum_mm", "best_change_percent").fill_nan(None))


def _response_row(response: PatientResponse, excluded: str | None) -> dict[str, object]:
    deepest, immune, base = response.best_change, response.immune, response.baseline
    return {
        "patient_id": response.patient_id,
        "in_efficacy_set": excluded is None,
        "excluded_because": excluded,
        "best_response": response.best.response.label,
        "best_response_date": response.best.date,
        "confirmed_on": response.best.confirmed_on,
        "unconfirmed_best_response": response.unconfirmed.response.label,
        "immune_best_response": immune.best.response.label if immune else None,
        "immune_progression_date": immune.progression.date if immune else None,
        "baseline_sum_mm": base.sum_mm if base else None,
        "best_change_percent": 100 * deepest.change_from_baseline if deepest else None,
        "assessments": len(response.time_points),
        "reason": response.best.reason.sentence,
    }


_RESPONSES = {
    "patient_id": pl.String,
    "in_efficacy_set": pl.Boolean,
    "excluded_because": pl.String,
    "best_response": pl.String,
    "best_response_date": pl.Date,
    "confirmed_on": pl.Date,
    "unconfirmed_best_response": pl.String,
    "immune_best_response": pl.String,
    "immune_progression_date": pl.Date,
    "baseline_sum_mm": pl.Float64,
    "best_change_percent": pl.Float64,
    "assessments": pl.Int64,
    "reason": pl.String,
}


def time_points_frame(
    responses: Iterable[PatientResponse], *, readers: Mapping[str, str | None] | None = None
) -> pl.DataFrame:
    """Return one row a patient and assessment after baseline: sum, calls and reason.

    Parameters
    ----------
    responses : iterable of PatientResponse
        From `read_responses`, or ``analysis.responses``.
    readers : mapping of str to str or None, optional
        Whose reading it is, by patient; a column ``reader`` then follows the patient.

    Returns
    -------
    polars.DataFrame
        Lengths in mm, changes as fractions, days since the first treatment.
    """
    rows = [
        _time_point_row(response.patient_id, point, immune)
        for response in responses
        for point, immune in zip(response.time_points, _immune_points(response), strict=True)
    ]
    frame = pl.DataFrame(rows, schema=_TIME_POINTS).with_columns(
        pl.col("sum_mm", "change_from_baseline", "nadir_mm").fill_nan(None)
    )
    if readers is None:
        return frame
    named = [readers.get(patient) for patient in frame["patient_id"].to_list()]
    return frame.insert_column(1, pl.Series("reader", named, dtype=pl.String))


def _time_point_row(
    patient: str, point: TimePoint, immune: ImmuneTimePoint | None
) -> dict[str, object]:
    return {
        "patient_id": patient,
        "visit": point.visit,
        "date": point.date,
        "day": point.day,
        "sum_mm": point.sum_mm,
        "measured_mm": point.measured_mm,
        "change_from_baseline": point.change_from_baseline,
        "nadir_mm": point.nadir_mm,
        "nadir_visit": point.nadir_visit,
        "target": point.target.label,
        "non_target": point.non_target.label,
        "new_lesions": ", ".join(point.new_lesions) or None,
        "overall": point.overall.label,
        "rule": point.reason.rule,
        "reason": point.reason.sentence,
        "immune_overall": immune.overall.label if immune else None,
        "immune_rule": immune.reason.rule if immune else None,
        "immune_reason": immune.reason.sentence if immune else None,
    }


def _immune_points(response: PatientResponse) -> Sequence[ImmuneTimePoint | None]:
    """Return the iRECIST call of each time point; none where the study does not ask for it."""
    if response.immune is None:
        return [None] * len(response.time_points)
    return response.immune.time_points


_TIME_POINTS = {
    "patient_id": pl.String,
    "visit": pl.String,
    "date": pl.Date,
    "day": pl.Int64,
    "sum_mm": pl.Float64,
    "measured_mm": pl.Float64,
    "change_from_baseline": pl.Float64,
    "nadir_mm": pl.Float64,
    "nadir_visit": pl.String,
    "target": pl.String,
    "non_target": pl.String,
    "new_lesions": pl.String,
    "overall": pl.String,
    "rule": pl.String,
    "reason": pl.String,
    "immune_overall": pl.String,
    "immune_rule": pl.String,
    "immune_reason": pl.String,
}


def times_frame(analysis: Analysis) -> pl.DataFrame:
    """Return one row a patient (or lesion) and time-to-event endpoint.

    ``status`` is event, competing, censored or not counted; the last also for the patients outside
    the efficacy set, so that each endpoint counted per patient has a row for every patient of the
    data.
    """
    rows: list[dict[str, object]] = []
    for result in analysis.timed:
        rows += [_time_row(result.key, time) for time in result.times]
        rows += [
            {
                "patient_id": one.patient_id, "lesion_id": one.lesion_id, "endpoint": result.key,
                "status": "not counted", "reason": one.why,
            }
            for one in result.no_times
        ]  # fmt: skip
        rows += [
            {
                "patient_id": member.patient_id, "endpoint": result.key, "status": "not counted",
                "reason": member.excluded,
            }
            for member in analysis.sets.excluded
        ]  # fmt: skip
    return pl.DataFrame(rows, schema=_TIMES)


def _time_row(key: str, time: TimeToEvent) -> dict[str, object]:
    status = "event" if time.event else "competing" if time.competing else "censored"
    return {
        "patient_id": time.patient_id,
        "lesion_id": time.lesion_id,
        "endpoint": key,
        "start": time.start,
        "end": time.end,
        "days": time.days,
        "status": status,
        "event": time.event,
        "kind": time.kind,
        "reason": time.reason,
        "source": time.source,
        "imputed": time.imputed,
    }


_TIMES = {
    "patient_id": pl.String,
    "lesion_id": pl.String,
    "endpoint": pl.String,
    "start": pl.Date,
    "end": pl.Date,
    "days": pl.Int64,
    "status": pl.String,
    "event": pl.Boolean,
    "kind": pl.String,
    "reason": pl.String,
    "source": pl.String,
    "imputed": pl.String,
}


def endpoints_frame(analysis: Analysis) -> pl.DataFrame:
    """Return one row an endpoint: n, events, how the times end, estimate and interval.

    Proportions are fractions; times are in the study's unit. An endpoint with a competing event
    has counts alone; its incidences are in `landmarks_frame`.
    """
    rows: list[dict[str, object]] = [
        {
            "endpoint": result.key,
            "title": result.title,
            "n": result.estimate.n,
            "events": result.estimate.successes,
            "measure": "proportion",
            "estimate": result.estimate.value,
            "low": result.estimate.low,
            "high": result.estimate.high,
            "level": result.estimate.level,
            "method": result.estimate.method,
        }
        for result in analysis.proportions
    ]
    rows += [
        _ends(result)
        | {
            "measure": f"median {result.unit}",
            "estimate": result.median.value,
            "low": result.median.low,
            "high": result.median.high,
            "level": result.median.level,
            "method": result.median.method,
        }
        for result in analysis.survival
    ]
    rows += [_ends(result) for result in analysis.competing]
    frame = pl.DataFrame(rows, schema=_ENDPOINTS)
    return frame.with_columns(pl.col("estimate", "low", "high").fill_nan(None))


def landmarks_frame(analysis: Analysis) -> pl.DataFrame:
    """Return one row an endpoint and landmark: event-free rate, or cumulative incidence.

    An endpoint with a competing event has the incidence of its event; the others have the
    event-free rate. ``state`` says why there is no estimate.
    """
    rows = [
        {
            "endpoint": result.key,
            "measure": measure,
            "months": month,
            "estimate": one.value,
            "low": one.low,
            "high": one.high,
            "level": one.level,
            "method": one.method,
            "state": one.state,
        }
        for measure, results in (
            ("event-free rate", analysis.survival),
            ("cumulative incidence", analysis.competing),
        )
        for result in results
        for month, one in result.landmarks
    ]
    frame = pl.DataFrame(rows, schema=_LANDMARKS)
    return frame.with_columns(pl.col("estimate", "low", "high").fill_nan(None))


_LANDMARKS = {
    "endpoint": pl.String,
    "measure": pl.String,
    "months": pl.Float64,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "level": pl.Float64,
    "method": pl.String,
    "state": pl.String,
}


def _ends(result: TimedResult) -> dict[str, object]:
    return {
        "endpoint": result.key,
        "title": result.title,
        "n": len(result.times),
        "events": result.events.total(),
        "competing": result.competing.total(),
        "censored": result.censored.total(),
        "not_counted": result.not_counted.total(),
        "by_reason": "; ".join(result.count_ends()),
    }


_ENDPOINTS = {
    "endpoint": pl.String,
    "title": pl.String,
    "n": pl.Int64,
    "events": pl.Int64,
    "measure": pl.String,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "level": pl.Float64,
    "method": pl.String,
    "competing": pl.Int64,
    "censored": pl.Int64,
    "not_counted": pl.Int64,
    "by_reason": pl.String,
}
