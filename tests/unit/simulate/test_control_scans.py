"""What the virtual control scans record of the ablation zone, against the hidden truth."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import pytest

from calm_trials import PLAN, change, draw_baseline, worked_reading
from trialwright.simulate import Draws, make_setting, read_scenario, simulate_patient
from trialwright.simulate.ablation import draw_ablation

# Often incomplete, and tumour returns early, so that every finding occurs.
HARSH = change(
    read_scenario("regotori_liver_like"),
    ablation={
        "technique_efficacy_probabilities": (0.7, 0.7, 0.7),
        "local_progression_hazards_per_month": (0.3, 0.3, 0.3, 0.3),
    },
    scans={"not_evaluable_probability": 0.2},
)
PLAN_120 = PLAN.resized(120)
SETTING = make_setting(HARSH, PLAN_120, worked_reading(stops=False))


@pytest.fixture(scope="module")
def courses():
    """Return (hidden ablation, scans of its lesion after it as (day, row)) of each patient."""
    found = []
    for number in range(PLAN_120.patients):
        draws = Draws(11, 0, number)
        record = simulate_patient(SETTING, draws)
        nature, protocol, _, lesions, _ = draw_baseline(draws.who, HARSH, PLAN_120)
        hidden = draw_ablation(draws.who, nature, protocol, lesions)
        if record.ablations:
            first_dose = min(row.start_date for row in record.doses)
            rows = [
                ((row.scan_date - first_dose).days, row)
                for row in record.measurements
                if row.lesion_id == record.ablations[0].lesion_id
            ]
            found.append((hidden, [(day, row) for day, row in rows if day > hidden.day]))
            assert all(row.ablation_finding is None for day, row in rows if day <= hidden.day)
    assert len(found) > 80
    return found


def test_every_finding_occurs_and_is_that_of_the_hidden_truth(courses):
    seen = set()
    for hidden, rows in courses:
        for day, row in rows:
            if row.state == "not_evaluable":
                assert row.ablation_finding is None
                assert row.viable_mm is None
                continue
            assert (row.ablation_finding == "complete") == (day < hidden.return_day)
            if row.viable_mm is not None and day < hidden.return_day:
                assert row.viable_mm == 0
            seen.add(row.ablation_finding)
    assert seen == {"complete", "residual", "local_progression"}


def test_local_progression_is_recorded_only_after_a_complete_control(courses):
    kinds = set()
    for _, rows in courses:
        recorded = [row.ablation_finding for _, row in rows if row.ablation_finding]
        runs = tuple(name for name, _ in groupby(recorded))
        kinds.add(runs)
    assert kinds == {(), ("complete",), ("residual",), ("complete", "local_progression")}


def test_no_other_lesion_has_a_finding():
    for number in range(20):
        record = simulate_patient(SETTING, Draws(11, 0, number))
        ablated = {row.lesion_id for row in record.ablations}
        with_finding = {row.lesion_id for row in record.measurements if row.ablation_finding}
        assert with_finding <= ablated <= {"T1"}
        bare = make_setting(HARSH, replace(PLAN_120, ablation=None), worked_reading(stops=False))
        without = simulate_patient(bare, Draws(11, 0, number))
        assert not any(row.ablation_finding for row in without.measurements)
