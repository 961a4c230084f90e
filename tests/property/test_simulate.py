"""Laws that hold for every virtual patient, whatever the seed, scenario and protocol."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st

from calm_trials import worked_reading
from trialwright.dataset import LESION_ROLES, MEASUREMENT_STATES, ORGANS
from trialwright.simulate import (
    AblationPlan,
    Draws,
    DrugPlan,
    TrialPlan,
    list_scenarios,
    make_setting,
    read_scenario,
    simulate_patient,
    simulate_records,
)
from trialwright.simulate.philox import philox4x32
from trialwright.simulate.tumour import GrowthLaw, SizeLaw, diameter_at, size_of_share

word = st.integers(0, 2**32 - 1)
rate = st.floats(0, 0.5)
START = date(2024, 1, 8)
plans = st.builds(
    TrialPlan,
    patients=st.integers(1, 6),
    accrual_months=st.floats(0.5, 36),
    assessment_interval_weeks=st.sampled_from([6.0, 8.0, 8.5, 12.0]),
    window_days=st.integers(0, 10),
    horizon_months=st.floats(2, 36),
    first_patient_date=st.just(START),
    data_cut=st.none() | st.dates(START, START + timedelta(days=1500)),
    drugs=st.just((DrugPlan("Regorafenib", 80.0, 28, 21), DrugPlan("b", 240.0, 21, 1))),
    ablation=st.none() | st.builds(
        AblationPlan, st.integers(0, 10), st.integers(10, 40), st.floats(15, 60)
    ),
    later_assessments=st.sampled_from([(), (24.0, 12.0)]),
    toxicity_window_days=st.sampled_from([0, 42]),
)  # fmt: skip
names = st.sampled_from(list_scenarios())
seeds = st.integers(0, 2**64 - 1)
stops = st.booleans()
laws = st.builds(GrowthLaw, st.integers(0, 3), st.floats(0, 1), st.floats(1e-3, 1))


@given(st.tuples(word, word, word, word), st.tuples(word, word))
def test_philox_gives_words_and_depends_on_each_bit(counter, key):
    words = philox4x32(*counter, *key)
    assert all(0 <= w < 2**32 for w in words)
    assert philox4x32(counter[0] ^ 1, *counter[1:], *key) != words  # a bijection of the counter


@given(st.floats(0, 800), rate, rate, st.floats(1, 300), laws)
def test_diameters_are_positive_and_start_at_the_first(day, growth, ks, start, law):
    assert diameter_at(0, start, growth, ks, 0.0, law) == start
    found = diameter_at(day, start, growth, ks, 0.0, law)
    assert 0 < found < inf
    assert diameter_at(day, start, growth + 0.01, ks, 0.0, law) >= found
    assert diameter_at(day, start, growth, ks, 0.1, law) <= found


@given(st.floats(0, 1), st.floats(0, 1), st.floats(5, 30), st.floats(31, 300), st.floats(0, 2))
def test_a_bounded_size_is_monotone_and_inside(u, v, least, most, log_sd):
    law = SizeLaw(3.53, log_sd, least, most, 0.2, 0.9)
    low, high = (size_of_share(x, law) for x in sorted((u, v)))
    assert least <= low <= high <= most


@settings(max_examples=150, deadline=None)
@given(names, plans, seeds, stops)
def test_every_record_makes_sense(name, plan, seed, stops):
    for record in simulate_records(
        read_scenario(name), plan, worked_reading(stops=stops), seed=seed
    ):
        (patient,) = record.patients
        end = patient.last_alive_date
        assert patient.consent_date < patient.enrolment_date <= end
        assert patient.enrolment_date >= plan.first_patient_date
        assert plan.data_cut is None or end <= plan.data_cut
        check_measurements(record, patient.enrolment_date, end)
        facts = [row.start_date for row in (*record.doses, *record.therapies)]
        facts += [row.end_date for row in (*record.doses, *record.dispositions)]
        facts += [row.ablation_date for row in record.ablations]
        assert all(patient.enrolment_date <= day <= end for day in facts)
        later = [row.sample_date for row in record.labs]
        later += [date.fromisoformat(row.start_date) for row in record.adverse_events]
        assert all(day <= end for day in later)
        for death in record.deaths:
            assert death.death_date == end
            assert all(row.scan_date < end for row in record.measurements)
        check_treatment(record)


def check_measurements(record, enrolled, end):
    roles = {row.lesion_id: row.role for row in record.lesions}
    organs = {row.lesion_id: row.organ for row in record.lesions}
    assert set(roles.values()) <= set(LESION_ROLES)
    assert set(organs.values()) <= set(ORGANS)
    targets = [organ for lesion, organ in organs.items() if roles[lesion] == "target"]
    assert len(targets) <= 5
    assert all(targets.count(organ) <= 2 for organ in targets)
    dates = {row.visit: row.visit_date for row in record.visits}
    assert len(dates) == len(record.visits)
    done = [day for day in dates.values() if day is not None]
    assert done == sorted(set(done))
    keys = {(row.lesion_id, row.scan_date) for row in record.measurements}
    assert len(keys) == len(record.measurements)
    for row in record.measurements:
        assert (row.diameter_mm is None) != (row.state is None)
        assert row.state is None or row.state in MEASUREMENT_STATES
        assert row.diameter_mm is None or row.diameter_mm >= 0
        assert dates[row.visit] == row.scan_date
        assert enrolled <= row.scan_date <= end
        assert row.diameter_mm is None or roles[row.lesion_id] == "target"
        if row.visit == "baseline" and roles[row.lesion_id] == "target":
            assert row.diameter_mm >= (15 if organs[row.lesion_id] == "lymph node" else 10)
    assert set(roles) == {row.lesion_id for row in record.measurements}


def check_treatment(record):
    ended = [row.end_date for row in record.dispositions if row.scope == "treatment"]
    for end in ended:
        assert all(row.end_date < end for row in record.doses)
        assert all(row.ablation_date < end for row in record.ablations)
        assert all(row.start_date > end for row in record.therapies)
    assert all(row.start_date <= row.end_date for row in record.doses)
    assert bool(ended) or not record.therapies


@settings(max_examples=40, deadline=None)
@given(names, plans, seeds, stops)
def test_a_patient_does_not_know_the_others(name, plan, seed, stops):
    scenario, uncut = read_scenario(name), replace(plan, data_cut=None)
    reading = worked_reading(stops=stops)
    records = simulate_records(scenario, uncut, reading, seed=seed, trial=7)
    setting = make_setting(scenario, uncut, reading)
    alone = [
        simulate_patient(setting, Draws(seed, 7, number))
        for number in reversed(range(plan.patients))
    ]
    assert tuple(reversed(alone)) == records


@settings(max_examples=40, deadline=None)
@given(names, plans, seeds)
def test_stopping_at_progression_only_takes_away(name, plan, seed):
    """It leaves every scan before it as it was, and the patient's death."""
    scenario = read_scenario(name)
    free = simulate_records(scenario, plan, worked_reading(stops=False), seed=seed)
    ruled = simulate_records(scenario, plan, worked_reading(), seed=seed)
    for a, b in zip(free, ruled, strict=True):
        assert a.measurements[: len(b.measurements)] == b.measurements
        assert a.visits[: len(b.visits)] == b.visits
        assert a.lesions[: len(b.lesions)] == b.lesions
        assert a.deaths == b.deaths
