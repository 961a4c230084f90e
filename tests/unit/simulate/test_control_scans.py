"""What the virtual control scans record of the ablation zone, against the hidden truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import groupby

import pytest

from trialwright.simulate import (
    AblationPlan,
    Draws,
    DrugPlan,
    TrialPlan,
    read_scenario,
    simulate_patient,
)
from trialwright.simulate.patient import draw_patient

SCENARIO = read_scenario("regotori_liver_like")
# Often incomplete, and tumour returns early, so that every finding occurs.
HARSH = replace(
    SCENARIO,
    ablation=replace(
        SCENARIO.ablation,
        technique_efficacy_probability=0.7,
        local_progression_hazards_per_month=(0.3, 0.3, 0.3, 0.3),
    ),
    scans=replace(SCENARIO.scans, not_evaluable_probability=0.2),
)
PLAN = TrialPlan(
    patients=120,
    accrual_months=18.0,
    assessment_interval_weeks=8.0,
    window_days=7,
    horizon_months=24.0,
    first_patient_date=date(2024, 1, 8),
    data_cut=None,
    drugs=(DrugPlan("regorafenib", 80.0, 28, 21),),
    ablation=AblationPlan(7, 21, 30.0),
)


@pytest.fixture(scope="module")
def courses():
    """Return (hidden ablation, scans of its lesion after it as (day, row)) of each patient."""
    found = []
    for number in range(PLAN.patients):
        draws = Draws(11, 0, number)
        record = simulate_patient(HARSH, PLAN, draws)
        hidden = draw_patient(HARSH, PLAN.ablation, draws).ablation
        if record.ablations:
            first_dose = min(row.start_date for row in record.doses)
            rows = [
                ((row.scan_date - first_dose).days, row)
                for row in record.measurements
                if row.lesion_id == record.ablations[0].lesion_id
            ]
            found.append((hidden, [(day, row) for day, row in rows if day > hidden.day]))
            assert all(row.ablation_finding is None for day, row in rows if day <= hidden.day)
    return found


def test_every_finding_occurs_and_is_that_of_the_hidden_truth(courses):
    seen = set()
    for hidden, rows in courses:
        for day, row in rows:
            if row.state == "not_evaluable":
                assert row.ablation_finding is None
                continue
            assert (row.ablation_finding == "complete") == (day < hidden.return_day)
            seen.add(row.ablation_finding)
    assert seen == {"complete", "residual", "local_progression"}


def test_local_progression_is_recorded_only_after_a_complete_control(courses):
    for _, rows in courses:
        recorded = [row.ablation_finding for _, row in rows if row.ablation_finding]
        runs = [name for name, _ in groupby(recorded)]
        assert runs in (
            [],
            ["complete"],
            ["residual"],
            ["complete", "local_progression"],
        )


def test_no_other_lesion_has_a_finding():
    record = simulate_patient(HARSH, PLAN, Draws(11, 0, 0))
    ablated = {row.lesion_id for row in record.ablations}
    with_finding = {row.lesion_id for row in record.measurements if row.ablation_finding}
    assert with_finding <= ablated
    without = simulate_patient(HARSH, replace(PLAN, ablation=None), Draws(11, 0, 0))
    assert not any(row.ablation_finding for row in without.measurements)
