"""Listings 16.2.7 and 16.2.8 of harm: events, narratives, deaths, laboratory, vital signs, ECG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.figures.population import treated_population
from trialwright.report.formats import NOTHING
from trialwright.report.model import Cell, Number, Row, Table, word_cell
from trialwright.report.safety.columns import date_cell, listing_columns, study_day_cell
from trialwright.report.safety.event_listings import build_event_listings
from trialwright.report.safety.laboratory_listings import build_liver_listing, build_severe_values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.dataset.dataset import Dataset
    from trialwright.report.formats import Days

# Table, number, title, column of what was measured, column of its day.
_MEASURED = (
    ("vitals", "16.2.8.3", "Vital signs", "test", "measured_date"),
    ("ecgs", "16.2.8.4", "Electrocardiogram", "parameter", "ecg_date"),
)


def build_safety_listings(
    safety: SafetyAnalysis, analysis_dataset: Dataset, days: Days
) -> tuple[Table, ...]:
    """Return the listings of harm, of what was collected, in the order of their numbers.

    Parameters
    ----------
    safety : SafetyAnalysis
        From ``analysis.safety.analyse_safety``.
    analysis_dataset : Dataset
        The data that it was made from: ``Analysis.dataset``.
    days : Days
        How days are written: as dates, or as study days where the study has no calendar.

    Returns
    -------
    tuple of Table
        16.2.7.1 adverse events, .2 narratives, .3 deaths; 16.2.8.1 severe laboratory values, .2
        liver tests, .3 vital signs, .4 ECG. What was not collected has no listing.
    """
    return (
        *build_event_listings(safety, analysis_dataset, days),
        *build_severe_values(safety, days),
        *build_liver_listing(safety, days),
        *(
            _measurements(one, safety, analysis_dataset, days)
            for one in _MEASURED
            if analysis_dataset.collected(one[0])
        ),
    )


def _measurements(
    listed: tuple[str, str, str, str, str], safety: SafetyAnalysis, dataset: Dataset, days: Days
) -> Table:
    name, number, title, what, when = listed
    ordered = dataset.table(name).sort("patient_id", what, when, maintain_order=True)
    rows = tuple(
        Row(
            one["patient_id"] or "not stated",
            (
                word_cell(one[what] or NOTHING),
                date_cell(one[when], days),
                _study_day(safety, one["patient_id"], one[when]),
                _value(one),
            ),
            patient=one["patient_id"],
        )
        for one in ordered.iter_rows(named=True)
    )
    columns = listing_columns(
        ("Patient", what.capitalize(), "Date", "Study day", "Value"), ("Study day", "Value")
    )
    notes = ("Every row that was collected, of patients who were never treated too.",)
    empty, population = "no measurement was recorded", treated_population(safety)
    return Table(number, title, population, columns, rows, notes, "listing", empty)


def _study_day(safety: SafetyAnalysis, patient: str, when: date | None) -> Cell:
    course = safety.courses.get(patient)
    return study_day_cell(None if course is None else course.study_day(when))


def _value(one: Mapping[str, Any]) -> Cell:
    if one["value"] is None:
        return word_cell(NOTHING)
    text = f"{one['value']:g} {one['unit'] or 'without a unit'}"
    return Cell(text, (Number("value", one["value"]),), sort=one["value"])
