"""What the clinic writes down of virtual patients: rows that pass, and streams of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from trialwright.dataset import check_characteristics, check_dataset, first_treatments
from trialwright.safety import check_ecgs, check_vitals
from trialwright.simulate import (
    Purpose,
    plan_trial,
    read_scenario,
    reading_of,
    simulate_study,
    simulate_trial,
)
from trialwright.simulate.clinic import Clinic, ClinicPurpose, read_assumptions
from trialwright.simulate.harm import HarmPurpose
from trialwright.study import Study

CLINIC = {"characteristics", "medications", "vitals", "ecgs"}


def declaring(study, *characteristics) -> Study:
    """Return the study with other characteristics."""
    content = study.model_dump(exclude_none=True)
    return Study.model_validate(content | {"characteristics": list(characteristics)})


@pytest.fixture(scope="module")
def drawn(crclm_study):
    return simulate_study(crclm_study, seed=3, patients=60)


def test_purposes_are_those_of_nothing_else():
    others = {*map(int, Purpose), *map(int, HarmPurpose)}
    assert not others & set(map(int, ClinicPurpose))


def test_the_rows_pass_every_check(drawn, crclm_study):
    assert not check_dataset(drawn)
    assert not check_characteristics(drawn, crclm_study)
    assert not check_vitals(drawn, crclm_study)
    assert not check_ecgs(drawn, crclm_study)


def test_the_other_tables_are_the_same_without_the_clinic(drawn, crclm_study):
    plan = plan_trial(crclm_study).resized(60)
    scenario = read_scenario(crclm_study.simulation.scenario.require())
    bare = simulate_trial(scenario, plan, reading_of(crclm_study), seed=3)
    assert set(drawn.frames) - set(bare.frames) == CLINIC
    for name, frame in bare.frames.items():
        assert frame.equals(drawn.frames[name]), name


def test_a_study_without_characteristics_has_no_table_of_them(drawn, crclm_study):
    found = simulate_study(declaring(crclm_study), seed=3, patients=60)
    assert not found.collected("characteristics")
    for name in set(drawn.frames) - {"characteristics"}:
        assert found.frames[name].equals(drawn.frames[name]), name


def test_another_list_leaves_the_draws_of_a_characteristic(drawn, crclm_study):
    cea = next(one for one in crclm_study.characteristics if one.name == "cea")
    found = simulate_study(declaring(crclm_study, cea.model_dump()), seed=3, patients=60)
    before = drawn.table("characteristics").filter(characteristic="cea")
    assert found.table("characteristics").equals(before)


def test_a_characteristic_that_nobody_assumed_has_its_own_levels(crclm_study):
    levels = ("one", "two", "three", "four")
    mine = {"title": "t", "basis": "b", "name": "mine", "kind": "category", "levels": levels}
    other = {"title": "t", "basis": "b", "name": "other", "kind": "number", "unit": "U/L"}
    sides = mine | {"name": "primary_side"}  # known, with other levels
    study = declaring(crclm_study, mine, other, sides)
    found = simulate_study(study, seed=1, patients=60)
    assert not check_characteristics(found, study)
    table = found.table("characteristics")
    for name in ("mine", "primary_side"):
        assert set(table.filter(characteristic=name)["value"].drop_nulls()) == set(levels)
    assert 1 < table.filter(characteristic="other")["value"].cast(float).median() < 40


def test_nobody_with_a_mutation_had_an_antibody_against_egfr(drawn):
    wide = drawn.table("characteristics").pivot(
        "characteristic", index="patient_id", values="value"
    )
    mutant = wide.filter(ras_status="mutant")
    assert mutant.height > 20
    assert set(mutant["prior_anti_egfr"].drop_nulls()) == {"no"}
    assert "yes" in set(wide["prior_anti_egfr"])


def test_every_patient_has_a_baseline_before_treatment(drawn):
    first = first_treatments(drawn)
    for table, column in (("vitals", "measured_date"), ("ecgs", "ecg_date")):
        earliest = drawn.table(table).group_by("patient_id").agg(pl.col(column).min())
        days = {patient: (day - first[patient]).days for patient, day in earliest.iter_rows()}
        assert set(days) == set(first)
        assert set(days.values()) == {-1, -2, -3}


def test_visits_are_at_the_start_of_cycles(drawn):
    first = first_treatments(drawn)
    days = {
        (day - first[patient]).days
        for patient, day in drawn.table("ecgs").select("patient_id", "ecg_date").iter_rows()
    }
    assert {28, 56, 112} <= days


def pressures(dataset, test):
    return dataset.table("vitals").filter(test=test).rename({"value": test})


def test_the_diastolic_pressure_is_below_the_systolic(drawn):
    keys = ["patient_id", "measured_date"]
    both = pressures(drawn, "Systolic blood pressure").join(
        pressures(drawn, "Diastolic blood pressure"), on=keys
    )
    gap = both["Systolic blood pressure"] - both["Diastolic blood pressure"]
    assert both.height == drawn.table("vitals").height / 3
    assert gap.min() >= 19  # 20 before both are rounded


def test_regorafenib_raises_the_pressure(crclm_study):
    """Against the same patients whose plan has no regorafenib, on day 28 of both."""
    plan = replace(plan_trial(crclm_study), ablation=None).resized(60)
    scenario, reading = read_scenario("regotori_liver_like"), reading_of(crclm_study)
    clinic = Clinic(read_assumptions())

    def mean(drug):
        drugs = (replace(plan.drugs[0], name=drug),)
        found = simulate_trial(scenario, replace(plan, drugs=drugs), reading, seed=1, clinic=clinic)
        first = first_treatments(found)
        rows = pressures(found, "Systolic blood pressure").select(
            "patient_id", "measured_date", "Systolic blood pressure"
        )
        return {
            patient: value
            for patient, day, value in rows.iter_rows()
            if day - first[patient] == timedelta(days=28)
        }

    with_it, without = mean("Regorafenib"), mean("Toripalimab")
    rises = [with_it[one] - without[one] for one in with_it.keys() & without.keys()]
    assert len(rises) > 30
    # 28 days are four half-times: 15/16 of 9 mmHg, and more where an event holds it up.
    assert min(rises) == pytest.approx(8, abs=1)


def test_an_event_of_hypertension_is_seen_in_the_pressure(drawn):
    events = drawn.table("adverse_events").filter(term="Hypertension")
    model = read_assumptions().pressure.event
    systolic = pressures(drawn, "Systolic blood pressure")
    assert events.height > 10
    for event in events.iter_rows(named=True):
        day = date.fromisoformat(event["start_date"])
        (found,) = systolic.filter(patient_id=event["patient_id"], measured_date=day)[
            "Systolic blood pressure"
        ]
        assert found >= model.systolic_by_grade[event["grade"] - 1]


def test_medication_for_an_event_lasts_as_long(drawn):
    given = drawn.table("medications").join(
        drawn.table("adverse_events"),
        left_on=["patient_id", "indication", "start_date"],
        right_on=["patient_id", "term", "start_date"],
    )
    assert given.height > 20
    assert given["end_date"].equals(given["end_date_right"], null_equal=True)
    usual = drawn.table("medications").filter(pl.col("start_date").str.len_chars() == 7)
    assert usual.height > 20
    assert usual["end_date"].null_count() == usual.height
