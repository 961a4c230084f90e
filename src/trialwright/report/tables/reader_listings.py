"""Listings 16.2.6.8 to 16.2.6.10: adjudicated patients, and calls that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.figures.population import screened_population
from trialwright.report.formats import NOTHING, show_words
from trialwright.report.model import Cell, Column, Row, Table
from trialwright.report.tables.listing_cells import day_cell, response_cell
from trialwright.report.tables.reader_agreement import whose_reading
from trialwright.response.compare.readers import show_reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis, ReaderAgreement
    from trialwright.report.formats import Days
    from trialwright.response.compare.collected_calls import CallComparison

DECIDED, DIFFERENCES, CALLS = "16.2.6.8", "16.2.6.9", "16.2.6.10"


def build_reader_listings(analysis: Analysis, days: Days) -> tuple[Table, ...]:
    """List what was adjudicated, where readers differ, and where collected calls differ.

    Parameters
    ----------
    analysis : Analysis
        The results.
    days : Days
        How dates look.

    Returns
    -------
    tuple of Table
        Without the subjects that the data do not have.
    """
    agreement, calls = analysis.agreement, analysis.calls
    readers = () if agreement is None else (
        _decided(analysis, days),
        _differences(analysis, agreement, days),
    )  # fmt: skip
    return readers if calls is None else (*readers, _calls(analysis, calls, days))


def _decided(analysis: Analysis, days: Days) -> Table:
    return Table(
        DECIDED,
        "Patients whose readings were adjudicated, or count for nobody",
        screened_population(analysis),
        (Column("Patient"), Column("Reading that counts"), Column("Why")),
        tuple(
            Row(
                one.patient_id,
                (Cell(whose_reading(one)), Cell(days.in_words(one.why))),
                patient=one.patient_id,
                mark="alert" if one.refused is not None else "",
            )
            for one in analysis.readings
            if one.adjudicated or one.refused is not None
        ),
        kind="listing",
        empty="no reading was adjudicated, and every patient's counts",
    )


def _differences(analysis: Analysis, agreement: ReaderAgreement, days: Days) -> Table:
    return Table(
        DIFFERENCES,
        "Where two readers differ",
        screened_population(analysis),
        (
            Column("Patient"),
            Column("Visit"),
            Column("Date", "date"),
            Column("First reader"),
            Column("Call"),
            Column("Second reader"),
            Column("Call"),
            Column("Why"),
        ),
        tuple(_difference_rows(agreement, days)),
        kind="listing",
        empty="the readers agree throughout",
    )


def _difference_rows(agreement: ReaderAgreement, days: Days) -> Iterator[Row]:
    for pair in agreement.agreements:
        first, second = show_reader(pair.first), show_reader(pair.second)
        for one in pair.discordant:
            why = f"{first}: {one.first_reason}. {second}: {one.second_reason}"
            cells = (
                Cell(one.visit or "best response"),
                day_cell(one.date, days),
                Cell(first),
                response_cell(one.first),
                Cell(second),
                response_cell(one.second),
                Cell(days.in_words(why)),
            )
            yield Row(one.patient_id, cells, patient=one.patient_id)


def _calls(analysis: Analysis, calls: CallComparison, days: Days) -> Table:
    return Table(
        CALLS,
        "Where calls as collected differ from those derived here",
        screened_population(analysis),
        (
            Column("Patient"),
            Column("Visit"),
            Column("Date", "date"),
            Column("Part"),
            Column("Called by"),
            Column("Collected"),
            Column("Derived"),
            Column("Why"),
        ),
        tuple(
            Row(
                one.patient_id,
                (
                    Cell(one.visit),
                    day_cell(one.date, days),
                    Cell(show_words(one.part)),
                    Cell(show_reader(one.reader) if one.reader else "a person"),
                    Cell(one.theirs or NOTHING),
                    Cell(one.ours or NOTHING),
                    Cell(days.in_words(one.sentence)),
                ),
                patient=one.patient_id,
            )
            for one in calls.disagreements
        ),
        kind="listing",
        empty="every call is as ours",
    )
