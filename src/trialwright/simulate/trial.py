"""One virtual trial, drawn lesion by lesion, as a full data set."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from trialwright.simulate.course import simulate_patient
from trialwright.simulate.draws import GENERATOR_NAME, Draws
from trialwright.simulate.rows import PatientRecord

if TYPE_CHECKING:
    from trialwright.dataset.dataset import Dataset
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.rows import IsProgression
    from trialwright.simulate.scenario import Scenario


def simulate_trial(
    scenario: Scenario,
    plan: TrialPlan,
    *,
    seed: int,
    trial: int = 0,
    is_progression: IsProgression | None = None,
) -> Dataset:
    """Draw one virtual trial.

    Parameters
    ----------
    scenario : Scenario
        Assumptions about patients and tumours.
    plan : TrialPlan
        The protocol: patients, calendar, drugs, ablation.
    seed : int
        Names the series of trials, ``0 <= seed < 2**64``.
    trial : int
        Number of the trial in the series, 0-based.
    is_progression : callable or None
        Judges each scan by what is on file; the first progression ends a patient's tumour
        assessments and treatment. None: they go on to the end of follow-up.

    Returns
    -------
    Dataset
        All tables but ``adverse_events`` and ``labs``, which are not collected. Its source
        names scenario, seed, trial and generator.

    Raises
    ------
    ValueError
        If the ablation's largest diameter is below the smallest target of the scenario.
    """
    records = simulate_records(
        scenario, plan, seed=seed, trial=trial, is_progression=is_progression
    )
    source = f"simulated: scenario {scenario.name}, seed {seed}, trial {trial} ({GENERATOR_NAME})"
    return _build_dataset(records, source)


def simulate_records(
    scenario: Scenario,
    plan: TrialPlan,
    *,
    seed: int,
    trial: int = 0,
    is_progression: IsProgression | None = None,
) -> tuple[PatientRecord, ...]:
    """Draw one virtual trial as plain rows, one record a patient enrolled by the data cut.

    Parameters and errors are those of ``simulate_trial``; Polars is not needed.
    """
    smallest = scenario.lesions.smallest_target_mm
    if plan.ablation is not None and plan.ablation.max_diameter_mm < smallest:
        msg = (
            f"ablation up to {plan.ablation.max_diameter_mm:g} mm, but the smallest target of "
            f"scenario {scenario.name} has {smallest:g} mm; raise max_diameter_mm"
        )
        raise ValueError(msg)
    drawn = (
        simulate_patient(scenario, plan, Draws(seed, trial, number), is_progression=is_progression)
        for number in range(plan.patients)
    )
    return tuple(record for record in drawn if record is not None)


def _build_dataset(records: tuple[PatientRecord, ...], source: str) -> Dataset:
    # Imported here: Polars takes a quarter of a second that plain records do not need.
    import polars as pl

    from trialwright.dataset.dataset import Dataset, frame_schema
    from trialwright.dataset.schema import SOURCE_ROW, TABLES

    frames = {}
    for table in fields(PatientRecord):
        rows = [row for record in records for row in getattr(record, table.name)]
        schema = frame_schema(TABLES[table.name])
        schema.pop(SOURCE_ROW)  # there is no source file
        columns = {name: [getattr(row, name, None) for row in rows] for name in schema}
        frames[table.name] = pl.DataFrame(columns, schema=schema)
    return Dataset.create(frames, source=source)
