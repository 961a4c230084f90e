"""One virtual trial, drawn lesion by lesion, as a full data set."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from trialwright.simulate.clinic import ClinicRows
from trialwright.simulate.draws import GENERATOR_NAME, Draws
from trialwright.simulate.memory import room_as_lists
from trialwright.simulate.numbers import nature_of, protocol_of
from trialwright.simulate.record import Setting, record_patient
from trialwright.simulate.rows import PatientRecord
from trialwright.simulate.scans import Terms

if TYPE_CHECKING:
    from trialwright.dataset.dataset import Dataset
    from trialwright.simulate.clinic import Clinic
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.scans import Reading
    from trialwright.simulate.scenario import Scenario


def simulate_trial(
    scenario: Scenario,
    plan: TrialPlan,
    reading: Reading,
    *,
    seed: int,
    trial: int = 0,
    clinic: Clinic | None = None,
) -> Dataset:
    """Draw one virtual trial.

    Parameters
    ----------
    scenario : Scenario
        Assumptions about patients and tumours.
    plan : TrialPlan
        The protocol: patients, calendar, drugs, ablation.
    reading : Reading
        How scans are read, and whether the first progression ends a patient's tumour assessments
        and treatment; ``reading_of`` takes it from a study.
    seed : int
        Names the series of trials, ``0 <= seed < 2**64``.
    trial : int
        Number of the trial in the series, 0-based.
    clinic : Clinic, optional
        What else is written down at visits: characteristics, medication, vital signs, ECGs. Without
        it these tables are not collected; every other table is the same with it and without it.

    Returns
    -------
    Dataset
        Its source names scenario, seed, trial and generator.

    Raises
    ------
    StudyError
        If scenario and plan do not fit together.
    """
    records = simulate_records(scenario, plan, reading, seed=seed, trial=trial, clinic=clinic)
    source = f"simulated: scenario {scenario.name}, seed {seed}, trial {trial} ({GENERATOR_NAME})"
    return _build_dataset(records, source, _left_out(clinic))


def simulate_records(
    scenario: Scenario,
    plan: TrialPlan,
    reading: Reading,
    *,
    seed: int,
    trial: int = 0,
    clinic: Clinic | None = None,
) -> tuple[PatientRecord, ...]:
    """Draw one virtual trial as plain rows, one record a patient enrolled by the data cut.

    Parameters and errors are those of ``simulate_trial``; Polars is not needed.
    """
    setting = replace(make_setting(scenario, plan, reading), clinic=clinic)
    room = room_as_lists(setting.terms.protocol)
    drawn = (
        record_patient(setting, Draws(seed, trial, number), room) for number in range(plan.patients)
    )
    return tuple(record for record in drawn if record is not None)


def simulate_patient(setting: Setting, draws: Draws) -> PatientRecord | None:
    """Draw one patient of a trial alone, as the rows that would be on file.

    Parameters
    ----------
    setting : Setting
        From ``make_setting``.
    draws : Draws
        Names the patient: seed, trial and 0-based number.

    Returns
    -------
    PatientRecord or None
        None if the data cut comes before the patient's enrolment.
    """
    return record_patient(setting, draws, room_as_lists(setting.terms.protocol))


def make_setting(scenario: Scenario, plan: TrialPlan, reading: Reading) -> Setting:
    """Put together what all patients of a virtual trial share; errors as ``simulate_trial``."""
    nature, protocol = nature_of(scenario, plan), protocol_of(scenario, plan)
    # One patient after the other asks for no endpoints, and no look stops the trial.
    rest: Any = None
    return Setting(scenario, plan, Terms(nature, protocol, reading, rest, rest))


def _left_out(clinic: Clinic | None) -> frozenset[str]:
    """Return the tables that the virtual trial does not collect."""
    if clinic is None:
        return frozenset(ClinicRows._fields)
    return frozenset() if clinic.characteristics else frozenset({"characteristics"})


def _build_dataset(
    records: tuple[PatientRecord, ...], source: str, left_out: frozenset[str]
) -> Dataset:
    # Imported here: Polars takes a quarter of a second that plain records do not need.
    import polars as pl

    from trialwright.dataset.dataset import Dataset, frame_schema
    from trialwright.dataset.schema import SOURCE_ROW, TABLES

    frames = {}
    for table in fields(PatientRecord):
        if table.name in left_out:
            continue
        rows = [row for record in records for row in getattr(record, table.name)]
        schema = frame_schema(TABLES[table.name])
        schema.pop(SOURCE_ROW)  # there is no source file
        columns = {name: [getattr(row, name, None) for row in rows] for name in schema}
        frames[table.name] = pl.DataFrame(columns, schema=schema)
    return Dataset.create(frames, source=source)
