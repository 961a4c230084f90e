"""Laws that hold for every virtual patient, whatever the seed, scenario and protocol."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.dataset import LESION_ROLES, MEASUREMENT_STATES, ORGANS
from trialwright.simulate import (
    AblationPlan,
    Draws,
    DrugPlan,
    TrialPlan,
    list_scenarios,
    read_scenario,
    simulate_patient,
    simulate_records,
)
from trialwright.simulate.philox import philox4x32
from trialwright.simulate.tumour import diameter_at, truncated_log_normal

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
    drugs=st.just((DrugPlan("a", 80.0, 28, 21), DrugPlan("b", 240.0, 21, 1))),
    ablation=st.none() | st.builds(
        AblationPlan, st.integers(0, 10), st.integers(10, 40), st.floats(15, 60)
    ),
)  # fmt: skip
scenarios = st.sampled_from(list_scenarios()).map(read_scenario)
seeds = st.integers(0, 2**64 - 1)


def at_second_scan(_lesions, measurements, _ablations):
    return len({row.scan_date for row in measurements}) > 2


judges = st.sampled_from([None, at_second_scan])


@given(st.tuples(word, word, word, word), st.tuples(word, word))
def test_philox_gives_words_and_depends_on_each_bit(counter, key):
    words = philox4x32(counter, key)
    assert all(0 <= w < 2**32 for w in words)
    flipped = (counter[0] ^ 1, *counter[1:])
    assert philox4x32(flipped, key) != words  # a bijection of the counter


@given(st.floats(0, 800), rate, rate, st.floats(1, 300))
def test_diameters_are_positive_and_start_at_the_first(day, kg, ks, start):
    kwargs = {"diameter_mm": start, "kg_per_week": kg, "ks_per_week": ks}
    assert diameter_at(0, **kwargs) == start
    assert diameter_at(day, **kwargs) > 0
    faster = {**kwargs, "kg_per_week": kg + 0.01}
    assert diameter_at(day, **faster) >= diameter_at(day, **kwargs)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(5, 30), st.floats(31, 300))
def test_truncated_log_normal_is_monotone_and_inside(u, v, least, most):
    low, high = (
        truncated_log_normal(x, log_mean=3.53, log_sd=0.61, least=least, most=most)
        for x in sorted((u, v))
    )
    assert least <= low <= high <= most


@settings(max_examples=150, deadline=None)
@given(scenarios, plans, seeds, judges)
def test_every_record_makes_sense(scenario, plan, seed, judge):
    for record in simulate_records(scenario, plan, seed=seed, is_progression=judge):
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
@given(scenarios, plans, seeds, judges)
def test_a_patient_does_not_know_the_others(scenario, plan, seed, judge):
    uncut = replace(plan, data_cut=None)
    records = simulate_records(scenario, uncut, seed=seed, trial=7, is_progression=judge)
    alone = [
        simulate_patient(scenario, uncut, Draws(seed, 7, number), is_progression=judge)
        for number in reversed(range(plan.patients))
    ]
    assert tuple(reversed(alone)) == records


@settings(max_examples=40, deadline=None)
@given(scenarios, plans, seeds)
def test_a_judge_only_takes_away(scenario, plan, seed):
    """A stopping rule leaves every scan before it as it was."""
    free = simulate_records(scenario, plan, seed=seed)
    ruled = simulate_records(scenario, plan, seed=seed, is_progression=at_second_scan)
    for a, b in zip(free, ruled, strict=True):
        assert a.measurements[: len(b.measurements)] == b.measurements
        assert a.visits[: len(b.visits)] == b.visits
        assert a.deaths == b.deaths
