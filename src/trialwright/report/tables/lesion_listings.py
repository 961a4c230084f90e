"""Listings 16.2.6.1 to 16.2.6.3: target lesions, other lesions, and the calls of every visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.cells import change_cell
from trialwright.report.figures.population import screened_population
from trialwright.report.formats import NOT_ESTIMABLE, NOTHING, show_size, show_words
from trialwright.report.model import Cell, Column, Row, Table
from trialwright.report.tables.efficacy_inputs import DASH
from trialwright.report.tables.listing_cells import (
    day_cell,
    number_of_day,
    response_cell,
    say_role,
    size_cell,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from trialwright.analysis import Analysis
    from trialwright.report.formats import Days
    from trialwright.response import ChosenReading, LesionValue, PatientResponse, TimePoint
    from trialwright.response.immune.result import ImmuneTimePoint
    from trialwright.response.patient import Lesion, LocalTreatment, Reading

TARGETS, OTHERS, VISITS = "16.2.6.1", "16.2.6.2", "16.2.6.3"
_READ = (
    "The reading that counts of each patient. Recorded: what the reader wrote; counted: what "
    "entered the sum (NE: could not be read; a dash: no part of a sum)."
)
_UNCOUNTED = (
    "Counts: no for a scan after progression or a new anticancer therapy. Days count from the "
    "first treatment."
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One lesion on one scan, as it was recorded and as it was read."""

    lesion: Lesion
    visit: str
    date: date | None
    day: int | None
    method: str | None
    recorded: str
    counted_mm: float | None
    note: str
    treated: str


def build_lesion_listings(analysis: Analysis, days: Days) -> tuple[Table, ...]:
    """List every lesion on every scan, targets first, and the calls of every visit.

    Parameters
    ----------
    analysis : Analysis
        The results.
    days : Days
        How dates look.
    """
    seen = [(one.patient_id, each) for one in analysis.readings for each in _see(one, days)]
    targets = [pair for pair in seen if pair[1].lesion.role == "target"]
    others = [pair for pair in seen if pair[1].lesion.role != "target"]
    return (
        Table(
            TARGETS,
            "Target lesions by visit",
            screened_population(analysis),
            _lesion_columns("Counted, mm"),
            tuple(_target_row(patient, one, days) for patient, one in targets),
            (_READ,),
            "listing",
            "no target lesion was recorded",
        ),
        Table(
            OTHERS,
            "Non-target and new lesions by visit",
            screened_population(analysis),
            _lesion_columns("Part"),
            tuple(_other_row(patient, one, days) for patient, one in others),
            ("The reading that counts of each patient.",),
            "listing",
            "no non-target or new lesion was recorded",
        ),
        _visits(analysis, days),
    )


def _lesion_columns(last: str) -> tuple[Column, ...]:
    kind = "number" if last.startswith("Counted") else "words"
    return (
        Column("Patient"),
        Column("Lesion"),
        Column("Organ"),
        Column("Visit"),
        Column("Date", "date"),
        Column("Day", "number"),
        Column("Method"),
        Column("Recorded"),
        Column(last, kind),  # type: ignore[arg-type]
        Column("Ablated or treated before"),
    )


def _see(one: ChosenReading, days: Days) -> Iterator[_Seen]:
    """Yield each lesion on each scan: those that were read, then what nobody could read."""
    if one.refused is not None or one.unread:
        return
    lesions = {lesion.lesion_id: lesion for lesion in one.scans.lesions}
    left = {(reading.visit, reading.lesion_id): reading for reading in one.scans.readings}
    response = one.response
    points = (response.baseline, *response.time_points) if response.baseline else ()
    for point in points:
        for value in point.values:
            if value.lesion_id in lesions:
                reading = left.pop((point.visit, value.lesion_id), None)
                yield _read(point, value, reading, lesions[value.lesion_id], one, days)
    for reading in left.values():
        if reading.lesion_id in lesions:
            yield _unread(reading, lesions[reading.lesion_id], one, days)


def _read(
    point: TimePoint,
    value: LesionValue,
    reading: Reading | None,
    lesion: Lesion,
    one: ChosenReading,
    days: Days,
) -> _Seen:
    day = point.date if reading is None else reading.scan_date
    return _Seen(
        lesion,
        point.visit,
        day,
        point.day + (day - point.date).days,
        None if reading is None else reading.method,
        value.shown,
        value.counted_mm,
        days.in_words(value.note),
        _treated_before(lesion.lesion_id, day, one, days),
    )


def _unread(reading: Reading, lesion: Lesion, one: ChosenReading, days: Days) -> _Seen:
    """Say what was recorded on a scan that has no call: none of a baseline, say."""
    recorded = (
        show_size(reading.diameter_mm)
        if reading.diameter_mm is not None
        else show_words(reading.state or "no value")
    )
    started = one.scans.first_treatment
    return _Seen(
        lesion,
        reading.visit,
        reading.scan_date,
        None if started is None else (reading.scan_date - started).days,
        reading.method,
        recorded,
        None,
        "no call rests on this scan",
        _treated_before(lesion.lesion_id, reading.scan_date, one, days),
    )


def _treated_before(lesion: str, day: date, one: ChosenReading, days: Days) -> str:
    done = [
        _say_treatment(each, days)
        for each in one.scans.local_treatments
        if each.lesion_id == lesion and each.treatment_date <= day
    ]
    return "; ".join(done) or NOTHING


def _say_treatment(one: LocalTreatment, days: Days) -> str:
    outside = "" if one.planned else ", not planned"
    return f"{one.modality} {days.show(one.treatment_date)}{outside}"


def _target_row(patient: str, one: _Seen, days: Days) -> Row:
    cells = _common(one, days)
    return Row(patient, (*cells, size_cell(one.counted_mm), Cell(one.treated)), patient=patient)


def _other_row(patient: str, one: _Seen, days: Days) -> Row:
    part = Cell(say_role(one.lesion.role))
    return Row(patient, (*_common(one, days), part, Cell(one.treated)), patient=patient)


def _common(one: _Seen, days: Days) -> tuple[Cell, ...]:
    recorded = f"{one.recorded} ({one.note})" if one.note else one.recorded
    return (
        Cell(one.lesion.lesion_id),
        Cell(one.lesion.organ),
        Cell(one.visit),
        day_cell(one.date, days),
        DASH if one.day is None else number_of_day(one.day),
        Cell(one.method or NOTHING),
        Cell(recorded),
    )


def _visits(analysis: Analysis, days: Days) -> Table:
    immune = any(one.immune is not None for one in analysis.responses)
    return Table(
        VISITS,
        "Responses by visit, with the reason of each call",
        screened_population(analysis),
        (
            Column("Patient"),
            Column("Visit"),
            Column("Date", "date"),
            Column("Day", "number"),
            Column("Sum of targets, mm", "number"),
            Column("Change from baseline", "number"),
            Column("Change from nadir", "number"),
            Column("Target"),
            Column("Non-target"),
            Column("New lesions"),
            Column("Overall"),
            *((Column("iRECIST"),) if immune else ()),
            Column("Counts"),
            Column("Why"),
        ),
        tuple(row for one in analysis.responses for row in _visit_rows(one, days, immune=immune)),
        (_UNCOUNTED,),
        "listing",
        "no scan could be read",
    )


def _visit_rows(one: PatientResponse, days: Days, *, immune: bool) -> Iterator[Row]:
    if one.baseline is None:
        why = f"not evaluable: {days.in_words(one.not_evaluable or 'no baseline')}"
        blank = (DASH,) * (9 + immune)
        yield Row(
            one.patient_id, (*blank, Cell(NOT_ESTIMABLE, tone="NE"), DASH, Cell(why)),
            patient=one.patient_id,
        )  # fmt: skip
        return
    yield _visit_row(one, one.baseline, "baseline", days, (DASH,) if immune else ())
    by_visit = {point.visit: point for point in one.immune.time_points} if one.immune else {}
    for number, point in enumerate(one.time_points):
        counts = "yes" if number < one.counted else "no"
        called = (_immune_cell(by_visit.get(point.visit)),) if immune else ()
        yield _visit_row(one, point, counts, days, called)


def _immune_cell(point: ImmuneTimePoint | None) -> Cell:
    return DASH if point is None else response_cell(point.overall)


def _visit_row(
    one: PatientResponse, point: TimePoint, counts: str, days: Days, immune: Sequence[Cell]
) -> Row:
    first = point is one.baseline
    changes = (point.change_from_baseline, point.change_from_nadir)
    return Row(
        one.patient_id,
        (
            Cell(point.visit),
            day_cell(point.date, days),
            number_of_day(point.day),
            size_cell(point.sum_mm),
            *((DASH, DASH) if first else (change_cell(change) for change in changes)),
            response_cell(point.target),
            response_cell(point.non_target),
            Cell(", ".join(point.new_lesions) or (NOTHING if first else "none")),
            response_cell(point.overall),
            *immune,
            Cell(counts),
            Cell(days.in_words(point.reason.sentence)),
        ),
        patient=one.patient_id,
    )
