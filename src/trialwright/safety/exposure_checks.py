"""Find dose rows from which exposure cannot be derived, and doses that the study does not plan.

`trialwright.dataset.check_dataset` finds what is wrong with a row by itself (no dose, an end
before the start). Here are the findings that need the other rows of the drug and its schedule.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from trialwright.dataset.checks import as_told
from trialwright.dataset.findings import Finding
from trialwright.safety.dose_days import (
    Schedule,
    count_rest_days_used,
    find_cycle_starts,
    lay_out_days,
)
from trialwright.safety.dose_rows import Obstacle, find_obstacles, read_dose_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.dose_rows import DrugRows
    from trialwright.study.model import Study

_MENDS = {  # by rule: what to do about it
    "dose.overlap": "end the first row before the second starts",
    "dose.open": "write the last day at this dose",
    "dose.repeated": "write a row for each day on which the drug was given",
    "dose.above_plan": "check the dose; the plan stands in treatments of the study file",
    "dose.on_rest_days": "write a row for each time of dosing, without the rest days",
    "dose.unknown_drug": "write the drug as the study names it, or move it to therapies",
}


def check_exposure(dataset: Dataset, study: Study) -> tuple[Finding, ...]:
    """Check the doses against each other and against the study's schedule.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Plans each drug.

    Returns
    -------
    tuple of Finding
        Warnings, by patient and drug: rows that overlap (``dose.overlap``), a row without an end
        before others (``dose.open``), a row of several days of a drug given once a cycle
        (``dose.repeated``): from these no exposure is derived. A dose above the planned one
        (``dose.above_plan``), a drug given on planned rest days (``dose.on_rest_days``) and one
        that the study does not name (``dose.unknown_drug``) are counted as they stand.

    Raises
    ------
    StudyError
        If the schedule of a drug is still a gap.
    """
    schedules = {one.drug: one for one in map(Schedule.of, study.treatments)}
    return tuple(
        finding
        for patient, drugs in read_dose_rows(dataset, study).items()
        for drug, rows in drugs.items()
        for finding in _check(dataset, patient, rows, schedules.get(drug), drug)
    )


def _check(
    dataset: Dataset, patient: str, rows: DrugRows, schedule: Schedule | None, drug: str
) -> Iterator[Finding]:
    for rule, message, row in chain(_obstacles(rows, schedule), _departures(rows, schedule, drug)):
        finding = Finding(
            rule,
            "warning",
            f"{drug}: {message}",
            _MENDS[rule],
            table="doses",
            row=row,
            patient=patient,
        )
        yield as_told(finding, dataset)


def _obstacles(rows: DrugRows, schedule: Schedule | None) -> Iterator[Obstacle]:
    """Leave out what the checks of the data set already say of a single row."""
    return (one for one in find_obstacles(rows, schedule) if one.rule in _MENDS)


def _departures(rows: DrugRows, schedule: Schedule | None, drug: str) -> Iterator[Obstacle]:
    if schedule is None:
        first = rows.rows[0] if rows.rows else None
        message = f"{drug} is no treatment of the study"
        yield Obstacle("dose.unknown_drug", message, None if first is None else first.source_row)
        return
    for row in rows.rows:
        if row.dose_mg > schedule.dose_mg:
            message = f"{row.name} holds {row.dose_mg:g} mg; planned are {schedule.dose_mg:g} mg"
            yield Obstacle("dose.above_plan", message, row.source_row)
    yield from _rest_days(rows, schedule)


def _rest_days(rows: DrugRows, schedule: Schedule) -> Iterator[Obstacle]:
    days = None if any(find_obstacles(rows, schedule)) else lay_out_days(rows.rows)
    if days is None:
        return
    used = count_rest_days_used(days, find_cycle_starts(days, schedule), schedule)
    if used:
        message = (
            f"given on {used} planned rest days ({schedule.days_given} of "
            f"{schedule.cycle_days} days are planned)"
        )
        yield Obstacle("dose.on_rest_days", message, rows.rows[0].source_row)
