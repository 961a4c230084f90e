from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from datetime import date, timedelta
from math import exp, inf, isclose

import pytest
from simulate_scorer import fitted_plan, shows_progression

from trialwright.dataset import TABLES, check_dataset, cut_data
from trialwright.simulate import (
    AblationPlan,
    Draws,
    DrugPlan,
    TrialPlan,
    list_scenarios,
    read_scenario,
    simulate_patient,
    simulate_records,
    simulate_trial,
)
from trialwright.simulate.patient import draw_patient
from trialwright.simulate.rows import PatientRecord

REGORAFENIB = DrugPlan("regorafenib", 80.0, 28, 21)
TORIPALIMAB = DrugPlan("toripalimab", 240.0, 21, 1)
RFA = AblationPlan(7, 21, 30.0)
PLAN = TrialPlan(
    patients=45,
    accrual_months=18.0,
    assessment_interval_weeks=8.0,
    window_days=7,
    horizon_months=24.0,
    first_patient_date=date(2024, 1, 8),
    data_cut=None,
    drugs=(REGORAFENIB, TORIPALIMAB),
    ablation=RFA,
)
SCENARIO = read_scenario("regotori_liver_like")


def calm(scenario, **lesions):
    """Return the scenario without noise, hazards or spread: what is left is a closed form."""
    return replace(
        scenario,
        growth=replace(
            scenario.growth,
            kg_median_per_week=0.01,
            ks_median_per_week=0.05,
            kg_patient_log_sd=0.0,
            kg_organ_log_sd=0.0,
            kg_lesion_log_sd=0.0,
            ks_patient_log_sd=0.0,
            ks_lesion_log_sd=0.0,
        ),
        lesions=replace(
            scenario.lesions,
            **{
                "diameter_log_sd": 0.0,
                "extrahepatic_target_shares": (1.0, 0.0, 0.0),
                "non_target_shares": (1.0, 0.0, 0.0),
                **lesions,
            },
        ),
        new_lesions=replace(scenario.new_lesions, hazard_per_week=0.0),
        survival=replace(scenario.survival, os_median_weeks=1000.0, growth_effect=0.0, log_sd=0.0),
        scans=replace(
            scenario.scans,
            read_log_sd=0.0,
            rounding_mm=0.0,
            too_small_probability=0.0,
            not_evaluable_probability=0.0,
            missed_probability=0.0,
            jitter_sd_days=0.0,
        ),
        leaving=replace(
            scenario.leaving,
            discontinuation_hazard_per_month=0.0,
            withdrawal_hazard_per_month=0.0,
        ),
        ablation=replace(
            scenario.ablation,
            not_done_probability=0.0,
            technique_efficacy_probability=1.0,
            local_progression_hazards_per_month=(0.0, 0.0, 0.0, 0.0),
        ),
    )


def sizes(record, lesion_id):
    return [row.diameter_mm for row in record.measurements if row.lesion_id == lesion_id]


def test_fields_are_the_columns_of_the_schema():
    (record, *_) = simulate_records(SCENARIO, PLAN, seed=1)
    for table in fields(PatientRecord):
        for row in getattr(record, table.name):
            assert {f.name for f in fields(row)} <= set(TABLES[table.name].column_names)


def test_without_noise_diameters_are_the_closed_form():
    plan = replace(PLAN, ablation=None, patients=2, accrual_months=1.0)
    for record in simulate_records(calm(SCENARIO), plan, seed=3):
        first_dose = record.doses[0].start_date
        diameters, days = (
            sizes(record, "T2"),
            [
                (row.scan_date - first_dose).days
                for row in record.measurements
                if row.lesion_id == "T2"
            ],
        )
        assert days[1:] == [56 * k for k in range(1, 14)]
        assert diameters[0] == exp(3.53) * exp(0.01 * days[0] / 7)
        for day, diameter in zip(days[1:], diameters[1:], strict=True):
            week = day / 7
            expected = exp(3.53) * (exp(-0.05 * week) + exp(0.01 * week) - 1)
            assert isclose(diameter, expected, rel_tol=1e-12)


def test_without_noise_the_zone_is_the_closed_form():
    scenario = calm(SCENARIO)
    ablation = replace(
        scenario.ablation,
        zone_least_mm=14.0,
        zone_most_mm=14.0,
        placement_error_most_mm=0.0,
        involution_least_per_week=0.03,
        involution_most_per_week=0.03,
    )
    plan = replace(PLAN, ablation=AblationPlan(14, 14, 40.0), patients=1)
    (record,) = simulate_records(replace(scenario, ablation=ablation), plan, seed=3)
    index = exp(3.53) * (exp(-0.1) + exp(0.02) - 1)
    for week, diameter in zip(range(8, 105, 8), sizes(record, "T1")[1:], strict=True):
        assert isclose(diameter, (index + 14) * exp(-0.03 * (week - 2)), rel_tol=1e-12)
    (row,) = record.ablations
    assert (row.lesion_id, row.modality, row.planned) == ("T1", "RFA", True)
    assert (row.technical_success, row.margin_mm) == (True, 7.0)
    assert row.ablation_date == record.doses[0].start_date + timedelta(days=14)


def test_failed_ablation_leaves_growing_tumour_at_the_edge():
    scenario = calm(SCENARIO)
    failed = replace(
        scenario.ablation, technique_efficacy_probability=0.0, technical_failure_probability=1.0
    )
    plan = replace(PLAN, patients=1, ablation=AblationPlan(14, 14, 40.0))
    (good,) = simulate_records(scenario, plan, seed=3)
    (bad,) = simulate_records(replace(scenario, ablation=failed), plan, seed=3)
    excess = [b - g for b, g in zip(sizes(bad, "T1")[1:], sizes(good, "T1")[1:], strict=True)]
    for week, extra in zip(range(8, 105, 8), excess, strict=True):
        assert isclose(extra, 10 * exp(0.01 * (week - 2)), rel_tol=1e-9)
    assert not bad.ablations[0].technical_success
    assert bad.ablations[0].margin_mm == 0.0


@pytest.mark.parametrize(("kg", "state"), [(0.0, "present"), (0.02, "unequivocal_progression")])
def test_non_target_lesions_grow_into_progression(kg, state):
    scenario = calm(SCENARIO, non_target_shares=(0.0, 0.0, 1.0))
    growth = replace(scenario.growth, kg_median_per_week=kg, ks_median_per_week=0.0)
    plan = replace(PLAN, patients=1, ablation=None)
    (record,) = simulate_records(replace(scenario, growth=growth), plan, seed=3)
    states = [row.state for row in record.measurements if row.lesion_id == "NT2"]
    assert states[0] == "present"
    assert states[-1] == state
    # exp(0.02 w) reaches 1.5 within a scan of week ln(1.5) / 0.02 = 20.3, baseline 1 to 3 earlier
    assert states.index(state) == (0 if kg == 0 else 3)


def test_lesions_that_vanish():
    scenario = calm(SCENARIO, non_target_shares=(0.0, 1.0, 0.0))
    growth = replace(scenario.growth, kg_median_per_week=0.0, ks_median_per_week=0.3)
    plan = replace(PLAN, patients=1, ablation=None)
    (record,) = simulate_records(replace(scenario, growth=growth), plan, seed=3)
    for lesion_id in ("T1", "NT1"):
        states = [row.state for row in record.measurements if row.lesion_id == lesion_id]
        # 34.1 exp(-0.3 w) falls below 2 mm at week 9.5
        assert states[2:] == ["absent"] * 12
        assert states[1] == (None if lesion_id == "T1" else "present")


def test_too_small_and_not_evaluable():
    scenario = calm(SCENARIO)
    growth = replace(scenario.growth, kg_median_per_week=0.0, ks_median_per_week=0.3)
    plan = replace(PLAN, patients=1, ablation=None)
    small = replace(scenario.scans, too_small_probability=1.0)
    lost = replace(scenario.scans, not_evaluable_probability=1.0)
    (record,) = simulate_records(replace(scenario, growth=growth, scans=small), plan, seed=3)
    assert [x.state for x in record.measurements if x.lesion_id == "T1"][:3] == [
        None, "too_small", "absent"
    ]  # fmt: skip
    (record,) = simulate_records(replace(scenario, growth=growth, scans=lost), plan, seed=3)
    states = [row.state for row in record.measurements if row.lesion_id == "T1"]
    assert states == [None] + ["not_evaluable"] * 13


def test_a_missed_scan_is_a_visit_without_a_date():
    scenario = replace(SCENARIO, scans=replace(SCENARIO.scans, missed_probability=1.0))
    (record,) = simulate_records(scenario, replace(PLAN, patients=1), seed=3)
    assert record.visits[0].visit_type == "baseline"
    assert len(record.visits) > 1
    assert all(visit.visit_date is None for visit in record.visits[1:])
    assert {row.visit for row in record.measurements} == {"baseline"}


def test_progression_ends_scans_and_treatment_but_not_follow_up():
    scenario = calm(SCENARIO)
    calls = []

    def at_third_scan(lesions, measurements, ablations):
        calls.append((lesions, measurements, ablations))
        return len({row.scan_date for row in measurements}) == 4

    (record,) = simulate_records(
        scenario, replace(PLAN, patients=1), seed=3, is_progression=at_third_scan
    )
    assert [len({row.scan_date for row in call[1]}) for call in calls] == [2, 3, 4]
    assert all(call[2] == record.ablations for call in calls)
    scan = record.visits[-1]
    assert scan.visit == "week 24"
    treatment, study = record.dispositions
    assert (treatment.end_date, treatment.reason) == (scan.visit_date, "progressive disease")
    assert (study.reason, record.patients[0].last_alive_date) == (
        "end of follow-up", study.end_date
    )  # fmt: skip
    assert [row.reason_category for row in record.dispositions] == ["progression", "completed"]
    assert max(row.end_date for row in record.doses) < scan.visit_date


def test_later_therapy_follows_progression():
    therapy = replace(
        SCENARIO.therapy,
        probability_after_progression=1.0,
        delay_least_days=20,
        delay_most_days=20,
    )
    scenario = replace(calm(SCENARIO), therapy=therapy)
    plan = replace(PLAN, patients=1)
    (record,) = simulate_records(scenario, plan, seed=3, is_progression=lambda *_: True)
    (row,) = record.therapies
    assert row.start_date == record.dispositions[0].end_date + timedelta(days=20)
    (record,) = simulate_records(scenario, plan, seed=3)
    assert record.therapies == ()


def test_doses_follow_the_schedule():
    (record,) = simulate_records(calm(SCENARIO), replace(PLAN, patients=1), seed=3)
    start = record.doses[0].start_date
    tablets = [row for row in record.doses if row.drug == "regorafenib"]
    infusions = [row for row in record.doses if row.drug == "toripalimab"]
    assert [(row.start_date - start).days for row in tablets] == list(range(0, 730, 28))
    assert {(row.end_date - row.start_date).days for row in tablets[:-1]} == {20}
    assert [(row.start_date - start).days for row in infusions] == list(range(0, 730, 21))
    assert all(row.end_date == row.start_date for row in infusions)
    assert {row.dose_mg for row in tablets} == {80.0}


def test_the_data_cut_ends_everything():
    cut = date(2024, 12, 31)
    full = simulate_trial(SCENARIO, PLAN, seed=5, is_progression=shows_progression)
    data = simulate_trial(
        SCENARIO, replace(PLAN, data_cut=cut), seed=5, is_progression=shows_progression
    )
    assert 0 < data.patients.height < full.patients.height
    for name, frame in data.frames.items():
        for column in TABLES[name].columns:
            if column.kind == "date" and frame[column.name].drop_nulls().len():
                assert frame[column.name].max() <= cut
    in_time = full.measurements.filter(full.measurements["scan_date"] <= cut)
    assert data.measurements.equals(in_time)
    assert data.deaths.equals(full.deaths.filter(full.deaths["death_date"] <= cut))
    assert data.doses["start_date"].to_list() == (
        full.doses.filter(full.doses["start_date"] <= cut)["start_date"].to_list()
    )


@pytest.mark.parametrize("cut", [date(2024, 6, 30), date(2024, 12, 31), date(2025, 6, 30)])
def test_a_cut_of_the_whole_trial_is_the_trial_cut_while_it_was_drawn(cut):
    """Two routes to the data of a day; a dose that goes on ends at the cut in one of them."""
    full = simulate_trial(SCENARIO, PLAN, seed=5, is_progression=shows_progression)
    drawn = simulate_trial(
        SCENARIO, replace(PLAN, data_cut=cut), seed=5, is_progression=shows_progression
    )
    left = cut_data(full, cut)
    for name, frame in drawn.frames.items():
        columns = [column for column in frame.columns if (name, column) != ("doses", "end_date")]
        assert left.table(name).select(columns).equals(frame.select(columns)), name


def test_every_reason_for_an_end_has_its_kind():
    data = simulate_trial(SCENARIO, replace(PLAN, patients=200), seed=5,
                          is_progression=shows_progression)  # fmt: skip
    kinds = dict(data.dispositions.select("reason", "reason_category").rows())
    assert kinds == {
        "death": "death",
        "withdrawal of consent": "withdrawal",
        "end of follow-up": "completed",
        "progressive disease": "progression",
        "discontinued without progression": "other",
    }


def test_without_an_ablation_plan_only_the_ablated_lesion_changes():
    scenario = replace(SCENARIO, leaving=replace(SCENARIO.leaving, withdrawal_hazard_per_month=0.0))
    for number in range(60):
        draws = Draws(8, 0, number)
        with_rfa, without = draw_patient(scenario, RFA, draws), draw_patient(scenario, None, draws)
        assert with_rfa.lesions[1:] == without.lesions[1:]
        first, other = with_rfa.lesions[0], without.lesions[0]
        assert replace(first, diameter_mm=other.diameter_mm) == other
        assert first.diameter_mm <= 30.0
        assert without.ablation is None
        assert replace(with_rfa, lesions=(), ablation=None) == replace(without, lesions=())


def test_one_process_leaves_the_others_as_they_were():
    noisy = replace(SCENARIO, scans=replace(SCENARIO.scans, read_log_sd=0.2))
    quiet = replace(SCENARIO, new_lesions=replace(SCENARIO.new_lesions, hazard_per_week=0.0))
    base = simulate_trial(SCENARIO, PLAN, seed=8)
    assert simulate_trial(noisy, PLAN, seed=8).visits.equals(base.visits)
    assert not simulate_trial(noisy, PLAN, seed=8).measurements.equals(base.measurements)
    old = base.measurements.filter(~base.measurements["lesion_id"].str.starts_with("N1"))
    targets = old.filter(old["lesion_id"].str.starts_with("T"))
    fewer = simulate_trial(quiet, PLAN, seed=8).measurements
    assert fewer.filter(fewer["lesion_id"].str.starts_with("T")).equals(targets)


def test_patients_are_the_same_in_any_number_and_order():
    full = simulate_records(SCENARIO, PLAN, seed=8, is_progression=shows_progression)
    part = simulate_records(SCENARIO, PLAN.resized(29), seed=8, is_progression=shows_progression)
    assert part == full[:29]
    for number in (44, 3, 17):
        alone = simulate_patient(
            SCENARIO, PLAN, Draws(8, 0, number), is_progression=shows_progression
        )
        assert alone == full[number]


def test_trials_and_seeds_differ():
    base = simulate_records(SCENARIO, PLAN, seed=8)
    assert base == simulate_records(SCENARIO, PLAN, seed=8)
    assert base != simulate_records(SCENARIO, PLAN, seed=9)
    assert base != simulate_records(SCENARIO, PLAN, seed=8, trial=1)


@pytest.mark.parametrize("name", list_scenarios())
def test_data_pass_the_checks_of_the_data_set(name):
    plan = replace(PLAN.resized(150), data_cut=date(2026, 6, 30))
    data = simulate_trial(read_scenario(name), plan, seed=2, is_progression=shows_progression)
    assert [finding for finding in check_dataset(data) if finding.severity == "error"] == []
    assert not data.collected("adverse_events")
    assert not data.collected("labs")
    assert data.source.startswith(f"simulated: scenario {name}, seed 2, trial 0 (Philox4x32-10")


def test_patients_come_in_order_within_the_accrual_time():
    dates = [r.patients[0].enrolment_date for r in simulate_records(SCENARIO, PLAN, seed=1)]
    assert dates == sorted(dates)
    assert dates[0] >= PLAN.first_patient_date
    assert dates[-1] <= PLAN.first_patient_date + timedelta(days=18 * 30.4375)


def test_a_lesion_that_could_never_be_ablated():
    plan = replace(PLAN, ablation=AblationPlan(7, 21, 8.0))
    with pytest.raises(ValueError, match="raise max_diameter_mm"):
        simulate_trial(SCENARIO, plan, seed=1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"patients": 0}, "patients must be more than 0"),
        ({"accrual_months": 0.0}, "accrual_months"),
        ({"horizon_months": -1.0}, "horizon_months"),
        ({"assessment_interval_weeks": 2.0}, "window_days"),
        ({"window_days": -1}, "window_days"),
    ],
)
def test_bad_plans(change, words):
    with pytest.raises(ValueError, match=words):
        replace(PLAN, **change)


def test_bad_drug_and_ablation_plans():
    with pytest.raises(ValueError, match="drug x"):
        DrugPlan("x", 80.0, 21, 22)
    with pytest.raises(ValueError, match="drug x"):
        DrugPlan("x", -1.0, 21, 1)
    with pytest.raises(ValueError, match="ablation from day 9 to day 7"):
        AblationPlan(9, 7, 30.0)


def test_a_plan_not_in_whole_weeks_names_days():
    plan = replace(fitted_plan(1, (REGORAFENIB,)), assessment_interval_weeks=8.5)
    (record,) = simulate_records(calm(SCENARIO), plan, seed=1)
    assert [row.visit for row in record.visits[:4]] == ["baseline", "day 60", "day 120", "day 180"]


def test_deaths_are_within_follow_up():
    assert draw_patient(calm(SCENARIO), None, Draws(1, 0, 0)).withdrawal_day == inf
    (record,) = simulate_records(calm(SCENARIO), replace(PLAN, patients=1), seed=1)
    assert record.deaths == ()


def test_import_does_not_load_polars():
    code = "import sys, trialwright.simulate; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
