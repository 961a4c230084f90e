"""Adverse events: rates against closed forms, grades, times, attribution, given toxicity."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import exp, inf, sqrt

import pytest

from trialwright.simulate.draws import Draws
from trialwright.simulate.harm import HarmFacts, HarmPurpose, draw_harm
from trialwright.simulate.harm.adverse_events import UNNAMED_TOXICITY, draw_events
from trialwright.simulate.harm.dosing import start_courses
from trialwright.simulate.harm.onsets import elapsed, when_due
from trialwright.simulate.plan import AblationPlan, DrugPlan, TrialPlan
from trialwright.simulate.scenario_file import read_harm

HARM = read_harm("_harm")
REGORAFENIB = DrugPlan("Regorafenib", 160.0, 28, 21)
TORIPALIMAB = DrugPlan("Toripalimab", 240.0, 21, 1)
PLAN = TrialPlan(1, 1.0, 8.0, 7, 24.0, date(2024, 1, 1), None, (REGORAFENIB, TORIPALIMAB),
                 AblationPlan(6, 20, 30.0))  # fmt: skip
FACTS = HarmFacts(112, 142, 14, 37.0, inf, inf, None, 42)
WITHOUT_ABLATION = replace(FACTS, ablation_day=inf)
# Share of patients of any grade, and mean exposure in months, as the entries of the file state.
PUBLISHED = {1: 0.47, 2: 0.47, 3: 0.34, 4: 0.28, 5: 0.26, 6: 0.27, 7: 0.30, 8: 0.29, 9: 0.13,
             10: 0.09, 11: 0.24, 12: 0.07, 13: 0.01, 21: 0.12, 22: 0.03, 23: 0.03, 24: 0.015,
             25: 0.12, 26: 0.007, 27: 0.005, 28: 0.004, 29: 0.005}  # fmt: skip
SEVERE_IN_CORRECT = {1: 0.17, 2: 0.10, 3: 0.07, 4: 0.07, 5: 0.06, 6: 0.03, 7: 0.03, 9: 0.03,
                     10: 0.02}  # fmt: skip


def draw(patient, harm=HARM, plan=PLAN, facts=FACTS, seed=5):
    return draw_harm(harm, plan, Draws(seed, 0, patient), facts)


def events_of(patient, harm=HARM, plan=PLAN, facts=FACTS):
    """Draw the events alone, without laboratory values."""
    courses = start_courses(harm, plan, facts)
    drawn = draw_events(harm, plan, Draws(5, 0, patient), facts=facts, courses=courses)
    return [event.row for event in drawn]


def only(*numbers, **changes):
    """Leave these entries of the drugs' events alone, with changes, and no ablation event."""
    kept = tuple(replace(m, **changes) for m in HARM.adverse_events if m.number in numbers)
    return replace(HARM, adverse_events=kept, ablation_events=(), dose_rules=())


def share_with_event(model, months):
    """Return the chance of an event under exponential exposure, in closed form."""
    early, rate, leave = model.early_days / 30.4375, model.hazard_per_month, 1 / months
    late = rate * model.late_factor
    left = exp(-(rate + leave) * early)
    return rate / (rate + leave) * (1 - left) + left * late / (late + leave)


@pytest.mark.parametrize("model", HARM.adverse_events, ids=lambda model: model.term)
def test_hazards_give_the_published_shares(model):
    months = 2.45 if model.cause == "regorafenib" else 5.0
    published = PUBLISHED[model.number]
    assert share_with_event(model, months) == pytest.approx(published, rel=0.001)
    if model.number in SEVERE_IN_CORRECT:
        severe = published * sum(model.grade_shares[2:])
        assert severe == pytest.approx(SEVERE_IN_CORRECT[model.number], abs=0.001)


def test_first_onsets_follow_the_hazard():
    """Share with an event by day 30, 56 and 112 equals 1 - exp(-hazard), within 3.5 errors."""
    model = next(m for m in HARM.adverse_events if m.number == 2)
    n, first = 2000, []
    for patient in range(n):
        events = events_of(patient, only(2), facts=WITHOUT_ABLATION)
        first.append(min((e.start_day for e in events), default=inf))
    for day in (30, 56, 112):
        days = min(day, 56) + model.late_factor * max(0, day - 56)
        expected = 1 - exp(-model.hazard_per_month / 30.4375 * days)
        seen = sum(start < day for start in first) / n
        assert abs(seen - expected) < 3.5 * sqrt(expected * (1 - expected) / n)


def test_grades_follow_their_shares():
    model = next(m for m in HARM.adverse_events if m.number == 1)
    grades = Counter(
        event.grade for patient in range(1500) for event in events_of(patient, only(1))
    )
    n = sum(grades.values())
    assert n > 1000
    for grade, share in enumerate(model.grade_shares, start=1):
        assert abs(grades[grade] / n - share) <= 3.5 * sqrt(share * (1 - share) / n)


def test_a_lower_dose_makes_fewer_events_by_the_exponent():
    halved = replace(PLAN, drugs=(replace(REGORAFENIB, dose_mg=80.0),))
    harm = only(8, most_per_patient=20, recurrence_factor=1.0, duration_median_days=1.0,
                duration_log_sd=0.0, resolves_probability=1.0)  # fmt: skip
    full = sum(len(events_of(i, harm)) for i in range(1500))
    half = sum(len(events_of(i, harm, halved)) for i in range(1500))
    ratio = 0.5**HARM.dosing.hazard_dose_exponent
    assert abs(half - ratio * full) < 3.5 * sqrt(ratio * full + ratio**2 * full)


def test_a_held_drug_makes_no_event_and_an_antibody_does():
    held = replace(HARM.ablation_holds[0], days_before=0, days_after=500)
    harm = replace(only(2, hazard_per_month=5.0), ablation_holds=(held,))
    starts = [e.start_day for i in range(50) for e in draw(i, harm).adverse_events]
    assert starts
    assert max(starts) < 14
    free = replace(harm, adverse_events=only(2, hazard_per_month=5.0,
                                             reference_dose_mg=0.0).adverse_events)  # fmt: skip
    assert max(e.start_day for i in range(50) for e in draw(i, free).adverse_events) > 14


def test_late_hazard_is_inverted():
    model = replace(HARM.adverse_events[0], early_days=50, late_factor=0.25)
    assert [when_due(model, elapsed(model, day)) for day in (0, 20, 50, 90)] == [0, 20, 50, 90]
    assert when_due(replace(model, late_factor=0.0), 60.0) == inf


def test_events_of_drugs_that_the_study_does_not_give_are_not_drawn():
    plan = replace(PLAN, drugs=(DrugPlan("Anewinib", 10.0, 28, 28),))
    for patient in range(40):
        events = draw(patient, plan=plan).adverse_events
        assert {event.related_to for event in events} <= {"RFA"}
        assert {event.kind for event in events} <= {"ablation-related"}


def test_attribution_names_the_drugs_as_the_study_does():
    plan = replace(PLAN, drugs=(REGORAFENIB, replace(TORIPALIMAB, name="Nivolumab")))
    harm = only(2, hazard_per_month=3.0)
    seen = Counter(e.related_to for i in range(400) for e in events_of(i, harm, plan))
    assert set(seen) == {"Regorafenib", "Regorafenib; Nivolumab"}
    n = sum(seen.values())
    assert abs(seen["Regorafenib; Nivolumab"] / n - 0.4) < 3.5 * sqrt(0.24 / n)


@pytest.mark.parametrize("kind", ["immune-related", "ablation-related"])
@pytest.mark.parametrize("day", [14, 33, 42])
def test_the_given_toxicity_is_an_event_of_its_kind_and_the_only_severe_one(kind, day):
    facts = replace(FACTS, toxicity_day=day, toxicity_kind=kind)
    terms = set()
    for patient in range(100):
        events = events_of(patient, facts=facts)
        severe = [e for e in events if e.kind != "drug" and e.grade >= 3 and e.start_day <= 42]
        (event,) = severe
        assert (event.kind, event.start_day) == (kind, day)
        terms.add(event.term)
    assert len(terms) > 2


def test_without_it_no_such_event_is_severe_in_the_window():
    later = 0
    for patient in range(400):
        events = [e for e in events_of(patient) if e.kind != "drug"]
        assert all(e.grade < 3 for e in events if e.start_day <= 42)
        later += sum(e.grade >= 3 for e in events)
    assert later


def test_a_toxicity_that_the_scenario_has_no_entry_for_is_written_as_such():
    plan = replace(PLAN, drugs=(DrugPlan("Anewinib", 10.0, 28, 28),))
    facts = replace(FACTS, toxicity_day=20, toxicity_kind="immune-related")
    (event,) = [e for e in draw(0, plan=plan, facts=facts).adverse_events if e.kind[0] == "i"]
    assert (event.term, event.grade, event.related_to) == (UNNAMED_TOXICITY, 3, "Anewinib")


def test_a_toxicity_after_the_data_end_is_not_in_them():
    facts = replace(FACTS, toxicity_day=50, toxicity_kind="immune-related", end_day=50)
    assert draw(1, facts=facts) == draw(1, facts=replace(FACTS, end_day=50))


def test_an_entry_more_leaves_the_others_draws_as_they_were():
    extra = replace(HARM.adverse_events[2], number=500, term="Something new", group="new")
    for patient in range(30):
        before = draw(patient, replace(only(1, 2, 3), dose_rules=()))
        after = draw(
            patient,
            replace(only(1, 2, 3), adverse_events=(extra, *only(1, 2, 3).adverse_events)),
        )
        kept = tuple(e for e in after.adverse_events if e.term != "Something new")
        assert kept == before.adverse_events
        assert after.laboratory == before.laboratory


def test_facts_that_contradict_each_other():
    with pytest.raises(ValueError, match="end_day must be finite"):
        replace(FACTS, end_day=inf)
    with pytest.raises(ValueError, match="both be given"):
        replace(FACTS, toxicity_day=3)
    with pytest.raises(ValueError, match="both be given"):
        replace(FACTS, toxicity_kind="immune-related")
    with pytest.raises(ValueError, match="ablated_mm > 0"):
        replace(FACTS, ablated_mm=0.0)
    with pytest.raises(ValueError, match="before the ablation on day 14"):
        replace(FACTS, toxicity_day=3, toxicity_kind="ablation-related")
    with pytest.raises(ValueError, match="and the plan has none"):
        draw(0, plan=replace(PLAN, ablation=None))


def test_purposes_are_those_of_this_package():
    assert [int(purpose) for purpose in HarmPurpose] == list(range(60, 76))


def test_a_stopped_drug_makes_no_more_events():
    """Not of the entry that stopped it, nor of another whose next event was drawn before."""
    stop = replace(HARM.dose_rules[0], groups=("general",), least_grade=1, action="stop")
    harm = replace(only(2, 5, hazard_per_month=3.0, duration_median_days=1.0,
                        duration_log_sd=0.0, resolves_probability=1.0, most_per_patient=20,
                        recurrence_factor=1.0, days_after_last_dose=5),
                   dose_rules=(stop,))  # fmt: skip
    after = 0
    for patient in range(100):
        events = events_of(patient, harm, facts=WITHOUT_ABLATION)
        stopped = min((e.start_day for e in events if e.term == "Fatigue"), default=200) + 1
        later = [event for event in events if event.start_day >= stopped]
        assert all(event.start_day < stopped + 5 for event in later)
        after += len(later)
    assert after  # the days after the last dose still count


def test_events_go_on_for_some_days_after_treatment():
    ended = replace(WITHOUT_ABLATION, treatment_end_day=10)
    harm = only(2, hazard_per_month=6.0, days_after_last_dose=20)
    starts = [e.start_day for i in range(200) for e in events_of(i, harm, facts=ended)]
    assert 10 < max(starts) < 30


def test_recurrences_are_as_much_rarer_as_the_factor_says():
    """First recurrence after an event of one day: hazard times the factor, closed form."""
    changes = {"hazard_per_month": 10.0, "late_factor": 1.0, "duration_median_days": 1.0,
               "duration_log_sd": 0.0, "resolves_probability": 1.0, "reference_dose_mg": 0.0,
               "recurrence_factor": 0.1}  # fmt: skip
    n = again = 0
    for patient in range(800):
        starts = [e.start_day for e in events_of(patient, only(2, **changes))]
        if starts and starts[0] < 60:
            n += 1
            again += len(starts) > 1 and starts[1] < starts[0] + 1 + 30
    expected = 1 - exp(-10.0 * 0.1 / 30.4375 * 30)
    assert abs(again / n - expected) < 3.5 * sqrt(expected * (1 - expected) / n)


def test_one_event_of_a_term_at_a_time_except_the_given_one():
    harm = only(2, 25, hazard_per_month=4.0, recurrence_factor=1.0)
    same = tuple(replace(model, term="Rash") for model in harm.adverse_events)
    met = 0
    for patient in range(60):
        events = sorted(events_of(patient, replace(harm, adverse_events=same)),
                        key=lambda event: event.start_day)  # fmt: skip
        for one, two in pairwise(events):
            assert one.end_day is not None
            assert two.start_day > one.end_day
            met += one.related_to != two.related_to
    assert met


def test_an_event_that_never_ends_does_not_recur():
    harm = only(2, hazard_per_month=9.0, resolves_probability=0.0, late_factor=0.0)
    for patient in range(30):
        events = events_of(patient, harm)
        assert len(events) <= 1
        assert all(event.end_day is None for event in events)


def test_the_last_day_of_the_window_belongs_to_it():
    shares = (0.1, 0.1, 0.8, 0.0)
    harm = only(25, hazard_per_month=4.0, grade_shares=shares, duration_median_days=1.0,
                duration_log_sd=0.0, resolves_probability=1.0, recurrence_factor=1.0,
                most_per_patient=20)  # fmt: skip
    grades = {42: [], 43: []}
    for patient in range(600):
        for event in events_of(patient, harm):
            if event.start_day in grades:
                grades[event.start_day].append(event.grade)
    assert max(grades[42]) == 2
    assert max(grades[43]) == 3


def test_serious_shares_are_those_of_the_grade():
    harm = only(1, serious_probabilities=(0.0, 0.0, 1.0, 1.0))
    events = [event for i in range(100) for event in events_of(i, harm)]
    assert {event.grade for event in events} == {1, 2, 3}
    assert all(event.serious == (event.grade >= 3) for event in events)
