"""Listings 16.2.6.4 and 16.2.6.5: best response, rates and times of every patient, with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.times import show_days
from trialwright.endpoints import NoTime
from trialwright.report.cells import change_cell
from trialwright.report.figures.population import screened_population
from trialwright.report.formats import NOTHING
from trialwright.report.model import Cell, Column, Number, Row, Table
from trialwright.report.tables.efficacy_inputs import DASH, say_end, say_met
from trialwright.report.tables.listing_cells import day_cell, response_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trialwright.analysis import Analysis
    from trialwright.endpoints import Member, Timed, TimeToEvent
    from trialwright.report.formats import Days
    from trialwright.response import PatientResponse

BEST, ENDPOINTS = "16.2.6.4", "16.2.6.5"
_SHORT = ("PFS", "OS")
_BEST_NOTE = "In order of enrolment. Times in days; + marks a censored time."


def build_response_listings(analysis: Analysis, days: Days) -> tuple[Table, Table]:
    """List the best response of every patient, and every endpoint of every patient.

    Parameters
    ----------
    analysis : Analysis
        The results.
    days : Days
        How dates look.
    """
    return _best(analysis, days), _endpoints(analysis, days)


def _best(analysis: Analysis, days: Days) -> Table:
    immune = any(one.immune is not None for one in analysis.responses)
    times = {key: _times_of(analysis, key) for key in _SHORT}
    return Table(
        BEST,
        "Best overall response of every patient",
        screened_population(analysis),
        (
            Column("Patient"),
            Column("Best response"),
            Column("Date", "date"),
            Column("Confirmed on", "date"),
            Column("Unconfirmed best"),
            *((Column("Best by iRECIST"),) if immune else ()),
            Column("Best change", "number"),
            *(Column(f"{key}, days", "number") for key in _SHORT),
            Column("Why"),
            Column("Not counted"),
        ),
        tuple(
            _best_row(one, analysis.by_patient[one.patient_id], times, days, immune=immune)
            for one in analysis.sets.members
        ),
        (_BEST_NOTE,),
        "listing",
        "the data hold no patient",
    )


def _times_of(analysis: Analysis, key: str) -> Mapping[str, TimeToEvent]:
    result = analysis.survival_of(key)
    return {} if result is None else {one.patient_id: one for one in result.times}


def _best_row(
    member: Member,
    response: PatientResponse,
    times: Mapping[str, Mapping[str, TimeToEvent]],
    days: Days,
    *,
    immune: bool,
) -> Row:
    deepest, name = response.best_change, member.patient_id
    by_irecist = response.immune
    called = (response_cell(by_irecist.best.response),) if by_irecist else (DASH,)
    return Row(
        name,
        (
            response_cell(response.best.response),
            day_cell(response.best.date, days),
            day_cell(response.best.confirmed_on, days),
            response_cell(response.unconfirmed.response),
            *(called if immune else ()),
            DASH if deepest is None else change_cell(deepest.change_from_baseline),
            *(_days_cell(of.get(name)) for of in times.values()),
            Cell(days.in_words(response.best.reason.sentence)),
            Cell(member.excluded or NOTHING),
        ),
        patient=name,
    )


def _days_cell(time: TimeToEvent | None) -> Cell:
    """Make the cell ``57+`` of a time; + where it is censored."""
    if time is None:
        return DASH
    text = f"{time.days}{'' if time.event else '+'}"
    return Cell(text, (Number("days", time.days),), sort=float(time.days))


def _endpoints(analysis: Analysis, days: Days) -> Table:
    lines: dict[str, list[Row]] = {one.patient_id: [] for one in analysis.sets.members}
    for row in _rows(analysis, days):
        lines[row.label].append(row)
    return Table(
        ENDPOINTS,
        "Rates and times of every patient, with the reason of each",
        screened_population(analysis),
        (
            Column("Patient"),
            Column("Endpoint"),
            Column("Result"),
            Column("Ended", "date"),
            Column("Why"),
            Column("Source"),
        ),
        tuple(row for rows in lines.values() for row in rows),
        ("Source: the table and visit from which the date of the end was taken.",),
        "listing",
        "no endpoint is computable",
    )


def _rows(analysis: Analysis, days: Days) -> Iterator[Row]:
    for result in analysis.proportions:
        for outcome in result.outcomes:
            cells = (
                Cell(result.key),
                Cell(say_met(outcome)),
                DASH,
                Cell(days.in_words(outcome.reason)),
                DASH,
            )
            yield Row(outcome.patient_id, cells, patient=outcome.patient_id)
    for timed in analysis.timed:
        every: tuple[Timed, ...] = (*timed.times, *timed.no_times)
        for one in every:
            yield _time_row(timed.key, one, days)


def _time_row(key: str, one: Timed, days: Days) -> Row:
    """Lay out one time, or why there is none; an endpoint per lesion names the lesion."""
    named = Cell(f"{key} {one.lesion_id}" if one.lesion_id else key)
    if isinstance(one, NoTime):
        cells = (named, Cell("not counted"), DASH, Cell(days.in_words(one.why)), DASH)
    else:
        numbers = (Number("days", one.days),)
        cells = (
            named,
            Cell(f"{show_days(one.days)}, {say_end(one)}", numbers, sort=float(one.days)),
            day_cell(one.end, days),
            Cell(days.in_words(one.reason)),
            Cell(one.source or NOTHING),
        )
    return Row(one.patient_id, cells, patient=one.patient_id)
