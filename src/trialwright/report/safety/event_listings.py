"""Listings 16.2.7: every adverse event, narratives of the serious ones, deaths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.report.figures.population import treated_population
from trialwright.report.formats import NOTHING
from trialwright.report.model import Cell, Row, Table, word_cell
from trialwright.report.safety.columns import date_cell, listing_columns, study_day_cell, value_cell
from trialwright.report.safety.event_tables import build_deaths, say_attribution
from trialwright.report.safety.narratives import write_narrative
from trialwright.safety.serious_events import gather_serious_events

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.dataset.dataset import Dataset
    from trialwright.report.formats import Days

_HEADS = (
    "Patient", "Event", "Grade", "Onset", "Study day", "Resolution", "Serious",
    "Treatment-emergent", "Why", "Related to", "What was done", "Outcome",
)  # fmt: skip
_YES = {True: "yes", False: "no", None: "not stated"}


def build_event_listings(safety: SafetyAnalysis, dataset: Dataset, days: Days) -> tuple[Table, ...]:
    """Return listings 16.2.7.1 to 16.2.7.3, of what was collected.

    Parameters
    ----------
    safety : SafetyAnalysis
        Events, deaths and laboratory values.
    dataset : Dataset
        The data of the analysis: birth dates, doses and medication for the narratives.
    days : Days
        How days are written.
    """
    found = []
    if safety.events is not None:
        found += [_events(safety, safety.events.rows, days)]
        found += [_narratives(safety, safety.events.rows, dataset, days)]
    if safety.deaths is not None:
        found.append(build_deaths("16.2.7.3", safety.deaths, safety, days))
    return tuple(found)


def _events(safety: SafetyAnalysis, events: pl.DataFrame, days: Days) -> Table:
    ordered = events.sort("patient_id", "onset", nulls_last=True, maintain_order=True)
    rows = tuple(
        Row(_patient(one), _event_cells(one, days), patient=one["patient_id"])
        for one in ordered.iter_rows(named=True)
    )
    completed = (
        "An onset or a resolution that is known in part is completed; (D) the day, (M) the month "
        "and the day."
    )
    notes = ("Every row that was collected, of patients who were never treated too.", completed)
    columns = listing_columns(_HEADS, ("Grade", "Study day"))
    empty = "no adverse event was recorded"
    return Table(
        "16.2.7.1", "Adverse events", treated_population(safety), columns, rows, notes, "listing",
        empty,
    )  # fmt: skip


def _patient(one: Mapping[str, Any]) -> str:
    return one["patient_id"] or "not stated"


def _event_cells(one: Mapping[str, Any], days: Days) -> tuple[Cell, ...]:
    return (
        word_cell(one["term"] or NOTHING),
        value_cell("grade", one["grade"]),
        _completed(one, "onset", days),
        study_day_cell(one["onset_day"]),
        _completed(one, "resolution", days),
        word_cell(_YES[one["serious"]]),
        word_cell(_YES[one["emergent"]]),
        word_cell(days.in_words(one["emergent_why"])),
        word_cell(say_attribution(one)),
        word_cell("; ".join(one["led_to"] or ()) or NOTHING),
        word_cell(one["outcome"] or NOTHING),
    )


def _completed(one: Mapping[str, Any], name: str, days: Days) -> Cell:
    cell, imputed = date_cell(one[name], days), one[f"{name}_imputed"]
    return cell if imputed is None else Cell(f"{cell.text} ({imputed})", sort=cell.sort)


def _narratives(
    safety: SafetyAnalysis, events: pl.DataFrame, dataset: Dataset, days: Days
) -> Table:
    graded = None if safety.laboratory is None else safety.laboratory.rows
    told = gather_serious_events(events, graded, dataset, safety.study, safety.courses)
    rows = tuple(
        Row(
            one.patient_id or "not stated",
            (word_cell(one.term), word_cell(write_narrative(one, days))),
            patient=one.patient_id,
        )
        for one in told
    )
    open_ones = events.filter(pl.col("serious").is_null() & ~pl.col("fatal")).height
    told_of = (
        "Serious and fatal events, treatment-emergent or not. Liver tests are told of an event of "
        "the liver: the highest from the onset to the end of the event."
    )
    unsaid = f"Whether they were serious is not stated of further events: {open_ones}."
    notes = (told_of, unsaid) if open_ones else (told_of,)
    columns = listing_columns(("Patient", "Event", "Narrative"))
    title, population = "Narratives of serious events", treated_population(safety)
    empty = "no event was serious or fatal"
    return Table("16.2.7.2", title, population, columns, rows, notes, "listing", empty)
