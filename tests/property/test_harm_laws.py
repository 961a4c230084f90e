"""Laws that hold for the harm of every virtual patient, whatever the course and the protocol."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.simulate.draws import Draws
from trialwright.simulate.harm import HarmFacts, draw_harm
from trialwright.simulate.plan import AblationPlan, DrugPlan, TrialPlan
from trialwright.simulate.scenario_file import read_harm

HARM = read_harm("_harm")
# Events often enough that every rule is met.
HARMFUL = replace(
    HARM,
    adverse_events=tuple(
        replace(m, hazard_per_month=min(1.0, 20 * m.hazard_per_month)) for m in HARM.adverse_events
    ),
)
drugs = st.sampled_from(
    [
        (DrugPlan("Regorafenib", 80.0, 28, 21), DrugPlan("Toripalimab", 240.0, 21, 1)),
        (DrugPlan("regorafenib", 160.0, 28, 21),),
        (DrugPlan("Anewinib", 5.0, 28, 28), DrugPlan("Nivolumab", 480.0, 28, 1)),
    ]
)


@st.composite
def patients(draw):
    plan = TrialPlan(1, 1.0, 8.0, 7, 24.0, date(2024, 1, 1), None, draw(drugs),
                     AblationPlan(6, 20, 30.0))  # fmt: skip
    end = draw(st.integers(1, 400))
    ablation = draw(st.just(inf) | st.integers(0, 40))
    kinds = ["immune-related"] + ["ablation-related"] * (ablation < inf)
    kind = draw(st.none() | st.sampled_from(kinds))
    toxicity = inf
    if kind is not None:
        earliest = int(ablation) if kind == "ablation-related" else 0
        toxicity = draw(st.integers(earliest, earliest + 42))
    facts = HarmFacts(
        treatment_end_day=draw(st.just(inf) | st.integers(1, 400)),
        end_day=end,
        ablation_day=ablation,
        ablated_mm=draw(st.floats(10, 80)),
        death_day=draw(st.just(inf) | st.integers(1, 400)),
        toxicity_day=toxicity,
        toxicity_kind=kind,
        toxicity_window_days=42,
    )
    draws = Draws(draw(st.integers(0, 2**64 - 1)), 3, draw(st.integers(0, 100)))
    return draw(st.sampled_from([HARM, HARMFUL])), plan, draws, facts


@settings(max_examples=80, deadline=None)
@given(patients())
def test_doses_cover_the_plan_once(patient):
    harm, plan, draws, facts = patient
    doses = draw_harm(harm, plan, draws, facts).doses
    until = min(facts.treatment_end_day, facts.last_known)
    for drug in plan.drugs:
        mine = [dose for dose in doses if dose.drug == drug.name]
        given_days = [d for dose in mine for d in range(dose.first_day, dose.last_day + 1)]
        planned = [d for d in range(int(until)) if d % drug.cycle_days < drug.days_given]
        assert given_days == planned[: len(given_days)]
        stopped = bool(mine) and "stopped" in (mine[-1].reason or "")
        assert stopped or given_days == planned
        for dose in mine:
            assert 0 <= dose.dose_mg <= drug.dose_mg
            assert (dose.reason is None) == (dose.dose_mg == drug.dose_mg)
        if planned:
            assert (mine[0].first_day, mine[0].dose_mg) == (0, drug.dose_mg)


@settings(max_examples=80, deadline=None)
@given(patients())
def test_a_changed_dose_follows_an_event_or_the_ablation(patient):
    harm, plan, draws, facts = patient
    record = draw_harm(harm, plan, draws, facts)
    for dose in record.doses:
        if dose.reason is None or "around" in dose.reason:
            continue
        causes = [e for e in record.adverse_events if f"grade {e.grade} {e.term}" in dose.reason]
        assert causes
        assert min(e.start_day for e in causes) < dose.first_day


@settings(max_examples=80, deadline=None)
@given(patients())
def test_events_lie_within_the_data(patient):
    harm, plan, draws, facts = patient
    record = draw_harm(harm, plan, draws, facts)
    events = record.adverse_events
    names = {drug.name for drug in plan.drugs}
    keys = [(event.term, event.start_day) for event in events]
    assert len(keys) == len(set(keys))
    for event in events:
        assert 0 <= event.start_day < facts.last_known
        assert event.end_day is None or event.start_day <= event.end_day < facts.last_known
        assert 1 <= event.grade <= 4
        assert set(event.related_to.split("; ")) <= names | {"RFA"}
        assert event.kind != "ablation-related" or event.start_day >= facts.ablation_day


@settings(max_examples=80, deadline=None)
@given(patients())
def test_severe_events_of_the_two_kinds_are_the_given_one(patient):
    harm, plan, draws, facts = patient
    events = draw_harm(harm, plan, draws, facts).adverse_events
    severe = [e for e in events if e.grade >= 3 and e.kind != "drug" and e.start_day <= 42]
    known = facts.toxicity_day < facts.last_known and facts.toxicity_day <= 42
    assert [(e.kind, e.start_day) for e in severe] == (
        [(facts.toxicity_kind, facts.toxicity_day)] if known else []
    )


@settings(max_examples=80, deadline=None)
@given(patients())
def test_laboratory_values_lie_within_the_data(patient):
    harm, plan, draws, facts = patient
    values = draw_harm(harm, plan, draws, facts).laboratory
    keys = [(value.test, value.day) for value in values]
    assert len(keys) == len(set(keys))
    for test in harm.laboratory_tests:
        days = [value.day for value in values if value.test == test.test]
        assert days[0] < 0 <= min(days[1:], default=0)
        assert days == sorted(days)
        assert all(day < facts.last_known for day in days)
    assert all(value.value >= 0 for value in values)


@settings(max_examples=40, deadline=None)
@given(patients(), st.integers(1, 400))
def test_a_data_cut_hides_and_changes_nothing(patient, cut):
    """What is known at an earlier cut is what the later data say of those days."""
    harm, plan, draws, facts = patient
    late = draw_harm(harm, plan, draws, facts)
    early = draw_harm(harm, plan, draws, replace(facts, end_day=min(cut, facts.end_day)))
    until = min(cut, facts.end_day)
    assert early.laboratory == tuple(v for v in late.laboratory if v.day < until)
    assert [(e.term, e.grade, e.start_day) for e in early.adverse_events] == [
        (e.term, e.grade, e.start_day) for e in late.adverse_events if e.start_day < until
    ]
    for drug in plan.drugs:
        first, second = (
            {d: (dose.dose_mg, dose.reason) for dose in record.doses if dose.drug == drug.name
             for d in range(dose.first_day, dose.last_day + 1)}
            for record in (early, late)
        )  # fmt: skip
        assert first == {day: dose for day, dose in second.items() if day < until}
