"""One virtual trial as rows: closed forms where nothing is random, dates, ends and the data cut."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from datetime import date, timedelta
from math import exp, isclose, log

import pytest
from simulate_scorer import FITTED_PLAN

from calm_trials import (
    PLAN,
    REGORAFENIB,
    SIZE_MM,
    calm,
    change,
    draw_baseline,
    on_the_day,
    worked_reading,
)
from trialwright.dataset import TABLES, check_dataset, cut_data
from trialwright.errors import StudyError
from trialwright.simulate import (
    AblationPlan,
    Draws,
    DrugPlan,
    list_scenarios,
    make_setting,
    read_scenario,
    simulate_patient,
    simulate_records,
    simulate_trial,
)
from trialwright.simulate.rows import PatientRecord
from trialwright.simulate.tumour import MODELS

SCENARIO = read_scenario("regotori_liver_like")
ONE = replace(PLAN, patients=1)
BARE = replace(ONE, ablation=None)


def records_of(scenario, plan, *, seed=3, stops=True, trial=0):
    return simulate_records(scenario, plan, worked_reading(stops=stops), seed=seed, trial=trial)


def trial_of(scenario, plan, *, seed=5, stops=True):
    return simulate_trial(scenario, plan, worked_reading(stops=stops), seed=seed)


def first_dose(record):
    return min(row.start_date for row in record.doses)


def sizes(record, lesion_id):
    return [row.diameter_mm for row in record.measurements if row.lesion_id == lesion_id]


def days_of(record, lesion_id):
    """Return the days of a lesion's scans, from the first dose."""
    rows = [row for row in record.measurements if row.lesion_id == lesion_id]
    return [(row.scan_date - first_dose(record)).days for row in rows]


def states_of(record, lesion_id):
    return [row.state for row in record.measurements if row.lesion_id == lesion_id]


def test_fields_are_the_columns_of_the_schema():
    (record, *_) = records_of(SCENARIO, PLAN, seed=1)
    for table in fields(PatientRecord):
        for row in getattr(record, table.name):
            assert {f.name for f in fields(row)} <= set(TABLES[table.name].column_names)


# --- Closed forms


def by_formula(model, week, kg, ks):
    """Return the size of a calm lesion, each model in its own words."""
    return {
        "stein_fojo": SIZE_MM * (exp(-ks * week) + exp(kg * week) - 1),
        "generalised": SIZE_MM * (0.8 * exp(-ks * week) + 0.2 * exp(kg * week)),
        "claret": SIZE_MM * exp(kg * week - ks / 0.042 * (1 - exp(-0.042 * week))),
        "wang": SIZE_MM * exp(-ks * week) + 0.2 * week,
    }[model]


@pytest.mark.parametrize("model", MODELS)
def test_without_noise_diameters_are_the_closed_form(model):
    plan = replace(PLAN, ablation=None, patients=2, accrual_months=1.0)
    for record in records_of(calm(growth={"model": model}), plan, stops=False):
        days, diameters = days_of(record, "T2"), sizes(record, "T2")
        assert days[1:] == [56 * k for k in range(1, 14)]
        growth = 0.2 / SIZE_MM if model == "wang" else 0.01
        assert isclose(diameters[0], SIZE_MM * exp(growth * days[0] / 7))
        for day, diameter in zip(days[1:], diameters[1:], strict=True):
            assert isclose(diameter, by_formula(model, day / 7, 0.01, 0.05), rel_tol=1e-12)


def test_without_noise_the_zone_is_the_closed_form():
    zone = {
        "zone_least_mm": 14.0,
        "zone_most_mm": 14.0,
        "placement_error_most_mm": 0.0,
        "involution_least_per_week": 0.03,
        "involution_most_per_week": 0.03,
    }
    plan = replace(ONE, ablation=AblationPlan(14, 14, 40.0))
    (record,) = records_of(calm(ablation=zone), plan, stops=False)
    index = SIZE_MM * (exp(-0.1) + exp(0.02) - 1)
    for week, diameter in zip(range(8, 105, 8), sizes(record, "T1")[1:], strict=True):
        assert isclose(diameter, (index + 14) * exp(-0.03 * (week - 2)), rel_tol=1e-12)
    (row,) = record.ablations
    assert (row.lesion_id, row.modality, row.planned) == ("T1", "RFA", True)
    assert (row.technical_success, row.margin_mm) == (True, 7.0)
    assert row.ablation_date == first_dose(record) + timedelta(days=14)


def test_failed_ablation_leaves_growing_tumour_at_the_edge():
    failed = {
        "technique_efficacy_probabilities": (0.0, 0.0, 0.0),
        "technical_failure_probability": 1.0,
    }
    plan = replace(ONE, ablation=AblationPlan(14, 14, 40.0))
    (good,) = records_of(calm(), plan, stops=False)
    (bad,) = records_of(calm(ablation=failed), plan, stops=False)
    excess = [b - g for b, g in zip(sizes(bad, "T1")[1:], sizes(good, "T1")[1:], strict=True)]
    viable = [row.viable_mm for row in bad.measurements if row.lesion_id == "T1"][1:]
    for week, extra, seen in zip(range(8, 105, 8), excess, viable, strict=True):
        assert isclose(extra, 10 * exp(0.01 * (week - 2)), rel_tol=1e-9)
        assert isclose(seen, extra, rel_tol=1e-9)
    assert not bad.ablations[0].technical_success
    assert bad.ablations[0].margin_mm == 0.0


@pytest.mark.parametrize(("day", "scan"), [(55, 1), (56, 2), (57, 2)])
def test_a_scan_on_the_day_of_the_ablation_shows_the_lesion_before_it(day, scan):
    plan = replace(ONE, ablation=AblationPlan(day, day, 40.0))
    (record,) = records_of(calm(), plan, stops=False)
    (bare,) = records_of(calm(), BARE, stops=False)
    assert days_of(record, "T1")[1] == 56
    assert sizes(record, "T1")[:scan] == sizes(bare, "T1")[:scan]
    assert sizes(record, "T1")[scan] > sizes(bare, "T1")[scan] + 10
    findings = [row.ablation_finding for row in record.measurements if row.lesion_id == "T1"]
    assert findings == [None] * scan + ["complete"] * (14 - scan)


@pytest.mark.parametrize(("kg", "state"), [(0.0, "present"), (0.02, "unequivocal_progression")])
def test_non_target_lesions_grow_into_progression(kg, state):
    scenario = calm(
        lesions={"non_target_shares": (0.0, 0.0, 1.0)},
        growth={"kg_median_per_week": kg, "ks_median_per_week": 0.0},
    )
    (record,) = records_of(scenario, BARE, stops=False)
    states = states_of(record, "NT2")
    assert states[0] == "present"
    assert states[-1] == state
    # exp(0.02 w) reaches 1.5 within a scan of week ln(1.5) / 0.02 = 20.3, baseline 1 to 3 earlier
    assert states.index(state) == (0 if kg == 0 else 3)


def test_lesions_that_vanish():
    scenario = calm(
        lesions={"non_target_shares": (0.0, 1.0, 0.0)},
        growth={"kg_median_per_week": 0.0, "ks_median_per_week": 0.3},
    )
    (record,) = records_of(scenario, BARE, stops=False)
    for lesion_id in ("T1", "NT1"):
        states = states_of(record, lesion_id)
        # 34.1 exp(-0.3 w) falls below 2 mm at week 9.5
        assert states[2:] == ["absent"] * 12
        assert states[1] == (None if lesion_id == "T1" else "present")


def test_too_small_and_not_evaluable():
    growth = {"kg_median_per_week": 0.0, "ks_median_per_week": 0.3}
    small = calm(growth=growth, scans={"too_small_probability": 1.0})
    lost = calm(growth=growth, scans={"not_evaluable_probability": 1.0})
    (record,) = records_of(small, BARE, stops=False)
    assert states_of(record, "T1")[:3] == [None, "too_small", "absent"]
    (record,) = records_of(lost, BARE, stops=False)
    assert states_of(record, "T1") == [None] + ["not_evaluable"] * 13


def test_a_missed_scan_is_a_visit_without_a_date():
    scenario = change(SCENARIO, scans={"missed_probability": 1.0})
    (record,) = records_of(scenario, ONE)
    assert record.visits[0].visit_type == "baseline"
    assert len(record.visits) > 1
    assert all(visit.visit_date is None for visit in record.visits[1:])
    assert {row.visit for row in record.measurements} == {"baseline"}


# --- Progression and what follows


# The sum passes 1.2 times its baseline at week ln(1.2) / 0.009 = 20.3: the third scan shows it.
GROWS = on_the_day(growth={"kg_median_per_week": 0.009, "ks_median_per_week": 0.0})


def test_progression_ends_scans_and_treatment_but_not_follow_up():
    assert 16 < log(1.2) / 0.009 < 24
    (record,) = records_of(GROWS, BARE)
    scan = record.visits[-1]
    assert scan.visit == "week 24"
    assert len({row.scan_date for row in record.measurements}) == 4
    treatment, study = record.dispositions
    assert (treatment.end_date, treatment.reason) == (scan.visit_date, "progressive disease")
    assert study.reason == "end of follow-up"
    assert record.patients[0].last_alive_date == study.end_date
    assert [row.reason_category for row in record.dispositions] == ["progression", "completed"]
    assert max(row.end_date for row in record.doses) < scan.visit_date


def test_where_scans_go_on_progression_ends_nothing():
    (record,) = records_of(GROWS, BARE, stops=False)
    (stopped,) = records_of(GROWS, BARE)
    assert len({row.scan_date for row in record.measurements}) == 14
    assert record.measurements[: len(stopped.measurements)] == stopped.measurements
    assert [row.reason_category for row in record.dispositions] == ["completed", "completed"]


def test_an_ablated_lesion_that_is_left_out_cannot_progress():
    """The zone is larger than the lesion was; under the study's policy no sum holds it."""
    plan = replace(ONE, ablation=AblationPlan(14, 14, 40.0))
    still = on_the_day(growth={"kg_median_per_week": 0.0, "ks_median_per_week": 0.0})
    (record,) = records_of(still, plan)
    assert sizes(record, "T1")[1] > 1.2 * sizes(record, "T1")[0]
    assert [row.reason_category for row in record.dispositions] == ["completed", "completed"]


def test_later_therapy_follows_progression():
    therapy = {
        "probability_after_progression": 1.0,
        "delay_least_days": 20,
        "delay_most_days": 20,
    }
    (record,) = records_of(change(GROWS, therapy=therapy), BARE)
    (row,) = record.therapies
    assert row.start_date == record.dispositions[0].end_date + timedelta(days=20)
    (record,) = records_of(change(GROWS, therapy=therapy), BARE, stops=False)
    assert record.therapies == ()
    (record,) = records_of(calm(therapy=therapy, growth={"kg_median_per_week": 0.0}), BARE)
    assert record.therapies == ()


def test_doses_follow_the_schedule_where_nothing_happens():
    harmless = calm()
    harm = replace(harmless.harm, adverse_events=(), ablation_events=(), dose_rules=())
    (record,) = records_of(replace(harmless, harm=harm), BARE, stops=False)
    start = first_dose(record)
    tablets = [row for row in record.doses if row.drug == "Regorafenib"]
    infusions = [row for row in record.doses if row.drug == "Toripalimab"]
    assert [(row.start_date - start).days for row in tablets] == list(range(0, 730, 28))
    assert {(row.end_date - row.start_date).days for row in tablets[:-1]} == {20}
    assert [(row.start_date - start).days for row in infusions] == list(range(0, 730, 21))
    assert all(row.end_date == row.start_date for row in infusions)
    assert {row.dose_mg for row in tablets} == {80.0}


# --- The data cut


def test_the_data_cut_ends_everything():
    cut = date(2024, 12, 31)
    full, data = trial_of(SCENARIO, PLAN), trial_of(SCENARIO, replace(PLAN, data_cut=cut))
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


CUTS = [date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 15), date(2024, 12, 31)]


@pytest.mark.parametrize("cut", [*CUTS, date(2025, 6, 30), date(2026, 3, 1)])
def test_a_cut_of_the_whole_trial_is_the_trial_cut_while_it_was_drawn(cut):
    """Two routes to the data of a day; what goes on then ends at the cut in one of them."""
    goes_on = {("doses", "end_date"), ("adverse_events", "end_date")}
    drawn = trial_of(SCENARIO, replace(PLAN, data_cut=cut))
    left = cut_data(trial_of(SCENARIO, PLAN), cut)
    for name, frame in drawn.frames.items():
        columns = [column for column in frame.columns if (name, column) not in goes_on]
        assert left.table(name).select(columns).equals(frame.select(columns)), name


def test_every_reason_for_an_end_has_its_kind():
    data = trial_of(SCENARIO, replace(PLAN, patients=200))
    kinds = dict(data.dispositions.select("reason", "reason_category").rows())
    assert kinds == {
        "death": "death",
        "withdrawal of consent": "withdrawal",
        "end of follow-up": "completed",
        "progressive disease": "progression",
        "discontinued without progression": "other",
    }


# --- What depends on what


def test_without_an_ablation_plan_only_the_first_lesion_changes():
    for number in range(60):
        who = Draws(8, 0, number).who
        _, _, traits, planned, counts = draw_baseline(who, SCENARIO)
        _, _, same_traits, bare, same_counts = draw_baseline(who, SCENARIO, BARE)
        assert (traits, counts) == (same_traits, same_counts)
        assert planned.diameter_mm[0] <= 30.0
        assert planned.diameter_mm[1:] == bare.diameter_mm[1:]
        for name in ("number", "organ", "growth", "ks_per_week"):
            assert getattr(planned, name) == getattr(bare, name)


def test_one_process_leaves_the_others_as_they_were():
    base = trial_of(SCENARIO, PLAN, seed=8, stops=False)
    noisy = trial_of(change(SCENARIO, scans={"read_log_sd": 0.2}), PLAN, seed=8, stops=False)
    assert noisy.visits.equals(base.visits)
    assert not noisy.measurements.equals(base.measurements)
    quiet = change(SCENARIO, new_lesions={"hazard_per_week": 0.0})
    fewer = trial_of(quiet, PLAN, seed=8, stops=False).measurements
    assert 0 < fewer.height < base.measurements.height
    old = base.measurements.filter(~base.measurements["lesion_id"].str.contains("^N[0-9]"))
    assert fewer.equals(old)


def test_patients_are_the_same_in_any_number_and_order():
    full = records_of(SCENARIO, PLAN, seed=8)
    assert records_of(SCENARIO, PLAN.resized(29), seed=8) == full[:29]
    setting = make_setting(SCENARIO, PLAN, worked_reading())
    for number in (44, 3, 17):
        assert simulate_patient(setting, Draws(8, 0, number)) == full[number]


def test_trials_and_seeds_differ():
    base = records_of(SCENARIO, PLAN, seed=8)
    assert base == records_of(SCENARIO, PLAN, seed=8)
    assert base != records_of(SCENARIO, PLAN, seed=9)
    assert base != records_of(SCENARIO, PLAN, seed=8, trial=1)


# --- The abscopal effect


def test_the_abscopal_effect_is_exactly_nothing_unless_a_scenario_says_otherwise():
    strong = change(SCENARIO, ablation={"abscopal_ks_per_week": 5.0})
    assert records_of(strong, PLAN) == records_of(SCENARIO, PLAN)


def test_the_abscopal_effect_shrinks_untreated_liver_lesions_alone_and_after_its_onset():
    effect = {
        "abscopal_probability": 1.0,
        "abscopal_ks_per_week": 0.1,
        "abscopal_onset_least_weeks": 10.0,
        "abscopal_onset_most_weeks": 10.0,
    }
    outside = {"extrahepatic_target_shares": (0.0, 0.0, 1.0), "vanished_below_mm": 0.0}
    plan = replace(ONE, ablation=AblationPlan(14, 14, 40.0))
    (helped,) = records_of(calm(ablation=effect, lesions=outside), plan, stops=False)
    (plain,) = records_of(calm(lesions=outside), plan, stops=False)
    for lesion_id in ("T1", "T3", "T4"):
        assert sizes(helped, lesion_id) == sizes(plain, lesion_id)
    for week, diameter in zip(range(8, 105, 8), sizes(helped, "T2")[1:], strict=True):
        extra = 0.1 * max(week - 12, 0)  # ablated at week 2, onset 10 weeks later
        expected = SIZE_MM * (exp(-0.05 * week - extra) + exp(0.01 * week) - 1)
        assert isclose(diameter, expected, rel_tol=1e-12)
    assert sizes(helped, "T2")[1] == sizes(plain, "T2")[1]
    (bare,) = records_of(calm(ablation=effect, lesions=outside), BARE, stops=False)
    (calm_one,) = records_of(calm(lesions=outside), BARE, stops=False)
    assert bare == calm_one  # without an ablation there is nothing that could have an effect


# --- The whole data set


@pytest.mark.parametrize("name", list_scenarios())
def test_data_pass_the_checks_of_the_data_set(name):
    plan = replace(PLAN.resized(150), data_cut=date(2026, 6, 30))
    data = trial_of(read_scenario(name), plan, seed=2)
    assert [finding for finding in check_dataset(data) if finding.severity == "error"] == []
    assert data.collected("adverse_events")
    assert data.collected("labs")
    assert data.source.startswith(f"simulated: scenario {name}, seed 2, trial 0 (Philox4x32-10")


def test_patients_come_in_order_within_the_accrual_time():
    dates = [r.patients[0].enrolment_date for r in records_of(SCENARIO, PLAN, seed=1)]
    assert dates == sorted(dates)
    assert dates[0] >= PLAN.first_patient_date
    assert dates[-1] <= PLAN.first_patient_date + timedelta(days=18 * 30.4375)


def test_a_lesion_that_could_never_be_ablated():
    plan = replace(PLAN, ablation=AblationPlan(7, 21, 8.0))
    with pytest.raises(StudyError, match=r"raise ablation\.largest_lesion_mm of the study"):
        trial_of(SCENARIO, plan)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"patients": 0}, "patients must be more than 0"),
        ({"accrual_months": 0.0}, "accrual_months"),
        ({"horizon_months": -1.0}, "horizon_months"),
        ({"assessment_interval_weeks": 2.0}, "window_days"),
        ({"window_days": -1}, "window_days"),
    ],
)
def test_bad_plans(new, words):
    with pytest.raises(ValueError, match=words):
        replace(PLAN, **new)


def test_bad_drug_and_ablation_plans():
    with pytest.raises(ValueError, match="drug x"):
        DrugPlan("x", 80.0, 21, 22)
    with pytest.raises(ValueError, match="drug x"):
        DrugPlan("x", -1.0, 21, 1)
    with pytest.raises(ValueError, match="ablation from day 9 to day 7"):
        AblationPlan(9, 7, 30.0)


def test_a_plan_not_in_whole_weeks_names_days():
    plan = replace(FITTED_PLAN, patients=1, assessment_interval_weeks=8.5, drugs=(REGORAFENIB,))
    (record,) = records_of(calm(), plan, seed=1, stops=False)
    assert [row.visit for row in record.visits[:4]] == ["baseline", "day 60", "day 120", "day 180"]


def test_a_calendar_that_changes_its_interval():
    (record,) = records_of(calm(), replace(BARE, later_assessments=(24.0, 12.0)), stops=False)
    assert days_of(record, "T2")[1:] == [56, 112, 168, *range(252, 730, 84)]
    assert [row.visit for row in record.visits[3:5]] == ["week 24", "week 36"]


def test_deaths_are_within_follow_up():
    (record,) = records_of(calm(), ONE, seed=1)
    assert record.deaths == ()


def test_import_does_not_load_polars():
    code = "import sys, trialwright.simulate; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
